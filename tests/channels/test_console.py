"""The console takes an alert or says that a later try may help; it never raises and never claims too much."""

import io
import json
from datetime import UTC, datetime
from typing import Any, TextIO

import pytest

from bot.channels.console import Console, Render, for_people, for_programs
from bot.core.delivery import CANNOT_LOOK, Outcome, Sent
from bot.core.posting import Posting
from bot.render.plain import as_is, render
from tests.fakes.items import alert, posting

SENT_AT = datetime(2023, 10, 17, 20, 15, 42, tzinfo=UTC)
ZONE = "America/New_York"
PEOPLE = for_people(bold=as_is)


class Stream(io.StringIO):
    """A stream that notes what it was asked, and whose flush fails where told to."""

    def __init__(self, *, broken: OSError | None = None) -> None:
        super().__init__()
        self.calls: list[str] = []
        self._broken = broken

    def write(self, text: str) -> int:
        self.calls.append("write")
        return super().write(text)

    def flush(self) -> None:
        self.calls.append("flush")
        if self._broken:
            raise self._broken


def post(*, repeat: bool = False, **changes: Any) -> Posting:
    return posting(alert(**changes), repeat=repeat)


async def send(stream: TextIO, render: Render = for_programs, **changes: Any) -> Sent:
    return await Console(stream, render=render, now=lambda: SENT_AT).send(post(**changes))


async def test_an_alert_is_sent_once_the_stream_has_flushed_it() -> None:
    stream = Stream()
    assert await send(stream) == Sent(outcome=Outcome.SENT, platform_ref=post().key)
    assert stream.calls == ["write", "flush"]


async def test_a_closed_stream_is_tried_again() -> None:
    stream = io.StringIO()
    stream.close()
    sent = await send(stream)
    assert sent.outcome is Outcome.TRY_AGAIN
    assert sent.detail is not None
    assert sent.detail.startswith("the console is gone: ")


async def test_a_stream_that_fails_to_flush_is_tried_again() -> None:
    sent = await send(Stream(broken=BrokenPipeError(32, "Broken pipe")))
    assert (sent.outcome, sent.detail) == (Outcome.TRY_AGAIN, "the console is gone: [Errno 32] Broken pipe")


async def test_a_stream_cannot_be_read_back() -> None:
    console = Console(io.StringIO(), render=for_programs, now=lambda: SENT_AT)
    assert await console.look(post(), SENT_AT) == CANNOT_LOOK


async def test_people_read_a_block_and_an_empty_line() -> None:
    stream = io.StringIO()
    await send(stream, PEOPLE)
    assert stream.getvalue() == render(alert(), sent_at=SENT_AT, zone=ZONE) + "\n\n"


async def test_people_are_told_that_an_alert_may_have_been_seen() -> None:
    stream = io.StringIO()
    await Console(stream, render=PEOPLE, now=lambda: SENT_AT).send(post(repeat=True))
    assert "Sent again" in stream.getvalue()


async def test_programs_read_one_object_per_line_with_the_time_of_sending() -> None:
    stream = io.StringIO()
    await send(stream)
    await send(stream, title="Another\nalert\ud800")
    first, second = stream.getvalue().splitlines()
    assert json.loads(first)["sent_at"] == "2023-10-17T20:15:42.000Z"
    assert json.loads(second)["title"] == "Another\nalert\ud800"
    assert json.loads(second)["repeat"] is False


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "utf-8"])
async def test_no_alert_is_lost_to_a_terminal_that_lacks_its_letters(encoding: str) -> None:
    title = "镓 “Gallium” é 😀 \ud800"
    taken = io.BytesIO()
    stream = io.TextIOWrapper(taken, encoding=encoding)
    assert (await send(stream, title=title)).outcome is Outcome.SENT
    assert json.loads(taken.getvalue().decode(encoding))["title"] == title
    assert (await send(stream, PEOPLE, title=title)).outcome is Outcome.SENT
