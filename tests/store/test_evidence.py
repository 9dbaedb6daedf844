"""What an intake seals: the pages, each item with how it was decided, and the rules of then."""

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, select, update

from bot.core.batch import Writes
from bot.core.matching import Matcher
from bot.core.topic_value import Rule, Topic
from bot.core.watch_list import WatchList, raises_of
from bot.store import chain, schema
from bot.store.database import Database
from bot.store.evidence import ItemEntry, PageEntry, print_of_alerts, print_of_decisions, seal_intake
from bot.store.rows import unpack
from bot.store.rulebook import print_of_rules, rules_number, rules_of
from tests.fakes.ledger import CONSOLE, NOON, SLACK, SOURCE, TOPICS, batch, item, rows, take
from watchers.source import Page, Request

LATER = NOON + timedelta(hours=1)


def page(body: bytes = b"<p>Tariff</p>", url: str = "https://gazette.example/list") -> Page:
    headers = {"etag": '"1"', "last-modified": "Mon, 23 Nov 2026 12:00:00 GMT"}
    return Page(request=Request(url=url), url=url, status=200, headers=headers, body=body, fetched_at=NOON)


def take_and_seal(
    database: Database, *pages: Page, numbers: tuple[int, ...] = (1,), **changes: str
) -> Writes:
    """Take in documents, for two channels, and seal what was written."""
    with database.writing() as connection:
        writes = take(
            connection, batch([item(number, **changes) for number in numbers]), channels=(CONSOLE, SLACK)
        )
        seal_intake(connection, SOURCE, writes, pages, rules=1, roster=2, now=NOON)
    return writes


def bodies(database: Database, kind: str) -> list[str]:
    table = schema.entry
    found = rows(database, select(table.c.body).where(table.c.kind == kind).order_by(table.c.id))
    return [row["body"] for row in found]


def test_each_page_is_sealed_by_its_bytes_and_each_item_by_its_pages_and_decisions(
    database: Database,
) -> None:
    body = b"<p>Tariff</p>"
    writes = take_and_seal(database, page(body), page(b"", url="https://gazette.example/1"), numbers=(1, 2))
    first, second = (unpack(each, PageEntry) for each in bodies(database, chain.PAGE))
    assert first == PageEntry(
        source=SOURCE,
        url="https://gazette.example/list",
        fetched_at=NOON,
        status=200,
        sha256=hashlib.sha256(body).hexdigest(),
        size=len(body),
        etag='"1"',
        last_modified="Mon, 23 Nov 2026 12:00:00 GMT",
    )
    assert (second.size, second.url) == (0, "https://gazette.example/1")
    items = [unpack(each, ItemEntry) for each in bodies(database, chain.ITEM)]
    pages = select(schema.entry.c.id).where(schema.entry.c.kind == chain.PAGE)
    numbers = rows(database, pages.order_by(schema.entry.c.id))
    assert {each.pages for each in items} == {tuple(row["id"] for row in numbers)}
    assert [(each.key, each.revision, each.rules, each.roster) for each in items] == [
        ("doc-1", 1, 1, 2),
        ("doc-2", 1, 1, 2),
    ]
    assert [each.fingerprint for each in items] == [each.fingerprint for each in writes.revisions]
    with database.reading() as connection:
        assert all(whole for _, whole in chain.walk(connection))


def test_what_is_sealed_of_an_item_can_be_made_again_from_the_ledger(database: Database) -> None:
    take_and_seal(database, page())
    (sealed,) = (unpack(each, ItemEntry) for each in bodies(database, chain.ITEM))
    decision, alert = schema.decision, schema.alert
    decisions = rows(database, select(decision.c.channel, decision.c.reason))
    assert sealed.decisions == print_of_decisions((row["channel"], row["reason"]) for row in decisions)
    alerts = rows(database, select(alert.c.body).where(alert.c.key == "doc-1"))
    assert len(alerts) == 2
    assert sealed.alerts == print_of_alerts(row["body"] for row in alerts)
    with database.writing() as connection:
        connection.execute(update(decision).where(decision.c.channel == SLACK).values(reason="muted"))
    changed = rows(database, select(decision.c.channel, decision.c.reason))
    assert sealed.decisions != print_of_decisions((row["channel"], row["reason"]) for row in changed)


def test_where_nothing_was_written_nothing_is_sealed(database: Database) -> None:
    take_and_seal(database, page())
    before = len(rows(database, select(schema.entry)))
    take_and_seal(database, page(b"another"))
    assert len(rows(database, select(schema.entry))) == before


def test_the_order_of_decisions_and_alerts_does_not_matter_and_each_of_them_does() -> None:
    one, other = (CONSOLE, "first"), (SLACK, "muted")
    assert print_of_decisions([one, other]) == print_of_decisions([other, one])
    prints = {print_of_decisions(each) for each in ([], [one], [other], [one, other], [one, one])}
    assert len(prints) == 5
    assert print_of_alerts(["a", "b"]) == print_of_alerts(["b", "a"]) != print_of_alerts(["ab"])


# -- rules


RULES = Matcher(TOPICS)


def kept(connection: Connection, number: int) -> tuple[tuple[Topic, ...], tuple[Rule, ...]]:
    found, _ = rules_of(connection, number)
    assert found is not None
    return found.topics, found.raises


def without_examples(topics: tuple[Topic, ...]) -> tuple[Topic, ...]:
    """Return topics as a rulebook keeps them: without the examples, which decide nothing."""
    return tuple(replace(each, match_examples=(), ignore_examples=()) for each in topics)


def test_the_rules_of_then_are_kept_and_known_again(database: Database) -> None:
    printed = print_of_rules(RULES)
    louder = Matcher(replace(topic, title="Louder") for topic in TOPICS)
    watched = Matcher(TOPICS, raises_of(WatchList(parties=("Huawei",))))
    with database.writing() as connection:
        first = rules_number(connection, RULES, printed, now=NOON)
        second = rules_number(connection, louder, print_of_rules(louder), now=LATER)
        third = rules_number(connection, watched, print_of_rules(watched), now=LATER)
        assert rules_number(connection, RULES, printed, now=LATER) == first
        assert rules_of(connection, first)[1] == printed
        assert kept(connection, first) == (without_examples(TOPICS), ())
        assert kept(connection, second) == (without_examples(louder.topics), ())
        assert kept(connection, third) == (without_examples(TOPICS), watched.raises)
        assert rules_of(connection, 99) == (None, None)
    assert len({first, second, third}) == 3
    since = rows(database, select(schema.rulebook.c.since).order_by(schema.rulebook.c.id))
    assert [row["since"] for row in since] == [NOON, LATER, LATER]


def test_a_rulebook_that_was_rolled_back_gets_its_number_anew(database: Database) -> None:
    def fail() -> None:
        with database.writing() as connection:
            rules_number(connection, RULES, print_of_rules(RULES), now=NOON)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    with database.writing() as connection:
        number = rules_number(connection, RULES, print_of_rules(RULES), now=LATER)
        assert kept(connection, number)[0] == without_examples(TOPICS)
