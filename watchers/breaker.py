"""Leaves a host alone that failed too often in a row, or that named a time. Pure state: no I/O, and the clock comes in.

It must never judge an answer's meaning, and never let more than one request find out whether the host is back.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from watchers.errors import (
    Blocked,
    HostResting,
    Moved,
    NotSane,
    RateLimited,
    ServerFault,
    SourceError,
    TimedOut,
    TooLarge,
    Truncated,
    Unreachable,
)
from watchers.refusal import WORTH_WAITING

_FAILURES_IN_A_ROW = 5
_FIRST_REST = timedelta(minutes=1)
_LONGEST_REST = timedelta(minutes=30)

_FAILURES = (Unreachable, TimedOut, ServerFault, Truncated, Blocked)
_ANSWERS = (Moved, NotSane, TooLarge)  # not what was hoped for, but the host is there


class Breaker:
    """Counts the failures of each host, whoever asked; `now` (aware) is the wall clock, as a host's own Retry-After is.

    After 5 in a row a host rests for a minute, then twice as long each time, up to half an hour; after a Retry-After of
    more than 5 seconds, for exactly that long. Then one request tries whether it is back, and the others rest on.
    """

    def __init__(self, *, now: Callable[[], datetime]) -> None:
        self._now = now
        self._hosts: dict[str, _Host] = {}  # those whose last answer was a failure

    def check(self, host: str) -> None:
        """Raise HostResting where no request may go to `host` now."""
        state = self._hosts.get(host)
        if state is None or state.rests_from is None:
            return
        rested = self._now() - state.rests_from
        if timedelta() <= rested < state.pause:  # a clock that was set back ends the rest
            left = state.pause - rested
            raise HostResting(
                f"left alone for another {left.total_seconds():,.0f} s: {state.why}", retry_after=left
            )
        if state.on_trial:
            raise HostResting("left alone until a first read shows that it is back", retry_after=_FIRST_REST)

    @contextmanager
    def watched(self, host: str) -> Iterator[None]:
        """Let one request go to `host` and learn from its end; raises HostResting where none may go.

        A cancelled request teaches nothing: if it was to find out whether the host is back, the next one does.
        """
        self.check(host)
        state = self._hosts.get(host)
        trial = state if state is not None and state.rests_from is not None else None
        if trial is not None:
            trial.on_trial = True
        try:
            yield
        except SourceError as error:
            self._learn(host, error, on_trial=trial is not None)
            raise
        else:
            self._answered(host, on_trial=trial is not None)
        finally:
            if trial is not None:
                trial.on_trial = False

    def _learn(self, host: str, error: SourceError, *, on_trial: bool) -> None:
        if isinstance(error, RateLimited):
            if error.retry_after is not None and error.retry_after > WORTH_WAITING:
                self._rest(host, error.retry_after, error.what)
        elif isinstance(error, _FAILURES):
            self._failed(host, error, on_trial=on_trial)
        elif on_trial and isinstance(error, _ANSWERS):
            self._answered(host, on_trial=on_trial)

    def _answered(self, host: str, *, on_trial: bool) -> None:
        state = self._hosts.get(host)
        if state is not None and (on_trial or state.rests_from is None):
            del self._hosts[host]

    def _failed(self, host: str, error: SourceError, *, on_trial: bool) -> None:
        state = self._hosts.setdefault(host, _Host())
        state.failures += 1
        if on_trial or (state.rests_from is None and state.failures >= _FAILURES_IN_A_ROW):
            pause: timedelta = min(_FIRST_REST * 2 ** min(state.rests, 16), _LONGEST_REST)
            state.rests += 1
            self._rest(host, pause, f"failures in a row: {state.failures}, the last: {error.what}")

    def _rest(self, host: str, pause: timedelta, why: str) -> None:
        state = self._hosts.setdefault(host, _Host())
        state.rests_from, state.pause, state.why = self._now(), pause, why


@dataclass(slots=True, kw_only=True)
class _Host:
    """`rests` counts the rests since it last answered. Past its end a rest still holds, but for one request on trial."""

    failures: int = 0
    rests: int = 0
    rests_from: datetime | None = None
    pause: timedelta = timedelta()
    why: str = ""
    on_trial: bool = False
