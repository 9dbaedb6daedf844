"""Channels in the store: every change is sealed, what was asked for in chat stays, and briefs keep their time."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.core.channel import CONSOLE, Channel, Subscription
from bot.core.match import Severity
from bot.core.timing import timing_of
from bot.store import chain, schema
from bot.store.channels import (
    NOT_CONFIGURED,
    Roster,
    configure,
    load_channel,
    load_roster,
    ops_channels,
    save_channel,
)
from bot.store.database import Database
from tests.fakes.ledger import NOON, SLACK, channel, decide, rows, save

DAY = timedelta(days=1)
MORNING = datetime(2026, 11, 23, 13, 30, tzinfo=UTC)
"""Half past eight in Washington, an hour and a half after noon in UTC."""
DAILY, WEEKLY = timing_of("daily 08:30"), timing_of("weekly wed 09:00")
CONFIGURED = Subscription(what="tariffs", configured=True)
ASKED = Subscription(what="minerals", by="@ann", since=NOON)


def briefs(database: Database) -> dict[str, datetime]:
    found = rows(database, select(schema.brief.c.timing, schema.brief.c.next_at))
    return {row["timing"]: row["next_at"] for row in found}


def changes(database: Database) -> list[tuple[str, str]]:
    """(channel, who) of every change that is sealed, in order."""
    table = schema.entry
    found = rows(database, select(table).where(table.c.kind == chain.CHANNEL).order_by(table.c.id))
    return [(row["subject"], json.loads(row["body"])["by"]) for row in found]


def roster(database: Database, known: Roster | None = None) -> Roster:
    with database.reading() as connection:
        return load_roster(connection, known)


def set_up(database: Database, *wanted: Channel, now: datetime = NOON) -> None:
    with database.writing() as connection:
        configure(connection, wanted, now=now)


def stored(database: Database, address: str = CONSOLE) -> Channel:
    with database.reading() as connection:
        found = load_channel(connection, address)
    assert found is not None
    return found


def test_a_channel_comes_back_as_it_was_saved_and_its_change_is_sealed_once(database: Database) -> None:
    whole = channel(
        title="Desk", muted=(("7f3a", NOON + DAY),), followed=("9c1d",), subscriptions=(CONFIGURED, ASKED)
    )
    save(database, whole)
    save(database, whole)
    assert stored(database) == whole
    assert changes(database) == [(CONSOLE, "a test")]
    with database.reading() as connection:
        assert all(whole for _, whole in chain.walk(connection))
        assert load_channel(connection, "slack:C000") is None


def test_mutes_that_are_over_go_with_the_next_change(database: Database) -> None:
    save(database, channel(muted=(("old", NOON), ("new", NOON + DAY))))
    assert stored(database).muted == (("new", NOON + DAY),)


def test_the_roster_is_loaded_anew_only_after_a_change(database: Database) -> None:
    empty = roster(database)
    assert (empty.version, empty.channels) == (0, ())
    save(database, channel(SLACK), channel())
    first = roster(database, empty)
    assert [each.address for each in first.channels] == [CONSOLE, SLACK]
    assert roster(database, first) is first
    with database.writing() as connection:
        chain.append(connection, NOON, [chain.Entry(kind=chain.PAGE, subject="a", body="{}")])
    assert roster(database, first) is first
    save(database, channel(title="Desk"))
    second = roster(database, first)
    assert second.of(CONSOLE) == channel(title="Desk")
    assert second.of("slack:C000") is None
    assert second.version == 4


def test_notices_go_to_the_channels_that_want_them_and_are_not_paused(database: Database) -> None:
    save(database, channel(ops=True), channel(SLACK, ops=True, paused="by @ann"), channel("webhook:a"))
    with database.reading() as connection:
        assert ops_channels(connection) == (CONSOLE,)


# -- briefs


def test_briefs_are_kept_for_what_is_subscribed_and_no_longer(database: Database) -> None:
    save(database, channel(subscriptions=(Subscription(timing=DAILY), Subscription(what="a", timing=WEEKLY))))
    assert briefs(database) == {DAILY.words: MORNING, WEEKLY.words: MORNING + 2 * DAY + timedelta(minutes=30)}
    save(database, channel(subscriptions=(Subscription(timing=DAILY),)))
    assert list(briefs(database)) == [DAILY.words]
    save(database, channel())
    assert briefs(database) == {}


def test_a_change_of_zone_moves_a_brief_to_its_new_hour(database: Database) -> None:
    subscriptions = (Subscription(timing=DAILY),)
    save(database, channel(subscriptions=subscriptions))
    save(database, channel(subscriptions=subscriptions, zone="Asia/Shanghai"))
    assert briefs(database) == {DAILY.words: datetime(2026, 11, 24, 0, 30, tzinfo=UTC)}


def test_a_brief_that_is_due_comes_first_whatever_is_changed_meanwhile(database: Database) -> None:
    subscriptions = (Subscription(timing=DAILY),)
    save(database, channel(subscriptions=subscriptions))
    save(database, channel(subscriptions=subscriptions, title="Desk"), at=MORNING + timedelta(minutes=1))
    assert briefs(database) == {DAILY.words: MORNING}


def test_what_waited_for_a_brief_that_is_gone_is_told_at_once(database: Database) -> None:
    save(database, channel(subscriptions=(Subscription(timing=DAILY), Subscription(what="a", timing=WEEKLY))))
    decide(database, "1", timing=DAILY)
    decide(database, "2", timing=WEEKLY)
    save(database, channel(subscriptions=(Subscription(what="a", timing=WEEKLY),)))
    found = rows(database, select(schema.alert.c.timing).order_by(schema.alert.c.id))
    assert [row["timing"] for row in found] == ["instant", WEEKLY.words]


# -- the configuration


def test_what_is_configured_comes_into_the_store_and_changes_with_the_configuration(
    database: Database,
) -> None:
    set_up(database, channel(subscriptions=(CONFIGURED,), ops=True))
    set_up(database, channel(subscriptions=(CONFIGURED,), ops=True))
    assert changes(database) == [(CONSOLE, "the configuration")]
    louder = Subscription(what="tariffs", min_severity=Severity.URGENT, configured=True)
    set_up(database, channel(subscriptions=(louder,), ops=False, zone="Asia/Shanghai"))
    assert stored(database) == channel(subscriptions=(louder,), zone="Asia/Shanghai")


def test_what_was_asked_for_in_chat_stays_and_gives_way_to_the_same_in_the_configuration(
    database: Database,
) -> None:
    save(database, channel(subscriptions=(CONFIGURED, ASKED), language="zh", muted_until=NOON + DAY))
    other = Subscription(what="lists", configured=True)
    set_up(database, channel(subscriptions=(other,)))
    assert stored(database).subscriptions == (other, ASKED)
    assert (stored(database).language, stored(database).muted_until) == ("zh", NOON + DAY)
    mine = Subscription(what="minerals", configured=True)
    set_up(database, channel(subscriptions=(mine,)))
    assert stored(database).subscriptions == (mine,)


def test_a_channel_that_is_no_longer_configured_keeps_what_it_asked_for(database: Database) -> None:
    save(database, channel(SLACK, subscriptions=(CONFIGURED, ASKED), ops=True))
    set_up(database)
    assert stored(database, SLACK) == channel(SLACK, subscriptions=(ASKED,))


def test_a_console_that_is_switched_off_is_paused_until_it_is_switched_on(database: Database) -> None:
    wanted = channel(subscriptions=(CONFIGURED,))
    set_up(database, wanted)
    set_up(database)
    assert stored(database).paused == NOT_CONFIGURED
    set_up(database, wanted)
    assert stored(database) == wanted


@pytest.mark.parametrize("why", ["by @ann", "we were removed"])
def test_what_somebody_else_paused_the_configuration_does_not_start(database: Database, why: str) -> None:
    save(database, channel(SLACK, subscriptions=(CONFIGURED,), paused=why))
    set_up(database, channel(SLACK, subscriptions=(CONFIGURED,)))
    assert stored(database, SLACK).paused == why


def test_a_change_that_is_rolled_back_was_none(database: Database) -> None:
    def fail() -> None:
        with database.writing() as connection:
            save_channel(connection, channel(), now=NOON, by="@ann")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert (roster(database).channels, changes(database)) == ((), [])
