"""BIS press releases, from the one long page that lists them all. The rules themselves come by the Register, often sooner."""

from dataclasses import dataclass
from datetime import date, time, timedelta

from watchers.calendar import Rhythm, Slot
from watchers.item import Agency, Item
from watchers.press import ZONE, Desk, Places, article_request, read_rows, stand_in, to_items
from watchers.press_release import read_article
from watchers.source import HTML, Article, Css, Facts, Found, Page, Plan, Request, Source

KEY = "bis-press"
DESK = Desk(
    key=KEY,
    kind="Press release",
    agency=Agency(name="Bureau of Industry and Security", slug="industry-and-security-bureau"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options(Places):
    """Where the list is, and what is where on its pages (`Places`).

    `base_url`: the list.
    `mirror_url`: the same list on the agency's other host, asked where the first cannot be read.
    """

    base_url: str = "https://www.bis.gov/news-updates"
    mirror_url: str = "https://media.bis.gov/news-updates/all-press-releases"
    link_contains: str = "/press-release/"
    # The agency's banner is a heading too. Source: the site as read on 2026-09-22, facts gathered 2026-11-23.
    article_body: tuple[Css, ...] = (".press-release-container",)


def requests(plan: Plan[Options]) -> tuple[Request, ...]:
    """Ask for the list; where that fails, for its mirror."""
    options = plan.options
    mirror = Request(url=options.mirror_url, accept=HTML, conditional=True)
    other = stand_in(options, "mirror_url", mirror)
    return (Request(url=options.base_url, accept=HTML, conditional=True, otherwise=other),)


def read(page: Page, plan: Plan[Options]) -> Found:
    """Read the list. A release has the same identity on both hosts."""
    listed = read_rows(page, plan.options)
    items, problems = to_items(listed.rows, DESK, plan.now)
    return Found(items=items, problems=(*listed.problems, *problems))


def read_release(page: Page, item: Item, plan: Plan[Options]) -> Item:
    """Read a release's own page."""
    return read_article(page, item, plan, plan.options)


SOURCE = Source(
    key=KEY,
    title="BIS press",
    issuer="Bureau of Industry and Security",
    home="https://www.bis.gov/news-updates",
    rhythm=Rhythm(
        zone=ZONE,
        days="us-federal",
        slots=(Slot(start=time(8, 0), end=time(19, 0), every=timedelta(minutes=5)),),
        otherwise=timedelta(minutes=20),
        off_days=timedelta(hours=1),
    ),
    options=Options,
    requests=requests,
    read=read,
    article=Article(request=article_request, read=read_release),
    facts=Facts(
        path="the page of all releases (3.6 MB), else its mirror on media.bis.gov; each new release's own page",
        identity="the release's address, the same for www.bis.gov and media.bis.gov",
        limits="days, no hours; rules are on public inspection first or on the same day; addresses changed in January 2026",
        seen=date(2026, 11, 23),
    ),
    quiet_for=timedelta(days=14),
    covers=("federal-register", "public-inspection"),
    # The list was 3.6 MB. Source: live reading of 2026-09-22, facts gathered 2026-11-23.
    max_bytes=8_000_000,
)
