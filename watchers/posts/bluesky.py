"""A post as Bluesky's public interface shows it, and what is in it: its words, pictures, links. Pure.

Only what its author wrote is read (the record), never what the network adds to it. What is malformed in a detail is passed
over. Source: facts gathered 2026-11-23 (the published lexicons app.bsky.feed.post, app.bsky.richtext.facet, app.bsky.embed).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from watchers.item import Link
from watchers.posts.answers import NOTHING, detail
from watchers.posts.text import address, described, with_addresses, with_facets

POST_URI = re.compile(
    r"at://(did:[a-z]{1,20}:[A-Za-z0-9._:%-]{1,200})/app\.bsky\.feed\.post/([A-Za-z0-9._~:-]{1,512})"
)
"""The lasting address of a post: its author's DID and its own key there."""

UNKNOWN_HANDLE = "handle.invalid"
"""What the network calls an account whose handle it cannot prove."""


class Ref(msgspec.Struct):
    """A record that another one points to."""

    uri: str = ""


class ReplyRef(msgspec.Struct):
    """What a reply answers: the post before it, and the one that its thread began with."""

    root: Ref = msgspec.field(default_factory=Ref)
    parent: Ref = msgspec.field(default_factory=Ref)


class Record(msgspec.Struct, rename="camel"):
    """What the author wrote."""

    text: str = ""
    created_at: str | None = None
    facets: list[msgspec.Raw] | None = None
    embed: msgspec.Raw = NOTHING
    langs: list[str] | None = None
    reply: ReplyRef | None = None


class Author(msgspec.Struct):
    """An account. Its handle may change hands, its DID does not."""

    did: str
    handle: str = UNKNOWN_HANDLE


class View(msgspec.Struct, rename="camel"):
    """A post as the network shows it. `indexed_at` is its server's time; the record's `created_at` is its author's word."""

    uri: str
    author: Author
    record: Record
    indexed_at: str | None = None


class Reason(msgspec.Struct, rename="camel"):
    """Why a post stands in a feed that is not its place: passed on, or pinned."""

    type: str = msgspec.field(default="", name="$type")
    indexed_at: str | None = None


class Entry(msgspec.Struct):
    """One line of a feed."""

    post: View
    reason: Reason | None = None


class _Span(msgspec.Struct, rename="camel"):
    byte_start: int
    byte_end: int


class _Feature(msgspec.Struct):
    uri: str | None = None


class _Facet(msgspec.Struct):
    index: _Span
    features: list[_Feature] = []


class _Described(msgspec.Struct):
    alt: str | None = None


class _External(msgspec.Struct):
    uri: str = ""
    title: str = ""


class _Media(msgspec.Struct):
    type: str = msgspec.field(default="", name="$type")
    images: list[_Described] = []
    external: _External | None = None
    alt: str | None = None


class _Quoted(msgspec.Struct):
    """A quoted record. With media beside it, it is wrapped once more."""

    uri: str = ""
    record: Ref | None = None


class _Embed(_Media):
    media: _Media | None = None
    record: _Quoted | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What is in a post: its words with full addresses, its pictures and videos, its preview, and other posts it points to."""

    text: str
    media: tuple[str, ...]
    descriptions: tuple[str, ...]
    cards: tuple[Link, ...]
    links: tuple[Link, ...]


def contents_of(record: Record, web_url: str) -> Contents:
    """Return what is in a post. `web_url` is where people read posts."""
    embed = detail(record.embed, _Embed) or _Embed()
    media = embed.media or embed
    card = (media.external and address(media.external.uri)) or None
    links = [("quoted", (embed.record.record or embed.record).uri)] if embed.record else []
    links += [("replied_to", record.reply.parent.uri)] if record.reply else []
    found = ((kind, web_address(uri, web_url)) for kind, uri in links)
    is_video = media.type.startswith("app.bsky.embed.video")
    return Contents(
        text=with_addresses(with_facets(record.text, _links_in(record)), [card] if card else []),
        descriptions=described([media.alt, *(picture.alt for picture in media.images)]),
        media=("image",) * len(media.images) + ("video",) * is_video,
        cards=(Link(kind="embed", url=card, title=_title(media.external)),) if card else (),
        links=tuple(Link(kind=kind, url=url) for kind, url in found if url),
    )


def web_address(uri: str, web_url: str) -> str | None:
    """Return where people read the post at an at-uri, None where it is not the at-uri of a post."""
    found = POST_URI.fullmatch(uri)
    return f"{web_url.rstrip('/')}/profile/{found[1]}/post/{found[2]}" if found else None


def is_own_thread(reply: ReplyRef, did: str) -> bool:
    """Tell whether a reply of the account `did` stands in a thread of its own."""
    uris = (POST_URI.fullmatch(each.uri) for each in (reply.parent, reply.root))
    return all(found is not None and found[1] == did for found in uris)


def _title(external: _External | None) -> str | None:
    return (" ".join(external.title.split()) or None) if external else None


def _links_in(record: Record) -> Iterator[tuple[int, int, str]]:
    for raw in record.facets or ():
        facet = detail(raw, _Facet)
        for feature in facet.features if facet else ():
            url = address(feature.uri)
            if facet and url:
                yield facet.index.byte_start, facet.index.byte_end, url
