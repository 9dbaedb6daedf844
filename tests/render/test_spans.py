"""Lines of a message are cut at words, within what is counted, and never through an instant."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.render.slack_text import measure, mrkdwn
from bot.render.spans import Span, bold, cut, joined, measured, plain, source_text, text_of, within
from bot.render.telegram import units

AT = Span(text="17 Oct 2023 16:15 ET", at=datetime(2023, 10, 17, 20, 15, tzinfo=UTC))


def test_a_line_is_cut_at_a_word_and_says_so() -> None:
    assert text_of(cut((bold("Entity List"), plain(" Additions and more")), 25)) == "Entity List Additions…"
    assert text_of(cut((plain("Entity List"),), 11)) == "Entity List"
    assert text_of(cut((plain("x" * 30),), 10)) == "x" * 9 + "…"


def test_an_instant_is_left_out_rather_than_cut() -> None:
    line = cut((plain("Filed "), AT, plain(", seen 40 s later")), 12)
    assert text_of(line) == "Filed …"
    assert not any(span.at for span in line)
    assert AT in cut((plain("Filed "), AT, plain(", seen 40 s later")), 30)


@given(st.lists(st.text(st.characters(codec=None), max_size=30), max_size=5), st.integers(1, 60))
def test_no_cut_passes_what_is_counted(texts: list[str], limit: int) -> None:
    line = tuple(map(plain, texts))
    for counted in (len, units, measure):
        shown = cut(line, limit, counted)
        assert measured(shown, counted) <= limit
        assert text_of(line).startswith(text_of(shown).removesuffix("…")) or shown == line


def test_lines_that_do_not_fit_are_counted() -> None:
    lines = [(plain(f"line {number}"),) for number in range(9)]

    def size(line: tuple[Span, ...]) -> int:
        return len(text_of(line))

    def more(count: int) -> str:
        return f"{count} more"

    assert within(lines, 72, more, size) == tuple(lines)
    assert [text_of(line) for line in within(lines, 30, more, size)] == [
        "line 0",
        "line 1",
        "line 2",
        "6 more",
    ]
    assert [text_of(line) for line in within(lines, 900, more, size, most=1)] == ["line 0", "8 more"]
    assert within([], 0, more, size) == ()


def test_joining_leaves_no_trace_of_empty_lines() -> None:
    assert text_of(joined(((), (plain("a"),), (), (plain("b"),)), " · ")) == "a · b"
    assert joined((), " · ") == ()


def test_what_others_wrote_is_one_line_that_calls_nobody() -> None:
    assert source_text(" @here\n\x1b[1m and\u00a0 @U1\u202e ") == "＠here [1m and ＠U1"


def test_a_bold_piece_next_to_chinese_is_set_off_so_that_slack_sees_it() -> None:
    assert mrkdwn((bold("party-lists"), plain("：“镓”"))) == "*party-lists*\u200b：“镓”"
    assert mrkdwn((bold("party-lists"), plain(": “Ga”"))) == "*party-lists*: “Ga”"
    assert mrkdwn((plain("见"), bold("x"))) == "见\u200b*x*"
