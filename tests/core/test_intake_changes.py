"""Copies of an act at other places, texts that change, and what changes too often: one story, told once for each change."""

from datetime import date, timedelta
from typing import Any

import pytest

from bot.core.change import has_settled
from bot.core.decide import Reason
from tests.fakes.items import LISTS, MINERALS, NOON, Ledger, filed, legal_date, published, reasons, withdrawn
from watchers.item import DateKind, Item, LegalDate, Stage

MINE, THEIRS = MINERALS.address, LISTS.address


def moved(day: int) -> tuple[LegalDate, ...]:
    return (legal_date(DateKind.PUBLICATION, date(2023, 10, day)),)


# -- copies, and what changes too often


def notice(portal: str, **changes: Any) -> Item:
    """Return MOFCOM's notice on gallium as a portal of its shows it."""
    facts: dict[str, Any] = {
        "source": portal,
        "ref": "mofcom:announcement:2023:23",
        "stage": Stage.ANNOUNCED,
        "url": f"https://{portal}.example/23",
        "aliases": (f"url:{portal}.example/23",),
    }
    return published("notice", **facts | changes)


def test_a_copy_at_another_portal_is_folded_in_and_shown_from_then_on() -> None:
    ledger = Ledger()
    ledger.take(notice("policy"))
    assert reasons(ledger.take(notice("bureau")))[MINE] is Reason.ALSO_AT
    (alert,) = ledger.take(notice("policy", dates=moved(20))).alerts
    assert (alert.reason, alert.also_at) == (Reason.DATES_CHANGED, ("https://bureau.example/23",))
    assert len(ledger.stories) == 1


@pytest.mark.parametrize("first", ["known by its number", "known by its address"])
def test_a_copy_is_one_act_whichever_portal_is_read_first_and_whether_or_not_its_number_was_known(
    first: str,
) -> None:
    by_address = notice("policy", ref="url:policy.example/23", aliases=())
    ledger = Ledger()
    ledger.take(notice("policy") if first == "known by its number" else by_address)
    ledger.take(notice("policy", title="Export Controls on Gallium and Germanium"))
    ledger.take(notice("bureau"))
    assert [reason for reason, _ in ledger.told()] == [Reason.FIRST, Reason.REVISED]
    assert len(ledger.stories) == 1


def test_a_copy_whose_text_brings_a_topic_in_is_told_to_who_wants_that_topic() -> None:
    ledger = Ledger()
    ledger.take(notice("policy"))
    writes = ledger.take(notice("bureau", body="It goes with the Entity List."))
    assert reasons(writes) == {MINE: Reason.ALSO_AT, THEIRS: Reason.FIRST}


def test_an_edit_of_a_copy_is_told_once_and_not_for_each_portal() -> None:
    ledger = Ledger()
    ledger.take(notice("policy", body="Eight items of gallium."))
    ledger.take(notice("bureau", body="Eight items of gallium."))
    assert reasons(ledger.take(notice("policy", body="Nine items of gallium.")))[MINE] is Reason.REVISED
    assert reasons(ledger.take(notice("bureau", body="Nine items of gallium.")))[MINE] is Reason.EDITED


def test_what_changes_too_often_is_held_back_and_told_once_when_it_has_settled() -> None:
    ledger = Ledger()
    hours = 0

    def show(day: int, *, after: int = 1) -> Reason | None:
        nonlocal hours
        hours += after
        at = NOON + timedelta(hours=hours)
        writes = ledger.take(published(dates=moved(day)), seen_at=at)
        return reasons(writes).get(MINE)

    assert show(19) is Reason.FIRST
    assert [show(day) for day in (20, 21, 22)] == [Reason.DATES_CHANGED] * 3
    assert [show(day) for day in (23, 24, 25)] == [Reason.FLAPPING] * 3
    assert show(25, after=5) is None, "not settled yet"
    assert show(25, after=1) is Reason.DATES_CHANGED
    assert show(25, after=1) is None
    told = [each.dates for each in ledger.alerts if each.channel == MINE]
    assert told[-1] == moved(25)
    assert max(each.revision for each in ledger.revisions) == 5, (
        "of what was held back only the latest is kept"
    )


def test_an_item_that_flaps_and_stands_on_a_page_twice_is_one_revision() -> None:
    ledger = Ledger()
    for hour, day in enumerate((19, 20, 21, 22, 23)):
        ledger.take(published(dates=moved(day)), seen_at=NOON + timedelta(hours=hour))
    twice = ledger.take(
        published(dates=moved(24)), published(dates=moved(25)), seen_at=NOON + timedelta(hours=5)
    )
    (kept,) = twice.revisions
    assert (kept.item.dates, kept.again) == (moved(25), True)
    assert len(twice.decisions) == len({(each.key, each.revision, each.channel) for each in twice.decisions})


def test_what_flaps_back_to_what_readers_know_is_not_told_again() -> None:
    ledger = Ledger()
    for hour, day in enumerate((19, 20, 19, 20, 19, 20)):
        ledger.take(published(dates=moved(day)), seen_at=NOON + timedelta(hours=hour))
    ledger.take(published(dates=moved(20)), seen_at=NOON + timedelta(hours=12))
    assert [reason for reason, _ in ledger.told()] == [Reason.FIRST, *[Reason.DATES_CHANGED] * 3]


def test_a_new_stage_is_told_however_often_the_item_changed() -> None:
    ledger = Ledger()
    for hour in range(6):
        ledger.take(filed(dates=moved(10 + hour)), seen_at=NOON + timedelta(hours=hour))
    assert reasons(ledger.take(withdrawn(), seen_at=NOON + timedelta(hours=7)))[MINE] is Reason.WITHDRAWN


def test_what_was_told_of_an_item_that_flaps_stays_on_record() -> None:
    ledger = Ledger()
    for hour, day in enumerate((19, 20, 21, 22, 23)):
        ledger.take(published(dates=moved(day)), seen_at=NOON + timedelta(hours=hour))
    telling = published(dates=moved(24), title="Gallium: Entity List")
    assert reasons(ledger.take(telling, seen_at=NOON + timedelta(hours=5))) == {
        MINE: Reason.FLAPPING,
        THEIRS: Reason.FIRST,
    }
    ledger.take(published(dates=moved(25)), seen_at=NOON + timedelta(hours=6))
    told = [(each.channel, each.reason) for _, each in ledger.decisions if each.reason.is_told]
    assert told == [(each.channel, each.reason) for each in ledger.alerts]
    assert ledger.seen[ledger.alerts[0].source, telling.key].held


def test_what_a_clock_that_was_ahead_wrote_does_not_hold_a_change_back_for_ever() -> None:
    ahead = NOON + timedelta(days=400)
    assert has_settled([ahead], NOON)
    assert not has_settled([NOON], NOON)
