"""Whatever is typed is answered with words, in both languages, and never called invalid."""

from hypothesis import given
from hypothesis import strategies as st

from bot.chat import answers, lexicon
from bot.chat.commands import Misread
from bot.chat.reading import parse
from bot.chat.texts_en import ENGLISH
from bot.chat.voice import Voice
from tests.fakes.archive import NOW

VERBS = st.sampled_from([*lexicon.VERBS, ""])


@given(VERBS, st.text(max_size=60), st.sampled_from(["en", "zh"]))
def test_any_line_that_is_not_understood_is_answered_with_a_line_that_works(verb, rest, language) -> None:
    read = parse(f"{verb} {rest}")
    if isinstance(read, Misread):
        answer = answers.misread(Voice(now=NOW, language=language, prefix="/tradewire "), read)
        assert answer.lines[0].text
        assert "/tradewire " in answer.lines[-1].text
        assert not isinstance(parse(read.example), Misread)


def test_nobody_is_told_that_they_are_invalid_nor_begged() -> None:
    words = ("invalid", "sorry", "oops", "please", "!", "permission denied")
    assert [(key, word) for key, text in ENGLISH.items() for word in words if word in text.lower()] == []


async def test_the_desk_answers_whatever_is_typed(chat) -> None:
    for line in (
        "{0}",
        "set zone \x00",
        "why " + "x" * 3_000,
        "search \\",
        "subscribe ,,,",
        "whynot %s",
        "mute -1h",
        "subscribe query title:",
        "topics \u202e",
        "check *",
        "search a:b:c",
        "help help",
        "follow ' OR 1=1",
    ):
        answer = await chat.say(line)
        assert answer.text, line
    await chat.desk.finish()
