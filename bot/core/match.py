"""What a hit is: which words, in which language, where. Shared by queries, topics, stories and explanations."""

from dataclasses import dataclass, field
from enum import IntEnum

QUIET, WATCHED = "quiet: ", "watched party: "
"""How the reason begins of a match that a topic's `quiet` took down, and of one that the watch list raised."""


class Severity(IntEnum):
    """How loud an alert may be. Ordered, so that a channel can ask for a minimum."""

    INFO = 1
    NOTICE = 2
    URGENT = 3

    @property
    def word(self) -> str:
        """Return the word used in configuration, JSON and messages."""
        return self.name.lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One hit. `words` stand in the original text of `field` at `start`..`end` (code points, end exclusive).

    A hit on a field filter (`agency:…`) has the filter's value as `words`, lang `""` and a span of 0..0.
    """

    words: str
    lang: str
    field: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One topic that hit an item, with everything that made it hit, in reading order.

    `reasons` are the rules that set its severity; empty where that is the topic's own.
    """

    topic: str
    severity: Severity
    evidence: tuple[Evidence, ...] = field(default=())
    reasons: tuple[str, ...] = ()
