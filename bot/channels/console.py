"""The console: alerts on a text stream, for people or as JSON lines; notices of incidents beside them, or on their own."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import TextIO

from bot.core.delivery import Claim, Outcome, Sent
from bot.core.notice import Notice
from bot.render import jsonline, notice, plain

Render = Callable[[Claim, datetime], str]


def for_people(*, zone: str, bold: plain.Emphasis) -> Render:
    """Return a renderer of text blocks, one empty line after each."""

    def render(claim: Claim, now: datetime) -> str:
        told = claim.alert
        if isinstance(told, Notice):
            return notice.render(told, zone=zone, bold=bold) + "\n"
        return plain.render(told, sent_at=now, zone=zone, repeat=claim.repeat, bold=bold) + "\n"

    return render


def for_programs(claim: Claim, now: datetime) -> str:
    """Render one JSON object on one line."""
    told = claim.alert
    if isinstance(told, Notice):
        return jsonline.line(notice.notice_object(told))
    return jsonline.line(jsonline.alert_object(told, sent_at=now, repeat=claim.repeat))


class Console:
    """Writes each alert to a stream and flushes it, so that `sent` on record means that the stream took it.

    Notices go to `notes`, by default the same stream: whoever reads alerts line by line may want them apart.
    """

    def __init__(
        self, stream: TextIO, *, render: Render, now: Callable[[], datetime], notes: TextIO | None = None
    ) -> None:
        self._stream, self._render, self._now = stream, render, now
        self._notes = notes or stream

    async def send(self, claim: Claim) -> Sent:
        """Write one alert. A closed or full stream is tried again later: the alert is not lost with it."""
        stream = self._notes if isinstance(claim.alert, Notice) else self._stream
        try:
            stream.write(_encodable(self._render(claim, self._now()) + "\n", stream))
            stream.flush()
        except (OSError, ValueError) as error:
            return Sent(outcome=Outcome.TRY_AGAIN, detail=f"the console is gone: {error}")
        return Sent(outcome=Outcome.SENT)


def _encodable(text: str, stream: TextIO) -> str:
    """Return `text` with JSON's escapes for what the stream's encoding lacks: no alert is lost to a Latin-1 terminal."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    return "".join(each if _fits(each, encoding) else json.dumps(each)[1:-1] for each in text)


def _fits(character: str, encoding: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
