"""Who listens in chat while the service runs: one desk, and a listener for each platform whose tokens are configured."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Protocol

from bot.chat.check_runs import Checker
from bot.clock import Clock
from bot.config import Settings
from bot.core.topic_value import Topic
from bot.core.watch_list import WatchList
from bot.store.writer import Store

if TYPE_CHECKING:
    from bot.chat.desk import Desk

log = logging.getLogger("tradewire.chat")

AGAIN_SECONDS = 30.0
"""After how long a listener begins anew that a defect ended."""

END_SECONDS = 2.0
"""How long listeners may take to end, after the last alert was sent. What was acknowledged and not answered by then is not."""


class Listener(Protocol):
    """Hears one platform."""

    async def run(self, stop: asyncio.Event) -> None:
        """Listen until `stop` is set. Raises nothing that the platform did."""


@asynccontextmanager
async def listening(
    settings: Settings,
    *,
    store: Store,
    clock: Clock,
    topics: Sequence[Topic],
    watch_list: WatchList,
    sources: Mapping[str, str],
    checker: Checker,
) -> AsyncIterator[Callable[[Sequence[Topic], WatchList], None]]:
    """Hear commands and buttons as long as this is open. `sources` are titles by key; `checker` reads them when asked to.

    What it gives takes other topics and another watch list, to be answered by from then on.
    """
    if settings.slack is None and settings.telegram is None:
        yield lambda _topics, _watch_list: None
        return
    from bot.chat.asked import Access
    from bot.chat.desk import Desk

    desk = Desk(
        store=store,
        clock=clock,
        topics=topics,
        watch_list=watch_list,
        access=Access(everyone=settings.access.everyone, users=frozenset(settings.access.users)),
        checker=checker,
        sources=sources,
    )
    stop = asyncio.Event()
    made = [make(settings, store, clock, desk) for make in (_slack, _telegram)]
    tasks = [asyncio.create_task(kept_up(each, stop), name="listen") for each in made if each is not None]
    try:
        yield desk.use
    finally:
        stop.set()
        await asyncio.wait(tasks, timeout=END_SECONDS)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await desk.close()


async def kept_up(listener: Listener, stop: asyncio.Event, *, again_seconds: float = AGAIN_SECONDS) -> None:
    """Let a listener listen until `stop` is set; one that a defect ended begins anew after a while."""
    while not stop.is_set():
        try:
            await listener.run(stop)
        except Exception:
            log.exception("a listener ended before its time", extra={"again_in_seconds": again_seconds})
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), again_seconds)


def _slack(settings: Settings, store: Store, clock: Clock, desk: "Desk") -> Listener | None:  # noqa: ARG001 (as the other)
    table = settings.slack
    if table is None or table.bot_token is None or table.app_token is None:
        return None
    from bot.chat.slack_socket import SlackSocket

    return SlackSocket(
        bot_token=table.bot_token.get_secret_value(),
        app_token=table.app_token.get_secret_value(),
        desk=desk,
        clock=clock,
        command=table.command,
        base_url=table.api_base_url,
    )


def _telegram(settings: Settings, store: Store, clock: Clock, desk: "Desk") -> Listener | None:
    table = settings.telegram
    if table is None or table.bot_token is None:
        return None
    from bot.chat.telegram_poll import TelegramPoll

    return TelegramPoll(
        token=table.bot_token.get_secret_value(),
        desk=desk,
        store=store,
        clock=clock,
        base_url=table.api_base_url,
    )
