"""What is wrong with a query is said in Chinese too, all of it, and with what was typed as it was typed."""

import re
import string

import pytest
from hypothesis import given, settings

from bot.chat.query_problems_zh import FORMS, in_chinese
from bot.core.query import QueryError, read
from bot.core.query.reading import EXAMPLE
from bot.core.text import has_han
from tests.fakes.query_scraps import SCRAPS

BAD = (
    *(
        "",
        "(",
        ")",
        '"',
        "a OR",
        "NOT a",
        "a OR NOT b",
        "a,b",
        "()",
        "a AND OR b",
        "a NOT",
        "title:",
        "colr:x",
        "titel:x",
    ),
    *(
        "type:(a)",
        "NEAR(a,b)",
        "NEAR/0(a,b)",
        "NEAR/3(a)",
        "NEAR/3(a b,c)",
        "NEAR/3(a, type:b)",
        "near/3",
        "-a",
        "+a",
    ),
    *(
        "*",
        "a*b",
        '"a- *"',
        '""',
        "--",
        "x" * 201,
        "hts:1",
        "effective:x",
        "stage:x",
        "stage:filled",
        "lang:x",
        "agency:a*",
    ),
    *(
        "agency:--",
        "cfr:x",
        "x" * 100_001,
        "(" * 50 + "a" + ")" * 50,
        "NEAR/3((NOT a), b)",
        "NEAR/5(a OR (b OR c), d)",
        "NEAR/5(a OR NOT b, c)",
        "licen—*",
        "?!",
    ),
    "abstract:(" + " ".join(map(str, range(10**4, 2 * 10**4))) + ")",
)


def refused(text: str) -> QueryError:
    with pytest.raises(QueryError) as caught:
        read(text)
    return caught.value


@pytest.mark.parametrize("text", BAD, ids=lambda text: text[:20])
def test_a_problem_and_its_advice_are_said_in_chinese(text: str) -> None:
    error = refused(text)
    assert has_han(in_chinese(error.problem)), error.problem
    assert has_han(in_chinese(error.advice)) or error.advice == EXAMPLE, error.advice


@settings(max_examples=500)
@given(SCRAPS)
def test_whatever_is_typed_the_problem_is_said_in_chinese(text: str) -> None:
    try:
        read(text)
    except QueryError as caught:
        error = caught
    else:
        return
    assert in_chinese(error.problem) != error.problem
    assert in_chinese(error.advice) != error.advice or error.advice == EXAMPLE


def test_what_was_typed_stays_as_it_was_typed() -> None:
    assert in_chinese(refused("colr:x").problem) == "没有“colr”这个字段"
    assert in_chinese(refused('"a{0}b *"').problem) == '"*" 前面不是字母或数字：“a{0}b *”'
    assert in_chinese("gallium OR germanium") == "gallium OR germanium"


def test_both_languages_leave_room_for_the_same_values() -> None:
    for english, chinese in FORMS.items():
        counts = [
            sum(each[1] is not None for each in string.Formatter().parse(form)) for form in (english, chinese)
        ]
        assert counts[0] == counts[1]
        assert has_han(chinese)


def test_nothing_is_translated_that_is_never_said() -> None:
    said = [part for text in BAD for part in (refused(text).problem, refused(text).advice)]
    forms = {form: re.compile("(.*)".join(map(re.escape, form.split("{}")))) for form in FORMS}
    assert [form for form, pattern in forms.items() if not any(map(pattern.fullmatch, said))] == []
