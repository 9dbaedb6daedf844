"""The keyboard of topics on Telegram: switched in place, by whoever opened it, and taken back as a whole."""

from datetime import timedelta

import pytest

from bot.chat.answer import MAX_DATA_BYTES
from bot.chat.picker import press_of
from bot.core.timing import timing_of
from bot.topics import load
from tests.fakes.archive import NOW, Entry

TOPICS = {topic.key for topic in load()}

CHAT = "telegram:-100123"
THERE = {
    "platform": "telegram",
    "channel": CHAT,
    "user": "1",
    "user_name": "Mei",
    "prefix": "/",
    "title": "Minerals",
}
OPENED = {"opened_by": "1", "opened_at": NOW}


def labels(answer) -> list[str]:
    return [button.label for row in answer.buttons for button in row]


def button(answer, words: str):
    return next(each for row in answer.buttons for each in row if words in each.label)


async def test_the_keyboard_switches_topics_at_once(chat) -> None:
    opened = await chat.say("topics", **THERE)
    assert opened.text.startswith("Topics for this chat. Tap to switch; changes count at once.")
    assert not opened.replaces
    assert "[ ] Critical minerals and rare earths" in labels(opened)
    on = await chat.press(button(opened, "ritical minerals"), **THERE, **OPENED)
    assert on.replaces
    assert on.toast == "Critical minerals and rare earths: on"
    assert [each.what for each in (await chat.channel(CHAT)).subscriptions] == ["critical-minerals"]
    assert button(on, "ritical minerals").label.startswith("[x]")
    off = await chat.press(button(on, "ritical minerals"), **THERE, **OPENED)
    assert off.toast.endswith(": off")
    assert (await chat.channel(CHAT)).subscriptions == ()


async def test_when_all_and_done(chat) -> None:
    await chat.put(Entry(title="Gallium", story="7f3a", days=100), Entry(title="Gallium again", days=1))
    opened = await chat.say("subscribe", **THERE)
    when = await chat.press(button(opened, "When"), **THERE, **OPENED)
    assert "When: daily 08:30" in labels(when)
    every = await chat.press(button(when, "All"), **THERE, **OPENED)
    assert all(each.timing == timing_of("daily 08:30") for each in (await chat.channel(CHAT)).subscriptions)
    assert len((await chat.channel(CHAT)).subscriptions) == len(TOPICS)
    later = await chat.press(button(every, "When"), **THERE, **OPENED)
    assert "When: weekly on Monday 08:30" in labels(later)
    done = await chat.press(button(later, "Done"), **THERE, **OPENED)
    assert done.text.startswith(
        f"This chat gets {len(TOPICS)} subscriptions, weekly on Monday 08:30, about 0 alerts in 30 days."
    )
    undone = await chat.press(button(done, "Undo"), **THERE)
    assert "This channel gets nothing now." in undone.text


async def test_all_again_is_none(chat) -> None:
    opened = await chat.say("topics", **THERE)
    every = await chat.press(button(opened, "All"), **THERE, **OPENED)
    none = await chat.press(button(every, "None"), **THERE, **OPENED)
    assert (await chat.channel(CHAT)).subscriptions == ()
    assert "All" in labels(none)


async def test_only_who_opened_it_or_an_admin_may_press(chat) -> None:
    opened = await chat.say("topics", **THERE)
    other = THERE | {"user": "2", "is_admin": False, "private": True}
    assert "Only who opened this" in (await chat.press(button(opened, "ritical"), **other, **OPENED)).toast
    refused = await chat.press(button(opened, "ritical"), **(other | {"private": False}), **OPENED)
    assert refused.toast == "Only admins of this chat may change what it gets."
    assert await chat.channel(CHAT) is None
    await chat.press(button(opened, "ritical"), **(THERE | {"user": "3"}), **OPENED)
    assert await chat.channel(CHAT) is not None


async def test_it_is_closed_after_an_hour(chat) -> None:
    opened = await chat.say("topics", **THERE)
    chat.clock.at += timedelta(hours=1)
    closed = await chat.press(button(opened, "ritical"), **THERE, **OPENED)
    assert closed.text == "Closed. /subscribe opens it again."
    assert closed.replaces
    assert await chat.channel(CHAT) is None


async def test_whoever_may_not_change_sees_the_list_instead(chat) -> None:
    listed = await chat.say("topics", **(THERE | {"is_admin": False}))
    assert not listed.buttons
    assert "critical-minerals" in listed.text


@pytest.mark.parametrize("data", ["t:1:0:i", "t:12:1", "t:a:0:d", "t:d:0"])
def test_a_press_is_read_back(data: str) -> None:
    assert press_of(data) is not None


@pytest.mark.parametrize(
    "data", ["t:", "t:1", "t:x:0", "t:1:9999", "t:-1:0", "t:1:0:z", "u:1:0", "t:99999:0"]
)
def test_what_is_no_press_is_refused(data: str) -> None:
    assert press_of(data) is None


async def test_every_value_fits_a_button(chat) -> None:
    opened = await chat.say("topics", **THERE)
    assert all(len(each.data.encode()) <= MAX_DATA_BYTES for row in opened.buttons for each in row)


async def test_a_topic_that_is_gone_closes_the_keyboard(chat) -> None:
    await chat.say("topics", **THERE)
    assert (await chat.press("t:999:0:i", **THERE, **OPENED)).replaces


async def test_switching_one_off_where_all_are_on_leaves_the_others(chat) -> None:
    await chat.say("subscribe all daily 09:15", **THERE)
    await chat.say("subscribe query gallium", **THERE)
    opened = await chat.say("topics", **THERE)
    assert all(label.startswith("[x]") for label in labels(opened) if label.startswith("["))
    off = await chat.press(button(opened, "ritical minerals"), **THERE, **OPENED)
    left = (await chat.channel(CHAT)).subscriptions
    assert {each.what for each in left} == {*TOPICS, "query:gallium"} - {"critical-minerals"}
    assert {each.timing.words for each in left} == {"daily 09:15", "instant"}
    on = await chat.press(button(off, "ritical minerals"), **THERE, **OPENED)
    await chat.press(button(on, "None"), **THERE, **OPENED)
    assert [each.what for each in (await chat.channel(CHAT)).subscriptions] == ["query:gallium"]


async def test_a_keyboard_may_be_pressed_quickly(chat) -> None:
    opened = await chat.say("topics", **THERE)
    for _ in range(12):
        pressed = await chat.press(button(opened, "When"), patient=False, **THERE, **OPENED)
        assert pressed.buttons
