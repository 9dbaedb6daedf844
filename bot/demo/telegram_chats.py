"""Telegram's chats in memory: who is in them, what the bot may do there, and what stands in them. No network.

They outlive their server: a stand-in that was away comes back with everything that was sent.
"""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from bot.demo.telegram_markup import Entity, Parsed
from bot.demo.telegram_updates import TelegramRefusal, Updates

BOT = 7_000_000_001
BOT_NAME = "tradewire_bot"
ANONYMOUS = 1_087_968_824  # whom an admin that writes as the group is shown as

Kind = Literal["private", "group", "supergroup", "channel"]
Status = Literal["creator", "administrator", "member", "left", "kicked"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """A chat. `topics` are the names of a forum's threads by id; `closed_topics` those where nobody may write."""

    id: int
    kind: Kind
    title: str
    username: str = ""
    topics: Mapping[int, str] = field(default_factory=dict)
    closed_topics: frozenset[int] = frozenset()
    members: Mapping[int, Status] = field(default_factory=dict)
    bot_may_write: bool = True
    migrated_to: int | None = None

    @property
    def bot_status(self) -> Status:
        """Return what the bot is here; in a private chat `kicked` means that the user has blocked it."""
        return self.members.get(BOT, "left")


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A button under a message: it calls back with `callback_data`, or leads to `url`."""

    text: str
    callback_data: str = ""
    url: str = ""


Keyboard = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What a message said until it was changed at `at`."""

    html: str
    text: str
    keyboard: Keyboard
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One message as it stands. `html` is what was sent, `text` what is read. `sender` is None where a channel or a group writes.

    `edits` holds its earlier wordings, oldest first.
    """

    chat: int
    message_id: int
    sender: int | None
    html: str
    text: str
    at: datetime
    entities: tuple[Entity, ...] = ()
    reply_to: int | None = None
    thread: int | None = None
    keyboard: Keyboard = ()
    silent: bool = False
    edits: tuple[Wording, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """One call that was done: the message it made, changed or removed, as it read then (None where it did nothing to one)."""

    method: str
    at: datetime
    chat: int | None = None
    sent: Sent | None = None

    @property
    def message_id(self) -> int | None:
        """Return the number of the message."""
        return self.sent.message_id if self.sent else None

    @property
    def text(self) -> str:
        """Return the whole text of the message, as it was sent."""
        return self.sent.html if self.sent else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotDone:
    """One call that was refused, and the words it was refused with."""

    method: str
    at: datetime
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackAnswer:
    """What a press was answered with."""

    query: str
    text: str
    is_alert: bool


@dataclass
class Chats:
    """Every chat, user and message. `now` is its clock; `log`, `refused` and `callback_answers` only grow.

    The log holds no getUpdates. `commands` are those set, by scope and language ("" for any).
    """

    now: Callable[[], datetime]
    chats: dict[int, Chat] = field(default_factory=dict)
    users: dict[int, str] = field(default_factory=dict)
    commands: dict[tuple[str, str], tuple[tuple[str, str], ...]] = field(default_factory=dict)
    callback_answers: tuple[CallbackAnswer, ...] = ()
    queries: set[str] = field(default_factory=set)
    log: tuple[Done, ...] = ()
    refused: tuple[NotDone, ...] = ()
    updates: Updates = field(default_factory=Updates)
    _messages: dict[int, dict[int, Sent]] = field(default_factory=dict)
    _last_id: dict[int, int] = field(default_factory=dict)
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def add_user(self, name: str, *, has_started: bool = True) -> int:
        """Let a user come, and return the id, which is that of the private chat too (opened when they have started the bot)."""
        user = 500_000_000 + next(self._numbers)
        self.users[user] = name
        status: Status = "member" if has_started else "left"
        self.chats[user] = Chat(id=user, kind="private", title=name, members={BOT: status, user: "member"})
        return user

    def add_group(self, title: str) -> int:
        """Open a basic group with the bot in it, and return its id."""
        return self._add(-next(self._numbers) - 4_000_000, "group", title, "member")

    def add_supergroup(self, title: str, *, username: str = "", topics: tuple[str, ...] = ()) -> int:
        """Open a supergroup with the bot in it, a forum where `topics` are named (they get the ids 2, 3, …); return its id."""
        chat = self._add(self._long_id(), "supergroup", title, "member", username)
        self.chats[chat] = replace(self.chats[chat], topics=dict(enumerate(topics, start=2)))
        self._last_id[chat] = len(topics) + 1
        return chat

    def add_channel(self, title: str, *, username: str = "") -> int:
        """Open a channel with the bot as one of its administrators, and return its id."""
        return self._add(self._long_id(), "channel", title, "administrator", username)

    def set_member(self, chat: int, user: int, status: Status) -> None:
        """Make `user` (or BOT) something in the chat."""
        found = self.chats[chat]
        self.chats[chat] = replace(found, members={**found.members, user: status})

    def forbid_writing(self, chat: int) -> None:
        """Take the right to write from the bot."""
        self.chats[chat] = replace(self.chats[chat], bot_may_write=False)

    def close_topic(self, chat: int, thread: int) -> None:
        """Close a thread of a forum."""
        found = self.chats[chat]
        self.chats[chat] = replace(found, closed_topics=found.closed_topics | {thread})

    def delete_topic(self, chat: int, thread: int) -> None:
        """Take a thread of a forum away."""
        found = self.chats[chat]
        topics = {number: name for number, name in found.topics.items() if number != thread}
        self.chats[chat] = replace(found, topics=topics)

    def forget(self, chat: int) -> None:
        """Let a chat be gone, as one that was deleted."""
        del self.chats[chat]

    def migrate(self, chat: int) -> int:
        """Turn a group into a supergroup with a new id, and return that."""
        old = self.chats[chat]
        new = replace(old, id=self._long_id(), kind="supergroup")
        self.chats[new.id] = new
        self.chats[chat] = replace(old, migrated_to=new.id)
        return new.id

    def messages(self, chat: int) -> tuple[Sent, ...]:
        """Return what stands in the chat, oldest first."""
        return tuple(self._messages.get(chat, {}).values())

    def message(self, chat: int, message_id: int) -> Sent | None:
        """Return one message, None where there is none."""
        return self._messages.get(chat, {}).get(message_id)

    def find(self, named: Any) -> Chat:
        """Return the chat with this id or @username. Raises TelegramRefusal: gone, moved, or never heard of."""
        for chat in self.chats.values():
            if str(named) in {str(chat.id), f"@{chat.username}"}:
                if chat.migrated_to is not None:
                    raise TelegramRefusal(
                        400,
                        "Bad Request: group chat was upgraded to a supergroup chat",
                        migrate_to_chat_id=chat.migrated_to,
                    )
                return chat
        raise TelegramRefusal(400, "Bad Request: chat not found")

    def add_message(
        self,
        chat: int,
        sender: int | None,
        parsed: Parsed,
        *,
        html: str,
        reply_to: int | None = None,
        thread: int | None = None,
        keyboard: Keyboard = (),
        silent: bool = False,
    ) -> Sent:
        """Let something be written in a chat."""
        number = self._last_id.get(chat, 0) + 1
        self._last_id[chat] = number
        sent = Sent(
            chat=chat,
            message_id=number,
            sender=sender,
            html=html,
            text=parsed.text,
            entities=parsed.entities,
            at=self.now(),
            reply_to=reply_to,
            thread=thread,
            keyboard=keyboard,
            silent=silent,
        )
        self._messages.setdefault(chat, {})[number] = sent
        return sent

    def change(self, before: Sent, parsed: Parsed, *, html: str, keyboard: Keyboard) -> Sent:
        """Put a new wording in the place of an old one."""
        wording = Wording(html=before.html, text=before.text, keyboard=before.keyboard, at=self.now())
        after = replace(
            before,
            html=html,
            text=parsed.text,
            entities=parsed.entities,
            keyboard=keyboard,
            edits=(*before.edits, wording),
        )
        self._messages[before.chat][before.message_id] = after
        return after

    def remove(self, sent: Sent) -> None:
        """Take a message away."""
        del self._messages[sent.chat][sent.message_id]

    def accept(self, method: str, sent: Sent | None = None, *, chat: int | None = None) -> None:
        """Put a call that was done into the log."""
        one = Done(method=method, at=self.now(), chat=sent.chat if sent else chat, sent=sent)
        self.log = (*self.log, one)

    def refuse(self, method: str, refusal: TelegramRefusal) -> None:
        """Keep a call that was refused."""
        one = NotDone(method=method, at=self.now(), description=refusal.description)
        self.refused = (*self.refused, one)

    def _add(self, chat: int, kind: Kind, title: str, bot: Status, username: str = "") -> int:
        self.chats[chat] = Chat(id=chat, kind=kind, title=title, username=username, members={BOT: bot})
        return chat

    def _long_id(self) -> int:
        return -1_002_000_000_000 - next(self._numbers)
