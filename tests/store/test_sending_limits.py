"""Limits and rests: as much as a platform lets through, and whoever is held back holds back nobody else."""

from datetime import datetime, timedelta

from bot.core.delivery import Outcome, Sent
from bot.core.pace import Limit, Limits
from bot.core.platform import Platforms, Traits
from bot.store.database import Database
from bot.store.followups import rest
from bot.store.sending import HEADS_AT_ONCE
from bot.store.turn import _next_due
from tests.fakes.ledger import (
    CONSOLE,
    NOON,
    claim,
    item,
    record,
    store_items,
    taken,
    turn,
)

SECOND = timedelta(seconds=1)
SENT = Sent(outcome=Outcome.SENT, platform_ref="m1")
CHATS = "telegram"


def limited(**limits: Limit) -> Platforms:
    return {CHATS: Traits(limits=Limits(**limits))}


def passed(database: Database, platforms: Platforms, now: datetime) -> list[str]:
    """Return the channels to which something goes now; all of it is sent."""
    found: list[str] = []
    while claimed := claim(database, now=now, platforms=platforms):
        found += [each.channel.address for each in claimed]
        for each in claimed:
            record(database, each, SENT, now=now, platforms=platforms)
    return found


def test_forum_topics_share_the_limit_of_their_chat(database: Database) -> None:
    forum, other = ("telegram:-100/1", "telegram:-100/2"), "telegram:-200"
    store_items(database, item(1), channels=(*forum, other))
    platforms = limited(group=Limit(interval=timedelta(seconds=3)), chat=Limit(interval=SECOND))
    assert passed(database, platforms, NOON) == [forum[0], other]
    assert passed(database, platforms, NOON + 2 * SECOND) == []
    assert passed(database, platforms, NOON + 3 * SECOND) == [forum[1]]


def test_a_chat_of_one_and_a_chat_of_many_have_limits_of_their_own(database: Database) -> None:
    many, one = "telegram:-100", "telegram:100"
    for number in (1, 2):
        store_items(database, item(number), channels=(many, one))
    platforms = limited(group=Limit(interval=timedelta(seconds=3)), chat=Limit(interval=SECOND))
    assert passed(database, platforms, NOON) == [many, one]
    assert passed(database, platforms, NOON + SECOND) == [one]
    assert passed(database, platforms, NOON + 3 * SECOND) == [many]


def test_the_limit_of_a_platform_is_that_of_all_its_chats_together(database: Database) -> None:
    names = [f"telegram:{number}" for number in range(1, 6)]
    store_items(database, item(1), channels=names)
    platforms = limited(overall=Limit(interval=SECOND, advance=2))
    found = turn(database, platforms=platforms, room=20)
    assert [each.channel.address for each in found.taken] == names[:2]
    assert found.due_at == NOON + SECOND
    assert len(taken(database, now=NOON + SECOND, platforms=platforms)) == 1
    assert len(taken(database, now=NOON + 3 * SECOND, platforms=platforms)) == 2


def test_what_is_held_back_by_a_limit_uses_up_no_other(database: Database) -> None:
    store_items(database, item(1), channels=("telegram:-1/1", "telegram:-1/2", "telegram:-2"))
    platforms = limited(overall=Limit(interval=SECOND, advance=2), group=Limit(interval=timedelta(minutes=1)))
    assert passed(database, platforms, NOON) == ["telegram:-1/1", "telegram:-2"]


def test_limits_that_a_clock_that_was_ahead_used_up_hold_for_one_interval_and_not_until_then(
    database: Database,
) -> None:
    store_items(database, item(1), channels=("telegram:1", "telegram:2", "telegram:3"))
    platforms = limited(overall=Limit(interval=SECOND))
    assert len(taken(database, now=NOON + timedelta(days=2), limit=1, platforms=platforms)) == 1
    found = turn(database, platforms=platforms, room=20)
    assert (found.taken, found.due_at) == ((), NOON + SECOND)
    assert len(taken(database, now=NOON + SECOND, platforms=platforms)) == 1


def test_however_many_channels_are_held_back_the_others_go_on(database: Database) -> None:
    held = [f"telegram:{number}" for number in range(HEADS_AT_ONCE + 20)]
    store_items(database, item(1), channels=held)
    store_items(database, item(2), channels=(CONSOLE,))
    platforms = {**limited(overall=Limit(interval=timedelta(hours=1))), CONSOLE: Traits()}
    found = taken(database, platforms=platforms)
    assert [each.channel.address for each in found] == [held[0], CONSOLE]


def test_what_waits_for_a_platform_that_is_not_here_holds_up_nobody(database: Database) -> None:
    away = [f"webhook:{number}" for number in range(600)]
    store_items(database, item(1), channels=away)
    store_items(database, item(2), channels=(CONSOLE,))
    assert [each.channel.address for each in taken(database, CONSOLE)] == [CONSOLE]


def test_a_chat_that_rests_gets_nothing_and_a_platform_that_rests_nothing_anywhere(
    database: Database,
) -> None:
    store_items(database, item(1), channels=("telegram:-1/1", "telegram:-2", CONSOLE))
    platforms = {CHATS: Traits(), CONSOLE: Traits()}
    with database.writing() as connection:
        rest(connection, "telegram:-1", NOON + SECOND, "slow down", now=NOON)
    assert passed(database, platforms, NOON) == ["telegram:-2", CONSOLE]
    with database.writing() as connection:
        rest(connection, CHATS, NOON + 2 * SECOND, "not authorized", now=NOON)
        assert _next_due(connection, platforms, NOON) == NOON + SECOND
    assert passed(database, platforms, NOON + SECOND) == []
    assert passed(database, platforms, NOON + 2 * SECOND) == ["telegram:-1/1"]


def test_of_two_answers_that_ask_for_a_rest_the_longer_one_holds(database: Database) -> None:
    store_items(database, item(1), channels=("telegram:-1",))
    platforms = {CHATS: Traits()}
    with database.writing() as connection:
        rest(connection, CHATS, NOON + 9 * SECOND, "not authorized", now=NOON)
        rest(connection, CHATS, NOON + SECOND, "not authorized", now=NOON)
    assert passed(database, platforms, NOON + 8 * SECOND) == []
    assert passed(database, platforms, NOON + 9 * SECOND) == ["telegram:-1"]


def test_a_rest_that_a_clock_that_was_ahead_began_is_none(database: Database) -> None:
    store_items(database, item(1))
    with database.writing() as connection:
        rest(connection, CONSOLE, NOON + timedelta(days=400), "slow down", now=NOON)
    assert len(claim(database)) == 1
