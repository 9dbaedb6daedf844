"""One act that several sources carry: whichever of its names a copy is known by, it is told once, and never by no one."""

from datetime import timedelta
from typing import Any

import pytest

from bot.core.decide import Reason
from bot.core.story import Move
from tests.fakes.items import MINERALS, NOON, TODAY, Ledger, legal_date, published
from watchers.item import DateKind, Item, Stage

NUMBER = "mofcom:announcement:2023:23"
ADDRESS = "url:policy.example/23"


def notice(source: str, **changes: Any) -> Item:
    facts: dict[str, Any] = {
        "source": source,
        "ref": NUMBER,
        "stage": Stage.ANNOUNCED,
        "url": "https://policy.example/23",
        "aliases": (ADDRESS,),
    }
    return published("notice", **facts | changes)


def reasons(ledger: Ledger) -> list[Reason]:
    return [alert.reason for alert in ledger.alerts]


@pytest.mark.parametrize("first", [0, 1])
def test_a_copy_that_is_known_by_its_address_alone_is_the_same_step(first: int) -> None:
    copies = [notice("policy"), notice("own-feed", ref=ADDRESS, aliases=())]
    ledger = Ledger()
    ledger.take(copies[first])
    ledger.take(copies[1 - first])
    assert reasons(ledger) == [Reason.FIRST]
    assert len(ledger.stories) == 1


def test_a_copy_of_a_copy_is_the_same_step_too() -> None:
    ledger = Ledger()
    ledger.take(notice("policy", aliases=()))
    ledger.take(notice("bureau"))
    ledger.take(notice("own-feed", ref=ADDRESS, aliases=()))
    assert reasons(ledger) == [Reason.FIRST]


def test_an_item_whose_number_is_read_later_comes_to_the_story_as_a_copy() -> None:
    ledger = Ledger(channels=(MINERALS,))
    ledger.take(notice("policy"))
    apart = notice(
        "bureau", ref="url:bureau.example/23", aliases=(), title="Notice", url="https://bureau.example/23"
    )
    ledger.take(apart)
    told = len(ledger.alerts)
    writes = ledger.take(notice("bureau", url=apart.url, aliases=(apart.ref,), body="It controls gallium."))
    assert {each.reason for each in writes.decisions} == {Reason.ALSO_AT}
    assert len(ledger.alerts) == told


def test_a_moved_date_is_told_though_the_item_has_another_number_now() -> None:
    ledger = Ledger()
    ledger.take(notice("policy", ref=ADDRESS, aliases=()))
    dates = (legal_date(DateKind.EFFECTIVE, TODAY + timedelta(days=9)),)
    writes = ledger.take(notice("policy", dates=dates))
    assert [each.reason for each in writes.alerts] == [Reason.DATES_CHANGED]


@pytest.mark.parametrize("changed", [{}, {"key": "another"}])
def test_what_is_announced_is_not_unconfirmed_again(changed: dict[str, str]) -> None:
    ledger = Ledger()
    ledger.take(notice("policy"))
    writes = ledger.take(notice("policy", stage=Stage.UNCONFIRMED, **changed))
    assert writes.alerts == []
    assert [story.stage for story in ledger.stories.values()] == [Stage.ANNOUNCED]
    assert writes.steps == []


def test_what_a_new_source_learns_takes_no_alert_from_one_that_has_long_learned() -> None:
    ledger = Ledger()
    ledger.take(notice("own-feed"), learning=True, complete_at=None)
    assert reasons(ledger) == []
    writes = ledger.take(notice("policy"))
    assert [each.reason for each in writes.alerts] == [Reason.FIRST]
    ledger.take(notice("bureau"))
    assert reasons(ledger) == [Reason.FIRST]


@pytest.mark.parametrize(
    "changes",
    [
        {"official_on": TODAY - timedelta(days=2)},
        {"official_on": None},
        {"official_at": NOON - timedelta(hours=2)},
    ],
)
def test_what_was_there_at_the_last_read_or_has_no_date_is_not_told_late(changes: dict[str, Any]) -> None:
    ledger = Ledger()
    ledger.take(notice("own-feed"), learning=True, complete_at=None)
    assert ledger.take(notice("policy", **changes)).alerts == []


def test_once_told_a_story_is_no_longer_one_that_was_only_learned() -> None:
    ledger = Ledger()
    ledger.take(notice("own-feed"), learning=True, complete_at=None)
    assert [story.learnt for story in ledger.stories.values()] == [True]
    ledger.take(notice("policy", stage=Stage.PUBLISHED))
    assert [story.learnt for story in ledger.stories.values()] == [False]
    assert [step.move for step, _ in ledger.steps] == [Move.BEGINS, Move.STAGE]


def test_an_address_that_is_used_again_for_the_next_notice_is_another_act() -> None:
    ledger = Ledger(channels=(MINERALS,))
    ledger.take(notice("policy"), learning=True, complete_at=None)
    writes = ledger.take(
        notice("policy", ref="mofcom:announcement:2023:24", title="Gallium: all exports are banned")
    )
    assert [(each.reason, each.document) for each in writes.alerts] == [
        (Reason.FIRST, "mofcom:announcement:2023:24")
    ]
