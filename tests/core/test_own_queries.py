"""Subscriptions to words of one's own become topics, and one that cannot be read stops nothing."""

from bot.core.channel import Channel, Subscription
from bot.core.document import Document
from bot.core.match import Severity
from bot.core.matching import Matcher
from bot.core.own_queries import topic_of_query, topics_with_queries, watched


def channel(address: str, *whats: str) -> Channel:
    return Channel(address=address, subscriptions=tuple(Subscription(what=what) for what in whats))


def test_each_distinct_query_is_one_topic_after_the_others() -> None:
    shipped = (topic_of_query("tariff*"),)
    channels = (
        channel("slack:C01", "query:gallium OR germanium", "party-lists"),
        channel("slack:C02", "query:gallium OR germanium", "query:cobalt"),
    )
    topics = topics_with_queries(shipped, channels)
    assert [topic.key for topic in topics] == ["query:tariff*", "query:gallium OR germanium", "query:cobalt"]
    assert topics[1].title == "gallium OR germanium"
    assert topics[1].severity is Severity.NOTICE


def test_a_query_hits_under_its_own_name() -> None:
    topics = topics_with_queries((), (channel("slack:C01", "query:gallium"),))
    matches = Matcher(topics).match(Document(texts=(("title", "Gallium"),)))
    assert [match.topic for match in matches] == ["query:gallium"]


def test_a_stored_query_that_cannot_be_read_any_more_is_named_and_skipped() -> None:
    found = watched((), (channel("slack:C01", "query:(gallium", "query:cobalt"),))
    assert [topic.key for topic in found.topics] == ["query:cobalt"]
    assert [(each.channel, each.query) for each in found.unreadable] == [("slack:C01", "(gallium")]
