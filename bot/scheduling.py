"""When sources are due. The one home of APScheduler, which is a clock here and nothing more: its jobs only enqueue.

It drops runs that overlap, cancels coroutines on shutdown and forgets everything on a restart, so no work is done in it.
Source: the library read and tried, 3.11.3, seen 2026-11-23.
"""

import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MAX_INSTANCES, EVENT_JOB_MISSED, JobEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from watchers.calendar import Rhythm, next_poll

log = logging.getLogger("tradewire.scheduling")

# A loop that was busy for a minute still polls, once.
_JOB_DEFAULTS = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}


class RhythmTrigger(BaseTrigger):  # type: ignore[misc] # the library is not typed
    """Fires by a source's own calendar, or every `every` where the operator said so."""

    def __init__(self, rhythm: Rhythm, every: timedelta | None) -> None:
        self._rhythm, self._every = rhythm, every

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        """Return the next instant after the previous one (or after `now`), UTC."""
        after = previous_fire_time or now
        return (after + self._every).astimezone(UTC) if self._every else next_poll(self._rhythm, after)


class Schedule:
    """Calls `enqueue(source key)` whenever a source is due, the first time at once. Needs a running event loop."""

    def __init__(self, enqueue: Callable[[str], Awaitable[None]]) -> None:
        self._enqueue = enqueue
        self._scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=_JOB_DEFAULTS)
        self._scheduler.add_listener(_report, EVENT_JOB_ERROR | EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES)

    def add(self, key: str, rhythm: Rhythm, every: timedelta | None, *, first: datetime) -> None:
        """Add a source that is due at `first` and then by its rhythm."""
        self._scheduler.add_job(
            self._enqueue, RhythmTrigger(rhythm, every), args=[key], id=key, name=key, next_run_time=first
        )

    def start(self) -> None:
        """Start the clock."""
        self._scheduler.start()

    def stop(self) -> None:
        """Enqueue nothing more."""
        self._scheduler.pause()
        self._scheduler.shutdown(wait=False)


def _report(event: JobEvent) -> None:
    log.warning("schedule event", extra={"job": event.job_id, "code": event.code})
