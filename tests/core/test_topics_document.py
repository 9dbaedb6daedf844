"""docs/topics.md is true: its topic files load and prove themselves, and what it says can be written can be read."""

import re
from pathlib import Path

import pytest

from bot.core.document import Document
from bot.core.query import TEXT_FIELDS, evaluate, read
from bot.core.query.codes import KINDS
from bot.core.query.fields import FIELDS
from bot.core.topic import TopicError, lint, parse_topics
from watchers.item import Stage

DOC = (Path(__file__).parents[2] / "docs" / "topics.md").read_text("utf-8")
FILES = re.findall(r"```toml\n(.*?)```", DOC, re.DOTALL)


def rows(heading: str) -> list[list[str]]:
    """Return the cells of the first table below a heading."""
    table = DOC.split(f"{heading}\n")[1].split("|---", 1)[1].split("\n\n")[0]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table.split("\n")[1:]]


WRITTEN = [
    (query, said)
    for cell, said, *_ in rows("## What can be written") + rows("### Codes")
    for query in re.findall("`([^`]+)`", cell)
]


@pytest.mark.parametrize("text", FILES)
def test_each_topic_file_in_it_loads_and_its_examples_hold(text: str) -> None:
    (topic,) = parse_topics(text, "docs")
    assert lint(topic) == ()


@pytest.mark.parametrize("query", [query for query, _ in WRITTEN])
def test_each_query_in_it_can_be_read(query: str) -> None:
    assert read(query)


@pytest.mark.parametrize(("query", "hit"), [(row[0].strip("`"), row[1]) for row in rows("### Codes")])
def test_each_code_in_it_hits_what_it_says(query: str, hit: str) -> None:
    lang = "zh" if query.startswith("control") else ""
    named = {"rin": "RIN ", "docket": "Docket No. ", "fr": "FR Doc. "}.get(query.split(":")[0], "")
    document = Document(texts=(("body", named + hit),), lang=lang)
    assert evaluate(read(query), document) is not None


def test_each_field_and_each_stage_stands_in_it() -> None:
    for field in (*TEXT_FIELDS, *FIELDS, *KINDS):
        assert f"`{field}`" in DOC or f"`{field}:" in DOC, field
    for stage in Stage:
        assert f"`{stage.value}`" in DOC or f"`stage:{stage.value}`" in DOC


def test_the_mistake_in_it_is_shown_as_it_is_shown() -> None:
    (shown,) = re.findall(r"## Mistakes\n.*?```\n(.*?)\n```", DOC, re.DOTALL)
    text = "[ship-fees]\ntitle = 'x'\nquery = '''\n  port\n  OR titel:port\n'''\n"
    with pytest.raises(TopicError) as caught:
        parse_topics(text, "topics/mine.toml")
    assert str(caught.value) == shown
