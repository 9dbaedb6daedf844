"""A redline in words: each sign has its word, and nothing that a terminal would obey gets through."""

from hypothesis import given
from hypothesis import strategies as st

from bot.core.redline import Passage, Redline, redline
from bot.render.redline import redline_words
from bot.render.words import without_controls


def change(field: str = "title", removed: str = "", added: str = "") -> Passage:
    return Passage(field=field, removed=removed, added=added, material=True)


def test_a_sign_never_stands_without_its_word() -> None:
    found = Redline(changes=(change("title", "13 entities", "14 entities"), change("body", "", "and more")))
    assert redline_words(found) == [
        "− removed from the title: “13 entities”",
        "+ added to the title: “14 entities”",
        "+ added to the body: “and more”",
    ]


def test_a_field_is_called_as_readers_call_it() -> None:
    assert redline_words(Redline(changes=(change("abstract", "x"),))) == ["− removed from the summary: “x”"]


def test_what_is_left_out_is_counted() -> None:
    assert redline_words(Redline(changes=(change(added="x"),), more=1))[-1] == "and 1 more change"
    assert redline_words(Redline(changes=(change(added="x"),), more=1204))[-1] == "and 1,204 more changes"


def test_no_change_has_no_words() -> None:
    assert redline_words(Redline()) == []


@given(st.text(st.characters(codec=None), max_size=60), st.text(st.characters(codec=None), max_size=60))
def test_no_line_holds_what_a_terminal_would_obey(before: str, after: str) -> None:
    for each in redline_words(redline({"body": before}, {"body": after})):
        assert without_controls(each) == each
        assert each[0] in "−+"
