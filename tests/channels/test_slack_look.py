"""Slack is read back: found is a message with our key, absent only what is in none of the pages of the whole window."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from bot.channels.slack import Slack
from bot.core.delivery import Outcome, Sent
from bot.demo.loopback import Answer, Call, Work, json_answer
from bot.demo.loopback import Outcome as Given
from bot.demo.slack_stand_in import SlackStandIn
from tests.channels.conftest import NOON, SLACK_TOKEN
from tests.channels.test_slack import sent_ref, to
from tests.fakes import platform_faults as faults
from tests.fakes.posts import PUBLISHED

MINUTE = timedelta(minutes=1)


class Time:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.at = NOON

    def now(self) -> Any:
        return self.at


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
async def slack_server(time: Time) -> AsyncIterator[SlackStandIn]:
    async with SlackStandIn(now=time.now, bot_token=SLACK_TOKEN, app_token="xapp-1") as opened:
        yield opened


def chatter(server: SlackStandIn, channel: str, count: int, thread_ts: str | None = None) -> None:
    ana = server.workspace.add_member("Ana")
    for number in range(count):
        server.workspace.say(channel, ana, f"post-12 number {number}", thread_ts=thread_ts)


async def test_a_post_is_found_behind_pages_of_other_messages(
    slack: Slack, slack_server: SlackStandIn, trade: str
) -> None:
    chatter(slack_server, trade, 30)
    ref = await sent_ref(slack, to(trade, id=12))
    await sent_ref(slack, to(trade, id=120))
    chatter(slack_server, trade, 450)
    found = await slack.look(to(trade, id=12), NOON)
    assert found == Sent(outcome=Outcome.FOUND, platform_ref=ref)
    asked = [one.method for one in slack_server.workspace.log if one.method.startswith("conversations")]
    assert asked == ["conversations.history"] * 3


async def test_a_post_that_is_in_no_page_is_absent(
    slack: Slack, slack_server: SlackStandIn, trade: str
) -> None:
    chatter(slack_server, trade, 450)
    await sent_ref(slack, to(trade, id=120))
    assert await slack.look(to(trade, id=12), NOON) == Sent(outcome=Outcome.ABSENT)


async def test_a_reply_is_looked_for_in_its_thread(
    slack: Slack, slack_server: SlackStandIn, trade: str
) -> None:
    head = await sent_ref(slack, to(trade, id=1))
    chatter(slack_server, trade, 250, head)
    ref = await sent_ref(slack, to(trade, PUBLISHED, id=2, thread=head))
    reply = to(trade, PUBLISHED, id=2, thread=head)
    assert await slack.look(reply, NOON) == Sent(outcome=Outcome.FOUND, platform_ref=ref)
    other = to(trade, PUBLISHED, id=3, thread=head)
    assert await slack.look(other, NOON) == Sent(outcome=Outcome.ABSENT)


async def test_clocks_may_differ_by_a_minute_and_older_messages_are_not_read(
    slack: Slack, time: Time, trade: str
) -> None:
    ref = await sent_ref(slack, to(trade, id=12))
    assert (await slack.look(to(trade, id=12), NOON + 0.9 * MINUTE)).platform_ref == ref
    assert (await slack.look(to(trade, id=12), NOON + 2 * MINUTE)).outcome is Outcome.ABSENT


@pytest.mark.parametrize(
    "code", ["missing_scope", "not_in_channel", "channel_not_found", "is_archived", "thread_not_found"]
)
async def test_what_can_never_be_read_is_given_up(
    slack: Slack, slack_server: SlackStandIn, trade: str, code: str
) -> None:
    slack_server.between = faults.ok_false(code)
    sent = await slack.look(to(trade), NOON)
    assert sent == Sent(outcome=Outcome.GIVE_UP, detail=f"Slack answered {code}")


@pytest.mark.parametrize(
    "fault",
    [
        faults.ok_false("internal_error"),
        faults.ok_false("invalid_auth"),
        faults.ok_false("what_is_this"),
        faults.server_error(),
        faults.server_error(content_type="text/plain", status=500),
        faults.drop_before(),
        faults.hang_before(),
        faults.endless_body(),
    ],
)
async def test_what_could_not_be_read_this_time_is_looked_for_again(
    hasty_slack: Slack, slack_server: SlackStandIn, trade: str, fault: Any
) -> None:
    await sent_ref(hasty_slack, to(trade))
    slack_server.between = fault
    assert (await hasty_slack.look(to(trade), NOON)).outcome is Outcome.TRY_AGAIN


async def test_a_limit_in_the_midst_of_the_pages_does_not_make_a_post_absent(
    slack: Slack, slack_server: SlackStandIn, trade: str
) -> None:
    chatter(slack_server, trade, 450)
    slack_server.between = faults.scripted("conversations.history", [None, faults.rate_limited(9)])
    sent = await slack.look(to(trade), NOON)
    assert (sent.outcome, sent.retry_after) == (Outcome.TRY_AGAIN, timedelta(seconds=9))


@pytest.mark.parametrize(
    "page",
    [
        {"ok": True},
        {"ok": True, "messages": "none"},
        {"ok": True, "messages": [], "has_more": True},
        {"ok": True, "messages": [], "has_more": True, "response_metadata": None},
    ],
)
async def test_a_page_that_is_not_whole_proves_nothing(
    slack: Slack, slack_server: SlackStandIn, trade: str, page: dict[str, Any]
) -> None:
    slack_server.between = _pages(page)
    assert (await slack.look(to(trade), NOON)).outcome is Outcome.TRY_AGAIN


async def test_pages_without_end_are_given_up(slack: Slack, slack_server: SlackStandIn, trade: str) -> None:
    more = {"has_more": True, "response_metadata": {"next_cursor": "again"}}
    slack_server.between = _pages({"ok": True, "messages": [], **more})
    assert (await slack.look(to(trade), NOON)).outcome is Outcome.GIVE_UP


async def test_messages_with_the_metadata_of_others_are_passed_over(
    slack: Slack, slack_server: SlackStandIn, trade: str
) -> None:
    others: list[Any] = [
        None,
        "text",
        {"metadata": "x"},
        {"metadata": {"event_type": "other", "event_payload": {"key": "post-12"}}},
        {"metadata": {"event_type": "tradewire_post", "event_payload": "post-12"}},
        {"metadata": {"event_type": "tradewire_post", "event_payload": {"key": 12}}},
    ]
    slack_server.between = _pages({"ok": True, "messages": others, "has_more": False})
    assert (await slack.look(to(trade, id=12), NOON)).outcome is Outcome.ABSENT


def _pages(page: dict[str, Any]) -> Any:
    async def between(_: Call, __: Work) -> Given:
        answer: Answer = json_answer(page)
        return answer

    return between
