"""Items in full, over real HTTP: read once when new, told by their own text, read again for edits, retried where that failed."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.store.chain import ITEM, PAGE, walk
from bot.store.evidence import ItemEntry
from bot.store.rows import unpack
from tests.fakes.documents import docx
from tests.fakes.gazette import article
from tests.fakes.gazette_desk import NEW, OLD, Desk, open_desk
from tests.fakes.http_site import reply


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """A desk that has learned one old notice."""
    async with open_desk(tmp_path) as opened:
        opened.show(OLD)
        assert (await opened.poll()).ok
        yield opened


async def test_a_notice_is_told_by_what_its_own_page_says_and_its_page_is_read_once(desk: Desk) -> None:
    desk.show(OLD, NEW)
    desk.site.on("/2", article("It controls gallium.", number="gazette:2026-2"))
    for _ in range(3):
        assert (await desk.poll(timedelta(minutes=5))).ok
    assert desk.told() == [("first", "gazette:2026-2")]
    (alert,) = desk.bench.alerts()
    assert (alert["summary"], alert["evidence"][0]["field"]) == ("It controls gallium.", "body")
    assert desk.site.targets.count("/2") == 1
    assert "/1" not in desk.site.targets, "what is too old to alert is not read in full"


async def test_an_annex_is_searched_too(desk: Desk) -> None:
    desk.show(OLD, NEW)
    desk.site.on("/2", article("See the annex.", files=["list.docx"]))
    desk.site.on("/2/list.docx", reply(docx(["1. Acme Corp."])))
    assert (await desk.poll(timedelta(minutes=5))).ok
    (alert,) = desk.bench.alerts()
    assert [(each["field"], each["words"]) for each in alert["evidence"]] == [("annex", "Acme")]


async def test_an_annex_that_cannot_be_read_is_named_and_the_notice_told_without_it(desk: Desk) -> None:
    desk.show(OLD, NEW)
    desk.site.on("/2", article("It controls gallium.", files=["list.docx"]))
    desk.site.on(
        "/2/list.docx", reply(b"PK\x03\x04 not a document", headers={"Content-Type": "application/zip"})
    )
    poll = await desk.poll(timedelta(minutes=5))
    assert [problem.record for problem in poll.problems] == ["2"]
    assert "list.docx" in poll.problems[0].reason
    assert desk.told() == [("first", "gazette:2")]


async def test_a_page_that_cannot_be_read_holds_no_alert_back_and_is_tried_again(desk: Desk) -> None:
    desk.show(OLD, NEW | {"title": "Gallium"})
    desk.site.on("/2", reply(status=503))
    poll = await desk.poll(timedelta(minutes=5))
    assert (poll.new, len(poll.problems), poll.error) == (1, 1, None)
    assert desk.told() == [("first", "gazette:2")]
    asked = desk.site.targets.count("/2")
    await desk.poll(timedelta(minutes=1))
    assert desk.site.targets.count("/2") == asked, "not before its time"
    desk.site.on("/2", article("It controls gallium from December."))
    await desk.poll(timedelta(minutes=2))
    (first, second) = desk.bench.alerts()
    assert (second["reason"], second["story"]) == ("text changed", first["story"])
    assert second["changes"][0]["added"] == "It controls gallium from December."


async def test_a_text_that_is_read_late_and_matches_is_told_late(desk: Desk) -> None:
    desk.show(OLD, NEW)
    desk.site.on("/2", reply(status=503), article("It controls gallium."))
    await desk.poll(timedelta(minutes=5))
    assert desk.told() == []
    await desk.poll(timedelta(minutes=3))
    assert desk.told() == [("first", "gazette:2")]


async def test_a_silent_edit_is_found_though_the_listing_says_nothing_and_told_once(desk: Desk) -> None:
    desk.show(OLD, NEW)
    desk.site.on("/2", article("Eight items of gallium."), article("Nine items of gallium."))
    await desk.poll(timedelta(minutes=5))
    for hours in (1, 6, 24):
        await desk.poll(timedelta(hours=hours))
    assert [reason for reason, _ in desk.told()] == ["first", "text changed"]
    change = desk.bench.alerts()[1]["changes"][0]
    assert ("Eight" in change["removed"], "Nine" in change["added"]) == (True, True)


async def test_a_notice_that_left_the_listing_is_still_read_again(desk: Desk) -> None:
    desk.show(OLD, NEW)
    desk.site.on("/2", article("Eight items of gallium."), article("Nine items of gallium."))
    await desk.poll(timedelta(minutes=5))
    desk.show(OLD)
    await desk.poll(timedelta(hours=2))
    assert [reason for reason, _ in desk.told()] == ["first", "text changed"]


async def test_a_changed_listing_has_its_page_read_again_at_once(desk: Desk) -> None:
    desk.show(OLD, NEW)
    desk.site.on("/2", article("Eight items of gallium."), article("Nine items of gallium."))
    await desk.poll(timedelta(minutes=5))
    desk.show(OLD, NEW | {"title": "A corrected notice"})
    await desk.poll(timedelta(minutes=5))
    assert [alert["title"] for alert in desk.bench.alerts()] == ["A notice", "A corrected notice"]


async def test_the_text_of_a_first_read_alerts_nobody_even_where_it_is_read_later(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        desk.show(NEW)
        desk.site.on("/2", reply(status=503), article("It controls gallium."))
        assert (await desk.poll()).learned
        await desk.poll(timedelta(minutes=5))
        assert desk.site.targets.count("/2") == 2
        assert desk.bench.alerts() == []
        assert set(await desk.reasons("2")) == {"baseline"}


async def test_two_new_notices_are_told_oldest_first_and_one_that_fails_does_not_hold_up_the_other(
    desk: Desk,
) -> None:
    desk.show({"id": "3", "title": "Gallium again", "on": "2026-11-17"}, NEW, OLD)
    desk.site.on("/2", reply(b"{}", headers={"Content-Type": "application/json"}))
    desk.site.on("/3", article("Gallium."))
    poll = await desk.poll(timedelta(minutes=5))
    assert [problem.reason for problem in poll.problems] == ["its page: no body"]
    assert [ref for _, ref in desk.told()] == ["gazette:3"]


async def test_what_a_source_remembers_is_there_at_the_next_poll(desk: Desk) -> None:
    desk.show(OLD, NEW)
    desk.site.on("/2", article("Nothing of note here."))
    poll = await desk.poll(timedelta(minutes=5))
    assert poll.state.memory == '{"polls": "2"}'


async def test_a_page_that_is_the_same_to_the_byte_is_not_read_again(desk: Desk) -> None:
    poll = await desk.poll(timedelta(minutes=5))
    assert (poll.ok, poll.read) == (True, 0)
    assert poll.state.memory == '{"polls": "1"}'


async def test_an_annex_that_fails_once_is_not_told_as_taken_back(desk: Desk) -> None:
    desk.show(OLD, NEW)
    desk.site.on("/2", article("See the annex.", files=["list.docx"]))
    held = reply(docx(["1. Acme Corp."]))
    desk.site.on("/2/list.docx", held, reply(status=503), held)
    await desk.poll(timedelta(minutes=5))
    poll = await desk.poll(timedelta(hours=1))
    assert ["list.docx" in problem.reason for problem in poll.problems] == [True]
    await desk.poll(timedelta(hours=5))
    assert desk.site.targets.count("/2/list.docx") == 3
    assert [reason for reason, _ in desk.told()] == ["first"]


async def test_what_the_listing_says_next_is_taken_while_the_page_of_an_item_cannot_be_read(
    desk: Desk,
) -> None:
    desk.show(OLD, NEW)
    desk.site.on("/2", reply(status=503))
    await desk.poll(timedelta(minutes=5))
    assert desk.told() == []
    desk.show(OLD, NEW | {"title": "Notice of gallium controls"})
    await desk.poll(timedelta(minutes=1))
    assert desk.told() == [("first", "gazette:2")]


async def test_a_change_of_the_listing_is_told_though_the_page_behind_it_fails_once(desk: Desk) -> None:
    desk.show(OLD, NEW | {"title": "A rule on gallium"})
    desk.site.on("/2", article("It controls gallium."))
    await desk.poll(timedelta(minutes=5))
    desk.show(OLD, NEW | {"title": "Withdrawn: a rule on gallium and germanium"})
    desk.site.on("/2", reply(status=503), article("It controls gallium."))
    for _ in range(4):
        await desk.poll(timedelta(minutes=20))
    assert [alert["title"] for alert in desk.bench.alerts()][1:] == [
        "Withdrawn: a rule on gallium and germanium"
    ]


async def test_what_a_clock_that_was_ahead_put_off_is_read_when_it_is_right_again(desk: Desk) -> None:
    desk.bench.clock.at += timedelta(days=400)
    desk.show(OLD, NEW | {"on": "2027-12-21"})
    desk.site.on("/2", reply(status=503), article("It controls gallium."))
    await desk.poll()
    desk.bench.clock.at -= timedelta(days=399)
    await desk.poll(timedelta(minutes=5))
    assert desk.told() == [("first", "gazette:2")]


@pytest.mark.parametrize("another", [False, True])
async def test_what_flapped_is_told_once_it_has_settled_whatever_else_is_listed(
    desk: Desk, another: bool
) -> None:
    for tons in range(6):
        desk.site.on("/2", article(f"Gallium quota of {tons} tons."))
        desk.show(OLD, NEW | {"title": f"Notice number {tons}"})
        await desk.poll(timedelta(minutes=20))
    if another:
        desk.show(OLD, NEW | {"title": "Notice number 5"}, {"id": "3", "title": "Else", "on": "2026-11-16"})
        desk.site.on("/3", article("Nothing of note here."))
        await desk.poll(timedelta(minutes=5))
    held = len(desk.told())
    for _ in range(12):
        await desk.poll(timedelta(hours=1))
    assert [alert["title"] for alert in desk.bench.alerts()[held:]] == ["Notice number 5"]


async def test_each_item_is_sealed_with_its_listing_and_its_own_page(desk: Desk) -> None:
    desk.show(OLD, NEW, NEW | {"id": "3"})
    for number in ("2", "3"):
        desk.site.on(f"/{number}", article("It controls gallium.", number=f"gazette:2026-{number}"))
    assert (await desk.poll(timedelta(minutes=5))).ok
    with desk.bench.app.store.database.reading() as connection:
        entries = [sealed for sealed, whole in walk(connection) if whole]
    pages = {each.id: each.subject.rpartition("/")[2] for each in entries if each.kind == PAGE}
    found = {
        each.subject: {pages[number] for number in unpack(each.body, ItemEntry).pages}
        for each in entries
        if each.kind == ITEM
    }
    for number in ("2", "3"):
        assert {"list", number} <= found[f"gazette/{number}"]
