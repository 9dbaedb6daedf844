"""Mends what breaks the rules of XML and leaves no doubt about what is meant: bare `&` and `<`, names of HTML characters,
forbidden characters, prefixes that nobody declared. Pure; it changes no word and takes no guess at tags.
"""

import re
from html import escape
from html.entities import html5

from watchers.errors import NotSane

_REFERENCE = re.compile(
    r"&(?!(?:amp|lt|gt|quot|apos);)"
    r"(?:#(?P<number>[0-9]{1,7});|#[xX](?P<hex>[0-9A-Fa-f]{1,6});|(?P<name>[A-Za-z][A-Za-z0-9]{1,31};))?"
    r"|<(?![A-Za-z_/!?\x80-\U0010ffff])"
)
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_DECLARED = re.compile(r"\sxmlns:([\w.-]{1,40})\s{0,5}=")
_USED = re.compile(r"</?([A-Za-z_][\w.-]{0,39}):|\s([A-Za-z_][\w.-]{0,39}):[\w.-]{1,40}\s{0,5}=", re.ASCII)
# Where nothing is to be mended. What a comment says is nobody's: it may hold the beginning of a section, and the other way round.
_OPENING = re.compile(r"<!\[CDATA\[|<!--")
_CLOSING = {"<![CDATA[": "]]>", "<!--": "-->"}
_MAX_MENDS = 100_000
_MAX_PREFIXES = 50
# The vocabularies that feeds use and forget to declare.
_MEANT = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "atom": "http://www.w3.org/2005/Atom",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "media": "http://search.yahoo.com/mrss/",
}


def mended(text: str, root: str) -> str:
    """Return the element `text`, whose tag is called `root`, mended. CDATA sections stay as they are, comments are left out.

    Of prefixes the first 50 are declared. Raises NotSane where there is more to mend than in any feed that is meant.
    """
    pieces: list[str] = []
    outside: list[str] = []
    at, left = 0, _MAX_MENDS
    while True:
        opening = _OPENING.search(text, at)
        mark = _CLOSING[opening[0]] if opening else ""
        closing = text.find(mark, opening.end()) if opening else -1
        piece = text[at : opening.start() if opening and closing >= 0 else None]
        piece, mends = _REFERENCE.subn(_mended_reference, piece, count=left)
        left -= mends
        if left <= 0:
            raise NotSane(f"a feed with more than {_MAX_MENDS:,} faults")
        outside.append(piece)
        pieces.append(piece)
        if opening is None or closing < 0:
            break
        at = closing + len(mark)
        if opening[0] != "<!--":
            pieces.append(text[opening.start() : at])
    whole = _FORBIDDEN.sub("", "".join(pieces))
    return f"<{root}{_declarations(''.join(outside))}{whole[len(root) + 1 :]}"


def _mended_reference(found: re.Match[str]) -> str:
    if found["number"] or found["hex"]:
        point = int(found["number"]) if found["number"] else int(found["hex"], 16)
        return found[0] if _may_stand(point) else ""
    if found["name"]:
        characters = html5.get(found["name"])
        return escape(characters) if characters else f"&amp;{found['name']}"
    return escape(found[0])


def _may_stand(point: int) -> bool:
    """Tell whether XML allows the character with this number."""
    if point < 0x20:
        return point in (0x09, 0x0A, 0x0D)
    return point < 0xD800 or 0xE000 <= point <= 0xFFFD or 0x10000 <= point <= 0x10FFFF


def _declarations(text: str) -> str:
    """Return declarations, to be put into the root's tag, of the prefixes that are used in `text` and declared nowhere."""
    declared = {"xml", "xmlns", *_DECLARED.findall(text)}
    used = dict.fromkeys(first or second for first, second in _USED.findall(text))
    missing = [prefix for prefix in used if prefix not in declared][:_MAX_PREFIXES]
    return "".join(f' xmlns:{prefix}="{_MEANT.get(prefix, "undeclared:" + prefix)}"' for prefix in missing)
