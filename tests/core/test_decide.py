"""Every item and channel gets exactly one reason, and it is the right one."""

import pytest

from bot.core.decide import Circumstances, Reason, decide, decide_item
from bot.core.match import Match, Severity
from bot.core.routing import Subscription
from bot.core.story import Move
from tests.fakes.items import match
from watchers.item import Stage

HIT = (match(),)
NONE: tuple[Match, ...] = ()

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
    subscription = Subscription(channel="c", min_severity=Severity.NOTICE)
    found = decide(subscription, move=move, stage=stage, matches=matches, severity=severity, told=told)
    assert found is reason


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
    assert {row[-1] for row in TABLE} | item_wide == set(Reason)


@pytest.mark.parametrize("move", [Move.EDIT, Move.TEXT, Move.ALSO, Move.FLAPS])
def test_a_topic_that_hits_a_story_for_the_first_time_is_told_whatever_the_change_was(move: Move) -> None:
    def reason(severity: Severity, stage: Stage = Stage.ANNOUNCED) -> Reason:
        subscription = Subscription(channel="c", min_severity=Severity.NOTICE)
        return decide(
            subscription, move=move, stage=stage, matches=HIT, severity=severity, told=False, newly=True
        )

    assert reason(Severity.NOTICE) is Reason.FIRST
    assert reason(Severity.INFO) is Reason.BELOW_SEVERITY
    assert reason(Severity.URGENT, Stage.WITHDRAWN) is Reason.NEVER_TOLD


def test_exactly_six_reasons_send_an_alert() -> None:
    assert {reason for reason in Reason if reason.is_told} == {
        Reason.REVISED,
        Reason.FIRST,
        Reason.NEW_STAGE,
        Reason.CORRECTED,
        Reason.WITHDRAWN,
        Reason.DATES_CHANGED,
    }


def test_a_subscription_wants_its_topics_or_all_of_them() -> None:
    matches = (match("minerals"), match("lists"))
    assert Subscription(channel="c", topics=("lists",)).wanted(matches) == matches[1:]
    assert Subscription(channel="c").wanted(matches) == matches
    assert Subscription(channel="c", topics=()).wanted(matches) == ()
