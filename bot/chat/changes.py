"""What a command makes of a channel. Pure: a channel in, a channel out, or why not. Chat and command line share it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import cast
from zoneinfo import ZoneInfo

from bot.chat.commands import Mute, Set, Subscribe
from bot.chat.tokens import folded
from bot.chat.topic_choice import Ambiguous, Unknown, choose
from bot.core.channel import ALL_TOPICS, QUERY, Channel, Language, Resurface, Subscription, WhenEmpty
from bot.core.match import Severity
from bot.core.timing import INSTANT, Timing, at_wall_time
from bot.core.topic_value import Topic
from watchers.item import Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Configured:
    """What was to be changed stands in the configuration, and only there can it be."""

    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSubscribed:
    """What was to end is not subscribed to."""

    what: str


def wanted(
    topics: Sequence[Topic], names: Iterable[str], *, query: str | None, everything: bool
) -> tuple[str, ...] | Ambiguous | Unknown:
    """Return what subscriptions call the topics, words and `all` that were named."""
    chosen = choose(topics, names)
    if isinstance(chosen, Ambiguous | Unknown):
        return chosen
    keys = [topic.key for topic in chosen]
    own = [QUERY + query] if query else []
    return tuple(dict.fromkeys([ALL_TOPICS] * everything + keys + own))


def of_these(
    channel: Channel, topics: Sequence[Topic], names: Iterable[str], *, query: str | None
) -> tuple[str, ...] | Ambiguous | Unknown:
    """Return which subscriptions are named: as they are called, also where their topic is gone, else as topics are."""
    called = {folded(each.what.removeprefix(QUERY)): each.what for each in channel.subscriptions}
    whats: list[str] = []
    for name in (*names, *filter(None, (query,))):
        if folded(name) in called:
            whats.append(called[folded(name)])
            continue
        if name == query:
            whats.append(QUERY + name)
            continue
        chosen = choose(topics, [name])
        if isinstance(chosen, Ambiguous | Unknown):
            return chosen
        whats += [topic.key for topic in chosen]
    return tuple(dict.fromkeys(whats))


def planned(
    channel: Channel,
    whats: Iterable[str],
    *,
    min_severity: Severity | None,
    min_stage: Stage | None,
    timing: Timing | None,
    by: str,
    now: datetime,
) -> tuple[Subscription, ...]:
    """Return the subscriptions that are asked for. What is not said stays as it is; a new one takes everything, at once."""
    before = {each.what: each for each in channel.subscriptions}
    asked = []
    for what in whats:
        old = before.get(what)
        new = Subscription(
            what=what,
            min_severity=min_severity or (old.min_severity if old else Severity.INFO),
            min_stage=min_stage or (old.min_stage if old else Stage.UNCONFIRMED),
            timing=timing or (old.timing if old else INSTANT),
            by=by,
            since=now,
            configured=old.configured if old else False,
        )
        same = old is not None and replace(new, by=old.by, since=old.since) == old
        asked.append(old if same and old else new)
    return tuple(asked)


def planned_by(
    command: Subscribe, channel: Channel, whats: Iterable[str], *, by: str, now: datetime
) -> tuple[Subscription, ...]:
    """Return the subscriptions that a typed command asks for."""
    return planned(
        channel,
        whats,
        min_severity=command.min_severity,
        min_stage=command.min_stage,
        timing=command.timing,
        by=by,
        now=now,
    )


def with_subscriptions(channel: Channel, asked: Iterable[Subscription]) -> Channel | Configured:
    """Return the channel with these subscriptions, each in the place of an earlier one to the same."""
    for each in asked:
        if each in channel.subscriptions:
            continue
        if each.configured:
            return Configured(what=each.what)
        channel = _in_place(channel, each)
    return channel


def _in_place(channel: Channel, new: Subscription) -> Channel:
    if not any(each.what == new.what for each in channel.subscriptions):
        return channel.with_subscription(new)
    kept = tuple(new if each.what == new.what else each for each in channel.subscriptions)
    return replace(channel, subscriptions=kept)


def without(channel: Channel, whats: Iterable[str]) -> Channel | Configured | NotSubscribed:
    """Return the channel without these subscriptions."""
    for what in whats:
        old = next((each for each in channel.subscriptions if each.what == what), None)
        if old is None:
            return NotSubscribed(what=what)
        if old.configured:
            return Configured(what=what)
        channel = channel.without_subscription(what)
    return channel


def without_any(channel: Channel) -> Channel:
    """Return the channel with nothing but what is configured; it follows nothing any more."""
    kept = tuple(each for each in channel.subscriptions if each.configured)
    return replace(channel, subscriptions=kept, followed=())


def end_of(command: Mute, zone: str, now: datetime) -> datetime:
    """Return when a mute ends: after its span, or when clocks in `zone` next show its time (aware, UTC)."""
    if command.until is None:
        return now + (command.span or timedelta())
    day = now.astimezone(ZoneInfo(zone)).date()
    ends = (at_wall_time(day + timedelta(days=later), command.until, zone) for later in (0, 1))
    return next((end for end in ends if end > now), now + timedelta(days=1))


def muted(channel: Channel, *, story: str | None, until: datetime, by: str) -> Channel:
    """Return the channel muted, or with one story muted."""
    if story is None:
        return replace(channel, muted_until=until, muted_by=by)
    others = tuple(each for each in channel.muted if each[0] != story)
    return replace(channel, muted=(*others, (story, until)))


def unmuted(channel: Channel, *, story: str | None) -> Channel:
    """Return the channel speaking again."""
    if story is None:
        return replace(channel, muted_until=None, muted_by="")
    return replace(channel, muted=tuple(each for each in channel.muted if each[0] != story))


def following(channel: Channel, story: str) -> Channel:
    """Return the channel following a story. It mutes it no more: whoever follows wants to hear."""
    if story in channel.followed:
        return channel
    return replace(unmuted(channel, story=story), followed=(*channel.followed, story))


def set_to(channel: Channel, command: Set) -> Channel:
    """Return the channel with one setting changed."""
    return replace(
        channel,
        zone=command.zone or channel.zone,
        language=cast("Language", command.language or channel.language),
        quiet=None if command.quiet_off else command.quiet or channel.quiet,
        burst=command.burst or channel.burst,
        resurface=cast("Resurface", command.resurface or channel.resurface),
        when_empty=cast("WhenEmpty", command.when_empty or channel.when_empty),
    )
