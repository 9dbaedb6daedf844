"""Chats of a Telegram stand-in with a listener before them: what people do there, and what they are answered."""

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.chat.telegram_poll import TelegramPoll
from bot.core.channel import Channel
from bot.demo.telegram_chats import BOT, Sent
from bot.demo.telegram_stand_in import TelegramStandIn
from bot.store.channels import load_channel, save_channel
from tests.fakes.patience import Pauses, seen
from tests.fakes.telegram_bots import TOKEN

if TYPE_CHECKING:
    from tests.chat.conftest import Chat


class Square:
    """Chats that the listener listens to: a group with an admin and somebody else in it."""

    def __init__(self, telegram: TelegramStandIn, chat: "Chat") -> None:
        self.telegram, self.chat, self.pauses = telegram, chat, Pauses()
        self.chats = telegram.chats
        self.mei = self.chats.add_user("Mei")
        self.tom = self.chats.add_user("Tom")
        self.group = self.chats.add_supergroup("Trade", topics=("Controls", "Tariffs"))
        self.chats.set_member(self.group, self.mei, "administrator")
        self.chats.set_member(self.group, self.tom, "member")

    def listener(self, *, token: str = TOKEN) -> TelegramPoll:
        return TelegramPoll(
            token=token,
            desk=self.chat.desk,
            store=self.chat.store,
            clock=self.chat.clock,
            base_url=self.telegram.api_base_url,
            sleep=self.pauses,
            poll_seconds=5,
        )

    def answers(self, chat: int) -> tuple[Sent, ...]:
        """Return what the bot has written."""
        kind = self.chats.chats[chat].kind
        return tuple(
            one
            for one in self.chats.messages(chat)
            if one.sender == BOT or (kind == "channel" and not one.text.startswith("/"))
        )

    async def type(
        self, text: str, *, by: int | None = None, chat: int | None = None, thread: int | None = None
    ) -> Sent:
        """Write a line and return what it was answered."""
        place = chat or self.group
        before = len(self.answers(place))
        self.chat.clock.at += timedelta(seconds=7)  # a patient person: nobody counts their last questions
        if self.chats.chats[place].kind == "channel":
            self.telegram.post_in_channel(place, text)
        else:
            self.telegram.say(place, by or self.mei, text, thread=thread)
        return (await seen(lambda: self.answers(place)[before:]))[-1]

    async def press(self, sent: Sent, label: str, *, by: int | None = None) -> str:
        """Press the button that begins so, and return the toast."""
        button = next(one for row in sent.keyboard for one in row if one.text.startswith(label))
        self.chat.clock.at += timedelta(seconds=7)
        query = self.telegram.press(sent.chat, sent.message_id, by or self.mei, button.callback_data)
        return (await seen(lambda: [one for one in self.chats.callback_answers if one.query == query]))[
            0
        ].text

    def now(self, sent: Sent) -> Sent:
        found = self.chats.message(sent.chat, sent.message_id)
        assert found is not None
        return found

    async def channel(self, address: str) -> Channel | None:
        return await self.chat.store.read(lambda connection: load_channel(connection, address))

    async def what(self, address: str) -> list[str]:
        channel = await self.channel(address)
        return [each.what for each in channel.subscriptions] if channel else []

    async def put_channel(self, channel: Channel) -> None:
        now = self.chat.clock.now()
        await self.chat.store.write(lambda connection: save_channel(connection, channel, now=now, by="test"))
