"""USTR press releases, from one page that lists years of them: what is older than some weeks is left out."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Annotated

from annotated_types import Interval

from watchers.calendar import Rhythm, Slot
from watchers.errors import Redesigned
from watchers.item import Agency, Item
from watchers.press import ZONE, Desk, Places, article_request, local_day, read_rows, to_items
from watchers.press_release import read_article
from watchers.rows import Row
from watchers.source import HTML, Article, Css, Facts, Found, Page, Plan, Request, Source

KEY = "ustr-press"
DESK = Desk(
    key=KEY,
    kind="Press release",
    agency=Agency(
        name="Office of the United States Trade Representative",
        slug="trade-representative-office-of-united-states",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options(Places):
    """Where the list is, what is where on its pages (`Places`), and how far back it is read.

    `base_url`: the list.
    `days_back`: older releases are left out.
    """

    base_url: str = "https://ustr.gov/about-us/policy-offices/press-office/press-releases"
    days_back: Annotated[int, Interval(ge=7, le=3650)] = 60
    # Source: the list as read on 2026-09-22, facts gathered 2026-11-23.
    row: Css = "ul.listing li"
    title: Css = "a[href]"
    container: Css = "ul.listing"
    link_contains: str = "/press-office/"
    article_body: tuple[Css, ...] = (".field--name-body",)


def requests(plan: Plan[Options]) -> tuple[Request, ...]:
    """Ask for the list."""
    return (Request(url=plan.options.base_url, accept=HTML, conditional=True),)


def read(page: Page, plan: Plan[Options]) -> Found:
    """Read the list down to the oldest release that is wanted. Raises Redesigned for one without dates."""
    listed = read_rows(page, plan.options)
    if not any(row.on for row in listed.rows):
        raise Redesigned("the list has no dates, so that new and old cannot be told apart")
    recent = _since(listed.rows, local_day(plan.now) - timedelta(days=plan.options.days_back))
    items, problems = to_items(recent, DESK, plan.now)
    return Found(items=items, problems=(*listed.problems, *problems))


def _since(rows: tuple[Row, ...], first: date) -> list[Row]:
    """Return the rows dated `first` or later, and those without a date above one of them: the newest stand on top."""
    wanted = [place for place, row in enumerate(rows) if row.on is not None and row.on >= first]
    end = max(wanted, default=-1)
    return [row for place, row in enumerate(rows) if place <= end and (row.on is None or row.on >= first)]


def read_release(page: Page, item: Item, plan: Plan[Options]) -> Item:
    """Read a release's own page."""
    return read_article(page, item, plan, plan.options)


SOURCE = Source(
    key=KEY,
    title="USTR press",
    issuer="Office of the United States Trade Representative",
    home="https://ustr.gov/about-us/policy-offices/press-office/press-releases",
    rhythm=Rhythm(
        zone=ZONE,
        days="us-federal",
        slots=(Slot(start=time(8, 0), end=time(19, 0), every=timedelta(minutes=10)),),
        otherwise=timedelta(minutes=30),
        off_days=timedelta(hours=2),
    ),
    options=Options,
    requests=requests,
    read=read,
    article=Article(request=article_request, read=read_release),
    facts=Facts(
        path="the page of all releases (some 460 links), those of the last 60 days; each new release's own page",
        identity="the release's address",
        limits="days, no hours; the site's own feed is stale and not read",
        seen=date(2026, 11, 23),
    ),
    quiet_for=timedelta(days=10),
    covers=("federal-register",),
)
