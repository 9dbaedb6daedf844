"""What is said of a text that is no query: the line, the column, a caret under the place, and what to write instead."""

from contextlib import suppress

import pytest

from bot.core.query import QueryError, printed, read
from bot.core.query.nodes import words_of
from bot.core.query.reading import MAX_QUERY_CHARS


def refused(text: str) -> QueryError:
    with pytest.raises(QueryError) as caught:
        read(text)
    return caught.value


def test_in_one_line_the_caret_stands_under_the_place() -> None:
    assert str(refused("gallium OR colr:red")).split("\n")[:3] == [
        'position 12: there is no field "colr"',
        "  gallium OR colr:red",
        "             ^",
    ]


def test_in_several_lines_the_line_is_named_and_shown() -> None:
    error = refused("(\n  gallium\n  # a comment: not read (\n  OR 镓 colr:red\n)")
    assert (error.line, error.column) == (4, 8)
    assert str(error).split("\n") == [
        'line 4, column 8: there is no field "colr"',
        "    OR 镓 colr:red",
        "       \u3000 ^",
        f"  try: {error.advice}",
    ]


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("a\nOR", 2, 1),
        ("a OR\n\n\n(b", 4, 1),
        ('a\nOR "b\nc', 2, 4),
        ("\n\na )", 3, 3),
        ("a\r\nOR b:c", 2, 4),
        ("# a comment\nOR b", 2, 1),
        ("NEAR/3(\n  a\n)", 3, 1),
        ("a\nNEAR/3(type:rule,\nb)", 2, 1),
        ("gallium OR NOT x", 1, 12),
        ('(a NOT b) OR "NOT x"\nOR (NOT c)', 2, 5),
        ("NOT a", 1, 1),
        ("镓 或 非 锗", 1, 5),
    ],
)
def test_the_place_is_that_of_what_is_wrong(text: str, line: int, column: int) -> None:
    error = refused(text)
    assert (error.line, error.column) == (line, column)
    assert error.excerpt == text.split("\n")[line - 1].replace("\r", " ")


def test_of_a_long_line_the_stretch_around_the_place_is_shown() -> None:
    error = refused("gallium OR " * 200 + "colr:red" + " OR tin" * 200)
    assert len(error.excerpt) <= 120
    assert error.excerpt[len(error.caret) :].startswith("colr:red")


def test_what_steers_a_terminal_or_turns_the_text_is_not_shown() -> None:
    said = str(refused("\u202egallium\x1b[31m OR \ud800 colr:red"))
    assert all(each.isprintable() or each == "\n" for each in said)


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("titel:x", "did you mean `title:`?"),
        ("stage:filled", "did you mean filed?"),
        ("hts:1", "write it like hts:8541 or hts:8541.43.0010"),
        ("effective:soon", "write effective:>2026-01-31, or >=, <, <=, or the date alone"),
        ("-arsenide", "write NOT arsenide"),
        ("+gallium", "write gallium"),
        ("NEAR(a, b)", "write at most how many words apart: NEAR/10(export, cloud)"),
        ("gallium OR", 'write a word on both sides, or put the word in quotation marks: "OR"'),
        ("lang:english", "one of en, zh"),
    ],
)
def test_the_advice_says_what_to_write_instead(text: str, advice: str) -> None:
    assert refused(text).advice == advice


def test_near_takes_no_facts_and_no_dates() -> None:
    for text in ("NEAR/3(type:rule, a)", "NEAR/3(a OR effective:2026-01-01, b)", "NEAR/3(a, hts:8541)"):
        assert refused(text).problem == "NEAR takes only words"


@pytest.mark.parametrize(
    "text",
    [
        "(" * 10_000,
        ")" * 10_000,
        "(" * 10_000 + "a" + ")" * 10_000,
        "NOT " * 10_000,
        '"' * 9_999,
        "NEAR/3(" * 9_999,
    ],
)
@pytest.mark.timeout(20)
def test_any_depth_of_nesting_is_refused_and_not_followed(text: str) -> None:
    assert refused(text).problem


@pytest.mark.timeout(20)
def test_any_number_of_nots_is_read_and_two_are_none() -> None:
    assert read("a " + "NOT " * 10_000 + "b") == read("a b")
    assert read("a " + "NOT " * 10_001 + "b") == read("a NOT b")


@pytest.mark.parametrize(
    "unit", ["a", "(", '"', "a OR ", "\ud800", "\u202e", "稀土 ", "\n", "# x\n", "title:", "NEAR/3(a,b) "]
)
@pytest.mark.timeout(20)
def test_a_megabyte_is_refused_before_it_is_looked_at(unit: str) -> None:
    error = refused(unit * (1_000_000 // len(unit)))
    assert error.problem.startswith("a query has at most 100,000 characters")
    assert error.position == 1


@pytest.mark.parametrize(
    "unit",
    [
        "a ",
        "稀土 ",
        "a OR ",
        "a AND ",
        "title:a ",
        '"a b" ',
        "(a) ",
        "a,",
        "a:",
        "NEAR/3(a,b) ",
        "near/3 (",
        "a\n",
        "# x\n",
    ],
)
@pytest.mark.timeout(20)
def test_a_query_of_the_greatest_length_is_read_or_refused_without_hanging(unit: str) -> None:
    with suppress(QueryError):
        read(unit * (MAX_QUERY_CHARS // len(unit)))


def test_what_could_not_be_read_again_as_it_is_kept_is_refused() -> None:
    distinct = " ".join(f"w{number}" for number in range(9_000))
    assert len(distinct) < MAX_QUERY_CHARS
    assert refused(f"abstract:({distinct})").problem.endswith(" written out")


def test_a_character_that_folds_to_many_counts_as_many() -> None:
    assert refused("ﷺ" * 40).problem.endswith("characters in one term, at most 200")


def test_a_line_that_starts_with_a_sharp_is_a_comment_only_in_several_lines() -> None:
    assert read("gallium\n# OR germanium\n  # OR tin") == read("gallium")
    assert [words.text for words in words_of(read("#metoo").node)] == ["#metoo"]
    assert printed(read("gallium\nOR #tag").node) == 'gallium OR "#tag"'
