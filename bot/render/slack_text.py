"""Lines as Slack's mrkdwn: what is escaped and neutralised, so that a text from outside can do nothing but be read. Pure.

Source: Slack, formatting text for app surfaces (escaping, links, dates) and the text object (verbatim), seen 2026-11-29.
"""

import re

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


def escaped(text: str) -> str:
    """Return a text that Slack shows as it is: no link, no mention, no emphasis, no picture. It holds no line break."""
    text = _SHORT_NAME.sub("∶", text.translate(_LOOKS_LIKE))
    text = _LOOSE_UNDERSCORE.sub("＿", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def measure(text: str) -> int:
    """Return how many characters a text takes in a block."""
    return len(escaped(text))


def mrkdwn(line: Line) -> str:
    """Return a line with its weights, links and instants."""
    written = ""
    was_bold = False
    for span in line:
        if not span.text:
            continue
        piece = _piece(span)
        if written and was_bold != span.is_bold and _touches(written, piece, was_bold=was_bold):
            written += _NO_BREAK
        written += piece
        was_bold = span.is_bold
    return written


def _touches(before: str, after: str, *, was_bold: bool) -> bool:
    """Tell whether a sign of emphasis would stand next to something that keeps Slack from reading it as one."""
    outer = after[0] if was_bold else before[-1]
    return not outer.isascii() or outer.isalnum()


def _piece(span: Span) -> str:
    text = escaped(span.text)
    if span.at is not None:
        text = f"<!date^{int(span.at.timestamp())}^{{date_short_pretty}} {{time}}|{text}>"
    elif span.url is not None and (address := linkable(span.url)):
        text = f"<{address.replace('&', '&amp;')}|{text}>"
    return f"*{text}*" if span.is_bold else text
