"""The topics of each time, written down so that a decision can be made again: queries as text, in the form that is printed."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from bot.core.match import Severity
from bot.core.matching import Matcher
from bot.core.query import Query, QueryError, printed, read
from bot.core.query.lists import ListError, of_lists
from bot.core.topic_value import Rule, Topic
from bot.errors import StoreError
from bot.store import chain, schema
from bot.store.evidence import RulesEntry
from bot.store.rows import pack, unpack

_rulebook = schema.rulebook


@dataclass(frozen=True, slots=True, kw_only=True)
class _RuleRow:
    """A rule as it is written down."""

    when: str
    severity: int | None
    weight: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _TopicRow:
    """A topic as it is written down, without its examples. Of before there was a language the query is a table of lists."""

    key: str
    title: str
    title_zh: str
    severity: int
    query: str | dict[str, Any]
    origin: str
    quiet: str | None = None
    rules: tuple[_RuleRow, ...] = ()
    least_weight: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Book:
    """A rulebook as it is written down. One of before there was a watch list is the tuple of its topics."""

    topics: tuple[_TopicRow, ...]
    raises: tuple[_RuleRow, ...]


def print_of_rules(matcher: Matcher) -> str:
    """Return the hash of the topics and of what raises them, by which a rulebook is known."""
    return _hash(_packed(matcher))


def rules_number(connection: Connection, matcher: Matcher, printed: str, *, now: datetime) -> int:
    """Return the number of the rulebook with these rules; a new one is written down."""
    known = connection.execute(select(_rulebook.c.id).where(_rulebook.c.print == printed)).scalar()
    if known is not None:
        return int(known)
    row = {"print": printed, "body": _packed(matcher), "since": now}
    inserted = connection.execute(insert(_rulebook).values(row)).inserted_primary_key
    number = int(inserted[0]) if inserted else 0
    body = pack(RulesEntry(number=number, print=printed))
    chain.append(connection, now, [chain.Entry(kind=chain.RULES, subject=f"rules-{number}", body=body)])
    return number


def rules_of(connection: Connection, number: int) -> tuple[Matcher | None, str | None]:
    """Return a rulebook's topics (without examples) and what raises them, and its hash as it is stored.

    None and None where there is none. Raises StoreError for one that cannot be read.
    """
    body = connection.execute(select(_rulebook.c.body).where(_rulebook.c.id == number)).scalar()
    if not body:
        return None, None
    try:
        book = _before_raises(body) if body.startswith("[") else unpack(body, _Book)
        return Matcher(map(_topic, book.topics), map(_rule, book.raises)), _hash(body)
    except (QueryError, ListError, KeyError, TypeError) as error:
        raise StoreError(f"rulebook {number} cannot be read: {error}") from error


def _before_raises(body: str) -> _Book:
    return _Book(topics=unpack(body, tuple[_TopicRow, ...]), raises=())


def _packed(matcher: Matcher) -> str:
    return pack(_Book(topics=tuple(map(_row, matcher.topics)), raises=tuple(map(_rule_row, matcher.raises))))


def _row(topic: Topic) -> _TopicRow:
    return _TopicRow(
        key=topic.key,
        title=topic.title,
        title_zh=topic.title_zh,
        severity=int(topic.severity),
        query=printed(topic.query.node),
        origin=topic.origin,
        quiet=printed(topic.quiet.node) if topic.quiet else None,
        rules=tuple(map(_rule_row, topic.rules)),
        least_weight=topic.least_weight,
    )


def _rule_row(rule: Rule) -> _RuleRow:
    severity = None if rule.severity is None else int(rule.severity)
    return _RuleRow(when=printed(rule.when.node), severity=severity, weight=rule.weight, why=rule.why)


def _rule(row: _RuleRow) -> Rule:
    severity = None if row.severity is None else Severity(row.severity)
    return Rule(when=read(row.when), severity=severity, weight=row.weight, why=row.why)


def _topic(row: _TopicRow) -> Topic:
    return Topic(
        key=row.key,
        title=row.title,
        title_zh=row.title_zh,
        severity=Severity(row.severity),
        query=read(row.query) if isinstance(row.query, str) else _of_old(row.query),
        match_examples=(),
        ignore_examples=(),
        origin=row.origin,
        quiet=read(row.quiet) if row.quiet else None,
        rules=tuple(map(_rule, row.rules)),
        least_weight=row.least_weight,
    )


def _of_old(lists: dict[str, Any]) -> Query:
    written = {
        name: [term["written"] for term in lists.get(f"{name}_of") or ()] for name in ("any", "all", "none")
    }
    return of_lists({name: terms for name, terms in written.items() if terms})


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
