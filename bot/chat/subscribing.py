"""Subscribing and unsubscribing, as chat and the command line both do it: facts come back, whoever asked puts them into words."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from bot.chat import changes
from bot.chat.changes import Configured, NotSubscribed
from bot.chat.commands import Subscribe, Unsubscribe
from bot.chat.here import Changed, Here, change
from bot.chat.looking import estimate
from bot.chat.topic_choice import Ambiguous, Unknown
from bot.core.archive import Volume
from bot.core.topic_value import Topic
from bot.store.writer import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Flood:
    """It would bring more than anybody reads, and nobody said that it should anyway."""

    volume: Volume


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What subscriptions were asked for or ended, and the channel before and after. `volume`: of what is new."""

    whats: tuple[str, ...]
    changed: Changed
    volume: Volume | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unconfirmed:
    """Everything would end, and nobody said that it should anyway."""


async def subscribe(
    store: Store, topics: Sequence[Topic], command: Subscribe, here: Here
) -> Done | Flood | Ambiguous | Unknown | Configured | NotSubscribed:
    """Subscribe the channel, or say why not. The volume is estimated before anything is changed. Raises StoreError."""
    whats = changes.wanted(topics, command.names, query=command.query, everything=command.everything)
    if isinstance(whats, Ambiguous | Unknown):
        return whats
    plan = partial(changes.planned_by, command, whats=whats, by=here.asked.by, now=here.now)
    new = [each for each in plan(here.channel) if each not in here.channel.subscriptions]
    volume = await estimate(store, new, now=here.now) if new else None
    if volume is not None and volume.is_flood and not command.anyway:
        return Flood(volume=volume)
    done = await change(store, here, lambda channel: changes.with_subscriptions(channel, plan(channel)))
    return Done(whats=whats, changed=done, volume=volume) if isinstance(done, Changed) else done


async def unsubscribe(
    store: Store, topics: Sequence[Topic], command: Unsubscribe, here: Here
) -> Done | Unconfirmed | Ambiguous | Unknown | Configured | NotSubscribed:
    """End subscriptions of the channel, or say why not. Raises StoreError."""
    if command.everything:
        whats = tuple(each.what for each in here.channel.subscriptions if not each.configured)
        ends = bool(whats or here.channel.followed)
        if ends and not command.anyway:
            return Unconfirmed()
        if not ends and here.channel.subscriptions:
            return Configured(what=here.channel.subscriptions[0].what)
        ended = await change(store, here, changes.without_any)
    else:
        named = changes.of_these(here.channel, topics, command.names, query=command.query)
        if isinstance(named, Ambiguous | Unknown):
            return named
        whats = named
        ended = await change(store, here, lambda channel: changes.without(channel, whats))
    return Done(whats=whats, changed=ended) if isinstance(ended, Changed) else ended
