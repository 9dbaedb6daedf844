"""Telegram: messages and changed messages by its Bot API. A chat cannot be read back, so doubt is answered by a marked repeat.

It sends, and nothing else: it polls nothing, waits for nothing, never retries what may have been done, and lets no error of
Telegram's library out. A token never stands in what it answers. Why it is built this way: docs/adr/0012-platforms.md.
Source: core.telegram.org/bots/api (Bot API 10.0), core.telegram.org/bots/faq (limits), python-telegram-bot 22.8, seen 2026-11-29.
"""

import asyncio
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)
from telegram.request import HTTPXRequest

from bot.channels.answers import DEFAULT_WAIT, Says, in_words, sent_for
from bot.core.delivery import CANNOT_LOOK, Outcome, Sent
from bot.core.pace import Limit, Limits
from bot.core.platform import REPEATABLE, Traits
from bot.core.posting import Posting
from bot.render import telegram

# The library gives waits as timedeltas only where this is set; else its own error for "too fast" raises a warning.
os.environ["PTB_TIMEDELTA"] = "true"

API = "https://api.telegram.org/bot"
SECONDS = 8.0
"""How long one post may take in all: less than the outbox waits, so that the reason is ours to tell."""

_CONNECTIONS = 64
_MAX_CUT_UNITS = 3_000  # what is sent of a text that Telegram counts as longer than we do
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)

_REFUSALS: tuple[tuple[Says, tuple[str, ...]], ...] = (
    (
        Says.CHANNEL,
        (
            "chat not found",
            "not enough rights",
            "have no rights",
            "need administrator rights",
            "chat_write_forbidden",
            "chat_restricted",
            "chat_send_plain_forbidden",
            "chat_admin_required",
            "peer_id_invalid",
            "topic_closed",
            "topic_deleted",
            # The topic is the channel. Into the forum's main thread it would come before people who did not ask for it.
            "message thread not found",
            "group chat was deactivated",
            "user is deactivated",
        ),
    ),
    (
        Says.GONE,
        (
            "message to edit not found",
            "message can't be edited",
            "message_id_invalid",
            "message to be replied not found",
            "replied message not found",
        ),
    ),
    (Says.CONTENT, ("can't parse entities", "message is too long", "message text is empty", "button")),
)
"""What fragments of Telegram's words for a bad request say, in lower case; any other is unclear. They change without notice."""

# By name, because the HTTP client below the library has its home elsewhere. In each of these nothing of the request was written.
_NOT_SENT = frozenset({"ConnectError", "ConnectTimeout", "PoolTimeout", "ProxyError", "UnsupportedProtocol"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Form:
    """One way to say a message."""

    text: str
    keyboard: tuple[tuple[telegram.Button, ...], ...]
    html: bool = True


# Telegram's own numbers, 30 a second in all, one a second in a chat, 20 a minute in a group, as a steady pace with a few in
# advance that never goes over them in any second or minute.
TELEGRAM_LIMITS = Limits(
    overall=Limit(interval=timedelta(seconds=1) / 27, advance=3),
    chat=Limit(interval=timedelta(seconds=1)),
    group=Limit(interval=timedelta(seconds=3.75), advance=4),
)


class Telegram:
    """Telegram, as the bot whose token this is; use as `async with Telegram(token) as platform`. Nothing is asked before a send.

    `seconds` is how long one post may take. Proxies that the environment names are not asked.
    """

    def __init__(
        self,
        token: str,
        *,
        base_url: str = API,
        seconds: float = SECONDS,
        limits: Limits = TELEGRAM_LIMITS,
        render: Callable[[Posting], telegram.TelegramMessage] = telegram.render,
    ) -> None:
        self.traits = Traits(limits=limits, edits=True)
        self._seconds, self._render = seconds, render
        self._connections = HTTPXRequest(
            connection_pool_size=_CONNECTIONS,
            connect_timeout=seconds / 2,
            read_timeout=seconds,
            write_timeout=seconds,
            pool_timeout=seconds / 4,
            httpx_kwargs={"trust_env": False},
        )
        self._bot = Bot(
            token, base_url=base_url, request=self._connections, get_updates_request=self._connections
        )

    async def __aenter__(self) -> Self:
        # Not the bot's own beginning: that asks Telegram who it is, and the service must start without a network.
        await self._connections.initialize()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._connections.shutdown()

    async def send(self, posting: Posting) -> Sent:
        """Send a message, or change the one that the posting names; what is refused for its form is said more simply at once."""
        message = in_words(self._render, posting)
        if isinstance(message, Sent):
            return message
        try:
            async with asyncio.timeout(self._seconds):
                return await self._say(posting, message)
        except Exception as error:  # whatever the library raises, or trips over in an answer
            return _sent_for(error, posting)

    async def look(self, posting: Posting, since: datetime) -> Sent:  # noqa: ARG002 (the protocol's signature)
        """Say that a chat cannot be read back."""
        return CANNOT_LOOK

    async def _say(self, posting: Posting, message: telegram.TelegramMessage) -> Sent:
        form = _Form(text=message.html, keyboard=message.keyboard)
        while True:
            try:
                return await self._put(posting, form, silent=message.silent)
            except BadRequest as error:
                simpler = _simpler(form, message, error.message.lower())
                if simpler is None:
                    raise
                form = simpler

    async def _put(self, posting: Posting, form: _Form, *, silent: bool) -> Sent:
        chat, topic = _place(posting)
        mode = ParseMode.HTML if form.html else None
        if posting.kind in REPEATABLE:
            await self._bot.edit_message_text(
                form.text,
                chat_id=chat,
                message_id=int(posting.target or 0),
                parse_mode=mode,
                link_preview_options=_NO_PREVIEW,
                reply_markup=_markup(form),
            )
            return Sent(outcome=Outcome.SENT, platform_ref=posting.target)
        sent = await self._bot.send_message(
            chat,
            form.text,
            parse_mode=mode,
            link_preview_options=_NO_PREVIEW,
            disable_notification=silent,
            message_thread_id=topic,
            reply_parameters=_answered(posting),
            reply_markup=_markup(form),
        )
        return Sent(outcome=Outcome.SENT, platform_ref=str(sent.message_id))


def _place(posting: Posting) -> tuple[int, int | None]:
    """Return chat and forum topic of an address like `telegram:-100123/45`."""
    chat, _, topic = posting.channel.address.partition(":")[2].partition("/")
    return int(chat), int(topic) if topic else None


def _answered(posting: Posting) -> ReplyParameters | None:
    if posting.thread is None:
        return None
    return ReplyParameters(int(posting.thread), allow_sending_without_reply=True)


def _markup(form: _Form) -> InlineKeyboardMarkup | None:
    if not form.keyboard:
        return None
    return InlineKeyboardMarkup(
        [
            [InlineKeyboardButton(button.label, callback_data=button.data) for button in row]
            for row in form.keyboard
        ]
    )


def _simpler(form: _Form, message: telegram.TelegramMessage, said: str) -> _Form | None:
    """Return how to say what was refused in these words, each time more simply; None where that would not help."""
    plain = replace(form, text=message.plain, html=False)
    if "can't parse entities" in said and form.html:
        is_simplest = form.text == message.without_time
        return plain if is_simplest else replace(form, text=message.without_time)
    if "message is too long" in said:
        if form.html:
            return plain
        cut = _cut(form.text)
        return replace(form, text=cut) if cut != form.text else None
    if "button" in said and form.keyboard:
        return replace(form, keyboard=())
    return None


def _cut(text: str) -> str:
    """Return as much of a text as surely fits; no character of it is cut in two."""
    if telegram.units(text) <= _MAX_CUT_UNITS:
        return text
    return text.encode("utf-16-le", "surrogatepass")[: 2 * _MAX_CUT_UNITS].decode("utf-16-le", "ignore") + "…"


def _sent_for(error: Exception, posting: Posting) -> Sent:
    """Return what an error of the library leads to. A bad request passes for a network error there, so it comes first."""
    match error:
        case RetryAfter(retry_after=wait):
            seconds = wait if isinstance(wait, timedelta) else timedelta(seconds=wait)
            return sent_for(Says.LIMITED, posting, "Telegram answered: too many requests", wait=seconds)
        case ChatMigrated(new_chat_id=chat):
            # A group that moves has no topics yet.
            moved = sent_for(Says.LATER, posting, f"the group is a supergroup now: {chat}")
            return replace(moved, moved_to=f"telegram:{chat}")
        case InvalidToken():
            return sent_for(Says.CREDENTIAL, posting, "Telegram refuses the bot's token")
        case Forbidden():
            return sent_for(Says.CHANNEL, posting, f"Telegram answered: {error.message}")
        case BadRequest():
            return _refused(error.message, posting)
        case NetworkError():
            return _unreached(error, posting)
        case Conflict():
            return sent_for(Says.LATER, posting, "Telegram answered: another call is in the way")
        case TimeoutError():
            return sent_for(Says.DOUBT, posting, "no answer from Telegram in time")
        case TelegramError():
            return sent_for(Says.DOUBT, posting, "no proper answer from Telegram")
        case _:
            return sent_for(Says.DOUBT, posting, f"no proper answer from Telegram: {type(error).__name__}")


def _refused(words: str, posting: Posting) -> Sent:
    said = words.lower()
    if "message is not modified" in said:
        return Sent(outcome=Outcome.SENT, platform_ref=posting.target)
    found = (says for says, fragments in _REFUSALS if any(fragment in said for fragment in fragments))
    return sent_for(next(found, Says.UNCLEAR), posting, f"Telegram answered: {words}")


def _unreached(error: NetworkError, posting: Posting) -> Sent:
    """Return what follows where no answer came, or one that the library has no error for: a server's or a proxy's fault.

    Its own words are not passed on: they quote whatever came.
    """
    cause = type(error.__cause__).__name__
    if cause in _NOT_SENT:
        return sent_for(Says.LATER, posting, "no connection to Telegram could be made")
    if "too many requests" in error.message.lower():
        told = re.search(r"retry after (\d{1,5})\b", error.message)
        wait = timedelta(seconds=int(told[1])) if told else DEFAULT_WAIT
        return sent_for(Says.LIMITED, posting, "Telegram answered: too many requests", wait=wait)
    return sent_for(Says.DOUBT, posting, "no proper answer from Telegram")
