"""Bytes and a Content-Type to text. Pure; never guesses by statistics and never hands on a replaced character."""

import codecs
import re

from watchers.errors import NotSane

_HEAD_BYTES = 4096  # how far into a page a declaration is looked for
_HEADER_LABEL = re.compile(r"""charset\s*=\s*["']?\s*([A-Za-z0-9_.:+-]{1,40})""", re.IGNORECASE)
_XML_LABEL = re.compile(
    rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9_.:+-]{1,40})["']""", re.IGNORECASE
)
_META_LABEL = re.compile(
    rb"""<meta\s[^>]{0,400}?charset\s*=\s*["']?\s*([A-Za-z0-9_.:+-]{1,40})""", re.IGNORECASE
)

_MULTI_BYTE = frozenset(
    {"utf-8", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "big5", "big5hkscs"}
    | {"euc_jp", "shift_jis", "cp932", "euc_kr", "cp949"}
)
_SINGLE_BYTE = frozenset(
    {"ascii", "koi8-r", "koi8-u", "mac-roman"}
    | {f"iso8859-{part}" for part in range(1, 17)}
    | {f"cp125{part}" for part in range(9)}
)
# What a label means in practice, by Python's own name of the codec. gb2312 pages hold gbk and gb18030 characters, and
# Python's gb2312 fails on them; latin-1 is windows-1252 on the web.
# Source: facts gathered 2026-11-23, and the WHATWG Encoding standard.
_MEANT = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "iso8859-1": "cp1252",
    "utf-8-sig": "utf-8",
    "utf-16": "utf-16-le",  # a byte order mark was looked for before any label
}
_ALIASES = {"x-gbk": "gbk", "cn-gb": "gb2312", "gb_2312": "gb2312", "x-sjis": "shift_jis", "x-x-big5": "big5"}
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def decode(body: bytes, content_type: str | None) -> str:
    """Return `body` as text, without a byte order mark.

    In this order, the first that decodes without an error: byte order mark; charset of the Content-Type header; XML
    declaration or `<meta charset>` in the first 4096 bytes; UTF-8; GB18030. A label that turns out wrong is passed
    over. A single-byte label proves nothing, since nearly every byte string decodes under it: what is valid UTF-8 is
    read as UTF-8 in spite of it. Labels outside a list of real text encodings are ignored.

    Raises NotSane where nothing fits.
    """
    marked = next(((mark, name) for mark, name in _MARKS if body.startswith(mark)), None)
    if marked is not None:
        text = _try(body[len(marked[0]) :], marked[1])
        if text is not None:
            return text
        if marked[1] == "utf-8":
            body = body[len(marked[0]) :]  # editors put this mark before GBK text too
    tried: set[str] = set()
    for name in (*_labelled(body, content_type), "utf-8", "gb18030"):
        if name in tried:
            continue
        tried.add(name)
        text = _try(body, name)
        if text is not None:
            return text
    raise NotSane(f"the page is text in no known encoding (tried {', '.join(sorted(tried))})")


def _labelled(body: bytes, content_type: str | None) -> list[str]:
    """Return the codecs to try for the labels of header and page; before a single-byte one comes UTF-8."""
    head = body[:_HEAD_BYTES]
    header = _HEADER_LABEL.search(content_type or "")
    inside = _XML_LABEL.search(head) or _META_LABEL.search(head)
    from_header = _codec(header[1]) if header else None
    from_page = _codec(inside[1].decode("ascii")) if inside else None
    if from_page is not None and from_page.startswith("utf-16"):
        from_page = "utf-8"  # the label could be read byte by byte, so UTF-16 it is not
    names: list[str] = []
    for name in (from_header, from_page):
        if name in _SINGLE_BYTE:
            names.append("utf-8")
        if name is not None:
            names.append(name)
    return names


def _codec(label: str) -> str | None:
    """Return the codec to use for a label, None for an unknown one or one that is no plain text encoding."""
    label = label.lower()
    try:
        name = codecs.lookup(_ALIASES.get(label, label)).name
    except (LookupError, ValueError):
        return None
    name = _MEANT.get(name, name)
    return name if name in _MULTI_BYTE or name in _SINGLE_BYTE else None


def _try(body: bytes, codec: str) -> str | None:
    try:
        return body.decode(codec, errors="strict")
    except UnicodeError:
        return None
