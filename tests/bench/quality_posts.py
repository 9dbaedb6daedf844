"""Posts against their recorders' labels, which are word lists too: agreement is measured, and disagreement is for reading."""

from collections.abc import Sequence

from bot.core.topic import parse_topics
from bot.core.topic_value import Topic
from tests.bench.figures import Figure
from tests.bench.quality_corpus import TARIFF_LABEL, TARIFF_WORDS
from tests.bench.quality_scores import Counts, count, f1, kappa, precision_recall
from tests.bench.quality_table import Measured, Table, listing, share, shown
from tests.bench.quality_titles import Answered

TARIFF_TOPICS = ("tariffs", "section-301", "section-232", "ieepa-tariffs", "trade-agreements")
CHINA = """
[china]
title = "China"
query = 'China OR Chinese OR Beijing OR PRC OR Xi OR CCP OR "Hong Kong" OR 中国 OR 北京 OR 中方 OR 中美'
"""
MAX_SHOWN_CHARS = 400


def china() -> Topic:
    """Return what asks for China in the topics' language, with the key `china`."""
    return parse_topics(CHINA, "china, of the benchmark")[0]


def measure(topics: Sequence[str], answered: Answered) -> Measured:
    """Return the agreement of tariff topics with `topic_tariff_trade`, and of a query for China with `topic_china`."""
    asked = [
        (name, tuple(key for key in keys if key in topics), label)
        for name, keys, label in (
            ("tariffs", ("tariffs",), TARIFF_LABEL),
            ("any tariff topic", TARIFF_TOPICS, TARIFF_LABEL),
            ("any tariff topic", TARIFF_TOPICS, TARIFF_WORDS),
            ("query: China", ("china",), "topic_china"),
        )
    ]
    rows: list[tuple[str, ...]] = []
    figures: list[Figure] = []
    entries: list[str] = []
    for name, keys, label in asked:
        if not keys:
            continue
        answers = [
            (case, any(key in found for key in keys), label in case.labels) for case, found in answered
        ]
        counts = count((hit, labelled) for _, hit, labelled in answers)
        rows.append((name, label, *_row(counts)))
        figures += _figures(name, counts, label)
        for head, kind in (
            (f"{name}: hit, not labelled {label}", (True, False)),
            (f"{name}: labelled {label}, not hit", (False, True)),
        ):
            entries.append(f"{head}")
            entries += [
                _shown(case.number, case.title, case.document.texts)
                for case, *both in answers
                if tuple(both) == kind
            ]
    table = Table(
        title="Posts and their labels",
        note=f"{len(answered)} posts of Truth Social that have words; the labels are word lists of their recorders.",
        head=("asked", "label", "both", "hit alone", "label alone", "precision", "recall", "F1", "kappa"),
        rows=tuple(rows),
    )
    return Measured(
        tables=(table,),
        figures=tuple(figures),
        lists={"posts.txt": listing("Where topics and labels disagree", entries)},
    )


def _row(counts: Counts) -> tuple[str, ...]:
    numbers = map(str, (counts.right, counts.wrong, counts.missed))
    return (*numbers, *map(shown, (*precision_recall(counts), f1(counts), kappa(counts))))


def _figures(name: str, counts: Counts, label: str) -> list[Figure]:
    precision, recall = precision_recall(counts)
    named = {"precision": precision, "recall": recall, "F1": f1(counts), "kappa": kappa(counts)}
    return [
        figure
        for what, value in named.items()
        for figure in share(f"posts, {name}, {what}, {label}", value, "labels of their recorders")
    ]


def _shown(number: str, title: str, texts: tuple[tuple[str, str], ...]) -> str:
    longest = max((text for _, text in texts), key=len, default=title)
    return f"    {number}  {' '.join(longest.split())[:MAX_SHOWN_CHARS]}"
