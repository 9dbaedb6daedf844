"""How a post on a social platform becomes an item: its title, its words, its language. Pure, and the same for every platform.

It must never drop a post for having no text, nor show or compare a count of likes or views.
"""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import urlsplit

from watchers.addresses import url_ref
from watchers.item import Item, Link, Stage
from watchers.markup import plain_title
from watchers.posts.text import URL
from watchers.sanity import AHEAD

Kind = Literal["Post", "Reply", "Repost"]
Replies = Literal["own", "all", "none"]
"""Which replies are kept: those in the account's own threads, also those to others, or none."""

CHOICE = "• "
"""Stands before each answer of a poll, on a line of its own; its question is the title."""

_TITLE_CHARS = 200
_SHORT_TITLE_CHARS = 12  # such a first line ("BREAKING:", "1/3") says nothing without the next
_SOURCE_TITLE_CHARS = 25
_WORD_CHARS = 60
_TITLE_READ_CHARS = 4_000
_SENTENCE_END = re.compile(
    r"(?<![^A-Za-z][A-Z])(?<!\bNo|\bMr|\bDr)[.!?](?=\s)|[。！？]"
)  # not at "U.S." and "No. 61"
_MEDIA = {
    "image": "images",
    "video": "videos",
    "file": "files",
    "sticker": "stickers",
    "recording": "recordings",
}

_TAG = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9]{1,8}){0,5}", re.IGNORECASE)
_CHINESE = frozenset({"zh", "zho", "chi", "cmn", "yue", "wuu", "nan", "hak"})
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af]")
_KANA = re.compile("[\u3040-\u30ff]")
_LANGUAGE_CHARS = 2_000
_HAN_SHARE = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One post as its platform gave it. `text` is plain text with full addresses; `author` is `@handle`, or a printed name.

    `tag` is the language as the platform names it. `media` has a word of `_MEDIA` for each attachment, or any other words;
    `descriptions` are what its author says is to be seen there, and the names of files. `cards` are the pages that it shows a
    preview of: embedded links with their titles.
    """

    key: str
    ref: str
    url: str
    kind: Kind
    text: str
    author: str
    at: datetime | None
    tag: str | None = None
    media: tuple[str, ...] = ()
    descriptions: tuple[str, ...] = ()
    cards: tuple[Link, ...] = ()
    links: tuple[Link, ...] = ()
    note: str | None = None

    @property
    def is_bare(self) -> bool:
        """Tell whether nothing of it was found that a reader could look at."""
        return not (self.text or self.media or self.descriptions or self.cards)


def item_of(post: Post, *, source: str, official: bool) -> Item:
    """Return the item that a post of the source with the key `source` is. `official`: its account speaks for an issuer.

    What it passes on from others is not its own announcement. Descriptions are part of the body, for statements are posted as
    pictures. Titles of previews are subjects: they can be searched, and one that a platform adds later changes nothing.
    """
    title = title_of(post)
    told = "\n".join(f"[{each}]" for each in post.descriptions)
    body = "\n\n".join(filter(None, (post.text, told)))
    link_ref = url_ref(post.url)
    return Item(
        source=source,
        key=post.key,
        ref=post.ref,
        aliases=(link_ref,) if link_ref != post.ref else (),
        stage=Stage.ANNOUNCED if official and post.kind != "Repost" else Stage.UNCONFIRMED,
        kind=post.kind,
        title=title,
        url=post.url,
        lang=language(post.tag, post.text),
        official_at=post.at,
        note=post.note or None,
        body=body if body and body != title else None,
        author=post.author,
        subjects=tuple(card.title for card in post.cards if card.title),
        links=(*post.cards, *post.links),
    )


def title_of(post: Post) -> str:
    """Return the first line of a post, at most 200 characters; where it has no words, what it has instead, in words."""
    words = URL.sub("", post.text)
    if not any(char.isalnum() for char in words):
        shown = _what_it_shows(post)
        if shown or not words.strip():
            return f"{post.kind} without text" + (f": {shown}" if shown else "")
    title = ""
    for line in post.text.split("\n"):
        if title and line.startswith(CHOICE):
            break
        title = f"{title} {_without_address_at_end(line)}".strip()
        if len(title) > _SHORT_TITLE_CHARS:
            break
    return _shortened(plain_title(title)) or f"{post.kind} without text"


def _what_it_shows(post: Post) -> str:
    counts = Counter(post.media)
    shown = [
        f"{count} {kind if count == 1 else _MEDIA[kind]}" if kind in _MEDIA else kind
        for kind, count in counts.items()
    ]
    if shown and post.descriptions:
        shown[-1] += f" “{post.descriptions[0]}”"
    address = next((card.url for card in post.cards), None)
    title = next((card.title for card in post.cards), None)
    if address is None and (found := URL.search(post.text)) is not None:
        address = found[0]
    if address is not None:
        host = (urlsplit(address).hostname or "").removeprefix("www.")
        shown.append(f"a link to {host}" + (f" “{title}”" if title else ""))
    elif any(link.kind == "quoted" for link in post.links):
        shown.append("a quoted post")
    return _shortened(plain_title(", ".join(shown)))


def _without_address_at_end(line: str) -> str:
    line = line[:_TITLE_READ_CHARS].rstrip()
    while (start := max(line.rfind("http://"), line.rfind("https://"))) >= 0 and " " not in line[start:]:
        line = line[:start].rstrip(" :：")
    return line


def _shortened(line: str) -> str:
    if len(line) <= _TITLE_CHARS:
        return line
    ends = [found.end() for found in _SENTENCE_END.finditer(line, _WORD_CHARS, _TITLE_CHARS + 1)]
    if ends:
        return line[: ends[-1]]
    cut = line[: _TITLE_CHARS - 1]
    if line[_TITLE_CHARS - 1] != " ":
        last = cut.rfind(" ", _TITLE_CHARS - _WORD_CHARS)
        cut = cut[:last] if last > 0 else cut
    return f"{cut.rstrip()}…"


def language(tag: str | None, text: str) -> str:
    """Return a language of two letters: that of `tag` (`zh-Hant`, `en_US`), else "zh" or "en" by the script of `text`."""
    found = _TAG.fullmatch(tag or "")
    primary = found[1].lower() if found else ""
    if primary in _CHINESE:
        return "zh"
    if len(primary) == 2:
        return primary
    start = text[:_LANGUAGE_CHARS]
    letters = sum(char.isalpha() for char in start)
    is_chinese = len(_HAN.findall(start)) > _HAN_SHARE * letters and not _KANA.search(start)
    return "zh" if is_chinese else "en"


def source_title(title: str, account: str) -> str:
    """Return the operator's own title of a source, or the account's name, of at most 25 characters."""
    name = title or account
    return name if len(name) <= _SOURCE_TITLE_CHARS else f"{name[: _SOURCE_TITLE_CHARS - 1]}…"


def instant(text: str | None, now: datetime) -> datetime | None:
    """Return the instant (UTC) of a post; None where there is none, or one more than two days after `now` (aware)."""
    try:
        at = datetime.fromisoformat(text or "")
        return at.astimezone(UTC) if at.tzinfo is not None and at <= now + AHEAD else None
    except (ValueError, OverflowError):
        return None
