"""The proof: every item and every channel come to exactly one end, decided again from what is on record. Reads only.

What is looked at: the chain of entries is whole; each decision is the one that was sealed; a channel that a sealed rulebook says
had to hear of an item has a decision that says why it did or did not; each alert that was decided is there, and has one end.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from bot.core.channel import Channel
from bot.core.decide import Reason
from bot.core.delivery import Outcome, State
from bot.core.intake import EVERY_CHANNEL
from bot.core.layout import AlertState
from bot.core.match import Match
from bot.core.matching import document_of, match_all
from bot.core.topic import Topic
from bot.store import chain, schema
from bot.store.alerts import STORY
from bot.store.evidence import ItemEntry, print_of_alerts, print_of_decisions, rules_of
from bot.store.rows import unpack
from watchers.item import Item

_decision, _alert, _post, _delivery = schema.decision, schema.alert, schema.post, schema.delivery

Progress = Callable[[int, int], None]
"""Called with how many items were looked at, and of how many."""

_TOLD = frozenset(reason.value for reason in Reason if reason.is_told)
_ARRIVED = (Outcome.SENT.value, Outcome.FOUND.value)
_UNHEARD = {Reason.NO_MATCH.value, Reason.NOT_SUBSCRIBED.value}
"""Reasons that no match can stand behind: they are decided again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Something that does not come out: what it is about, and what is wrong."""

    subject: str
    what: str


@dataclass(slots=True, kw_only=True)
class Verified:
    """What verifying came to. `items` are revisions; `unsealed` of them were stored before there was a chain.

    `ended` alerts were sent, dropped for a reason, or are dead; `pending` ones wait. `uncertain` are sends of which nobody knows
    how they ended. `head` is the hash of the last entry; `broken_at` the first entry that does not follow from what is before it.
    """

    items: int = 0
    unsealed: int = 0
    subscriptions: int = 0
    alerts: int = 0
    ended: int = 0
    pending: int = 0
    uncertain: int = 0
    entries: int = 0
    head: str = chain.BEGINNING
    broken_at: int | None = None
    gaps: list[Gap] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class _History:
    """What the chain says: how items were decided, which channels there were after each entry that changed one, what was sent.

    `since` is when it begins.
    """

    items: dict[tuple[str, str, int], ItemEntry] = field(default_factory=dict)
    channels: list[tuple[int, str, Channel | None]] = field(default_factory=list)
    sent: set[tuple[str, int]] = field(default_factory=set)
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    """What an entry of a channel holds."""

    by: str
    channel: Channel | None = None
    moved_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What is asked of an alert: the revision of the item that brought it. Alerts of before there was a chain do not say."""

    item_revision: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Delivered:
    """What is asked of a sealed delivery."""

    attempt: int
    outcome: str


def verify(connection: Connection, *, progress: Progress) -> Verified:
    """Verify everything that is on record, in one consistent view."""
    found = Verified()
    history = _walk(connection, found)
    rosters = _rosters(history)
    rules: dict[int, tuple[Topic, ...]] = {}
    count = connection.execute(select(func.count()).select_from(schema.item_revision)).scalar_one()
    for row in _revisions(connection):
        found.items += 1
        entry = history.items.pop((row.source, row.key, row.revision), None)
        if entry is None:
            found.unsealed += 1
        else:
            if entry.rules not in rules:
                rules[entry.rules] = rules_of(connection, entry.rules) or ()
            _check_item(connection, row, entry, rosters.get(entry.roster, {}), rules[entry.rules], found)
        progress(found.items, count)
    found.gaps += [
        Gap(subject=f"{source} {key}", what=f"revision {revision} was sealed and is gone")
        for source, key, revision in history.items
    ]
    _check_sends(connection, history, found)
    _check_alerts(connection, found)
    last = {address: channel for _, address, channel in history.channels}
    found.subscriptions = sum(len(channel.subscriptions) for channel in last.values() if channel)
    return found


def _walk(connection: Connection, found: Verified) -> _History:
    history = _History()
    for entry, follows in chain.walk(connection):
        found.entries += 1
        found.head = entry.hash
        history.since = history.since or entry.at
        if not follows and found.broken_at is None:
            found.broken_at = entry.id
            found.gaps.append(Gap(subject=f"entry {entry.id}", what="does not follow from the one before it"))
        if entry.kind == chain.ITEM:
            item = unpack(entry.body, ItemEntry)
            history.items[item.source, item.key, item.revision] = item
        elif entry.kind == chain.CHANNEL:
            history.channels.append((entry.id, entry.subject, unpack(entry.body, _Change).channel))
        elif entry.kind == chain.DELIVERY:
            delivered = unpack(entry.body, _Delivered)
            if delivered.outcome in _ARRIVED:
                history.sent.add((entry.subject, delivered.attempt))
    return history


def _rosters(history: _History) -> dict[int, dict[str, Channel]]:
    """Return the channels as they were after each entry that changed one, by its number."""
    rosters: dict[int, dict[str, Channel]] = {0: {}}
    now: dict[str, Channel] = {}
    for number, address, channel in history.channels:
        now = {each: kept for each, kept in now.items() if each != address}
        if channel is not None:
            now[address] = channel
        rosters[number] = now
    return rosters


def _revisions(connection: Connection) -> Iterator[Any]:
    table = schema.item_revision
    last = ("", "", 0)
    while True:
        source, key, revision = last
        rows = connection.execute(
            select(table.c.source, table.c.key, table.c.revision, table.c.body)
            .where(
                (table.c.source > source)
                | ((table.c.source == source) & (table.c.key > key))
                | ((table.c.source == source) & (table.c.key == key) & (table.c.revision > revision))
            )
            .order_by(table.c.source, table.c.key, table.c.revision)
            .limit(_AT_ONCE)
        ).all()
        if not rows:
            return
        yield from rows
        last = (rows[-1].source, rows[-1].key, rows[-1].revision)


_AT_ONCE = 500


def _check_item(
    connection: Connection,
    row: Any,
    entry: ItemEntry,
    roster: Mapping[str, Channel],
    topics: tuple[Topic, ...],
    found: Verified,
) -> None:
    subject = f"{row.source} {row.key}" + (f" (revision {row.revision})" if row.revision > 1 else "")

    def gap(what: str) -> None:
        found.gaps.append(Gap(subject=subject, what=what))

    decisions = {
        each.channel: each.reason
        for each in connection.execute(
            select(_decision.c.channel, _decision.c.reason).where(
                _decision.c.source == row.source,
                _decision.c.key == row.key,
                _decision.c.revision == row.revision,
            )
        )
    }
    if print_of_decisions(decisions.items()) != entry.decisions:
        gap("what was decided is not what was sealed")
    if EVERY_CHANNEL not in decisions:
        for address in sorted(roster.keys() - decisions.keys()):
            gap(f"nothing was decided for {address}")
    told = sorted(channel for channel, reason in decisions.items() if reason in _TOLD)
    _check_told(connection, row, entry, told, gap)
    if row.body is not None and any(reason in _UNHEARD for reason in decisions.values()):
        matches = match_all(topics, document_of(unpack(row.body, Item)))
        for address in _overlooked(decisions, roster, matches):
            gap(f"{address} was to hear of it, and it was decided that it was not")


def _overlooked(
    decisions: Mapping[str, str], roster: Mapping[str, Channel], matches: Sequence[Match]
) -> list[str]:
    """Return the channels of which it was decided that nothing matched, although something does."""
    if decisions.get(EVERY_CHANNEL) == Reason.NO_MATCH.value and matches:
        return ["every channel"]
    unheard = (each for each, reason in decisions.items() if reason == Reason.NOT_SUBSCRIBED.value)
    return sorted(each for each in unheard if each in roster and roster[each].covering(matches))


def _check_told(
    connection: Connection,
    row: Any,
    entry: ItemEntry,
    told: Sequence[str],
    gap: Callable[[str], None],
) -> None:
    """Check that the alerts which were decided are there, as they were sealed."""
    rows = connection.execute(
        select(_alert.c.channel, _alert.c.body).where(
            _alert.c.source == row.source, _alert.c.key == row.key, _alert.c.kind == STORY
        )
    )
    mine = [each for each in rows if unpack(each.body, _Told).item_revision == row.revision]
    have = Counter(each.channel for each in mine)
    for address in told:
        if have[address] != 1:
            gap(f"{address} was to be told, and there are {have[address]} alerts")
    if print_of_alerts(each.body for each in mine) != entry.alerts:
        gap("its alerts are not what was sealed")


def _check_sends(connection: Connection, history: _History, found: Verified) -> None:
    """Check that what is on record as sent is what was sealed as sent."""
    rows = connection.execute(
        select(_delivery.c.post, _delivery.c.attempt, _delivery.c.finished_at).where(
            _delivery.c.outcome.in_(_ARRIVED)
        )
    )
    sealed = set(history.sent)
    for row in rows:
        name = (f"post-{row.post}", row.attempt)
        is_older = history.since is None or (row.finished_at is not None and row.finished_at < history.since)
        if name not in sealed and not is_older:
            found.gaps.append(Gap(subject=name[0], what="is said to be sent, and that was never sealed"))
        sealed.discard(name)
    found.gaps += [
        Gap(subject=post, what=f"was sealed as sent by try {attempt}, and that is gone")
        for post, attempt in sorted(sealed)
    ]


def _check_alerts(connection: Connection, found: Verified) -> None:
    """Count the ends of alerts, and name those that have none, or more than one."""
    query = (
        select(_alert.c.id, _alert.c.state, _alert.c.ending, _alert.c.post, _post.c.state.label("stands"))
        .outerjoin(_post, _post.c.id == _alert.c.post)
        .where(_alert.c.kind == STORY)
    )
    sent = set(
        connection.execute(select(_delivery.c.post).where(_delivery.c.outcome.in_(_ARRIVED))).scalars()
    )
    for row in connection.execute(query):
        found.alerts += 1
        wrong = _wrong_end(row, sent)
        if wrong is not None:
            found.gaps.append(Gap(subject=f"alert {row.id}", what=wrong))
        elif row.state == AlertState.DROPPED.value or row.stands in {State.SENT.value, State.DEAD.value}:
            found.ended += 1
        else:
            found.pending += 1
    found.uncertain = connection.execute(
        select(func.count()).select_from(_delivery).where(_delivery.c.outcome == Outcome.UNKNOWN.value)
    ).scalar_one()


def _wrong_end(row: Any, sent: set[int]) -> str | None:
    if row.state == AlertState.DROPPED.value:
        return None if row.ending else "was dropped without a reason"
    if row.state == AlertState.POSTED.value and row.stands is None:
        return "is said to be posted, and there is no such post"
    if row.stands == State.SENT.value and row.post not in sent:
        return "is said to be sent, and no send is on record"
    return None
