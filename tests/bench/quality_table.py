"""What a measure of quality comes to: tables, figures for the record, and lists for reading. It computes nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tests.bench.figures import Figure, figure

AIM = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under a title; `note` says what was measured on and what the columns mean."""

    title: str
    note: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def text(self) -> str:
        """Return it for a terminal: the first column to the left, the others to the right."""
        lines = (self.head, *self.rows)
        widths = [max(len(line[column]) for line in lines) for column in range(len(self.head))]
        drawn = (
            "  ".join(
                (str.rjust if column else str.ljust)(cell, width)
                for column, (cell, width) in enumerate(zip(line, widths, strict=True))
            )
            for line in lines
        )
        return "\n".join((self.title, self.note, *drawn))

    def markdown(self) -> str:
        """Return it for a document, under a heading of the third rank."""
        ruler = ("---", *("---:" for _ in self.head[1:]))
        lines = ("| " + " | ".join(line) + " |" for line in (self.head, ruler, *self.rows))
        return "\n".join((f"### {self.title}", "", self.note, "", *lines))


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The outcome of one measure. `lists` are texts for reading, by file name."""

    tables: tuple[Table, ...] = ()
    figures: tuple[Figure, ...] = ()
    lists: Mapping[str, str] = field(default_factory=dict)


def share(name: str, value: float | None, peer: str, aim: float | None = None) -> tuple[Figure, ...]:
    """Return a figure of 0 to 1 against what it is compared with; none where there was nothing to measure."""
    if value is None:
        return ()
    goal = f">= {aim}" if aim is not None else ""
    met = value >= aim if aim is not None else None
    return (figure(f"quality: {name}", value, "of 1", peer=peer, version="", ratio=None, goal=goal, met=met),)


def rate(name: str, value: float, unit: str, peer: str) -> Figure:
    """Return a figure that has no aim: how much comes."""
    return figure(f"quality: {name}", value, unit, peer=peer, version="", ratio=None, goal="", met=None)


def shown(value: float | None) -> str:
    """Return a share as three decimals, or a dash where there was nothing to measure."""
    return "–" if value is None else f"{value:.3f}"


def listing(title: str, entries: Iterable[str]) -> str:
    """Return a list for reading; it says so when it is empty."""
    body = "\n".join(entries)
    return f"{title}\n\n{body or 'none'}\n"
