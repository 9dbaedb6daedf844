"""Press releases of the Treasury, from the bulletins that it mails. Its web site asks programmes to stay away, so they do."""

from dataclasses import dataclass, replace
from datetime import date, time, timedelta

from watchers.calendar import Rhythm, Slot
from watchers.govdelivery import bulletin_of, read_bulletin, read_bulletins
from watchers.item import Agency, Item
from watchers.press import ZONE, Desk, article_request, stand_in
from watchers.refs import found_refs
from watchers.source import FEED, Article, Facts, Found, Page, Plan, Request, Source

KEY = "treasury-press"
DESK = Desk(
    key=KEY,
    kind="Press release",
    agency=Agency(name="Department of the Treasury", slug="treasury-department"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Where the feed is.

    `base_url`: the feed of all bulletins.
    `topic_url`: the feed of press releases alone, asked where the first cannot be read.
    """

    base_url: str = "https://public.govdelivery.com/accounts/USTREAS/feed.rss"
    topic_url: str = "https://public.govdelivery.com/topics/USTREAS_49/feed.rss"


def requests(plan: Plan[Options]) -> tuple[Request, ...]:
    """Ask for the feed of all bulletins; where that fails, for that of press releases."""
    options = plan.options
    topic = Request(url=options.topic_url, accept=FEED, conditional=True)
    other = stand_in(options, "topic_url", topic)
    return (Request(url=options.base_url, accept=FEED, conditional=True, otherwise=other),)


def read(page: Page, plan: Plan[Options]) -> Found:
    """Read a feed. A bulletin has the same identity in both."""
    items, problems = read_bulletins(page, DESK, plan.now)
    named = tuple(replace(item, refs=found_refs(f"{item.title}\n{item.body or ''}")) for item in items)
    return Found(items=named, problems=problems)


def request_bulletin(item: Item, options: Options) -> Request | None:
    """Ask for a bulletin's own page; not for one on the web site that a bulletin leads to."""
    return article_request(item, options) if bulletin_of(item.url) else None


def read_full(page: Page, item: Item, plan: Plan[Options]) -> Item:
    """Read a bulletin's own page."""
    return read_bulletin(page, item, plan)


SOURCE = Source(
    key=KEY,
    title="Treasury press",
    issuer="Department of the Treasury",
    home="https://home.treasury.gov/news/press-releases",
    rhythm=Rhythm(
        zone=ZONE,
        days="us-federal",
        slots=(Slot(start=time(9, 0), end=time(17, 30), every=timedelta(minutes=5)),),
        otherwise=timedelta(minutes=20),
        off_days=timedelta(hours=1),
    ),
    options=Options,
    requests=requests,
    read=read,
    article=Article(request=request_bulletin, read=read_full),
    facts=Facts(
        path="the feed of the Treasury's mailed bulletins (25), else that of its press releases; each new bulletin's own page",
        identity="the address that the bulletin leads to, else the bulletin's",
        limits="daily rates are mailed too; more than 25 bulletins between two polls lose the oldest; the topic's number is"
        " known from other clients only",
        seen=date(2026, 11, 23),
    ),
    quiet_for=timedelta(days=4),
    covers=("ofac-recent-actions", "federal-register"),
)
