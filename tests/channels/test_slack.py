"""Slack takes posts, replies and changes; whatever goes wrong becomes an answer that says what may be done about it."""

from dataclasses import replace
from typing import Any

from bot.channels.slack import Slack
from bot.core.channel import Channel
from bot.core.delivery import Outcome
from bot.core.posting import Burst, Head, Kind, Posting
from bot.demo.loopback import Call, Work
from bot.demo.loopback import Outcome as Given
from bot.demo.slack_stand_in import SlackStandIn
from bot.render.slack import render
from tests.fakes.posts import BURST, FILED, PUBLISHED, post

HEAD = Head(first=FILED, newest=PUBLISHED, updated_at=PUBLISHED.first_seen_at)


def to(channel: str, told: Any = FILED, kind: Kind = Kind.ALERT, **changes: Any) -> Posting:
    return post(told, kind, channel=Channel(address=f"slack:{channel}"), **changes)


async def sent_ref(slack: Slack, posting: Posting) -> str:
    sent = await slack.send(posting)
    assert sent.outcome is Outcome.SENT
    assert sent.platform_ref
    return sent.platform_ref


# -- what is sent


async def test_a_post_arrives_as_it_was_rendered_with_its_key_and_without_previews(
    slack: Slack, slack_server: SlackStandIn, trade: str
) -> None:
    calls: list[Call] = []

    async def between(call: Call, work: Work) -> Given:
        calls.append(call)
        return await work()

    slack_server.between = between
    posting = to(trade, id=7)
    ref = await sent_ref(slack, posting)
    (posted,) = slack_server.workspace.messages(trade)
    wanted = render(posting)
    assert (posted.ts, posted.text, posted.blocks) == (ref, wanted.text, wanted.blocks)
    assert posted.metadata == {"event_type": "tradewire_post", "event_payload": {"key": "post-7"}}
    (call,) = calls
    asked = {name: call.parameters.get(name) for name in ("unfurl_links", "unfurl_media", "parse")}
    assert asked == {"unfurl_links": False, "unfurl_media": False, "parse": "none"}


async def test_a_reply_goes_into_its_thread_and_is_shown_to_all_only_where_it_resurfaces(
    slack: Slack, slack_server: SlackStandIn, trade: str
) -> None:
    head = await sent_ref(slack, to(trade))
    await sent_ref(slack, to(trade, PUBLISHED, id=13, thread=head))
    await sent_ref(slack, to(trade, PUBLISHED, id=14, thread=head, resurfaces=True))
    _, quiet, loud = slack_server.workspace.messages(trade)
    assert (quiet.thread_ts, quiet.reply_broadcast) == (head, False)
    assert (loud.thread_ts, loud.reply_broadcast) == (head, True)


async def test_a_head_is_changed_in_place_and_keeps_the_key_of_its_own_post(
    slack: Slack, slack_server: SlackStandIn, trade: str
) -> None:
    head = await sent_ref(slack, to(trade, id=7))
    edit = to(trade, HEAD, Kind.EDIT, id=9, target=head)
    assert await sent_ref(slack, edit) == head
    (posted,) = slack_server.workspace.messages(trade)
    assert posted.blocks == render(edit).blocks
    assert posted.metadata == {"event_type": "tradewire_post", "event_payload": {"key": "post-7"}}


async def test_hostile_text_arrives_as_text(slack: Slack, slack_server: SlackStandIn, trade: str) -> None:
    title = "<!channel> <https://evil.example|click> & \ud800 \u202e*x*"
    await sent_ref(slack, to(trade, replace(FILED, title=title, story_title=title)))
    (posted,) = slack_server.workspace.messages(trade)
    shown = posted.text + str(posted.blocks)
    assert "<!channel>" not in shown
    assert "<https://evil.example" not in shown
    assert "&lt;!channel&gt;" in shown


async def test_growth_changes_the_message_of_its_burst(
    slack: Slack, slack_server: SlackStandIn, trade: str
) -> None:
    first = Burst(alerts=BURST.alerts[:1], since=BURST.since, until=BURST.until)
    ref = await sent_ref(slack, to(trade, first, Kind.BURST))
    assert await sent_ref(slack, to(trade, BURST, Kind.GROWTH, id=13, target=ref)) == ref
    assert len(slack_server.workspace.messages(trade)) == 1
