"""What an update of Telegram asks or tells, taken from its JSON. Pure; it never raises.

In groups it is silent about whatever is not surely for us: plain text, commands to other bots, commands that we do not know.
Source: core.telegram.org/bots/api (Update, Message, CallbackQuery, ChatMemberUpdated), seen 2026-11-29.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.chat.commands import Misread, Problem
from bot.chat.reading import parse

UPDATES = ("message", "channel_post", "callback_query", "my_chat_member")
"""What we want to hear of. Edited messages are not among them: a command runs once."""

_COMMAND = re.compile(r"/(?P<verb>\w{1,32})(?:@(?P<to>\w{1,64}))?(?=\s|$)")
_MAX_NAME_CHARS = 64

_ABSENT = frozenset({"left", "kicked"})

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A chat, or one of its forum topics."""

    chat: int
    topic: int | None = None

    @property
    def address(self) -> str:
        """Return the channel's address."""
        return f"telegram:{self.chat}" + (f"/{self.topic}" if self.topic is not None else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Somebody typed `text`, or pressed the button with the value `data`, in `place`. `message` is what was typed or pressed.

    `user` is who, or the chat itself where an admin speaks in its name. `is_admin`: None where Telegram has to be asked.
    `query` is the press, to be answered in any case. `sent_at` is None where the message is too old to be known.
    """

    place: Place
    message: int
    user: int
    user_name: str
    title: str
    private: bool
    text: str = ""
    data: str | None = None
    query: str | None = None
    is_admin: bool | None = None
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stray:
    """A press that nothing is done about, but that has to be answered."""

    query: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """What we are in a chat changed: `present` or no more, in Telegram's word `status`."""

    chat: int
    present: bool
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A group goes on under another id."""

    chat: int
    to: int


Told = Question | Stray | Membership | Moved


def told_by(update: Json, our_name: str) -> Told | None:
    """Return what an update asks or tells; None for what is not for us. `our_name` is the bot's, without `@`."""
    try:
        if "callback_query" in update:
            return _pressed(update["callback_query"])
        if "my_chat_member" in update:
            return _membership(update["my_chat_member"])
        message = update.get("message") or update.get("channel_post")
        return _typed(message, our_name) if message else None
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError, OSError):
        return None


def _typed(message: Json, our_name: str) -> Question | Moved | None:
    chat = message["chat"]
    if "migrate_to_chat_id" in message:
        return Moved(chat=int(chat["id"]), to=int(message["migrate_to_chat_id"]))
    text = message.get("text")
    # What was written elsewhere is no command here, whoever passed it on.
    if not isinstance(text, str) or "forward_origin" in message or message.get("is_automatic_forward"):
        return None
    asked = _line(text, chat["type"], our_name)
    if asked is None:
        return None
    user, name, is_admin = _speaker(message)
    return Question(
        place=_place(message),
        message=int(message["message_id"]),
        user=user,
        user_name=name,
        title=_title(message),
        private=chat["type"] == "private",
        text=asked,
        is_admin=is_admin,
        sent_at=_sent_at(message),
    )


def _line(text: str, kind: str, our_name: str) -> str | None:
    """Return what stands behind the slash, without our name; None where it is not for us."""
    found = _COMMAND.match(text)
    if found is None:
        return text if kind == "private" else None
    to = found["to"]
    if to is not None and to.casefold() != our_name.casefold():
        return None
    line = f"{found['verb']}{text[found.end() :]}"
    if kind != "private" and to is None:
        read = parse(line)
        if isinstance(read, Misread) and read.problem is Problem.VERB:
            return None
    return line


def _speaker(message: Json) -> tuple[int, str, bool | None]:
    """Return who speaks, and whether that alone makes them an admin: in a channel, or in the name of the group."""
    chat, sender = message["chat"], message.get("sender_chat")
    if chat["type"] == "channel" or (sender and sender["id"] == chat["id"]):
        name = message.get("author_signature") or chat.get("title") or ""
        return int(chat["id"]), _short(name), True
    if sender:
        return int(sender["id"]), _short(sender.get("title") or ""), None
    return int(message["from"]["id"]), _name(message["from"]), None


def _pressed(query: Json) -> Question | Stray:
    message, data = query.get("message"), query.get("data")
    if not message or not isinstance(data, str) or not data:
        return Stray(query=str(query["id"]))
    return Question(
        place=_place(message),
        message=int(message["message_id"]),
        user=int(query["from"]["id"]),
        user_name=_name(query["from"]),
        title=_title(message),
        private=message["chat"]["type"] == "private",
        data=data,
        query=str(query["id"]),
        sent_at=_sent_at(message),
    )


def _membership(change: Json) -> Membership:
    new = change["new_chat_member"]
    status = str(new["status"])
    absent = status in _ABSENT or (status == "restricted" and new.get("is_member") is False)
    return Membership(chat=int(change["chat"]["id"]), present=not absent, status=status)


def _place(message: Json) -> Place:
    """Return where a message stands. Replies outside of forums have a thread too, and are in no topic."""
    thread = message.get("message_thread_id") if message.get("is_topic_message") else None
    return Place(chat=int(message["chat"]["id"]), topic=int(thread) if thread else None)


def _title(message: Json) -> str:
    chat = message["chat"]
    if chat["type"] == "private":
        return _name(chat)
    title = str(chat.get("title") or "")
    created = (message.get("reply_to_message") or {}).get("forum_topic_created")
    if message.get("is_topic_message") and created and created.get("name"):
        return _short(f"{title} / {created['name']}")
    return _short(title)


def _sent_at(message: Json) -> datetime | None:
    date = message.get("date")
    return datetime.fromtimestamp(date, UTC) if isinstance(date, int) and date > 0 else None


def _name(person: Json) -> str:
    names = (str(person.get(part) or "") for part in ("first_name", "last_name"))
    return _short(" ".join(filter(None, names)))


def _short(name: str) -> str:
    return name if len(name) <= _MAX_NAME_CHARS else f"{name[: _MAX_NAME_CHARS - 1]}…"
