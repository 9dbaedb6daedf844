"""The words of a line, each with its place, and its plain form: what commands are recognised by. Pure."""

import re
from dataclasses import dataclass

from bot.core.text import fold

_WORD = re.compile(r"\S*://\S*|[,，、;；]|[^\s,，、;；]+")
COMMAS = frozenset(",，、;；")


def folded(text: str) -> str:
    """Return `text` without differences of case, width, accents and dashes."""
    return fold(text).text.strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """One word of `line`, from `start` to `end`. `name` is its plain form."""

    line: str
    start: int
    end: int
    name: str

    @property
    def text(self) -> str:
        """Return the word as typed."""
        return self.line[self.start : self.end]

    @property
    def is_comma(self) -> bool:
        """Tell whether it parts one name from the next."""
        return self.text in COMMAS

    def after(self, count: int) -> "Token":
        """Return what is left of the word behind its first `count` characters."""
        start = min(self.start + count, self.end)
        return Token(line=self.line, start=start, end=self.end, name=folded(self.line[start : self.end]))

    def before(self, count: int) -> "Token":
        """Return the word's first `count` characters."""
        end = min(self.start + count, self.end)
        return Token(line=self.line, start=self.start, end=end, name=folded(self.line[self.start : end]))


def tokens_of(line: str) -> tuple[Token, ...]:
    """Return the words of a line in order; commas are words of their own, except in an address."""
    return tuple(
        Token(line=line, start=found.start(), end=found.end(), name=folded(found.group()))
        for found in _WORD.finditer(line)
    )
