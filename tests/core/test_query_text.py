"""A query typed into a chat: what it is read as, and where one that cannot be read is pointed at."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.document import Document
from bot.core.query import Query, QueryError, evaluate, read
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
    ],
)
def test_a_line_of_words_is_read_as_lists(query: str, title: str, expected: bool) -> None:
    assert hits(query, title) is expected


@pytest.mark.parametrize(
    ("query", "position", "problem"),
    [
        ("gallium OR (germanium", 12, "this bracket is never closed"),
        ("(gallium OR germanium)", 1, "brackets cannot be read yet"),
        ("gallium) OR germanium", 8, "this bracket was never opened"),
        ("NEAR/10(export, cloud)", 1, "NEAR cannot be read yet"),
        ('gallium OR "rare earth', 12, "this quotation is never closed"),
        ("gallium OR germanium AND china", 22, "OR and AND cannot be mixed yet"),
        ("rare earth OR gallium", 12, "OR and AND cannot be mixed yet"),
        ("gallium OR", 9, "OR joins nothing here"),
        ("OR gallium", 1, "OR joins nothing here"),
        ("gallium OR NOT germanium", 12, "NOT joins nothing here"),
        ("NOT gallium", 1, "only words that must be absent"),
        ("gallium colour:red", 9, 'unknown field "colour"'),
        ("gallium OR *", 12, '"*" alone would hit everything'),
        ("  ", 1, "there is nothing to look for"),
        (
            "x" * (MAX_QUERY_CHARS + 1),
            MAX_QUERY_CHARS + 1,
            f"a query has at most {MAX_QUERY_CHARS} characters",
        ),
    ],
)
def test_what_cannot_be_read_is_pointed_at(query: str, position: int, problem: str) -> None:
    with pytest.raises(QueryError) as caught:
        read(query)
    assert (caught.value.position, caught.value.problem) == (position, problem)
    assert caught.value.advice
    assert len(caught.value.caret) == position - 1


@given(st.text(max_size=60) | st.text(alphabet='ab"()*: ORNDT锗', max_size=40))
def test_any_line_is_a_query_or_says_where_it_is_none(line: str) -> None:
    found = query_or_error(line)
    if isinstance(found, QueryError):
        assert 1 <= found.position <= max(1, len(line) + 1)
        assert found.problem
    else:
        assert read.any_of or read.all_of


def query_or_error(line: str) -> Query | QueryError:
    try:
        return read(line)
    except QueryError as error:
        return error
