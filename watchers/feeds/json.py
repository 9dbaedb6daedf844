"""JSON Feed 1.0 and 1.1 as it is written. Pure. A record that is not as the format has it is a Problem, the rest is read.

Not by fastfeedparser: that one (0.6.5, run 2026-11-23) fails on a whole feed for one record and hands on numbers as ids.
Source: the specification of JSON Feed 1 and 1.1, seen 2026-11-23.
"""

import msgspec

from watchers.errors import NotSane, Truncated
from watchers.feeds.raw import MAX_ENTRIES, MAX_PARTS, RawEntry, RawFeed, address_of, too_many_entries
from watchers.source import Problem


class _Person(msgspec.Struct):
    name: str | None = None


class _Attachment(msgspec.Struct):
    url: str | None = None


class _Item(msgspec.Struct):
    id: str | int | float | None = None
    url: str | None = None
    title: str | None = None
    summary: str | None = None
    content_html: str | None = None
    content_text: str | None = None
    date_published: str | None = None
    date_modified: str | None = None
    author: _Person | None = None
    authors: list[_Person] | None = None
    tags: list[str] | None = None
    attachments: list[_Attachment] | None = None


class _Feed(msgspec.Struct):
    version: str
    items: list[msgspec.Raw]
    title: str | None = None
    home_page_url: str | None = None
    language: str | None = None


def read_json_feed(text: str, url: str) -> RawFeed:
    """Return the JSON Feed in `text`, read from `url`.

    Raises Truncated where the text ends early, NotSane where it is JSON of another kind, no JSON, or far too much.
    """
    if text.count(",") > MAX_PARTS:
        raise NotSane(f"JSON of more than {MAX_PARTS:,} values")
    try:
        feed = msgspec.json.decode(text, type=_Feed)
    except msgspec.ValidationError:
        raise NotSane("JSON that is no feed") from None
    except msgspec.DecodeError as error:
        if "truncated" in str(error):
            raise Truncated("the feed ends in the middle of its JSON") from None
        raise NotSane(f"not a feed, and not JSON: {error}") from None
    except RecursionError:
        raise NotSane("JSON nested too deep for a feed") from None
    if "jsonfeed.org/version/" not in feed.version:
        raise NotSane("JSON that is no feed")
    raw = RawFeed(
        title=feed.title, home=address_of(url, feed.home_page_url or ""), lang=feed.language, entries=[]
    )
    for position, item in enumerate(feed.items[:MAX_ENTRIES], start=1):
        try:
            raw.entries.append(_entry(msgspec.json.decode(item, type=_Item), url))
        except (msgspec.DecodeError, RecursionError) as error:
            raw.problems.append(
                Problem(record=f"item {position}", reason=f"not as JSON Feed has it: {error}")
            )
    if len(feed.items) > MAX_ENTRIES:
        raw.problems.append(too_many_entries())
    return raw


def _entry(item: _Item, url: str) -> RawEntry:
    identity = item.id if isinstance(item.id, str | None) else str(item.id)
    people = [*(item.authors or ()), *([item.author] if item.author else ())]
    return RawEntry(
        base=url,
        id=identity,
        links=[item.url or "", address_of("", identity or "") or ""],
        title=item.title,
        summary=item.summary,
        content=item.content_html or item.content_text,
        literal=not item.content_html,
        published=item.date_published,
        updated=item.date_modified,
        author=next((person.name for person in people if person.name), None),
        categories=item.tags or [],
        enclosures=[one.url for one in item.attachments or () if one.url],
    )
