"""Every item and channel gets exactly one reason, and it is the right one."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.core.channel import Channel, Subscription
from bot.core.decide import Case, Circumstances, Reason, Verdict, decide, decide_item
from bot.core.match import Match, Severity
from bot.core.story import Move, Story
from bot.core.timing import INSTANT, timing_of
from tests.fakes.items import NOON, match
from watchers.item import Stage

HIT = (match(),)
NONE: tuple[Match, ...] = ()
STORY = Story(
    id="7f3a", ref="fr:1", stage=Stage.FILED, revision=1, title="A story", url="https://a.example/1"
)
MINUTE = timedelta(minutes=1)


def asks(*subscriptions: Subscription, **changes: Any) -> Channel:
    return Channel(address="console", subscriptions=subscriptions, **changes)


NOTICE = asks(Subscription(min_severity=Severity.NOTICE))


def case(matches: tuple[Match, ...] = HIT, **changes: Any) -> Case:
    facts: dict[str, Any] = {"story": STORY, "move": Move.BEGINS, "stage": Stage.FILED, "newly": frozenset()}
    return Case(**facts | {"only_learnt": False, "now": NOON, "matches": matches} | changes)


def verdict(
    channel: Channel, matches: tuple[Match, ...] = HIT, *, told: bool = False, **changes: Any
) -> Verdict:
    return decide(channel, case(matches, **changes), told=told)


TABLE = [
    # matches, told, move, stage, severity -> reason
    (NONE, False, Move.BEGINS, Stage.FILED, Severity.INFO, Reason.NOT_SUBSCRIBED),
    (NONE, False, Move.EDIT, Stage.FILED, Severity.INFO, Reason.NOT_SUBSCRIBED),
    (HIT, False, Move.EDIT, Stage.FILED, Severity.URGENT, Reason.EDITED),
    (NONE, True, Move.EDIT, Stage.FILED, Severity.URGENT, Reason.EDITED),
    (HIT, False, Move.SUPERSEDED, Stage.FILED, Severity.URGENT, Reason.SUPERSEDED),
    (NONE, True, Move.SUPERSEDED, Stage.WITHDRAWN, Severity.URGENT, Reason.SUPERSEDED),
    (HIT, False, Move.BEGINS, Stage.WITHDRAWN, Severity.URGENT, Reason.NEVER_TOLD),
    (HIT, False, Move.STAGE, Stage.WITHDRAWN, Severity.INFO, Reason.NEVER_TOLD),
    (HIT, False, Move.BEGINS, Stage.FILED, Severity.INFO, Reason.BELOW_SEVERITY),
    (HIT, False, Move.DATES, Stage.FILED, Severity.INFO, Reason.BELOW_SEVERITY),
    (HIT, False, Move.BEGINS, Stage.FILED, Severity.NOTICE, Reason.FIRST),
    (HIT, False, Move.STAGE, Stage.PUBLISHED, Severity.URGENT, Reason.FIRST),
    (HIT, False, Move.STAGE, Stage.CORRECTED, Severity.URGENT, Reason.FIRST),
    (HIT, False, Move.DATES, Stage.FILED, Severity.URGENT, Reason.FIRST),
    (HIT, True, Move.STAGE, Stage.PUBLISHED, Severity.INFO, Reason.NEW_STAGE),
    (NONE, True, Move.STAGE, Stage.PUBLISHED, Severity.INFO, Reason.NEW_STAGE),
    (NONE, True, Move.STAGE, Stage.FILED, Severity.INFO, Reason.NEW_STAGE),
    (NONE, True, Move.STAGE, Stage.CORRECTED, Severity.INFO, Reason.CORRECTED),
    (NONE, True, Move.STAGE, Stage.WITHDRAWN, Severity.INFO, Reason.WITHDRAWN),
    (NONE, True, Move.DATES, Stage.CORRECTED, Severity.INFO, Reason.DATES_CHANGED),
    (HIT, True, Move.DATES, Stage.PUBLISHED, Severity.URGENT, Reason.DATES_CHANGED),
    (HIT, True, Move.TEXT, Stage.PUBLISHED, Severity.URGENT, Reason.REVISED),
    (HIT, False, Move.TEXT, Stage.PUBLISHED, Severity.URGENT, Reason.EDITED),
    (HIT, True, Move.FLAPS, Stage.PUBLISHED, Severity.URGENT, Reason.FLAPPING),
    (HIT, False, Move.FLAPS, Stage.PUBLISHED, Severity.URGENT, Reason.FLAPPING),
    (HIT, True, Move.ALSO, Stage.ANNOUNCED, Severity.URGENT, Reason.ALSO_AT),
    (HIT, False, Move.ALSO, Stage.ANNOUNCED, Severity.URGENT, Reason.ALSO_AT),
]


@pytest.mark.parametrize(("matches", "told", "move", "stage", "severity", "reason"), TABLE)
def test_a_channel_that_asks_for_notice_gets_this_reason(
    matches: tuple[Match, ...], told: bool, move: Move, stage: Stage, severity: Severity, reason: Reason
) -> None:
    loud = tuple(replace(each, severity=severity) for each in matches)
    assert decide(NOTICE, case(loud, move=move, stage=stage), told=told).reason is reason


@pytest.mark.parametrize(
    ("learning", "stale", "matches", "has_story", "reason"),
    [
        (True, True, HIT, True, Reason.BASELINE),
        (True, False, NONE, False, Reason.BASELINE),
        (False, True, HIT, True, Reason.STALE),
        (False, True, NONE, False, Reason.STALE),
        (False, False, NONE, False, Reason.NO_MATCH),
        (False, False, HIT, False, None),
        (False, False, NONE, True, None),
    ],
)
def test_an_item_is_settled_for_all_channels_by_this_reason(
    learning: bool, stale: bool, matches: tuple[Match, ...], has_story: bool, reason: Reason | None
) -> None:
    assert decide_item(Circumstances(learning=learning, stale=stale), matches, has_story=has_story) is reason


def test_no_reason_is_out_of_reach() -> None:
    item_wide = {Reason.BASELINE, Reason.STALE, Reason.NO_MATCH}
    kept_back = {Reason.BELOW_STAGE, Reason.PAUSED, Reason.MUTED, Reason.STORY_MUTED}  # see below
    assert {row[-1] for row in TABLE} | item_wide | kept_back == set(Reason)


@pytest.mark.parametrize("move", [Move.EDIT, Move.TEXT, Move.ALSO, Move.FLAPS])
def test_a_topic_that_hits_a_story_for_the_first_time_is_told_whatever_the_change_was(move: Move) -> None:
    def reason(severity: Severity, stage: Stage = Stage.ANNOUNCED) -> Reason:
        hits = (match(severity=severity),)
        return verdict(NOTICE, hits, move=move, stage=stage, newly=frozenset({"minerals"})).reason

    assert reason(Severity.NOTICE) is Reason.FIRST
    assert reason(Severity.INFO) is Reason.BELOW_SEVERITY
    assert reason(Severity.URGENT, Stage.WITHDRAWN) is Reason.NEVER_TOLD
    elsewhere = verdict(NOTICE, move=move, newly=frozenset({"another topic"}))
    assert not elsewhere.reason.is_told
    assert verdict(NOTICE, move=move, only_learnt=True).reason is Reason.FIRST


def test_exactly_six_reasons_send_an_alert() -> None:
    assert {reason for reason in Reason if reason.is_told} == {
        Reason.REVISED,
        Reason.FIRST,
        Reason.NEW_STAGE,
        Reason.CORRECTED,
        Reason.WITHDRAWN,
        Reason.DATES_CHANGED,
    }


# -- what a channel asked for


def test_a_subscription_covers_its_topic_or_all_but_other_peoples_words() -> None:
    assert Subscription(what="lists").covers("lists")
    assert not Subscription(what="lists").covers("minerals")
    assert Subscription().covers("lists")
    assert not Subscription().covers("query:gallium")
    assert Subscription(what="query:gallium").covers("query:gallium")


def test_each_match_is_weighed_by_the_subscriptions_that_cover_it() -> None:
    channel = asks(
        Subscription(what="minerals", min_severity=Severity.URGENT, timing=timing_of("daily")),
        Subscription(what="lists", min_stage=Stage.PUBLISHED),
    )
    minerals, lists = match(severity=Severity.NOTICE), match("lists", severity=Severity.INFO)
    assert verdict(channel, (minerals,)).reason is Reason.BELOW_SEVERITY
    assert verdict(channel, (lists,)).reason is Reason.BELOW_STAGE
    found = verdict(channel, (minerals, lists), stage=Stage.PUBLISHED)
    assert (found.matches, found.severity, found.timing) == ((lists,), Severity.INFO, INSTANT)
    found = verdict(channel, (match(), lists))
    assert (found.matches, found.severity) == ((match(),), Severity.URGENT)
    assert found.timing == timing_of("daily")


def test_the_soonest_timing_of_what_covers_a_story_counts() -> None:
    daily, weekly = timing_of("daily 09:00"), timing_of("weekly fri 09:00")
    channel = asks(Subscription(what="minerals", timing=weekly), Subscription(timing=daily))
    assert verdict(channel).timing == daily
    assert verdict(channel, (), told=True, move=Move.STAGE).timing == INSTANT
    story = replace(STORY, topics=("minerals",))
    assert verdict(channel, (), told=True, move=Move.STAGE, story=story).timing == daily


@pytest.mark.parametrize(
    ("least", "stage", "taken"),
    [
        (Stage.UNCONFIRMED, Stage.UNCONFIRMED, True),
        (Stage.ANNOUNCED, Stage.UNCONFIRMED, False),
        (Stage.PROPOSED, Stage.FILED, True),
        (Stage.FILED, Stage.PROPOSED, True),
        (Stage.PUBLISHED, Stage.FILED, False),
        (Stage.PUBLISHED, Stage.CORRECTED, True),
        (Stage.PUBLISHED, Stage.WITHDRAWN, True),
    ],
)
def test_a_subscription_takes_acts_that_are_as_sure_as_it_asks(
    least: Stage, stage: Stage, taken: bool
) -> None:
    assert Subscription(min_stage=least).takes_stage(stage) is taken


# -- what is kept back


def test_a_paused_channel_and_a_muted_story_are_told_nothing_not_even_the_urgent() -> None:
    for told, move in ((False, Move.BEGINS), (True, Move.STAGE)):
        paused = asks(Subscription(), paused="by @ann")
        assert verdict(paused, told=told, move=move).reason is Reason.PAUSED
        mute = asks(Subscription(), muted=(("7f3a", NOON + MINUTE), ("other", NOON + MINUTE)))
        assert verdict(mute, told=told, move=move).reason is Reason.STORY_MUTED
        over = asks(Subscription(), muted=(("7f3a", NOON),))
        assert verdict(over, told=told, move=move).reason.is_told


def test_a_muted_channel_hears_the_urgent_alone_and_all_again_when_it_is_over() -> None:
    muted = asks(Subscription(), muted_until=NOON + MINUTE)
    quiet = (match(severity=Severity.NOTICE),)
    assert verdict(muted).reason is Reason.FIRST
    assert verdict(muted, quiet).reason is Reason.MUTED
    assert verdict(muted, quiet, now=NOON + MINUTE).reason is Reason.FIRST


def test_why_nothing_is_told_anyway_is_said_before_what_keeps_it_back() -> None:
    paused = asks(Subscription(), paused="by @ann")
    assert verdict(paused, NONE).reason is Reason.NOT_SUBSCRIBED
    assert verdict(paused, told=True, move=Move.EDIT).reason is Reason.EDITED
