"""GovDelivery, the mailing service that many US agencies publish by: its bulletins, their feeds and widgets. Pure.

A bulletin has one page under several addresses. Links in it may lead through the service, which counts who follows them:
where such a link says where it leads, that is what counts.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urlsplit

import msgspec

from watchers.addresses import canonical_url, url_ref
from watchers.charset import decode
from watchers.errors import Blocked, Empty, Moved, NotSane, Truncated
from watchers.feeds import Entry, entry_key, read_feed
from watchers.item import Item, Stage
from watchers.markup import absolute
from watchers.press import Desk, Places, check_words, dated, day_of, each_once
from watchers.press_release import read_article
from watchers.sanity import looks_like_challenge
from watchers.source import Page, Plan, Problem

JSONP = "application/javascript, application/json;q=0.9"

# Source: facts gathered 2026-11-23; a bulletin's code is its number in hexadecimal.
_BULLETIN = re.compile(
    r"/accounts/(?P<account>[A-Za-z0-9_]{2,40})/bulletins/(?P<code>[0-9a-fA-F]{4,12})/?"
    r"|/bulletins/gd/(?P<short>[A-Za-z0-9_]{2,40})-(?P<short_code>[0-9a-fA-F]{4,12})/?"
)
# Source: such links in mails and pages of the service, facts gathered 2026-11-23.
_COUNTED = re.compile(
    r"https?://[a-z0-9-]{0,20}links[a-z0-9-]{0,20}\.govdelivery\.com(?::\d{1,5})?/", re.IGNORECASE
)
_LEADS_TO = re.compile(r"(?:[&?]|/CL0/)(?P<target>https?(?::|%3A)(?:/|%2F){2}[^\s]{1,4000})", re.IGNORECASE)
_CALL = re.compile(r"[\w$.\[\]]{1,60}\(\s{0,100}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulletin:
    """One bulletin: whose it is, and its number."""

    account: str
    number: int


def bulletin_of(url: str) -> Bulletin | None:
    """Return the bulletin whose page is at `url`, None for any other page."""
    found = _BULLETIN.fullmatch(_path(url))
    if found is None:
        return None
    account = found["account"] or found["short"]
    return Bulletin(account=account.upper(), number=int(found["code"] or found["short_code"], 16))


def bulletin_address(url: str) -> str:
    """Return the address of a bulletin's page without what says where it was met; any other address as it is."""
    bulletin = bulletin_of(url)
    if bulletin is None:
        return url
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/accounts/{bulletin.account}/bulletins/{bulletin.number:x}"


def leads_to(url: str) -> str | None:
    """Return where a link that is counted on its way leads; None where it does not say, or is no such link."""
    if len(url) > 5000 or _COUNTED.match(url) is None:
        return None
    found = _LEADS_TO.search(url, 8)
    if found is None:
        return None
    target = found["target"]
    is_quoted = "%2f" in target[:20].lower()
    return absolute(url, unquote(target.partition("/")[0]) if is_quoted else target)


def _path(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


# -- feeds


def read_bulletins(page: Page, desk: Desk, now: datetime) -> tuple[tuple[Item, ...], tuple[Problem, ...]]:
    """Return an item for each bulletin in the feed on `page`, and what was wrong with it. `now` is aware.

    An item goes by the address of what the bulletin leads to, else of the bulletin. Raises as `feeds.read_feed` does, Empty
    for a feed without entries.
    """
    feed = read_feed(page)
    if not feed.entries:
        raise Empty("the feed has no entries")
    check_words(entry.title for entry in feed.entries)
    items: list[Item] = []
    problems = list(feed.problems)
    for entry in feed.entries:
        item = _item(entry, desk, now, problems)
        if item is not None:
            items.append(item)
    return each_once(items), tuple(problems)


def _item(entry: Entry, desk: Desk, now: datetime, problems: list[Problem]) -> Item | None:
    if entry.url is None or not entry.title:
        problems.append(Problem(record=entry_key(entry)[:200], reason="it has no title or no address"))
        return None
    url = leads_to(entry.url) or bulletin_address(entry.url)
    day = dated(day_of(entry), now, name=url, problems=problems)
    return Item(
        source=desk.key,
        key=canonical_url(url),
        ref=url_ref(url),
        stage=Stage.ANNOUNCED,
        kind=desk.kind,
        title=entry.title,
        url=url,
        lang="en",
        official_at=entry.published if day else None,
        official_on=day,
        body=entry.content or entry.summary,
        agencies=(desk.agency,),
    )


# -- widgets


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a widget: a bulletin's subject, when it was sent (as printed, if at all), and its address."""

    subject: str
    href: str
    pub_date: str | None = None


def read_widget(page: Page) -> tuple[tuple[Notice, ...], tuple[Problem, ...]]:
    """Return the lines of a widget, a list of JSON in a call: `GDWidgets[0].update([…])`. Nothing of it is ever run.

    Raises Truncated, Blocked, NotSane, or Empty for a widget without lines.
    """
    text = decode(page.body, page.headers.get("content-type")).strip()
    if not text:
        raise Truncated("an empty body instead of a widget")
    if text.startswith("<"):
        what = "a check page" if looks_like_challenge(page.body) else "a web page"
        raise Blocked(f"{what} instead of a widget")
    call = _CALL.match(text)
    start = call.end() if call else 0
    if not text.startswith("[", start):
        raise NotSane(f"not a widget: it starts with {text[:30]!r}")
    end = text.rfind("]") + 1
    if call and text[end:].strip(" \r\n\t;") != ")":
        raise Truncated("the widget ends in the middle")
    try:
        lines = msgspec.json.decode(text[start:end].encode("utf-8", "replace"), type=list[msgspec.Raw])
    except (msgspec.DecodeError, RecursionError) as error:
        raise NotSane(f"not a widget: {error}") from error
    if not lines:
        raise Empty("the widget has no lines")
    return _notices(lines)


def _notices(lines: list[msgspec.Raw]) -> tuple[tuple[Notice, ...], tuple[Problem, ...]]:
    notices: list[Notice] = []
    problems: list[Problem] = []
    for place, line in enumerate(lines, start=1):
        try:
            notices.append(msgspec.json.decode(line, type=Notice))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            problems.append(Problem(record=f"line {place}", reason=str(error)))
    return tuple(notices), tuple(problems)


# -- a bulletin's own page

# Source: bulletins of several accounts as read by their clients, facts gathered 2026-11-23. What dates a bulletin is the
# feed or widget that names it; dates in its text are those of what it tells.
PLACES = Places(
    article_title="h1.bulletin_subject",
    article_date="",
    article_body=("#bulletin_body", ".bulletin_body"),
)


def read_bulletin(page: Page, item: Item, plan: Plan[Any]) -> Item:
    """Return `item` with the text of the bulletin on `page`. Raises as `press_release.read_article` does.

    Moved too where the page is another one than its bulletin's: the service answers with a form to sign up for what is gone.
    """
    own = bulletin_of(item.url)
    if own is not None and bulletin_of(page.url) != own:
        raise Moved("its page leads to one that is not this bulletin")
    return read_article(page, item, plan, PLACES, alike=0.0)
