"""What a refusal means."""

import socket
import ssl
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchers.errors import Blocked, BudgetSpent, Moved, NotSane, RateLimited, ServerFault, SourceError
from watchers.refusal import broken_connection, refusal, retry_after, server_message, short_wait

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        *((status, Blocked) for status in (401, 403, 412, 451, 521)),
        *((status, Moved) for status in (404, 410)),
        *((status, ServerFault) for status in (500, 502, 503, 520)),
        *((status, NotSane) for status in (400, 418, 422, 204, 206, 300, 304)),
        (429, RateLimited),
    ],
)
def test_a_status_tells_what_the_caller_can_do(status: int, kind: type[Exception]) -> None:
    error = refusal(status=status, headers={}, body=b"", now=NOW)
    assert type(error) is kind
    assert str(status) in error.what


def test_a_503_that_says_when_to_come_back_is_a_rate_limit() -> None:
    error = refusal(status=503, headers={"retry-after": "120"}, body=b"", now=NOW)
    assert isinstance(error, RateLimited)
    assert error.retry_after == timedelta(minutes=2)
    assert type(refusal(status=503, headers={"retry-after": "soon"}, body=b"", now=NOW)) is ServerFault


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0),
        (" 7 ", 7),
        ("86401", 86400),
        pytest.param("9" * 5000, 86400, id="huge"),
        ("Mon, 23 Nov 2026 12:01:30 GMT", 90),
        ("Monday, 23-Nov-26 12:01:30 GMT", 90),
        ("Mon, 23 Nov 2026 12:00:00 -0000", 0),
        ("Thu, 31 Dec 2099 00:00:00 GMT", 86400),
        ("Mon, 23 Nov 2026 11:59:59 GMT", None),
        ("-5", None),
        ("1.5", None),
        ("٣", None),
        ("soon", None),
        ("Mon, 99 Nov 2026 99:99:99 GMT", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_a_day_at_most(value: str | None, seconds: int | None) -> None:
    assert retry_after(value, NOW) == (None if seconds is None else timedelta(seconds=seconds))


@given(st.text())
def test_retry_after_never_fails_and_never_leaves_its_bounds(value: str) -> None:
    wait = retry_after(value, NOW)
    assert wait is None or timedelta(0) <= wait <= timedelta(days=1)


@pytest.mark.parametrize(
    ("error", "wait"),
    [
        (RateLimited("x", retry_after=timedelta(seconds=5)), timedelta(seconds=5)),
        (RateLimited("x", retry_after=timedelta(0)), timedelta(0)),
        (RateLimited("x", retry_after=timedelta(seconds=5.1)), None),
        (RateLimited("x"), None),
        (ServerFault("x"), None),
    ],
)
def test_only_a_short_wait_that_was_asked_for_is_waited_out(
    error: SourceError, wait: timedelta | None
) -> None:
    assert short_wait(error) == wait


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"status":400,"message":"per_page is too large"}', "per_page is too large"),
        (b'{"errors":{"conditions":["not a date"]}}', '{"conditions": ["not a date"]}'),
        (b'{"error":"InvalidRequest"}', "InvalidRequest"),
        (b'{"message":"a\\u001b[31m\\u202eb\\nc"}', "a [31m b c"),
        (b"[1]", ""),
        (b"{}", ""),
        (b"<html>", ""),
        (b"\xff\xfe", ""),
        pytest.param(b"[" * 100_000, "", id="deep"),
    ],
)
def test_the_servers_own_words_are_found_and_cleaned(body: bytes, message: str) -> None:
    assert server_message(body) == message


def test_the_servers_own_words_are_short() -> None:
    assert len(server_message(b'{"message":"' + b"x" * 5000 + b'"}')) == 300


@given(st.binary())
def test_any_error_body_gives_a_printable_line(body: bytes) -> None:
    assert server_message(b'{"message":' + body + b"}").isprintable()


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ConnectionRefusedError(111, "whatever"), "connection refused"),
        (socket.gaierror(socket.EAI_NONAME, "x"), "no such host"),
        (socket.gaierror(socket.EAI_AGAIN, "x"), "name resolution does not answer"),
        (ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong"), "TLS: handshake failed"),
        (OSError("Multiple exceptions: /etc/secret"), "connection failed"),
    ],
)
def test_a_broken_connection_is_told_in_a_few_words(error: OSError, reason: str) -> None:
    assert broken_connection(error) == reason


@pytest.mark.parametrize(
    ("header", "value", "seconds"),
    [
        ("x-rate-limit-reset", str(int((NOW + timedelta(minutes=7)).timestamp())), 420),
        ("x-ratelimit-reset", (NOW + timedelta(minutes=5)).isoformat().replace("+00:00", "Z"), 300),
        ("ratelimit-reset", "90", 90),
        ("ratelimit-reset", str(int((NOW + timedelta(days=30)).timestamp())), 86_400),
    ],
)
def test_a_rate_limit_without_retry_after_is_timed_by_when_it_is_counted_anew(
    header: str, value: str, seconds: int
) -> None:
    error = refusal(status=429, headers={header: value}, body=b"", now=NOW)
    assert isinstance(error, RateLimited)
    assert error.retry_after == timedelta(seconds=seconds)


@pytest.mark.parametrize("value", ["", "soon", "9" * 12, "0000-00-00", "1"])
def test_a_reset_that_cannot_be_meant_is_not_obeyed(value: str) -> None:
    error = refusal(status=429, headers={"x-rate-limit-reset": value}, body=b"", now=NOW)
    assert isinstance(error, RateLimited)
    assert error.retry_after is None or error.retry_after <= timedelta(days=1)


def test_a_usage_cap_is_told_apart_from_a_rate_limit() -> None:
    capped = b'{"type": "https://api.x.com/2/problems/usage-capped", "title": "UsageCapExceeded"}'
    assert isinstance(refusal(status=429, headers={}, body=capped, now=NOW), BudgetSpent)
    assert isinstance(refusal(status=402, headers={}, body=b"", now=NOW), BudgetSpent)
    for body in (b'{"type": "about:blank"}', b"[]", b"<html>", b'{"type": 5}'):
        assert isinstance(refusal(status=429, headers={}, body=body, now=NOW), RateLimited)
