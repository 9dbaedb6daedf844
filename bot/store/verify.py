"""The proof: every item and every channel come to exactly one end, decided again from what is on record. Reads only.

What is looked at: the chain of entries is whole; each decision is the one that was sealed; a channel that a sealed rulebook says
had to hear of an item has a decision that says why it did or did not; each alert that was decided is there, and has one end.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from bot.core.channel import Channel
from bot.core.decide import Reason
from bot.core.fingerprint import differs, fingerprint
from bot.core.intake import EVERY_CHANNEL
from bot.core.match import Match
from bot.core.matching import Matcher, document_of
from bot.errors import StoreError
from bot.store import chain, schema
from bot.store.alerts import STORY
from bot.store.evidence import ItemEntry, RulesEntry, print_of_alerts, print_of_decisions
from bot.store.rows import unpack
from bot.store.rulebook import rules_of
from bot.store.verified import ARRIVED, History, Verified
from bot.store.verify_ends import check_alerts, check_channels, check_sends
from watchers.item import Item

_decision, _alert = schema.decision, schema.alert

Progress = Callable[[int, int], None]
"""Called with how many items were looked at, and of how many."""

_TOLD = frozenset(reason.value for reason in Reason if reason.is_told)
_UNHEARD = {Reason.NO_MATCH.value, Reason.NOT_SUBSCRIBED.value}
"""Reasons that no match can stand behind: they are decided again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    """What an entry of a channel holds."""

    by: str
    channel: Channel | None = None
    moved_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What is asked of an alert: for which channel it was decided, and the revision of the item that brought it.

    Alerts of before there was a chain do not say the revision.
    """

    channel: str
    item_revision: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Delivered:
    """What is asked of a sealed delivery."""

    attempt: int
    outcome: str
    alerts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Dropped:
    """What is asked of a sealed end of an alert that was not told."""

    reason: str


def verify(connection: Connection, *, progress: Progress) -> Verified:
    """Verify everything that is on record, in one consistent view."""
    found = Verified()
    history = _walk(connection, found)
    rosters = _rosters(history)
    rules: dict[int, Matcher | None] = {}
    count = connection.execute(select(func.count()).select_from(schema.item_revision)).scalar_one()
    for row in _revisions(connection):
        found.items += 1
        entry = history.items.pop((row.source, row.key, row.revision), None)
        if entry is None:
            found.unsealed += 1
            if history.since is not None and row.seen_at >= history.since:
                found.gap(f"{row.source} {row.key}", f"revision {row.revision} was never sealed")
        else:
            if entry.rules not in rules:
                rules[entry.rules] = _rules(connection, entry.rules, history, found)
            _check_item(connection, row, entry, rosters.get(entry.roster), rules[entry.rules], history, found)
        progress(found.items, count)
    for source, key, revision in history.items:
        found.gap(f"{source} {key}", f"revision {revision} was sealed and is gone")
    check_sends(connection, history, found)
    check_alerts(connection, history, found)
    check_channels(connection, history, found)
    found.subscriptions = sum(len(channel.subscriptions) for channel in history.last.values())
    return found


def _rules(connection: Connection, number: int, history: History, found: Verified) -> Matcher | None:
    """Return a rulebook, ready to decide again; None, and a gap, where it is not what was sealed."""
    try:
        matcher, printed = rules_of(connection, number)
    except StoreError:
        matcher, printed = None, None
    if matcher is None or printed != history.rules.get(number):
        found.gap(f"rulebook {number}", "is not what was sealed")
        return None
    return matcher


def _walk(connection: Connection, found: Verified) -> History:
    history = History()
    for entry, follows in chain.walk(connection):
        found.entries += 1
        found.head = entry.hash
        history.since = history.since or entry.at
        if not (follows and entry.id == found.entries) and found.broken_at is None:
            found.broken_at = entry.id
            found.gap(f"entry {entry.id}", "does not follow from the one before it")
        try:
            _note(history, entry)
        except StoreError:
            found.gap(f"entry {entry.id}", "cannot be read")
    return history


def _note(history: History, entry: chain.Sealed) -> None:
    """Add what an entry says to the history. Raises StoreError for one that cannot be read."""
    match entry.kind:
        case chain.ITEM:
            item = unpack(entry.body, ItemEntry)
            history.items[item.source, item.key, item.revision] = item
        case chain.CHANNEL:
            change = unpack(entry.body, _Change)
            history.channels.append((entry.id, entry.subject, change.channel))
            if change.moved_to is not None:
                history.moved[entry.subject] = change.moved_to
        case chain.RULES:
            rules = unpack(entry.body, RulesEntry)
            history.rules[rules.number] = rules.print
        case chain.DELIVERY:
            delivered = unpack(entry.body, _Delivered)
            if delivered.outcome in ARRIVED:
                history.sent.add((entry.subject, delivered.attempt))
                history.told.setdefault(entry.subject, set()).update(delivered.alerts)
        case chain.DROPPED:
            history.dropped[int(entry.subject.rpartition("-")[2])] = unpack(entry.body, _Dropped).reason


def _rosters(history: History) -> dict[int, dict[str, Channel]]:
    """Return the channels as they were whenever an item was decided, by the number of the entry that had last changed one."""
    asked = {item.roster for item in history.items.values()}
    rosters: dict[int, dict[str, Channel]] = {0: {}}
    now: dict[str, Channel] = {}
    for number, address, channel in history.channels:
        now.pop(address, None)
        if channel is not None:
            now[address] = channel
        if number in asked:
            rosters[number] = dict(now)
    return rosters


def _revisions(connection: Connection) -> Iterator[Any]:
    table = schema.item_revision
    last = ("", "", 0)
    while True:
        source, key, revision = last
        rows = connection.execute(
            select(table.c.source, table.c.key, table.c.revision, table.c.seen_at, table.c.body)
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
    roster: Mapping[str, Channel] | None,
    matcher: Matcher | None,
    history: History,
    found: Verified,
) -> None:
    subject = f"{row.source} {row.key}" + (f" (revision {row.revision})" if row.revision > 1 else "")

    def gap(what: str) -> None:
        found.gap(subject, what)

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
    if roster is None:
        gap("which channels there were then is not on record")
        roster = {}
    if EVERY_CHANNEL not in decisions:
        for address in sorted(roster.keys() - decisions.keys()):
            gap(f"nothing was decided for {address}")
    told = sorted(channel for channel, reason in decisions.items() if reason in _TOLD)
    _check_told(connection, row, entry, told, history, gap)
    item = _item(row, entry, gap)
    if item is None or matcher is None or not any(reason in _UNHEARD for reason in decisions.values()):
        return
    for address in _overlooked(decisions, roster, matcher.match(document_of(item))):
        gap(f"{address} was to hear of it, and it was decided that it was not")


def _item(row: Any, entry: ItemEntry, gap: Callable[[str], None]) -> Item | None:
    """Return the item as it is stored; None where its text was dropped, or, which is a gap, is not what was sealed."""
    if row.body is None:
        return None
    try:
        item = unpack(row.body, Item)
    except StoreError:
        gap("cannot be read")
        return None
    if differs(entry.fingerprint, fingerprint(item)):
        gap("what is stored is not what was sealed")
        return None
    return item


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
    history: History,
    gap: Callable[[str], None],
) -> None:
    """Check that the alerts which were decided are there, as they were sealed."""
    rows = connection.execute(
        select(_alert.c.channel, _alert.c.body).where(
            _alert.c.source == row.source, _alert.c.key == row.key, _alert.c.kind == STORY
        )
    )
    read = [(each, _told(each.body)) for each in rows]
    mine = [(each, said) for each, said in read if said is None or said.item_revision == row.revision]
    have = Counter(said.channel for _, said in mine if said)
    for address in told:
        if have[address] != 1:
            gap(f"{address} was to be told, and there are {have[address]} alerts")
    for each, said in mine:
        if said is not None and not history.leads(said.channel, each.channel):
            gap(f"an alert for {said.channel} is with {each.channel}")
    if print_of_alerts(each.body for each, _ in mine) != entry.alerts:
        gap("its alerts are not what was sealed")


def _told(body: str) -> _Told | None:
    """Return what is asked of an alert, None where it cannot be read any more."""
    try:
        return unpack(body, _Told)
    except StoreError:
        return None
