"""Everything that is logged comes out in one shape, without secrets and without forged lines."""

import io
import json
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot import logs

pytestmark = pytest.mark.usefixtures("logging_restored")

SLACK = "xoxb-" + "123456789-" * 2 + "MadeUpForTheTests"
TELEGRAM = "7123456789:" + "made-up_" * 5


@dataclass
class Written:
    stream: io.StringIO = field(default_factory=io.StringIO)

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def records(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]


class Unprintable:
    def __str__(self) -> str:
        raise RuntimeError("no words")


@pytest.fixture
def written() -> Written:
    return Written()


def log_natively(message: str, **more: Any) -> None:
    structlog.get_logger("tradewire.test").info(message, **more)


def log_by_the_standard_library(message: str, **more: Any) -> None:
    logging.getLogger("tradewire.test").info(message, extra=more)


BOTH = pytest.mark.parametrize("log", [log_natively, log_by_the_standard_library])


@BOTH
def test_a_record_is_one_json_object_with_a_utc_time(written: Written, log: Callable[..., None]) -> None:
    logs.configure("info", "json", written.stream)
    log("poll ended", source="federal-register", items=3, at=datetime(2024, 1, 2, 3, 4, tzinfo=UTC))
    (record,) = written.records
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", record.pop("timestamp"))
    assert record == {
        "event": "poll ended",
        "level": "info",
        "logger": "tradewire.test",
        "source": "federal-register",
        "items": 3,
        "at": "2024-01-02T03:04:00Z",
    }


@BOTH
@pytest.mark.parametrize("format_", ["text", "json"])
def test_secrets_are_hidden_wherever_they_stand(
    written: Written, log: Callable[..., None], format_: str
) -> None:
    logs.configure("info", format_, written.stream)
    log(
        f"sent with {SLACK}",
        url=f"https://api.telegram.org/bot{TELEGRAM}/sendMessage",
        nested={"deep": [("xapp-1-A02-secretsecret", SecretStr("secretsecret"))], "password": "secretsecret"},
        bot_token="secretsecret",
        database="postgresql://tradewire:secret/secret@db:5432/tradewire",
        asked="https://example.org/feed?lang=en&api_key=secretsecret&x=1",
        header="Authorization: Bearer secretsecret",
        other=SecretStr("secretsecret"),
    )
    assert "secretsecret" not in written.text
    assert SLACK not in written.text
    assert TELEGRAM not in written.text
    assert "lang=en" in written.text
    assert "x=1" in written.text


def test_secrets_in_arguments_and_tracebacks_are_hidden(written: Written) -> None:
    logs.configure("info", "json", written.stream)
    log = logging.getLogger("tradewire.test")
    log.warning("refused %s", SLACK)
    try:
        raise ValueError(f"cannot reach https://me:secretsecret@host/ with {SLACK}")
    except ValueError:
        log.exception("failed")
    assert SLACK not in written.text
    assert "secretsecret" not in written.text
    assert "ValueError: cannot reach https://[hidden]@host/" in written.records[1]["exception"]


@pytest.mark.parametrize(
    "text",
    [
        "12 documents at 09:15:42",
        "https://www.federalregister.gov/api/v1/documents.json?fields%5B%5D=title&per_page=500",
        "https://mastodon.example/@user/123456789012",
        "write to ops@example.org, docket 2023-21073",
        "https://example.org/?keyword=chips&monkey=1",
        "a tokenless title: 3A090, 8541.10",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert logs.redact(text) == text


@given(st.text())
def test_redaction_takes_any_text_and_does_nothing_more_the_second_time(text: str) -> None:
    once = logs.redact(text)
    assert logs.redact(once) == once


def test_a_page_cannot_forge_a_line_or_move_the_cursor(written: Written) -> None:
    logs.configure("info", "text", written.stream)
    log_natively("title: a\n2024-01-01T00:00:00Z [error] forged\x1b[2J", note="b\r\nc\u2028d")
    assert len(written.text.splitlines()) == 1
    assert "\x1b" not in written.text


def test_chatty_libraries_speak_only_to_warn(written: Written) -> None:
    logs.configure("debug", "json", written.stream)
    for name in ("httpx", "httpcore.connection", "aiohttp.access", "apscheduler.scheduler"):
        logging.getLogger(name).info("chat")
        logging.getLogger(name).warning("warn")
    logging.getLogger("tradewire.test").debug("ours")
    assert [record["event"] for record in written.records] == ["warn"] * 4 + ["ours"]


def test_the_level_holds_for_every_logger(written: Written) -> None:
    logs.configure("error", "json", written.stream)
    logging.getLogger("httpx").warning("no")
    log_natively("no")
    log_by_the_standard_library("no")
    logging.getLogger("tradewire.test").error("yes")
    assert [record["event"] for record in written.records] == ["yes"]


def test_configuring_again_replaces_what_was_there(written: Written) -> None:
    logs.configure("info", "json", io.StringIO())
    logs.configure("info", "json", written.stream)
    log_natively("once")
    assert len(written.records) == 1


@pytest.mark.parametrize("format_", ["text", "json"])
def test_a_record_that_cannot_be_written_is_told_without_its_arguments(
    written: Written, format_: str
) -> None:
    logs.configure("info", format_, written.stream)
    log_by_the_standard_library("odd", first="secretsecret", second=Unprintable())
    log_natively("next")
    assert "a log record could not be written: RuntimeError" in written.text
    assert "secretsecret" not in written.text
    assert "next" in written.text


def test_a_closed_stream_does_not_stop_the_work(written: Written) -> None:
    logs.configure("info", "text", written.stream)
    written.stream.close()
    log_natively("into the void")


def test_deep_and_odd_values_are_written_as_text(written: Written) -> None:
    logs.configure("info", "json", written.stream)
    loop: list[Any] = []
    loop.append(loop)
    log_natively("odd", loop=loop, nan=float("nan"), kind=ValueError(SLACK), both={"a", "b"} - {"b"})
    (record,) = written.records
    assert record["nan"] == "nan"
    assert record["kind"] == logs.HIDDEN
    assert record["both"] == ["a"]
    assert "…" in json.dumps(record["loop"], ensure_ascii=False)


def test_colour_is_for_terminals_that_want_it(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    coloured, plain = Terminal(), Terminal()
    logs.configure("info", "text", coloured)
    log_natively("x")
    monkeypatch.setenv("NO_COLOR", "1")
    logs.configure("info", "text", plain)
    log_natively("x")
    assert "\x1b[" in coloured.getvalue()
    assert "\x1b[" not in plain.getvalue()
