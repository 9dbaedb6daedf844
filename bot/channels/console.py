"""The console: posts on a text stream, for people or as JSON lines; notices of incidents beside them, or on their own."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TextIO

from bot.core.alert import Alert
from bot.core.delivery import CANNOT_LOOK, Outcome, Sent
from bot.core.notice import Notice
from bot.core.platform import Traits
from bot.core.posting import Kind, Posting
from bot.render import console, jsonline, notice, objects, plain

Render = Callable[[Posting, datetime], str]


def for_people(*, bold: plain.Emphasis) -> Render:
    """Return a renderer of text blocks, one empty line after each."""

    def render(posting: Posting, now: datetime) -> str:
        return console.render(replace(posting, at=now), bold=bold) + "\n"

    return render


def for_programs(posting: Posting, now: datetime) -> str:
    """Render one JSON object on one line: an alert's or a notice's own, else that of the post that gathers alerts."""
    told = posting.told
    if isinstance(told, Notice):
        return jsonline.line(notice.notice_object(told))
    if isinstance(told, Alert):
        return jsonline.line(jsonline.alert_object(told, sent_at=now, repeat=posting.repeat))
    return jsonline.line(objects.posting_object(replace(posting, at=now)))


class Console:
    """Writes each post to a stream and flushes it, so that `sent` on record means that the stream took it.

    Notices go to `notes`, by default the same stream: whoever reads alerts line by line may want them apart.
    """

    traits = Traits()

    def __init__(
        self, stream: TextIO, *, render: Render, now: Callable[[], datetime], notes: TextIO | None = None
    ) -> None:
        self._stream, self._render, self._now = stream, render, now
        self._notes = notes or stream

    async def send(self, posting: Posting) -> Sent:
        """Write one post. A closed or full stream is tried again later: the post is not lost with it."""
        stream = self._notes if posting.kind is Kind.NOTICE else self._stream
        try:
            stream.write(_encodable(self._render(posting, self._now()) + "\n", stream))
            stream.flush()
        except (OSError, ValueError) as error:
            return Sent(outcome=Outcome.TRY_AGAIN, detail=f"the console is gone: {error}")
        return Sent(outcome=Outcome.SENT, platform_ref=posting.key)

    async def look(self, posting: Posting, since: datetime) -> Sent:  # noqa: ARG002 (the protocol's signature)
        """Say that a stream cannot be read back."""
        return CANNOT_LOOK


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
