"""A source that cannot be read, brings nothing, or is back: told once to the ops channel, with what was missed."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.store.lookups import overview
from tests.fakes.gazette import article
from tests.fakes.gazette_desk import NEW, OLD, Desk, open_desk
from tests.fakes.http_site import reply

CHECK_PAGE = reply(
    b"<html><title>Just a moment...</title></html>", status=403, headers={"Content-Type": "text/html"}
)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """A desk that has learned one old notice."""
    async with open_desk(tmp_path) as opened:
        opened.show(OLD)
        assert (await opened.poll()).ok
        yield opened


def phases(desk: Desk) -> list[tuple[str, str]]:
    return [(notice["phase"], notice["kind"]) for notice in desk.bench.notices()]


async def test_a_source_that_is_refused_is_told_once_and_once_when_it_is_back_with_what_was_missed(
    desk: Desk,
) -> None:
    desk.site.on("/list", CHECK_PAGE)
    began = desk.bench.clock.at + timedelta(minutes=5)
    for _ in range(8):
        assert not (await desk.poll(timedelta(minutes=5))).ok
    assert phases(desk) == [("opened", "blocked")]
    (notice,) = desk.bench.notices()
    assert notice["since"] == began.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    assert (notice["source"], notice["title"], notice["last_good"]) == ("gazette", "Gazette", "An old notice")
    assert notice["next_try_at"] > notice["at"]
    assert "browser" in notice["advice"]

    desk.show(OLD, NEW)
    desk.site.on("/2", article("It controls gallium."))
    await desk.poll(timedelta(hours=5))
    back = desk.bench.notices()[-1]
    assert phases(desk)[1:] == [("closed", "blocked")]
    assert (back["backfilled"], back["alerts_late"], back["others_blind"]) == (1, 1, [])
    assert back["blind_for_seconds"] == (5 * 7 + 5 * 60) * 60
    assert desk.told() == [("first", "gazette:2")]
    await desk.poll(timedelta(minutes=5))
    assert len(phases(desk)) == 2


async def test_one_failure_that_passes_is_told_to_nobody(desk: Desk) -> None:
    desk.site.on("/list", reply(status=503))
    await desk.poll(timedelta(minutes=5))
    desk.show(OLD)
    assert (await desk.poll(timedelta(minutes=5))).ok
    assert desk.bench.notices() == []


async def test_a_source_that_stays_blind_is_told_of_once_a_day(desk: Desk) -> None:
    desk.site.on("/list", CHECK_PAGE)
    for _ in range(3 * 24):
        await desk.poll(timedelta(hours=1))
    assert phases(desk) == [("opened", "blocked"), ("still", "blocked"), ("still", "blocked")]


async def test_a_restart_in_the_middle_of_an_incident_tells_nothing_twice(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        desk.show(OLD)
        await desk.poll()
        desk.site.on("/list", CHECK_PAGE)
        for _ in range(4):
            await desk.poll(timedelta(hours=1))
        at = desk.bench.clock.at
        assert phases(desk) == [("opened", "blocked")]
    async with open_desk(tmp_path) as desk:
        desk.bench.clock.at = at
        desk.site.on("/list", CHECK_PAGE)
        await desk.poll(timedelta(hours=1))
        desk.show(OLD)
        await desk.poll(timedelta(hours=1))
        assert phases(desk) == [("closed", "blocked")]


async def test_silence_beyond_its_bound_is_told_once_and_is_over_with_something_new(tmp_path: Path) -> None:
    async with open_desk(tmp_path, quiet_for=timedelta(days=3)) as desk:
        desk.show(OLD)
        for _ in range(12):
            assert (await desk.poll(timedelta(hours=8))).ok
        assert phases(desk) == [("opened", "silent")]
        (notice,) = desk.bench.notices()
        assert notice["tries"] == 0
        desk.show(OLD, NEW)
        desk.site.on("/2", article("Nothing of note here."))
        await desk.poll(timedelta(hours=1))
        assert phases(desk)[-1] == ("closed", "silent")


async def test_a_source_that_is_known_to_be_refused_is_no_failure_and_no_incident(tmp_path: Path) -> None:
    async with open_desk(tmp_path, expects_refusal=True) as desk:
        desk.site.on("/list", CHECK_PAGE)
        for _ in range(5):
            poll = await desk.poll(timedelta(hours=6))
            assert (poll.ok, poll.is_refused_as_expected) == (True, True)
        assert desk.bench.notices() == []
        desk.site.on("/list", reply(b"[", headers={"Content-Type": "application/json"}))
        assert not (await desk.poll(timedelta(hours=6))).ok


async def test_a_source_asks_more_often_while_it_brings_news_and_less_often_else(desk: Desk) -> None:
    paces = [(await desk.poll(timedelta(minutes=5))).state.pace_seconds for _ in range(3)]
    desk.show(OLD, NEW)
    desk.site.on("/2", article("Nothing of note here."))
    paces.append((await desk.poll(timedelta(minutes=5))).state.pace_seconds)
    assert None not in paces
    assert paces[0] < paces[1] < paces[2] > paces[3]  # type: ignore[operator]


async def test_a_source_whose_items_are_all_refused_is_blind_for_their_texts_and_its_listing_is_read_on(
    desk: Desk,
) -> None:
    rows = [NEW | {"id": str(number), "on": "2026-11-16"} for number in range(2, 5)]
    for number in range(2, 5):
        desk.site.on(f"/{number}", CHECK_PAGE)
    for count in (1, 2, 3):
        desk.show(OLD, *rows[:count])
        assert (await desk.poll(timedelta(minutes=20))).state.blind_since is None
    poll = await desk.poll(timedelta(minutes=20))
    assert (poll.state.error_kind, poll.state.not_before) == ("blocked", None)
    for _ in range(3):
        await desk.poll(timedelta(minutes=20))
    assert phases(desk) == [("opened", "blocked")]
    assert "the pages of its last 3 items" in desk.bench.notices()[0]["what"]
    desk.show(OLD, *rows, NEW | {"id": "5", "title": "Gallium, by its title alone"})
    desk.site.on("/5", CHECK_PAGE)
    await desk.poll(timedelta(minutes=20))
    assert desk.told() == [("first", "gazette:5")]
    for number in range(2, 6):
        desk.site.on(f"/{number}", article("It controls gallium."))
    await desk.poll(timedelta(days=1))
    assert phases(desk) == [("opened", "blocked"), ("closed", "blocked")]


async def test_a_listing_of_which_no_record_can_be_read_is_blind(desk: Desk) -> None:
    desk.show(*({"id": str(number), "title": 7, "on": "2026-11-16"} for number in range(3)))
    assert not (await desk.poll(timedelta(minutes=5))).ok


async def test_what_is_said_of_a_source_is_no_alert_in_the_count_of_alerts(desk: Desk) -> None:
    desk.site.on("/list", CHECK_PAGE)
    for _ in range(4):
        await desk.poll(timedelta(minutes=20))
    assert len(desk.bench.notices()) == 1
    now = desk.bench.clock.at
    standing = await desk.bench.app.store.read(lambda connection: overview(connection, now=now))
    assert (standing.sent, standing.sent_last_day, standing.uncertain, standing.last_sent_at) == (
        0,
        0,
        0,
        None,
    )


async def test_a_source_that_is_known_to_refuse_its_list_is_blind_where_only_the_pages_are_refused(
    tmp_path: Path,
) -> None:
    async with open_desk(tmp_path, expects_refusal=True) as desk:
        desk.show(OLD)
        await desk.poll()
        desk.show(OLD, *(NEW | {"id": str(number)} for number in range(2, 5)))
        for number in range(2, 5):
            desk.site.on(f"/{number}", CHECK_PAGE)
        for _ in range(5):
            await desk.poll(timedelta(minutes=20))
        assert phases(desk) == [("opened", "blocked")]
