"""The configuration read again while the service runs: topics, the watch list, and what is subscribed to beforehand.

All of it or nothing: what cannot be used changes nothing, and it is said why. The rest of the configuration takes a restart; what
of it has changed is named.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

from bot.clock import Clock
from bot.config import Settings
from bot.configured import configured_channels
from bot.core.channel import Channel
from bot.core.topic import TopicError
from bot.core.topic_value import Topic
from bot.core.watch_list import WatchList
from bot.errors import ConfigError, StoreError
from bot.store.channels import configure
from bot.store.writer import Store
from bot.systemd import reloading
from bot.topics import load

log = logging.getLogger("tradewire.reload")

_TAKEN_OVER = ("topics", "subscriptions", "watch_list", "ops")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reloaded:
    """A configuration that can be used. `restart` names the tables that differ from the running ones and were left alone."""

    settings: Settings
    topics: tuple[Topic, ...]
    channels: tuple[Channel, ...]
    restart: tuple[str, ...]


class Reloading:
    """Reads the configuration when asked to. `use` is given the topics and the watch list that are in force from then on."""

    def __init__(
        self,
        settings: Settings,
        *,
        read: Callable[[], Settings],
        store: Store,
        clock: Clock,
        use: Callable[[tuple[Topic, ...], WatchList], None],
    ) -> None:
        self._settings, self._read, self._use = settings, read, use
        self._store, self._clock = store, clock

    async def run(self, asked: asyncio.Event, *, up: asyncio.Event) -> None:
        """Read it again whenever `asked` is set, until cancelled; not before the service is `up`, for it would say so."""
        await up.wait()
        while True:
            await asked.wait()
            asked.clear()
            with reloading():
                await self._try()

    async def _try(self) -> None:
        try:
            await self._reload()
        except (ConfigError, TopicError, StoreError) as error:
            log.error("the configuration was not taken over, the running one stays in force: %s", error)
        except Exception:
            log.exception("a defect kept the configuration from being read, the running one stays in force")

    async def _reload(self) -> None:
        found = await asyncio.to_thread(read_again, self._read, self._settings)
        now = self._clock.now()
        await self._store.write(lambda connection: configure(connection, found.channels, now=now))
        self._use(found.topics, found.settings.watch_list.value)
        self._settings = found.settings
        log.info(
            "the configuration was read again",
            extra={"topics": len(found.topics), "configured_channels": len(found.channels)},
        )
        if found.restart:
            log.warning("these changes take a restart: %s", ", ".join(f"[{name}]" for name in found.restart))


def read_again(read: Callable[[], Settings], running: Settings) -> Reloaded:
    """Return the configuration as it is now, in what can be taken over. Raises ConfigError, TopicError."""
    wanted = read()
    console = wanted.console.model_copy(update={"enabled": running.console.enabled})
    settings = running.model_copy(
        update={**{name: getattr(wanted, name) for name in _TAKEN_OVER}, "console": console}
    )
    topics = load(settings.topics.directory)
    return Reloaded(
        settings=settings,
        topics=topics,
        channels=configured_channels(settings, topics),
        restart=_changed(running, wanted),
    )


def _changed(running: Settings, wanted: Settings) -> tuple[str, ...]:
    """Return the tables that differ and are not taken over. Their values stay here: they may be secrets."""
    before, after = (
        each.model_dump(exclude={*_TAKEN_OVER, "console"}, warnings=False) for each in (running, wanted)
    )
    names = [name for name in after if before.get(name) != after[name]]
    if running.console.enabled is not wanted.console.enabled:
        names.append("console")
    return tuple(sorted(names))
