"""What commands that look through the archive share: the index brought up to date, then candidates and their texts in pieces."""

from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from bot.core.archive import Place
    from bot.core.query import Query
    from bot.store.database import Database


def since_of(written: str | None) -> datetime | None:
    """Return the beginning of a day, in UTC, as `--since` gives it. Raises BadParameter."""
    if written is None:
        return None
    try:
        return datetime.combine(date.fromisoformat(written), time(), tzinfo=UTC)
    except ValueError:
        raise click.BadParameter(f'"{written}" is no date; write 2026-01-31', param_hint="--since") from None


def catch_up(database: "Database") -> None:
    """Let the index take in what is new, with a moving count where that is much. A service may write in between."""
    from bot.cli.progress import Count
    from bot.store.archive_index import catch_up as take_in
    from bot.store.archive_index import waiting

    with database.reading() as connection:
        count = waiting(connection)
    with closing(Count("Indexing", of=count)) as shown:
        while count > 0:
            with database.writing() as connection:
                some = take_in(connection)
            if not some:
                break
            count -= some
            shown.add(some)


def texts(
    database: "Database",
    queries: "Iterable[Query]",
    *,
    since: datetime | None,
    label: str,
    stories: Iterable[str] = (),
) -> "Iterator[tuple[Place, str]]":
    """Yield all items that any of the queries may hit, newest first, with their texts as stored; all where there are none."""
    from bot.cli.progress import Count
    from bot.store.archive import AT_ONCE, candidates, texts_of

    with database.reading() as connection:
        numbers = candidates(connection, queries, since=since, stories=stories)
        with closing(Count(label, of=len(numbers))) as shown:
            for start in range(0, len(numbers), AT_ONCE):
                some = numbers[start : start + AT_ONCE]
                yield from texts_of(connection, some)
                shown.add(len(some))
