"""How much a subscription would have brought, by what is on record; and what the archive shows of itself."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.archive import volume_of
from bot.core.channel import Subscription
from bot.core.match import Severity
from bot.store.archive import candidates, reach_of, texts_of
from bot.store.archive_index import catch_up
from bot.store.database import Database
from bot.store.volume import acts_by_topic, topic_hits
from bot.topics import load
from tests.fakes.archive import NOW, Entry, put
from watchers.item import Stage

TOPICS = load()


@pytest.fixture
def database(blank_store: Path, tmp_path: Path) -> Iterator[Database]:
    """A store, new and empty."""
    path = tmp_path / "store.sqlite3"
    shutil.copy(blank_store, path)
    opened = Database.open(f"sqlite:///{path}")
    yield opened
    opened.close()


@pytest.fixture
def filled(database: Database) -> Database:
    """Four items: two of one story, one filed, one unconfirmed; and one from long ago."""
    with database.writing() as connection:
        put(
            connection,
            TOPICS,
            Entry(title="Entity List additions", story="7f3a", days=5),
            Entry(title="Gallium licences", days=3, stage=Stage.FILED),
            Entry(title="Gallium may need licences", days=2, stage=Stage.UNCONFIRMED),
            Entry(title="Gallium of old", days=200),
            Entry(title="A garden show", days=1),
        )
    return database


@pytest.mark.parametrize(
    ("wanted", "titles"),
    [
        (Subscription(what="critical-minerals"), ["Gallium may need licences", "Gallium licences"]),
        (Subscription(what="critical-minerals", min_stage=Stage.ANNOUNCED), ["Gallium licences"]),
        (Subscription(what="critical-minerals", min_severity=Severity.URGENT), []),
        (Subscription(), ["Gallium may need licences", "Gallium licences", "Entity List additions"]),
        (Subscription(what="query:gallium"), []),
    ],
)
def test_what_is_counted_is_what_would_have_been_told(
    filled: Database, wanted: Subscription, titles: list[str]
) -> None:
    with filled.reading() as connection:
        found = topic_hits(connection, [wanted], now=NOW)
        volume = volume_of(found, now=NOW, reach=reach_of(connection))
    assert (volume.acts, list(volume.examples)) == (len(titles), titles)
    assert (volume.kept_since, round(volume.days)) == (None, 90)


def test_each_topic_counts_an_act_once(filled: Database) -> None:
    with filled.reading() as connection:
        acts = acts_by_topic(connection, now=NOW)
    assert acts["critical-minerals"] == 2
    assert acts["party-lists"] == 1


def test_the_newest_come_first_and_none_older_than_asked(filled: Database) -> None:
    with filled.writing() as connection:
        assert catch_up(connection) == 5
    with filled.reading() as connection:
        places = [place for place, _ in texts_of(connection, candidates(connection))]
        assert [place.title for place in places[:2]] == ["A garden show", "Gallium may need licences"]
        assert len(candidates(connection, since=NOW - timedelta(days=90))) == 4


def test_an_empty_archive_reaches_nowhere(database: Database) -> None:
    with database.reading() as connection:
        assert reach_of(connection) is None
        assert candidates(connection) == ()
    volume = volume_of([], now=NOW, reach=None)
    assert (volume.acts, volume.days, volume.kept_since, volume.is_flood) == (0, 0, NOW, False)
