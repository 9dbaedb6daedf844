"""Where and when something is asked: the question, its channel as stored, and the voice of the answer."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.chat.asked import Asked
from bot.chat.changes import Configured, NotSubscribed
from bot.chat.voice import Voice
from bot.core.channel import Channel, checked_address
from bot.store.channels import load_channel, save_channel
from bot.store.writer import Connection, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """One question with what is known around it. `channel` is a blank one where the store has none at the address."""

    asked: Asked
    channel: Channel
    now: datetime

    @property
    def voice(self) -> Voice:
        """Return the voice of the answer."""
        return self.voice_of(self.channel)

    def voice_of(self, channel: Channel) -> Voice:
        """Return the voice of an answer once the channel is as given."""
        return Voice.of(channel, prefix=self.asked.prefix, now=self.now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A channel before and after a change; both the same where there was nothing to change."""

    before: Channel
    after: Channel

    @property
    def anything(self) -> bool:
        """Tell whether something is another than before."""
        return self.before != self.after


async def here_for(store: Store, asked: Asked, now: datetime) -> Here:
    """Return the surroundings of a question. Raises ValueError for an address that is none, StoreError."""
    address = checked_address(asked.channel)

    def read(connection: Connection) -> Channel:
        return load_channel(connection, address) or Channel(address=address, title=asked.title)

    return Here(asked=asked, channel=await store.read(read), now=now)


async def change(
    store: Store, here: Here, make: Callable[[Channel], Channel | Configured | NotSubscribed]
) -> Changed | Configured | NotSubscribed:
    """Load the channel, let `make` change it, and save it, in one transaction. What is no channel is handed back."""
    asked = here.asked

    def work(connection: Connection) -> Changed | Configured | NotSubscribed:
        stored = load_channel(connection, asked.channel)
        before = stored or Channel(address=asked.channel, title=asked.title)
        after = make(before)
        if not isinstance(after, Channel):
            return after
        if after == before:
            return Changed(before=before, after=before)
        named = replace(after, title=asked.title or after.title)
        saved = save_channel(connection, named, now=here.now, by=f"{asked.by} ({asked.who})")
        return Changed(before=before, after=saved)

    return await store.write(work)
