"""Source states and validators."""

from sqlalchemy import Connection, bindparam, delete, select

from bot.core.health import SourceState
from bot.store import schema
from bot.store.rows import upsert
from watchers.source import AnySource, Page, Validators
from watchers.watch import body_print

# Put together once: every poll asks these two, and most polls ask nothing else.
_STATE = select(schema.source_state).where(schema.source_state.c.source == bindparam("wanted"))
_VALIDATORS = select(schema.validator).where(
    schema.validator.c.source == bindparam("wanted"),
    schema.validator.c.reader_version == bindparam("reader"),
)


def load_state(connection: Connection, source: str) -> SourceState:
    """Return the source's state; a source never polled has a blank one."""
    row = connection.execute(_STATE, {"wanted": source}).first()
    return SourceState(**row._mapping) if row else SourceState(source=source)


def save_state(connection: Connection, state: SourceState) -> None:
    """Write the source's state."""
    table = schema.source_state
    upsert(connection, table, [{column.name: getattr(state, column.name) for column in table.columns}])


def load_validators(connection: Connection, source: AnySource) -> dict[str, Validators]:
    """Return what this source's hosts gave us to ask "changed since?" with, by address, for this reader version only."""
    rows = connection.execute(_VALIDATORS, {"wanted": source.key, "reader": source.reader_version})
    return {
        row.url: Validators(etag=row.etag, last_modified=row.last_modified, body_print=row.body_print)
        for row in rows
    }


def save_validators(connection: Connection, source: AnySource, page: Page) -> None:
    """Remember what tells a page from a later one; called in the transaction that stores what the page held."""
    row = {
        "source": source.key,
        "url": page.request.url,
        "etag": page.headers.get("etag"),
        "last_modified": page.headers.get("last-modified"),
        "body_print": body_print(page),
        "reader_version": source.reader_version,
    }
    upsert(connection, schema.validator, [row])


def drop_validators(connection: Connection, source: AnySource, page: Page) -> None:
    """Forget what told a page from a later one, so that it is read again whatever the host says."""
    table = schema.validator
    connection.execute(delete(table).where(table.c.source == source.key, table.c.url == page.request.url))
