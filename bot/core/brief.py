"""A brief: what waited for its time, with how well we could see meanwhile. Pure."""

from dataclasses import dataclass
from datetime import datetime

from bot.core.alert import Alert
from bot.core.timing import Timing


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """What a channel is told at a local time. `alerts` are official ones first, then claims, each in the order of events.

    `read` of `sources` could be read when it was laid out; `blind` are the titles of the others, each with the instant from
    which it could not be read; `last_read_at` is the latest complete read of any. Instants are aware, UTC.
    """

    timing: Timing
    at: datetime
    alerts: tuple[Alert, ...]
    read: int
    sources: int
    blind: tuple[tuple[str, datetime], ...] = ()
    last_read_at: datetime | None = None
