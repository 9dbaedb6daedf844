"""How a poll's end is stored: the source's state after it, when it is asked next, and what there is to say of its incident."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.core import full_text
from bot.core.health import (
    SourceState,
    after_failure,
    after_success,
    as_of,
    next_poll_at,
    remembered,
    with_memory,
)
from bot.incidents import Ended, settle
from bot.store import health
from bot.store.articles import last_tried
from bot.store.writer import Connection
from watchers.calendar import Adaptive, next_pace
from watchers.errors import SourceError
from watchers.source import AnySource, Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """What one poll came to. `memory` is what its pages gave to remember; `new` and `alerts` are counts.

    `every` is the operator's own interval; `chance` (0 to 1) spreads a back-off.
    """

    source: AnySource
    started_at: datetime
    now: datetime
    every: timedelta | None
    chance: float
    memory: Mapping[str, str]
    problems: Sequence[Problem]
    new: int
    alerts: int
    error: SourceError | None


def end_poll(
    connection: Connection, polled: Polled, *, sources: Mapping[str, AnySource]
) -> tuple[SourceState, datetime, bool]:
    """Store the end of a poll; return the source's state, when it is asked next, and whether there is something to say.

    The state is loaded here and not before the poll: another process may have polled the source meanwhile.
    """
    before = as_of(health.load_state(connection, polled.source.key), polled.now)
    before = with_memory(before, remembered(before) | dict(polled.memory))
    failed = _failure(connection, polled)
    after = _paced(_state_after(before, polled, failed), polled)
    next_at = next_poll_at(polled.source.rhythm, polled.every, after, polled.now)
    ended = Ended(
        source=polled.source,
        state=after,
        failed=failed,
        # What is known to be refused is the listing: where that is read, the pages of its items are not.
        expects_refusal=polled.source.expects_refusal and polled.error is not None,
        new=polled.new,
        alerts=polled.alerts,
        next_try_at=next_at,
        now=polled.now,
    )
    state, noticed = settle(connection, ended, sources=sources)
    health.save_state(connection, state)
    return state, next_at, noticed


def _failure(connection: Connection, polled: Polled) -> tuple[str, str] | None:
    """Return the kind and words of what blinds the source: its listing's failure, else that of its items' own pages."""
    if polled.error is not None:
        return polled.error.kind, polled.error.what
    if polled.source.article is None:
        return None
    return full_text.unreadable(
        last_tried(connection, polled.source.key, polled.now, limit=full_text.JUDGED_BY)
    )


def _state_after(state: SourceState, polled: Polled, failed: tuple[str, str] | None) -> SourceState:
    error = polled.error
    if error is None:
        return after_success(
            state,
            started_at=polled.started_at,
            new=polled.new > 0,
            now=polled.now,
            note=_note(polled.problems),
            unreadable=failed,
        )
    return after_failure(
        state,
        kind=error.kind,
        what=error.what,
        retry_after=getattr(error, "retry_after", None),
        new=polled.new > 0,
        now=polled.now,
        chance=polled.chance,
    )


def _paced(state: SourceState, polled: Polled) -> SourceState:
    rhythm = polled.source.rhythm
    if not isinstance(rhythm, Adaptive):
        return state
    pace = timedelta(seconds=state.pace_seconds) if state.pace_seconds else None
    return replace(state, pace_seconds=round(next_pace(rhythm, pace, new=polled.new > 0).total_seconds()))


def _note(problems: Sequence[Problem]) -> str | None:
    if not problems:
        return None
    first = f"{problems[0].record}: {problems[0].reason}"
    return first if len(problems) == 1 else f"{first}; and {len(problems) - 1} more"
