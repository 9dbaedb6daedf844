"""Addresses, what a channel asked for, and when it may be told."""

from datetime import time, timedelta

import pytest

from bot.core.channel import (
    ALL_TOPICS,
    Burst,
    Channel,
    Subscription,
    chat_of,
    checked_address,
    platform_of,
    soonest,
)
from bot.core.match import Severity
from bot.core.timing import INSTANT, Quiet, timing_of
from tests.fakes.items import NOON, match

FORUM = "telegram:-1001234/45"


@pytest.mark.parametrize(
    ("address", "platform", "chat"),
    [
        ("console", "console", "console"),
        ("slack:C0123ABC", "slack", "slack:C0123ABC"),
        ("telegram:123", "telegram", "telegram:123"),
        ("telegram:-100123", "telegram", "telegram:-100123"),
        (FORUM, "telegram", "telegram:-1001234"),
        ("webhook:desk-1", "webhook", "webhook:desk-1"),
    ],
)
def test_an_address_names_its_platform_and_its_chat(address: str, platform: str, chat: str) -> None:
    assert checked_address(address) == address
    assert (platform_of(address), chat_of(address)) == (platform, chat)
    assert Channel(address=address).platform == platform


@pytest.mark.parametrize(
    "address",
    [
        "",
        "slack",
        "slack:c0123",
        "telegram:",
        "telegram:a",
        "telegram:1/",
        "telegram:1/-2",
        "telegram:١٢٣",
        "webhook:UPPER",
        "webhook:",
        "console:1",
        "console ",
        "pager:1",
        "telegram:1\n",
    ],
)
def test_what_is_no_address_is_refused_with_how_they_look(address: str) -> None:
    with pytest.raises(ValueError, match="should be console, slack:CHANNEL-ID"):
        checked_address(address)


def test_a_subscription_takes_the_place_of_one_to_the_same_thing() -> None:
    quiet, loud = Subscription(what="a"), Subscription(what="a", min_severity=Severity.URGENT)
    channel = Channel(address="console").with_subscription(quiet).with_subscription(Subscription(what="b"))
    assert [each.what for each in channel.with_subscription(loud).subscriptions] == ["b", "a"]
    assert channel.with_subscription(loud).without_subscription("b").subscriptions == (loud,)
    assert channel.without_subscription("c") == channel


def test_a_match_is_covered_by_each_subscription_that_asks_for_it() -> None:
    every, own = Subscription(what=ALL_TOPICS), Subscription(what="query:tin")
    channel = Channel(address="console", subscriptions=(every, own))
    minerals, tin = match("minerals"), match("query:tin")
    assert channel.covering([minerals, tin]) == ((every, minerals), (own, tin))


def test_the_soonest_timing_is_the_one_that_tells_first() -> None:
    timings = [timing_of(words) for words in ("weekly", "daily 09:00", "daily 08:00", "hourly")]
    assert soonest(timings).words == "hourly"
    assert soonest(timings[:3]).words == "daily 08:00"
    assert soonest([*timings, INSTANT]) == soonest([]) == INSTANT


def test_urgent_alerts_are_held_back_by_nothing_and_others_until_the_night_is_over() -> None:
    seven = NOON.replace(hour=11)  # in Washington, in summer time
    night = Channel(address="console", quiet=Quiet(start=time(22), end=time(7)))
    now = seven - timedelta(hours=1)
    assert night.held_until(Severity.NOTICE, now) == seven
    assert night.held_until(Severity.URGENT, now) == now
    assert night.held_until(Severity.NOTICE, seven) == seven
    assert Channel(address="console").held_until(Severity.INFO, now) == now


def test_people_call_a_channel_by_its_title() -> None:
    assert Channel(address=FORUM).name == FORUM
    assert Channel(address=FORUM, title="Desk").name == "Desk"
    assert Burst(minutes=3).span == timedelta(minutes=3)
