"""The outbox: claims due alerts, hands them to their channels, records what became of them. The only place that retries."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from bot.clock import Clock
from bot.core.delivery import AlertState, Claim, Outcome, Sent
from bot.store import outbox
from bot.store.writer import Store

log = logging.getLogger("tradewire.outbox")

LEASE = timedelta(seconds=15)
"""How long a claimed batch may take. A sender that dies is taken over after this; what it had not recorded is `unknown`."""

BATCH = 20


class Channel(Protocol):
    """Where alerts go. Sends and nothing else; translates its platform's errors into an Outcome and never raises."""

    async def send(self, claim: Claim) -> Sent:
        """Send one alert and say what became of it."""
        ...


@dataclass(slots=True, kw_only=True)
class Drained:
    """What one drain of the outbox came to."""

    sent: int = 0
    retry: int = 0
    dead: int = 0

    def count(self, state: AlertState) -> None:
        """Count one alert that ended this attempt in `state`."""
        self.sent += state is AlertState.SENT
        self.retry += state is AlertState.RETRY
        self.dead += state is AlertState.DEAD


class Outbox:
    """Sends what is due to the channels it was given."""

    def __init__(self, *, store: Store, channels: Mapping[str, Channel], clock: Clock) -> None:
        self._store, self._channels, self._clock = store, channels, clock

    async def drain(self) -> Drained:
        """Send everything that is due now, oldest first. Raises StoreError."""
        drained = Drained()
        while claims := await self._claim():
            for each in claims:
                drained.count(await self._send(each))
        return drained

    async def _claim(self) -> tuple[Claim, ...]:
        now, names = self._clock.now(), tuple(self._channels)
        return await self._store.write(
            lambda connection: outbox.claim(connection, names, now=now, lease=LEASE, limit=BATCH)
        )

    async def _send(self, claim: Claim) -> AlertState:
        sent = await self._channels[claim.alert.channel].send(claim)
        if sent.outcome is not Outcome.SENT:
            log.warning(
                "not sent", extra={"alert": claim.id, "outcome": sent.outcome.value, "why": sent.detail}
            )
        now = self._clock.now()
        return await self._store.write(lambda connection: outbox.record(connection, claim, sent, now=now))
