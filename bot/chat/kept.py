"""Values by key for a while, the newest so many of them: what a listener saw already, and what a platform said just now.

In memory; a new start forgets it.
"""

from datetime import datetime, timedelta
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Kept(Generic[Value]):
    """Keeps each value for `span`, at most `most` of them: the oldest go first. Instants are the caller's clock."""

    def __init__(self, *, span: timedelta, most: int) -> None:
        self._span, self._most = span, most
        self._kept: dict[str, tuple[datetime, Value]] = {}

    def put(self, key: str, value: Value, now: datetime) -> None:
        """Keep a value, in the place of an earlier one."""
        self._kept.pop(key, None)
        self._kept[key] = now, value
        while len(self._kept) > self._most or self._is_over(next(iter(self._kept)), now):
            self._kept.pop(next(iter(self._kept)))

    def get(self, key: str, now: datetime) -> Value | None:
        """Return the value that is kept under this key, None where there is none any more."""
        if key not in self._kept or self._is_over(key, now):
            return None
        return self._kept[key][1]

    def _is_over(self, key: str, now: datetime) -> bool:
        return now - self._kept[key][0] >= self._span


class Seen:
    """What came already, by its platform's own name for it: a platform that heard no answer sends it again."""

    def __init__(self, *, span: timedelta = timedelta(hours=1), most: int = 10_000) -> None:
        self._kept: Kept[bool] = Kept(span=span, most=most)

    def again(self, names: tuple[str, ...], now: datetime) -> bool:
        """Tell whether one of these names came before; note them all."""
        known = any(self._kept.get(name, now) for name in names)
        for name in names:
            self._kept.put(name, True, now)
        return known
