"""Slack's listener before the stand-in: real sockets, the real desk, a real store."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.chat.slack_socket import SlackSocket
from bot.core.channel import Channel
from bot.demo.slack_socket import NotAcknowledged
from bot.demo.slack_stand_in import SlackStandIn
from bot.demo.slack_workspace import Posted
from bot.store.channels import load_channel
from tests.chat.conftest import Chat, FakeFailure, FakePoll, FakeSource
from tests.fakes.archive import Entry
from tests.fakes.patience import Pauses, running, seen
from tests.fakes.platform_faults import ok_false, rate_limited, scripted, server_error

BOT_TOKEN, APP_TOKEN = "xoxb-1", "xapp-1"


class Office:
    """A workspace that the listener listens to, with an admin, somebody else, and a channel."""

    def __init__(self, slack: SlackStandIn, chat: Chat, pauses: Pauses) -> None:
        self.slack, self.chat, self.pauses = slack, chat, pauses
        self.space = slack.workspace
        self.mei = self.space.add_member("mei", is_admin=True)
        self.tom = self.space.add_member("tom")
        self.law = self.space.add_channel("law")

    def listener(self, *, app_token: str = APP_TOKEN) -> SlackSocket:
        return SlackSocket(
            bot_token=BOT_TOKEN,
            app_token=app_token,
            desk=self.chat.desk,
            clock=self.chat.clock,
            base_url=self.slack.api_base_url,
            sleep=self.pauses,
        )

    async def type(self, text: str, *, by: str | None = None, channel: str | None = None) -> Posted:
        """Type a command, see that it is acknowledged without a word, and return what it was answered."""
        place = channel or self.law
        before = len(self.space.messages(place))
        self.chat.clock.at += timedelta(seconds=7)  # a patient person: nobody counts their last questions
        assert await self.slack.slash(place, by or self.mei, text) == {}
        return (await self.shown(before + 1, place))[-1]

    async def shown(self, count: int, channel: str | None = None) -> tuple[Posted, ...]:
        """Return all messages as soon as there are so many."""
        place = channel or self.law
        return await seen(lambda: found if len(found := self.space.messages(place)) >= count else None)  # type: ignore[return-value]

    async def pressed(self, posted: Posted, label: str, *, by: str | None = None) -> None:
        button = next(one for one in buttons(posted) if one["text"]["text"].startswith(label))
        assert await self.slack.press(posted.channel, posted.ts, by or self.mei, button["action_id"]) == {}

    async def channel(self, address: str) -> Channel | None:
        return await self.chat.store.read(lambda connection: load_channel(connection, address))


def buttons(posted: Posted) -> list[Mapping[str, Any]]:
    return [one for block in posted.blocks if block["type"] == "actions" for one in block["elements"]]


def shown_text(posted: Posted) -> str:
    return "\n".join(block["text"]["text"] for block in posted.blocks if block["type"] == "section")


@pytest.fixture
async def slack(chat: Chat) -> AsyncIterator[SlackStandIn]:
    async with SlackStandIn(now=chat.clock.now, bot_token=BOT_TOKEN, app_token=APP_TOKEN) as opened:
        yield opened


@pytest.fixture
def quiet_office(slack: SlackStandIn, chat: Chat) -> Office:
    """Nobody listens yet."""
    return Office(slack, chat, Pauses())


@pytest.fixture
async def office(quiet_office: Office) -> AsyncIterator[Office]:
    async with running(quiet_office.listener()):
        await quiet_office.slack.connected()
        yield quiet_office


async def test_every_command_is_answered_and_questions_to_whoever_asked_alone(office: Office) -> None:
    await office.chat.put(Entry(title="Gallium export controls", story="abcd"))
    for text in (
        "help",
        "list",
        "topics",
        "search gallium",
        "why latest",
        "status",
        "subscribe",
        "frobnicate",
    ):
        answer = await office.type(text)
        assert answer.ephemeral_to == office.mei, text
        assert shown_text(answer)
    for text in (
        "subscribe critical-minerals",
        "mute 24h",
        "unmute",
        "set zone Asia/Shanghai",
        "unsubscribe critical-minerals",
    ):
        answer = await office.type(text)
        assert (answer.ephemeral_to, "mei" in answer.text) == (None, True), text
    assert office.space.refused == ()


async def test_a_subscription_is_stored_under_the_channel_s_name_with_who_made_it(office: Office) -> None:
    await office.type("subscribe critical-minerals")
    channel = await office.channel(f"slack:{office.law}")
    assert channel is not None
    assert (channel.title, [(each.what, each.by) for each in channel.subscriptions]) == (
        "#law",
        [("critical-minerals", "mei")],
    )


async def test_whoever_is_no_admin_is_refused_once_and_may_ask(office: Office) -> None:
    refused = await office.type("subscribe party-lists", by=office.tom)
    assert refused.ephemeral_to == office.tom
    assert "Only admins" in refused.text
    assert await office.slack.slash(office.law, office.tom, "subscribe party-lists") == {}
    assert "Tradewire watches" in (await office.type("help", by=office.tom)).text
    assert len(office.space.messages(office.law)) == 2
    assert await office.channel(f"slack:{office.law}") is None


async def test_in_a_direct_message_everybody_may(office: Office) -> None:
    direct = f"D{office.tom}"
    office.space.channels[direct] = type(office.space.channels[office.law])(id=direct, name="directmessage")
    await office.type("subscribe party-lists", by=office.tom, channel=direct)
    channel = await office.channel(f"slack:{direct}")
    assert channel is not None
    assert channel.title == "tom"


async def test_where_no_alert_can_arrive_who_subscribes_is_told(office: Office) -> None:
    kind = type(office.space.channels[office.law])
    others = "D0123"
    office.space.channels[others] = kind(id=others, name="directmessage", is_private=True, has_bot=False)
    secret = office.space.add_channel("secret", is_private=True, has_bot=False)
    for place in (others, secret):
        assert "no alert can arrive here" in shown_text(await office.type("subscribe tariffs", channel=place))
    office.space.invite_bot(secret)
    assert "no alert" not in shown_text(await office.type("subscribe party-lists", channel=secret))


async def test_the_undo_of_a_change_is_a_press_away(office: Office) -> None:
    answer = await office.type("subscribe critical-minerals")
    await office.pressed(answer, "Undo")
    await office.shown(2)
    channel = await office.channel(f"slack:{office.law}")
    assert channel is not None
    assert channel.subscriptions == ()


async def test_the_menu_of_an_alert_is_heard_and_the_alert_stays(
    office: Office,
) -> None:
    await office.chat.put(Entry(title="Gallium export controls", story="abcd"))
    menu = {
        "type": "overflow",
        "action_id": "alert_menu",
        "options": [{"text": {"type": "plain_text", "text": "Why"}, "value": "why:abcd"}],
    }
    head = {"type": "section", "text": {"type": "mrkdwn", "text": "*alert*"}, "accessory": menu}
    async with aiohttp.ClientSession() as session:
        web = AsyncWebClient(
            BOT_TOKEN, base_url=office.slack.api_base_url, session=session, retry_handlers=[]
        )
        ts = str((await web.chat_postMessage(channel=office.law, text="alert", blocks=[head]))["ts"])
    assert await office.slack.press(office.law, ts, office.tom, "alert_menu", "why:abcd") == {}
    alert, why = await office.shown(2)
    assert (alert.text, why.ephemeral_to) == ("alert", office.tom)
    assert "abcd" in why.text


async def test_a_check_is_answered_at_once_and_then_in_the_same_place(office: Office) -> None:
    go = asyncio.Event()

    async def script(keys: Any, on_poll: Any) -> None:
        await go.wait()
        for key in keys:
            on_poll(FakePoll(source=FakeSource(key=key), new=1, error=FakeFailure(what="refused (403)")))

    office.chat.checker.script = script
    answer = await office.type("check")
    assert answer.text == "Reading 3 sources…"
    go.set()
    changed = await seen(lambda: now if (now := office.space.message(office.law, answer.ts)).edits else None)
    assert changed is not None
    assert changed.text.startswith("Read 3 sources")
    assert len(office.space.messages(office.law)) == 1


async def test_progress_leaves_one_response_for_the_result(office: Office) -> None:
    go: asyncio.Queue[None] = asyncio.Queue()

    async def script(keys: Any, on_poll: Any) -> None:
        for key in keys:
            await go.get()
            office.chat.clock.at += timedelta(seconds=4)
            on_poll(FakePoll(source=FakeSource(key=key)))

    office.chat.checker.script = script
    answer = await office.type("check")
    for edits in (1, 2, 3):
        go.put_nowait(None)
        await seen(lambda edits=edits: len(office.space.message(office.law, answer.ts).edits) == edits)  # type: ignore[misc]
    assert "Read 3 sources" in office.space.message(office.law, answer.ts).text


async def test_the_home_tab_shows_how_things_stand(office: Office) -> None:
    assert await office.slack.open_home(office.tom) == {}
    view = await seen(lambda: office.space.home_views.get(office.tom))
    assert view is not None
    text = "\n".join(block["text"]["text"] for block in view["blocks"] if block["type"] == "section")
    assert "of 3 sources" in text
    assert "/tradewire subscribe" in text


async def test_what_slack_sends_twice_is_acknowledged_twice_and_done_once(office: Office) -> None:
    await office.type("list")
    await office.slack.redeliver()
    await office.type("help")
    assert office.slack.envelopes[0].acks == 2
    assert len(office.space.messages(office.law)) == 2


async def test_a_command_of_another_name_is_acknowledged_and_ignored(office: Office) -> None:
    assert await office.slack.slash(office.law, office.mei, "list", command="/other") == {}
    await office.type("help")
    assert len(office.space.messages(office.law)) == 1


@pytest.mark.parametrize("abruptly", [False, True])
async def test_a_lost_connection_is_opened_again_and_what_was_under_way_is_answered_once(
    office: Office, abruptly: bool
) -> None:
    opened = asyncio.Event()

    async def late(call: Any, work: Any) -> Any:
        if call.method == "users.info":
            await opened.wait()
        return await work()

    office.slack.between = late
    assert await office.slack.slash(office.law, office.mei, "subscribe party-lists") == {}
    await office.slack.drop_sockets(abruptly=abruptly)
    await office.slack.connected()
    await office.slack.redeliver()
    opened.set()
    await office.shown(1)
    await office.type("list")
    assert [one.ephemeral_to for one in office.space.messages(office.law)] == [None, office.mei]


async def test_an_outage_is_waited_out_with_growing_pauses(office: Office) -> None:
    slack = office.slack
    await slack.__aexit__(None, None, None)
    await seen(lambda: office.pauses.count(60.0) >= 2)
    assert [pause for pause in office.pauses if pause][:6] == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0]
    await slack.__aenter__()
    await slack.connected()
    assert "Tradewire watches" in (await office.type("help")).text


async def test_a_revoked_app_token_is_an_error_that_is_tried_again_every_few_minutes(
    quiet_office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(quiet_office.listener(app_token="xapp-revoked")):
        await seen(lambda: len(quiet_office.pauses) >= 2)
    assert set(quiet_office.pauses) == {300.0}
    said = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert {record.code for record in said} == {"invalid_auth"}  # type: ignore[attr-defined]
    assert "xapp" not in caplog.text


async def test_socket_mode_comes_back_from_whatever_the_opening_meets(office: Office) -> None:
    office.slack.between = scripted(
        "apps.connections.open", [server_error(), rate_limited(7), ok_false("internal_error")]
    )
    await office.slack.drop_sockets(abruptly=True)
    await office.slack.connected()
    assert 7.0 in office.pauses
    assert "Tradewire watches" in (await office.type("help")).text


async def test_where_slack_does_not_say_who_is_an_admin_nobody_is(office: Office) -> None:
    office.slack.between = scripted("users.info", [ok_false("missing_scope")])
    refused = await office.type("subscribe party-lists")
    assert "cannot see whether you are one" in refused.text


async def test_a_spent_response_url_leaves_the_web_api(office: Office) -> None:
    office.slack.between = scripted("response_url", [server_error(status=404), server_error(status=500)])
    assert (await office.type("list")).ephemeral_to == office.mei
    assert (await office.type("subscribe party-lists")).ephemeral_to is None
    assert [one.method for one in office.space.log if one.method.startswith("chat.")] == [
        "chat.postEphemeral",
        "chat.postMessage",
    ]


async def test_too_fast_is_waited_out_once(office: Office) -> None:
    office.slack.between = scripted("response_url", [rate_limited(3)])
    await office.type("list")
    assert office.pauses == [3.0]


async def test_a_defect_of_the_desk_is_one_polite_line_and_no_more(
    slack: SlackStandIn, chat: Chat, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken:
        async def answer(self, asked: Any, on_update: Any = None) -> Any:
            raise RuntimeError("secret detail")

    office = Office(slack, chat, Pauses())
    listener = SlackSocket(
        bot_token=BOT_TOKEN,
        app_token=APP_TOKEN,
        desk=Broken(),
        clock=chat.clock,
        base_url=slack.api_base_url,
        sleep=office.pauses,
    )
    async with running(listener):
        answer = await office.type("list")
    assert (answer.ephemeral_to, "secret" in answer.text) == (office.mei, False)
    assert "went wrong" in answer.text
    assert "secret detail" in caplog.text


async def test_hostile_text_calls_nobody_and_is_no_markup(office: Office) -> None:
    answer = await office.type("subscribe <!channel> <@U1> *bold* `x` @here & _it_")
    text = shown_text(answer)
    assert "<!" not in text
    assert "<@" not in text
    assert "@here" not in text
    assert "*bold*" not in text


async def test_stopping_ends_what_is_under_way_within_seconds(quiet_office: Office) -> None:
    async def never(call: Any, work: Any) -> Any:
        if call.method == "users.info":
            await asyncio.Event().wait()
        return await work()

    quiet_office.slack.between = never
    async with running(quiet_office.listener()):
        await quiet_office.slack.connected()
        assert await quiet_office.slack.slash(quiet_office.law, quiet_office.mei, "list") == {}
    with pytest.raises((NotAcknowledged, TimeoutError)):
        async with asyncio.timeout(0.05):
            await quiet_office.slack.slash(quiet_office.law, quiet_office.mei, "list")
