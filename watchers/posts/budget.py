"""How many paid reads a source has made this month, as it remembers them, and how many are left. Pure.

One memory holds one month: what was read in another is forgotten. A month is a calendar month in UTC, as it is billed.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from watchers.errors import BudgetSpent

MEMORY = "reads"


def used(memory: Mapping[str, str], now: datetime) -> int:
    """Return how many reads were counted in the month of `now` (aware)."""
    month, _, count = memory.get(MEMORY, "").partition(":")
    return int(count) if month == _month(now) and count.isdecimal() and len(count) < 10 else 0


def counted(memory: Mapping[str, str], more: int, now: datetime) -> dict[str, str]:
    """Return what is to be remembered after `more` reads."""
    return {MEMORY: f"{_month(now)}:{used(memory, now) + more}"}


def spent(memory: Mapping[str, str], limit: int, now: datetime) -> BudgetSpent:
    """Return the error of a source that has used up its `limit`: it lasts until the next month begins."""
    now = now.astimezone(UTC)
    next_month = datetime(now.year + now.month // 12, now.month % 12 + 1, 1, tzinfo=UTC)
    what = f"{used(memory, now):,} of {limit:,} posts read this month"
    return BudgetSpent(what, retry_after=next_month - now)


def _month(now: datetime) -> str:
    return now.astimezone(UTC).strftime("%Y-%m")
