"""How texts and terms are spelled for searching: folded, dashes and blanks one space each. Pure."""

import re

from bot.core.text import Folded, fold

_BLANKS = re.compile(" {2,}")
# Of plain ASCII the fold is known without looking at each character: lower case, every blank and dash one space.
_ASCII = {ord(blank): " " for blank in "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f-"}


class Spelled:
    """One text, ready to be searched, with the way back to the places in the original."""

    __slots__ = ("_folded", "_places", "_raw", "original", "searched")

    def __init__(self, original: str) -> None:
        self.original = original
        self._folded: Folded | None = None
        self._places: list[int] | None = None
        if original.isascii():
            self._raw = original.lower().translate(_ASCII)
        else:
            self._folded = fold(original)
            self._raw = self._folded.text.replace("-", " ")
        self.searched = _BLANKS.sub(" ", self._raw) if "  " in self._raw else self._raw

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where `searched[start:end]` (not empty) stands in the original, in code points."""
        if len(self.searched) != len(self._raw):
            if self._places is None:
                raw = self._raw
                self._places = [at for at, ch in enumerate(raw) if ch != " " or at == 0 or raw[at - 1] != " "]
            start, end = self._places[start], self._places[end - 1] + 1
        return self._folded.span(start, end) if self._folded else (start, end)


def needle_of(written: str) -> str:
    """Return a word or phrase as it is looked for."""
    return " ".join(Spelled(written).searched.replace('"', " ").split())
