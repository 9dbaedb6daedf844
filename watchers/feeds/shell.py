"""What stands around a feed: junk, declarations and a document type before it, more junk after it.

Only the root element and what is in it goes on to a parser, so that no document type or entity ever reaches one. Pure.
"""

import re
from dataclasses import dataclass
from itertools import islice
from typing import NoReturn

from watchers.errors import Blocked, NotSane, Truncated
from watchers.feeds.raw import MAX_ENTRIES, MAX_PARTS
from watchers.sanity import looks_like_challenge

_MAX_JUNK = 2048
_MAX_DECLARATIONS = 1000  # comments and processing instructions among them

_START = re.compile(
    r"<\?xml\s|<!(?:doctype|entity)\s|<(?:[\w.-]{1,40}:)?(?:rss|feed|rdf)[\s>/]", re.IGNORECASE | re.ASCII
)
_WHITE = re.compile(r"\s*")
_NAME = re.compile(r"(?:[A-Za-z_][\w.-]{0,40}:)?([A-Za-z_][\w.-]{0,40})(?=[\s>/])", re.ASCII)
_QUOTED = r"""(?:"[^"<>\[\]]{0,300}"|'[^'<>\[\]]{0,300}')"""
_PLAIN_DOCTYPE = re.compile(
    rf"<!DOCTYPE\s{{1,20}}([\w:.-]{{1,40}})(?:\s{{1,20}}(?:PUBLIC|SYSTEM)(?:\s{{1,20}}{_QUOTED}){{1,2}})?\s{{0,20}}>",
    re.IGNORECASE | re.ASCII,
)
_WEB_PAGE = re.compile(r"<!doctype\s{1,20}html|<(?:html|head|body)[\s>]", re.IGNORECASE | re.ASCII)
_ENTRY = re.compile(r"<(?:[\w.-]{1,40}:)?(?:item|entry)(?=[\s>/])", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelled:
    """A feed's root element: its text, its name as written, whether entries over the cap were cut off its end."""

    text: str
    root: str
    cut: bool


def shelled(text: str, body: bytes) -> Shelled:
    """Return the root element of the feed in `text`, which starts with no blank. `body` is what it was decoded from.

    Raises Blocked for a check page, Truncated where the root element is not closed, NotSane for a web page, for what is no
    feed, and for a document type that is more than a name.
    """
    start, root = _root(text, body)
    cut = _end_of_cap(text, start)
    if cut is not None:
        return Shelled(text=text[start:cut], root=root, cut=True)
    end = _end(text, start, root)
    return Shelled(text=text[start:end], root=root, cut=False)


def names_entries(text: str) -> bool:
    """Tell whether `text` holds anything that looks like the tag of an entry."""
    return _ENTRY.search(text) is not None


# -- before the root element


def _root(text: str, body: bytes) -> tuple[int, str]:
    """Return where the root element starts and its name, prefix included."""
    at = 0
    if not text.startswith("<") or _markup_that_is_junk(text):
        found = _START.search(text, 0, _MAX_JUNK)
        if found is None or _WEB_PAGE.search(text, 0, found.start()):
            _refuse(text, body)
        at = found.start()
    for _ in range(_MAX_DECLARATIONS):
        white = _WHITE.match(text, at)
        at = white.end() if white else at
        if text.startswith("<?", at):
            at = _after(text, "?>", at)
        elif text.startswith("<!--", at):
            at = _after(text, "-->", at)
        elif text.startswith("<!", at):
            at = _after_doctype(text, at, body)
        else:
            break
    name = _NAME.match(text, at + 1) if text.startswith("<", at) else None
    if name is None or name[1].lower() not in {"rss", "feed", "rdf"}:
        _refuse(text, body, at)
    return at, name[0]


def _markup_that_is_junk(text: str) -> bool:
    """Tell whether `text` starts with a tag that no feed starts with, such as those of a server's warning."""
    return not text.startswith(("<?", "<!")) and _START.match(text) is None


def _after(text: str, mark: str, at: int) -> int:
    end = text.find(mark, at)
    if end < 0:
        raise Truncated(f"the feed ends before {mark!r}")
    return end + len(mark)


def _after_doctype(text: str, at: int, body: bytes) -> int:
    """Step over a document type that declares nothing, as RSS 0.91 has one. The address in it is never asked."""
    plain = _PLAIN_DOCTYPE.match(text, at)
    if plain is None:
        raise NotSane("the feed declares a document type")
    if plain[1].lower() == "html":
        _refuse(text, body)
    return plain.end()


def _refuse(text: str, body: bytes, at: int = 0) -> NoReturn:
    """Raise what fits a page that is no feed; `at` is where a feed would start."""
    if looks_like_challenge(body):
        raise Blocked("a check page instead of a feed")
    if _WEB_PAGE.search(text, 0, _MAX_JUNK):
        raise NotSane("a web page instead of a feed")
    raise NotSane(f"not a feed: it starts with {text[at : at + 40]!r}")


# -- its end


def _end(text: str, start: int, root: str) -> int:
    """Return where the root element ends. What follows is nobody's."""
    closing = text.rfind(f"</{root}>", start)
    if closing >= 0:
        return closing + len(root) + 3
    empty = re.compile(rf"<{re.escape(root)}(?=[\s/])[^<>]{{0,4000}}/>").match(text, start)
    if empty is not None:
        return empty.end()
    ends = [found.end() for found in re.compile(rf"</{re.escape(root)}\s{{1,20}}>").finditer(text, start)]
    if not ends:
        raise Truncated(f"the feed ends before its </{root}>")
    return ends[-1]


def _end_of_cap(text: str, start: int) -> int | None:
    """Return where the first entry over the cap starts, None where there is none. NotSane for too many tags before it."""
    tags = text.count("<", start)
    if tags <= MAX_ENTRIES:
        return None
    over = next(islice(_ENTRY.finditer(text, start), MAX_ENTRIES, None), None)
    end = over.start() if over is not None else None
    if tags > MAX_PARTS and text.count("<", start, end) > MAX_PARTS:
        raise NotSane(f"a feed of more than {MAX_PARTS:,} tags")
    return end
