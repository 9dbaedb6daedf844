"""A query as text: what it is read as, and where one that cannot be read is pointed at."""

import pytest

from bot.core.document import Document
from bot.core.query import QueryError, evaluate, read
from bot.core.query.reading import MAX_QUERY_CHARS


def hits(query: str, title: str) -> bool:
    document = Document(texts=(("title", title),), kind="Rule")
    return evaluate(read(query), document) is not None


@pytest.mark.parametrize(
    ("query", "title", "expected"),
    [
        ("gallium OR germanium", "Germanium prices", True),
        ("gallium or germanium", "Germanium prices", True),
        ("gallium AND germanium", "Germanium prices", False),
        ("gallium germanium", "Germanium and gallium", True),
        ('"rare earth" OR gallium', "Rare earths", False),
        ('"rare earth*" OR gallium', "Rare earths", True),
        ("“rare earth*” OR gallium", "Rare earths", True),
        ("gallium NOT arsenide", "Gallium arsenide", False),
        ("gallium AND NOT arsenide", "Gallium", True),
        ("gallium OR germanium NOT arsenide", "Germanium", True),
        ("镓 或 锗", "对锗实施管制", True),
        ("镓 且 锗", "对锗实施管制", False),
        ('title:"export control*" type:Rule', "New export controls", True),
        ("title：gallium", "Gallium", True),
        ('"or" gallium', "gallium or not", True),
        ("(gallium OR germanium) china", "Germanium prices", False),
        ("(gallium OR germanium) china", "Germanium from China", True),
        ("gallium OR germanium AND china", "Gallium prices", True),
        ("gallium OR germanium AND china", "Germanium prices", False),
        ("gallium OR (germanium NOT (arsenide OR nitride))", "Germanium nitride", False),
        ("NEAR/2(export, gallium OR germanium)", "Export of germanium", True),
        ("NEAR/2(export, gallium OR germanium)", "Exports, export of raw germanium", False),
        ("title:(gallium OR 镓) type:rule", "对镓实施管制", True),
        ("（镓 或 锗） 且 管制", "对锗实施管制", True),
        ("(Gallium|x)", "gallium", False),
        ("gallium && germanium || tin", "Tin", True),
    ],
)
def test_a_line_of_words_is_read_with_not_before_and_before_or(
    query: str, title: str, expected: bool
) -> None:
    assert hits(query, title) is expected


@pytest.mark.parametrize(
    ("query", "position", "problem"),
    [
        ("gallium OR (germanium", 12, "this bracket is never closed"),
        ("gallium) OR germanium", 8, "this bracket was never opened"),
        ('gallium OR "rare earth', 12, "this quotation is never closed"),
        ("gallium OR", 9, "OR joins nothing here"),
        ("OR gallium", 1, "OR joins nothing here"),
        ("gallium AND or germanium", 13, "OR joins nothing here"),
        ("gallium NOT", 9, "NOT joins nothing here"),
        ("gallium OR NOT germanium", 12, "one side of OR asks only that something is absent"),
        ("NOT gallium", 1, "only words that must be absent"),
        ("NOT (gallium AND 锗)", 1, "only words that must be absent"),
        ("gallium colour:red", 9, 'there is no field "colour"'),
        ("gallium OR title:", 12, "title: has no value"),
        ("gallium type:(rule OR notice)", 9, "type: cannot stand before a bracket"),
        ("gallium OR *", 12, '"*" alone would hit everything'),
        ("gallium, germanium", 8, "a comma stands only between the parts of NEAR"),
        ("gallium OR ()", 13, "nothing stands in these brackets"),
        ("gallium -arsenide", 9, '"-arsenide" starts with a sign'),
        ("export NEAR/10 cloud", 8, "NEAR/10 stands before no bracket"),
        ("NEAR(export, cloud)", 1, "NEAR does not say how near"),
        ("NEAR/0(export, cloud)", 1, "NEAR/0 is not between 1 and 1,000 words"),
        ("NEAR/1001(export, cloud)", 1, "NEAR/1001 is not between 1 and 1,000 words"),
        ("NEAR/9(export)", 14, "NEAR needs at least two parts"),
        ("NEAR/9(export AND cloud, x)", 15, "AND joins nothing here"),
        ("gallium stage:filled", 9, 'there is no stage "filled"'),
        ("gallium hts:85412", 9, '"85412" is nothing that hts: can be'),
        ("gallium effective:>2026-02-30", 9, '">2026-02-30" is no date for effective:'),
        ("  ", 1, "there is nothing to look for"),
        ("x" * 201, 1, "201 characters in one term, at most 200"),
        ("x" * (MAX_QUERY_CHARS + 1), 1, "a query has at most 100,000 characters, this one has 100,001"),
        ("(" * 41 + "x" + ")" * 41, 41, "more than 40 brackets inside each other"),
    ],
)
def test_what_cannot_be_read_is_pointed_at(query: str, position: int, problem: str) -> None:
    with pytest.raises(QueryError) as caught:
        read(query)
    assert (caught.value.position, caught.value.problem) == (position, problem)
    assert caught.value.advice
    assert len(caught.value.caret) == min(position - 1, 60)
