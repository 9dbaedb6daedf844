"""What goes wrong around a delivery: clocks, nights, tokens, archives, things said twice. Nothing is lost, nothing told twice."""

import random
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from bot.core.channel import Burst
from bot.core.timing import Mode, Quiet, Timing
from bot.store.queue import resting
from tests.fakes import platform_faults as faults
from tests.fakes.places import LOUD, QUIET, Places, open_places
from tests.faults.running import Running, open_running

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def places() -> AsyncIterator[Places]:
    async with open_places() as opened:
        yield opened


@pytest.fixture
async def running(places: Places, tmp_path: Path) -> AsyncIterator[Running]:
    async with open_running(places, tmp_path) as opened:
        yield opened


def slack_channel(places: Places) -> str:
    """Return the channel that asked for everything."""
    return next(iter(places.channels))


@pytest.mark.parametrize("seed", range(2))
async def test_a_clock_that_steps_back_and_forth_loses_nothing_and_holds_nothing_up(
    running: Running, seed: int
) -> None:
    chance = random.Random(seed)
    running.places.misbehave(chance, share=0.2)
    steps = [
        3 * MINUTE,
        -2 * HOUR,
        26 * HOUR,
        -24 * HOUR,
        timedelta(days=400),
        timedelta(days=-400),
        MINUTE,
        -MINUTE,
    ]
    for step in steps * 2:
        running.places.appears(chance)
        await running.check()
        await running.check(step + timedelta(seconds=1))
    running.places.misbehave(chance, share=0)
    await running.settle()
    running.audit()


@pytest.mark.parametrize(
    ("evening", "quiet_ends", "brief_comes"),
    [
        # The night has an hour more: 07:00 and 08:30 are Eastern standard time.
        ("2026-10-31T23:00:00Z", "2026-11-01T12:00:00Z", "2026-11-02T13:30:00Z"),
        # The night has an hour less, and they are daylight time.
        ("2027-03-13T23:00:00Z", "2027-03-14T11:00:00Z", "2027-03-15T12:30:00Z"),
    ],
    ids=["autumn", "spring"],
)
async def test_in_a_night_in_which_clocks_change_quiet_hours_end_and_the_brief_comes_by_the_clock_on_the_wall(
    running: Running, evening: str, quiet_ends: str, brief_comes: str
) -> None:
    places = running.places
    quiet, briefed = slack_channel(places), "telegram:500000003"
    briefed = next(each for each in places.channels if each.startswith("telegram:5"))
    await running.check(datetime.fromisoformat(evening) - places.now)
    await running.change(quiet, quiet=Quiet(start=time(22), end=time(7)), burst=Burst(alerts=1000))
    daily = Timing(mode=Mode.DAILY, at=time(8, 30))
    before = await running.channel(briefed)
    wanted = tuple(replace(each, timing=daily, configured=False) for each in before.subscriptions)
    await running.change(briefed, subscriptions=wanted)
    while places.now < datetime.fromisoformat(brief_comes) + HOUR:
        if places.now.minute == 30 and places.now <= datetime.fromisoformat(quiet_ends) - HOUR:
            places.appears_newly(QUIET)
        if places.now == datetime.fromisoformat(evening) + 7 * HOUR:
            places.appears_newly(LOUD)
        await running.check(timedelta(minutes=15))
    heads = [
        each
        for each in places.slack.workspace.messages(quiet.partition(":")[2])
        if each.thread_ts is None and each.at >= datetime.fromisoformat(evening) + 4 * HOUR
    ]
    loud, *held = [each.at for each in heads]
    assert loud == datetime.fromisoformat(evening) + 7 * HOUR + timedelta(minutes=15), (
        "what is urgent wakes people"
    )
    assert held
    assert set(held) == {datetime.fromisoformat(quiet_ends)}
    (brief,) = places.telegram.chats.messages(int(briefed.partition(":")[2]))
    assert brief.at == datetime.fromisoformat(brief_comes).astimezone(UTC)
    assert brief.text.count("Kumquat schedule") + brief.text.count("Dragonfruit schedule") == len(
        places.matching
    )


async def test_what_is_said_twice_is_told_once(running: Running) -> None:
    places = running.places
    for _ in range(3):
        places.appears_newly(LOUD)
        places.appears_newly(QUIET, is_filed=True)
    for _ in range(3):
        places.say_everything_again()
        await running.check(MINUTE)
    await running.settle()
    running.audit()
    on_telegram = places.telegram.chats.messages(places.group)
    assert len(on_telegram) == len(places.loud)
    assert all(not each.edits for each in on_telegram)


async def test_a_token_that_is_revoked_and_valid_again_loses_nothing_and_is_not_tried_at_every_turn(
    running: Running,
) -> None:
    places = running.places
    refused = places.count_calls(places.slack, faults.ok_false("token_revoked"))
    for _ in range(30):
        places.appears_newly(LOUD)
        await running.check(MINUTE)
    with running.ledger.reading() as connection:
        (rest,) = resting(connection, places.now)
    assert (rest.scope, rest.why) == ("slack", "Slack answered token_revoked")
    assert running.titles_on(slack_channel(places)) == []
    assert 3 < len(refused) < 25, "two channels, half an hour: not each of them every minute"
    assert len(places.telegram.chats.messages(places.group)) == 30, "others are told meanwhile"
    places.misbehave(random.Random(0), share=0)
    await running.settle()
    assert len(running.titles_on(slack_channel(places))) == 30
    running.audit()


async def test_a_channel_that_was_archived_and_is_resumed_gets_what_was_laid_out_for_it_and_what_comes_next(
    running: Running,
) -> None:
    places = running.places
    address = slack_channel(places)
    places.slack.workspace.archive(address.partition(":")[2])
    places.appears_newly(LOUD)
    places.appears_newly(LOUD)
    await running.check(MINUTE)
    assert (await running.channel(address)).paused == "Slack answered is_archived"
    unheard = places.appears_newly(LOUD)
    await running.check(MINUTE)
    assert running.titles_on(address) == []

    places.slack.workspace.archive(address.partition(":")[2], archived=False)
    await running.check(MINUTE)
    assert running.titles_on(address) == [], "that it would be possible again is for people to say"
    await running.change(address, paused=None)
    driven = await running.drive(address)
    places.appears_newly(LOUD)
    await running.settle()
    numbers = [
        int(title.partition("schedule ")[2].split()[0].strip(",.·")) for title in running.titles_on(address)
    ]
    assert (set(numbers[:2]), numbers[2:]) == ({1, 2}, [4])
    assert len(driven) == 2
    places.not_for(unheard)
    running.audit(driven=driven)
