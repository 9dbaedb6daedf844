"""Telegram takes messages and changes; whatever goes wrong becomes an answer that says what may be done about it."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.channels.telegram import Telegram
from bot.core.channel import Channel
from bot.core.delivery import CANNOT_LOOK, Outcome, Sent, Trouble
from bot.core.match import Severity
from bot.core.posting import Head, Kind, Posting
from bot.demo.loopback import Answer, Call, Work
from bot.demo.loopback import Outcome as Given
from bot.demo.telegram_stand_in import TelegramStandIn
from bot.render.telegram import Button, TelegramMessage, render
from tests.channels.conftest import NOON, TELEGRAM_TOKEN
from tests.fakes import platform_faults as faults
from tests.fakes.posts import BURST, FILED, PUBLISHED, post

SECOND = timedelta(seconds=1)
HEAD = Head(first=FILED, newest=PUBLISHED, updated_at=PUBLISHED.first_seen_at)
MESSAGE = TelegramMessage(html="<b>A</b>", without_time="<b>A</b>", plain="A", silent=True)


def to(chat: int | str, told: Any = FILED, kind: Kind = Kind.ALERT, **changes: Any) -> Posting:
    return post(told, kind, channel=Channel(address=f"telegram:{chat}"), **changes)


async def sent_ref(telegram: Telegram, posting: Posting) -> str:
    sent = await telegram.send(posting)
    assert sent.outcome is Outcome.SENT, sent
    assert sent.platform_ref
    return sent.platform_ref


async def saying(server: TelegramStandIn, message: TelegramMessage, posting: Posting) -> Sent:
    """Return what becomes of `message`."""
    async with Telegram(TELEGRAM_TOKEN, base_url=server.api_base_url, render=lambda _: message) as telegram:
        return await telegram.send(posting)


def refusing(*words: str | None) -> Any:
    """Refuse one send after the other in these words, None for not."""
    refusals = [each and faults.bot_api_error(400, f"Bad Request: {each}") for each in words]
    return faults.scripted("sendMessage", refusals)  # type: ignore[arg-type]


# -- what is sent


async def test_a_post_arrives_as_it_was_rendered_without_a_preview(
    telegram: Telegram, telegram_server: TelegramStandIn, group: int
) -> None:
    calls: list[Call] = []

    async def between(call: Call, work: Work) -> Given:
        calls.append(call)
        return await work()

    telegram_server.between = between
    ref = await sent_ref(telegram, to(group))
    (sent,) = telegram_server.chats.messages(group)
    wanted = render(to(group))
    assert (str(sent.message_id), sent.html, sent.silent) == (ref, wanted.html, False)
    assert [[each.text for each in row] for row in sent.keyboard] == [
        [each.label for each in row] for row in wanted.keyboard
    ]
    assert [one.method for one in calls] == ["sendMessage"]  # nobody asks first who the bot is
    assert calls[0].parameters["link_preview_options"] == '{"is_disabled": true}'


async def test_only_urgent_alerts_make_a_sound(
    telegram: Telegram, telegram_server: TelegramStandIn, group: int
) -> None:
    await sent_ref(telegram, to(group, replace(FILED, severity=Severity.NOTICE)))
    assert telegram_server.chats.messages(group)[0].silent


async def test_a_post_goes_into_its_topic_and_answers_its_head(
    telegram: Telegram, telegram_server: TelegramStandIn, group: int
) -> None:
    head = await sent_ref(telegram, to(f"{group}/3"))
    await sent_ref(telegram, to(f"{group}/3", PUBLISHED, thread=head))
    one, two = telegram_server.chats.messages(group)
    assert (one.thread, one.reply_to, two.thread, two.reply_to) == (3, None, 3, one.message_id)


async def test_a_reply_to_a_message_that_was_deleted_is_sent_all_the_same(
    telegram: Telegram, telegram_server: TelegramStandIn, group: int
) -> None:
    await sent_ref(telegram, to(group, PUBLISHED, thread="404"))
    assert telegram_server.chats.messages(group)[0].reply_to is None


async def test_a_head_is_changed_in_place_and_twice_is_once(
    telegram: Telegram, telegram_server: TelegramStandIn, group: int
) -> None:
    ref = await sent_ref(telegram, to(group))
    edit = to(group, HEAD, Kind.EDIT, target=ref)
    assert await sent_ref(telegram, edit) == ref
    assert await sent_ref(telegram, edit) == ref
    (sent,) = telegram_server.chats.messages(group)
    assert (sent.html, len(sent.edits)) == (render(edit).html, 1)


async def test_hostile_text_arrives_as_text(
    telegram: Telegram, telegram_server: TelegramStandIn, group: int
) -> None:
    title = "</b><a href='https://evil.example'>click</a> <tg-time unix='1'>& &lt; \ud800"
    await sent_ref(telegram, to(group, replace(FILED, title=title, story_title=title)))
    (sent,) = telegram_server.chats.messages(group)
    assert "<a href='https://evil.example'>click</a>" in sent.text
    assert [one.url for one in sent.entities if "evil" in one.url] == []


async def test_a_chat_cannot_be_read_back(telegram: Telegram, group: int) -> None:
    assert await telegram.look(to(group), NOON) == CANNOT_LOOK


# -- refused for its form


async def test_a_server_that_knows_no_tg_time_gets_the_message_without(group: int) -> None:
    async with TelegramStandIn(now=lambda: NOON, bot_token=TELEGRAM_TOKEN, knows_tg_time=False) as server:
        chat = server.chats.add_supergroup("Trade")
        timed = '<b>A</b> <tg-time unix="1">now</tg-time>'
        message = TelegramMessage(html=timed, without_time="<b>A</b> now", plain="A now", silent=True)
        assert (await saying(server, message, to(chat))).outcome is Outcome.SENT
        (sent,) = server.chats.messages(chat)
        assert (sent.html, sent.entities[0].type) == ("<b>A</b> now", "bold")


async def test_entities_that_are_refused_all_the_same_become_plain_text(
    telegram_server: TelegramStandIn, group: int
) -> None:
    broken = TelegramMessage(html="<b>A", without_time="<i>A", plain="A & <b>", silent=True)
    assert (await saying(telegram_server, broken, to(group))).outcome is Outcome.SENT
    (sent,) = telegram_server.chats.messages(group)
    assert (sent.text, sent.entities) == ("A & <b>", ())
    assert len(telegram_server.chats.refused) == 2


@pytest.mark.parametrize("unit", ["x", "镓", "🙂"])
async def test_a_message_that_is_too_long_is_plain_and_cut_between_characters(
    telegram_server: TelegramStandIn, group: int, unit: str
) -> None:
    long = TelegramMessage(html=unit * 5_000, without_time="", plain="a" + unit * 5_000, silent=True)
    assert (await saying(telegram_server, long, to(group))).outcome is Outcome.SENT
    (sent,) = telegram_server.chats.messages(group)
    assert sent.text == "a" + unit * (len(sent.text) - 2) + "…"
    assert 2_900 < len(sent.text.encode("utf-16-le")) // 2 <= 3_001


async def test_a_button_that_is_refused_is_left_out(telegram_server: TelegramStandIn, group: int) -> None:
    message = replace(MESSAGE, keyboard=((Button(label="Why", data="w" * 65),),))
    assert (await saying(telegram_server, message, to(group))).outcome is Outcome.SENT
    (sent,) = telegram_server.chats.messages(group)
    assert (sent.html, sent.keyboard) == (MESSAGE.html, ())


@pytest.mark.parametrize(
    "words",
    ["can't parse entities", "message is too long", "BUTTON_DATA_INVALID", "message text is empty"],
)
async def test_a_content_that_is_refused_in_every_form_is_given_up(
    telegram: Telegram, telegram_server: TelegramStandIn, group: int, words: str
) -> None:
    telegram_server.between = refusing(*[words] * 9)
    sent = await telegram.send(to(group))
    detail = f"Telegram answered: {words.capitalize()}"
    assert sent == Sent(outcome=Outcome.GIVE_UP, detail=detail)


# -- the chat refuses us


async def refused(telegram: Telegram, posting: Posting) -> tuple[str | None, Trouble | None]:
    sent = await telegram.send(posting)
    assert sent.outcome is Outcome.GIVE_UP, sent
    return sent.detail, sent.trouble


async def test_a_bot_that_was_kicked_blocked_or_silenced_gives_the_channel_up(
    telegram: Telegram, telegram_server: TelegramStandIn, group: int
) -> None:
    chats = telegram_server.chats
    ana = chats.add_user("Ana")
    telegram_server.block(ana)
    blocked = ("Telegram answered: Forbidden: bot was blocked by the user", Trouble.CHANNEL)
    assert await refused(telegram, to(ana)) == blocked
    chats.forbid_writing(group)
    words = "Not enough rights to send text messages to the chat"
    assert await refused(telegram, to(group)) == (f"Telegram answered: {words}", Trouble.CHANNEL)
    telegram_server.kick(group)
    words = "Forbidden: bot was kicked from the supergroup chat"
    assert await refused(telegram, to(group)) == (f"Telegram answered: {words}", Trouble.CHANNEL)
    assert await refused(telegram, to(-1005)) == (
        "Telegram answered: Chat not found",
        Trouble.CHANNEL,
    )


async def test_a_topic_that_is_closed_or_gone_is_given_up_and_nobody_else_gets_its_posts(
    telegram: Telegram, telegram_server: TelegramStandIn, group: int
) -> None:
    telegram_server.chats.close_topic(group, 2)
    closed = ("Telegram answered: Topic_closed", Trouble.CHANNEL)
    assert await refused(telegram, to(f"{group}/2")) == closed
    telegram_server.chats.delete_topic(group, 3)
    gone = ("Telegram answered: Message thread not found", Trouble.CHANNEL)
    assert await refused(telegram, to(f"{group}/3")) == gone
    assert telegram_server.chats.messages(group) == ()


@pytest.mark.parametrize(
    "words",
    ["CHAT_WRITE_FORBIDDEN", "PEER_ID_INVALID", "have no rights to send a message", "user is deactivated"],
)
async def test_other_words_for_a_chat_that_refuses_us(
    telegram: Telegram, telegram_server: TelegramStandIn, group: int, words: str
) -> None:
    telegram_server.between = faults.bot_api_error(400, f"Bad Request: {words}")
    assert (await refused(telegram, to(group)))[1] is Trouble.CHANNEL


async def test_a_message_to_change_that_is_gone_is_made_anew_only_where_it_is_news(
    telegram: Telegram, group: int
) -> None:
    edit = await telegram.send(to(group, HEAD, Kind.EDIT, target="404"))
    assert (edit.outcome, edit.trouble) == (Outcome.GIVE_UP, None)
    growth = await telegram.send(to(group, BURST, Kind.GROWTH, target="404"))
    assert (growth.outcome, growth.trouble) == (Outcome.TRY_AGAIN, Trouble.THREAD)


async def test_words_that_nobody_knows_are_unclear_and_one_line(
    telegram: Telegram, telegram_server: TelegramStandIn, group: int
) -> None:
    telegram_server.between = faults.bot_api_error(400, "Bad Request: the moon\nis full" + "!" * 300)
    sent = await telegram.send(to(group))
    assert sent.outcome is Outcome.UNCLEAR
    assert sent.detail is not None
    assert sent.detail.startswith("Telegram answered: The moon is full!")
    assert len(sent.detail) == 200


async def test_a_group_that_became_a_supergroup_is_followed(
    telegram: Telegram, telegram_server: TelegramStandIn
) -> None:
    old = telegram_server.chats.add_group("Trade")
    new = telegram_server.migrate(old)
    sent = await telegram.send(to(old))
    assert (sent.outcome, sent.moved_to, sent.trouble) == (Outcome.TRY_AGAIN, f"telegram:{new}", None)
    await sent_ref(telegram, to(new))


@pytest.mark.parametrize("status", [401, 404])
async def test_a_token_that_is_refused_loses_no_post(
    telegram: Telegram, telegram_server: TelegramStandIn, group: int, status: int
) -> None:
    await sent_ref(telegram, to(group))
    telegram_server.between = faults.bot_api_error(status, "Unauthorized")
    sent = await telegram.send(to(group))
    assert sent == Sent(
        outcome=Outcome.TRY_AGAIN, detail="Telegram refuses the bot's token", trouble=Trouble.CREDENTIAL
    )


# -- the network


@pytest.mark.parametrize(("given", "wait"), [(7, 7), (40_000, 40_000), (None, 30)])
async def test_a_429_waits_as_long_as_it_says(
    telegram: Telegram, telegram_server: TelegramStandIn, group: int, given: int | None, wait: int
) -> None:
    telegram_server.between = faults.rate_limited(given)
    sent = await telegram.send(to(group))
    assert (sent.outcome, sent.retry_after) == (Outcome.TRY_AGAIN, wait * SECOND)


async def test_a_wait_that_stands_only_in_the_words_is_read_there(
    telegram: Telegram, telegram_server: TelegramStandIn, group: int
) -> None:
    telegram_server.between = faults.bot_api_error(429, "Too Many Requests: retry after 12")
    assert (await telegram.send(to(group))).retry_after == 12 * SECOND
    telegram_server.between = faults.server_error(status=429)
    assert (await telegram.send(to(group))).retry_after == 30 * SECOND


@pytest.mark.parametrize("type_", ["text/html", "text/plain"])
@pytest.mark.parametrize("status", [500, 502])
async def test_a_5xx_may_have_done_the_work_and_is_not_quoted(
    telegram: Telegram, telegram_server: TelegramStandIn, group: int, type_: str, status: int
) -> None:
    telegram_server.between = faults.server_error_after(content_type=type_, status=status)
    sent = await telegram.send(to(group))
    assert sent == Sent(outcome=Outcome.UNKNOWN, detail="no proper answer from Telegram")


@pytest.mark.parametrize("body", [b"", b"<p>", b"[]", b'{"ok": true}', b'{"ok": true, "result": {"a": 1}}'])
async def test_a_200_that_names_no_message_is_no_success(
    telegram: Telegram, telegram_server: TelegramStandIn, group: int, body: bytes
) -> None:
    async def between(_: Call, __: Work) -> Given:
        return Answer(body=body)

    telegram_server.between = between
    assert (await telegram.send(to(group))).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("fault", [faults.drop_before(), faults.drop_after()])
async def test_a_line_that_breaks_after_the_request_leaves_doubt(
    telegram: Telegram, telegram_server: TelegramStandIn, group: int, fault: Any
) -> None:
    telegram_server.between = fault
    assert (await telegram.send(to(group))).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("fault", [faults.hang_after(), faults.hang_before(), faults.endless_body()])
async def test_an_answer_that_does_not_come_or_does_not_end_leaves_doubt(
    hasty_telegram: Telegram, telegram_server: TelegramStandIn, group: int, fault: Any
) -> None:
    telegram_server.between = fault
    assert (await hasty_telegram.send(to(group))).outcome is Outcome.UNKNOWN


async def test_where_no_connection_is_made_nothing_was_sent(
    telegram: Telegram, telegram_server: TelegramStandIn, group: int
) -> None:
    await telegram_server.__aexit__(None, None, None)
    sent = await telegram.send(to(group))
    assert sent == Sent(outcome=Outcome.TRY_AGAIN, detail="no connection to Telegram could be made")
    await telegram_server.__aenter__()
    await sent_ref(telegram, to(group))


async def test_what_finds_no_free_connection_was_not_sent(
    telegram_server: TelegramStandIn, group: int
) -> None:
    telegram_server.between = faults.late(opened := asyncio.Event())
    async with Telegram(TELEGRAM_TOKEN, base_url=telegram_server.api_base_url, seconds=4.0) as telegram:
        sends = [asyncio.create_task(telegram.send(to(group, id=number))) for number in range(1, 66)]
        (ended,), _ = await asyncio.wait(sends, return_when=asyncio.FIRST_COMPLETED)
        opened.set()
        outcomes = [(await send).outcome for send in sends]
    assert ended.result() == Sent(outcome=Outcome.TRY_AGAIN, detail="no connection to Telegram could be made")
    assert outcomes.count(Outcome.SENT) == len(telegram_server.chats.messages(group)) == 64


async def test_a_proxy_of_the_environment_is_not_asked(
    monkeypatch: pytest.MonkeyPatch, telegram_server: TelegramStandIn, group: int
) -> None:
    for name in ("HTTP_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert (await saying(telegram_server, MESSAGE, to(group))).outcome is Outcome.SENT
