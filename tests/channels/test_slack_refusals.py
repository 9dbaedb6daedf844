"""Slack's error codes, each with what follows from it, and the refusals of its real rules."""

from datetime import timedelta

import pytest

from bot.channels.slack import Slack
from bot.core.delivery import Outcome, Sent, Trouble
from bot.core.posting import Kind, Posting
from bot.demo.loopback import Answer, Call, Work, straight
from bot.demo.loopback import Outcome as Given
from bot.demo.slack_stand_in import SlackStandIn
from bot.render.slack import SlackMessage
from tests.channels.conftest import SLACK_TOKEN
from tests.channels.test_slack import HEAD, sent_ref, to
from tests.fakes import platform_faults as faults
from tests.fakes.posts import BURST, FILED, PUBLISHED

SECOND = timedelta(seconds=1)
MESSAGE = SlackMessage(text="A & B", blocks=({"type": "section", "text": {"type": "mrkdwn", "text": "*A*"}},))


# -- refusals by code


CHANNEL = [
    "channel_not_found",
    "not_in_channel",
    "is_archived",
    "restricted_action",
    "restricted_action_read_only_channel",
    "restricted_action_thread_only_channel",
    "user_not_in_channel",
    "cannot_dm_bot",
    "messages_tab_disabled",
    "no_permission",
    "posting_to_general_channel_denied",
]
CREDENTIAL = [
    "invalid_auth",
    "not_authed",
    "account_inactive",
    "token_revoked",
    "token_expired",
    "missing_scope",
    "not_allowed_token_type",
    "org_login_required",
    "ekm_access_denied",
    "access_denied",
    "team_access_not_granted",
]
CONTENT = [
    "invalid_blocks",
    "invalid_blocks_format",
    "msg_too_long",
    "msg_blocks_too_long",
    "no_text",
    "too_many_attachments",
    "metadata_too_large",
    "invalid_arguments",
]
GONE = [
    "thread_not_found",
    "message_not_found",
    "cannot_reply_to_message",
    "cant_update_message",
    "edit_window_closed",
]
LIMITED = ["ratelimited", "rate_limited", "message_limit_exceeded"]
LATER = ["service_unavailable", "request_timeout", "team_added_to_org"]
DOUBT = ["internal_error", "fatal_error"]


async def refused(slack: Slack, server: SlackStandIn, posting: Posting, code: str) -> Sent:
    server.between = faults.ok_false(code)
    return await slack.send(posting)


def answered(
    code: str, outcome: Outcome, trouble: Trouble | None = None, wait: timedelta | None = None
) -> Sent:
    return Sent(outcome=outcome, detail=f"Slack answered {code}", trouble=trouble, retry_after=wait)


@pytest.mark.parametrize("code", CHANNEL)
async def test_a_channel_that_refuses_us_is_given_up(
    slack: Slack, slack_server: SlackStandIn, trade: str, code: str
) -> None:
    sent = await refused(slack, slack_server, to(trade), code)
    assert sent == answered(code, Outcome.GIVE_UP, Trouble.CHANNEL)


@pytest.mark.parametrize("code", CREDENTIAL)
async def test_a_credential_that_is_refused_loses_no_post(
    slack: Slack, slack_server: SlackStandIn, trade: str, code: str
) -> None:
    sent = await refused(slack, slack_server, to(trade), code)
    assert sent == answered(code, Outcome.TRY_AGAIN, Trouble.CREDENTIAL)


@pytest.mark.parametrize("code", CONTENT)
async def test_a_content_that_is_refused_twice_is_given_up(
    slack: Slack, slack_server: SlackStandIn, trade: str, code: str
) -> None:
    assert await refused(slack, slack_server, to(trade), code) == answered(code, Outcome.GIVE_UP)


@pytest.mark.parametrize("code", CONTENT)
async def test_a_content_that_is_refused_once_goes_out_at_once_without_blocks(
    slack: Slack, slack_server: SlackStandIn, trade: str, code: str
) -> None:
    slack_server.between = faults.scripted("chat.postMessage", [faults.ok_false(code)])
    ref = await sent_ref(slack, to(trade, id=7))
    (posted,) = slack_server.workspace.messages(trade)
    assert (posted.ts, posted.blocks) == (ref, ())
    assert "Entity List Additions" in posted.text
    assert f"<{FILED.url}|" in posted.text
    assert posted.metadata == {"event_type": "tradewire_post", "event_payload": {"key": "post-7"}}


@pytest.mark.parametrize("code", GONE)
async def test_without_the_message_that_it_belongs_to_only_what_is_news_goes_on_alone(
    slack: Slack, slack_server: SlackStandIn, trade: str, code: str
) -> None:
    reply = to(trade, PUBLISHED, thread="1.1")
    anew = answered(code, Outcome.TRY_AGAIN, Trouble.THREAD)
    assert await refused(slack, slack_server, reply, code) == anew
    assert await refused(slack, slack_server, to(trade, BURST, Kind.GROWTH, target="1.1"), code) == anew
    over = answered(code, Outcome.GIVE_UP)
    assert await refused(slack, slack_server, to(trade, HEAD, Kind.EDIT, target="1.1"), code) == over
    assert await refused(slack, slack_server, to(trade, FILED, Kind.DETAILS, thread="1.1"), code) == over


@pytest.mark.parametrize("code", LIMITED)
async def test_too_fast_without_a_time_waits_half_a_minute(
    slack: Slack, slack_server: SlackStandIn, trade: str, code: str
) -> None:
    sent = await refused(slack, slack_server, to(trade), code)
    assert sent == answered(code, Outcome.TRY_AGAIN, wait=30 * SECOND)


@pytest.mark.parametrize("code", LATER)
async def test_what_passes_by_itself_is_tried_again(
    slack: Slack, slack_server: SlackStandIn, trade: str, code: str
) -> None:
    assert await refused(slack, slack_server, to(trade), code) == answered(code, Outcome.TRY_AGAIN)


@pytest.mark.parametrize("code", DOUBT)
async def test_an_error_after_which_the_work_may_be_done_is_looked_into(
    slack: Slack, slack_server: SlackStandIn, trade: str, code: str
) -> None:
    assert await refused(slack, slack_server, to(trade), code) == answered(code, Outcome.UNKNOWN)


async def test_a_code_that_nobody_knows_is_unclear(
    slack: Slack, slack_server: SlackStandIn, trade: str
) -> None:
    sent = await refused(slack, slack_server, to(trade), "moon_is_full")
    assert sent == answered("moon_is_full", Outcome.UNCLEAR)
    sent = await refused(slack, slack_server, to(trade), "two\nlines")
    assert sent == answered("HTTP 200 without a reason", Outcome.UNCLEAR)


async def test_a_missing_scope_is_named(slack: Slack, slack_server: SlackStandIn, trade: str) -> None:
    async def between(_: Call, __: Work) -> Given:
        return Answer(body=b'{"ok": false, "error": "missing_scope", "needed": "chat:write"}')

    slack_server.between = between
    assert (await slack.send(to(trade))).detail == "Slack answered missing_scope (it needs chat:write)"


# -- refusals of the real rules


async def test_an_archived_channel_and_one_without_the_bot_are_given_up(
    slack: Slack, slack_server: SlackStandIn, trade: str
) -> None:
    slack_server.workspace.archive(trade)
    assert await slack.send(to(trade)) == answered("is_archived", Outcome.GIVE_UP, Trouble.CHANNEL)
    slack_server.workspace.archive(trade, archived=False)
    slack_server.workspace.remove_bot(trade)
    assert await slack.send(to(trade)) == answered("not_in_channel", Outcome.GIVE_UP, Trouble.CHANNEL)


async def test_a_token_that_is_revoked_meanwhile_is_a_matter_of_the_credential(
    slack: Slack, slack_server: SlackStandIn, trade: str
) -> None:
    await sent_ref(slack, to(trade))
    slack_server.between = faults.ok_false("token_revoked")
    assert (await slack.send(to(trade))).trouble is Trouble.CREDENTIAL
    async with Slack("xoxb-of-another", base_url=slack_server.api_base_url) as other:
        slack_server.between = straight
        assert await other.send(to(trade)) == answered("invalid_auth", Outcome.TRY_AGAIN, Trouble.CREDENTIAL)


@pytest.mark.parametrize("kind", [Kind.ALERT, Kind.GROWTH])
async def test_a_message_that_is_too_long_is_cut_and_sent(
    slack_server: SlackStandIn, trade: str, kind: Kind
) -> None:
    long = SlackMessage(text="A&amp;B" * 7_000, blocks=())
    async with Slack(SLACK_TOKEN, base_url=slack_server.api_base_url, render=lambda _: MESSAGE) as slack:
        head = await sent_ref(slack, to(trade))
    async with Slack(SLACK_TOKEN, base_url=slack_server.api_base_url, render=lambda _: long) as slack:
        await sent_ref(slack, to(trade, BURST, kind, target=head if kind is Kind.GROWTH else None))
    shown = slack_server.workspace.messages(trade)[-1]
    assert len(shown.text) <= 3_001
    assert shown.text.endswith("BA…")
    assert shown.blocks == ()


async def test_blocks_that_are_too_long_become_as_many_whole_lines_as_fit(
    slack_server: SlackStandIn, trade: str
) -> None:
    text = "\n".join(f"<https://a.example/{number}|line {number}>" for number in range(80))
    blocks = tuple({"type": "section", "text": {"type": "mrkdwn", "text": text}} for _ in range(6))
    message = SlackMessage(text="head", blocks=blocks)
    async with Slack(SLACK_TOKEN, base_url=slack_server.api_base_url, render=lambda _: message) as slack:
        await sent_ref(slack, to(trade))
    (posted,) = slack_server.workspace.messages(trade)
    assert (posted.blocks, posted.text.startswith(text), posted.text.endswith(">")) == ((), True, True)
    assert slack_server.workspace.refused[0].code == "msg_blocks_too_long"


async def test_a_thread_whose_head_was_deleted_is_gone(
    slack: Slack, slack_server: SlackStandIn, trade: str
) -> None:
    head = await sent_ref(slack, to(trade))
    slack_server.workspace.remove(slack_server.workspace.message(trade, head))
    reply = await slack.send(to(trade, PUBLISHED, thread=head))
    assert reply == answered("thread_not_found", Outcome.TRY_AGAIN, Trouble.THREAD)
    edit = await slack.send(to(trade, HEAD, Kind.EDIT, target=head))
    assert edit == answered("message_not_found", Outcome.GIVE_UP)
