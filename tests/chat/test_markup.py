"""Answers as each platform shows them: whatever stands in them, the platform takes them, and nobody is called."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat import markup_slack, markup_telegram
from bot.chat.answer import Answer, Button, Line, Run, Style, fits, plain
from bot.demo.slack_rules import check_message, elements_of
from bot.demo.telegram_markup import parse_html, units

NASTY = st.text(
    st.one_of(
        st.sampled_from("<>&*_~`|@:!#\\\"'/ \u0301\u202e"), st.characters(exclude_categories=("Cc", "Cs"))
    ),
    max_size=60,
)
LONG = st.builds(lambda text, times: text * times, NASTY, st.integers(1, 300))
RUNS = st.builds(Run, text=st.one_of(NASTY, LONG), style=st.sampled_from(Style))
LINES = st.builds(
    lambda runs, fixed: Line(runs=tuple(runs), fixed=fixed), st.lists(RUNS, max_size=3), st.booleans()
)
BUTTONS = st.builds(Button, label=NASTY.filter(str.strip), data=st.text("abc:é", min_size=1, max_size=40))
ANSWERS = st.builds(
    lambda lines, rows: Answer(lines=(plain("Said:"), *lines), buttons=tuple(map(tuple, rows))),
    st.lists(LINES, max_size=8),
    st.lists(st.lists(BUTTONS, max_size=30), max_size=4),
)


@given(ANSWERS)
def test_slack_takes_every_answer(answer: Answer) -> None:
    message = markup_slack.written(answer)
    check_message(message.text, list(message.blocks))
    shown = "".join(str(element.get("text", "")) for element in elements_of(list(message.blocks)))
    assert "<@" not in shown
    assert "<!" not in shown
    names = [one["action_id"] for one in elements_of(list(message.blocks)) if "action_id" in one]
    assert len(names) == len(set(names))


@given(ANSWERS)
def test_telegram_takes_every_answer(answer: Answer) -> None:
    message = markup_telegram.written(answer)
    parsed = parse_html(message.html, knows_tg_time=False)
    assert 1 <= units(parsed.text) <= 4_096
    assert units(message.plain) <= 4_096
    assert {one.type for one in parsed.entities} <= {"bold", "code", "pre"}
    assert all(fits(button.data) for row in message.keyboard for button in row)


def test_lines_in_one_width_stand_together() -> None:
    answer = Answer(
        lines=(plain("I cannot read position 5:"), plain("a <b", fixed=True), plain("   ^ `", fixed=True))
    )
    (section,) = markup_slack.blocks_of(answer)
    assert section["text"]["text"] == "I cannot read position 5:\n```a &lt;b\n   ^ ˋ```"
    html = markup_telegram.written(answer).html
    assert html == "I cannot read position 5:\n<pre>a &lt;b\n   ^ `</pre>"


def test_what_is_to_be_typed_can_be_copied_as_it_is() -> None:
    line = Line(runs=(Run(text="用"), Run(text='query "rare earth*" @x', style=Style.CODE), Run(text="。")))
    (section,) = markup_slack.blocks_of(Answer(lines=(line,)))
    assert '`query "rare earth*" @x`' in section["text"]["text"]
    assert markup_telegram.written(Answer(lines=(line,))).html == '用<code>query "rare earth*" @x</code>。'


@pytest.mark.parametrize("written", [markup_slack.written, markup_telegram.written])
def test_a_toast_alone_is_a_line(written) -> None:
    message = written(Answer(toast="Too old."))
    assert "Too old." in str(message)
