"""Real SQLite files, closed after each test."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.store.database import Database
from tests.fakes.ledger import OpenStore, url_of


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the test's store is."""
    return tmp_path / "store.sqlite3"


@pytest.fixture
def open_store(file: Path) -> Iterator[OpenStore]:
    """Open the test's store once more, as another process would."""
    opened: list[Database] = []

    def _open(**more: Any) -> Database:
        opened.append(Database.open(url_of(file), **more))
        return opened[-1]

    yield _open
    for database in opened:
        database.close()


@pytest.fixture(scope="session")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new store to copy: that is quicker than to make one for each test."""
    path = tmp_path_factory.mktemp("blank") / "store.sqlite3"
    Database.open(url_of(path)).close()
    return path


@pytest.fixture
def database(blank: Path, file: Path, open_store: OpenStore) -> Database:
    """The test's store, new and empty."""
    shutil.copy(blank, file)
    return open_store()
