"""A Telegram Bot API on loopback, before chats in memory. Reaches no other host.

It refuses what the real server refuses (telegram_methods, telegram_markup) and stores what was sent (telegram_chats). What people
do in Telegram is injected by `say`, `post_in_channel`, `press`, `kick` and the like, and reaches the bot by getUpdates.
Source: core.telegram.org/bots/api (Bot API 10.0), seen 2026-11-29.
"""

import re
from collections.abc import Callable
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from bot.demo.loopback import (
    Answer,
    Between,
    Call,
    Loopback,
    Outcome,
    Parameters,
    decoded,
    json_answer,
    parameters_of,
    send,
    straight,
)
from bot.demo.telegram_chats import BOT, BOT_NAME, Chats, Sent, Status
from bot.demo.telegram_markup import Entity, Parsed, units
from bot.demo.telegram_methods import METHODS, Server, bad
from bot.demo.telegram_shapes import chat_json, member_json, message_json, user_json
from bot.demo.telegram_updates import TelegramRefusal, Update

MAX_POLL_SECONDS = 50
_COMMAND = re.compile(r"(?<!\S)/[a-zA-Z0-9_]{1,32}(?:@(?P<to>\w+))?")


class TelegramStandIn:
    """Telegram behind a real server on 127.0.0.1; use as `async with TelegramStandIn(now=…, bot_token=…) as telegram`.

    Entered again after its end, it is there again at the same address, with all that was sent. What was sent and done stands in
    `chats`. `knows_tg_time=False` answers as a server before Bot API 9.5. `between` stands between the network and the work.
    """

    def __init__(
        self,
        *,
        now: Callable[[], datetime],
        bot_token: str,
        port: int = 0,
        knows_tg_time: bool = True,
        between: Between = straight,
    ) -> None:
        self.chats = Chats(now=now)
        self.between = between
        self._now = now
        self._bot_token = bot_token
        self._work_on = Server(self.chats, knows_tg_time)
        self._server = Loopback(self._routes, port)

    async def __aenter__(self) -> Self:
        await self._server.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.chats.updates.end_polls()
        await self._server.__aexit__(kind, error, trace)

    @property
    def port(self) -> int:
        """Return the port that the server listens on."""
        return self._server.port

    @property
    def api_base_url(self) -> str:
        """Return what the token and a method's name are appended to."""
        return f"http://127.0.0.1:{self.port}/bot"

    # -- what people do

    def say(
        self,
        chat: int,
        user: int | None,
        text: str,
        *,
        thread: int | None = None,
        reply_to: int | None = None,
    ) -> Sent:
        """Write in a chat that is no channel, as `user` or (None) as an admin in the group's name.

        In a group where the bot is no administrator it hears commands and replies to it alone (privacy mode).
        """
        parsed = Parsed(text, tuple(_commands(text)))
        sent = self.chats.add_message(chat, user, parsed, html=text, thread=thread, reply_to=reply_to)
        if self._hears(sent):
            self.chats.updates.add("message", message_json(self.chats, sent))
        return sent

    def post_in_channel(self, chat: int, text: str) -> Sent:
        """Write a post in a channel, in its name."""
        sent = self.chats.add_message(chat, None, Parsed(text, tuple(_commands(text))), html=text)
        self.chats.updates.add("channel_post", message_json(self.chats, sent))
        return sent

    def press(self, chat: int, message_id: int, user: int, callback_data: str) -> str:
        """Press a button, and return the id of the query that its answer names.

        Raises LookupError where there is no such button.
        """
        sent = self.chats.message(chat, message_id)
        buttons = [one.callback_data for row in sent.keyboard for one in row] if sent else []
        if sent is None or callback_data not in buttons:
            raise LookupError(f"nothing to press: {callback_data}")
        query = f"{4_000_000_000 + len(self.chats.queries)}"
        self.chats.queries.add(query)
        content = {
            "id": query,
            "from": user_json(self.chats, user),
            "message": message_json(self.chats, sent),
            "chat_instance": str(chat),
            "data": callback_data,
        }
        self.chats.updates.add("callback_query", content)
        return query

    def kick(self, chat: int, *, by: int | None = None) -> None:
        """Throw the bot out of a chat."""
        self._set_bot(chat, "kicked", by)

    def readmit(self, chat: int, *, by: int | None = None) -> None:
        """Let the bot into a chat again, into a channel as an administrator."""
        self._set_bot(chat, "administrator" if self.chats.chats[chat].kind == "channel" else "member", by)

    def promote(self, chat: int, *, by: int | None = None) -> None:
        """Make the bot an administrator of a chat."""
        self._set_bot(chat, "administrator", by)

    def block(self, user: int) -> None:
        """Let a user block the bot."""
        self._set_bot(user, "kicked", user)

    def unblock(self, user: int) -> None:
        """Let a user start the bot again."""
        self._set_bot(user, "member", user)

    def migrate(self, chat: int) -> int:
        """Turn a group into a supergroup, tell of it in both, and return the new id."""
        new = self.chats.migrate(chat)
        self._tell_of_move(chat, "migrate_to_chat_id", new)
        self._tell_of_move(new, "migrate_from_chat_id", chat)
        return new

    def redeliver(self) -> None:
        """Send the last update once more."""
        self.chats.updates.redeliver()

    def _set_bot(self, chat: int, status: Status, by: int | None) -> None:
        before = self.chats.chats[chat].bot_status
        self.chats.set_member(chat, BOT, status)
        content = {
            "chat": chat_json(self.chats.chats[chat]),
            "from": user_json(self.chats, by or next(iter(self.chats.users), BOT)),
            "date": int(self._now().timestamp()),
            "old_chat_member": member_json(self.chats, BOT, before),
            "new_chat_member": member_json(self.chats, BOT, status),
        }
        self.chats.updates.add("my_chat_member", content)

    def _tell_of_move(self, chat: int, key: str, other: int) -> None:
        note = self.chats.add_message(chat, None, Parsed(""), html="")
        content = message_json(self.chats, note)
        del content["text"]
        self.chats.updates.add("message", {**content, key: other})
        self.chats.remove(note)

    def _hears(self, sent: Sent) -> bool:
        chat = self.chats.chats[sent.chat]
        if chat.bot_status in {"left", "kicked"}:
            return False
        if chat.kind == "private" or chat.bot_status == "administrator":
            return True
        answered = self.chats.message(sent.chat, sent.reply_to) if sent.reply_to else None
        if answered is not None and answered.sender == BOT:
            return True
        return any(found["to"] in {None, BOT_NAME} for found in _COMMAND.finditer(sent.text))

    # -- the Bot API

    def _routes(self, router: web.UrlDispatcher) -> None:
        router.add_route("*", "/bot{token}/{method}", self._call)

    async def _call(self, request: web.Request) -> web.StreamResponse:
        method, token = request.match_info["method"], request.match_info["token"]
        parameters = await parameters_of(request)

        async def work() -> Outcome:
            return await self._work(request, method, token, parameters)

        return await send(request, await self.between(Call(method=method, parameters=parameters), work))

    async def _work(self, request: web.Request, method: str, token: str, parameters: Parameters) -> Answer:
        try:
            if token != self._bot_token:
                raise TelegramRefusal(401, "Unauthorized")
            if method.lower() == "getupdates":
                return json_answer({"ok": True, "result": await self._poll(request, parameters)})
            if method.lower() not in METHODS:
                raise TelegramRefusal(404, "Not Found")
            return json_answer({"ok": True, "result": METHODS[method.lower()](self._work_on, parameters)})
        except TelegramRefusal as refusal:
            self.chats.refuse(method, refusal)
            content = {"ok": False, "error_code": refusal.status, "description": refusal.description}
            more = {"parameters": refusal.parameters} if refusal.parameters else {}
            return json_answer({**content, **more}, status=refusal.status)

    async def _poll(self, request: web.Request, parameters: Parameters) -> list[Update]:
        kinds: Any = decoded(parameters.get("allowed_updates")) or []
        try:
            offset = int(parameters.get("offset") or 0)
            limit = int(parameters.get("limit") or 100)
            seconds = min(float(parameters.get("timeout") or 0), MAX_POLL_SECONDS)
        except ValueError:
            raise bad("invalid number specified") from None
        return await self.chats.updates.poll(
            offset=offset,
            limit=limit,
            seconds=seconds,
            kinds=list(kinds),
            is_gone=lambda: request.transport is None or request.transport.is_closing(),
        )


def _commands(text: str) -> list[Entity]:
    """Return where in `text` the commands stand."""
    return [
        Entity(type="bot_command", offset=units(text[: found.start()]), length=units(found[0]))
        for found in _COMMAND.finditer(text)
    ]
