"""A topic that does not match says which of its words stand there all the same, and which part failed."""

from dataclasses import replace

from bot.core.channel import Channel, Subscription
from bot.core.matching import document_of_text
from bot.core.near_miss import missed, near, subscribed
from bot.core.own_queries import topic_of_query
from bot.core.topic_value import Rule

GALLIUM = topic_of_query("gallium AND export*")
TEXT = document_of_text("Imports of gallium; 稀土 quotas")


def test_a_topic_that_matches_is_not_missed() -> None:
    assert missed((GALLIUM,), document_of_text("gallium exports")) == ()


def test_the_words_that_stand_there_and_the_part_that_failed_are_named() -> None:
    (miss,) = missed((GALLIUM,), TEXT)
    assert (miss.topic, miss.words) == ("query:gallium AND export*", ("gallium",))
    assert list(map(str, miss.failures)) == ["export* stands nowhere"]


def test_the_topic_with_the_most_words_there_comes_first_in_whatever_language() -> None:
    far, nearer = topic_of_query("tungsten"), topic_of_query("稀土 AND gallium AND 出口")
    misses = missed((far, GALLIUM, nearer), TEXT)
    assert [miss.topic.removeprefix("query:") for miss in misses] == [
        "稀土 AND gallium AND 出口",
        "gallium AND export*",
        "tungsten",
    ]
    assert [miss.words for miss in near(misses)] == [("gallium", "稀土"), ("gallium",)]


def test_a_topic_that_wants_more_weight_says_so() -> None:
    plain = topic_of_query("gallium")
    weighed = replace(plain, rules=(Rule(when=topic_of_query("export").query, weight=2),), least_weight=3)
    (miss,) = missed((weighed,), TEXT)
    assert list(map(str, miss.failures)) == ["the rules that hold weigh less than 3"]


def test_a_channel_misses_only_what_it_asked_for_and_its_own_words_too() -> None:
    shipped = tuple(replace(topic_of_query(each), key=each) for each in ("cobalt", "nickel"))

    def whats(*asked: str) -> list[str]:
        channel = Channel(address="slack:C01", subscriptions=tuple(Subscription(what=each) for each in asked))
        return [topic.key for topic in subscribed(shipped, channel)]

    assert whats("cobalt", "query:tin") == ["cobalt", "query:tin"]
    assert whats("*") == ["cobalt", "nickel"]
    assert whats() == []
