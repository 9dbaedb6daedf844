"""Tell or not, and why: every item and channel gets exactly one Reason. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.channel import Channel, soonest
from bot.core.match import Match, Severity
from bot.core.story import Move, Story
from bot.core.timing import INSTANT, Timing
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
    BELOW_STAGE = "not yet as sure as the channel asks for"
    MUTED = "muted"
    STORY_MUTED = "its story is muted"
    PAUSED = "the channel is paused"
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What one change of an item means for any channel. `matches` are all its hits; `story` is already advanced.

    `newly` are topics that nothing of this story hit before, as when its text was read only now; `only_learnt`: other
    sources have learned of the story in first reads alone, so that nobody could be told.
    """

    story: Story
    move: Move
    stage: Stage
    matches: tuple[Match, ...]
    newly: frozenset[str]
    only_learnt: bool
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Why a channel is told or not; for one that is told also by which hits, how loud, and at which timing."""

    reason: Reason
    matches: tuple[Match, ...] = ()
    severity: Severity = Severity.INFO
    timing: Timing = INSTANT


def decide(channel: Channel, case: Case, *, told: bool) -> Verdict:
    """Return what `channel` is told of an item that no item-wide reason settled.

    `told`: the channel has been told of an earlier step of this story and still subscribes to a topic of it, or follows it,
    and then hears of every further step whether or not its words match again.
    """
    verdict = _continue(channel, case) if told else _begin(channel, case)
    if not verdict.reason.is_told:
        return verdict
    kept_back = _kept_back(channel, case, verdict.severity)
    return Verdict(reason=kept_back) if kept_back else verdict


def _continue(channel: Channel, case: Case) -> Verdict:
    if not case.move.is_news:
        return Verdict(reason=_NOT_NEWS[case.move])
    covering = channel.covering(case.matches)
    matches = _once(match for _, match in covering)
    topics = [match.topic for match in matches] or case.story.topics
    return Verdict(
        reason=_why_told(case.move, case.stage),
        matches=matches,
        severity=_as_sure(max(_loudest(matches), case.story.severity), case.stage),
        timing=channel.timing_for(topics),
    )


def _begin(channel: Channel, case: Case) -> Verdict:
    covering = channel.covering(case.matches)
    if not covering:
        return Verdict(reason=Reason.NOT_SUBSCRIBED)
    newly = case.only_learnt or any(match.topic in case.newly for _, match in covering)
    if case.move is Move.SUPERSEDED or not (newly or _begins_to_tell(case.move)):
        return Verdict(reason=_NOT_NEWS.get(case.move, Reason.EDITED))
    if case.stage is Stage.WITHDRAWN:
        return Verdict(reason=Reason.NEVER_TOLD)
    loud = [
        (each, match) for each, match in covering if _as_sure(match.severity, case.stage) >= each.min_severity
    ]
    if not loud:
        return Verdict(reason=Reason.BELOW_SEVERITY)
    sure = [(each, match) for each, match in loud if each.takes_stage(case.stage)]
    if not sure:
        return Verdict(reason=Reason.BELOW_STAGE)
    matches = _once(match for _, match in sure)
    return Verdict(
        reason=Reason.FIRST,
        matches=matches,
        severity=_as_sure(_loudest(matches), case.stage),
        timing=soonest(each.timing for each, _ in sure),
    )


def _kept_back(channel: Channel, case: Case, severity: Severity) -> Reason | None:
    if channel.paused is not None:
        return Reason.PAUSED
    if channel.is_muted_story(case.story.id, case.now):
        return Reason.STORY_MUTED
    return Reason.MUTED if channel.is_muted(severity, case.now) else None


def _once(matches: Iterable[Match]) -> tuple[Match, ...]:
    return tuple({match.topic: match for match in matches}.values())


def _loudest(matches: tuple[Match, ...]) -> Severity:
    return max((match.severity for match in matches), default=Severity.INFO)


def _as_sure(severity: Severity, stage: Stage) -> Severity:
    """Return how loud a hit may be: what is only claimed is never urgent."""
    return min(severity, Severity.NOTICE) if stage is Stage.UNCONFIRMED else severity


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
