"""The stand-in for Telegram, asked by the library that the real one is asked by."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from telegram import Bot, BotCommand, InlineKeyboardButton, InlineKeyboardMarkup, ReplyParameters
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TimedOut,
)

from bot.demo.telegram_chats import BOT
from bot.demo.telegram_stand_in import TelegramStandIn
from tests.fakes import platform_faults as faults
from tests.fakes.telegram_bots import TOKEN, bot_of

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def at_noon() -> datetime:
    return NOON


def button(data: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton("Follow", callback_data=data)]])


async def refusal(call: Awaitable[Any], kind: type[Exception] = BadRequest) -> str:
    with pytest.raises(kind) as caught:
        await call
    return str(caught.value)


# -- messages


async def test_a_message_is_sent_read_and_changed(telegram: TelegramStandIn, bot: Bot, group: int) -> None:
    first = await bot.send_message(
        group, "<b>Rule</b> &amp; more", parse_mode="HTML", reply_markup=button("f")
    )
    assert (first.text, first.entities[0].type, first.entities[0].length) == ("Rule & more", "bold", 4)
    reply = await bot.send_message(
        group, "more", message_thread_id=2, reply_parameters=ReplyParameters(first.message_id)
    )
    assert reply.reply_to_message is not None
    assert reply.reply_to_message.message_id == first.message_id
    await bot.edit_message_text("New", group, first.message_id)
    one, two = telegram.chats.messages(group)
    assert (one.html, one.keyboard, [past.html for past in one.edits]) == (
        "New",
        (),
        ["<b>Rule</b> &amp; more"],
    )
    assert (two.thread, two.reply_to, two.sender) == (2, one.message_id, BOT)
    assert [(done.method, done.text) for done in telegram.chats.log[1:]] == [
        ("sendMessage", "<b>Rule</b> &amp; more"),
        ("sendMessage", "more"),
        ("editMessageText", "New"),
    ]


async def test_buttons_are_changed_and_messages_taken_away(
    telegram: TelegramStandIn, bot: Bot, group: int
) -> None:
    sent = await bot.send_message(group, "x", reply_markup=button("a"))
    await bot.edit_message_reply_markup(group, sent.message_id, reply_markup=button("b"))
    assert telegram.chats.messages(group)[0].keyboard[0][0].callback_data == "b"
    again = bot.edit_message_reply_markup(group, sent.message_id, reply_markup=button("b"))
    assert "message is not modified" in (await refusal(again)).lower()
    await bot.delete_message(group, sent.message_id)
    assert telegram.chats.messages(group) == ()


async def test_what_telegram_refuses_is_refused(telegram: TelegramStandIn, bot: Bot, group: int) -> None:
    async def send(text: str = "x", **parameters: Any) -> str:
        return (await refusal(bot.send_message(group, text, parse_mode="HTML", **parameters))).lower()

    assert await send("<b> </b>") == "message text is empty"
    assert await send("😀" * 2049) == "message is too long"
    assert await send("<b>x") == "can't parse entities: can't find end tag corresponding to start tag \"b\""
    assert await send(reply_markup=button("é" * 33)) == "button_data_invalid"
    assert await send(message_thread_id=9) == "message thread not found"
    assert await send(reply_parameters=ReplyParameters(99)) == "message to be replied not found"
    await bot.send_message(group, "x", reply_parameters=ReplyParameters(99, allow_sending_without_reply=True))
    same = bot.edit_message_text("x", group, telegram.chats.messages(group)[0].message_id)
    assert "message is not modified" in (await refusal(same)).lower()
    assert (await refusal(bot.send_message(-1, "x"))).lower() == "chat not found"
    telegram.chats.close_topic(group, 2)
    assert await send(message_thread_id=2) == "topic_closed"
    telegram.chats.forbid_writing(group)
    assert await send() == "not enough rights to send text messages to the chat"
    assert len(telegram.chats.messages(group)) == 1


async def test_an_old_server_knows_no_times(telegram: TelegramStandIn) -> None:
    async with (
        TelegramStandIn(now=at_noon, bot_token=TOKEN, knows_tg_time=False) as old,
        bot_of(old) as bot,
    ):
        chat = old.chats.add_channel("News")
        words = await refusal(bot.send_message(chat, '<tg-time unix="1">then</tg-time>', parse_mode="HTML"))
    assert "unsupported start tag" in words.lower()


async def test_a_wrong_token_is_refused(telegram: TelegramStandIn) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.post(f"{telegram.api_base_url}{TOKEN}x/getMe")
    assert (answer.status_code, answer.json()["description"]) == (401, "Unauthorized")
    stranger = bot_of(telegram, token="1:wrong")
    with pytest.raises(InvalidToken):
        await stranger.initialize()
    await stranger.shutdown()


# -- chats that change


async def test_a_bot_that_is_thrown_out_or_blocked_is_forbidden_to_write_and_told_so(
    telegram: TelegramStandIn, bot: Bot, group: int, ana: int
) -> None:
    channel = telegram.chats.add_channel("News")
    stranger = telegram.chats.add_user("Bo", has_started=False)
    telegram.kick(group, by=ana)
    telegram.kick(channel, by=ana)
    telegram.block(ana)
    words = [
        await refusal(bot.send_message(chat, "x"), Forbidden) for chat in (group, channel, ana, stranger)
    ]
    assert words == [
        "Forbidden: bot was kicked from the supergroup chat",
        "Forbidden: bot was kicked from the channel chat",
        "Forbidden: bot was blocked by the user",
        "Forbidden: bot can't initiate conversation with a user",
    ]
    updates = await bot.get_updates(timeout=0)
    changes = [one.my_chat_member for one in updates if one.my_chat_member]
    assert [(one.chat.id, one.new_chat_member.status) for one in changes] == [
        (group, "kicked"),
        (channel, "kicked"),
        (ana, "kicked"),
    ]
    telegram.readmit(group, by=ana)
    telegram.readmit(channel, by=ana)
    telegram.unblock(ana)
    for chat in (group, channel, ana):
        await bot.send_message(chat, "x")


async def test_a_group_that_moved_says_where_to(telegram: TelegramStandIn, bot: Bot) -> None:
    old = telegram.chats.add_group("Trade")
    new = telegram.migrate(old)
    with pytest.raises(ChatMigrated) as moved:
        await bot.send_message(old, "x")
    assert moved.value.new_chat_id == new
    await bot.send_message(new, "x")
    told = [one.message for one in await bot.get_updates(timeout=0) if one.message]
    assert [(one.chat.id, one.migrate_to_chat_id, one.migrate_from_chat_id) for one in told] == [
        (old, new, None),
        (new, None, old),
    ]


async def test_who_is_what_in_a_chat_can_be_asked(
    telegram: TelegramStandIn, bot: Bot, group: int, ana: int
) -> None:
    telegram.chats.set_member(group, ana, "creator")
    telegram.promote(group)
    assert (await bot.get_chat(group)).title == "Trade"
    assert (await bot.get_chat_member(group, ana)).status == "creator"
    assert {one.user.id for one in await bot.get_chat_administrators(group)} == {ana, BOT}
    bo = telegram.chats.add_user("Bo")
    assert (await bot.get_chat_member(group, bo)).status == "left"


async def test_commands_are_set_for_a_scope(telegram: TelegramStandIn, bot: Bot) -> None:
    await bot.set_my_commands([BotCommand("list", "What this chat follows")], language_code="zh")
    await bot.set_my_commands([BotCommand("mute", "Quiet")], scope={"type": "all_chat_administrators"})
    assert telegram.chats.commands == {
        ("default", "zh"): (("list", "What this chat follows"),),
        ("all_chat_administrators", ""): (("mute", "Quiet"),),
    }
    assert (await refusal(bot.set_my_commands([("Bad-name", "x")]))).lower() == "bot_command_invalid"


# -- what may stand between


async def test_faults_stand_between_the_network_and_the_work(
    telegram: TelegramStandIn, bot: Bot, ana: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    script: list[Any] = [
        faults.rate_limited(7),
        faults.server_error(),
        faults.drop_before(),
        faults.drop_after(),
    ]
    telegram.between = faults.scripted("sendMessage", script)
    with pytest.raises(RetryAfter) as limited:
        await bot.send_message(ana, "x")
    assert limited.value.retry_after == timedelta(seconds=7)
    assert "Bad Gateway" in await refusal(bot.send_message(ana, "x"), NetworkError)
    for _ in ("before", "after"):
        await refusal(bot.send_message(ana, "x"), NetworkError)
    assert len(telegram.chats.messages(ana)) == 1


@pytest.mark.parametrize("fault", [faults.hang_after, faults.hang_before])
async def test_an_answer_may_never_come(
    telegram: TelegramStandIn, ana: int, fault: Callable[[], Any]
) -> None:
    async with bot_of(telegram, read_timeout=0.1) as bot:
        telegram.between = fault()
        with pytest.raises(TimedOut):
            await bot.send_message(ana, "done")
    assert len(telegram.chats.messages(ana)) == (1 if fault is faults.hang_after else 0)


async def test_what_was_sent_outlives_the_server() -> None:
    telegram = TelegramStandIn(now=at_noon, bot_token=TOKEN)
    ana = telegram.chats.add_user("Ana")
    async with telegram, bot_of(telegram) as bot:
        await bot.send_message(ana, "before")
    async with telegram, bot_of(telegram) as bot:
        await bot.send_message(ana, "after")
    assert [one.text for one in telegram.chats.messages(ana)] == ["before", "after"]
