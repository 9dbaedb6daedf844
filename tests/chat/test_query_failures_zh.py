"""What keeps a query from matching is said in Chinese too, all of it, with what was typed as it was typed."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.query_failures_zh import FORMS, in_chinese
from bot.core.document import Document
from bot.core.query import prepare, read
from bot.core.query.explaining import Fault, why_not
from bot.core.text import has_han


def _names(form: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(form) if name}


@pytest.mark.parametrize("fault", Fault)
def test_every_fault_has_a_chinese_form_that_says_as_much(fault: Fault) -> None:
    assert has_han(FORMS[fault])
    assert _names(FORMS[fault]) == _names(fault.value)


DOCUMENT = Document(
    texts=(("title", "Tariffs on tinned copper"), ("abstract", "gallium far away " + "x " * 20 + "ore")),
    kind="notice",
)


@pytest.mark.parametrize(
    ("query", "english", "chinese"),
    [
        ("zinc", "zinc stands nowhere", "没有 zinc"),
        ("tin", "tin stands nowhere (it stands only inside", "没有 tin（只在更长的词里"),
        (
            "title:gallium",
            "title:gallium stands nowhere (it stands in abstract)",
            "没有 title:gallium（它在：摘要）",
        ),
        ("copper NOT tariffs", 'NOT fails: "Tariffs" stands in the title', "NOT 不成立：标题中有“Tariffs”"),
        ("copper NOT type:notice", "NOT fails: type is notice", "NOT 不成立：类型 为 notice"),
        ("type:rule", "type:rule is not so: it is notice", "type:rule 不成立：实为 notice"),
        ("agency:bis", "agency:bis is not so", "agency:bis 不成立"),
        ("effective:>2026-01-01", "is not so: no such date", "不成立：没有这个日期"),
        ("NEAR/3(gallium, ore)", "they stand too far apart", "相隔太远"),
        (
            "NEAR/3(gallium, zinc OR tin)",
            "NEAR/3 fails: zinc OR tin stands nowhere",
            "NEAR/3 不成立：没有 zinc OR tin",
        ),
        ("zinc OR nickel", "none of 2 alternatives holds: zinc, nickel", "2 个选项都不成立：zinc, nickel"),
        ("tin OR zinc", "none of the alternatives holds; tin stands nowhere", "没有选项成立；没有 tin"),
    ],
)
def test_it_is_said_in_both_languages(query: str, english: str, chinese: str) -> None:
    (failure,) = why_not(read(query), prepare(DOCUMENT))
    assert english in str(failure)
    assert chinese in in_chinese(failure)


@given(st.text(alphabet="{}%： abc", min_size=1, max_size=20))
def test_what_was_typed_is_never_taken_for_a_form(word: str) -> None:
    for failure in why_not(read(f'"{word}zinc"'), prepare(DOCUMENT)):
        assert "zinc" in str(failure)
        assert "zinc" in in_chinese(failure)
