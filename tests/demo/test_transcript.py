"""A transcript reads as the channel or the chat looks to a member, within 80 columns."""

from datetime import UTC, datetime, timedelta

import wcwidth

from bot.demo.slack_workspace import BOT, Workspace
from bot.demo.telegram_chats import BOT as TELEGRAM_BOT
from bot.demo.telegram_chats import Button, Chats
from bot.demo.telegram_markup import parse_html
from bot.demo.transcript import slack_transcript, telegram_transcript

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LINK = "https://www.federalregister.gov/d/2023-23048"


def at_noon() -> datetime:
    return NOON


def test_a_slack_channel_reads_thread_by_thread() -> None:
    space = Workspace(now=at_noon)
    channel, ana = space.add_channel("trade"), space.add_member("ana")
    menu = {
        "type": "overflow",
        "options": [{"text": {"type": "plain_text", "text": "Follow this story"}, "value": "f"}],
    }
    head = {
        "type": "section",
        "text": {"type": "mrkdwn", "text": f"*URGENT · Filed*\n*<{LINK}|BIS adds 13 parties>*"},
        "accessory": menu,
    }
    small = {
        "type": "context",
        "elements": [{"type": "mrkdwn", "text": "_Filed_ <!date^1697573700^{time}|17 Oct 16:15 ET>"}],
    }
    parent = space.post(channel, BOT, "URGENT", blocks=(head, small))
    other = space.post(channel, BOT, "A second story")
    space.post(
        channel, BOT, f"Published: <{LINK}|the rule>, R&amp;D\n&gt; a_b_c *quote*", thread_ts=parent.ts
    )
    space.post(channel, BOT, "Only you", ephemeral_to=ana)
    space.change(other, text="A second story, <@" + ana + ">", blocks=(), metadata=None)
    assert slack_transcript(space, channel, zone="Asia/Shanghai") == [
        "-- Mon 23 Nov 2026 --",
        "",
        "Tradewire  20:00",
        "  URGENT · Filed",
        f"  BIS adds 13 parties <{LINK}>",
        "  Filed 17 Oct 16:15 ET",
        "  [Follow this story]",
        "    Tradewire  20:00",
        "      Published: the rule, R&D",
        "      | a_b_c quote",
        "",
        "Tradewire  20:00 (edited)",
        "  A second story, @ana",
        "",
        "Tradewire  20:00 (only ana sees this)",
        "  Only you",
    ]


def test_a_telegram_forum_reads_topic_by_topic() -> None:
    chats = Chats(now=at_noon)
    group, ana = chats.add_supergroup("Trade", topics=("Controls",)), chats.add_user("Ana")
    text = f'<b>😀 <a href="{LINK}">BIS adds 13</a></b>\n<blockquote expandable>ten\nmore</blockquote>\n<i>end</i>'
    rows = ((Button(text="Why", callback_data="w"), Button(text="Open", url=LINK)),)
    first = chats.add_message(group, TELEGRAM_BOT, parse_html(text), html=text, thread=2, keyboard=rows)
    again = f'See <a href="{LINK}">it</a>'
    chats.add_message(group, TELEGRAM_BOT, parse_html(again), html=again, thread=2, reply_to=first.message_id)
    chats.add_message(group, ana, parse_html("hello"), html="hello")
    assert telegram_transcript(chats, group) == [
        "-- Mon 23 Nov 2026 --",
        "",
        "Ana  12:00",
        "  hello",
        "",
        "# Controls",
        "",
        "-- Mon 23 Nov 2026 --",
        "",
        "Tradewire  12:00",
        f"  😀 BIS adds 13 <{LINK}>",
        "  | ten",
        "  | more",
        "  end",
        "  [Why] [Open]",
        "    Tradewire  12:00",
        "      See it",
    ]


def test_a_thread_stands_under_its_day_and_a_reply_of_a_later_day_says_so() -> None:
    now = iter(NOON + timedelta(days=days) for days in (0, 0, 2, 2, 3))
    space = Workspace(now=lambda: next(now))
    channel = space.add_channel("trade")
    first = space.post(channel, BOT, "One")
    space.post(channel, BOT, "Two")
    space.post(channel, BOT, "Later", thread_ts=first.ts)
    space.post(channel, BOT, "Still later", thread_ts=first.ts)
    space.post(channel, BOT, "Three")
    assert slack_transcript(space, channel) == [
        "-- Mon 23 Nov 2026 --",
        "",
        "Tradewire  12:00",
        "  One",
        "    -- Wed 25 Nov 2026 --",
        "    Tradewire  12:00",
        "      Later",
        "    Tradewire  12:00",
        "      Still later",
        "",
        "Tradewire  12:00",
        "  Two",
        "",
        "-- Thu 26 Nov 2026 --",
        "",
        "Tradewire  12:00",
        "  Three",
    ]


def test_no_line_is_wider_than_a_terminal() -> None:
    space = Workspace(now=at_noon)
    channel = space.add_channel("trade")
    parent = space.post(channel, BOT, "关于对稀土相关物项实施出口管制的决定" * 9)
    space.post(channel, BOT, "x" * 200 + " word" * 40, thread_ts=parent.ts)
    lines = slack_transcript(space, channel)
    assert max(wcwidth.wcswidth(line) for line in lines) <= 80


def test_a_button_stays_on_one_line() -> None:
    chats = Chats(now=at_noon)
    group = chats.add_group("Trade")
    row = tuple(Button(text=f"Mute this story {n} h", callback_data=f"{n}") for n in (24, 48, 72, 96))
    chats.add_message(group, TELEGRAM_BOT, parse_html("x"), html="x", keyboard=(row,))
    assert telegram_transcript(chats, group)[4:] == [
        "  [Mute this story 24 h] [Mute this story 48 h] [Mute this story 72 h]",
        "  [Mute this story 96 h]",
    ]


def test_an_empty_channel_has_no_lines() -> None:
    space, chats = Workspace(now=at_noon), Chats(now=at_noon)
    assert slack_transcript(space, space.add_channel("trade")) == []
    assert telegram_transcript(chats, chats.add_group("Trade")) == []
