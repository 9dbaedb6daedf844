"""The archive's index of words: a search through it finds what a walk through every text finds, in both scripts."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from bot.core.query import QueryError, read
from bot.store import schema
from bot.store.archive import candidates, hits, texts_of
from bot.store.archive_index import AT_ONCE, catch_up
from bot.store.database import Database
from tests.fakes import items as made
from tests.fakes.archive import NOW, Entry, put
from tests.fakes.ledger import OpenStore, store_items

WORDS = (
    "rare earth", "Rare-Earths", "EXPORT", "exports", "café", "稀土", "對鎵實施出口管制", "对BIS实体清单", "tariff关税", "bison",
    "a\ud800b", "м", "ｇａｌｌｉｕｍ", "it's", "，", "\x00", "8541.43", "😀", "𠀀",
    "8541.43.0010", "ECCN 3A090.a", "15 CFR part 744",
)  # fmt: skip
TERMS = (
    "rare", '"rare earth"', "export", "export*", "cafe", "稀土", "镓", "出口管制", "bis", "tariff*", "关税", "土对", "it's",
    "gallium",
    '"earth export"', "a", "м", "𠀀", "NEAR/3(rare, export* OR 稀土)", "title:稀土", "party:bison", "hts:8541", "lang:en",
    '"稀土 export*"', "published:>2020-01-01", "NOT bis", "hts:8541.43", "eccn:3A090", "cfr:15/744",
    "control:3A", "stage:published", "source:gazette", "lang:zh", "agency:coast-guard",
)  # fmt: skip

texts = st.lists(st.sampled_from(WORDS), max_size=6).map(lambda words: " ".join(words) or "-")
glued = st.lists(st.sampled_from(WORDS), max_size=4).map("".join).map(lambda text: text or "-")
queries = st.recursive(
    st.sampled_from(TERMS),
    lambda inner: st.tuples(inner, st.sampled_from((" AND ", " OR ", " AND NOT ")), inner).map(
        lambda parts: f"({''.join(parts)})"
    ),
    max_leaves=6,
)


def _caught_up(database: Database) -> int:
    count = 0
    while True:
        with database.writing() as connection:
            some = catch_up(connection)
        count += some
        if some < AT_ONCE:
            return count


def _found(database: Database, words: str, *, walk: bool = False) -> list[str]:
    query = read(words)
    with database.reading() as connection:
        numbers = candidates(connection, () if walk else (query,))
        return [place.key for place in hits(query, texts_of(connection, numbers))]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of many short texts in both scripts, every pair of words side by side, apart and in one word."""
    path = tmp_path_factory.mktemp("library") / "store.sqlite3"
    database = Database.open(f"sqlite:///{path}")
    readable = [word for word in WORDS if "\ud800" not in word]
    pairs = [
        Entry(title=between.join((one, other)), days=1 + number)
        for number, (one, other, between) in enumerate(
            (one, other, between)
            for one in readable
            for other in readable
            for between in (" ", "", " of the ")
        )
    ]
    with database.writing() as connection:
        put(connection, (), *pairs)
    assert _caught_up(database) == len(pairs)
    database.close()
    return path


@pytest.fixture(scope="module")
def opened(library: Path) -> Iterator[Database]:
    """The library, opened once for all that look."""
    database = Database.open(f"sqlite:///{library}")
    yield database
    database.close()


@settings(max_examples=150, deadline=None)
@given(words=queries)
def test_what_is_found_through_the_index_is_what_a_full_walk_finds(opened: Database, words: str) -> None:
    try:
        read(words)
    except QueryError:
        return
    assert _found(opened, words) == _found(opened, words, walk=True)


def test_words_are_asked_of_the_index_and_few_texts_are_looked_at(library: Path) -> None:
    database = Database.open(f"sqlite:///{library}")
    try:
        with database.reading() as connection:
            everything = candidates(connection)
            for words in (
                "稀土",
                '"rare earth"',
                "bison AND lang:en",
                "NEAR/3(bison, 稀土)",
                "hts:8541",
                "eccn:3A090 OR 镓",
            ):
                assert 0 < len(candidates(connection, (read(words),))) < len(everything) / 4
            assert candidates(connection, (read("lang:zh OR agency:coast-guard"),)) == ()
            assert candidates(connection, (read("published:>2020-01-01"),)) == everything
            assert candidates(connection, (read("稀土"), read("published:>2020-01-01"))) == everything
    finally:
        database.close()


def test_an_item_that_changed_is_found_by_its_new_words_alone(open_store: OpenStore) -> None:
    database = open_store()
    store_items(database, made.published(title="Gallium licences"), at=NOW)
    assert _caught_up(database) == 1
    store_items(database, made.published(title="Germanium licences"), at=NOW + timedelta(hours=1))
    assert _found(database, "licences") == [], "not before the index has caught up"
    assert _caught_up(database) == 1
    assert len(_found(database, "germanium")) == 1
    assert len(_found(database, "licences")) == 1
    assert _found(database, "gallium") == []
    store_items(database, made.published("2023-99999", title="Gallium again"), at=NOW + timedelta(hours=2))
    assert _caught_up(database) == 1
    assert _found(database, "gallium") == ["2023-99999"]
    assert _caught_up(database) == 0


def test_an_item_whose_text_was_dropped_is_passed_over(open_store: OpenStore) -> None:
    database = open_store()
    store_items(database, made.published(), at=NOW)
    with database.writing() as connection:
        connection.execute(update(schema.item_revision).values(body=None))
    assert _caught_up(database) == 1
    assert _found(database, "gallium") == []
    assert _found(database, "gallium", walk=True) == []


def test_a_query_deeper_than_the_index_takes_is_asked_of_more_texts_and_finds_the_same(library: Path) -> None:
    words = "bison"
    for number in range(30):
        words = (
            f"({words} OR x{number}) AND NOT y{number}"
            if number % 2
            else f"({words} AND NOT z{number}) OR w{number}"
        )
    database = Database.open(f"sqlite:///{library}")
    try:
        assert _found(database, words) == _found(database, "bison", walk=True)
    finally:
        database.close()
