"""What the Ministry of Commerce's lists have in common: how they are read, how their pages are, when they are worth asking. Pure.

The ministry also publishes in the evening, on weekends and on holidays, so it is never asked less often on these.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time, timedelta
from typing import TypeVar

from watchers.calendar import Rhythm, Slot
from watchers.chinese_article import article_request, read_article
from watchers.chinese_notices import ZONE, notices
from watchers.item import Item
from watchers.jpaas import Column, Listed, goes_on, next_page, page_number, read_answer
from watchers.rows import Row
from watchers.source import Article, Css, Found, Page, Plan, Problem, Request

ISSUER = "Ministry of Commerce of the People's Republic of China"
MAX_BYTES = 3_000_000

# The portals' own places for an article's text, the newest first; the last three are of the old export-control portal.
# Source: public clients of these sites, seen 2026-11-23.
BODY = ("div.art-con[ergodic=article]", ".art-con", "div.bd", "#zoom", ".TRS_Editor")


@dataclass(frozen=True, slots=True, kw_only=True)
class Site(Column):
    """A list of the ministry (`Column`), and where its pages have their text.

    `body`: CSS of an article's text, the first that is there.
    """

    body: tuple[Css, ...] = BODY


SiteT = TypeVar("SiteT", bound=Site)


def rhythm(every: timedelta, otherwise: timedelta = timedelta(minutes=15)) -> Rhythm:
    """Return the rhythm of a list that is asked `every` so often at the hours at which the ministry publishes.

    Source: the ministry's announcements of 2025 and the hours at which press reported them, seen 2026-11-23.
    """
    hours = ((time(8, 50), time(10, 30)), (time(16, 30), time(21, 30)))
    slots = tuple(Slot(start=start, end=end, every=every) for start, end in hours)
    return Rhythm(zone=ZONE, days="every-day", slots=slots, otherwise=otherwise, off_days=otherwise)


def read_list(page: Page, plan: Plan[SiteT], *, key: str, list_url: str) -> Found:
    """Read one page of a list as the gateway gives it, and say which further one must be read after a gap.

    Raises what `read_answer` and `notices` raise.
    """
    column = plan.options
    listed = read_answer(page, column, list_url)
    follow: tuple[Request, ...] = ()
    problems = listed.problems
    if goes_on(listed, column, plan.complete_at):
        if page_number(page.request) < column.max_pages:
            follow = (next_page(page.request, column, listed.size),)
        else:
            reason = f"not read: the gap is longer than {column.max_pages} pages"
            problems = (*problems, Problem(record="older entries", reason=reason))
    return _found(listed, page, plan, key=key, problems=problems, follow=follow)


def read_rows(rows: Iterable[Row], page: Page, plan: Plan[SiteT], *, key: str) -> Found:
    """Return what the rows of a page hold that is not filled by script."""
    return _found(Listed(rows=tuple(rows)), page, plan, key=key)


def article() -> Article[SiteT]:
    """Return how the ministry's pages are read in full, under whichever of its portals they are."""
    return Article(request=_ask, read=_read, max_bytes=MAX_BYTES, annexes=True)


def _ask(item: Item, _options: SiteT) -> Request | None:
    return article_request(item)


def _read(page: Page, item: Item, plan: Plan[SiteT]) -> Item:
    return read_article(page, item, now=plan.now, selectors=plan.options.body)


def _found(
    listed: Listed,
    page: Page,
    plan: Plan[SiteT],
    *,
    key: str,
    problems: tuple[Problem, ...] = (),
    follow: tuple[Request, ...] = (),
) -> Found:
    if not listed.rows:
        return Found(problems=problems)
    items, misread = notices(listed.rows, source=key, now=plan.now, url=page.url)
    return Found(items=items, follow=follow, problems=(*problems, *misread))
