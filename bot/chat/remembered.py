"""Values that a button may ask for within a few minutes, by a short token. In memory; a new start forgets them."""

import secrets
from datetime import datetime, timedelta
from typing import Generic, TypeVar

KEPT_FOR = timedelta(minutes=10)
_MOST = 2_000
_TOKEN_BYTES = 6

Value = TypeVar("Value")


class Remembered(Generic[Value]):
    """Keeps each value for ten minutes, the newest 2,000 of them."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[datetime, Value]] = {}

    def put(self, value: Value, now: datetime) -> str:
        """Keep a value and return its token: eight letters, digits, `-` and `_`."""
        self._kept = {name: kept for name, kept in self._kept.items() if now - kept[0] < KEPT_FOR}
        while len(self._kept) >= _MOST:
            self._kept.pop(next(iter(self._kept)))
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        self._kept[token] = now, value
        return token

    def get(self, token: str, now: datetime) -> Value | None:
        """Return the value of a token, None where it is over or was never given."""
        at, value = self._kept.get(token, (now, None))
        return value if now - at < KEPT_FOR else None

    def forget(self, token: str) -> None:
        """Let a value go."""
        self._kept.pop(token, None)
