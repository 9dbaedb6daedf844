"""The console: alerts on a text stream, for people or as JSON lines."""

from collections.abc import Callable
from datetime import datetime
from typing import TextIO

from bot.core.delivery import Claim, Outcome, Sent
from bot.render import jsonline, plain

Render = Callable[[Claim, datetime], str]


def for_people(*, zone: str, bold: plain.Emphasis) -> Render:
    """Return a renderer of text blocks, one empty line after each."""

    def render(claim: Claim, now: datetime) -> str:
        return plain.render(claim.alert, sent_at=now, zone=zone, repeat=claim.repeat, bold=bold) + "\n"

    return render


def for_programs(claim: Claim, now: datetime) -> str:
    """Render one JSON object on one line."""
    return jsonline.line(jsonline.alert_object(claim.alert, sent_at=now, repeat=claim.repeat))


class Console:
    """Writes each alert to a stream and flushes it, so that `sent` on record means that the stream took it."""

    def __init__(self, stream: TextIO, *, render: Render, now: Callable[[], datetime]) -> None:
        self._stream, self._render, self._now = stream, render, now

    async def send(self, claim: Claim) -> Sent:
        """Write one alert. A closed or full stream is tried again later: the alert is not lost with it."""
        try:
            self._stream.write(self._render(claim, self._now()) + "\n")
            self._stream.flush()
        except (OSError, ValueError) as error:
            return Sent(outcome=Outcome.TRY_AGAIN, detail=f"the console is gone: {error}")
        return Sent(outcome=Outcome.SENT)
