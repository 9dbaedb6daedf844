"""Channels and their subscriptions as a TOML file, written and read back: for backups, and to move to another machine. Pure.

It holds what was asked for in chat or on the command line. What stands in the configuration is not in it, nor are mutes: they
pass by themselves.
"""

import json
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from difflib import get_close_matches
from typing import Any, TypeVar, cast, get_args
from zoneinfo import ZoneInfo

from bot.core import query
from bot.core.channel import (
    ALL_TOPICS,
    QUERY,
    Burst,
    Channel,
    Language,
    Resurface,
    Subscription,
    WhenEmpty,
    checked_address,
)
from bot.core.match import Severity
from bot.core.timing import Quiet, timing_of
from watchers.item import Stage

HEADER = "# Tradewire: channels and what they subscribe to. Read it back with: tradewire import FILE\n"

_CHANNEL_KEYS = (
    "address",
    "title",
    "language",
    "zone",
    "quiet",
    "burst",
    "resurface",
    "when_empty",
    "paused",
    "followed",
    "subscription",
)
_SUBSCRIPTION_KEYS = ("topic", "query", "severity", "stage", "when", "by", "since")
_QUIET = re.compile(r"([01]\d|2[0-3]):([0-5]\d) to ([01]\d|2[0-3]):([0-5]\d)")
_BURST = re.compile(r"([1-9]\d{0,2})/([1-9]\d{0,3})")
_STORY = re.compile(r"[0-9a-f]{4,16}")
_SEVERITIES = {each.word: each for each in Severity}
_STAGES = {each.value: each for each in Stage}
_TOML_LINE = re.compile(r"at line (\d+)")
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileProblem:
    """One thing to change in a file: the line (None where it is not known), where in its tables, what is wrong, what to do."""

    line: int | None
    place: str
    message: str
    try_: str = ""


class SubscriptionFileError(ValueError):
    """A file that cannot be read back. `problems` holds everything that is wrong with it, in its order."""

    def __init__(self, problems: Iterable[FileProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{each.place} {each.message}".strip() for each in self.problems))


# -- writing


def written(channels: Iterable[Channel]) -> str:
    """Return the file of these channels; those that hold nothing of their own are left out."""
    tables = [_channel_table(channel) for channel in channels if _is_worth_keeping(channel)]
    return "\n".join((HEADER, *tables))


def kept(channel: Channel) -> Channel:
    """Return of a channel what a file holds."""
    asked = tuple(each for each in channel.subscriptions if not each.configured)
    return replace(channel, subscriptions=asked, muted_until=None, muted_by="", muted=(), ops=False)


def _is_worth_keeping(channel: Channel) -> bool:
    blank = Channel(address=channel.address, title=channel.title)
    return kept(channel) != blank


def _channel_table(channel: Channel) -> str:
    usual = Channel(address=channel.address)
    values = {
        "address": channel.address,
        "title": channel.title or None,
        "language": channel.language,
        "zone": channel.zone,
        "quiet": channel.quiet.words if channel.quiet else None,
        "burst": f"{channel.burst.alerts}/{channel.burst.minutes}",
        "resurface": channel.resurface,
        "when_empty": channel.when_empty,
        "paused": channel.paused,
        "followed": list(channel.followed) if channel.followed != usual.followed else None,
    }
    return "".join(
        (
            "[[channel]]\n",
            _lines(values),
            *(
                f"\n[[channel.subscription]]\n{_lines(_subscription_values(each))}"
                for each in channel.subscriptions
                if not each.configured
            ),
        )
    )


def _subscription_values(subscription: Subscription) -> dict[str, object]:
    return {
        "topic": subscription.what if subscription.query is None else None,
        "query": subscription.query,
        "severity": subscription.min_severity.word,
        "stage": subscription.min_stage.value,
        "when": subscription.timing.words,
        "by": subscription.by or None,
        "since": subscription.since,
    }


def _lines(values: Mapping[str, object]) -> str:
    return "".join(f"{key} = {_toml(value)}\n" for key, value in values.items() if value is not None)


def _toml(value: object) -> str:
    """Return a text, an instant or a list of texts as TOML. Its strings are those of JSON, but for the delete character."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, list):
        return f"[{', '.join(_toml(each) for each in value)}]"
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")


# -- reading


def read(text: str, topics: Iterable[str]) -> tuple[Channel, ...]:
    """Return the channels of a file; `topics` are the keys there are. Raises SubscriptionFileError with every problem."""
    try:
        table = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        found = _TOML_LINE.search(str(error))
        line = int(found[1]) if found else None
        problem = FileProblem(line=line, place="", message=f"not valid TOML: {error}")
        raise SubscriptionFileError([problem]) from None
    reader = _Reader(lines=_Lines(text), topics=frozenset(topics))
    channels = tuple(reader.channels(table))
    if reader.problems:
        raise SubscriptionFileError(reader.problems)
    return channels


class _Lines:
    """Finds the line of a key in the file, as far as a plain search does: by the headers above it."""

    def __init__(self, text: str) -> None:
        self._places: dict[tuple[int, int, str], int] = {}
        channel, subscription = 0, 0
        for number, line in enumerate(text.split("\n"), 1):
            bare = line.strip()
            if re.match(r"\[\[\s*channel\s*\]\]", bare):
                channel, subscription = channel + 1, 0
            elif re.match(r"\[\[\s*channel\s*\.\s*subscription\s*\]\]", bare):
                subscription += 1
            key = re.match(r"([A-Za-z0-9_-]+)\s*=", bare)
            self._places.setdefault((channel, subscription, key[1] if key else ""), number)

    def of(self, channel: int, subscription: int, key: str) -> int | None:
        """Return the line of a key in the n-th channel (from 1) and its n-th subscription (0: the channel itself)."""
        return self._places.get((channel, subscription, key)) or self._places.get((channel, subscription, ""))


class _Reader:
    """Reads the tables, and collects what is wrong with them."""

    def __init__(self, *, lines: _Lines, topics: frozenset[str]) -> None:
        self.problems: list[FileProblem] = []
        self._lines = lines
        self._topics = topics
        self._channel = self._subscription = 0
        self._name = ""

    def channels(self, table: Mapping[str, Any]) -> Iterator[Channel]:
        """Yield every channel that could be read."""
        self._refuse_unknown(table, ("channel",))
        tables = table.get("channel", [])
        if not _is_tables(tables):
            self._add("channel", "should be [[channel]] tables")
            return
        addresses: set[str] = set()
        for number, each in enumerate(tables, 1):
            self._channel, self._subscription = number, 0
            self._name = str(each.get("address", f"number {number}"))
            channel = self._channel_of(each)
            if channel is None:
                continue
            if channel.address in addresses:
                self._add("address", "the same address as a channel before it")
            addresses.add(channel.address)
            yield channel

    def _channel_of(self, table: Mapping[str, Any]) -> Channel | None:
        self._refuse_unknown(table, _CHANNEL_KEYS)
        address = self._value(table, "address", checked_address, None)
        if address is None:
            if "address" not in table:
                self._add("address", "missing", 'address = "slack:C0123"')
            return None
        usual = Channel(address=address)
        channel = Channel(
            address=address,
            title=self._value(table, "title", str, usual.title),
            language=self._value(table, "language", _language, usual.language),
            zone=self._value(table, "zone", _zone, usual.zone),
            quiet=self._value(table, "quiet", _quiet, usual.quiet),
            burst=self._value(table, "burst", _burst, usual.burst),
            resurface=self._value(table, "resurface", _resurface, usual.resurface),
            when_empty=self._value(table, "when_empty", _when_empty, usual.when_empty),
            paused=self._value(table, "paused", str, usual.paused),
            followed=self._followed(table.get("followed", [])),
        )
        return replace(channel, subscriptions=tuple(self._subscriptions(table.get("subscription", []))))

    def _followed(self, value: object) -> tuple[str, ...]:
        if isinstance(value, list) and all(
            isinstance(each, str) and _STORY.fullmatch(each) for each in value
        ):
            return tuple(dict.fromkeys(value))
        self._add("followed", "should be a list of stories' ids", 'followed = ["7f3a"]')
        return ()

    def _subscriptions(self, tables: object) -> Iterator[Subscription]:
        if not _is_tables(tables):
            self._add("subscription", "should be [[channel.subscription]] tables")
            return
        whats: set[str] = set()
        for number, table in enumerate(cast("list[dict[str, Any]]", tables), 1):
            self._subscription = number
            self._refuse_unknown(table, _SUBSCRIPTION_KEYS)
            what = self._what(table)
            if what is None:
                continue
            if what in whats:
                self._add("query" if what.startswith(QUERY) else "topic", "subscribed to twice")
            whats.add(what)
            usual = Subscription(what=what)
            yield Subscription(
                what=what,
                min_severity=self._value(table, "severity", _severity, usual.min_severity),
                min_stage=self._value(table, "stage", _stage, usual.min_stage),
                timing=self._value(table, "when", timing_of, usual.timing),
                by=self._value(table, "by", str, usual.by),
                since=self._since(table.get("since")),
            )
        self._subscription = 0

    def _what(self, table: Mapping[str, Any]) -> str | None:
        if ("topic" in table) == ("query" in table):
            self._add("topic", "should have either a topic or a query", 'topic = "tariffs"')
            return None
        if "query" in table:
            query = self._value(table, "query", _query, None)
            return None if query is None else f"{QUERY}{query}"
        key: str | None = self._value(table, "topic", self._topic, None)
        return key

    def _topic(self, key: str) -> str:
        if key != ALL_TOPICS and key not in self._topics:
            near = get_close_matches(key, self._topics, n=1, cutoff=0.4)
            raise ValueError(f'no topic is called "{key}"' + (f'; did you mean "{near[0]}"?' if near else ""))
        return key

    def _since(self, value: object) -> datetime | None:
        if value is None:
            return None
        if isinstance(value, datetime) and value.tzinfo is not None:
            return value.astimezone(UTC)
        self._add("since", "should be an instant with its zone", "since = 2026-11-29T08:30:00Z")
        return None

    def _value(self, table: Mapping[str, Any], key: str, read_it: Callable[[str], Value], usual: Any) -> Any:
        """Return a text of the table as what it means; what is usual where it is left out or wrong."""
        if key not in table:
            return usual
        try:
            if not isinstance(table[key], str):
                raise TypeError("should be a text in quotation marks")
            return read_it(table[key])
        except (TypeError, ValueError) as error:
            self._add(key, str(error).partition("\n")[0])
            return usual

    def _refuse_unknown(self, table: Mapping[str, Any], known: tuple[str, ...]) -> None:
        for key in table:
            if key not in known:
                near = get_close_matches(key, known, n=1)
                advice = f'did you mean "{near[0]}"?' if near else f"keys are {', '.join(known)}"
                self._add(key, "unknown key", advice)

    def _add(self, key: str, message: str, try_: str = "") -> None:
        of = f", subscription {self._subscription}" if self._subscription else ""
        place = f"[[channel]] {self._name}{of}: {key}" if self._channel else key
        line = self._lines.of(self._channel, self._subscription, key)
        self.problems.append(FileProblem(line=line, place=place, message=message, try_=try_))


def _is_tables(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, dict) for each in value)


def _one_of(known: Iterable[str], value: str) -> str:
    if value not in known:
        raise ValueError(f'"{value}" is none of {", ".join(known)}')
    return value


def _language(value: str) -> str:
    return _one_of(get_args(Language), value)


def _resurface(value: str) -> str:
    return _one_of(get_args(Resurface), value)


def _when_empty(value: str) -> str:
    return _one_of(get_args(WhenEmpty), value)


def _severity(value: str) -> Severity:
    return _SEVERITIES[_one_of(_SEVERITIES, value)]


def _stage(value: str) -> Stage:
    return _STAGES[_one_of(_STAGES, value)]


def _zone(value: str) -> str:
    try:
        return ZoneInfo(value).key
    except (KeyError, ValueError, OSError):
        raise ValueError(f'no time zone is called "{value}"; write one like Asia/Shanghai') from None


def _quiet(value: str) -> Quiet:
    found = _QUIET.fullmatch(value)
    if found is None:
        raise ValueError(f'"{value}" is no span of hours; write 22:00 to 07:00')
    hours = [int(each) for each in found.groups()]
    return Quiet(start=time(hours[0], hours[1]), end=time(hours[2], hours[3]))


def _burst(value: str) -> Burst:
    found = _BURST.fullmatch(value)
    if found is None:
        raise ValueError(f'"{value}" should be alerts/minutes, such as 5/10')
    return Burst(alerts=int(found[1]), minutes=int(found[2]))


def _query(value: str) -> str:
    try:
        query.read(value)
    except query.QueryError as error:
        raise ValueError(f"position {error.position}: {error.problem}") from None
    return value
