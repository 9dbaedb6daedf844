"""Socket Mode and response URLs of the stand-in for Slack, with the SDK's own client."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.demo.slack_socket import NotAcknowledged
from bot.demo.slack_stand_in import SlackStandIn

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
BUTTON = {
    "type": "actions",
    "elements": [
        {
            "type": "button",
            "action_id": "follow",
            "value": "7f3a",
            "text": {"type": "plain_text", "text": "Follow"},
        }
    ],
}
SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "*hello*"}}
Listener = Callable[[SocketModeClient, SocketModeRequest], Awaitable[None]]


@pytest.fixture
async def app(slack: SlackStandIn, web: AsyncWebClient) -> AsyncIterator[SocketModeClient]:
    client = SocketModeClient(app_token="xapp-1", web_client=web, ping_interval=0.05)
    await client.connect()
    yield client
    await client.close()
    await client.aiohttp_client_session.close()


def acknowledging(payload: dict[str, Any] | None = None) -> tuple[Listener, list[SocketModeRequest]]:
    heard: list[SocketModeRequest] = []

    async def listener(client: Any, request: SocketModeRequest) -> None:
        heard.append(request)
        await client.send_socket_mode_response(
            SocketModeResponse(envelope_id=request.envelope_id, payload=payload)
        )

    return listener, heard


async def test_a_command_is_acknowledged_and_its_response_url_answers(
    slack: SlackStandIn, app: SocketModeClient, session: aiohttp.ClientSession, channel: str
) -> None:
    listener, heard = acknowledging({"response_type": "ephemeral", "text": "on it"})
    app.socket_mode_request_listeners.append(listener)
    ana = slack.workspace.add_member("ana")
    assert (await slack.slash(channel, ana, "list"))["text"] == "on it"
    asked = heard[0].payload
    assert (heard[0].type, asked["command"], asked["text"], asked["user_id"]) == (
        "slash_commands",
        "/tradewire",
        "list",
        ana,
    )
    statuses = []
    for number in range(6):
        answer = {"text": f"{number}", "response_type": "in_channel"}
        async with session.post(asked["response_url"], json=answer) as response:
            statuses.append(response.status)
    assert statuses == [200] * 5 + [404]
    shown = slack.workspace.messages(channel)
    assert (shown[0].text, shown[0].ephemeral_to) == ("on it", ana)
    assert [one.text for one in shown[1:]] == ["0", "1", "2", "3", "4"]
    assert all(one.ephemeral_to is None for one in shown[1:])


async def test_a_press_carries_its_message_and_can_replace_it(
    slack: SlackStandIn,
    app: SocketModeClient,
    web: AsyncWebClient,
    session: aiohttp.ClientSession,
    channel: str,
) -> None:
    listener, heard = acknowledging()
    app.socket_mode_request_listeners.append(listener)
    ana = slack.workspace.add_member("ana")
    ts = (await web.chat_postMessage(channel=channel, text="story", blocks=[SECTION, BUTTON]))["ts"]
    assert await slack.press(channel, ts, ana, "follow") == {}
    asked = heard[0].payload
    assert (heard[0].type, asked["type"], asked["user"]["id"]) == ("interactive", "block_actions", ana)
    assert (asked["container"]["message_ts"], asked["message"]["text"]) == (ts, "story")
    assert (asked["actions"][0]["action_id"], asked["actions"][0]["value"]) == ("follow", "7f3a")
    async with session.post(
        asked["response_url"], json={"replace_original": True, "text": "followed"}
    ) as answer:
        assert await answer.text() == "ok"
    assert slack.workspace.message(channel, ts).text == "followed"
    with pytest.raises(LookupError):
        await slack.press(channel, ts, ana, "follow")


async def test_the_home_tab_is_opened_shown_and_pressed_and_an_event_can_come_twice(
    slack: SlackStandIn, app: SocketModeClient, web: AsyncWebClient
) -> None:
    listener, heard = acknowledging()
    app.socket_mode_request_listeners.append(listener)
    ana = slack.workspace.add_member("ana")
    await slack.open_home(ana)
    await slack.redeliver()
    assert heard[0].payload == heard[1].payload
    assert (heard[0].payload["event"]["type"], heard[1].retry_attempt) == ("app_home_opened", 1)
    assert [(one.sent, one.acks) for one in slack.envelopes] == [(2, 2)]
    await web.views_publish(user_id=ana, view={"type": "home", "blocks": [BUTTON]})
    await slack.press_home(ana, "follow", "7f3a")
    assert heard[-1].payload["view"]["type"] == "home"


@pytest.mark.parametrize("abruptly", [False, True])
async def test_the_app_comes_back_when_its_connections_are_dropped(
    slack: SlackStandIn, app: SocketModeClient, channel: str, abruptly: bool
) -> None:
    listener, heard = acknowledging()
    app.socket_mode_request_listeners.append(listener)
    ana = slack.workspace.add_member("ana")
    await slack.connected()
    await slack.drop_sockets(abruptly=abruptly)
    await slack.slash(channel, ana, "status")
    assert len(heard) == 1


async def test_a_command_whose_connection_is_lost_can_be_sent_again(
    slack: SlackStandIn, app: SocketModeClient, channel: str
) -> None:
    heard = asyncio.Event()

    async def deaf(_: Any, __: SocketModeRequest) -> None:
        heard.set()

    app.socket_mode_request_listeners.append(deaf)
    ana = slack.workspace.add_member("ana")
    command = asyncio.create_task(slack.slash(channel, ana, "status"))
    await heard.wait()
    await slack.drop_sockets(abruptly=True)
    with pytest.raises(NotAcknowledged):
        await command
    listener, _ = acknowledging()
    app.socket_mode_request_listeners[:] = [listener]
    await slack.redeliver()
    assert [(one.sent, one.acks) for one in slack.envelopes] == [(2, 1)]


async def test_a_response_url_ends_after_half_an_hour() -> None:
    moments = [NOON]
    async with (
        SlackStandIn(now=lambda: moments[-1], bot_token="xoxb-1", app_token="xapp-1") as slack,
        aiohttp.ClientSession() as session,
    ):
        web = AsyncWebClient(token="xoxb-1", base_url=slack.api_base_url, session=session)
        client = SocketModeClient(app_token="xapp-1", web_client=web)
        listener, heard = acknowledging()
        client.socket_mode_request_listeners.append(listener)
        await client.connect()
        channel = slack.workspace.add_channel("trade")
        await slack.slash(channel, slack.workspace.add_member("ana"), "help")
        moments.append(NOON + timedelta(minutes=31))
        async with session.post(heard[0].payload["response_url"], json={"text": "late"}) as answer:
            assert answer.status == 404
        await client.close()
        await client.aiohttp_client_session.close()
