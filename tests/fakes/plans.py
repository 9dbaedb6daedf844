"""What a poll of a test knows before it asks."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from watchers.source import Plan

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def plan_of(
    options: Any,
    *,
    now: datetime = NOON,
    complete_at: datetime | None = None,
    memory: Mapping[str, str] | None = None,
) -> Plan[Any]:
    """Return a plan with these options; without `complete_at` it is of a first poll."""
    return Plan(now=now, complete_at=complete_at, options=options, memory=memory or {})
