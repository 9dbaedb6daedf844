"""The demo: real watchers, store, pipeline and outbox against the loopback Register, with its clock set moment by moment."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from bot.app import App, open_app
from bot.clock import Clock
from bot.config import Settings
from bot.demo.recording import Moment, Recording, load
from bot.demo.register import Register
from bot.outbox import Channel
from bot.pipeline import Poll
from watchers.fetch import FetchRules

LOOPBACK = "127.0.0.1"


class ReplayClock:
    """Stands still at the moment that is replayed."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        """Return the moment, aware, in UTC."""
        return self.at


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What the whole replay came to. `again` counts what a second poll at the last moment found new or sent."""

    stories: int
    alerts: int
    items: int
    again: int
    polls: tuple[Poll, ...]

    @property
    def ok(self) -> bool:
        """Tell whether every poll read everything and the second pass repeated nothing."""
        return self.again == 0 and all(poll.ok for poll in self.polls)


async def replay(
    *, store_url: str, console: Callable[[Clock], Channel], on_moment: Callable[[Moment], None]
) -> Replayed:
    """Replay the recording moment by moment into an empty store. Raises StoreError."""
    recording = load()
    clock = ReplayClock(recording.moments[0].at)
    async with Register(recording.documents, recording.filings, now=clock.at) as register:
        # Loopback is nobody's host, so no second is waited between requests to it.
        rules = FetchRules(
            user_agent="Tradewire demo", seconds_between_requests=0, allow_private_hosts=frozenset({LOOPBACK})
        )
        async with open_app(
            _settings(register.base_url), store_url=store_url, rules=rules, clock=clock, console=console
        ) as app:

            async def poll_at(moment: Moment) -> tuple[tuple[Poll, ...], int]:
                clock.at = register.now = moment.at
                polls, drained = await app.check(tuple(app.sources))
                return polls, drained.sent

            return await _all_moments(app, recording, poll_at, on_moment)


async def _all_moments(
    app: App,
    recording: Recording,
    poll_at: Callable[[Moment], Awaitable[tuple[tuple[Poll, ...], int]]],
    on_moment: Callable[[Moment], None],
) -> Replayed:
    polls: list[Poll] = []
    alerts = 0
    for moment in recording.moments:
        on_moment(moment)
        found, sent = await poll_at(moment)
        polls += found
        alerts += sent
    again, sent_again = await poll_at(recording.moments[-1])
    return Replayed(
        stories=await app.stories_told(),
        alerts=alerts,
        items=sum(poll.new for poll in polls),
        again=sum(poll.new + poll.changed for poll in again) + sent_again,
        polls=(*polls, *again),
    )


def _settings(base_url: str) -> Settings:
    """Return the default settings with every source pointed at `base_url`, whatever this machine's environment says."""
    tables = type(Settings.model_fields["sources"].default)
    return Settings.model_construct(
        contact="demo",
        sources=tables.model_validate(
            {name: {"base_url": base_url} for name in ("federal-register", "public-inspection")}
        ),
    )
