"""The channels that the configuration names, with what it asks for on their behalf. Pure."""

from collections.abc import Iterable
from dataclasses import replace

from bot.config import Settings
from bot.config_problems import did_you_mean
from bot.core.channel import ALL_TOPICS, CONSOLE, Burst, Channel, Subscription
from bot.core.query import QueryError, read
from bot.core.topic_value import Topic
from bot.errors import ConfigError, ConfigProblem

_NEVER = Burst(alerts=1_000_000)


def configured_channels(settings: Settings, topics: Iterable[Topic]) -> tuple[Channel, ...]:
    """Return the configured channels. Raises ConfigError for topics that are not there and words that cannot be read."""
    problems = list(_problems(settings, {topic.key for topic in topics}))
    if problems:
        raise ConfigError("the configuration", problems)
    found: dict[str, Channel] = {}
    if settings.console.enabled:
        found[CONSOLE] = Channel(
            address=CONSOLE,
            subscriptions=tuple(
                Subscription(what=topic, min_severity=settings.console.min_severity, configured=True)
                for topic in settings.console.topics
            ),
            zone=settings.console.zone.key,
            burst=_NEVER,
        )
    for table in settings.subscriptions:
        if table.channel == CONSOLE and not settings.console.enabled:
            continue  # nobody would ever tell it
        channel = found.get(table.channel, Channel(address=table.channel))
        for wanted in table.subscriptions():
            channel = channel.with_subscription(wanted)
        found[table.channel] = channel
    for address in settings.ops.channels:
        if address != CONSOLE or settings.console.enabled:
            found[address] = replace(found.get(address, Channel(address=address)), ops=True)
    return tuple(found.values())


def _problems(settings: Settings, known: set[str]) -> Iterable[ConfigProblem]:
    named = [("[console] topics", topic) for topic in settings.console.topics]
    for number, table in enumerate(settings.subscriptions, 1):
        place = f"[[subscriptions]] number {number}"
        named += [(f"{place} topics", topic) for topic in table.topics or ()]
        if table.query is not None and (said := _unreadable(table.query)):
            yield ConfigProblem(place=f"{place} query", message=said)
    for place, topic in named:
        if topic != ALL_TOPICS and topic not in known:
            said = f'there is no topic "{topic}"{did_you_mean(topic, known)}'
            yield ConfigProblem(place=place, message=said, try_="tradewire topics")


def _unreadable(query: str) -> str | None:
    try:
        read(query)
    except QueryError as error:
        return error.problem
    return None
