"""What it means when a host does not give us the page: status codes, Retry-After, broken connections. Pure."""

import json
import os
import re
import socket
import ssl
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from watchers.errors import Blocked, BudgetSpent, Moved, NotSane, RateLimited, ServerFault, SourceError

# 412 and 521 are how check pages of Chinese government sites answer. Source: facts gathered 2026-11-23.
_REFUSED = frozenset({401, 403, 412, 451, 521})
_GONE = frozenset({404, 410})
WORTH_WAITING = timedelta(seconds=5)
"""A Retry-After of at most this is waited out within one fetch; a longer one is a rest for the host."""

_LONGEST_RETRY_AFTER = timedelta(days=1)
_MAX_MESSAGE_CHARS = 300


def refusal(*, status: int, headers: Mapping[str, str], body: bytes, now: datetime) -> SourceError:
    """Return the error that a status other than 200, a redirect or an expected 304 stands for.

    `headers` have lower-case names, `body` is the unpacked beginning of the answer, `now` is aware.
    A 503 counts as RateLimited only where it says when to come back; otherwise as ServerFault, like other 5xx.
    """
    if status in _REFUSED:
        return Blocked(f"refused ({status})")
    if status in _GONE:
        return Moved(f"no page there ({status})")
    if status == HTTPStatus.PAYMENT_REQUIRED or _is_capped(status, body):
        # For how long is not said. A day is soon enough: nothing but paying or a new month helps.
        return BudgetSpent(
            f"the platform gives no more for what is paid ({status})", retry_after=_LONGEST_RETRY_AFTER
        )
    wait = retry_after(headers.get("retry-after"), now)
    if wait is None and status == HTTPStatus.TOO_MANY_REQUESTS:
        wait = _until_reset(headers, now)
    if status == HTTPStatus.TOO_MANY_REQUESTS or (
        status == HTTPStatus.SERVICE_UNAVAILABLE and wait is not None
    ):
        when = f"come back in {wait.total_seconds():.0f} s" if wait is not None else "come back later"
        return RateLimited(f"asked to {when} ({status})", retry_after=wait)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return ServerFault(f"the server failed ({status})")
    if status == HTTPStatus.NOT_MODIFIED:
        return NotSane("answered 304 (not modified) to a question without a condition")
    message = server_message(body)
    return NotSane(f"answered {status} where a page is due" + (f": {message}" if message else ""))


def short_wait(error: SourceError) -> timedelta | None:
    """Return the wait that an error asks for, where it is short enough to be waited out at once; else None."""
    wait = error.retry_after if isinstance(error, RateLimited) else None
    return wait if wait is not None and wait <= WORTH_WAITING else None


def retry_after(value: str | None, now: datetime) -> timedelta | None:
    """Return how long a Retry-After header (seconds or an HTTP date) asks us to stay away, counted from `now` (aware).

    At most one day, whatever it says. None for no header, a negative number, a date gone by, or garbage.
    """
    text = (value or "").strip()
    if re.fullmatch(r"[0-9]+", text):
        # The length first: a number of thousands of digits does not even convert.
        return (
            _LONGEST_RETRY_AFTER if len(text) > 5 else min(timedelta(seconds=int(text)), _LONGEST_RETRY_AFTER)
        )
    try:
        moment = parsedate_to_datetime(text)
        wait = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return min(wait, _LONGEST_RETRY_AFTER) if wait >= timedelta(0) else None


# What hosts say instead of Retry-After: X in seconds since 1970, Mastodon in an ISO 8601 time, Bluesky in either seconds since
# 1970 or seconds to wait. Source: facts gathered 2026-11-23.
_RESETS = ("x-rate-limit-reset", "x-ratelimit-reset", "ratelimit-reset")
_EPOCH_DIGITS = 10


def _until_reset(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """Return how long until a rate limit is counted anew, at most one day; None where no header tells or it is over."""
    said = next((headers[name].strip() for name in _RESETS if name in headers), "")
    if re.fullmatch(r"[0-9]{1,12}", said) and len(said) < _EPOCH_DIGITS:
        return retry_after(said, now)
    try:
        at = (
            datetime.fromtimestamp(int(said), UTC)
            if re.fullmatch(r"[0-9]{1,12}", said)
            else datetime.fromisoformat(said)
        )
        wait = at - now
    except (ValueError, TypeError, OverflowError, OSError):
        return None
    return min(wait, _LONGEST_RETRY_AFTER) if wait > timedelta(0) else None


def _is_capped(status: int, body: bytes) -> bool:
    """Tell whether a 429 is no rate limit but the end of what an operator has paid for (X's `…/problems/usage-capped`)."""
    if status != HTTPStatus.TOO_MANY_REQUESTS:
        return False
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return False
    kind = answer.get("type") if isinstance(answer, dict) else None
    return isinstance(kind, str) and kind.endswith("/usage-capped")


def server_message(body: bytes) -> str:
    """Return the server's own words from a JSON error body like `{"message": …}` or `{"errors": {…}}`, else "".

    One printable line of at most 300 characters.
    """
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(answer, dict):
        return ""
    said = answer.get("message") or answer.get("errors") or answer.get("error") or ""
    text = said if isinstance(said, str) else json.dumps(said, ensure_ascii=False)
    # Category C is control, format, surrogate, private and unassigned: none belongs on an operator's terminal.
    clean = "".join(char if unicodedata.category(char)[0] != "C" else " " for char in text)
    line = " ".join(clean.split())
    return line if len(line) <= _MAX_MESSAGE_CHARS else f"{line[: _MAX_MESSAGE_CHARS - 1]}…"


def broken_connection(error: OSError) -> str:
    """Return in a few words why a connection could not be made or did not last: "connection refused", "no such host"."""
    if isinstance(error, ssl.SSLError):  # both attributes are missing on errors not raised by OpenSSL itself
        why = getattr(error, "verify_message", "") or getattr(error, "reason", "") or "handshake failed"
        return f"TLS: {why.rstrip('.').replace('_', ' ')}"
    if isinstance(error, socket.gaierror):
        return "name resolution does not answer" if error.errno == socket.EAI_AGAIN else "no such host"
    return os.strerror(error.errno).lower() if error.errno else "connection failed"
