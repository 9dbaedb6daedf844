"""Topics against documents' own agency, CFR part, number and heading, with the classifier seeing title and abstract alone."""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.bench.figures import Figure
from tests.bench.quality_corpus import Case
from tests.bench.quality_scores import count, precision_recall
from tests.bench.quality_table import AIM, Measured, Table, listing, share, shown
from tests.bench.quality_titles import Answered, Hits
from tests.bench.quality_truth import SUBJECTS, Subject

ENOUGH = 10
"""So many documents have to be there to find before a share is held to the aim: of five, one is a fifth."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """One subject held against one set of documents."""

    row: tuple[str, ...]
    figures: tuple[Figure, ...]
    entries: tuple[str, ...]


def measure(topics: Sequence[str], sets: dict[str, Answered]) -> Measured:
    """Return precision and recall per set (named as in `sets`) and subject; subjects without a topic in the library are named."""
    known = [each for each in SUBJECTS if set(each.topics) & set(topics)]
    absent = [each.name for each in SUBJECTS if each not in known]
    held = [_hold(each, name, answered) for each in known for name, answered in sets.items()]
    without = f" No topic yet for: {', '.join(absent)}." if absent else ""
    table = Table(
        title="Against the documents' own fields",
        note="Truth by agency, CFR part, number and heading; documents whose fields do not tell count neither way."
        + without,
        head=(
            "subject, documents",
            "to find",
            "right",
            "wrong",
            "missed",
            "precision",
            "recall",
            "not told, hit",
        ),
        rows=tuple(each.row for each in held),
    )
    return Measured(
        tables=(table,),
        figures=tuple(figure for each in held for figure in each.figures),
        lists={
            "fields.txt": listing(
                "Where topics and fields disagree", (line for each in held for line in each.entries)
            )
        },
    )


def _hold(subject: Subject, name: str, answered: Answered) -> _Held:
    told = [
        (case, hit, truth)
        for case, found in answered
        for hit, truth in [(_hit(subject, found), subject.truth(case.fields))]
    ]
    counts = count((hit, truth) for _, hit, truth in told if truth is not None)
    precision, recall = precision_recall(counts)
    untold = [case for case, hit, truth in told if truth is None and hit]
    wrong = [case for case, hit, truth in told if truth is False and hit]
    missed = [case for case, hit, truth in told if truth and not hit]
    aim = AIM if counts.right + counts.missed >= ENOUGH else None
    peer = f"fields of {len(answered)} documents"
    numbers = (counts.right + counts.missed, counts.right, counts.wrong, counts.missed)
    return _Held(
        row=(
            f"{subject.name}, {name}",
            *map(str, numbers),
            shown(precision),
            shown(recall),
            str(len(untold)),
        ),
        figures=(
            *share(f"{subject.name}, precision, {name}", precision, peer, aim),
            *share(f"{subject.name}, recall, {name}", recall, peer, aim),
        ),
        entries=(
            *_entries(f"{subject.name}, {name}: wrong by the fields", wrong),
            *_entries(f"{subject.name}, {name}: missed", missed),
            *_entries(f"{subject.name}, {name}: hit, and the fields do not tell", untold),
        ),
    )


def _hit(subject: Subject, found: Hits) -> bool:
    return any(topic in found for topic in subject.topics)


def _entries(head: str, cases: Sequence[Case]) -> tuple[str, ...]:
    lines = (f"    {case.number}  {case.date}  {case.title}" for case in cases)
    return (f"{head} ({len(cases)})", *lines) if cases else ()
