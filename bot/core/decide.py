"""Tell or not, and why: every item and channel gets exactly one Reason. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from bot.core.match import Match, Severity
from bot.core.routing import Subscription
from bot.core.story import Move
from watchers.item import Stage


class Reason(StrEnum):
    """Why a channel was told of an item, or why not. The value is what `why` and the JSON print."""

    FIRST = "first"
    NEW_STAGE = "new stage"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"
    DATES_CHANGED = "dates changed"
    REVISED = "text changed"

    BASELINE = "baseline"
    STALE = "older than the freshness limit"
    NO_MATCH = "no topic matched"
    NOT_SUBSCRIBED = "no subscribed topic matched"
    BELOW_SEVERITY = "below the channel's severity"
    NEVER_TOLD = "withdrawn before it was ever told"
    EDITED = "edited, stage and dates unchanged"
    FLAPPING = "changes too often; told once it has settled"
    ALSO_AT = "the same act at another place"
    SUPERSEDED = "a later stage is already known"

    @property
    def is_told(self) -> bool:
        """Tell whether this reason sends an alert."""
        return self in _TOLD


_TOLD = frozenset(
    {
        Reason.FIRST,
        Reason.NEW_STAGE,
        Reason.CORRECTED,
        Reason.WITHDRAWN,
        Reason.DATES_CHANGED,
        Reason.REVISED,
    }
)
_NOT_NEWS = {
    Move.SUPERSEDED: Reason.SUPERSEDED,
    Move.ALSO: Reason.ALSO_AT,
    Move.FLAPS: Reason.FLAPPING,
    Move.EDIT: Reason.EDITED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What is true of the item whatever the channel: its source is still learning; it is older than may alert."""

    learning: bool
    stale: bool


def decide_item(
    circumstances: Circumstances, matches: tuple[Match, ...], *, has_story: bool
) -> Reason | None:
    """Return the reason that settles an item for all channels at once, None where each channel must be asked."""
    if circumstances.learning:
        return Reason.BASELINE
    if circumstances.stale:
        return Reason.STALE
    return None if matches or has_story else Reason.NO_MATCH


def decide(
    subscription: Subscription,
    *,
    move: Move,
    stage: Stage,
    matches: tuple[Match, ...],
    severity: Severity,
    told: bool,
    newly: bool = False,
) -> Reason:
    """Return why this channel is told, or not told, of an item that no item-wide reason settled.

    `matches` are those on the channel's topics; `severity` the story's for this channel; `told`: the channel has been
    told of an earlier step of this story, and then hears of every further step whether or not its words match again.
    `newly`: among the matches is a topic that nothing of this story hit before, as when its text was read only now.
    """
    if told:
        return _NOT_NEWS[move] if not move.is_news else _why_told(move, stage)
    if not matches:
        return Reason.NOT_SUBSCRIBED
    if move is Move.SUPERSEDED or not (newly or _begins_to_tell(move)):
        return _NOT_NEWS.get(move, Reason.EDITED)
    if stage is Stage.WITHDRAWN:
        return Reason.NEVER_TOLD
    return Reason.BELOW_SEVERITY if severity < subscription.min_severity else Reason.FIRST


def _begins_to_tell(move: Move) -> bool:
    """Tell whether a channel that heard nothing of a story hears of it by this move. A changed text is for those who know it."""
    return move.is_news and move is not Move.TEXT


def _why_told(move: Move, stage: Stage) -> Reason:
    if move is Move.DATES:
        return Reason.DATES_CHANGED
    if move is Move.TEXT:
        return Reason.REVISED
    if stage is Stage.WITHDRAWN:
        return Reason.WITHDRAWN
    return Reason.CORRECTED if stage is Stage.CORRECTED else Reason.NEW_STAGE
