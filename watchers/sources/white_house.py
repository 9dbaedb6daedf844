"""Presidential actions, from the White House's own feed: days before the Register has them, and before they have a number."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from watchers.addresses import canonical_url, url_ref
from watchers.calendar import Rhythm, Slot
from watchers.errors import Empty
from watchers.feeds import Entry, Feed, entry_key, read_feed
from watchers.item import Agency, Item, Stage
from watchers.press import ZONE, check_words, dated, day_of, each_once, local_day
from watchers.refs import found_refs
from watchers.source import FEED, Facts, Found, Page, Plan, Problem, Request, Source

KEY = "white-house"
AGENCY = Agency(name="Executive Office of the President", slug="executive-office-of-the-president")
MAX_PAGES = 5
_POST = re.compile(r"https?://[^/\s]{1,253}/\?p=(\d{1,12})")
_WIDER = frozenset({"news", "presidential actions"})
_KINDS = {
    "executive orders": "Executive Order",
    "proclamations": "Proclamation",
    "presidential memoranda": "Presidential Memorandum",
    "nominations & appointments": "Nomination",
    "presidential permits": "Presidential Permit",
    "fact sheets": "Fact Sheet",
    "briefings & statements": "Statement",
    "releases": "Release",
    "articles": "Article",
    "remarks": "Remarks",
    "research": "Research",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Which feed is read.

    `base_url`: the site; the feeds are below it.
    `umbrella`: read all its news, fact sheets and statements too, not presidential actions alone.
    """

    base_url: str = "https://www.whitehouse.gov"
    umbrella: bool = False


def requests(plan: Plan[Options]) -> tuple[Request, ...]:
    """Ask for the newest page of the feed."""
    path = "news/feed/" if plan.options.umbrella else "presidential-actions/feed/"
    url = urljoin(plan.options.base_url.rstrip("/") + "/", path)
    return (Request(url=url, accept=FEED, conditional=True),)


def read(page: Page, plan: Plan[Options]) -> Found:
    """Read a page of the feed; after a gap, ask for older ones, five at most. Raises Empty for a feed without entries."""
    feed = read_feed(page)
    if not feed.entries:
        raise Empty("the feed has no entries")
    check_words(entry.title for entry in feed.entries)
    items: list[Item] = []
    problems = list(feed.problems)
    for entry in feed.entries:
        item = _item(entry, plan.now, problems)
        if item is not None:
            items.append(item)
    return Found(
        items=each_once(items),
        problems=tuple(problems),
        follow=_older(page.request, feed, plan.complete_at),
    )


def _older(asked: Request, feed: Feed, complete_at: datetime | None) -> tuple[Request, ...]:
    """Return the request for the next page, none where this one reaches back to the last complete read.

    Its last dated entry tells, and not the oldest: an old one that is pinned, or a year misprinted, is no reason to stop.
    """
    parts = urlsplit(asked.url)
    question = dict(parse_qsl(parts.query))
    number = int(question["paged"]) if question.get("paged", "").isdecimal() else 1
    last = next((entry for entry in reversed(feed.entries) if day_of(entry)), None)
    if complete_at is None or last is None or _is_before(last, complete_at) or number >= MAX_PAGES:
        return ()
    query = urlencode(question | {"paged": str(number + 1)})
    return (Request(url=parts._replace(query=query).geturl(), accept=FEED),)


def _is_before(entry: Entry, moment: datetime) -> bool:
    """Tell whether what stands behind an entry is older than `moment`. Of the same day there may be more."""
    if entry.published is not None:
        return entry.published <= moment
    return entry.published_on is not None and entry.published_on < local_day(moment)


def _item(entry: Entry, now: datetime, problems: list[Problem]) -> Item | None:
    name = entry_key(entry)[:200]
    if entry.url is None or not entry.title:
        problems.append(Problem(record=name, reason="it has no title or no address"))
        return None
    post = _POST.fullmatch(entry.id or "")
    address = url_ref(entry.url)
    day = dated(day_of(entry), now, name=name, problems=problems)
    body = entry.content or entry.summary
    return Item(
        source=KEY,
        key=post[1] if post else canonical_url(entry.url),
        ref=f"whitehouse:{post[1]}" if post else address,
        aliases=(address,) if post else (),
        stage=Stage.ANNOUNCED,
        kind=_kind(entry.categories),
        title=entry.title,
        url=entry.url,
        lang="en",
        official_at=entry.published if day else None,
        official_on=day,
        body=body,
        agencies=(AGENCY,),
        refs=found_refs(f"{entry.title}\n{body or ''}"),
    )


def _kind(categories: tuple[str, ...]) -> str:
    """Return what the site files it under, in the singular; the narrowest of several."""
    named = [one for one in categories if one.casefold() not in _WIDER]
    known = (_KINDS[one.casefold()] for one in named if one.casefold() in _KINDS)
    return next(known, named[-1] if named else "Presidential Action" if categories else "News")


SOURCE = Source(
    key=KEY,
    title="White House actions",
    issuer="The White House",
    home="https://www.whitehouse.gov/presidential-actions/",
    # Any hour, week-ends too. Source: facts gathered 2026-11-23.
    rhythm=Rhythm(
        zone=ZONE,
        days="every-day",
        slots=(Slot(start=time(8, 0), end=time(23, 30), every=timedelta(minutes=5)),),
        otherwise=timedelta(minutes=15),
        off_days=timedelta(minutes=15),
    ),
    options=Options,
    requests=requests,
    read=read,
    facts=Facts(
        path="the feed of presidential actions (30 entries), with `umbrella` that of all news; after a gap its older pages",
        identity="the number of the post (`whitehouse:40001`)",
        limits="no number of an order before the Register gives it one; an hour may be earlier than the page; of a very long"
        " text the first 100,000 characters",
        seen=date(2026, 11, 23),
    ),
    quiet_for=timedelta(days=4),
    covers=("federal-register", "public-inspection"),
    max_bytes=4_000_000,
)
