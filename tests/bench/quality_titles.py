"""Three years of the register's titles and abstracts: how much each topic brings, thirty to read, and what titles tell.

The grammars below are of official titles, not of topics: they are the second opinion that a topic's recall is held against.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from bot.core.match import Match
from tests.bench.figures import Figure
from tests.bench.quality_corpus import Case
from tests.bench.quality_scores import Counts, per_month, precision_recall, whole_months
from tests.bench.quality_table import AIM, Measured, Table, listing, rate, share, shown

Hits = dict[str, Match]
Answered = Sequence[tuple[Case, Hits]]

SAMPLE = 30
WHOLE_MONTH = 1_500
"""So many documents has a month that was recorded whole; the fewest of them has 2,059."""

_LISTS = re.compile(
    r"\b(Addition|Removal|Revision|Modification|Correction|Update)s?\b.{0,120}?\b(to|on|from|of)\b.{0,40}?"
    r"\b(Entity|Unverified|Military End[- ]User)( \([A-Z]+\))? List"
    r"|\b(Entity|Unverified) List (Addition|Removal|Modification|Revision)s?",
    re.I,
)
_NO_LISTS = re.compile(r"Uyghur|UFLPA|Information Collection", re.I)
_REMEDIES = re.compile(
    r"antidump|anti-dump|countervail|less[- ]than[- ]fair[- ]value"
    r"|\bfrom\b.*(?:sunset review|five-year review|circumvention|scope (?:ruling|inquir)|changed circumstances review"
    r"|administrative review|not in harmony|covered merchandise|no shipments|section 751\(b\)"
    r"|postponement of (?:preliminary|final) determination)"
    r"|five-year reviews?; .*\bfrom\b"
    r"|\bfrom [A-Z].*; (?:determinations?|institution|scheduling|(?:revised|supplemental) schedule|termination of investigation)"
    r"|initiation of five-year \(sunset\) reviews",
    re.I,
)
_BARE = re.compile(
    r"^[^:;]+ From (?=[A-Z])(?:[^:;]*\b)?(?:Argentina|Australia|Brazil|Canada|China|Colombia|Germany|India|Indonesia|Italy"
    r"|Japan|Korea|Malaysia|Mexico|Oman|Romania|Russia|Spain|Taiwan|Thailand"
    r"|Turkey|Ukraine|Vietnam|the United (?:Arab Emirates|Kingdom))$"
)
_NO_BARE = re.compile(
    r"\b(?:importation|imported|request|notice|notification|flights|information collection|revision|continuation)\b",
    re.I,
)
_NO_REMEDIES = re.compile(r"information collection|comment request|proposed collection", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grammar:
    """How official titles of one kind read, and the topic that has to hit them."""

    name: str
    topic: str
    reads: re.Pattern[str]
    unless: re.Pattern[str]
    aim: float | None = AIM

    def takes(self, title: str) -> bool:
        return bool(self.reads.search(title)) and not self.unless.search(title)


GRAMMARS = (
    Grammar(name="BIS list titles", topic="party-lists", reads=_LISTS, unless=_NO_LISTS),
    Grammar(name="AD/CVD phase titles", topic="ad-cvd", reads=_REMEDIES, unless=_NO_REMEDIES),
    # No aim: nothing in such a title tells it from a quarantine notice; in service the agency does.
    Grammar(name="bare ITC titles", topic="ad-cvd", reads=_BARE, unless=_NO_BARE, aim=None),
)


def measure(topics: Sequence[str], answered: Answered) -> Measured:
    """Return volume, samples and recall on titles."""
    volume = _volume(topics, answered)
    heard = [_recall(each, answered) for each in GRAMMARS if each.topic in topics]
    recall = Table(
        title="Recall on official titles, 2020–2022",
        note="Titles that a grammar of official titles takes, and how many the topic hit: by title and abstract, by title.",
        head=("grammar", "topic", "titles", "hit", "recall", "hit in the title"),
        rows=tuple(one.row for one in heard),
    )
    return Measured(
        tables=(*volume.tables, recall),
        figures=(*volume.figures, *(figure for one in heard for figure in one.figures)),
        lists={**volume.lists, **{one.file: one.missed for one in heard}},
    )


def _volume(topics: Sequence[str], answered: Answered) -> Measured:
    months = whole_months((case.date for case, _ in answered), WHOLE_MONTH)
    rows, figures, lists = [], [], {}
    for topic in topics:
        hits = [(case, found[topic]) for case, found in answered if topic in found]
        met = per_month((case.date for case, _ in hits), months)
        a_thousand = 1_000 * met.total / len(answered)
        rows.append(
            (topic, f"{met.total:,}", str(met.least), f"{met.median:g}", str(met.most), f"{a_thousand:.2f}")
        )
        figures.append(rate(f"{topic}, 2020–2022", met.median, "hits/month", "47,554 titles and abstracts"))
        lists[f"{topic}.txt"] = _thirty(topic, hits)
    table = Table(
        title="Hits per topic and month, 2020–2022",
        note=f"{len(answered):,} Federal Register documents, title and abstract; {len(months)} months that were recorded whole.",
        head=("topic", "hits", "least", "median", "most", "per 1,000 documents"),
        rows=tuple(rows),
    )
    return Measured(tables=(table,), figures=tuple(figures), lists=lists)


def _thirty(topic: str, hits: Sequence[tuple[Case, Match]]) -> str:
    """Return thirty hits for reading, in order of date. Each document draws its own lot, so that a topic that hits a few more
    or a few less is read in nearly the same thirty.
    """
    lots = sorted(hits, key=lambda hit: sha256(f"{topic} {hit[0].number}".encode()).digest())[:SAMPLE]
    entries = (entry(*hit) for hit in sorted(lots, key=lambda hit: hit[0].date))
    return listing(f"{topic}: {len(lots)} of {len(hits)} hits, drawn by lot", entries)


def entry(case: Case, match: Match) -> str:
    """Return one hit for reading: number, date, title, the words that hit, and where."""
    words = "; ".join(dict.fromkeys(f"{hit.field}:{hit.words}" for hit in match.evidence))
    return f"{case.number}  {case.date}  [{match.severity.word}]  {case.title}\n    {words}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Heard:
    """What a grammar says of its topic: a row, a figure, and the titles missed under a file name."""

    row: tuple[str, ...]
    figures: tuple[Figure, ...]
    file: str
    missed: str


def _recall(grammar: Grammar, answered: Answered) -> _Heard:
    taken = [(case, found) for case, found in answered if grammar.takes(case.title)]
    missed = (case for case, found in taken if grammar.topic not in found)
    hit = sum(grammar.topic in found for _, found in taken)
    in_title = sum(_in_title(found, grammar.topic) for _, found in taken)
    recall, by_title = (
        precision_recall(Counts(right=each, wrong=0, missed=len(taken) - each, passed=0))[1]
        for each in (hit, in_title)
    )
    entries = (f"{case.number}  {case.date}  {case.title}" for case in missed)
    return _Heard(
        row=(grammar.name, grammar.topic, str(len(taken)), str(hit), shown(recall), shown(by_title)),
        figures=share(f"{grammar.topic}, recall on titles", recall, grammar.name, grammar.aim),
        file=f"missed-{grammar.name.lower().replace(' ', '-').replace('/', '-')}.txt",
        missed=listing(f"{grammar.topic}: titles that {grammar.name} take and the topic missed", entries),
    )


def _in_title(found: Hits, topic: str) -> bool:
    return topic in found and any(hit.field == "title" for hit in found[topic].evidence)
