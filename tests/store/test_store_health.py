"""Source states and validators come back as they were saved."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.health import SourceState
from bot.store.database import Database
from bot.store.health import drop_validators, load_state, load_validators, save_state, save_validators
from bot.store.lookups import source_states
from tests.fakes.ledger import NOON
from watchers.registry import all_sources
from watchers.source import AnySource, Page, Request, Validators
from watchers.watch import body_print

BLIND = SourceState(
    source="gazette",
    learned_at=NOON,
    complete_at=NOON + timedelta(microseconds=1),
    attempted_at=NOON + timedelta(seconds=2),
    new_at=NOON + timedelta(seconds=3),
    failures=4,
    blind_since=NOON + timedelta(seconds=5),
    error_kind="blocked",
    error_what="the site refused us",
    not_before=NOON + timedelta(hours=6),
    pace_seconds=900,
    note="record 3: no title",
    memory='{"did": "did:plc:abc"}',
    incident=7,
)


@pytest.fixture
def source() -> AnySource:
    return all_sources()["federal-register"]


def _page(url: str, **headers: str) -> Page:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return Page(request=Request(url=url), url=url, status=200, headers=sent, body=b"", fetched_at=NOON)


NOTHING = body_print(_page("https://a.example/"))
"""The print of an empty body."""


def test_a_source_never_polled_is_learning_and_has_no_past(database: Database) -> None:
    with database.reading() as connection:
        assert load_state(connection, "gazette") == SourceState(source="gazette")
        assert source_states(connection) == ()


def test_a_state_comes_back_as_it_was_saved(database: Database) -> None:
    with database.writing() as connection:
        save_state(connection, BLIND)
    with database.reading() as connection:
        assert load_state(connection, "gazette") == BLIND


def test_a_saved_state_replaces_the_one_before_and_no_other(database: Database) -> None:
    healthy = SourceState(source="gazette", learned_at=NOON, complete_at=NOON)
    with database.writing() as connection:
        save_state(connection, replace(BLIND, source="herald"))
        save_state(connection, BLIND)
        save_state(connection, healthy)
    with database.reading() as connection:
        assert source_states(connection) == (healthy, replace(BLIND, source="herald"))


def test_validators_come_back_by_address(database: Database, source: AnySource) -> None:
    with database.writing() as connection:
        save_validators(connection, source, _page("https://a.example/", etag='"1"'))
        save_validators(connection, source, _page("https://b.example/", last_modified="yesterday"))
    with database.reading() as connection:
        assert load_validators(connection, source) == {
            "https://a.example/": Validators(etag='"1"', body_print=NOTHING),
            "https://b.example/": Validators(last_modified="yesterday", body_print=NOTHING),
        }


def test_validators_of_another_source_or_reader_are_not_used(database: Database, source: AnySource) -> None:
    with database.writing() as connection:
        save_validators(connection, source, _page("https://a.example/", etag='"1"'))
    with database.reading() as connection:
        newer = replace(source, reader_version=source.reader_version + 1)
        assert load_validators(connection, newer) == {}
        assert load_validators(connection, replace(source, key="herald")) == {}


def test_a_page_that_gives_no_validators_any_more_clears_the_old_ones(
    database: Database, source: AnySource
) -> None:
    with database.writing() as connection:
        save_validators(connection, source, _page("https://a.example/", etag='"1"'))
        save_validators(connection, source, _page("https://a.example/", etag='"2"'))
        (known,) = load_validators(connection, source).values()
        assert known == Validators(etag='"2"', body_print=NOTHING)
        save_validators(connection, source, _page("https://a.example/"))
        (known,) = load_validators(connection, source).values()
        assert known == Validators(body_print=NOTHING)
        drop_validators(connection, source, _page("https://a.example/"))
        assert load_validators(connection, source) == {}
