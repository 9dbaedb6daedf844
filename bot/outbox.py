"""The outbox: claims due alerts, hands them to their channels, records what became of them. The only place that retries."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from bot.clock import Clock
from bot.core.delivery import AlertState, Claim, Outcome, Sent
from bot.core.notice import Notice
from bot.store import outbox
from bot.store.writer import Connection, Store

log = logging.getLogger("tradewire.outbox")

LEASE = timedelta(seconds=15)
"""How long a send may take. A sender that dies is taken over after this; what it had not recorded is `unknown`."""

SEND_SECONDS = 10.0
"""How long a channel may take for one alert. Shorter than the lease: nobody else sends it while its answer may still come."""


class Channel(Protocol):
    """Where alerts go. Sends and nothing else; translates its platform's errors into an Outcome and never raises."""

    async def send(self, claim: Claim) -> Sent:
        """Send one alert and say what became of it."""
        ...


@dataclass(slots=True, kw_only=True)
class Drained:
    """What one drain of the outbox came to. `elsewhere` alerts are claimed by another process, alive or dead.

    `notices` of incidents that were sent are counted for themselves.
    """

    sent: int = 0
    notices: int = 0
    retry: int = 0
    dead: int = 0
    elsewhere: int = 0

    def count(self, state: AlertState, claim: Claim) -> None:
        """Count one alert or notice that ended this attempt in `state`."""
        if isinstance(claim.alert, Notice):
            self.notices += state is AlertState.SENT
        else:
            self.sent += state is AlertState.SENT
        self.retry += state is AlertState.RETRY
        self.dead += state is AlertState.DEAD


class Outbox:
    """Sends what is due to the channels it was given."""

    def __init__(
        self,
        *,
        store: Store,
        channels: Mapping[str, Channel],
        clock: Clock,
        send_seconds: float = SEND_SECONDS,
    ) -> None:
        self._store, self._channels, self._clock = store, channels, clock
        self._send_seconds = send_seconds

    async def drain(self) -> Drained:
        """Send everything that is due now, oldest first. Raises StoreError."""
        drained = Drained()
        claim = await self._store.write(self._claim)
        while claim:
            sent = await self._send(claim)
            done = claim
            state, claim = await self._store.write(
                lambda connection, done=done, sent=sent: self._record_and_claim(connection, done, sent)  # type: ignore[misc]
            )
            drained.count(state, done)
        counts = await self._store.read(outbox.count_by_state)
        drained.elsewhere = counts.get(AlertState.SENDING, 0)
        return drained

    def _claim(self, connection: Connection) -> Claim | None:
        """Claim one alert at a time: one that only waited for its turn when the process died is not in doubt."""
        names = tuple(self._channels)
        claims = outbox.claim(connection, names, now=self._clock.now(), lease=LEASE, limit=1)
        return claims[0] if claims else None

    def _record_and_claim(
        self, connection: Connection, claim: Claim, sent: Sent
    ) -> tuple[AlertState, Claim | None]:
        """Record one send and claim the next alert in the same transaction: half the round trips, nothing less on record."""
        state = outbox.record(connection, claim, sent, now=self._clock.now())
        return state, self._claim(connection)

    async def _send(self, claim: Claim) -> Sent:
        try:
            async with asyncio.timeout(self._send_seconds):
                sent = await self._channels[claim.channel].send(claim)
        except TimeoutError:
            detail = f"no answer from its channel within {self._send_seconds:g} s"
            sent = Sent(outcome=Outcome.UNKNOWN, detail=detail)
        except (
            Exception
        ) as error:  # a defect of the channel: it may have sent, and must not stop the other alerts
            log.exception("channel failed", extra={"alert": claim.id, "channel": claim.channel})
            sent = Sent(outcome=Outcome.UNKNOWN, detail=f"its channel failed: {type(error).__name__}")
        if sent.outcome is not Outcome.SENT:
            why = {"alert": claim.id, "outcome": sent.outcome.value, "why": sent.detail}
            log.warning("not sent", extra=why)
        return sent
