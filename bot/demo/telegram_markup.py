"""Telegram's HTML as its server reads it: plain text and entities, or the reason why it cannot be parsed. Pure.

Offsets and lengths are UTF-16 units, as everywhere in the Bot API; offsets in errors are bytes of UTF-8.
Source: core.telegram.org/bots/api#html-style (Bot API 10.0, `tg-time` since 9.5) and the words of errors in public reports, seen
2026-11-29. Quotes inside quotes are refused here because the page forbids them; what the real server says is not known.
"""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_TYPES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
}
_TAG = re.compile(r"<(?P<end>/?)(?P<name>[^\s>/]*)(?P<rest>[^>]*)>")
_ATTRIBUTE = re.compile(r"""([^\s=/]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+))?""")
_REFERENCE = re.compile(r"&(?:lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);")


class Unparsable(Exception):
    """The text is no HTML that Telegram reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A stretch of text with a meaning. `url` is where a link leads; `unix` the instant of a date."""

    type: str
    offset: int
    length: int
    url: str = ""
    unix: int | None = None

    def as_json(self) -> dict[str, str | int]:
        """Return the entity as the Bot API writes it."""
        more: dict[str, str | int] = {"url": self.url} if self.url else {}
        if self.unix is not None:
            more["unix_time"] = self.unix
        return {"type": self.type, "offset": self.offset, "length": self.length, **more}


@dataclass(frozen=True, slots=True)
class Parsed:
    """Text without its markup, white space at both ends gone."""

    text: str
    entities: tuple[Entity, ...] = ()


@dataclass(slots=True)
class _Open:
    name: str
    attributes: Mapping[str, str]
    offset: int


@dataclass(slots=True)
class _Reading:
    text: list[str] = field(default_factory=list)
    length: int = 0
    entities: list[Entity] = field(default_factory=list)
    open: list[_Open] = field(default_factory=list)

    def add(self, piece: str) -> None:
        plain = _REFERENCE.sub(lambda found: html.unescape(found[0]), piece)
        self.text.append(plain)
        self.length += units(plain)


def units(text: str) -> int:
    """Return how long Telegram counts `text`: in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def parse_html(source: str, *, knows_tg_time: bool = True) -> Parsed:
    """Return text and entities of `source`. Raises Unparsable with the server's words.

    `knows_tg_time=False` reads as a server did before Bot API 9.5, which knew no `tg-time`.
    """
    reading = _Reading()
    place = 0
    while (start := source.find("<", place)) >= 0:
        reading.add(source[place:start])
        byte = len(source[:start].encode())
        tag = _TAG.match(source, start)
        if tag is None:
            raise Unparsable(f"Unclosed start tag at byte offset {byte}")
        if tag["end"]:
            _close(reading, tag["name"].lower(), byte)
        else:
            _begin(reading, tag, byte, knows_tg_time)
        place = tag.end()
    reading.add(source[place:])
    if reading.open:
        name = reading.open[-1].name
        raise Unparsable(f'Can\'t find end tag corresponding to start tag "{name}"')
    return trimmed("".join(reading.text), reading.entities)


def trimmed(text: str, entities: list[Entity]) -> Parsed:
    """Return `text` without white space at its ends, entities moved and cut along with it, in the order of their places."""
    lead = units(text) - units(text.lstrip())
    kept = text.strip()
    end = units(kept)
    moved = []
    for entity in entities:
        first = max(entity.offset - lead, 0)
        last = min(entity.offset + entity.length - lead, end)
        if last > first:
            moved.append(
                Entity(type=entity.type, offset=first, length=last - first, url=entity.url, unix=entity.unix)
            )
    return Parsed(kept, tuple(sorted(moved, key=lambda one: (one.offset, -one.length))))


def _begin(reading: _Reading, tag: "re.Match[str]", byte: int, knows_tg_time: bool) -> None:
    name = tag["name"].lower()
    if name not in _TYPES or (name == "tg-time" and not knows_tg_time):
        raise Unparsable(f'Unsupported start tag "{name}" at byte offset {byte}')
    attributes = {
        key.lower(): html.unescape(value.strip("\"'")) for key, value in _ATTRIBUTE.findall(tag["rest"])
    }
    if name == "span" and attributes.get("class") != "tg-spoiler":
        raise Unparsable(f'Tag "span" must have class "tg-spoiler" at byte offset {byte}')
    if name == "tg-time" and not re.fullmatch(r"-?\d+", attributes.get("unix", "")):
        raise Unparsable(f'Tag "tg-time" must have a valid attribute "unix" at byte offset {byte}')
    if name == "blockquote" and any(one.name == "blockquote" for one in reading.open):
        raise Unparsable(f'Nested start tag "blockquote" at byte offset {byte}')
    reading.open.append(_Open(name, attributes, reading.length))


def _close(reading: _Reading, name: str, byte: int) -> None:
    if not reading.open:
        raise Unparsable(f"Unexpected end tag at byte offset {byte}")
    opened = reading.open.pop()
    if name not in {"", opened.name}:
        raise Unparsable(
            f'Unmatched end tag at byte offset {byte}, expected "</{opened.name}>", found "</{name}>"'
        )
    length = reading.length - opened.offset
    if not length:
        return
    expandable = opened.name == "blockquote" and "expandable" in opened.attributes
    reading.entities.append(
        Entity(
            type="expandable_blockquote" if expandable else _TYPES[opened.name],
            offset=opened.offset,
            length=length,
            url=opened.attributes.get("href", "") if opened.name == "a" else "",
            unix=int(opened.attributes["unix"]) if opened.name == "tg-time" else None,
        )
    )
