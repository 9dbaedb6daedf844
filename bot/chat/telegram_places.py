"""What Telegram tells of a chat itself: we were thrown out, let in again, or it goes on under another id. Writes to the store."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from bot.chat.telegram_asked import Membership, Moved
from bot.core.channel import Channel
from bot.store.channels import load_channel, load_roster, move_channel, save_channel
from bot.store.followups import pause
from bot.store.writer import Connection

_BY = "its platform"
_PAUSED = "the bot was removed from the chat, or blocked ({status})"

_OUT = (
    "bot was removed",
    "bot was kicked",
    "bot was blocked",
    "bot is not a member",
    "not enough rights",
    "have no rights",
    "need administrator rights",
    "chat_write_forbidden",
)
"""What a pause says that ends when we are let in again, or given more rights: our own words, and Telegram's for the post that
found it out first."""


def take_note(connection: Connection, change: Membership, *, now: datetime) -> tuple[str, ...]:
    """Pause the channels of a chat that threw us out; let those go on that it let in again. Return their addresses."""
    touched = []
    for channel in _of_chat(connection, change.chat):
        if change.present and _is_out(channel):
            save_channel(connection, replace(channel, paused=None), now=now, by=_BY)
        elif not change.present and channel.paused is None:
            pause(connection, channel.address, _PAUSED.format(status=change.status), now=now)
        else:
            continue
        touched.append(channel.address)
    return tuple(touched)


def move(connection: Connection, moved: Moved, *, now: datetime) -> tuple[str, ...]:
    """Let the channels of a chat go on under its new id, unless one is there already. Return the new addresses."""
    addresses = []
    for channel in _of_chat(connection, moved.chat):
        address = channel.address.replace(f"telegram:{moved.chat}", f"telegram:{moved.to}", 1)
        if load_channel(connection, address) is None:
            move_channel(connection, channel, address, now=now)
            addresses.append(address)
    return tuple(addresses)


def _of_chat(connection: Connection, chat: int) -> Iterator[Channel]:
    """Return the channels in a chat: the chat itself, and its forum topics."""
    whole = f"telegram:{chat}"
    for channel in load_roster(connection).channels:
        if channel.address.partition("/")[0] == whole:
            yield channel


def _is_out(channel: Channel) -> bool:
    return any(words in (channel.paused or "").lower() for words in _OUT)
