"""What a line of chat asks for: `parse` turns it into a Command, or into a Misread that says what to type instead. Pure.

Words, not flags, in any order, in English and Chinese. It knows no topics: what is left over once the options are taken out is
the name of one, for `bot.chat.topic_choice` to find.
"""

from dataclasses import dataclass
from datetime import time, timedelta
from enum import Enum, auto

from bot.core.channel import Burst
from bot.core.match import Severity
from bot.core.query import QueryError
from bot.core.timing import Quiet, Timing
from watchers.item import Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribe:
    """Be told of these from now on. `names` are topics as typed; None: the usual. `anyway`: however much it is."""

    names: tuple[str, ...] = ()
    everything: bool = False
    query: str | None = None
    min_severity: Severity | None = None
    min_stage: Stage | None = None
    timing: Timing | None = None
    anyway: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsubscribe:
    """Be told of these no more. `anyway`: without being asked again."""

    names: tuple[str, ...] = ()
    everything: bool = False
    query: str | None = None
    anyway: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSubscriptions:
    """Say what this channel gets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topics:
    """Say which topics there are; those about `word` if it is not empty."""

    word: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """Read the sources now: those that `words` name, all where there are none."""

    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Look for items in the archive."""

    query: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """Say why a story came: its id, a number, an address, or `latest`; of any other text, what would hit it."""

    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyNot:
    """Say why something did not come; of a text that is no name, what keeps the channel's topics from it."""

    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute:
    """Keep quiet for a while: for `span`, or until the next `until` on the channel's clock; of one story, or of all."""

    span: timedelta | None = None
    until: time | None = None
    story: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmute:
    """Speak again: of one story, or of everything."""

    story: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Follow:
    """Tell every step of a story."""

    story: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Say how things stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Help:
    """Say what can be typed; about one verb if it is named. `welcome`: somebody has just met us."""

    verb: str | None = None
    welcome: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Set:
    """Change how the channel is told. Exactly one of them is given; `quiet_off` takes the quiet hours away."""

    zone: str | None = None
    language: str | None = None
    quiet: Quiet | None = None
    quiet_off: bool = False
    burst: Burst | None = None
    resurface: str | None = None
    when_empty: str | None = None


Command = (
    Subscribe
    | Unsubscribe
    | ListSubscriptions
    | Topics
    | Check
    | Search
    | Why
    | WhyNot
    | Mute
    | Unmute
    | Follow
    | Status
    | Help
    | Set
)

CHANGES = (Subscribe, Unsubscribe, Mute, Unmute, Follow, Set)
"""Commands that change what everybody in the channel gets."""


class Problem(Enum):
    """What was not understood."""

    VERB = auto()
    NOTHING_NAMED = auto()
    TWICE = auto()
    TIME_ALONE = auto()
    TIMING = auto()
    NO_QUERY = auto()
    QUERY = auto()
    NO_STORY = auto()
    SPAN = auto()
    TOO_LONG = auto()
    SETTING = auto()
    VALUE = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Misread:
    """A line that was not understood: what of it, what is near to it, and a line that works.

    `error` is where a query cannot be read.
    """

    problem: Problem
    word: str = ""
    near: tuple[str, ...] = ()
    example: str = "help"
    error: QueryError | None = None
