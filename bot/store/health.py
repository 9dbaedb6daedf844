"""Source states and validators."""

from sqlalchemy import Connection, delete, insert, select

from bot.core.health import SourceState
from bot.store import schema
from watchers.source import AnySource, Page, Validators


def load_state(connection: Connection, source: str) -> SourceState:
    """Return the source's state; a source never polled has a blank one."""
    row = (
        connection.execute(select(schema.source_state).where(schema.source_state.c.source == source))
        .mappings()
        .first()
    )
    return SourceState(**row) if row else SourceState(source=source)


def save_state(connection: Connection, state: SourceState) -> None:
    """Write the source's state."""
    table = schema.source_state
    connection.execute(delete(table).where(table.c.source == state.source))
    connection.execute(insert(table), {column.name: getattr(state, column.name) for column in table.columns})


def load_validators(connection: Connection, source: AnySource) -> dict[str, Validators]:
    """Return what this source's hosts gave us to ask "changed since?" with, by address, for this reader version only."""
    table = schema.validator
    rows = connection.execute(
        select(table).where(table.c.source == source.key, table.c.reader_version == source.reader_version)
    )
    return {row.url: Validators(etag=row.etag, last_modified=row.last_modified) for row in rows}


def save_validators(connection: Connection, source: AnySource, page: Page) -> None:
    """Remember a page's validators; called in the transaction that stores what the page held."""
    table = schema.validator
    found = page.validators
    connection.execute(delete(table).where(table.c.source == source.key, table.c.url == page.request.url))
    if found.etag or found.last_modified:
        connection.execute(
            insert(table),
            {
                "source": source.key,
                "url": page.request.url,
                "etag": found.etag,
                "last_modified": found.last_modified,
                "reader_version": source.reader_version,
            },
        )
