"""Rulebooks of before there was a query language: three lists of terms, in stores of migration 0004. They still prove things."""

import hashlib
import json
from typing import Any

import pytest
from sqlalchemy import insert, update

from bot.core.intake import take_in
from bot.core.match import Severity
from bot.core.matching import Matcher
from bot.core.query import read
from bot.store import chain, schema
from bot.store import database as database_module
from bot.store.channels import load_roster
from bot.store.database import Database
from bot.store.evidence import RulesEntry, seal_intake
from bot.store.intake import apply, load_known
from bot.store.rows import pack
from bot.store.rulebook import print_of_rules, rules_number, rules_of
from bot.store.verify import verify
from tests.fakes.ledger import CONSOLE, NOON, SOURCE, OpenStore, batch, channel, item, save

NUMBER = 1


def term(written: str, field: str, needle: str, lang: str, *, prefix: bool = False) -> dict[str, Any]:
    return {"written": written, "field": field, "needle": needle, "prefix": prefix, "lang": lang}


OLD: list[dict[str, Any]] = [
    {
        "key": "tariffs",
        "title": "Tariffs",
        "title_zh": "关税",
        "severity": 2,
        "query": {
            "any_of": [
                term("tariff*", "", "tariff", "en", prefix=True),
                term('title:"entity list"', "title", "entity list", "en"),
                term("實體清單", "", "實體清單", "zh"),
                term("end-user", "", "end user", "en"),
                term("AND", "", "and", "en"),
            ],
            "all_of": [term("source:gazette", "source", "gazette", "")],
            "none_of": [term("agency:Coast Guard", "agency", "coast-guard", "")],
        },
        "match_examples": [
            {"title": "Tariffs", "abstract": "", "agency": "", "kind": "", "source": "gazette"}
        ],
        "ignore_examples": [{"title": "Tin", "abstract": "", "agency": "", "kind": "", "source": ""}],
        "origin": "made up",
    }
]
BODY = json.dumps(OLD, ensure_ascii=False, separators=(",", ":"))
PRINT = hashlib.sha256(BODY.encode()).hexdigest()


@pytest.fixture
def migrated(open_store: OpenStore, monkeypatch: pytest.MonkeyPatch) -> Database:
    """A store in which an earlier program wrote its rules down, opened by this one."""
    with monkeypatch.context() as earlier:
        earlier.setattr(database_module, "HEAD", "0004")
        old = open_store()
        with old.writing() as connection:
            row = {"id": NUMBER, "print": PRINT, "body": BODY, "since": NOON}
            connection.execute(insert(schema.rulebook).values(row))
            sealed = pack(RulesEntry(number=NUMBER, print=PRINT))
            entry = chain.Entry(kind=chain.RULES, subject=f"rules-{NUMBER}", body=sealed)
            chain.append(connection, NOON, [entry])
        old.close()
    return open_store()


def rules(database: Database) -> Matcher:
    with database.reading() as connection:
        found, printed = rules_of(connection, NUMBER)
    assert printed == PRINT
    assert found is not None
    return found


def take_sealed(database: Database) -> None:
    """Take in items under the old rules, as the earlier program decided them."""
    page = batch(
        [item(1), item(2, title="Nothing of interest"), item(3, title="Additions to the Entity List")]
    )
    with database.writing() as connection:
        roster = load_roster(connection)
        writes = take_in(page, load_known(connection, page), rules(database), roster.channels)
        apply(connection, page, writes)
        seal_intake(connection, SOURCE, writes, (), rules=NUMBER, roster=roster.version, now=NOON)
    assert len(writes.alerts) == 2


def gaps(database: Database) -> list[str]:
    with database.reading() as connection:
        return [f"{gap.subject}: {gap.what}" for gap in verify(connection, progress=lambda _, __: None).gaps]


def test_lists_are_read_as_the_query_that_they_are(migrated: Database) -> None:
    (topic,) = rules(migrated).topics
    assert (topic.key, topic.title_zh, topic.severity) == ("tariffs", "关税", Severity.NOTICE)
    assert (topic.quiet, topic.rules, topic.least_weight) == (None, (), 0)
    assert topic.query == read(
        'source:gazette AND (tariff* OR title:"entity list" OR 实体清单 OR "end-user" OR "and") AND NOT agency:coast-guard'
    )


def test_what_was_decided_under_lists_is_decided_again_alike(migrated: Database) -> None:
    save(migrated, channel(CONSOLE))
    take_sealed(migrated)
    assert gaps(migrated) == []


@pytest.mark.parametrize(
    "body",
    [
        BODY.replace("tariff", "carrot"),
        BODY.replace('"any_of"', '"some_of"'),
        BODY.replace('"written":"tariff*"', '"written":"*"'),
        BODY.replace('"written":"tariff*",', ""),
        "[]",
        "{",
    ],
)
def test_lists_that_were_changed_or_cannot_be_read_are_a_gap(migrated: Database, body: str) -> None:
    save(migrated, channel(CONSOLE))
    take_sealed(migrated)
    with migrated.writing() as connection:
        connection.execute(update(schema.rulebook).values(body=body))
    assert any(f"rulebook {NUMBER}" in gap for gap in gaps(migrated))


def test_rules_of_now_are_written_down_beside_those_of_then(migrated: Database) -> None:
    found = rules(migrated)
    with migrated.writing() as connection:
        number = rules_number(connection, found, print_of_rules(found), now=NOON)
        assert number != NUMBER
        kept, _ = rules_of(connection, number)
        assert kept is not None
        assert kept.topics == found.topics
