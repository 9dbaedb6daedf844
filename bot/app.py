"""The composition root: the one module that knows everyone. It only wires."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import bot
from bot.clock import Clock, SystemClock
from bot.config import Settings
from bot.config_sources import SourceSettings
from bot.configured import configured_channels
from bot.core.pace import Limits
from bot.core.posting import Posting
from bot.core.topic_value import Topic
from bot.core.watch_list import WatchList
from bot.listeners import listening
from bot.outbox import Drained, Outbox, Platform
from bot.pipeline import OnPage, Pipeline, Poll, nobody
from bot.platforms import open_platforms
from bot.render.words import count_words
from bot.store.channels import configure
from bot.store.lookups import coverage_of, stories_told
from bot.store.writer import Store
from bot.topics import load
from watchers.fetch import Dial, Fetcher, FetchRules
from watchers.source import AnySource

Sources = Mapping[str, tuple[AnySource, SourceSettings]]


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """Everything wired and open. `sources` are the enabled ones, by key; `fetch` reads a page politely."""

    store: Store
    pipeline: Pipeline
    outbox: Outbox
    fetch: Fetcher
    sources: Sources
    topics: tuple[Topic, ...]
    settings: Settings
    clock: Clock

    async def check(
        self,
        keys: Sequence[str],
        *,
        on_poll: Callable[[Poll], None] = nobody,
        on_page: OnPage = nobody,
        on_sent: Callable[[Posting], None] = nobody,
    ) -> tuple[tuple[Poll, ...], Drained]:
        """Poll these sources, then send what is due, and tell `on_sent` of each post that was. Raises StoreError."""
        polls = await self.poll(keys, on_poll=on_poll, on_page=on_page)
        return polls, await self.outbox.drain(on_sent=on_sent)

    async def poll(
        self, keys: Sequence[str], *, on_poll: Callable[[Poll], None] = nobody, on_page: OnPage = nobody
    ) -> tuple[Poll, ...]:
        """Poll these sources at once, and tell `on_poll` of each as it ends. Raises StoreError."""

        async def one(key: str) -> Poll:
            source, settings = self.sources[key]
            poll = await self.pipeline.poll(source, settings.options, every=settings.every, on_page=on_page)
            on_poll(poll)
            return poll

        try:
            async with asyncio.TaskGroup() as group:
                polls = [group.create_task(one(key)) for key in keys]
        except ExceptionGroup as failed:
            raise failed.exceptions[0] from None  # one store failed them all: say it once
        return tuple(task.result() for task in polls)

    async def stories_told(self) -> int:
        """Return how many stories were told to anyone."""
        return await self.store.read(stories_told)

    async def serve(self, read: Callable[[], Settings]) -> None:
        """Run until SIGTERM or SIGINT, then drain. The service manager, if there is one, hears how it stands.

        Commands and buttons are heard on every platform that is configured for it. On SIGHUP the configuration is `read` again.
        """
        from bot.reloading import Reloading
        from bot.service import Service  # with the scheduler: only the service needs it
        from bot.signals import heed
        from bot.systemd import attend

        stop, again = asyncio.Event(), asyncio.Event()
        heed(asyncio.get_running_loop(), stop=stop, again=again)
        service = Service(
            store=self.store,
            pipeline=self.pipeline,
            outbox=self.outbox,
            clock=self.clock,
            sources=self.sources,
        )
        attending = asyncio.create_task(
            attend(
                turned=service.turned,
                stuck=service.stuck,
                stop=stop,
                what=f"watching {count_words(len(self.sources), 'source')}",
            )
        )
        titles = {key: source.title for key, (source, _) in self.sources.items()}
        async with listening(
            self.settings,
            store=self.store,
            clock=self.clock,
            topics=self.topics,
            watch_list=self.settings.watch_list.value,
            sources=titles,
            checker=_Checks(app=self),
        ) as answer_by:

            def use(topics: tuple[Topic, ...], watch_list: WatchList) -> None:
                self.pipeline.use(topics, watch_list)
                answer_by(topics, watch_list)

            reloading = Reloading(self.settings, read=read, store=self.store, clock=self.clock, use=use)
            rereading = asyncio.create_task(reloading.run(again, up=service.turned), name="reload")
            try:
                await service.run(stop)
            finally:
                attending.cancel()
                rereading.cancel()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Checks:
    """Checks by hand while the service runs: what they bring is sent by the service itself."""

    app: App

    async def check(self, keys: Sequence[str], *, on_poll: Callable[[Poll], None]) -> None:
        """Poll these sources. Raises StoreError."""
        await self.app.poll(keys, on_poll=on_poll)
        self.app.outbox.wake()


def fetch_rules(settings: Settings) -> FetchRules:
    """Return how this operator's Tradewire behaves towards the sites it reads."""
    return FetchRules(
        user_agent=f"Tradewire/{bot.__version__} (trade-policy alerts; contact: {settings.contact})",
        deadline=timedelta(seconds=settings.fetch.deadline_seconds),
        max_wire_bytes=settings.fetch.max_wire_bytes,
        allow_private_hosts=frozenset(settings.fetch.allow_private_hosts),
    )


def enabled_sources(settings: Settings) -> Sources:
    """Return the sources that the operator has not switched off."""
    return {key: pair for key, pair in settings.watched().items() if pair[1].enabled}


@asynccontextmanager
async def open_app(
    settings: Settings,
    *,
    console: Callable[[Clock], Platform],
    store_url: str | None = None,
    rules: FetchRules | None = None,
    clock: Clock | None = None,
    dial: Dial | None = None,
    limits: Limits | None = None,
    rehearsal: bool = False,
) -> AsyncIterator[App]:
    """Open the store and the network, wire everything, and close it again. Raises ConfigError, StoreError, TopicError.

    `store_url`, `rules` and `clock` stand in for the configured ones: a rehearsal's copy, a replay's time and speed. `dial`
    leads to stand-ins for the sites. `limits` hold in the place of the chat platforms' own. `rehearsal`: the console shows what
    every platform would be sent, and no other is opened.
    """
    clock = clock or SystemClock()
    topics = load(settings.topics.directory)
    channels = configured_channels(settings, topics)
    sources = enabled_sources(settings)
    watched = {key: source for key, (source, _) in sources.items()}
    fetching = rules or fetch_rules(settings)
    store = await Store.open(store_url or settings.store.url.get_secret_value())
    try:
        now = clock.now()
        await store.write(lambda connection: configure(connection, channels, now=now))
        async with (
            Fetcher(fetching, now=clock.now, dial=dial) as fetcher,
            open_platforms(
                settings,
                clock,
                console=console,
                user_agent=fetching.user_agent,
                limits=limits,
                rehearsal=rehearsal,
            ) as platforms,
        ):
            yield App(
                store=store,
                pipeline=Pipeline(
                    store=store,
                    fetch=fetcher,
                    clock=clock,
                    topics=topics,
                    watch_list=settings.watch_list.value,
                    sources=watched,
                ),
                outbox=Outbox(store=store, platforms=platforms, clock=clock, coverage=coverage_of(watched)),
                fetch=fetcher,
                sources=sources,
                topics=topics,
                settings=settings,
                clock=clock,
            )
    finally:
        await store.close()
