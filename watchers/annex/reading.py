"""What the readers of annexes have in common: their answer, their refusal, the caps, what plain text is. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

MAX_BODY_BYTES = 50_000_000
MAX_CHARS = 400_000

_OLE = "an old Office file"
_FOUND = {
    b"%PDF-": "a PDF",
    b"PK": "a zip file",
    b"\xd0\xcf\x11\xe0": _OLE,
    b"{\\rtf": "an RTF file",
    b"<?xml": "an XML file",
    b"<": "a web page",
}

_LINE_ENDS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
_UNWANTED = [*range(0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000)]  # controls, halves of surrogate pairs
IN_LINES: dict[int, str | None] = {
    **dict.fromkeys(_UNWANTED),
    0x09: "\t",
    **dict.fromkeys(map(ord, _LINE_ENDS), "\n"),
}
"""For str.translate: what is no text goes, and whatever ends a line is a newline."""

IN_ONE_LINE = {code: " " if into == "\n" else into for code, into in IN_LINES.items()}
"""The same, for text in which a newline means nothing."""


class Refused(Exception):
    """The file is not read. The text says why, in one line for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a file says. `pages` is None where the format has none; `cut`: it says more than was read."""

    text: str
    pages: int | None
    cut: bool


def check_kind(body: bytes, wanted: str, is_it: bool) -> None:
    """Raise Refused where `body` is not what it goes by, saying what came instead."""
    if len(body) > MAX_BODY_BYTES:
        raise Refused(f"a file of more than {MAX_BODY_BYTES:,} bytes")
    head = body[:64].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0")
    found = next((what for magic, what in _FOUND.items() if head.startswith(magic)), "something else")
    if found == _OLE and "EncryptedPackage".encode("utf-16-le") in body:
        found = "an Office file locked with a password"
    if not is_it:
        raise Refused(f"{found if head else 'an empty file'} in place of a {wanted}")


@contextmanager
def refusing(what: str, said: Mapping[type[Exception], str]) -> Iterator[None]:
    """Turn whatever reading a file raises into Refused; `said` has the words for errors of the library in use."""
    try:
        yield
    except Refused:
        raise
    except MemoryError as error:
        raise Refused(f"a {what} that takes too much memory to read") from error
    except RecursionError as error:
        raise Refused(f"damaged {what}: nested too deeply") from error
    except Exception as error:  # files are hostile, and a library's readers raise anything at them
        words = next((text for kind, text in said.items() if isinstance(error, kind)), None)
        raise Refused(words or f"damaged {what} ({type(error).__name__})") from error


def reading(lines: Iterable[str], *, pages: int | None, more: bool) -> Reading:
    """Return the lines that say something, at most MAX_CHARS of them and then no half line."""
    text = "\n".join(filter(str.strip, lines))
    if len(text) > MAX_CHARS:
        whole = text.rfind("\n", 0, MAX_CHARS + 1)
        text, more = text[: whole if whole > 0 else MAX_CHARS], True
    return Reading(text=text, pages=pages, cut=more)
