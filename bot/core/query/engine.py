"""Many queries asked of a document at once: one automaton over all their words, then only the queries that may match. Pure.

A query is looked at only if one of its *keys* is there: words or facts of which at least one must hit for it to match, chosen as
the rarest such set. So the work grows with what matches, not with how many queries there are.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from ahocorasick_rs import BytesAhoCorasick, Implementation

from bot.core.document import Document
from bot.core.match import Evidence
from bot.core.query.fields import PARTY
from bot.core.query.nodes import And, Fact, Near, Node, Not, Or, When, Words, words_of
from bot.core.query.prepared import COMPARISONS, Prepared, prepare
from bot.core.text import has_han

MAX_EVIDENCE = 50

_ALNUM = frozenset(b"abcdefghijklmnopqrstuvwxyz0123456789")
_Key = str | tuple[str, str]
_ANY = "*"  # a date is there, whatever it is

# (byte where it starts, byte where it ends, language)
_Place = tuple[int, int, str]
Hit = _Place | Evidence


@dataclass(frozen=True)
class Query:
    """A query, made by `read`. Equal where the trees are."""

    node: Node

    @cached_property
    def engine(self) -> "Engine":
        """Return the query alone, ready to be asked."""
        return Engine((self.node,))


class Engine:
    """Queries, ready to be asked of any document. Building it takes time in proportion to the words; it never changes."""

    def __init__(self, queries: Iterable[Node], also: Iterable[Node] = ()) -> None:
        """Take the queries that are asked of every document, and others that are asked only by `holds`."""
        self.queries: Sequence[Node] = tuple(queries)
        needles: dict[str, None] = {}
        for node in (*self.queries, *also):
            needles.update((words.text, None) for words in words_of(node))
        self._needles = [(needle, needle.encode("utf-8", "surrogatepass")) for needle in needles]
        self._starts_a_word = [encoded[0] in _ALNUM for _, encoded in self._needles]
        self._automaton = BytesAhoCorasick(
            [encoded for _, encoded in self._needles], implementation=Implementation.ContiguousNFA
        )
        self._by_word: dict[str, list[int]] = {}
        self._by_fact: dict[str, dict[str, list[int]]] = {}
        for number, node in enumerate(self.queries):
            for key in _keys(node):
                if isinstance(key, str):
                    self._by_word.setdefault(key, []).append(number)
                else:
                    self._by_fact.setdefault(key[0], {}).setdefault(key[1], []).append(number)

    def scan(self, prepared: Prepared) -> "Scan":
        """Find every word of every query in a document."""
        places: dict[str, list[tuple[int, int]]] = {}
        joined, needles, starts = prepared.joined, self._needles, self._starts_a_word
        for index, start, end in self._automaton.find_matches_as_indexes(joined, overlapping=True):
            if starts[index] and start and joined[start - 1] in _ALNUM:
                continue
            places.setdefault(needles[index][0], []).append((start, end))
        return Scan(prepared, places)

    def matching(self, scan: "Scan") -> Iterator[tuple[int, list[Hit]]]:
        """Yield the number of each query that matches, in order, with its hits in no order."""
        for number in sorted(self._candidates(scan)):
            hits = scan.hits(self.queries[number])
            if hits is not None:
                yield number, hits

    def _candidates(self, scan: "Scan") -> set[int]:
        numbers: set[int] = set()
        by_word = self._by_word
        for word in scan.places:
            numbers.update(by_word.get(word, ()))
        for field, by_value in self._by_fact.items():
            if _ANY in by_value:
                numbers.update(by_value[_ANY] if scan.prepared.dates(field) else ())
                continue
            for value in scan.prepared.values(field):
                numbers.update(by_value.get(value, ()))
        return numbers


class Scan:
    """What was found in one document: the places of each word that stands in it, not yet looked at for where the word ends."""

    def __init__(self, prepared: Prepared, places: dict[str, list[tuple[int, int]]]) -> None:
        self.prepared, self.places = prepared, places

    def hits(self, node: Node) -> list[Hit] | None:
        """Return what makes the document satisfy a query, None where it does not. Nothing absent makes a hit."""
        match node:
            case Words():
                return self.words(node) or None
            case Or():
                return self._any(node)
            case And():
                return self._all(node)
            case Not():
                return [] if self.hits(node.part) is None else None
            case Near():
                return self._near(node)
            case Fact():
                return list(self.prepared.fact_evidence(node.field, node.value)) or None
            case When():
                return self._when(node)

    def holds(self, node: Node) -> bool:
        """Tell whether the document satisfies a query."""
        return self.hits(node) is not None

    def words(self, words: Words) -> list[Hit]:
        """Return the places of a word or phrase, left to right."""
        places = self.places.get(words.text)
        if not places:
            return []
        joined = self.prepared.joined
        lang = "zh" if has_han(words.text) else "en"
        ends_a_word = words.text[-1].isascii() and words.text[-1].isalnum()
        found: list[Hit] = []
        reached = 0
        for start, end in places:
            if start < reached:
                continue  # no two hits of one word overlap
            if words.field and words.field not in (PARTY, self.prepared.name_at(start)):
                continue
            if not words.prefix and ends_a_word and end < len(joined) and joined[end] in _ALNUM:
                continue
            reached = _after_word(joined, end) if words.prefix else end
            found.append((start, reached, lang))
        return found

    def _any(self, node: Or) -> list[Hit] | None:
        found: list[Hit] = []
        holds = False
        places = self.places
        for part in node.parts:
            if isinstance(part, Words) and part.text not in places:
                continue
            hits = self.hits(part)
            if hits is not None:
                holds = True
                found += hits
        return found if holds else None

    def _all(self, node: And) -> list[Hit] | None:
        found: list[Hit] = []
        for part in node.parts:
            hits = self.hits(part)
            if hits is None:
                return None
            found += hits
        return found

    def _when(self, node: When) -> list[Hit] | None:
        compare = COMPARISONS[node.comparison]
        fitting = [on for on in self.prepared.dates(node.field) if compare(on, node.on)]
        return [
            Evidence(words=on.isoformat(), lang="", field=node.field, start=0, end=0) for on in fitting
        ] or None

    def _near(self, node: Near) -> list[Hit] | None:
        """Walk over the hits of all parts left to right, remembering the last of each: where all are close, they are a hit."""
        places = self.places
        parts = []
        for some in node.parts:
            part = [hit for words in some if words.text in places for hit in self.words(words)]
            if not part:
                return None
            parts.append(part)
        number, field = self.prepared.word_number, self.prepared.field_at
        steps = sorted(
            (field(hit[0]), number(hit[0]), which, hit)
            for which, some in enumerate(parts)
            for hit in some
            if isinstance(hit, tuple)
        )
        last: dict[int, tuple[int, int]] = {}
        found: dict[Hit, None] = {}
        begin = 0
        for index, (text, word, which, _) in enumerate(steps):
            last[which] = (text, word)
            if index + 1 < len(steps) and steps[index + 1][:2] == (text, word):
                continue  # others that begin with the same word belong to it
            if len(last) < len(parts) or any(
                at != text or word - there > node.distance for at, there in last.values()
            ):
                continue
            while steps[begin][:2] < (text, word - node.distance):
                begin += 1
            found.update((step[3], None) for step in steps[begin : index + 1])
            begin = index  # what stands before is taken
        return list(found) or None


def _after_word(joined: bytes, end: int) -> int:
    while end < len(joined) and joined[end] in _ALNUM:
        end += 1
    return end


def evidence_of(prepared: Prepared, hits: Iterable[Hit]) -> tuple[Evidence, ...]:
    """Return hits as evidence in reading order, each place once, at most 50: those in texts first, then facts."""
    order = {name: number for number, name in enumerate(prepared.names)}
    texts = sorted({hit for hit in hits if isinstance(hit, tuple)})[:MAX_EVIDENCE]
    found = {prepared.evidence(*place) for place in texts} | {
        hit for hit in hits if isinstance(hit, Evidence)
    }
    ordered = sorted(
        found,
        key=lambda one: (
            order.get(one.field, len(order)) if one.end else len(order),
            one.start,
            one.end,
            one.field,
            one.words,
        ),
    )
    return tuple(ordered[:MAX_EVIDENCE])


def evaluate(query: Query, document: Document | Prepared) -> tuple[Evidence, ...] | None:
    """Return what made the document match, or None where it does not match."""
    prepared = document if isinstance(document, Prepared) else prepare(document)
    engine = query.engine
    hits = engine.scan(prepared).hits(query.node)
    return None if hits is None else evidence_of(prepared, hits)


def _keys(node: Node) -> frozenset[_Key]:
    """Return words and facts of which at least one is there wherever the query holds; empty for what asks for absence only."""
    return _costed(node)[1]


def _costed(node: Node) -> tuple[float, frozenset[_Key]]:
    """Return such keys with how often they may be there: the shorter a word, the more often."""
    match node:
        case Words():
            return _cost(node.text), frozenset((node.text,))
        case Fact():
            return 1.0, frozenset(((node.field, node.value),))
        case When():
            return 4.0, frozenset(((node.field, _ANY),))
        case Near():
            return min(
                (
                    _together(((_cost(each.text), frozenset((each.text,))) for each in part))
                    for part in node.parts
                ),
                key=_first,
            )
        case And():
            found = [each for each in map(_costed, node.parts) if each[1]]
            return min(found, key=_first) if found else (0.0, frozenset())
        case Or():
            return _together(map(_costed, node.parts))
        case Not():
            return 0.0, frozenset()


def _together(parts: Iterable[tuple[float, frozenset[_Key]]]) -> tuple[float, frozenset[_Key]]:
    found = list(parts)
    if not all(keys for _, keys in found):
        return 0.0, frozenset()
    return sum(cost for cost, _ in found), frozenset().union(*(keys for _, keys in found))


def _first(costed: tuple[float, frozenset[_Key]]) -> float:
    return costed[0]


def _cost(needle: str) -> float:
    """Guess how often a word stands in texts: a Han character says about as much as three letters."""
    return 1 / (len(needle.encode("utf-8", "surrogatepass")) ** 2)
