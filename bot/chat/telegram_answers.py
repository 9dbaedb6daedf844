"""How the desk's answers go back to Telegram: as a reply where it was asked, in the place of what was pressed, or as a toast.

It makes the calls that it is given and knows no client.
Source: core.telegram.org/bots/api (answerCallbackQuery, editMessageText), seen 2026-11-29.
"""

import asyncio
from datetime import timedelta
from typing import Protocol

from bot.chat.answer import MAX_TOAST_CHARS, Answer
from bot.chat.kept import Kept
from bot.chat.markup_telegram import TelegramAnswer, written
from bot.chat.telegram_asked import Place, Question
from bot.clock import Clock

_OPENED_KEPT = timedelta(hours=2)
_MOST_OPENED = 5_000


class Calls(Protocol):
    """The Bot API. What it refuses is in the log already."""

    async def send(self, place: Place, message: TelegramAnswer, *, reply_to: int) -> int | None:
        """Send a message and return its id, None where that was refused."""

    async def edit(self, chat: int, message_id: int, message: TelegramAnswer) -> bool:
        """Put a message in the place of one of ours; tell whether it now stands there."""

    async def toast(self, query: str, text: str) -> None:
        """Answer a press, with a note unless `text` is empty."""


class Openers:
    """For whom each message with buttons was sent. In memory, the newest few thousand, for two hours."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._kept: Kept[str] = Kept(span=_OPENED_KEPT, most=_MOST_OPENED)

    def note(self, chat: int, message: int, user: int) -> None:
        """Remember that a message was sent for a user."""
        self._kept.put(f"{chat}:{message}", str(user), self._clock.now())

    def of(self, chat: int, message: int) -> str | None:
        """Return for whom a message was sent, None where that is not known any more."""
        return self._kept.get(f"{chat}:{message}", self._clock.now())


class Reply:
    """The way back to one question: what is said first, and what that becomes later."""

    def __init__(self, calls: Calls, question: Question, openers: Openers) -> None:
        self._calls, self._to, self._openers = calls, question, openers
        self._shown: int | None = None
        self._said = asyncio.Event()

    async def say(self, answer: Answer | None) -> None:
        """Give the answer; None: stay silent, but for the sign that the press was heard."""
        try:
            if self._to.query is not None:
                toast = answer.toast if answer is not None else ""
                await self._calls.toast(self._to.query, _within_toast(toast))
            if answer is not None and answer.text and not self._is_said_by_toast(answer):
                await self._give(answer)
        finally:
            self._said.set()

    async def update(self, answer: Answer) -> None:
        """Put a later text in the place of the answer, once that was given."""
        await self._said.wait()
        message = written(answer)
        edited = self._shown is not None and await self._calls.edit(self._to.place.chat, self._shown, message)
        if not edited and not answer.passing:
            await self._send(message)

    def _is_said_by_toast(self, answer: Answer) -> bool:
        """Tell whether whoever pressed a button was told enough by the toast: no new message for what concerns nobody else."""
        if self._to.query is None:
            return False
        return not answer.lines or (bool(answer.toast) and not answer.replaces and not answer.public)

    async def _give(self, answer: Answer) -> None:
        message = written(answer)
        if (
            self._to.data is not None
            and answer.replaces
            and await self._calls.edit(self._to.place.chat, self._to.message, message)
        ):
            self._shown = self._to.message
        else:
            await self._send(message)

    async def _send(self, message: TelegramAnswer) -> None:
        self._shown = await self._calls.send(self._to.place, message, reply_to=self._to.message)
        if self._shown is not None and message.keyboard:
            self._openers.note(self._to.place.chat, self._shown, self._to.user)


def _within_toast(text: str) -> str:
    return text if len(text) <= MAX_TOAST_CHARS else f"{text[: MAX_TOAST_CHARS - 1]}…"
