"""What the stand-in for Telegram tells a bot, by the library's own long poll."""

import asyncio
from collections.abc import Awaitable
from typing import Any

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.error import BadRequest, Conflict
from telegram.ext import ApplicationBuilder, CommandHandler

from bot.demo.telegram_chats import BOT_NAME
from bot.demo.telegram_stand_in import TelegramStandIn
from tests.fakes.telegram_bots import TOKEN, bot_of, request


def button(data: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton("Follow", callback_data=data)]])


async def refusal(call: Awaitable[Any], kind: type[Exception] = BadRequest) -> str:
    with pytest.raises(kind) as caught:
        await call
    return str(caught.value)


async def test_a_group_is_heard_where_the_bot_is_meant(
    telegram: TelegramStandIn, bot: Bot, group: int, ana: int
) -> None:
    sent = await bot.send_message(group, "hello")
    telegram.say(group, ana, "just talk")
    telegram.say(group, ana, "/list@another_bot")
    telegram.say(group, ana, f"/list@{BOT_NAME} now", thread=2)
    telegram.say(group, ana, "thanks", reply_to=sent.message_id)
    telegram.say(group, None, "/mute 24h")
    telegram.say(ana, ana, "hi")
    heard = [one.message for one in await bot.get_updates(timeout=0) if one.message]
    assert [one.text for one in heard] == [f"/list@{BOT_NAME} now", "thanks", "/mute 24h", "hi"]
    assert (heard[0].message_thread_id, heard[0].entities[0].length) == (2, len(f"/list@{BOT_NAME}"))
    assert heard[2].sender_chat == heard[2].chat


async def test_a_channel_post_has_no_author(telegram: TelegramStandIn, bot: Bot) -> None:
    channel = telegram.chats.add_channel("News", username="news")
    telegram.post_in_channel(channel, "/subscribe tariffs")
    (update,) = await bot.get_updates(timeout=0)
    assert update.channel_post is not None
    assert (update.channel_post.text, update.channel_post.from_user) == ("/subscribe tariffs", None)
    assert (await bot.send_message("@news", "x")).chat.id == channel


async def test_a_press_is_heard_and_answered_once(
    telegram: TelegramStandIn, bot: Bot, group: int, ana: int
) -> None:
    sent = await bot.send_message(group, "story", reply_markup=button("follow:1"))
    query = telegram.press(group, sent.message_id, ana, "follow:1")
    (update,) = await bot.get_updates(timeout=0)
    assert update.callback_query is not None
    assert (update.callback_query.id, update.callback_query.data) == (query, "follow:1")
    await update.callback_query.answer("Followed")
    assert [one.text for one in telegram.chats.callback_answers] == ["Followed"]
    assert "query is too old" in (await refusal(bot.answer_callback_query("1"))).lower()
    with pytest.raises(LookupError):
        telegram.press(group, sent.message_id, ana, "other")


async def test_updates_stay_until_they_are_confirmed_and_can_come_once_more(
    telegram: TelegramStandIn, bot: Bot, ana: int
) -> None:
    for text in ("one", "two"):
        telegram.say(ana, ana, text)

    async def ask(**parameters: Any) -> list[str]:
        return [one.message.text for one in await bot.get_updates(timeout=0, **parameters) if one.message]

    first = (await bot.get_updates(timeout=0))[0].update_id
    assert await ask() == ["one", "two"]
    assert await ask(limit=1) == ["one"]
    assert await ask(offset=first + 1) == ["two"]
    assert await ask(offset=first + 2) == []
    telegram.redeliver()
    assert await ask(offset=first + 2) == ["two"]
    assert await ask(offset=first + 2) == []
    telegram.say(ana, ana, "three")
    assert await ask(allowed_updates=["callback_query"]) == []


async def test_a_poll_waits_for_what_comes(telegram: TelegramStandIn, bot: Bot, ana: int) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=20))
    await polling(telegram)
    telegram.say(ana, ana, "now")
    assert [one.message.text for one in await poll if one.message] == ["now"]


async def test_two_polls_end_each_other_and_a_lost_one_does_not_count(
    telegram: TelegramStandIn, bot: Bot, ana: int
) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=20))
    await polling(telegram)
    async with bot_of(telegram) as rival:
        assert "terminated by other getUpdates" in await refusal(rival.get_updates(timeout=0), Conflict)
        assert "terminated by other getUpdates" in await refusal(poll, Conflict)
    async with bot_of(telegram) as killed:
        lost = asyncio.create_task(killed.get_updates(timeout=20))
        await polling(telegram)
        lost.cancel()
        await asyncio.gather(lost, return_exceptions=True)
    telegram.say(ana, ana, "after")
    updates: tuple[Update, ...] = await bot.get_updates(timeout=20)
    assert [one.message.text for one in updates if one.message] == ["after"]


async def polling(telegram: TelegramStandIn) -> None:
    while not telegram.chats.updates.is_polled:  # noqa: ASYNC110 (the stand-in tells nobody who polls it)
        await asyncio.sleep(0.001)


async def test_an_application_polls_answers_and_stops(telegram: TelegramStandIn, ana: int) -> None:
    answered = asyncio.Event()

    async def answer(update: Update, _: Any) -> None:
        assert update.effective_message is not None
        await update.effective_message.reply_text("here", do_quote=True)
        answered.set()

    builder = ApplicationBuilder().token(TOKEN).base_url(telegram.api_base_url).job_queue(None)
    app = builder.request(request()).get_updates_request(request()).build()
    app.add_handler(CommandHandler("status", answer))
    await app.initialize()
    await app.start()
    assert app.updater is not None
    await app.updater.start_polling(timeout=10, error_callback=pytest.fail)
    command = telegram.say(ana, ana, "/status")
    await answered.wait()
    await polling(telegram)
    await app.updater.stop()
    await app.stop()
    await app.shutdown()
    assert [(one.text, one.reply_to) for one in telegram.chats.messages(ana)] == [
        ("/status", None),
        ("here", command.message_id),
    ]
    assert telegram.chats.refused == ()
