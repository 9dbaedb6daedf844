"""A channel: a place that is told, what it asked for, and how it wants to be told. Pure.

Its address names platform and place: `console`, `slack:C0123`, `telegram:-100123`, `telegram:-100123/45` (a forum topic),
`webhook:NAME`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from bot.core.match import Match, Severity
from bot.core.timing import INSTANT, Mode, Quiet, Timing
from watchers.item import Stage

ALL_TOPICS = "*"
QUERY = "query:"
"""What begins the name of a subscription to words of one's own."""

Language = Literal["en", "zh"]
Resurface = Literal["legal", "always", "never"]
WhenEmpty = Literal["line", "skip"]

CONSOLE = "console"
_ADDRESS = re.compile(
    r"console|slack:[A-Z0-9]{3,20}|telegram:-?[0-9]{1,20}(/[0-9]{1,12})?|webhook:[a-z0-9-]{1,40}"
)

RANK = {
    Stage.UNCONFIRMED: 0,
    Stage.ANNOUNCED: 1,
    Stage.PROPOSED: 2,
    Stage.FILED: 2,
}
"""How sure a stage is, for channels that ask for a least one; every later stage is the surest."""
SUREST = 3


def platform_of(address: str) -> str:
    """Return the platform that an address is on: what stands before the colon."""
    return address.partition(":")[0]


def checked_address(address: str) -> str:
    """Return the address. Raises ValueError, saying how addresses look, for anything that is none."""
    if not _ADDRESS.fullmatch(address):
        raise ValueError(
            "should be console, slack:CHANNEL-ID, telegram:CHAT-ID, telegram:CHAT-ID/TOPIC-ID or webhook:NAME"
        )
    return address


def chat_of(address: str) -> str:
    """Return what the platform counts messages by: the whole chat, also for one of its forum topics."""
    return address.partition("/")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """One thing that a channel asked for: a topic, all topics (`*`) or a query of its own, from which severity and stage on.

    `by` is who asked, as plain text, `since` when. `configured`: it stands in the configuration, and is changed there.
    """

    what: str = ALL_TOPICS
    min_severity: Severity = Severity.INFO
    min_stage: Stage = Stage.UNCONFIRMED
    timing: Timing = INSTANT
    by: str = ""
    since: datetime | None = None
    configured: bool = False

    @property
    def query(self) -> str | None:
        """Return the words of one's own that it is to, None where it is to topics."""
        return self.what.removeprefix(QUERY) if self.what.startswith(QUERY) else None

    def covers(self, topic: str) -> bool:
        """Tell whether matches of this topic are asked for. All topics are the shipped and own ones, not others' queries."""
        return self.what == topic or (self.what == ALL_TOPICS and not topic.startswith(QUERY))

    def takes_stage(self, stage: Stage) -> bool:
        """Tell whether an act that has come as far as `stage` is sure enough."""
        return RANK.get(stage, SUREST) >= RANK.get(self.min_stage, SUREST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """More than `alerts` alerts in `minutes` minutes become one message that grows."""

    alerts: int = 5
    minutes: int = 10

    @property
    def span(self) -> timedelta:
        """Return the minutes as a span."""
        return timedelta(minutes=self.minutes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A place that is told. Instants are aware, UTC.

    `muted_until`: only urgent alerts come until then, `muted_by` says who wanted it. `muted` are stories to be silent of, each
    with its end; `followed` are stories of which every step is told. `paused` says why nothing is told there: the platform
    refuses us, or somebody paused it. `ops`: it hears of sources that cannot be read.
    """

    address: str
    title: str = ""
    subscriptions: tuple[Subscription, ...] = ()
    language: Language = "en"
    zone: str = "America/New_York"
    quiet: Quiet | None = None
    burst: Burst = field(default_factory=Burst)
    resurface: Resurface = "legal"
    when_empty: WhenEmpty = "line"
    muted_until: datetime | None = None
    muted_by: str = ""
    muted: tuple[tuple[str, datetime], ...] = ()
    followed: tuple[str, ...] = ()
    paused: str | None = None
    ops: bool = False

    @property
    def platform(self) -> str:
        """Return the platform of its address."""
        return platform_of(self.address)

    @property
    def name(self) -> str:
        """Return what people call it: its title, else its address."""
        return self.title or self.address

    def wants_any(self, topics: Iterable[str]) -> bool:
        """Tell whether one of these topics is subscribed to."""
        return any(each.covers(topic) for topic in topics for each in self.subscriptions)

    def covering(self, matches: Iterable[Match]) -> tuple[tuple[Subscription, Match], ...]:
        """Return each match that one of the subscriptions covers, with that subscription."""
        return tuple(
            (subscription, match)
            for match in matches
            for subscription in self.subscriptions
            if subscription.covers(match.topic)
        )

    def timing_for(self, topics: Iterable[str]) -> Timing:
        """Return the timing at which anything on these topics is told: the soonest of what covers them, `instant` if nothing."""
        wanted = [each.timing for topic in topics for each in self.subscriptions if each.covers(topic)]
        return soonest(wanted)

    def is_muted(self, severity: Severity, now: datetime) -> bool:
        """Tell whether an alert so loud is to be kept back for good."""
        return self.muted_until is not None and now < self.muted_until and severity < Severity.URGENT

    def is_muted_story(self, story: str, now: datetime) -> bool:
        """Tell whether this channel wants to hear nothing of a story for now."""
        return any(name == story and now < until for name, until in self.muted)

    def held_until(self, severity: Severity, now: datetime) -> datetime:
        """Return when an alert so loud may be told: now, or when the quiet hours end."""
        if self.quiet is None or severity is Severity.URGENT:
            return now
        return self.quiet.ends_at(now, self.zone) or now

    def with_subscription(self, wanted: Subscription) -> "Channel":
        """Return the channel with this subscription, in the place of one to the same thing."""
        others = tuple(each for each in self.subscriptions if each.what != wanted.what)
        return replace(self, subscriptions=(*others, wanted))

    def without_subscription(self, what: str) -> "Channel":
        """Return the channel without its subscription to `what`."""
        return replace(self, subscriptions=tuple(each for each in self.subscriptions if each.what != what))


def soonest(timings: Iterable[Timing]) -> Timing:
    """Return the timing that tells first; `instant` of none."""
    order = list(Mode)
    return min(timings, key=lambda each: (order.index(each.mode), each.words), default=INSTANT)
