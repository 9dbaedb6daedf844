"""The demo: real watchers, store, pipeline and outbox against sites on loopback, with their clock set moment by moment."""

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.app import App, open_app
from bot.clock import Clock
from bot.config import Settings, with_sources
from bot.core.platform import NO_LIMITS
from bot.demo.chats import Chats
from bot.demo.recording import Moment, Recording, load
from bot.demo.register import Register
from bot.demo.sites import Sites
from bot.outbox import Platform
from bot.pipeline import Poll
from watchers.fetch import FetchRules
from watchers.registry import all_builders, all_sources

LOOPBACK = "127.0.0.1"
REGISTER = "www.federalregister.gov"


class ReplayClock:
    """Stands still at the moment that is replayed."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        """Return the moment, aware, in UTC."""
        return self.at


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What the whole replay came to. `again` counts what a second poll at the last moment found new or sent.

    `polls` are those of the last moment, both times.
    """

    stories: int
    alerts: int
    notices: int
    items: int
    again: int
    polls: tuple[Poll, ...]

    @property
    def ok(self) -> bool:
        """Tell whether every source could be read in the end and the second pass repeated nothing."""
        return self.again == 0 and all(poll.ok for poll in self.polls)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Round:
    polls: tuple[Poll, ...]
    alerts: int
    notices: int


async def replay(
    *,
    store_url: str,
    console: Callable[[Clock], Platform],
    on_moment: Callable[[Moment], None],
    on_chats: Callable[[Chats], None] | None = None,
) -> Replayed:
    """Replay the recording moment by moment into an empty store. Raises StoreError.

    With `on_chats` a Slack and a Telegram on loopback are told too, and it is called with both in the end.
    """
    recording = load()
    clock = ReplayClock(recording.moments[0].at)
    async with AsyncExitStack() as stack:
        chats = await stack.enter_async_context(Chats(now=clock.now)) if on_chats else None
        replayed = await _replay(recording, clock, chats, store_url, console, on_moment)
        if on_chats is not None and chats is not None:
            on_chats(chats)
        return replayed


async def _replay(
    recording: Recording,
    clock: ReplayClock,
    chats: Chats | None,
    store_url: str,
    console: Callable[[Clock], Platform],
    on_moment: Callable[[Moment], None],
) -> Replayed:
    # Loopback is nobody's host, so no second is waited between requests to it, and none is tried twice.
    rules = FetchRules(
        user_agent="Tradewire demo",
        seconds_between_requests=0,
        attempts=1,
        allow_private_hosts=frozenset({LOOPBACK}),
    )
    async with (
        Register(
            recording.documents, recording.filings, now=clock.at, origin=f"https://{REGISTER}"
        ) as register,
        Sites(recording.pages, now=clock.at, elsewhere={REGISTER: register.port}) as sites,
        open_app(
            _settings(recording, chats),
            store_url=store_url,
            rules=rules,
            clock=clock,
            console=console,
            dial=sites.dial,
            limits=NO_LIMITS,  # the clock stands still, so that no limit would ever let more through
        ) as app,
    ):

        async def poll_at(moment: Moment) -> _Round:
            clock.at = register.now = sites.now = moment.at
            # One after the other, as recorded: polled at once, copies of one notice would race for being its first.
            checks = [await app.check((key,)) for key in recording.sources]
            return _Round(
                polls=tuple(poll for polls, _ in checks for poll in polls),
                alerts=sum(drained.sent for _, drained in checks),
                notices=sum(drained.notices for _, drained in checks),
            )

        return await _all_moments(app, recording, poll_at, on_moment)


async def _all_moments(
    app: App,
    recording: Recording,
    poll_at: Callable[[Moment], Awaitable[_Round]],
    on_moment: Callable[[Moment], None],
) -> Replayed:
    rounds: list[_Round] = []
    for moment in recording.moments:
        on_moment(moment)
        rounds.append(await poll_at(moment))
    again = await poll_at(recording.moments[-1])
    return Replayed(
        stories=await app.stories_told(),
        alerts=sum(each.alerts for each in rounds),
        notices=sum(each.notices for each in rounds),
        items=sum(poll.new for each in rounds for poll in each.polls),
        again=sum(poll.new + poll.changed for poll in again.polls) + again.alerts,
        polls=(*rounds[-1].polls, *again.polls),
    )


def _settings(recording: Recording, chats: Chats | None) -> Settings:
    """Return the default settings with the recorded sources alone, whatever this machine's environment says."""
    built = {
        key: all_builders()[table["builder"]]
        for key, table in recording.sources.items()
        if "builder" in table
    }
    wanted = with_sources(built)
    tables: Any = wanted.model_fields["sources"].annotation
    unrecorded = {key: {"enabled": False} for key in all_sources() if key not in recording.sources}
    return wanted.model_construct(
        contact="demo",
        sources=tables.model_validate({**recording.sources, **unrecorded}),
        **(chats.settings() if chats else {}),
    )
