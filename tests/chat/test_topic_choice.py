"""Which topic a word means, on the shipped topics."""

import pytest

from bot.chat.topic_choice import Ambiguous, Unknown, about, choose
from bot.topics import load

TOPICS = load()


@pytest.mark.parametrize(
    ("phrase", "keys"),
    [
        ("critical-minerals", ["critical-minerals"]),
        ("Critical Mineral", ["critical-minerals"]),
        ("critical minerals and rare earths", ["critical-minerals"]),
        ("关键矿产与稀土", ["critical-minerals"]),
        ("稀土", ["critical-minerals"]),
        ("minerals", ["critical-minerals"]),
        ("crit", ["critical-minerals"]),
        ("party-lists tariffs", ["party-lists", "tariffs"]),
        ("party lists and tariffs", ["party-lists", "tariffs"]),
        ("to the tariffs please", ["tariffs"]),
        ("cloud", ["cloud-iaas"]),
        ("ＴＡＲＩＦＦＳ", ["tariffs"]),
    ],
)
def test_a_name_or_the_beginning_of_one_is_enough(phrase: str, keys: list[str]) -> None:
    chosen = choose(TOPICS, [phrase])
    assert isinstance(chosen, tuple), chosen
    assert [topic.key for topic in chosen] == keys


def test_what_fits_several_topics_is_not_guessed() -> None:
    chosen = choose(TOPICS, ["c"])
    assert isinstance(chosen, Ambiguous)
    assert [topic.key for topic in chosen.topics] == [
        "chips-ai",
        "cloud-iaas",
        "connected-vehicles",
        "countermeasures",
        "critical-minerals",
        "customs",
        "unreliable-entities",
    ]


def test_a_word_of_a_topic_leads_to_it() -> None:
    chosen = choose(TOPICS, ["镓"])
    assert isinstance(chosen, Unknown)
    assert (chosen.near[0].topic.key, chosen.near[0].word) == ("critical-minerals", "镓")


def test_a_misspelt_topic_has_neighbours() -> None:
    chosen = choose(TOPICS, ["tarifs"]), choose(TOPICS, ["chpis"])
    assert isinstance(chosen[0], tuple) or chosen[0].near[0].topic.key == "tariffs"
    assert isinstance(chosen[1], Unknown)
    assert chosen[1].near[0].topic.key == "chips-ai"


def test_topics_are_found_by_a_word_of_theirs() -> None:
    assert [topic.key for topic in about(TOPICS, "gallium")][:1] == ["critical-minerals"]
    assert [topic.key for topic in about(TOPICS, "list")] == ["party-lists", "unreliable-entities"]


def test_every_topic_is_found_by_each_of_its_names() -> None:
    for topic in TOPICS:
        for name in (topic.key, topic.title, topic.title_zh):
            assert choose(TOPICS, [name]) == (topic,)
