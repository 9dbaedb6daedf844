"""Lines as Slack's mrkdwn: what is escaped and neutralised, so that a text from outside can do nothing but be read. Pure.

Source: Slack, formatting text for app surfaces (escaping, links, dates) and the text object (verbatim), seen 2026-11-29.
"""

import re
from functools import lru_cache

from bot.render.addresses import linkable
from bot.render.spans import Line, Span

# Slack knows no escape for the signs of emphasis, so a text from outside gets signs that look like them and mean nothing.
# An underscore inside a word means nothing anyway; names of files and accounts stay as they are.
_LOOKS_LIKE = str.maketrans({"*": "∗", "~": "∼", "`": "ˋ", "|": "¦"})
_LOOSE_UNDERSCORE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
# `:word:` would become a picture; a ratio sign looks like the colon.
_SHORT_NAME = re.compile(r":(?=[\w+'-]{0,40}[a-z][\w+'-]{0,40}:)", re.ASCII)
# Slack reads a sign of emphasis only next to a blank or ASCII punctuation; Chinese text has neither, so it gets an empty one.
_NO_BREAK = "\u200b"


@lru_cache(
    maxsize=1_024
)  # one alert goes to many channels, and each of its lines is measured before it is written
def escaped(text: str) -> str:
    """Return a text that Slack shows as it is: no link, no mention, no emphasis, no picture. It holds no line break."""
    text = _SHORT_NAME.sub("∶", text.translate(_LOOKS_LIKE))
    text = _LOOSE_UNDERSCORE.sub("＿", text)
    return _unlinked(text)


def in_code(text: str) -> str:
    """Return a text for between backticks, where nothing else has a meaning: it can be copied as it is, but for backticks."""
    return _unlinked(text.replace("`", "ˋ"))


def _unlinked(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def measure(text: str) -> int:
    """Return how many characters a text takes in a block."""
    return len(escaped(text))


@lru_cache(maxsize=1_024)
def mrkdwn(line: Line) -> str:
    """Return a line with its weights, links and instants."""
    written = ""
    sign_before = ""
    for span in line:
        if not span.text:
            continue
        piece, sign = _piece(span), _sign(span)
        if written and sign_before != sign and _touches(written, piece, sign_before):
            written += _NO_BREAK
        written += piece
        sign_before = sign
    return written


def _touches(before: str, after: str, sign_before: str) -> bool:
    """Tell whether a sign of emphasis would stand next to something that keeps Slack from reading it as one."""
    outer = after[0] if sign_before else before[-1]
    return not outer.isascii() or outer.isalnum()


def _sign(span: Span) -> str:
    """Return what stands before and after a piece: a star for bold, a backtick for code."""
    return "*" if span.is_bold else "`" if span.is_code else ""


def _piece(span: Span) -> str:
    text = in_code(span.text) if span.is_code else escaped(span.text)
    if span.at is not None:
        text = f"<!date^{int(span.at.timestamp())}^{{date_short_pretty}} {{time}}|{text}>"
    elif span.url is not None and (address := linkable(span.url)):
        # An address that stands for itself is shown as it is, so that it can be copied.
        label = "" if span.text == span.url else f"|{text}"
        text = f"<{address.replace('&', '&amp;')}{label}>"
    sign = _sign(span)
    return f"{sign}{text}{sign}"
