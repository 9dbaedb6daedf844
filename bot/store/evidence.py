"""What seals an intake in the chain: the pages that were read, and for each item how it was decided, under which rules.

A decision can be made again later: the rules of then are kept, and so is who was subscribed to what.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.core.alert import Alert
from bot.core.batch import Decision, Writes
from bot.store import chain, schema
from bot.store.rows import pack
from watchers.source import Page

_rulebook = schema.rulebook


@dataclass(frozen=True, slots=True, kw_only=True)
class PageEntry:
    """What is sealed of a page: where it was, when it came back (aware, UTC), and what tells its bytes from any others."""

    source: str
    url: str
    fetched_at: datetime
    status: int
    sha256: str
    size: int
    etag: str | None
    last_modified: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemEntry:
    """What is sealed of an item's revision: the entries of the pages that it was read from, and how it was decided.

    `rules` is the rulebook's number, `roster` the entry that last changed a channel. `decisions` and `alerts` are hashes.
    """

    source: str
    key: str
    revision: int
    fingerprint: str
    pages: tuple[int, ...]
    rules: int
    roster: int
    decisions: str
    alerts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesEntry:
    """What is sealed of a rulebook: its number, and the hash of its topics."""

    number: int
    print: str


def seal_intake(
    connection: Connection,
    source: str,
    writes: Writes,
    pages: Sequence[Page],
    *,
    rules: int,
    roster: int,
    now: datetime,
    sealed_before: tuple[int, ...] = (),
) -> tuple[int, ...]:
    """Seal what an intake wrote, with the pages that it came from. Nothing is sealed where nothing was written.

    `sealed_before` are the entries of pages that an earlier part of the same intake sealed. Return the entries of all.
    """
    if not writes.revisions:
        return sealed_before
    sealed = [_page_entry(source, page) for page in pages]
    entries = [chain.Entry(kind=chain.PAGE, subject=each.url, body=pack(each)) for each in sealed]
    first = chain.append(connection, now, entries)
    numbers = (*sealed_before, *range(first, first + len(sealed)))
    decisions: dict[tuple[str, int], list[Decision]] = {}
    for decision in writes.decisions:
        decisions.setdefault((decision.key, decision.revision), []).append(decision)
    alerts: dict[tuple[str, int], list[Alert]] = {}
    for alert in writes.alerts:
        alerts.setdefault((alert.key, alert.item_revision), []).append(alert)
    chain.append(
        connection,
        now,
        [
            chain.Entry(
                kind=chain.ITEM,
                subject=f"{source}/{each.item.key}",
                body=pack(
                    ItemEntry(
                        source=source,
                        key=each.item.key,
                        revision=each.revision,
                        fingerprint=each.fingerprint,
                        pages=numbers,
                        rules=rules,
                        roster=roster,
                        decisions=print_of_decisions(
                            (one.channel, one.reason.value)
                            for one in decisions.get((each.item.key, each.revision), ())
                        ),
                        alerts=print_of_alerts(
                            pack(one) for one in alerts.get((each.item.key, each.revision), ())
                        ),
                    )
                ),
            )
            for each in writes.revisions
        ],
    )
    return numbers


def print_of_decisions(decisions: Iterable[tuple[str, str]]) -> str:
    """Return the hash over the decisions (channel, reason) of a revision, whatever their order."""
    return _print(f"{channel}\t{reason}" for channel, reason in decisions)


def print_of_alerts(bodies: Iterable[str]) -> str:
    """Return the hash over the alerts of a revision as they are stored, whatever their order."""
    return _print(bodies)


def _print(lines: Iterable[str]) -> str:
    return _hash("\n".join(sorted(lines)))


def _page_entry(source: str, page: Page) -> PageEntry:
    return PageEntry(
        source=source,
        url=page.url,
        fetched_at=page.fetched_at,
        status=page.status,
        sha256=hashlib.sha256(page.body).hexdigest(),
        size=len(page.body),
        etag=page.headers.get("etag"),
        last_modified=page.headers.get("last-modified"),
    )


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
