"""The matcher beside its peers: 10,000 phrases beside pyahocorasick and a bare scan, and real lists as live queries.

Texts are made up in the shape of Federal Register documents; the lists are real where the recorded material is at hand.
"""

import csv
import importlib
import json
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from ahocorasick_rs import BytesAhoCorasick, Implementation

from bot.core.document import Document
from bot.core.query import Engine, prepare
from bot.core.query.fields import party_name
from bot.core.query.nodes import Fact, Node, Words
from bot.core.query.prepared import Prepared
from bot.core.query.spelling import needle_of
from tests.bench.figures import ROOT, Figure, figure, paired
from tests.conftest import CORPUS

PEER = "pyahocorasick"
PEER_VERSION = "2.3.1"
ITEMS = 1_000
ITEM_CHARS = 2_000
PHRASES = 10_000


def matching_figures() -> list[Figure]:
    """Return the figures of the matcher."""
    words = _vocabulary()
    documents = [prepare(Document(texts=(("body", _text(words, seed)),))) for seed in range(ITEMS)]
    phrases = sorted({" ".join(random.Random(seed).sample(words, 2)) for seed in range(PHRASES)})
    return [
        *phrase_scan(documents, phrases),
        bare_limit(documents, phrases),
        many_phrases(documents, words),
        *live_queries(documents),
    ]


def _vocabulary() -> list[str]:
    chance = random.Random(7)
    letters = "etaoinshrdlucmfwypvbgkqjxz"
    return ["".join(chance.choices(letters, range(26, 0, -1), k=chance.randint(3, 11))) for _ in range(2_000)]


def _text(words: list[str], seed: int) -> str:
    chance = random.Random(10_000 + seed)
    found: list[str] = []
    while sum(map(len, found)) + len(found) < ITEM_CHARS:
        found.append(chance.choice(words))
    return " ".join(found)


def _scan_all(engine: Engine, documents: list[Prepared]) -> int:
    return sum(len(engine.scan(each).places) for each in documents)


def _engine(phrases: list[str]) -> Engine:
    return Engine([Words(text=needle_of(phrase)) for phrase in phrases])


def phrase_scan(documents: list[Prepared], phrases: list[str]) -> list[Figure]:
    """Return how fast all phrases are found, beside pyahocorasick doing the same with the same look at the neighbours."""
    peer = _peer()
    theirs = peer.Automaton()
    for phrase in phrases:
        theirs.add_word(phrase, phrase)
    theirs.make_automaton()
    texts = [each.joined.decode() for each in documents]

    def scan_theirs() -> int:
        return sum(len(_places(theirs, text)) for text in texts)

    engine = _engine(phrases)
    if _scan_all(engine, documents) != scan_theirs():
        raise AssertionError("the two find different phrases")
    ours, other = paired(lambda: _scan_all(engine, documents), scan_theirs)
    ratio = other / ours
    return [
        figure(
            "scan, 10k phrases",
            ITEMS / ours,
            "items/s",
            peer=PEER,
            version=PEER_VERSION,
            ratio=ratio,
            goal=">= 2",
            met=ratio >= 2,
        )
    ]


def _places(automaton: Any, text: str) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for end, phrase in automaton.iter(text):
        start = end - len(phrase) + 1
        if start == 0 or not text[start - 1].isalnum():
            places.setdefault(phrase, []).append(start)
    return places


def bare_limit(documents: list[Prepared], phrases: list[str]) -> Figure:
    """Return how far the scan is from the least that any could do: encoding the text and looking for one byte string."""
    engine = _engine(phrases)
    texts = [each.joined.decode() for each in documents]

    def least() -> int:
        return sum(text.encode().find(b"\x00absent") for text in texts)

    ours, other = paired(lambda: _scan_all(engine, documents), least)
    ratio = ours / other
    return figure(
        "scan, 10k phrases, off the limit",
        ours / ITEMS * 1e6,
        "us an item",
        peer="encode + memchr",
        version=sys.version.split()[0],
        ratio=ratio,
        goal="<= 18",
        met=ratio <= 18,
    )


def many_phrases(documents: list[Prepared], words: list[str]) -> Figure:
    """Return what ten times as many phrases cost."""
    some, many = (
        _engine(sorted({" ".join(random.Random(seed).sample(words, 3)) for seed in range(count)}))
        for count in (PHRASES, 10 * PHRASES)
    )
    ours, other = paired(lambda: _scan_all(many, documents), lambda: _scan_all(some, documents))
    ratio = ours / other
    return figure(
        "scan, 100k phrases",
        ITEMS / ours,
        "items/s",
        peer="10k phrases",
        version="ours",
        ratio=ratio,
        goal="<= 2.5",
        met=ratio <= 2.5,
    )


def live_queries(documents: list[Prepared]) -> list[Figure]:
    """Return what 25,921 names of parties and 12,223 tariff codes cost as live queries, beside the bare scan for their words."""
    if not CORPUS.is_dir():
        return []
    nodes = _listed(CORPUS)
    real = _real_documents(CORPUS)
    began = time.perf_counter()
    engine = Engine(nodes)
    built = time.perf_counter() - began
    needles = sorted({node.text.encode() for node in nodes if isinstance(node, Words)})
    bare = BytesAhoCorasick(needles, implementation=Implementation.ContiguousNFA)
    bodies = [each.joined for each in real]

    def ask() -> int:
        return sum(1 for each in real for _ in engine.matching(engine.scan(prepare(each.document))))

    def scan_only() -> int:
        return sum(
            len(bare.find_matches_as_indexes(prepare(each.document).joined, overlapping=True))
            for each in real
        )

    ours, other = paired(ask, scan_only)
    ratio = ours / other
    return [
        figure(
            f"{len(nodes):,} live queries",
            len(bodies) / ours,
            "items/s",
            peer="the bare scan",
            version="ahocorasick_rs",
            ratio=ratio,
            goal="<= 2",
            met=ratio <= 2,
        ),
        figure(
            "rebuilding them",
            built,
            "s",
            peer="a second",
            version="",
            ratio=built,
            goal="<= 1",
            met=built <= 1,
        ),
    ]


def _listed(corpus: Path) -> list[Node]:
    names = json.loads((corpus / "lists" / "consolidated_screening_list_2026-07-31.json").read_text("utf-8"))
    with (corpus / "lists" / "section_301_hts8.csv").open(encoding="utf-8") as lines:
        codes = [row["hts8"] for row in csv.DictReader(lines)]
    found: list[Node] = []
    found += [Words(text=party_name(needle_of(entry["n"])), field="party") for entry in names["entries"]]
    found += [Fact(field="hts", value=code) for code in codes]
    return found


def _real_documents(corpus: Path) -> list[Prepared]:
    import gzip

    found = []
    with gzip.open(
        corpus / "federal_register" / "titles_2020-2022.jsonl.gz", "rt", encoding="utf-8"
    ) as lines:
        for number, line in enumerate(lines):
            if number % 20 == 0:
                entry = json.loads(line)
                texts = (("title", entry["title"]), ("abstract", entry.get("abstract") or ""))
                found.append(prepare(Document(texts=texts, lang="en")))
    return found


def _peer() -> Any:
    """Return the peer, installed beside the project's own packages where it is missing."""
    place = ROOT / "build" / "bench-peers" / f"{PEER}-{PEER_VERSION}"
    if not place.is_dir():
        subprocess.run(  # noqa: S603 (a pinned name)
            [
                sys.executable,
                "-m",
                "pip",
                "install",
                "--quiet",
                "--no-deps",
                "--target",
                place,
                f"{PEER}=={PEER_VERSION}",
            ],
            check=True,
        )
    sys.path.insert(0, str(place))
    try:
        return importlib.import_module("ahocorasick")
    finally:
        sys.path.remove(str(place))


def main() -> None:
    """Print the figures of the matcher alone."""
    from tests.bench.figures import show

    show(matching_figures())


if __name__ == "__main__":
    main()
