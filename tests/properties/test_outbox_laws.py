"""Whatever platforms answer, processes die of and clocks show: nothing is lost, nothing is told twice without a doubt.

Each run is a small world of its own, made from its number. `TRADEWIRE_OUTBOX_WORLDS` sets how many there are (10).
"""

import os
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.core.delivery import Outcome
from bot.core.match import Severity
from bot.core.posting import Kind, rank_of
from bot.store import chain, schema
from bot.store.database import Database
from tests.fakes.ledger import rows, url_of
from tests.fakes.outbox_world import World

WORLDS = int(os.environ.get("TRADEWIRE_OUTBOX_WORLDS", "10"))
STEPS = 120
_post, _alert, _delivery = schema.post, schema.alert, schema.delivery


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A new store."""
    opened = Database.open(url_of(tmp_path / "store.sqlite3"))
    yield opened
    opened.close()


@pytest.mark.parametrize("number", range(WORLDS))
def test_nothing_is_lost_and_what_comes_twice_was_in_doubt(database: Database, number: int) -> None:
    world = World(database=database, chance=random.Random(number))
    world.set_up()
    for _ in range(STEPS):
        world.step()
    world.settle()
    _every_alert_has_its_end(world)
    _what_was_sent_arrived_and_twice_only_in_doubt(world)
    _each_rank_of_a_channel_came_in_order(world)
    _replies_came_after_their_heads(world)
    with database.reading() as connection:
        assert all(whole for _, whole in chain.walk(connection))


def _every_alert_has_its_end(world: World) -> None:
    alerts = rows(
        world.database,
        select(_alert.c.id, _alert.c.state, _post.c.state.label("post"), _post.c.why).outerjoin(
            _post, _post.c.id == _alert.c.post
        ),
    )
    assert len(alerts) == world.decided.total()
    ends = Counter((row["state"], row["post"]) for row in alerts)
    assert ends.keys() <= {("posted", "sent"), ("posted", "dead"), ("dropped", None)}, ends
    assert all(row["why"] for row in alerts if row["post"] == "dead")


def _what_was_sent_arrived_and_twice_only_in_doubt(world: World) -> None:
    arrived = Counter(each.id for each in world.arrived)
    posts = rows(world.database, select(_post.c.id, _post.c.state))
    assert {row["id"] for row in posts if row["state"] == "sent"} <= arrived.keys()
    doubts = Counter(
        row["post"]
        for row in rows(world.database, select(_delivery.c.post, _delivery.c.outcome))
        if row["outcome"] == Outcome.UNKNOWN.value
    )
    assert [post for post, times in arrived.items() if times > 1 + doubts[post]] == []
    # Whoever sees something that may be a second sight is told so, unless seeing it twice is seeing it once.
    first: set[int] = set()
    for each in world.arrived:
        may_repeat = each.id in first and each.channel.platform != "webhook"
        assert not may_repeat or each.repeat or each.kind in {Kind.EDIT, Kind.GROWTH}, each
        first.add(each.id)


def _each_rank_of_a_channel_came_in_order(world: World) -> None:
    """Of posts that were lifted for an urgent reply the rank says nothing about the order."""
    places = {row["id"]: row["place"] for row in rows(world.database, select(_post.c.id, _post.c.place))}
    seen: dict[tuple[str, int], int] = {}
    first: set[int] = set()
    for each in world.arrived:
        severity = getattr(each.told, "severity", Severity.NOTICE)
        rank = rank_of(each.kind, severity)
        if each.id in first or places[each.id] >> 48 != rank:
            continue
        first.add(each.id)
        assert seen.get((each.channel.address, rank), 0) < each.id
        seen[each.channel.address, rank] = each.id


def _replies_came_after_their_heads(world: World) -> None:
    there: set[tuple[str, str]] = set()
    for each in world.arrived:
        for name in (each.thread, each.target):
            assert name is None or (each.channel.address, name) in there
        there.add((each.channel.address, f"m{each.id}.{each.attempt}"))
