"""The console: alerts on a text stream, for people or as JSON lines."""

import json
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
            self._stream.write(self._encodable(self._render(claim, self._now()) + "\n"))
            self._stream.flush()
        except (OSError, ValueError) as error:
            return Sent(outcome=Outcome.TRY_AGAIN, detail=f"the console is gone: {error}")
        return Sent(outcome=Outcome.SENT)

    def _encodable(self, text: str) -> str:
        """Return `text` with JSON's escapes for what the stream's encoding lacks: no alert is lost to a Latin-1 terminal."""
        encoding = getattr(self._stream, "encoding", None) or "utf-8"
        return "".join(each if _fits(each, encoding) else json.dumps(each)[1:-1] for each in text)


def _fits(character: str, encoding: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
