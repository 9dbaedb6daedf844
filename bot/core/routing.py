"""Which channel wants what. Pure."""

from dataclasses import dataclass

from bot.core.match import Match, Severity

ALL_TOPICS = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """What one channel asked for: topic keys (or `*` for all of them) and the least severity."""

    channel: str
    topics: tuple[str, ...] = (ALL_TOPICS,)
    min_severity: Severity = Severity.INFO

    def wanted(self, matches: tuple[Match, ...]) -> tuple[Match, ...]:
        """Return the matches on this subscription's topics."""
        return tuple(match for match in matches if ALL_TOPICS in self.topics or match.topic in self.topics)
