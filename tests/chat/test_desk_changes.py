"""Changing what a channel gets: what is stored, what is said to whom, how it is taken back, and who may."""

import asyncio
from datetime import timedelta

import pytest

from bot.chat.asked import Access
from bot.core.channel import Channel, Subscription
from bot.core.match import Severity
from bot.core.timing import timing_of
from bot.store import chain, schema
from bot.store.channels import save_channel
from tests.fakes.archive import NOW, Entry


async def test_a_subscription_is_stored_and_the_whole_state_is_said_to_everybody(chat) -> None:
    await chat.put(
        Entry(title="Gallium licences", story="7f3a", days=100), Entry(title="Export of germanium", days=2)
    )
    answer = await chat.say("subscribe critical-minerals urgent daily 08:30")
    channel = await chat.channel()
    assert channel.title == "#law"
    [only] = channel.subscriptions
    assert (only.what, only.min_severity, only.timing) == (
        "critical-minerals",
        Severity.URGENT,
        timing_of("daily 08:30"),
    )
    assert (only.by, only.since) == ("Mei", chat.clock.at)
    assert answer.public
    assert answer.text.splitlines()[0] == "Mei subscribed this channel to critical-minerals."
    assert "critical-minerals  urgent only, daily 08:30, by Mei, 29 Nov 2026" in answer.text
    assert answer.text.splitlines()[-1] == "All of it: /tradewire list"


async def test_the_volume_counts_what_the_archive_holds_of_the_last_90_days(chat) -> None:
    await chat.put(
        Entry(title="Gallium licences", story="7f3a", days=100),
        Entry(title="Germanium licences", story="7f3b", days=3),
        Entry(title="Germanium licences, in force", days=2),
        Entry(title="A note on cloud seeding", days=1),
    )
    answer = await chat.say("subscribe critical-minerals")
    assert (
        "The last 90 days would have brought 2 alerts, for example “Germanium licences, in force”"
        in answer.text
    )
    assert "kept since" not in answer.text


async def test_a_young_archive_says_how_far_it_goes(chat) -> None:
    await chat.put(Entry(title="Germanium licences", days=3))
    answer = await chat.say("subscribe query germanium")
    assert "would have brought 1 alert, for example “Germanium licences”" in answer.text
    assert "The archive is kept since 26 Nov 2026" in answer.text


async def test_a_flood_is_refused_until_it_is_asked_for_anyway(chat) -> None:
    await chat.put(*(Entry(title=f"Gallium {number}", days=0.5 + number / 100) for number in range(40)))
    refused = await chat.say("subscribe query gallium")
    assert await chat.channel() is None
    assert "This would have sent 40 alerts in the last 1 day, more than 30 a day" in refused.text
    [[button]] = refused.buttons
    accepted = await chat.press(button)
    assert accepted.public
    assert [each.what for each in (await chat.channel()).subscriptions] == ["query:gallium"]


@pytest.mark.parametrize("bad", ["a OR (b", "colr:red", "NOT a", "NEAR/3(a)", "stage:loud"])
async def test_a_query_that_cannot_be_read_changes_nothing_and_is_shown_with_a_caret(chat, bad) -> None:
    await chat.say("subscribe query gallium")
    before = await chat.channel()
    answer = await chat.say(f"subscribe query {bad}")
    assert not answer.public
    assert f"\n{bad}\n" in answer.text
    assert "^ " in answer.text
    assert await chat.channel() == before


async def test_subscribing_again_changes_what_is_said_and_keeps_the_rest(chat) -> None:
    await chat.say("subscribe tariffs urgent")
    answer = await chat.say("subscribe tariffs weekly mon 09:00")
    assert "changed this channel's subscription to tariffs" in answer.text
    [only] = (await chat.channel()).subscriptions
    assert (only.min_severity, only.timing) == (Severity.URGENT, timing_of("weekly mon 09:00"))
    again = await chat.say("subscribe tariffs", user_name="Tom")
    assert not again.public
    assert "just so already" in again.text
    assert (await chat.channel()).subscriptions == (only,)


async def test_undo_restores_the_channel_for_ten_minutes(chat) -> None:
    await chat.say("subscribe tariffs")
    before = await chat.channel()
    answer = await chat.say("unsubscribe tariffs")
    [[undo]] = answer.buttons
    assert (await chat.channel()).subscriptions == ()
    undone = await chat.press(undo, user_name="Tom")
    assert undone.text.splitlines()[0] == "Tom undid that."
    assert await chat.channel() == before
    assert "Undo works for 10 minutes" in (await chat.press(undo)).text


async def test_undo_is_refused_when_it_is_late_or_would_undo_others_changes(chat) -> None:
    [[undo]] = (await chat.say("subscribe tariffs")).buttons
    await chat.say("subscribe party-lists")
    assert "changed again since" in (await chat.press(undo)).text
    [[undo]] = (await chat.say("subscribe cloud")).buttons
    chat.clock.at += timedelta(minutes=10)
    assert "Undo works for 10 minutes" in (await chat.press(undo)).text
    assert len((await chat.channel()).subscriptions) == 3


async def test_everything_ends_only_after_a_question(chat) -> None:
    await chat.say("subscribe tariffs, party-lists")
    asked = await chat.say("unsubscribe all")
    assert not asked.public
    assert len((await chat.channel()).subscriptions) == 2
    done = await chat.press(asked.buttons[0][0])
    assert "Mei unsubscribed this channel from everything." in done.text
    assert (await chat.channel()).subscriptions == ()
    assert "no subscriptions" in (await chat.say("unsubscribe all")).text


async def test_what_is_configured_is_not_changed_in_chat(chat) -> None:
    channel = Channel(address="slack:C0123", subscriptions=(Subscription(what="tariffs", configured=True),))
    await chat.store.write(
        lambda connection: save_channel(connection, channel, now=NOW, by="the configuration")
    )
    for line in ("unsubscribe tariffs", "subscribe tariffs urgent", "unsubscribe all"):
        assert "stands in the configuration" in (await chat.say(line)).text
    assert (await chat.channel()).subscriptions == channel.subscriptions


async def test_a_query_whose_words_are_broken_can_still_be_ended(chat) -> None:
    channel = Channel(address="slack:C0123", subscriptions=(Subscription(what="query:(broken"),))
    await chat.store.write(
        lambda connection: save_channel(connection, channel, now=NOW, by="an older version")
    )
    await chat.say("unsubscribe query (broken")
    assert (await chat.channel()).subscriptions == ()


async def test_a_mute_says_until_when_and_can_be_ended(chat) -> None:
    answer = await chat.say("mute until 18:00")
    assert "Mei muted this channel until 18:00 ET. Urgent alerts still come." in answer.text
    assert [button.label for button in answer.buttons[0]] == ["Unmute", "Undo"]
    await chat.press(answer.buttons[0][0])
    assert (await chat.channel()).muted_until is None
    assert "is not muted" in (await chat.say("unmute")).text


async def test_a_story_is_muted_and_followed_by_its_id(chat) -> None:
    await chat.put(Entry(title="Gallium licences", story="7f3a"))
    assert "until 2 Dec 2026 10:00 ET: Gallium licences" in (await chat.say("mute 3d story 7f3a")).text
    assert (await chat.channel()).is_muted_story("7f3a", chat.clock.at)
    followed = await chat.press("follow:7f3a")
    assert "Mei follows the story 7f3a for this channel" in followed.text
    channel = await chat.channel()
    assert (channel.followed, channel.muted) == (("7f3a",), ())
    assert "already" in (await chat.say("follow 7f3a")).text
    assert "no story “beef”" in (await chat.say("follow beef")).text
    assert (await chat.press("mute24:7f3a")).public


async def test_settings_are_said_in_the_language_that_then_holds(chat) -> None:
    assert "Mei 将本频道的语言设为 中文。" in (await chat.say("set language zh")).text
    assert "北京时间" in (await chat.say("set zone beijing")).text
    await chat.say("set quiet 22:00-07:00")
    await chat.say("set burst 7/20")
    await chat.say("set resurface never")
    await chat.say("set briefs empty skip")
    channel = await chat.channel()
    assert (channel.language, channel.zone, channel.quiet.words) == ("zh", "Asia/Shanghai", "22:00 to 07:00")
    assert (channel.burst.alerts, channel.burst.minutes) == (7, 20)
    assert (channel.resurface, channel.when_empty) == ("never", "skip")
    assert not (await chat.say("set burst 7/20")).public
    await chat.say("set quiet off")
    assert (await chat.channel()).quiet is None


async def test_an_opinion_is_kept_once_for_each_person(chat) -> None:
    await chat.press("rel:7f3a", is_admin=False)
    answer = await chat.press("nrel:7f3a", is_admin=False)
    await chat.press("rel:7f3a", user="U2", is_admin=False)
    rows = await chat.store.read(lambda connection: connection.execute(schema.label.select()).all())
    assert sorted((row.by, row.relevant) for row in rows) == [("slack:U1", 0), ("slack:U2", 1)]
    assert (answer.lines, answer.toast[:18]) == ((), "Noted: not relevan")


async def test_every_change_is_sealed_with_who_made_it(chat) -> None:
    await chat.say("subscribe tariffs")
    entries = await chat.store.read(lambda connection: list(chain.walk(connection)))
    assert all(holds for _, holds in entries)
    assert [entry.kind for entry, _ in entries] == [chain.CHANNEL]
    assert '"by":"Mei (slack:U1)"' in entries[0][0].body


@pytest.mark.parametrize(
    ("asked", "may"),
    [
        ({"is_admin": True}, True),
        ({"is_admin": False}, False),
        ({"is_admin": None}, False),
        ({"is_admin": False, "private": True}, True),
        ({"is_admin": False, "user": "U7"}, True),
    ],
)
@pytest.mark.parametrize("access", [Access(users=frozenset({"slack:U7"}))])
async def test_admins_and_those_on_the_list_may_change(chat, asked, may) -> None:
    answer = await chat.say("subscribe tariffs", **asked)
    assert (await chat.channel() is not None) is may
    assert ("Only admins of this chat" in answer.text) is not may
    if not may:
        assert not answer.public
        assert "/tradewire list" in answer.text


@pytest.mark.parametrize("access", [Access(everyone=True)])
async def test_an_operator_may_allow_everyone(chat) -> None:
    assert (await chat.say("subscribe tariffs", is_admin=False)).public


async def test_a_refusal_is_said_once_in_ten_minutes_to_each_person(chat) -> None:
    assert await chat.ask(text="subscribe tariffs", is_admin=False) is not None
    assert await chat.ask(text="mute 24h", is_admin=False) is None
    assert await chat.ask(data="undo:whatever", is_admin=False) is None
    assert await chat.ask(text="mute 24h", is_admin=False, user="U2") is not None
    assert await chat.ask(text="list", is_admin=False) is not None
    chat.clock.at += timedelta(minutes=10)
    assert await chat.ask(text="subscribe tariffs", is_admin=False) is not None


async def test_two_people_at_once_both_get_what_they_asked_for(chat) -> None:
    await asyncio.gather(
        chat.say("subscribe tariffs"), chat.say("subscribe party-lists", user="U2", user_name="Tom")
    )
    assert {each.what for each in (await chat.channel()).subscriptions} == {"tariffs", "party-lists"}


async def test_unsubscribing_from_everything_ends_what_is_followed_too(chat) -> None:
    await chat.put(Entry(title="Gallium licences", story="7f3a"))
    await chat.say("follow 7f3a")
    asked = await chat.say("unsubscribe all")
    assert asked.text.splitlines()[0] == "It ends the stories that are followed here: 7f3a."
    ended = await chat.press(asked.buttons[0][0])
    assert "This channel gets nothing now." in ended.text
    channel = await chat.channel()
    assert channel is not None
    assert channel.followed == ()
    assert (await chat.say("unsubscribe all")).text.startswith("This channel has no subscriptions.")
    await chat.press(ended.buttons[0][0])
    again = await chat.channel()
    assert again is not None
    assert again.followed == ("7f3a",)


async def test_who_subscribes_a_muted_channel_hears_that_it_is_muted(chat) -> None:
    await chat.say("mute 24h")
    assert "Muted until" in (await chat.say("subscribe tariffs")).text
