"""The stand-in for Slack, asked by the SDK that the real one is asked by."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.demo.slack_stand_in import SlackStandIn
from bot.demo.slack_workspace import BOT
from tests.fakes import platform_faults as faults

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
TOKENS = {"bot_token": "xoxb-1", "app_token": "xapp-1"}
SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "*hello*"}}


def at_noon() -> datetime:
    return NOON


async def refusal(call: Awaitable[Any]) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response["error"])


async def test_a_message_is_posted_answered_and_changed(
    slack: SlackStandIn, web: AsyncWebClient, channel: str
) -> None:
    parent = await web.chat_postMessage(channel="#trade", text="first", blocks=[SECTION])
    assert parent["channel"] == channel
    reply = await web.chat_postMessage(
        channel=channel, text="more", thread_ts=parent["ts"], reply_broadcast=True
    )
    await web.chat_update(channel=channel, ts=parent["ts"], text="second")
    first, second = slack.workspace.messages(channel)
    assert (first.text, first.blocks, [one.text for one in first.edits]) == ("second", (), ["first"])
    assert (second.ts, second.thread_ts, second.reply_broadcast) == (reply["ts"], first.ts, True)
    assert float(second.ts) > float(first.ts) >= NOON.timestamp()
    assert [one.method for one in slack.workspace.log] == [
        "chat.postMessage",
        "chat.postMessage",
        "chat.update",
    ]


async def test_an_update_keeps_blocks_only_where_no_text_comes_along(
    slack: SlackStandIn, web: AsyncWebClient, channel: str
) -> None:
    metadata = {"event_type": "alert", "event_payload": {"key": "a"}}
    ts = (await web.chat_postMessage(channel=channel, text="x", blocks=[SECTION], metadata=metadata))["ts"]
    await web.api_call("chat.update", json={"channel": channel, "ts": ts})
    assert slack.workspace.message(channel, ts).blocks == (SECTION,)
    await web.chat_update(channel=channel, ts=ts, text="y")
    assert (slack.workspace.message(channel, ts).blocks, slack.workspace.log[-1].metadata) == ((), metadata)


async def test_histories_page_and_tell_metadata_only_when_asked(
    slack: SlackStandIn, web: AsyncWebClient, channel: str
) -> None:
    metadata = {"event_type": "alert", "event_payload": {"key": "a"}}
    sent = [
        (await web.chat_postMessage(channel=channel, text=f"{n}", metadata=metadata))["ts"] for n in range(3)
    ]
    await web.chat_postMessage(channel=channel, text="reply", thread_ts=sent[0])
    plain = await web.conversations_history(channel=channel)
    assert [one["text"] for one in plain["messages"]] == ["2", "1", "0"]
    assert all("metadata" not in one for one in plain["messages"])
    assert plain["messages"][-1]["reply_count"] == 1
    page = await web.conversations_history(channel=channel, limit=2, include_all_metadata=True)
    assert (page["has_more"], page["messages"][0]["metadata"]) == (True, metadata)
    rest = await web.conversations_history(
        channel=channel, limit=2, cursor=page["response_metadata"]["next_cursor"]
    )
    assert ([one["text"] for one in rest["messages"]], rest["has_more"]) == (["0"], False)
    since = await web.conversations_history(channel=channel, oldest=sent[1])
    assert [one["ts"] for one in since["messages"]] == [sent[2]]
    within = await web.conversations_history(channel=channel, oldest=sent[1], inclusive=True)
    assert [one["ts"] for one in within["messages"]] == [sent[2], sent[1]]
    thread = await web.conversations_replies(channel=channel, ts=sent[0])
    assert [one["text"] for one in thread["messages"]] == ["0", "reply"]


async def test_only_whom_it_is_for_is_shown_an_ephemeral_message(
    slack: SlackStandIn, web: AsyncWebClient, channel: str
) -> None:
    user = slack.workspace.add_member("ana")
    await web.chat_postEphemeral(channel=channel, user=user, text="for you")
    assert slack.workspace.messages(channel)[0].ephemeral_to == user
    assert (await web.conversations_history(channel=channel))["messages"] == []


async def test_what_slack_refuses_is_refused(slack: SlackStandIn, web: AsyncWebClient, channel: str) -> None:
    async def post(**parameters: Any) -> str:
        return await refusal(
            web.api_call("chat.postMessage", json={"channel": channel, "text": "x", **parameters})
        )

    def section(text: str) -> dict[str, Any]:
        return {"type": "section", "text": {"type": "mrkdwn", "text": text}}

    assert await post(text="") == "no_text"
    assert await post(text="x" * 40_001) == "msg_too_long"
    assert await post(channel="C404") == "channel_not_found"
    assert await post(thread_ts="1.000001") == "thread_not_found"
    assert await post(metadata={"event_type": "a"}) == "invalid_metadata_format"
    assert await post(blocks="not a list") == "invalid_blocks_format"
    assert await post(blocks=[section("x" * 3001)]) == "invalid_blocks"
    assert await post(blocks=[section("")]) == "invalid_blocks"
    assert await post(blocks=[{"type": "divider"}] * 51) == "invalid_blocks"
    assert await post(blocks=[{"type": "fancy"}]) == "invalid_blocks"
    assert await post(blocks=[section("x" * 2900)] * 5) == "msg_blocks_too_long"
    assert slack.workspace.messages(channel) == ()
    assert slack.workspace.refused[-2].notes == ("unsupported type: fancy [json-pointer:/blocks/0]",)


async def test_a_channel_that_cannot_be_written_to_says_why(
    slack: SlackStandIn, web: AsyncWebClient, channel: str
) -> None:
    secret = slack.workspace.add_channel("secret", is_private=True, has_bot=False)
    assert await refusal(web.chat_postMessage(channel=secret, text="x")) == "channel_not_found"
    slack.workspace.remove_bot(channel)
    assert await refusal(web.chat_postMessage(channel=channel, text="x")) == "not_in_channel"
    slack.workspace.archive(channel)
    assert await refusal(web.chat_postMessage(channel=channel, text="x")) == "is_archived"
    described = await web.conversations_list(types="public_channel,private_channel")
    assert [(one["name"], one["is_archived"]) for one in described["channels"]] == [("trade", True)]


async def test_only_messages_of_the_bots_own_can_be_changed(
    slack: SlackStandIn, web: AsyncWebClient, channel: str
) -> None:
    ana = slack.workspace.add_member("ana")
    theirs = slack.workspace.say(channel, ana, "mine")
    assert await refusal(web.chat_update(channel=channel, ts=theirs.ts, text="x")) == "cant_update_message"
    assert await refusal(web.chat_update(channel=channel, ts="1.000001", text="x")) == "message_not_found"


async def test_a_wrong_token_is_refused_and_a_right_one_says_who_the_bot_is(
    slack: SlackStandIn, web: AsyncWebClient, session: aiohttp.ClientSession
) -> None:
    stranger = AsyncWebClient(token="xoxb-2", base_url=slack.api_base_url, session=session)
    assert await refusal(stranger.auth_test()) == "invalid_auth"
    assert (await web.auth_test())["user_id"] == BOT
    boss = slack.workspace.add_member("boss", is_owner=True)
    assert (await web.users_info(user=boss))["user"]["is_admin"] is True


async def test_forms_are_read_as_well_as_json(
    slack: SlackStandIn, session: aiohttp.ClientSession, channel: str
) -> None:
    form = {
        "token": "xoxb-1",
        "channel": channel,
        "text": "x",
        "blocks": '[{"type":"header","text":{"type":"plain_text","text":"H"}}]',
    }
    async with session.post(f"{slack.api_base_url}chat.postMessage", data=form) as answer:
        assert (await answer.json())["ok"] is True
    assert slack.workspace.messages(channel)[0].blocks[0]["type"] == "header"


async def test_what_was_posted_outlives_the_server(
    session: aiohttp.ClientSession,
) -> None:
    slack = SlackStandIn(now=at_noon, **TOKENS)
    channel = slack.workspace.add_channel("trade")
    async with slack:
        web = AsyncWebClient(token="xoxb-1", base_url=slack.api_base_url, session=session, retry_handlers=[])
        await web.chat_postMessage(channel=channel, text="before")
    with pytest.raises(aiohttp.ClientError):
        await web.chat_postMessage(channel=channel, text="meanwhile")
    async with slack:
        await web.chat_postMessage(channel=channel, text="after")
    assert [one.text for one in slack.workspace.messages(channel)] == ["before", "after"]


# -- what may stand between


async def test_faults_stand_between_the_network_and_the_work(
    slack: SlackStandIn, web: AsyncWebClient, channel: str
) -> None:
    slack.between = faults.scripted(
        "chat.postMessage",
        [
            faults.rate_limited(7),
            faults.ok_false("is_archived"),
            faults.server_error(content_type="text/plain", status=500),
            None,
        ],
    )
    with pytest.raises(SlackApiError) as limited:
        await web.chat_postMessage(channel=channel, text="1")
    assert (limited.value.response.status_code, limited.value.response.headers["Retry-After"]) == (429, "7")
    assert await refusal(web.chat_postMessage(channel=channel, text="2")) == "is_archived"
    with pytest.raises(SlackApiError) as broken:
        await web.chat_postMessage(channel=channel, text="3")
    assert isinstance(broken.value.response.data, str)
    await web.chat_postMessage(channel=channel, text="4")
    assert [one.text for one in slack.workspace.messages(channel)] == ["4"]


async def test_a_line_can_be_lost_before_the_work_or_after_it(
    slack: SlackStandIn, web: AsyncWebClient, channel: str
) -> None:
    slack.between = faults.scripted("chat.postMessage", [faults.drop_before(), faults.drop_after()])
    for text in ("before", "after"):
        with pytest.raises(aiohttp.ClientError):
            await web.chat_postMessage(channel=channel, text=text)
    assert [one.text for one in slack.workspace.messages(channel)] == ["after"]


@pytest.mark.parametrize("fault", [faults.endless_body, faults.hang_after])
async def test_an_answer_may_never_come_to_its_end(
    slack: SlackStandIn, channel: str, fault: Callable[[], Any]
) -> None:
    slack.between = fault()
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=0.2)) as session:
        web = AsyncWebClient(token="xoxb-1", base_url=slack.api_base_url, session=session, retry_handlers=[])
        with pytest.raises(TimeoutError):
            await web.chat_postMessage(channel=channel, text="done")
    assert [one.text for one in slack.workspace.messages(channel)] == ["done"]
