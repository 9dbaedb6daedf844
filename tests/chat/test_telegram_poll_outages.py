"""Telegram's listener when Telegram is away, refuses it, or wants it to wait; and what it never lets through."""

import logging
from typing import Any

import pytest
from telegram.error import Conflict

from tests.fakes.patience import running, seen
from tests.fakes.platform_faults import bot_api_error, drop_before, rate_limited, scripted, server_error
from tests.fakes.telegram_bots import bot_of
from tests.fakes.telegram_square import Square


async def test_offline_at_the_start_is_waited_out(quiet_square: Square) -> None:
    telegram, pauses = quiet_square.telegram, quiet_square.pauses
    await telegram.__aexit__(None, None, None)
    async with running(quiet_square.listener()):
        await seen(lambda: pauses.count(60.0) >= 2)
        assert [pause for pause in pauses if pause][:4] == [1.0, 2.0, 4.0, 8.0]
        await telegram.__aenter__()
        assert "Tradewire watches" in (await quiet_square.type("/help")).text


async def test_another_reader_is_an_error_that_is_named_and_waited_out(
    square: Square, caplog: pytest.LogCaptureFixture
) -> None:
    conflict = bot_api_error(409, "Conflict: terminated by other getUpdates request")
    square.telegram.between = scripted("getUpdates", [conflict] * 3)
    square.telegram.say(square.group, square.mei, "/list")  # ends the poll under way
    await seen(lambda: square.answers(square.group))
    assert "Tradewire watches" in (await square.type("/help")).text
    said = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert [record.getMessage()[:15] for record in said] == ["another program"] * 3
    assert square.pauses == [1.0, 2.0, 4.0]


async def test_a_second_program_with_the_same_token_is_met_by_both(
    square: Square, caplog: pytest.LogCaptureFixture
) -> None:
    async with bot_of(square.telegram) as other:
        with pytest.raises(Conflict):
            await other.get_updates(timeout=0)
    await seen(lambda: "another program reads this bot's messages" in caplog.text)
    assert "Tradewire watches" in (await square.type("/help")).text


async def test_a_refused_token_is_an_error_that_is_tried_again_every_few_minutes(
    quiet_square: Square, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = "7000000002:wrong"
    async with running(quiet_square.listener(token=wrong)):
        await seen(lambda: len(quiet_square.pauses) >= 2)
    assert set(quiet_square.pauses) == {300.0}
    assert "refuses the bot token" in caplog.text
    assert "wrong" not in caplog.text


async def test_one_process_polls_with_a_token_once(square: Square, caplog: pytest.LogCaptureFixture) -> None:
    async with running(square.listener()):
        await seen(lambda: "listens to Telegram with this token already" in caplog.text)
    assert "Tradewire watches" in (await square.type("/help")).text


async def test_the_poll_comes_back_from_whatever_it_meets(square: Square) -> None:
    square.telegram.between = scripted(
        "getUpdates", [server_error(), drop_before(), rate_limited(5), server_error(status=500)]
    )
    square.telegram.say(square.group, square.mei, "/list")
    await seen(lambda: square.answers(square.group))
    assert "Tradewire watches" in (await square.type("/help")).text
    assert 5.0 in square.pauses


async def test_too_fast_is_waited_out_once_and_then_the_answer_is_dropped(
    square: Square, caplog: pytest.LogCaptureFixture
) -> None:
    square.telegram.between = scripted(
        "sendMessage", [rate_limited(3), None, rate_limited(3), rate_limited(3), rate_limited(3_600)]
    )
    await square.type("/list")
    for text in ("/status", "/topics minerals"):
        square.telegram.say(square.group, square.mei, text)
    await square.type("/help")
    assert [one.text[:9] for one in square.answers(square.group)][1:] == ["Tradewire"]
    assert [pause for pause in square.pauses if pause > 1] == [3.0, 3.0]
    assert caplog.text.count("an answer is dropped") == 2


async def test_where_telegram_does_not_say_who_is_an_admin_nobody_is(square: Square) -> None:
    square.telegram.between = scripted("getChatMember", [bot_api_error(400, "Bad Request: no")])
    assert "cannot see whether you are one" in (await square.type("/subscribe party-lists")).text


async def test_markup_that_is_refused_is_said_without(square: Square) -> None:
    refused = bot_api_error(400, "Bad Request: can't parse entities: whatever")
    square.telegram.between = scripted("sendMessage", [refused])
    answer = await square.type("/help")
    assert answer.html == answer.text
    assert "Tradewire watches" in answer.text


async def test_hostile_text_calls_nobody_and_is_no_markup(square: Square) -> None:
    square.chats.users[square.mei] = "<b>@everyone</b>"
    answer = await square.type("/subscribe critical-minerals")
    assert "＠everyone" not in answer.html or "&lt;b&gt;" in answer.html
    assert "@everyone" not in answer.text
    assert "<b>" in answer.text
    answer = await square.type('/subscribe <a href="http://x.example">@here</a>')
    assert "@here" not in answer.text
    assert not [one for one in answer.entities if one.type == "text_link"]


async def test_a_defect_of_the_desk_is_one_polite_line_and_no_more(
    quiet_square: Square, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken:
        async def answer(self, asked: Any, on_update: Any = None) -> Any:
            raise RuntimeError("secret detail")

    quiet_square.chat.desk = Broken()  # type: ignore[assignment]
    async with running(quiet_square.listener()):
        answer = await quiet_square.type("/list")
    assert "went wrong" in answer.text
    assert "secret detail" not in answer.text
    assert "secret detail" in caplog.text


async def test_an_update_that_nobody_can_read_holds_nothing_up(
    square: Square, caplog: pytest.LogCaptureFixture
) -> None:
    chat = {"id": square.group, "type": "group", "title": "Law"}
    for message in (
        {"message_id": 1, "chat": chat, "date": 1, "gift": {"of": "a kind of its own"}},
        {"message_id": 2, "chat": chat, "date": "yesterday", "text": "private words"},
        {"message_id": 3},
    ):
        square.telegram.chats.updates.add("message", message)
    assert "Tradewire watches" in (await square.type("/help")).text
    assert "private words" not in caplog.text
    assert square.pauses == []
