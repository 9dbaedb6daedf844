"""Telegram's listener: commands and buttons come by one long poll, and are answered by the desk.

It polls by itself, not by the library's Application: that one ends its poll for good when a token is refused, waits for real
seconds that no test can shorten, and brings a scheduler and a second event queue along that we do not need.
It must never poll twice with one token, run a command twice, stop the service because Telegram is away, or show a token.
Source: core.telegram.org/bots/api (Bot API 10.0: getUpdates, setMyCommands) and python-telegram-bot 22.8, seen 2026-11-29.
"""

import asyncio
import contextlib
import logging
import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar

from telegram import (
    Bot,
    BotCommandScope,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    ReplyParameters,
)
from telegram.constants import ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)
from telegram.request import HTTPXRequest

from bot.chat.answer import Button
from bot.chat.asked import Asked
from bot.chat.kept import Kept, Seen
from bot.chat.listening import (
    MOST_PATIENCE,
    REFUSED_PAUSE,
    Desk,
    Sleep,
    Turns,
    answer_of,
    pause_after,
    until,
)
from bot.chat.markup_telegram import TelegramAnswer
from bot.chat.telegram_answers import Openers, Reply
from bot.chat.telegram_asked import UPDATES, Membership, Moved, Place, Question, Stray, told_by
from bot.chat.telegram_commands import command_lists
from bot.chat.telegram_places import move, take_note
from bot.clock import Clock
from bot.store.writer import Connection, Store

# The library gives waits as timedeltas only where this is set; else its own error for "too fast" raises a warning.
os.environ["PTB_TIMEDELTA"] = "true"

log = logging.getLogger("tradewire.chat.telegram")

API = "https://api.telegram.org/bot"
CALL_SECONDS = 8.0
POLL_SECONDS = 25

_CONNECTIONS = 32
_LAST_SECONDS = 2.0  # for the word that what came was taken
_LEAST_POLL_SECONDS = (
    1.0  # an empty answer that comes sooner is no long poll: wait, lest we ask without a pause
)
_ADMIN_KEPT = timedelta(minutes=1)
_MOST_KEPT = 5_000
_RULING = frozenset({"creator", "administrator"})
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)

Result = TypeVar("Result")

_polled: set[str] = set()
"""The tokens that this process polls with: Telegram takes one poll at a time for each."""


class TelegramPoll:
    """Listens to all chats of one bot: `await TelegramPoll(…).run(stop)`. `desk` answers; `store` hears of chats that are gone.

    `sleep` stands in for the wait between two tries, `poll_seconds` is how long Telegram holds a poll that brings nothing.
    """

    def __init__(
        self,
        *,
        token: str,
        desk: Desk,
        store: Store,
        clock: Clock,
        base_url: str = API,
        sleep: Sleep = asyncio.sleep,
        poll_seconds: int = POLL_SECONDS,
    ) -> None:
        self._token, self._base_url, self._poll_seconds = token, base_url, poll_seconds
        self._desk, self._store, self._clock, self._sleep = desk, store, clock, sleep
        self._seen = Seen(span=timedelta(days=1))
        self._admins: Kept[bool] = Kept(span=_ADMIN_KEPT, most=_MOST_KEPT)
        self._openers = Openers(clock)
        self._turns = Turns()
        self._our_name: str | None = None
        self._offset: int | None = None
        self._bot: Bot
        self._calls: _Calls

    async def run(self, stop: asyncio.Event) -> None:
        """Listen until `stop` is set, through every outage; then finish within seconds. Raises nothing that Telegram did."""
        if self._token in _polled:
            log.error("this process listens to Telegram with this token already: one of the two does not")
            return
        _polled.add(self._token)
        connections = [_connections(_CONNECTIONS), _connections(2)]
        for each in connections:
            await (
                each.initialize()
            )  # not the bot's own beginning: that asks Telegram who it is, and fails without it
        self._bot = Bot(
            self._token,
            base_url=self._base_url,
            request=connections[0],
            get_updates_request=connections[1],
        )
        self._calls = _Calls(self._bot, self._sleep, self._move)
        try:
            await until(stop, self._listen())
        finally:
            await self._turns.end()
            await self._confirm()
            for each in connections:
                await each.shutdown()
            _polled.discard(self._token)

    async def _listen(self) -> None:
        failures = 0
        while True:
            try:
                if self._our_name is None:
                    await self._begin()
                await self._poll()
                failures = 0
                continue
            except InvalidToken:
                pause = REFUSED_PAUSE.total_seconds()
                log.error("Telegram refuses the bot token: no command or button is heard until it is renewed")
            except Conflict:
                failures += 1
                pause = pause_after(failures + 1)
                log.error(
                    "another program reads this bot's messages: end it, or give this one a bot of its own",
                    extra={"error": "Conflict", "again_in_seconds": pause},
                )
            except RetryAfter as error:
                pause = _seconds(error)
            except Exception as error:  # whatever the network or an answer that makes no sense brings
                failures += 1
                pause = pause_after(failures)
                log.warning(
                    "Telegram cannot be reached", extra={"what": _named(error), "again_in_seconds": pause}
                )
            await self._sleep(pause)

    async def _begin(self) -> None:
        """Ask who we are, and take the poll over from a webhook. Nothing that is pending is dropped."""
        me = await self._bot.get_me()
        await self._bot.delete_webhook(drop_pending_updates=False)
        self._our_name = me.username or ""
        self._turns.take("commands", self._offer_commands)
        log.info("listening to Telegram", extra={"bot": me.username})

    async def _offer_commands(self) -> None:
        for each in command_lists():
            try:
                await self._bot.set_my_commands(
                    each.commands,
                    scope=BotCommandScope(type=each.scope),
                    language_code=each.language or None,
                )
            except TelegramError as error:
                log.warning("the list of commands could not be set", extra={"what": _named(error)})
                return

    async def _poll(self) -> None:
        """Wait for updates, and take them. What was taken before is confirmed by asking for more."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        updates = await self._updates(self._poll_seconds)
        for update in updates:
            self._offset = max(self._offset or 0, int(update["update_id"]) + 1)
            self._take(update)
        if not updates and loop.time() - began < min(_LEAST_POLL_SECONDS, self._poll_seconds):
            await self._sleep(_LEAST_POLL_SECONDS)

    async def _updates(self, seconds: int, limit: int = 100) -> Sequence[Mapping[str, Any]]:
        """Return updates as they came. The library's own call reads all of them or none: one that it cannot read, and it would
        bring them again for ever. The second underscore keeps it from making this its own call.
        """
        asked = {"offset": self._offset, "timeout": seconds, "limit": limit, "allowed_updates": UPDATES}
        updates = await self._bot.do_api_request(
            "get__updates", api_kwargs=asked, read_timeout=CALL_SECONDS + seconds
        )
        return [each for each in updates if isinstance(each, dict)]

    async def _confirm(self) -> None:
        """Tell Telegram what was taken, so that the next start does not get it again."""
        if self._offset is None:
            return
        with contextlib.suppress(TelegramError, TimeoutError):
            async with asyncio.timeout(_LAST_SECONDS):
                await self._updates(0, limit=1)

    def _take(self, update: Mapping[str, Any]) -> None:
        """Let what an update asks be answered, unless it came before or is not for us."""
        if self._seen.again((str(update["update_id"]),), self._clock.now()):
            return
        match told_by(update, self._our_name or ""):
            case Question() as question:
                self._turns.take(f"{question.place.address} {question.user}", partial(self._answer, question))
            case Stray() as stray:
                self._turns.take(f"stray {stray.query}", partial(self._calls.toast, stray.query, ""))
            case Membership() as change:
                self._turns.take(f"chat {change.chat}", partial(self._take_note, change))
            case Moved() as moved:
                self._turns.take(f"chat {moved.chat}", partial(self._move, moved))

    async def _answer(self, question: Question) -> None:
        asked = Asked(
            platform="telegram",
            channel=question.place.address,
            user=str(question.user),
            user_name=question.user_name,
            text=question.text,
            data=question.data,
            title=question.title,
            is_admin=await self._is_admin(question),
            private=question.private,
            opened_by=self._openers.of(question.place.chat, question.message) if question.query else None,
            opened_at=question.sent_at if question.query else None,
        )
        reply = Reply(self._calls, question, self._openers)
        await reply.say(await answer_of(self._desk, asked, reply.update))

    async def _is_admin(self, question: Question) -> bool | None:
        """Tell whether who asks rules the chat; None where Telegram does not say, or there is nobody to rule."""
        if question.is_admin is not None or question.private:
            return question.is_admin
        name, now = f"{question.place.chat}:{question.user}", self._clock.now()
        known = self._admins.get(name, now)
        if known is None:
            try:
                member = await self._bot.get_chat_member(question.place.chat, question.user)
            except Exception as error:  # whatever the library raises, or trips over in an answer
                log.info("Telegram does not say who is an admin", extra={"what": _named(error)})
                return None
            known = member.status in _RULING
            self._admins.put(name, known, now)
        return known

    async def _take_note(self, change: Membership) -> None:
        now = self._clock.now()

        def work(connection: Connection) -> tuple[str, ...]:
            return take_note(connection, change, now=now)

        touched = await self._store.write(work)
        said = "a chat let us in" if change.present else "a chat has put us out"
        log.info(said, extra={"chat": change.chat, "status": change.status, "channels": touched})

    async def _move(self, moved: Moved) -> None:
        now = self._clock.now()

        def work(connection: Connection) -> tuple[str, ...]:
            return move(connection, moved, now=now)

        addresses = await self._store.write(work)
        log.info("a group has a new id", extra={"chat": moved.chat, "to": moved.to, "channels": addresses})


class _Calls:
    """Sends, changes and notes. Too fast: waits once as long as it is told, if that is not long; then the answer is dropped."""

    def __init__(self, bot: Bot, sleep: Sleep, on_moved: Callable[[Moved], Awaitable[None]]) -> None:
        self._bot, self._sleep, self._on_moved = bot, sleep, on_moved

    async def send(self, place: Place, message: TelegramAnswer, *, reply_to: int) -> int | None:
        """Send a message and return its id, None where that was refused."""

        async def put(chat: int, *, html: bool) -> int:
            sent = await self._bot.send_message(
                chat,
                message.html if html else message.plain,
                parse_mode=ParseMode.HTML if html else None,
                message_thread_id=place.topic,
                reply_parameters=ReplyParameters(reply_to, allow_sending_without_reply=True),
                reply_markup=_keyboard(message.keyboard),
                link_preview_options=_NO_PREVIEW,
            )
            return sent.message_id

        return await self._in_either_form(place.chat, put)

    async def edit(self, chat: int, message_id: int, message: TelegramAnswer) -> bool:
        """Put a message in the place of one of ours; tell whether it now stands there."""

        async def put(chat: int, *, html: bool) -> bool:
            try:
                await self._bot.edit_message_text(
                    message.html if html else message.plain,
                    chat_id=chat,
                    message_id=message_id,
                    parse_mode=ParseMode.HTML if html else None,
                    reply_markup=_keyboard(message.keyboard),
                    link_preview_options=_NO_PREVIEW,
                )
            except BadRequest as error:
                if "not modified" not in error.message.lower():
                    raise
            return True

        return await self._in_either_form(chat, put) or False

    async def toast(self, query: str, text: str) -> None:
        """Answer a press, with a note unless `text` is empty."""

        async def put(_: int) -> bool:
            return await self._bot.answer_callback_query(query, text=text or None)

        await self._patiently(0, put)

    async def _in_either_form(self, chat: int, put: Callable[..., Awaitable[Result]]) -> Result | None:
        """Make a call with markup, and without where the markup is refused."""
        refused = False

        async def marked_up(chat: int) -> Result | None:
            nonlocal refused
            try:
                return await put(chat, html=True)
            except BadRequest as error:
                if "parse entities" not in error.message.lower():
                    raise
                refused = True
                return None

        done = await self._patiently(chat, marked_up)
        return await self._patiently(chat, partial(put, html=False)) if refused else done

    async def _patiently(self, chat: int, call: Callable[[int], Awaitable[Result]]) -> Result | None:
        """Make a call for a chat, once more after a wait or a move; None where it was refused, which is in the log."""
        for last in (False, True):
            try:
                return await call(chat)
            except RetryAfter as error:
                wait = _seconds(error)
                if last or wait > MOST_PATIENCE.total_seconds():
                    log.warning("an answer is dropped: Telegram wants us to wait", extra={"seconds": wait})
                    return None
                await self._sleep(wait)
            except ChatMigrated as error:
                moved = Moved(chat=chat, to=error.new_chat_id)
                await self._on_moved(moved)
                chat = moved.to
            except Exception as error:  # whatever the library raises, or trips over in an answer
                log.warning("an answer could not be given", extra={"chat": chat, "what": _named(error)})
                return None
        return None


def _connections(most: int) -> HTTPXRequest:
    return HTTPXRequest(
        connection_pool_size=most,
        connect_timeout=CALL_SECONDS / 2,
        read_timeout=CALL_SECONDS,
        write_timeout=CALL_SECONDS,
        pool_timeout=CALL_SECONDS / 4,
        httpx_kwargs={"trust_env": False},
    )


def _keyboard(rows: tuple[tuple[Button, ...], ...]) -> InlineKeyboardMarkup | None:
    if not rows:
        return None
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(each.label, callback_data=each.data) for each in row] for row in rows]
    )


def _seconds(error: RetryAfter) -> float:
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


def _named(error: Exception) -> str:
    """Return what went wrong in Telegram's words where it said any: a network error's own may hold an address with the token."""
    return error.message if isinstance(error, BadRequest | Forbidden) else type(error).__name__
