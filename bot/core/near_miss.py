"""Topics that do not match a document, with what keeps them from it: those nearest to matching first. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.core.channel import ALL_TOPICS, Channel
from bot.core.document import Document
from bot.core.matching import Matcher
from bot.core.own_queries import topics_with_queries
from bot.core.query import evidence_of, prepare
from bot.core.query.explaining import Failure, Fault, why_not
from bot.core.query.nodes import words_of
from bot.core.query.prepared import Prepared
from bot.core.topic_value import Topic


@dataclass(frozen=True, slots=True, kw_only=True)
class NearMiss:
    """A topic that does not match: which of its words stand in the document all the same, and what failed."""

    topic: str
    words: tuple[str, ...]
    failures: tuple[Failure, ...]


def missed(topics: Iterable[Topic], document: Document) -> tuple[NearMiss, ...]:
    """Return every topic that does not match, the one with the most of its words in the document first."""
    matcher = Matcher(topics)
    matched = {match.topic for match in matcher.match(document)}
    prepared = prepare(document)
    found = [_missed(topic, prepared) for topic in matcher.topics if topic.key not in matched]
    return tuple(sorted(found, key=lambda one: -len(one.words)))


def near(misses: Iterable[NearMiss]) -> tuple[NearMiss, ...]:
    """Return those of which at least one word stands in the document."""
    return tuple(miss for miss in misses if miss.words)


def subscribed(topics: Iterable[Topic], channel: Channel) -> tuple[Topic, ...]:
    """Return the topics that a channel subscribes to, its own queries among them."""
    asked = {each.what for each in channel.subscriptions}
    return tuple(
        topic
        for topic in topics_with_queries(topics, (channel,))
        if topic.key in asked or ALL_TOPICS in asked
    )


def _missed(topic: Topic, prepared: Prepared) -> NearMiss:
    scan = topic.query.engine.scan(prepared)
    hits = [hit for words in words_of(topic.query.node) for hit in scan.words(words)]
    failures = why_not(topic.query, prepared)
    if not failures and topic.least_weight:
        failures = (Failure(fault=Fault.TOO_LIGHT, count=topic.least_weight),)
    words = dict.fromkeys(evidence.words for evidence in evidence_of(prepared, hits))
    return NearMiss(topic=topic.key, words=tuple(words), failures=failures)
