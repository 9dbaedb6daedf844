"""How well the shipped topics classify, measured on recorded material that nobody here wrote. Part of `make bench`.

Alone: `python -m tests.bench.quality`; with `--docs` it also writes its tables into docs/quality.md. Lists for reading go to
build/quality/. Not part of the tests: the material is not part of the project, and where it is absent nothing is measured.
"""

import sys
from collections.abc import Iterable
from pathlib import Path

from bot.core.matching import Matcher
from bot.core.topic_value import Topic
from bot.topics import load
from tests.bench import quality_fields, quality_posts, quality_press, quality_titles
from tests.bench.figures import ROOT, Figure
from tests.bench.quality_corpus import (
    Case,
    acts,
    corpus,
    documents_of_2024,
    filings_of_2017,
    issues_of_2026,
    posts,
    press,
    titles,
)
from tests.bench.quality_table import Measured
from tests.bench.quality_titles import Answered

BEGIN, END = "<!-- written by python -m tests.bench.quality --docs -->", "<!-- end of what is written -->"
DOCUMENT = ROOT / "docs" / "quality.md"


def quality() -> tuple[Figure, ...]:
    """Measure, print the tables, write the lists, return the figures; where the material is absent, say so and return none."""
    return tuple(figure for one in _told() for figure in one.figures)


def main(arguments: list[str]) -> None:
    """Measure alone, without timing anything."""
    tables = [table.markdown() for one in _told() for table in one.tables]
    if "--docs" in arguments and tables:
        document = DOCUMENT.read_text(encoding="utf-8")
        DOCUMENT.write_text(between(document, "\n\n".join(tables)), encoding="utf-8")


def between(document: str, text: str) -> str:
    """Return the document with `text` in place of what stood between its two marks."""
    before, _, rest = document.partition(BEGIN)
    return f"{before}{BEGIN}\n\n{text}\n\n{END}{rest.partition(END)[2]}"


def _told() -> tuple[Measured, ...]:
    root = corpus()
    if root is None:
        print(
            "quality: the recorded material is absent, so nothing is measured (TRADEWIRE_CORPUS names its place)"
        )
        return ()
    topics = load()
    keys = [topic.key for topic in topics]
    print(f"quality: {len(keys)} topics")
    measured = _measure(root, topics, keys)
    target = ROOT / "build" / "quality"
    target.mkdir(parents=True, exist_ok=True)
    for one in measured:
        for name, text in one.lists.items():
            (target / name).write_text(text, encoding="utf-8")
    for table in (table for one in measured for table in one.tables):
        print(f"\n{table.text()}")
    print(f"\nlists for reading: {target.relative_to(ROOT)}/")
    return measured


def _measure(root: Path, topics: tuple[Topic, ...], keys: list[str]) -> tuple[Measured, ...]:
    with_china = (*topics, quality_posts.china())
    by_fields = {
        "2026": answered(topics, issues_of_2026(root)),
        "2024": answered(topics, documents_of_2024(root)),
        "2017": answered(topics, filings_of_2017(root)),
    }
    return (
        quality_titles.measure(keys, answered(topics, titles(root))),
        quality_fields.measure(keys, by_fields),
        quality_posts.measure([*keys, "china"], answered(with_china, posts(root))),
        quality_press.measure(keys, answered(topics, press(root))),
        quality_press.measure_acts(keys, answered(topics, acts(root))),
    )


def answered(topics: Iterable[Topic], cases: Iterable[Case]) -> Answered:
    """Return each case with what hit it, by the topic's key."""
    matcher = Matcher(topics)
    return [(case, {match.topic: match for match in matcher.match(case.document)}) for case in cases]


if __name__ == "__main__":
    main(sys.argv[1:])
