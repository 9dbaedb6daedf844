"""Whether somebody still asks the sources, judged by when they were asked and when they were due. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

SLACK = timedelta(minutes=10)
"""How much later than due an answer may be on record: a poll is noted when it ends, and may read many pages first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """When a source was last asked (aware), and when a running service asks it again."""

    source: str
    at: datetime
    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance:
    """The source that was asked `last`, and when the next of them was `due`."""

    last: Asked
    due: datetime

    def is_kept(self, now: datetime) -> bool:
        """Tell whether a service that runs can look like this at `now`."""
        return now <= self.due + SLACK


def attendance(asked: Sequence[Asked]) -> Attendance | None:
    """Return how the sources were attended to; None where none was ever asked.

    A source that was overdue already when another was asked counts as under way: one that hangs never speaks for the others.
    """
    if not asked:
        return None
    last = max(asked, key=lambda one: one.at)
    return Attendance(last=last, due=min((one.due for one in asked if one.due > last.at), default=last.at))
