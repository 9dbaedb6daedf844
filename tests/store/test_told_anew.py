"""Alerts that could be lost between two decisions, or between two senders of one burst."""

from datetime import timedelta

from sqlalchemy import select

from bot.core.channel import Burst
from bot.core.intake import take_in
from bot.core.matching import Matcher
from bot.core.posting import Kind
from bot.core.topic import parse_topics
from bot.store import schema
from bot.store.database import Database
from bot.store.intake import apply, load_known
from tests.fakes.ledger import (
    NOON,
    TOPICS,
    batch,
    channel,
    decide,
    item,
    rows,
    save,
    taken,
    turn,
)
from watchers.item import Stage

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
MORE = TOPICS + parse_topics(
    """
[quotas]
title = "Quotas"
severity = "notice"
any = ["quota"]

[quotas.examples]
match = [{ title = "A quota" }]
ignore = [{ title = "A rule" }]
""",
    "made up",
)


def test_a_new_topic_is_told_of_a_story_whose_first_alert_was_dropped(database: Database) -> None:
    save(database, channel(muted_until=NOON + HOUR))
    decided = channel()
    with database.writing() as connection:
        page = batch([item()])
        apply(connection, page, take_in(page, load_known(connection, page), Matcher(MORE), (decided,)))
    turn(database)
    states = select(schema.alert.c.state).order_by(schema.alert.c.id)
    assert [row["state"] for row in rows(database, states)] == ["dropped"]
    with database.writing() as connection:
        page = batch([item(9, ref="fr:doc-1", abstract="With a quota.")], at=NOON + 2 * HOUR)
        apply(connection, page, take_in(page, load_known(connection, page), Matcher(MORE), (decided,)))
    assert [row["state"] for row in rows(database, states)] == ["dropped", "waiting"]
    with database.writing() as connection:
        page = batch([item(abstract="With a quota.", stage=Stage.WITHDRAWN)], at=NOON + 3 * HOUR)
        apply(connection, page, take_in(page, load_known(connection, page), Matcher(MORE), (decided,)))


def test_a_burst_that_others_took_meanwhile_is_not_sent_without_what_joined_it(database: Database) -> None:
    save(database, channel(burst=Burst(alerts=0)))
    decide(database, "one")
    (stale,) = taken(database)
    assert stale.kind is Kind.BURST
    later = NOON + 61 * SECOND
    turn(database, now=later)  # its claim is over
    decide(database, "two", at=later)
    (fresh,) = taken(database, now=later)
    assert (fresh.id, len(fresh.alerts)) == (stale.id, 2)
    assert turn(database, now=later, begins=(stale,)).begun == ()
    assert turn(database, now=later, begins=(fresh,)).begun == (fresh,)
