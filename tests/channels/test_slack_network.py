"""What a network, a proxy or a Slack in trouble does to a post is told from a success, and from a failure."""

from datetime import timedelta
from typing import Any

import pytest

from bot.channels.slack import Slack
from bot.core.delivery import Outcome, Sent
from bot.core.posting import Posting
from bot.demo.loopback import Answer, Call, Work
from bot.demo.loopback import Outcome as Given
from bot.demo.slack_stand_in import SlackStandIn
from bot.render.slack import SlackMessage
from tests.channels.conftest import SLACK_TOKEN
from tests.channels.test_slack import sent_ref, to
from tests.fakes import platform_faults as faults

SECOND = timedelta(seconds=1)


# -- the network


@pytest.mark.parametrize(("given", "wait"), [(7, 7), (None, 30)])
async def test_a_429_waits_as_long_as_it_says(
    slack: Slack, slack_server: SlackStandIn, trade: str, given: int | None, wait: int
) -> None:
    slack_server.between = faults.rate_limited(given)
    sent = await slack.send(to(trade))
    assert (sent.outcome, sent.retry_after) == (Outcome.TRY_AGAIN, wait * SECOND)


@pytest.mark.parametrize("header", ["soon", "-1", "1e9", ""])
@pytest.mark.parametrize("type_", ["text/html", "text/plain", "application/json"])
async def test_a_429_with_rubbish_waits_half_a_minute(
    slack: Slack, slack_server: SlackStandIn, trade: str, header: str, type_: str
) -> None:
    async def between(_: Call, __: Work) -> Given:
        body = b"{}" if type_ == "application/json" else b"slow down"
        return Answer(status=429, body=body, content_type=type_, headers={"Retry-After": header})

    slack_server.between = between
    sent = await slack.send(to(trade))
    assert (sent.outcome, sent.retry_after) == (Outcome.TRY_AGAIN, 30 * SECOND)


@pytest.mark.parametrize("type_", ["text/html", "text/plain", "application/json"])
async def test_a_5xx_may_have_done_the_work(
    slack: Slack, slack_server: SlackStandIn, trade: str, type_: str
) -> None:
    slack_server.between = faults.server_error(content_type=type_, status=503)
    sent = await slack.send(to(trade))
    assert sent == Sent(outcome=Outcome.UNKNOWN, detail="Slack answered HTTP 503 without a reason")
    slack_server.between = faults.server_error_after(content_type=type_)
    assert (await slack.send(to(trade))).outcome is Outcome.UNKNOWN
    assert len(slack_server.workspace.messages(trade)) == 1


@pytest.mark.parametrize(
    ("body", "type_"),
    [
        (b"ok", "text/plain"),
        (b"<p>ok</p>", "text/html"),
        (b'{"ok": tr', "application/json"),
        (b"[1]", "application/json"),
        (b"null", "application/json"),
        (b'{"ok": true}', "application/json"),
        (b'{"ok": true, "ts": 5, "channel": "C1"}', "application/json"),
        (b'{"ok": true, "ts": "5.1"}', "application/json"),
        (b"\xff\xfe", "application/json"),
        (b"x", "application/gzip"),
    ],
)
async def test_a_200_that_names_no_message_is_no_success(
    slack: Slack, slack_server: SlackStandIn, trade: str, body: bytes, type_: str
) -> None:
    async def between(_: Call, __: Work) -> Given:
        return Answer(body=body, content_type=type_)

    slack_server.between = between
    assert (await slack.send(to(trade))).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("status", [400, 403, 413])
async def test_a_4xx_without_a_code_is_unclear(
    slack: Slack, slack_server: SlackStandIn, trade: str, status: int
) -> None:
    slack_server.between = faults.server_error(status=status)
    assert (await slack.send(to(trade))).outcome is Outcome.UNCLEAR


@pytest.mark.parametrize("fault", [faults.drop_before(), faults.drop_after()])
async def test_a_line_that_breaks_after_the_request_leaves_doubt(
    slack: Slack, slack_server: SlackStandIn, trade: str, fault: Any
) -> None:
    slack_server.between = fault
    sent = await slack.send(to(trade))
    assert sent.outcome is Outcome.UNKNOWN
    assert sent.detail == "no proper answer from Slack: ServerDisconnectedError"


@pytest.mark.parametrize("fault", [faults.hang_after(), faults.hang_before(), faults.endless_body()])
async def test_an_answer_that_does_not_come_or_does_not_end_leaves_doubt(
    hasty_slack: Slack, slack_server: SlackStandIn, trade: str, fault: Any
) -> None:
    slack_server.between = fault
    sent = await hasty_slack.send(to(trade))
    assert sent == Sent(outcome=Outcome.UNKNOWN, detail="no answer from Slack in time")


async def test_where_no_connection_is_made_nothing_was_sent(
    slack_server: SlackStandIn, slack: Slack, trade: str
) -> None:
    await slack_server.__aexit__(None, None, None)
    sent = await slack.send(to(trade))
    assert sent == Sent(outcome=Outcome.TRY_AGAIN, detail="no connection to Slack could be made")
    await slack_server.__aenter__()
    await sent_ref(slack, to(trade))


async def test_a_proxy_of_the_environment_is_not_asked(
    monkeypatch: pytest.MonkeyPatch, slack_server: SlackStandIn, trade: str
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with Slack(SLACK_TOKEN, base_url=slack_server.api_base_url) as slack:
        await sent_ref(slack, to(trade))


async def test_a_post_that_cannot_be_written_is_given_up_and_not_looked_for(
    slack_server: SlackStandIn, trade: str
) -> None:
    def broken(_: Posting) -> SlackMessage:
        raise ZeroDivisionError(SLACK_TOKEN)

    async with Slack(SLACK_TOKEN, base_url=slack_server.api_base_url, render=broken) as slack:
        sent = await slack.send(to(trade))
    assert sent == Sent(outcome=Outcome.GIVE_UP, detail="it cannot be written: ZeroDivisionError")
