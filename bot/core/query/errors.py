"""What is wrong with a query: the place, the problem, and what to write instead."""

from unicodedata import east_asian_width

_SHOWN_BEFORE, _SHOWN_CHARS = 60, 120


def _visible(text: str) -> str:
    """Return `text` with blanks for what cannot be printed: control characters, text direction, halves of characters."""
    return "".join(each if each.isprintable() else " " for each in text)


class QueryError(ValueError):
    """A text that is no query. `position` counts its characters from 1; `advice` says what to write instead."""

    def __init__(self, problem: str, *, text: str, position: int, advice: str) -> None:
        self.problem, self.advice = _visible(problem), _visible(advice)
        self.text, self.position = text, position
        place = f"line {self.line}, column {self.column}" if "\n" in text else f"position {position}"
        super().__init__(f"{place}: {self.problem}\n{self.shown}\n  try: {self.advice}")

    @property
    def line(self) -> int:
        """Return the line of the place, from 1."""
        return self.text.count("\n", 0, self.position - 1) + 1

    @property
    def column(self) -> int:
        """Return the column of the place in its line, in characters from 1."""
        return self.position - 1 - self.text.rfind("\n", 0, self.position - 1)

    @property
    def excerpt(self) -> str:
        """Return the line of the place, of a long one the stretch around it; blanks stand for what cannot be printed."""
        return self._cut()[0]

    @property
    def caret(self) -> str:
        """Return the blanks that bring `^` under the place in `excerpt`; wide characters take a wide blank."""
        return "".join("\u3000" if east_asian_width(each) in "WF" else " " for each in self._cut()[1])

    @property
    def shown(self) -> str:
        """Return the excerpt, and under it the caret."""
        return f"  {self.excerpt}\n  {self.caret}^"

    def _cut(self) -> tuple[str, str]:
        """Return the excerpt, and the part of it before the place."""
        line = self.text.split("\n")[self.line - 1]
        begin = max(0, self.column - 1 - _SHOWN_BEFORE) if len(line) > _SHOWN_CHARS else 0
        clean = _visible(line[begin : begin + _SHOWN_CHARS])
        return clean, clean[: self.column - 1 - begin]
