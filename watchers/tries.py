"""How often something is tried within one call. No meaning of answers but this one: can another try help? The home of stamina."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

import stamina

from watchers.errors import HostResting, ServerFault, SourceError, Truncated, Unreachable
from watchers.refusal import short_wait

_T = TypeVar("_T")

_LONGEST_WAIT = timedelta(seconds=5)


class Tries:
    """Up to `attempts` tries, the waits between them doubling from `first_wait`, with up to `first_wait` more of jitter."""

    def __init__(self, attempts: int, first_wait: timedelta) -> None:
        self._attempts = attempts
        self._first_wait = first_wait

    async def until_done(self, ask: Callable[[], Awaitable[_T]]) -> _T:
        """Return what `ask` returns, trying again after Unreachable, Truncated, ServerFault and a short RateLimited.

        The last error says how many tries there were. That the host rests by now is not told where a try of ours failed:
        the failure says more. After a short RateLimited it goes at once, since the host's turn does the waiting.
        """
        try:
            return await ask()
        except SourceError as error:
            if self._attempts == 1 or not _can_help(error):
                raise
            return await self._again(ask, error)

    async def _again(self, ask: Callable[[], Awaitable[_T]], failed: SourceError) -> _T:
        """Try on after a first failure. Only here, since a context for it costs more than most answers do."""
        first: SourceError | None = failed
        rests = False

        def worth(error: Exception) -> bool | float:
            return False if rests else _try_again(error)

        async for attempt in stamina.retry_context(
            on=worth,
            attempts=self._attempts,
            timeout=None,
            wait_initial=self._first_wait,
            wait_jitter=self._first_wait,
            wait_max=_LONGEST_WAIT,
        ):
            with attempt:
                if first is not None:
                    failed, first = first, None
                    raise failed
                try:
                    return await ask()
                except HostResting:
                    rests = True
                    raise failed from None
                except SourceError as error:
                    failed = _counted(error, attempt.num)
                    raise
        raise AssertionError("stamina neither returned nor raised")


def _try_again(error: Exception) -> bool | float:
    """Tell stamina whether another try can help: True backs off, 0.0 goes at once (the host's turn does the waiting)."""
    if isinstance(error, SourceError) and short_wait(error) is not None:
        return 0.0
    return isinstance(error, Unreachable | Truncated | ServerFault)


def _can_help(error: Exception) -> bool:
    return _try_again(error) is not False


def _counted(error: SourceError, tries: int) -> SourceError:
    error.what = f"{error.what}, after {tries} tries"
    error.args = (error.what,)
    return error
