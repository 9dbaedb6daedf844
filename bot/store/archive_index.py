"""The archive's index of words: which items may hold what a query asks for. It never decides: the query itself is asked then.

SQLite's FTS5 without the texts. A token is a Latin word or number as it is, or any one other character, so that a phrase of
tokens finds Chinese wherever it stands; or a fact or code. An item that changed loses its number and gets a new one; the words
under the old number lead nowhere. Source: https://www.sqlite.org/fts5.html, sections 3, 4.3.1 and 4.4.3, seen 2026-11-29.
"""

import re
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, and_, bindparam, func, select, text, update

from bot.core.document import Document
from bot.core.matching import document_of
from bot.core.query import FACTS, Query, prepare
from bot.core.query.codes import KINDS
from bot.core.query.nodes import And, Fact, Near, Node, Or, Words
from bot.store import schema
from bot.store.rows import unpack
from bot.store.writer import Store
from watchers.item import Item

AT_ONCE = 100
_DEEPEST = 20  # levels of a query that the index is asked about: what lies deeper only makes candidates fewer

_item, _revision = schema.item, schema.item_revision
_TOKEN = re.compile(r"[a-z0-9]+|[^\x00-\x7f\ud800-\udfff]")


def catch_up(connection: Connection) -> int:
    """Take in what is new or changed, at most `AT_ONCE` items; return how many that were. Belongs into a write transaction."""
    of_it = and_(
        _revision.c.source == _item.c.source,
        _revision.c.key == _item.c.key,
        _revision.c.revision == _item.c.revision,
    )
    query = select(_item.c.source, _item.c.key, _revision.c.body).outerjoin_from(_item, _revision, of_it)
    rows = connection.execute(query.where(_item.c.number.is_(None)).limit(AT_ONCE)).all()
    if not rows:
        return 0
    # Also past numbers that lead nowhere any more: a number is never given twice.
    last = connection.execute(text("SELECT coalesce(max(id), 0) FROM archive_words_docsize")).scalar_one()
    numbered = list(enumerate(rows, last + 1))
    connection.execute(
        text("INSERT INTO archive_words (rowid, words) VALUES (:number, :words)"),
        [
            {"number": number, "words": tokens_of(document_of(unpack(row.body, Item))) if row.body else ""}
            for number, row in numbered
        ],
    )
    connection.execute(
        update(_item)
        .where(_item.c.source == bindparam("its_source"), _item.c.key == bindparam("its_key"))
        .values(number=bindparam("given")),
        [{"its_source": row.source, "its_key": row.key, "given": number} for number, row in numbered],
    )
    return len(rows)


async def caught_up(store: Store) -> None:
    """Take in all that waits, a bounded piece at a time, so that other writers go in between. Raises StoreError."""
    while await store.write(catch_up) == AT_ONCE:
        pass


def waiting(connection: Connection) -> int:
    """Return how many items the index has not taken in yet."""
    return connection.execute(
        select(func.count()).select_from(_item).where(_item.c.number.is_(None))
    ).scalar_one()


def tokens_of(document: Document) -> str:
    """Return the tokens of a document, a blank between two: of its texts, and one for each fact and code with all its kin."""
    prepared = prepare(document)
    texts = _TOKEN.findall(prepared.joined.decode("utf-8", "surrogatepass"))
    facts = (_fact(field, value) for field in (*FACTS, *KINDS) for value in prepared.values(field))
    return " ".join((*texts, *facts))


def _fact(field: str, value: str) -> str:
    """Return the token of a fact. Its first character stands in no token of a text, which has no two such characters."""
    return "\ue000" + re.sub("[^a-z0-9]", "\ue001", f"{field}:{value}".lower())


def asked_of(queries: Iterable[Query]) -> str | None:
    """Return what to ask the index for, so that it names all items that any of the queries hits; None where all may."""
    found = [_asked(query.node, _DEEPEST) for query in queries]
    return _joined(" OR ", found) if found else None


def _asked(node: Node, levels: int) -> str | None:
    """Return what holds wherever the query does. Dates and absences are not in the index."""
    if not levels:
        return None
    match node:
        case Words():
            return _phrase(node)
        case Or():
            return _joined(" OR ", [_asked(part, levels - 1) for part in node.parts])
        case And():
            known = [asked for part in node.parts if (asked := _asked(part, levels - 1))]
            return _joined(" AND ", known)
        case Near():
            return _joined(
                " AND ", [_joined(" OR ", [_phrase(each) for each in some]) for some in node.parts]
            )
        case Fact():
            return f'"{_fact(node.field, node.value)}"'
        case _:
            return None


def _joined(operator: str, parts: Sequence[str | None]) -> str | None:
    known = [part for part in parts if part]
    if not known or len(known) < len(parts):
        return None
    return known[0] if len(known) == 1 else f"({operator.join(known)})"


def _phrase(words: Words) -> str | None:
    tokens = _TOKEN.findall(words.text)
    if not tokens:
        return None
    return f'"{" ".join(tokens)}"' + ("*" if words.prefix else "")
