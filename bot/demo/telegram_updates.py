"""What Telegram has to tell a bot, until the bot has confirmed it: the queue behind getUpdates.

An update stays until a poll asks for a later one. Two polls at a time end each other, unless one has lost its line.
Source: core.telegram.org/bots/api#getupdates, seen 2026-11-29.
"""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

CONFLICT = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
MAX_UPDATES = 100

Update = dict[str, Any]


class TelegramRefusal(Exception):
    """A call is refused with this status and these words; `parameters` go along with them."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(status, description)
        self.status = status
        self.description = description
        self.parameters = parameters


@dataclass(slots=True, eq=False)
class _Poll:
    is_gone: Callable[[], bool]
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    in_conflict: bool = False
    is_over: bool = False


class Updates:
    """The queue. `sent` are all updates that ever were, oldest first."""

    def __init__(self) -> None:
        self.sent: list[Update] = []
        self._pending: list[Update] = []
        self._again: list[Update] = []
        self._poll: _Poll | None = None

    @property
    def is_polled(self) -> bool:
        """Tell whether a bot waits for updates now."""
        return self._poll is not None and not self._poll.is_gone()

    def add(self, kind: str, content: dict[str, Any]) -> Update:
        """Put an update in the queue."""
        update = {"update_id": 1000 + len(self.sent), kind: content}
        self.sent.append(update)
        self._pending.append(update)
        self._wake()
        return update

    def redeliver(self) -> None:
        """Send the last update once more, with the number it had, whether it was confirmed or not."""
        self._again.append(self.sent[-1])
        self._wake()

    def forget(self) -> None:
        """Drop what is pending."""
        self._pending.clear()

    async def poll(
        self, *, offset: int, limit: int, seconds: float, kinds: list[str], is_gone: Callable[[], bool]
    ) -> list[Update]:
        """Confirm what comes before `offset`, and return what is pending, waiting up to `seconds` for something.

        `kinds` (empty: all) are the only ones that are kept. Raises TelegramRefusal (409) for this poll and for the one that was
        waiting already, unless that one `is_gone`.
        """
        if self._poll is not None and self.is_polled:
            self._poll.in_conflict = True
            self._poll.woken.set()
            raise TelegramRefusal(409, CONFLICT)
        self._confirm(offset)
        me = self._poll = _Poll(is_gone)
        found: list[Update] = []
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    while not (found := self._take(limit, kinds)) and not me.is_over:
                        await me.woken.wait()
                        me.woken.clear()
                        if me.in_conflict:
                            raise TelegramRefusal(409, CONFLICT)
        finally:
            if self._poll is me:
                self._poll = None
        return found

    def end_polls(self) -> None:
        """Let the poll that waits come back with nothing."""
        if self._poll is not None:
            self._poll.is_over = True
            self._poll.woken.set()

    def _wake(self) -> None:
        if self._poll is not None:
            self._poll.woken.set()

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            self._pending = self._pending[offset:]
        else:
            self._pending = [one for one in self._pending if one["update_id"] >= offset]

    def _take(self, limit: int, kinds: list[str]) -> list[Update]:
        if kinds:
            self._pending = [one for one in self._pending if any(kind in one for kind in kinds)]
        again, self._again = self._again, []
        return [*again, *(one for one in self._pending if one not in again)][: min(limit, MAX_UPDATES)]
