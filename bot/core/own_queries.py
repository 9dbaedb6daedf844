"""Subscriptions to words of one's own, as topics: what the pipeline matches besides the shipped and the operator's ones. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.core.channel import QUERY, Channel
from bot.core.match import Severity
from bot.core.query import QueryError, read
from bot.core.topic_value import Topic


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A subscription whose words cannot be read any more. It stops nothing; whoever finds it should log it."""

    channel: str
    query: str
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """Everything that is matched, and the subscriptions that cannot be."""

    topics: tuple[Topic, ...]
    unreadable: tuple[Unreadable, ...] = ()


def topic_of_query(text: str) -> Topic:
    """Return the topic that a subscription to these words is: key `query:TEXT`, severity notice. Raises QueryError."""
    return Topic(
        key=QUERY + text,
        title=text,
        title_zh=text,
        severity=Severity.NOTICE,
        query=read(text),
        match_examples=(),
        ignore_examples=(),
        origin="a subscription",
    )


def watched(topics: Iterable[Topic], channels: Iterable[Channel]) -> Watched:
    """Return the topics and one more for each distinct query that a channel subscribes to, in the order of the channels."""
    found: dict[str, Topic] = {}
    broken: list[Unreadable] = []
    for channel in channels:
        for subscription in channel.subscriptions:
            text = subscription.query
            if text is None or subscription.what in found:
                continue
            try:
                found[subscription.what] = topic_of_query(text)
            except QueryError as error:
                broken.append(Unreadable(channel=channel.address, query=text, problem=error.problem))
    return Watched(topics=(*topics, *found.values()), unreadable=tuple(broken))


def topics_with_queries(topics: Iterable[Topic], channels: Iterable[Channel]) -> tuple[Topic, ...]:
    """Return what `watched` does, without the subscriptions that cannot be read."""
    return watched(topics, channels).topics
