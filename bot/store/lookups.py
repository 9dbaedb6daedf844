"""Questions that people ask of the ledger. Reads only."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, or_, select

from bot.core.delivery import Outcome, State
from bot.core.health import SourceState, as_of, is_expected
from bot.core.layout import AlertState
from bot.core.match import Evidence, Match, Severity
from bot.core.story import Story
from bot.store import chain, schema
from bot.store.alerts import STORY, count_by_state
from bot.store.evidence import ItemEntry, PageEntry
from bot.store.laying import Coverage
from bot.store.rows import rows_where, unpack
from watchers.item import Item
from watchers.source import AnySource

_item, _alert, _post, _delivery = schema.item, schema.alert, schema.post, schema.delivery


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRow:
    """Why a channel was told of a revision, or not."""

    revision: int
    channel: str
    reason: str
    decided_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SendRow:
    """One attempt to send one alert."""

    channel: str
    state: str
    attempt: int
    outcome: str
    finished_at: datetime | None
    detail: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """Everything on record about one item: its latest text (None once retention dropped it), hits, decisions, sends.

    `pages` are what its last revision was read from.
    """

    source: str
    key: str
    title: str
    url: str
    story: str | None
    first_seen_at: datetime
    official_at: datetime | None
    revision: int
    item: Item | None
    matches: tuple[Match, ...]
    decisions: tuple[DecisionRow, ...]
    sends: tuple[SendRow, ...]
    pages: tuple[PageEntry, ...] = ()
    also_at: tuple[str, ...] = ()


def find_trails(connection: Connection, word: str) -> tuple[Trail, ...]:
    """Return the trails that `word` names, oldest first: a story id, a number, an address, or `latest`. At most 20."""
    rows = connection.execute(
        select(_item)
        .where(_named(connection, word))
        .order_by(_item.c.first_seen_at, _item.c.source, _item.c.key)
        .limit(20)
    )
    return tuple(_trail(connection, row) for row in rows)


def _named(connection: Connection, word: str) -> ColumnElement[bool]:
    if word == "latest":
        row = connection.execute(
            select(_alert.c.source, _alert.c.key)
            .where(_alert.c.kind == STORY)
            .order_by(_alert.c.id.desc())
            .limit(1)
        ).first()
        return (_item.c.source == (row.source if row else "")) & (_item.c.key == (row.key if row else ""))
    number = word.removeprefix("fr:")
    direct = or_(_item.c.key == number, _item.c.ref == word, _item.c.url == word, _item.c.story == word)
    story = connection.execute(
        select(schema.story.c.ref).where(or_(schema.story.c.id == word, schema.story.c.ref == f"fr:{number}"))
    ).scalar()
    return or_(direct, _item.c.ref == story) if story else direct


def _trail(connection: Connection, row: Any) -> Trail:
    body = connection.execute(
        select(schema.item_revision.c.body).where(
            *_is(schema.item_revision, row), schema.item_revision.c.revision == row.revision
        )
    ).scalar()
    return Trail(
        source=row.source,
        key=row.key,
        title=row.title,
        url=row.url,
        story=row.story,
        first_seen_at=row.first_seen_at,
        official_at=row.official_at,
        revision=row.revision,
        item=unpack(body, Item) if body else None,
        matches=_matches(connection, row),
        decisions=_decisions(connection, row),
        sends=_sends_of(connection, row),
        pages=_pages(connection, row),
        also_at=_also_at(connection, row),
    )


def _pages(connection: Connection, row: Any) -> tuple[PageEntry, ...]:
    """Return the pages that the item's last revision was read from, oldest first; none for what was never sealed."""
    entry = schema.entry
    subject = f"{row.source}/{row.key}"
    sealed = select(entry.c.body).where(entry.c.kind == chain.ITEM, entry.c.subject == subject)
    body = connection.execute(sealed.order_by(entry.c.id.desc()).limit(1)).scalar()
    if body is None:
        return ()
    numbers = unpack(body, ItemEntry).pages
    pages = rows_where(connection, select(entry).order_by(entry.c.id), entry.c.id, numbers)
    return tuple(unpack(page.body, PageEntry) for page in pages)


def _also_at(connection: Connection, row: Any) -> tuple[str, ...]:
    """Return the other addresses at which the act of this item stands."""
    query = select(schema.story.c.body).where(schema.story.c.id == row.story)
    body = connection.execute(query).scalar() if row.story else None
    if body is None:
        return ()
    story = unpack(body, Story)
    return tuple(url for url in (story.url, *(place.url for place in story.also)) if url != row.url)


def _is(table: Any, row: Any) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return table.c.source == row.source, table.c.key == row.key


def _matches(connection: Connection, row: Any) -> tuple[Match, ...]:
    table = schema.topic_match
    rows = connection.execute(
        select(table).where(*_is(table, row), table.c.revision == row.revision).order_by(table.c.topic)
    )
    return tuple(
        Match(
            topic=each.topic,
            severity=Severity(each.severity),
            evidence=unpack(each.evidence, tuple[Evidence, ...]),
            reasons=unpack(each.reasons, tuple[str, ...]) if each.reasons else (),
        )
        for each in rows
    )


def _decisions(connection: Connection, row: Any) -> tuple[DecisionRow, ...]:
    table = schema.decision
    rows = connection.execute(
        select(table).where(*_is(table, row)).order_by(table.c.revision, table.c.channel)
    )
    return tuple(
        DecisionRow(
            revision=each.revision, channel=each.channel, reason=each.reason, decided_at=each.decided_at
        )
        for each in rows
    )


def _sends_of(connection: Connection, row: Any) -> tuple[SendRow, ...]:
    rows = connection.execute(
        select(_alert.c.channel, _post.c.state, _delivery)
        .join(_post, _post.c.id == _alert.c.post)
        .join(_delivery, _delivery.c.post == _post.c.id)
        .where(*_is(_alert, row))
        .order_by(_alert.c.id, _delivery.c.attempt)
    )
    return tuple(
        SendRow(
            channel=each.channel,
            state=each.state,
            attempt=each.attempt,
            outcome=each.outcome,
            finished_at=each.finished_at,
            detail=each.detail,
        )
        for each in rows
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """How things stand. `seconds_to_send` are the last week's times from the official instant to the send, in order."""

    items: int
    stories: int
    states: tuple[SourceState, ...]
    waiting: int
    sending: int
    dead: int
    sent: int
    sent_last_day: int
    uncertain: int
    last_sent_at: datetime | None
    seconds_to_send: tuple[float, ...]


_ARRIVED = (Outcome.SENT.value, Outcome.FOUND.value)


def overview(connection: Connection, *, now: datetime) -> Overview:
    """Return how things stand at `now`."""
    counts = count_by_state(connection)
    return Overview(
        items=_count(connection, schema.seen),
        stories=_count(connection, schema.story),
        states=source_states(connection),
        waiting=sum(counts.get(state, 0) for state in (AlertState.WAITING, State.READY, State.RETRY)),
        sending=sum(counts.get(state, 0) for state in (State.CLAIMED, State.SENDING, State.UNCERTAIN)),
        dead=counts.get(State.DEAD, 0),
        sent=counts.get(State.SENT, 0),
        sent_last_day=_sends(
            connection, func.count(), _ARRIVED, _delivery.c.finished_at >= now - timedelta(days=1)
        ),
        uncertain=_sends(connection, func.count(), (Outcome.UNKNOWN.value,)),
        last_sent_at=_sends(connection, func.max(_delivery.c.finished_at), _ARRIVED),
        seconds_to_send=_seconds_to_send(connection, now - timedelta(days=7)),
    )


def source_states(connection: Connection) -> tuple[SourceState, ...]:
    """Return the state of every source that was ever polled, by key."""
    rows = connection.execute(select(schema.source_state).order_by(schema.source_state.c.source)).mappings()
    return tuple(SourceState(**row) for row in rows)


def stories_told(connection: Connection) -> int:
    """Return how many stories at least one channel was told of."""
    told = select(func.count(_alert.c.story.distinct())).where(_alert.c.kind == STORY)
    return connection.execute(told).scalar() or 0


def alerts_sent(connection: Connection) -> int:
    """Return how many alerts were sent, by whichever process."""
    return count_by_state(connection).get(State.SENT, 0)


def _count(connection: Connection, table: Any, *where: ColumnElement[bool]) -> int:
    return connection.execute(select(func.count()).select_from(table).where(*where)).scalar() or 0


def _sends(
    connection: Connection, what: ColumnElement[Any], outcomes: tuple[str, ...], *where: ColumnElement[bool]
) -> Any:
    """Return what is asked of the tries to send an alert that ended so. Notices of incidents are no alerts."""
    query = (
        select(what)
        .select_from(_delivery)
        .join(_alert, _alert.c.post == _delivery.c.post)
        .where(_alert.c.kind == STORY, _delivery.c.outcome.in_(outcomes), *where)
    )
    return connection.execute(query).scalar()


def _seconds_to_send(connection: Connection, since: datetime) -> tuple[float, ...]:
    rows = connection.execute(
        select(_item.c.official_at, _delivery.c.finished_at)
        .join(_alert, _alert.c.post == _delivery.c.post)
        .join(_item, (_item.c.source == _alert.c.source) & (_item.c.key == _alert.c.key))
        .where(
            _delivery.c.outcome.in_(_ARRIVED),
            _delivery.c.finished_at >= since,
            _item.c.official_at.is_not(None),
        )
    )
    return tuple(sorted((row.finished_at - row.official_at).total_seconds() for row in rows))


def coverage_of(sources: Mapping[str, AnySource]) -> Callable[[Connection, datetime], Coverage]:
    """Return what tells how well these sources, by key, could be read."""

    def coverage(connection: Connection, now: datetime) -> Coverage:
        states = {each.source: as_of(each, now) for each in source_states(connection)}
        blind = tuple(
            (source.title, states[key].blind_since or now)
            for key, source in sources.items()
            if key in states and states[key].blind_since is not None and not _is_refused(source, states[key])
        )
        read = [state.complete_at for key, state in states.items() if key in sources and state.complete_at]
        return Coverage(
            read=len(sources) - len(blind),
            sources=len(sources),
            blind=blind,
            last_read_at=max(read, default=None),
        )

    return coverage


def _is_refused(source: AnySource, state: SourceState) -> bool:
    return is_expected(state.error_kind or "", expects_refusal=source.expects_refusal)
