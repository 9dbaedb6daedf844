"""Any page with a list of links: its rows as items, found by selectors or by the look of the page.

A page that shows another list, hardly any of it, or none is an error and never a page without news.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Annotated

from annotated_types import Interval

from watchers.dates import Order
from watchers.item import Item
from watchers.known_list import Place, list_on
from watchers.markup import open_html
from watchers.own_source import (
    OwnOptions,
    believed,
    check_words,
    checked_selectors,
    language_of,
    link_key,
    link_ref,
    own_source,
    remembered,
    stage_of,
    to_remember,
)
from watchers.rows import ANY_LINK, Row, width
from watchers.source import HTML, Builder, Facts, Found, Page, Plan, Problem, Request, Source

_MANY_ROWS, _FEW = 8, 4  # of many rows, not even one in four is left
_PATIENCE_HOURS = 6  # a source of this rhythm is asked three times in it at least
_TELLS_SOMETHING = re.compile(r"[.!?…。！？；]")
_TELLING_WIDTH = 40
# What changes on a page while nothing that it lists does.
_CHANGING = re.compile(
    r"(?:\b(?:views?|hits|comments?)|阅读|浏览|点击|访问|评论)[量数次]{0,2}\s?[:：]?\s?[0-9][0-9,.]{0,11}[k万]?(?![0-9a-z])\s?次?"
    r"|\b[0-9][0-9,.]{0,11}k?\s(?:views?|comments?)\b"
    r"|\b(?:[0-9]{1,3}|an?|one)\s(?:second|minute|hour|day|week|month)s?\sago\b|[0-9]{1,3}\s?(?:秒|分钟|小时|天|周)前",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options(OwnOptions):
    """The page, and where its list is (`OwnOptions`).

    `row`: CSS selector of one row of the list (default: the list is found by itself).
    `link`: CSS selector of the link inside a row (default: the one that no other row has).
    `title_selector`: CSS selector of the title inside a row (default: the words of the link, or a heading).
    `date_selector`: CSS selector of the date inside a row (default: what stands apart there and is a date).
    `date_order`: what comes first in 10/09/2025, "mdy" the month or "dmy" the day.
    `link_contains`: only rows whose link contains this.
    `limit`: only so many of the newest rows.
    """

    row: str = ""
    link: str = ANY_LINK
    title_selector: str = ""
    date_selector: str = ""
    date_order: Order = "mdy"
    link_contains: str = ""
    limit: Annotated[int, Interval(ge=1, le=2000)] = 100


def requests(plan: Plan[Options]) -> tuple[Request, ...]:
    """Ask for the page."""
    return (Request(url=plan.options.url, accept=HTML, conditional=True),)


def read(page: Page, plan: Plan[Options], *, key: str) -> Found:
    """Read the list on the page.

    Raises Redesigned where there is none that can be relied on, Empty where it has no rows, WrongCharset, and what
    `open_html` raises.
    """
    options, asked = plan.options, _asked(plan.options)
    known = remembered(plan, asked)
    found = list_on(open_html(page), page.url, _place(options), remembered=known.get("path", ""))
    check_words((row.title for row in found.rows), options)
    problems, lacks = _fewer(len(found.rows), known, plan)
    if found.moved:
        problems.append(Problem(record="the list", reason=found.moved))
    items: dict[str, Item] = {}
    for row in _newest(found.rows, options.limit):
        item = _item(row, plan, key, problems)
        if item.key not in items or (item.official_on and not items[item.key].official_on):
            items[item.key] = item
    told = {"rows": known["rows"] if lacks else str(len(found.rows))}
    told |= {"path": found.path, "how": found.how} if found.path else {}
    memory = to_remember(plan, asked, **told)
    return Found(items=tuple(items.values()), problems=tuple(problems), lacks=lacks, memory=memory)


def _asked(options: Options) -> str:
    """Return what decides which list is read: where that changes, what was known of the other list is worth nothing."""
    link = options.link if options.link != ANY_LINK else ""
    return " | ".join(filter(None, (options.url, options.row, link, options.link_contains)))


def _place(options: Options) -> Place:
    return Place(
        row=options.row,
        link=options.link,
        title=options.title_selector,
        date=options.date_selector,
        order=options.date_order,
        zone=options.zone,
        link_contains=options.link_contains,
    )


def _fewer(count: int, known: Mapping[str, str], plan: Plan[Options]) -> tuple[list[Problem], str | None]:
    """Return what is missing where most rows of a list are gone since the last complete read: half a page is not all there is.

    What stays so is how the list is from now on, as where one begins anew with the year; it is noted once.
    """
    before = int(known.get("rows") or "0")
    if before < _MANY_ROWS or count * _FEW >= before:
        return [], None
    what = f"only {count} of {before} rows left"
    if plan.complete_at is not None and plan.now - plan.complete_at <= timedelta(hours=_PATIENCE_HOURS):
        return [], f"{what}: not taken for the whole list unless it stays so for {_PATIENCE_HOURS} hours"
    return [Problem(record="the list", reason=f"{what}: taken for the whole list from now on")], None


def _newest(rows: tuple[Row, ...], limit: int) -> tuple[Row, ...]:
    """Return the first rows, or the last of a list that begins with the oldest."""
    days = [row.on for row in rows if row.on is not None]
    rising = sum((after > before) - (after < before) for before, after in pairwise(days))
    return rows[-limit:] if rising > 0 else rows[:limit]


def _item(row: Row, plan: Plan[Options], source: str, problems: list[Problem]) -> Item:
    options = plan.options
    key = link_key(row.url)
    at, on = believed(key, row.at, row.on, plan, problems)
    return Item(
        source=source,
        key=key,
        ref=link_ref(row.url),
        stage=stage_of(options),
        kind=options.kind,
        title=row.title,
        url=row.url,
        lang=language_of(options, None, row.title),
        official_at=at,
        official_on=on,
        abstract=_abstract(row),
    )


def _abstract(row: Row) -> str | None:
    """Return what a row says besides its title where it is prose, without counts and ages that change by themselves."""
    if width(row.text) < _TELLING_WIDTH or not _TELLS_SOMETHING.search(row.text):
        return None
    text = " ".join(_CHANGING.sub(" ", row.text).split())
    return text if width(text) >= _TELLING_WIDTH and text != row.title else None


def make(key: str, options: Options) -> Source[Options]:
    """Return the source of one page. Raises ValueError for options that cannot be meant."""
    checked_selectors(
        row=[options.row] if options.row else [],
        link=[options.link],
        title_selector=[options.title_selector] if options.title_selector else [],
        date_selector=[options.date_selector] if options.date_selector else [],
    )
    return own_source(key, options, requests=requests, read=read, facts=_FACTS)


_FACTS = Facts(
    path="the page",
    identity="the address that a row leads to, by which copies elsewhere meet it",
    limits="one page, without the older ones behind it; titles and dates as the list shows them; a page that leaves out both"
    " </body> and </html> is taken for one that was cut off",
    seen=date(2026, 11, 23),
)

BUILDER = Builder(key="page", title="A page with a list of links", options=Options, make=make, facts=_FACTS)
