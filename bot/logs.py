"""How the service logs: structlog over the standard library, as readable text or as JSON lines, to standard error.

Everything passes the same redaction, whoever logged it. It must never write a secret, a line break or a terminal control
sequence that a page brought along, and a record that cannot be written must never stop the work.
"""

import json
import logging
import math
import os
import re
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Literal, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

HIDDEN = "[hidden]"

_CHATTY = ("alembic.runtime.plugins", "httpx", "httpcore", "aiohttp", "apscheduler", "slack_sdk", "telegram")
_MAX_DEPTH = 6

_PATTERNS = (
    (re.compile(r"\bxox[a-z]-[A-Za-z0-9-]+"), HIDDEN),  # Slack bot, user, refresh and configuration tokens
    (re.compile(r"\bxapp-[A-Za-z0-9-]+"), HIDDEN),  # Slack app-level tokens
    (re.compile(r"(?<!\d)\d{8,10}:[A-Za-z0-9_-]{35,}"), HIDDEN),  # Telegram, also behind `/bot` in an address
    (re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}"), rf"\1 {HIDDEN}"),
    (re.compile(r"(?<=://)[^/\s\"'<>]+@"), f"{HIDDEN}@"),  # user name and password of an address
    (
        re.compile(
            r"(?i)([?&;](?:[\w.-]*[_.-])?(?:token|key|secret|api_?key|password|signature)=)[^&#\s\"'<>]+"
        ),
        rf"\1{HIDDEN}",
    ),
)
_SECRET_KEY = re.compile(r"(?i)(?:^|_)(?:token|secret|password|passwd|api_?key|authorization|cookie)$")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def configure(
    level: Literal["debug", "info", "warning", "error"] = "info",
    format: Literal["text", "json"] = "text",  # noqa: A002 -- the word in the configuration
    stream: TextIO | None = None,
) -> None:
    """Send every log record of this process to `stream` (default: standard error). May be called again to change it."""
    stream = stream or sys.stderr
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(additional_ignores=["logging"]),
    ]
    handler = _Handler(stream, as_json=format == "json")
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, _without_leftovers],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                redact_event,
                *_rendering(format, stream),
            ],
        )
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    _install(handler, level)


def redact(text: str) -> str:
    """Return `text` without what looks like a token, a password in an address, or a secret query parameter."""
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text


def redact_event(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Return the event without secrets, made of plain values only. A structlog processor."""
    return {
        str(key): HIDDEN if _SECRET_KEY.search(str(key)) and value is not None else _plain(value)
        for key, value in event.items()
    }


def _without_leftovers(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Drop what another handler's formatter left on the record; nobody may log under these names."""
    return {key: value for key, value in event.items() if key not in ("message", "asctime")}


def _plain(value: object, depth: int = 0) -> object:
    if value is None or isinstance(value, bool | int) or (isinstance(value, float) and math.isfinite(value)):
        return value
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if hasattr(value, "get_secret_value"):
        return HIDDEN
    if depth == _MAX_DEPTH:
        return "…"
    if isinstance(value, Mapping):
        return {
            redact(str(key)): HIDDEN if _SECRET_KEY.search(str(key)) else _plain(one, depth + 1)
            for key, one in value.items()
        }
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(one, depth + 1) for one in value]
    return redact(str(value))


def _rendering(format_: str, stream: TextIO) -> list[Processor]:
    if format_ == "json":
        return [structlog.processors.JSONRenderer(ensure_ascii=False)]
    colors = stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    console = structlog.dev.ConsoleRenderer(
        colors=colors, pad_event_to=0, exception_formatter=structlog.dev.plain_traceback
    )
    return [_one_line, console]


def _one_line(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Spell out control characters, so that nobody can forge a line or move the cursor. Tracebacks keep their lines."""
    return {
        key: _spelled(value, keep="\n" if key in ("exception", "stack") else "")
        if isinstance(value, str)
        else value
        for key, value in event.items()
    }


def _spelled(text: str, keep: str) -> str:
    return _CONTROL.sub(lambda hit: hit[0] if hit[0] in keep else f"\\x{ord(hit[0]):02x}", text)


class _Handler(logging.StreamHandler[TextIO]):
    """A stream handler that says in one line that a record was lost; the default prints its raw arguments."""

    def __init__(self, stream: TextIO, *, as_json: bool) -> None:
        super().__init__(stream)
        self._as_json = as_json

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 -- the library's name
        error = sys.exc_info()[0]
        try:
            lost = f"a log record could not be written: {error.__name__ if error else 'unknown'}"
            told = {"event": lost, "level": "error", "logger": record.name}
            self.stream.write(json.dumps(told) if self._as_json else f"{lost} [{record.name}]")
            self.stream.write(self.terminator)
        except (OSError, ValueError):  # the stream itself is gone
            pass


def _install(handler: _Handler, level: str) -> None:
    root = logging.getLogger()
    for old in [one for one in root.handlers if isinstance(one, _Handler)]:
        root.removeHandler(old)
    root.addHandler(handler)
    threshold = logging.getLevelNamesMapping()[level.upper()]
    root.setLevel(threshold)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(max(threshold, logging.WARNING))
