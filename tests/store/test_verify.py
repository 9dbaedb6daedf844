"""Verifying: a healthy store has no gap, and whatever is changed or taken away row by row is one."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, delete, func, select, update

from bot.core.channel import Subscription
from bot.core.delivery import Outcome, Sent
from bot.core.intake import take_in
from bot.core.matching import Matcher
from bot.core.timing import timing_of
from bot.store import schema
from bot.store.channels import load_channel, load_roster, move_channel, save_channel
from bot.store.database import Database
from bot.store.evidence import seal_intake
from bot.store.intake import apply, load_known
from bot.store.rows import pack
from bot.store.rulebook import print_of_rules, rules_number
from bot.store.verified import Verified
from bot.store.verify import verify
from tests.fakes.ledger import CONSOLE, NOON, SOURCE, TOPICS, batch, channel, claim, item, record, save
from watchers.item import Item

BRIEFED = "slack:C02"
HOUR = timedelta(hours=1)
DAILY = Subscription(timing=timing_of("daily 08:30"))


def take_sealed(database: Database, *page: Item) -> None:
    """Take in a page under the channels that there are, and seal what was decided."""
    with database.writing() as connection:
        roster = load_roster(connection)
        found = batch(page)
        writes = take_in(found, load_known(connection, found), Matcher(TOPICS), roster.channels)
        apply(connection, found, writes)
        rules = rules_number(connection, Matcher(TOPICS), print_of_rules(Matcher(TOPICS)), now=NOON)
        seal_intake(connection, SOURCE, writes, (), rules=rules, roster=roster.version, now=NOON)


def tell(database: Database) -> None:
    """Send what is due on the console."""
    while posts := claim(database, CONSOLE):
        for post in posts:
            record(database, post, Sent(outcome=Outcome.SENT, platform_ref=f"m{post.id}"))


def verified(database: Database) -> Verified:
    with database.reading() as connection:
        return verify(connection, progress=lambda _, __: None)


@pytest.fixture
def healthy(database: Database) -> Database:
    """A store with three items: one told on the console and waiting for a brief, one that matches nothing, one dropped."""
    save(database, channel(CONSOLE), channel(BRIEFED, subscriptions=(DAILY,)))
    take_sealed(database, item(1), item(2, title="Nothing of interest"))
    tell(database)
    take_sealed(database, item(3))
    save(database, channel(CONSOLE, muted_until=NOON + HOUR))
    tell(database)
    assert verified(database).gaps == []
    return database


def test_every_item_and_every_alert_of_a_healthy_store_is_counted(healthy: Database) -> None:
    found = verified(healthy)
    assert (found.items, found.unsealed, found.alerts, found.ended, found.pending) == (3, 0, 4, 2, 2)
    assert (found.subscriptions, found.broken_at) == (2, None)


def first(table: Any, *where: Any) -> Any:
    """Return the condition that names the first row of a table."""
    numbers = table.c.id if "id" in table.c else table.c[next(iter(table.primary_key)).name]
    return numbers == select(func.min(numbers)).where(*where).scalar_subquery()


ALERT, POST, ENTRY, CHANNEL = schema.alert, schema.post, schema.entry, schema.channel
TOLD = ALERT.c.state == "posted"
NOTHING = item(2, title="Nothing of interest at all")

TAMPERED: dict[str, tuple[Any, str]] = {
    "an alert that was told is gone": (delete(ALERT).where(TOLD), "there are 0 alerts"),
    "an alert that waits is gone": (delete(ALERT).where(ALERT.c.state == "waiting"), "there are 0 alerts"),
    "an alert says something else": (
        update(ALERT).where(TOLD).values(body=func.replace(ALERT.c.body, "Tariff", "Carrot")),
        "its alerts are not what was sealed",
    ),
    "an alert cannot be read": (update(ALERT).where(TOLD).values(body="{"), "its alerts are not"),
    "an alert is of another channel": (
        update(ALERT).where(TOLD).values(channel="slack:C9"),
        "is with slack:C9",
    ),
    "an alert that waits is said to be dropped": (
        update(ALERT).where(ALERT.c.state == "waiting").values(state="dropped", ending="muted"),
        "was dropped, and that was never sealed",
    ),
    "an alert that was dropped is said to be sent": (
        update(ALERT)
        .where(ALERT.c.state == "dropped")
        .values(state="posted", post=select(func.min(POST.c.id)).scalar_subquery()),
        "was sealed as dropped, and is not",
    ),
    "an alert that waits is said to be sent with another's post": (
        update(ALERT)
        .where(ALERT.c.state == "waiting")
        .values(state="posted", post=select(func.min(POST.c.id)).scalar_subquery()),
        "is said to be sent with a post that did not tell it",
    ),
    "a brief is gone that something waits for": (delete(schema.brief), "waits for a brief that never comes"),
    "a decision is gone": (
        delete(schema.decision).where(schema.decision.c.channel == BRIEFED),
        "nothing was decided for",
    ),
    "a decision is another": (update(schema.decision).values(reason="muted"), "is not what was sealed"),
    "a post is gone": (delete(POST), "there is no such post"),
    "a send is gone": (delete(schema.delivery), "was sealed as sent by try 1, and that is gone"),
    "a send is said to have failed": (
        update(schema.delivery).values(outcome="try again"),
        "was sealed as sent by try 1, and that is gone",
    ),
    "an item's revision is gone": (
        delete(schema.item_revision).where(schema.item_revision.c.key == "doc-2"),
        "revision 1 was sealed and is gone",
    ),
    "an item says something else": (
        update(schema.item_revision).where(schema.item_revision.c.key == "doc-2").values(body=pack(NOTHING)),
        "what is stored is not what was sealed",
    ),
    "an item cannot be read": (update(schema.item_revision).values(body="{"), "cannot be read"),
    "a channel asked for something else": (
        update(CHANNEL)
        .where(CHANNEL.c.address == BRIEFED)
        .values(body=pack(channel(BRIEFED, subscriptions=()))),
        "what it asked for is not what was sealed",
    ),
    "a channel is gone": (delete(CHANNEL).where(CHANNEL.c.address == CONSOLE), "as a channel, and is gone"),
    "an alert waits where there is no channel": (
        update(ALERT).where(ALERT.c.state == "waiting").values(channel="slack:C9"),
        "waits for a channel that is gone",
    ),
    "the rules are others": (
        update(schema.rulebook).values(body=pack(tuple(replace(each, title="Else") for each in TOPICS))),
        "rulebook 1",
    ),
    "the rules cannot be read": (update(schema.rulebook).values(body="{"), "rulebook 1"),
    "the rules are gone": (delete(schema.rulebook), "rulebook 1"),
    "the first entry is gone": (delete(ENTRY).where(first(ENTRY)), "does not follow"),
    "an entry cannot be read": (update(ENTRY).where(ENTRY.c.kind == "item").values(body="{"), "cannot be"),
    "the last entries are gone, and what they seal is not": (
        delete(ENTRY).where(
            ENTRY.c.id > select(func.min(ENTRY.c.id)).where(ENTRY.c.kind == "rules").scalar_subquery()
        ),
        "revision 1 was never sealed",
    ),
    "all entries are gone": (delete(ENTRY), "what it asked for is not what was sealed"),
    "an entry has another number": (
        update(ENTRY).where(ENTRY.c.id == select(func.max(ENTRY.c.id)).scalar_subquery()).values(id=999),
        "does not follow",
    ),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_it_is_a_gap_where(what: str, healthy: Database) -> None:
    change, said = TAMPERED[what]
    with healthy.writing() as connection:
        connection.execute(change)
    gaps = [f"{gap.subject}: {gap.what}" for gap in verified(healthy).gaps]
    assert any(said in gap for gap in gaps), gaps


def moved(connection: Connection) -> None:
    old = load_channel(connection, BRIEFED)
    assert old is not None
    move_channel(connection, old, "slack:C03", now=NOON)


def joined(connection: Connection) -> None:
    save_channel(connection, channel("slack:C03"), now=NOON, by="a test")
    moved(connection)


def unsubscribed(connection: Connection) -> None:
    save_channel(connection, channel(BRIEFED, subscriptions=()), now=NOON, by="a test")


def text_dropped(connection: Connection) -> None:
    connection.execute(update(schema.item_revision).values(body=None))


@pytest.mark.parametrize("change", [moved, joined, unsubscribed, text_dropped])
def test_what_happens_every_day_is_no_gap(change: Callable[[Connection], None], healthy: Database) -> None:
    with healthy.writing() as connection:
        change(connection)
    assert verified(healthy).gaps == []
    tell(healthy)
    take_sealed(healthy, item(1, title="Tariff schedule, amended"), item(4))
    tell(healthy)
    assert verified(healthy).gaps == []


def test_what_was_told_at_the_new_address_of_a_channel_is_dropped_at_the_old_one_and_sealed(
    database: Database,
) -> None:
    save(database, channel("telegram:-1"), channel("telegram:-2"))
    take_sealed(database, item(1))
    with database.writing() as connection:
        old = load_channel(connection, "telegram:-1")
        assert old is not None
        move_channel(connection, old, "telegram:-2", now=NOON)
    found = verified(database)
    assert (found.gaps, found.alerts, found.ended, found.pending) == ([], 2, 1, 1)
