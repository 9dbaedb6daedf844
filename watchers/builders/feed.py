"""Any RSS, Atom or JSON Feed: its entries as items.

No entry may be lost because its feed is careless: ids that stand for several entries and links that do name none of them.
"""

import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from watchers.addresses import url_ref
from watchers.errors import Empty
from watchers.feeds import Entry, Feed, entry_key, read_feed
from watchers.item import Item
from watchers.markup import plain_title
from watchers.own_source import (
    OwnOptions,
    believed,
    check_words,
    file_links,
    language_of,
    link_key,
    link_ref,
    own_source,
    print_of,
    remembered,
    short_name,
    stage_of,
    to_remember,
)
from watchers.source import FEED, Builder, Facts, Found, Page, Plan, Problem, Request, Source

_LONG_SUMMARY_CHARS = 1_500  # nobody sums up at such length: it is the text itself
_MAX_SHARED = 100
_NO_TITLE = re.compile(r"\[?no title\]?(?:\W|\Z)", re.IGNORECASE)
# What a widespread plug-in of blogs writes under every text. It names the site, which topics may look for.
_FOOTER = re.compile(r"\s{0,9}The post [^\n]{1,600} (?:first appeared|appeared first) on [^\n]{1,300}\Z")
_CUT_MARKS = " \n[]().…»→"
_SHARED_ID = "several entries with different addresses have this id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options(OwnOptions):
    """The feed, and how it is read (`OwnOptions`).

    `keep`: only entries whose title contains one of these words, in whatever case (default: all).
    """

    keep: tuple[str, ...] = ()


def requests(plan: Plan[Options]) -> tuple[Request, ...]:
    """Ask for the feed."""
    return (Request(url=plan.options.url, accept=FEED, conditional=True),)


def read(page: Page, plan: Plan[Options], *, key: str) -> Found:
    """Read the feed. Raises Empty for one that had entries and has none, WrongCharset, and what `read_feed` raises."""
    feed, options = read_feed(page), plan.options
    known = remembered(plan, options.url)
    if not feed.entries and known.get("entries"):
        raise Empty(f"the feed has no entries, and it had {known['entries']}")
    check_words((entry.title for entry in feed.entries), options)
    shared = dict.fromkeys(known.get("shared", "").split())
    entries = _by_key(feed.entries, shared)
    refs = _refs(entries, feed, options, shared)
    problems = [problem for problem in feed.problems if problem.reason != _SHARED_ID]
    keep = tuple(word.casefold() for word in options.keep)
    items = []
    for name, entry in entries.items():
        title = _title(entry)
        if not keep or any(word in title.casefold() for word in keep):
            ref = refs.get(name) or short_name(f"feed:{key}:{name}")
            items.append(_item(entry, title, plan, feed, source=key, key=name, ref=ref, problems=problems))
    memory = to_remember(
        plan,
        options.url,
        entries=str(len(feed.entries) or ""),
        shared=" ".join([*shared][-_MAX_SHARED:]),
    )
    return Found(items=tuple(items), problems=tuple(problems), memory=memory)


def _by_key(entries: Iterable[Entry], shared: dict[str, None]) -> dict[str, Entry]:
    """Return the entries by key, of several with one key the latest. Ids that are found to be `shared` are added to it."""
    named = [entry for entry in entries if entry.id]
    if len({entry.id for entry in named}) < len(named):
        marks = ((entry.id or "", link_ref(entry.url) if entry.url else entry.title) for entry in named)
        shared |= dict.fromkeys(_ambiguous(marks))
    found: dict[str, Entry] = {}
    for entry in entries:
        name = _key(entry, shared)
        if name not in found or _when(entry) > _when(found[name]):
            found[name] = entry
    return found


def _key(entry: Entry, shared: Container[str]) -> str:
    if entry.id and print_of(entry.id) not in shared:
        return short_name(entry_key(entry))
    return link_key(entry.url) if entry.url else entry_key(replace(entry, id=None))


def _refs(entries: dict[str, Entry], feed: Feed, options: Options, shared: dict[str, None]) -> dict[str, str]:
    """Return the references of the entries whose links lead to them alone, by key. Links that do not are added to `shared`."""
    links = {name: link_ref(entry.url) for name, entry in entries.items() if entry.url}
    shared |= dict.fromkeys(_ambiguous((link, entries[name].title) for name, link in links.items()))
    lists = {link_ref(options.url), link_ref(feed.home or options.url)}
    return {
        name: link
        for name, link in links.items()
        # The front page is the only one whose address ends with a slash.
        if not link.endswith("/") and link not in lists and print_of(link) not in shared
    }


def _ambiguous(marks: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield the prints of names that stand for different things."""
    first: dict[str, str] = {}
    for name, thing in marks:
        if first.setdefault(name, thing) != thing:
            yield print_of(name)


def _when(entry: Entry) -> datetime:
    return entry.updated or entry.published or _LONG_AGO


def _item(
    entry: Entry,
    title: str,
    plan: Plan[Options],
    feed: Feed,
    *,
    source: str,
    key: str,
    ref: str,
    problems: list[Problem],
) -> Item:
    options = plan.options
    at, on = believed(key, *_date(entry), plan, problems)
    abstract, body = _texts(entry, title)
    return Item(
        source=source,
        key=key,
        ref=ref,
        aliases=_original(entry),
        stage=stage_of(options),
        kind=options.kind,
        title=title,
        url=entry.url or feed.home or options.url,
        lang=language_of(options, feed.lang, title),
        official_at=at,
        official_on=on,
        abstract=abstract,
        body=body,
        author=entry.author,
        subjects=entry.categories,
        links=file_links(entry.enclosures) if entry.enclosures else (),
    )


def _date(entry: Entry) -> tuple[datetime | None, date | None]:
    """Return when an entry was published; where it does not say, when it was last changed."""
    if entry.published is None and entry.published_on is None:
        return entry.updated, None
    return entry.published, entry.published_on


def _original(entry: Entry) -> tuple[str, ...]:
    """Return the name of the post that an entry mirrors, so that the post itself meets it."""
    return tuple(
        url_ref(text)
        for name, text in entry.extensions
        if name.endswith(":originalUrl") and text.startswith("https://")
    )


def _title(entry: Entry) -> str:
    if entry.title and not _NO_TITLE.match(entry.title):
        return entry.title
    first = (entry.summary or entry.content or "").partition("\n")[0]
    return plain_title(first) or entry.title or entry.url or "Entry without a title"


def _texts(entry: Entry, title: str) -> tuple[str | None, str | None]:
    """Return abstract and body: what the feed gives as either, without what is said twice."""
    abstract, body = _without_footer(entry.summary), _without_footer(entry.content)
    if abstract and body is None and len(abstract) > _LONG_SUMMARY_CHARS:
        abstract, body = None, abstract
    if abstract and (_begins(title, abstract) or (body and _begins(body, abstract))):
        abstract = None
    return abstract, body if body != title else None


def _without_footer(text: str | None) -> str | None:
    if text is None or " on " not in text[-400:]:
        return text
    line = text.rfind("The post ")
    return text[:line].rstrip() or None if line >= 0 and _FOOTER.fullmatch(text, line) else text


def _begins(text: str, start: str) -> bool:
    """Tell whether `text` begins with `start`, which may end with a mark that it was cut."""
    if len(start) > 2 * len(text) + 100:  # nearly every summary against its title
        return False
    start = " ".join(start.rstrip(_CUT_MARKS).split()).casefold()
    return " ".join(text[: 2 * len(start) + 200].split()).casefold().startswith(start)


def make(key: str, options: Options) -> Source[Options]:
    """Return the source of one feed. Raises ValueError for options that cannot be meant."""
    if not all(word.strip() for word in options.keep):
        raise ValueError("keep should not have an empty word: every title contains it")
    return own_source(key, options, requests=requests, read=read, facts=_FACTS)


_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)
_FACTS = Facts(
    path="the feed",
    identity="the entry's id within its feed, else the address of its page, by which copies elsewhere meet it",
    limits="as much as the feed carries; an edit is noticed while the entry is in it; dates are as its issuer says",
    seen=date(2026, 11, 23),
)

BUILDER = Builder(key="feed", title="An RSS, Atom or JSON feed", options=Options, make=make, facts=_FACTS)
