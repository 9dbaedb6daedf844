"""Telegram's listener before the stand-in: a real long poll, the real desk, a real store."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.chat.asked import Access
from bot.core.channel import Channel, Subscription
from tests.chat.conftest import FakePoll, FakeSource
from tests.fakes.archive import Entry
from tests.fakes.patience import comes_true, running, seen
from tests.fakes.telegram_square import Square


async def test_every_command_is_answered_by_a_reply(square: Square) -> None:
    await square.chat.put(Entry(title="Gallium export controls", story="abcd"))
    for text in (
        "/start",
        "/help",
        "/settings",
        "/list",
        "/topics minerals",
        "/search gallium",
        "/why latest",
        "/whynot abcd",
        "/status",
        "/subscribe critical-minerals",
        "/mute 24h",
        "/unmute",
        "/follow abcd",
        "/set zone Asia/Shanghai",
        "/unsubscribe critical-minerals",
    ):
        answer = await square.type(text)
        assert answer.reply_to == square.chats.messages(square.group)[-2].message_id, text
        assert answer.text
    assert square.chats.refused == ()


async def test_commands_are_offered_by_scope_in_english_and_chinese(square: Square) -> None:
    await seen(lambda: len(square.chats.commands) == 8)
    names = {place: [name for name, _ in commands] for place, commands in square.chats.commands.items()}
    assert "subscribe" not in names["default", ""]
    assert "subscribe" in names["all_chat_administrators", "zh"]
    assert set(names["all_private_chats", ""]) >= {"subscribe", "settings", "help", "check"}


async def test_a_forum_topic_is_a_channel_of_its_own(square: Square) -> None:
    answer = await square.type("/subscribe party-lists", thread=2)
    assert answer.thread == 2
    assert await square.what(f"telegram:{square.group}/2") == ["party-lists"]
    assert await square.what(f"telegram:{square.group}") == []


async def test_a_post_in_a_channel_is_an_admin_s_word(square: Square) -> None:
    wire = square.chats.add_channel("Wire")
    await square.type("/subscribe party-lists", chat=wire)
    channel = await square.channel(f"telegram:{wire}")
    assert channel is not None
    assert (channel.title, channel.subscriptions[0].by) == ("Wire", "Wire")


async def test_an_admin_who_speaks_as_the_group_is_one(square: Square) -> None:
    square.telegram.say(square.group, None, "/subscribe party-lists")
    await seen(lambda: square.answers(square.group))
    assert await square.what(f"telegram:{square.group}") == ["party-lists"]


async def test_whoever_is_no_admin_is_refused_once_and_may_ask(square: Square) -> None:
    assert "Only admins" in (await square.type("/subscribe party-lists", by=square.tom)).text
    square.telegram.say(square.group, square.tom, "/subscribe party-lists")
    assert "Tradewire watches" in (await square.type("/help", by=square.tom)).text
    assert len(square.answers(square.group)) == 2
    assert await square.what(f"telegram:{square.group}") == []


async def test_in_private_everybody_may_and_needs_no_slash(square: Square) -> None:
    await square.type("subscribe party-lists", by=square.tom, chat=square.tom)
    assert await square.what(f"telegram:{square.tom}") == ["party-lists"]


async def test_in_a_group_only_what_is_surely_for_us_is_answered(square: Square) -> None:
    square.telegram.promote(square.group)  # hears everything now
    for text in ("hello", "/frobnicate", "/help@other_bot", "subscribe party-lists"):
        square.telegram.say(square.group, square.mei, text)
    assert "Tradewire watches" in (await square.type("/help@Tradewire_Bot")).text
    assert len(square.answers(square.group)) == 1


async def test_the_keyboard_of_topics_is_edited_in_place_by_who_opened_it(square: Square) -> None:
    keyboard = await square.type("/subscribe")
    assert "Tap to switch" in keyboard.text
    toast = await square.press(keyboard, "[ ]")
    assert toast
    changed = await seen(lambda: square.now(keyboard) if square.now(keyboard).edits else None)
    assert changed is not None
    assert changed.keyboard[0][0].text.startswith("[x]")
    assert len(await square.what(f"telegram:{square.group}")) == 1
    assert len(square.answers(square.group)) == 1


@pytest.mark.parametrize("access", [Access(everyone=True)])
async def test_another_one_s_keyboard_is_not_pressed(square: Square) -> None:
    keyboard = await square.type("/subscribe", by=square.tom)
    ana = square.chats.add_user("Ana")
    assert "opened" in (await square.press(keyboard, "[ ]", by=ana)).lower()
    assert await square.what(f"telegram:{square.group}") == []
    await square.press(keyboard, "[ ]", by=square.tom)
    assert len(await square.what(f"telegram:{square.group}")) == 1


async def test_every_press_is_answered_also_one_that_means_nothing_any_more(square: Square) -> None:
    answer = await square.type("/subscribe critical-minerals")
    await square.press(answer, "Undo")
    assert await square.press(answer, "Undo")
    assert await square.what(f"telegram:{square.group}") == []


async def test_an_update_that_comes_twice_is_done_once(square: Square) -> None:
    await square.type("/list")
    square.telegram.redeliver()
    await square.type("/help")
    assert len(square.answers(square.group)) == 2


async def test_a_new_start_gets_nothing_a_second_time(quiet_square: Square) -> None:
    for text in ("/list", "/help"):
        async with running(quiet_square.listener()):
            await quiet_square.type(text)
    async with running(quiet_square.listener()):
        await quiet_square.type("/status")
    assert len(quiet_square.answers(quiet_square.group)) == 3


async def test_what_was_written_while_nobody_listened_is_answered_in_its_order(quiet_square: Square) -> None:
    for text in ("/subscribe party-lists", "/unsubscribe party-lists", "/list"):
        quiet_square.telegram.say(quiet_square.group, quiet_square.mei, text)
    async with running(quiet_square.listener()):
        await seen(lambda: len(quiet_square.answers(quiet_square.group)) == 3)
    first, second, third = (one.text for one in quiet_square.answers(quiet_square.group))
    assert ("unsubscribed" in second, "subscribed" in first) == (True, True)
    assert "0 subscriptions" in third


async def test_a_check_is_answered_at_once_and_then_in_the_same_place(square: Square) -> None:
    go = asyncio.Event()

    async def script(keys: Any, on_poll: Any) -> None:
        await go.wait()
        for key in keys:
            on_poll(FakePoll(source=FakeSource(key=key), new=1))

    square.chat.checker.script = script
    answer = await square.type("/check")
    assert answer.text == "Reading 3 sources…"
    go.set()
    changed = await seen(lambda: square.now(answer) if square.now(answer).edits else None)
    assert changed is not None
    assert changed.text.startswith("Read 3 sources")
    assert len(square.answers(square.group)) == 1


async def test_a_chat_that_throws_us_out_is_paused_and_goes_on_when_it_lets_us_in(square: Square) -> None:
    await square.type("/subscribe party-lists")
    await square.type("/subscribe party-lists", thread=2)
    addresses = (f"telegram:{square.group}", f"telegram:{square.group}/2")

    async def paused() -> set[str | None]:
        return {channel.paused for each in addresses if (channel := await square.channel(each))}

    square.telegram.kick(square.group)
    await comes_true(paused, {"the bot was removed from the chat, or blocked (kicked)"})
    square.telegram.readmit(square.group)
    await comes_true(paused, {None})


async def test_a_pause_for_another_reason_stays(square: Square) -> None:
    address = f"telegram:{square.mei}"
    mine = Subscription(what="party-lists")
    await square.put_channel(Channel(address=address, subscriptions=(mine,), paused="somebody paused it"))
    square.telegram.block(square.mei)
    square.telegram.unblock(square.mei)
    await square.type("/help", chat=square.mei)
    channel = await square.channel(address)
    assert channel is not None
    assert channel.paused == "somebody paused it"


async def test_a_pause_that_a_refused_post_brought_ends_too(square: Square) -> None:
    address = f"telegram:{square.mei}"
    await square.put_channel(Channel(address=address, paused="Forbidden: bot was blocked by the user"))
    square.telegram.unblock(square.mei)

    async def paused() -> str | None:
        channel = await square.channel(address)
        return channel.paused if channel else "no channel"

    await comes_true(paused, None)


async def test_a_group_that_moves_takes_its_channel_along(square: Square) -> None:
    group = square.chats.add_group("Old")
    square.chats.set_member(group, square.mei, "creator")
    await square.type("/subscribe party-lists", chat=group)
    new = square.telegram.migrate(group)
    await square.type("/list", chat=new)
    assert await square.what(f"telegram:{new}") == ["party-lists"]
    assert await square.channel(f"telegram:{group}") is None


async def test_an_answer_follows_a_group_that_has_moved_meanwhile(square: Square) -> None:
    group = square.chats.add_group("Old")
    square.chats.set_member(group, square.mei, "creator")
    await square.type("/subscribe party-lists", chat=group)
    opened = asyncio.Event()

    async def late(call: Any, work: Any) -> Any:
        if call.method == "getChatMember":
            await opened.wait()
        return await work()

    square.chat.clock.at += timedelta(minutes=2)
    square.telegram.between = late
    square.telegram.say(group, square.mei, "/list")
    new = square.chats.migrate(group)  # and nobody tells
    opened.set()
    await seen(lambda: square.answers(new))
    assert await square.what(f"telegram:{new}") == ["party-lists"]


async def test_a_chat_that_gives_back_the_right_to_write_is_told_again(square: Square) -> None:
    address = f"telegram:{square.group}"
    said = "Telegram answered: not enough rights to send text messages to the chat"
    await square.put_channel(
        Channel(address=address, subscriptions=(Subscription(what="tariffs"),), paused=said)
    )
    square.telegram.promote(square.group)

    async def paused() -> set[str | None]:
        return {channel.paused for each in (address,) if (channel := await square.channel(each))}

    await comes_true(paused, {None})
