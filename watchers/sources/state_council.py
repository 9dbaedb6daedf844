"""Newest policy documents on the site of China's State Council, its own and those of ministries."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

import msgspec
from annotated_types import Interval

from watchers.calendar import Rhythm
from watchers.chinese_article import article_request, read_article
from watchers.chinese_notices import ZONE, json_text, notices
from watchers.dates import find_date
from watchers.errors import Empty, NotSane, Redesigned
from watchers.item import Item
from watchers.markup import absolute, plain_title
from watchers.rows import Row
from watchers.source import Article, Css, Facts, Found, Page, Plan, Problem, Request, Source

KEY = "state-council"
_UNREADABLE = (msgspec.DecodeError, UnicodeError, RecursionError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The list and how it and its pages are read.

    `base_url`: the list, a JSON file of all entries.
    `limit`: how many of the newest entries are read.
    `body`: CSS of an article's text, the first that is there.
    """

    base_url: str = "https://www.gov.cn/zhengce/zuixin/ZUIXINZHENGCE.json"
    limit: Annotated[int, Interval(ge=1, le=500)] = 60
    body: tuple[Css, ...] = ("#UCAP-CONTENT", ".pages_content")


class Entry(msgspec.Struct):
    """One entry of the list, in the file's own names."""

    TITLE: str
    URL: str
    DOCRELPUBTIME: str | None = None


def requests(plan: Plan[Options]) -> tuple[Request, ...]:
    """Ask for the file."""
    return (Request(url=plan.options.base_url, conditional=True),)


def read(page: Page, plan: Plan[Options]) -> Found:
    """Read the newest entries of the file.

    Raises NotSane for what is no list, Empty for one without entries, Redesigned where no entry can be read or is dated,
    WrongCharset for garbled titles.
    """
    rows, problems = _newest(page, plan.options.limit)
    items, misread = notices(rows, source=KEY, now=plan.now, url=page.url)
    return Found(items=items, problems=(*problems, *misread))


def _newest(page: Page, limit: int) -> tuple[list[Row], tuple[Problem, ...]]:
    entries = _entries(page)
    rows: list[Row] = []
    problems: list[Problem] = []
    for place, entry in enumerate(entries, start=1):
        row = _row(entry, page.url)
        if isinstance(row, Row):
            rows.append(row)
        else:
            problems.append(Problem(record=f"entry {place}", reason=row))
    if all(row.on is None for row in rows):
        raise Redesigned("no entry of the file has a title, an address and a date", url=page.url)
    return _newest_first(rows)[:limit], tuple(problems[:limit])


def _newest_first(rows: list[Row]) -> list[Row]:
    """Return the rows by date; one without a date is as old as the one before it in the file, which has the newest first."""
    dates: list[date] = []
    for row in rows:
        dates.append(row.on or (dates[-1] if dates else date.max))
    return [row for _, row in sorted(zip(dates, rows, strict=True), key=lambda one: one[0], reverse=True)]


def _entries(page: Page) -> list[msgspec.Raw]:
    try:
        entries = msgspec.json.decode(json_text(page), type=list[msgspec.Raw])
    except _UNREADABLE as error:
        raise NotSane(f"not the list that is due: {error}", url=page.url) from error
    if not entries:
        raise Empty("the file has no entries", url=page.url)
    return entries


def _row(raw: msgspec.Raw, base_url: str) -> Row | str:
    """Return an entry as a row of a list, or why it is none."""
    try:
        entry = msgspec.json.decode(raw, type=Entry)
    except _UNREADABLE as error:
        return str(error)
    url, title = absolute(base_url, entry.URL), plain_title(entry.TITLE)
    if url is None or not title:
        return "no address" if url is None else "no title"
    return Row(url=url, title=title, on=find_date(entry.DOCRELPUBTIME or ""), at=None, text="")


def _ask(item: Item, _options: Options) -> Request | None:
    return article_request(item)


def _read(page: Page, item: Item, plan: Plan[Options]) -> Item:
    return read_article(page, item, now=plan.now, selectors=plan.options.body)


SOURCE = Source(
    key=KEY,
    title="State Council policy",
    issuer="State Council of the People's Republic of China",
    home="https://www.gov.cn/zhengce/zuixin/",
    rhythm=Rhythm(
        zone=ZONE, days="every-day", slots=(), otherwise=timedelta(minutes=10), off_days=timedelta(minutes=10)
    ),
    options=Options,
    requests=requests,
    read=read,
    article=Article(request=_ask, read=_read, max_bytes=3_000_000, annexes=True),
    facts=Facts(
        path="www.gov.cn/zhengce/zuixin/ZUIXINZHENGCE.json: about 1,100 entries, of which the newest are read",
        identity="official number (`state-council:order:803`), else the address",
        limits="not the first to have a ministry's notice; days without hours until a page is read",
        seen=date(2026, 11, 23),
    ),
    lang="zh",
    quiet_for=timedelta(days=7),
    covers=("tariff-commission",),
    max_bytes=3_000_000,
)
