"""When sources are due. The one home of APScheduler, which is a clock here and nothing more: its jobs only enqueue.

It drops runs that overlap, cancels coroutines on shutdown and forgets everything on a restart, so no work is done in it.
Source: the library read and tried, 3.11.3, seen 2026-11-23.
"""

import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MAX_INSTANCES, EVENT_JOB_MISSED, JobEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger

from bot.clock import Clock, SystemClock

log = logging.getLogger("tradewire.scheduling")

# A loop that was busy for a minute still polls, once.
_JOB_DEFAULTS = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}


class Schedule:
    """Calls `enqueue(source key)` when a source is due, once for each time it is told when. Needs a running event loop.

    What is due when is said in the time of `clock`.
    """

    def __init__(self, enqueue: Callable[[str], Awaitable[None]], *, clock: Clock) -> None:
        self._enqueue, self._clock, self._machine = enqueue, clock, SystemClock()
        self._scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=_JOB_DEFAULTS)
        self._scheduler.add_listener(_report, EVENT_JOB_ERROR | EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES)

    def due(self, key: str, at: datetime) -> None:
        """Let the source `key` be due at `at` (aware); what was said of it before holds no more."""
        # The library goes by the machine's clock, whichever ours is.
        run_date = self._machine.now() + (at - self._clock.now())
        self._scheduler.add_job(
            self._enqueue, DateTrigger(run_date=run_date), args=[key], id=key, name=key, replace_existing=True
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
