"""Which topic somebody means: by key, by title in either language, by the beginning of one. Pure.

Nothing is guessed: what fits several topics is given back with all of them, what fits none with those that are near.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import islice

from bot.chat.lexicon import FILLERS
from bot.chat.tokens import folded
from bot.core.matching import document_of_text
from bot.core.query import evidence_of, prepare
from bot.core.query.nodes import wanted_words
from bot.core.text import has_han
from bot.core.topic_value import Topic

MOST_NEAR = 3
_NEAR_ENOUGH = 0.6
_NO_PLURALS = frozenset({"as", "iaas", "us", "is"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """A topic that may have been meant. `word`: what was typed is one of its words."""

    topic: Topic
    word: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ambiguous:
    """What was typed fits several topics."""

    typed: str
    topics: tuple[Topic, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """What was typed is no topic. The nearest first, at most three."""

    typed: str
    near: tuple[Near, ...]


def choose(topics: Sequence[Topic], phrases: Iterable[str]) -> tuple[Topic, ...] | Ambiguous | Unknown:
    """Return the topics that the phrases name, each once, in their order; or the first phrase's trouble.

    A phrase may name several topics one after the other.
    """
    found: list[Topic] = []
    for phrase in phrases:
        some = _in_phrase(topics, phrase)
        if isinstance(some, Ambiguous | Unknown):
            return some
        found += some
    return tuple({topic.key: topic for topic in found}.values())


def about(topics: Sequence[Topic], word: str) -> tuple[Topic, ...]:
    """Return the topics whose names hold `word`, then those of whose words it is one."""
    wanted = _plain(word)
    named = [topic for topic in topics if any(wanted in name for name in _names(topic))]
    worded = [each.topic for each in _by_word(topics, word)]
    return tuple({topic.key: topic for topic in (*named, *worded)}.values())


def _in_phrase(topics: Sequence[Topic], phrase: str) -> tuple[Topic, ...] | Ambiguous | Unknown:
    words = phrase.split()
    whole = _one(topics, phrase)
    if isinstance(whole, Topic):
        return (whole,)
    found: list[Topic] = []
    while words:
        if folded(words[0]) in FILLERS:
            del words[0]
            continue
        count, one = _longest(topics, words)
        if not isinstance(one, Topic):
            return whole if not found and isinstance(whole, Ambiguous) else one
        found.append(one)
        del words[:count]
    return tuple(found) or whole


def _longest(topics: Sequence[Topic], words: list[str]) -> tuple[int, Topic | Ambiguous | Unknown]:
    """Return the topic that the most of the first words name together, and how many they are."""
    for count in range(len(words), 1, -1):
        one = _one(topics, " ".join(words[:count]))
        if isinstance(one, Topic):
            return count, one
    return 1, _one(topics, words[0])


def _one(topics: Sequence[Topic], typed: str) -> Topic | Ambiguous | Unknown:
    """Return the topic with this name; else the only one whose name, or a word of it, begins so."""
    wanted = _plain(typed)
    tests = (
        lambda name: name == wanted,
        lambda name: name.startswith(wanted),
        lambda name: f" {wanted}" in name or (has_han(wanted) and wanted in name),
    )
    for fits in tests if wanted else ():
        some = tuple(topic for topic in topics if any(fits(name) for name in _names(topic)))
        if len(some) == 1:
            return some[0]
        if some:
            return Ambiguous(typed=typed, topics=some)
    return Unknown(typed=typed, near=_near(topics, typed))


def _names(topic: Topic) -> tuple[str, ...]:
    return tuple(_plain(name) for name in (topic.key, topic.title, topic.title_zh))


def _plain(name: str) -> str:
    """Return a name without its dashes and plurals, so that `Party List` is `party-lists`."""
    words = folded(name).replace("-", " ").split()
    return " ".join(each[:-1] if each.endswith("s") and each not in _NO_PLURALS else each for each in words)


def _by_word(topics: Sequence[Topic], typed: str) -> list[Near]:
    prepared = prepare(document_of_text(typed))
    found = []
    for topic in topics:
        scan = topic.query.engine.scan(prepared)
        hits = (hit for words in wanted_words(topic.query.node) for hit in scan.words(words))
        evidence = evidence_of(prepared, islice(hits, 1))
        if evidence:
            found.append(Near(topic=topic, word=evidence[0].words))
    return found


def _near(topics: Sequence[Topic], typed: str) -> tuple[Near, ...]:
    """Return the topics of whose words it is one, then those with a name like it."""
    wanted = _plain(typed)
    alike = sorted(
        ((max(_likeness(wanted, name) for name in _names(topic)), topic.key, topic) for topic in topics),
        key=lambda each: (-each[0], each[1]),
    )
    named = [Near(topic=topic) for likeness, _, topic in alike if likeness >= _NEAR_ENOUGH]
    worded = _by_word(topics, typed)
    known = {each.topic.key for each in worded}
    return (*worded, *(each for each in named if each.topic.key not in known))[:MOST_NEAR]


def _likeness(typed: str, name: str) -> float:
    """Return how alike a typed word is to a name or to one of its words, 0 to 1."""
    return max(SequenceMatcher(None, typed, each).ratio() for each in (name, *name.split()))
