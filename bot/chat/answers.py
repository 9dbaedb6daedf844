"""What is answered to a line that cannot be done as it stands: not understood, not allowed, or too much; and help. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import get_args

from bot.chat import lexicon
from bot.chat.answer import MAX_TOAST_CHARS, Answer, Button, Line, Run, Style, plain
from bot.chat.commands import Misread, Problem
from bot.chat.query_problems_zh import in_chinese
from bot.chat.topic_choice import Ambiguous, Unknown
from bot.chat.voice import COMMAND_DATA, Voice
from bot.core.archive import Counts
from bot.core.channel import Channel, Language
from bot.core.query import QueryError
from bot.core.topic_value import Topic

_HELP_ROWS = ("subscribe", "list", "why", "check", "mute")
_BUTTONS_IN_A_ROW = 3
_SUBSCRIBE_EXAMPLES = (
    lexicon.EXAMPLES["subscribe"],
    "subscribe critical-minerals, party-lists urgent filed",
    "subscribe all published weekly mon 09:00",
    'subscribe query "rare earth*" OR gallium',
)

_SAID = {
    Problem.NOTHING_NAMED: "nothing_named",
    Problem.TWICE: "twice",
    Problem.TIME_ALONE: "time_alone",
    Problem.TIMING: "timing",
    Problem.NO_QUERY: "no_query",
    Problem.SPAN: "bad_span",
    Problem.TOO_LONG: "too_long",
}


def misread(voice: Voice, read: Misread) -> Answer:
    """Say what was not understood, what is near to it, and a line that works."""
    lines = list(query_place(voice, read.error)) if read.error else [_misread(voice, read)]
    return Answer(lines=(*lines, voice.say("example", command=voice.command(read.example))))


def _misread(voice: Voice, read: Misread) -> Line:
    near = ", ".join(read.near)
    if read.problem is Problem.VERB:
        if read.near:
            return voice.say("no_verb_near", word=_short(read.word), near=voice.command(read.near[0]))
        return voice.say("no_verb", word=_short(read.word))
    if read.problem is Problem.NO_STORY:
        key = (
            "no_address"
            if read.word == "whynot"
            else "no_story"
            if read.word in lexicon.VERBS
            else "bad_story"
        )
        return voice.say(key, word=_short(read.word))
    if read.problem is Problem.SETTING:
        return voice.say(
            "setting_unknown" if read.word else "setting_list", word=_short(read.word), near=near
        )
    if read.problem is Problem.VALUE:
        key = "value_near" if near else "value" if read.word else "value_missing"
        return voice.say(key, word=_short(read.word), near=near)
    return voice.say(_SAID.get(read.problem, "no_query"), word=_short(read.word))


def query_place(voice: Voice, error: QueryError) -> tuple[Line, ...]:
    """Show where a query cannot be read, with a caret under the place, and what to write instead."""
    problem, advice = error.problem, error.advice
    if voice.language == "zh":
        problem, advice = in_chinese(problem), in_chinese(advice)
    return (
        voice.say("query_place", position=error.position),
        plain(error.excerpt, fixed=True),
        plain(error.caret + voice.text("query_caret", caret="", problem=problem), fixed=True),
        voice.say("query_advice", advice=advice),
    )


def ambiguous(voice: Voice, choice: Ambiguous, verb: str) -> Answer:
    """Ask which topic is meant. `verb` is what is to be done with it."""
    line = voice.say("ambiguous", typed=_short(choice.typed), count=len(choice.topics))
    buttons = [Button(label=topic.key, data=f"{COMMAND_DATA}{verb} {topic.key}") for topic in choice.topics]
    return Answer(lines=(line, voice.say("see_topics")), buttons=_in_rows(buttons))


def unknown(voice: Voice, choice: Unknown, option: str | None) -> Answer:
    """Say that it is no topic, which are near, and how to use one's own words. `option`: the option that it is near to."""
    typed = _short(choice.typed)
    named = [each.topic.key for each in choice.near if not each.word]
    lines = [voice.say("unknown_near" if named else "unknown", typed=typed, near=", ".join(named))]
    lines += [voice.say("word_of", word=each.word, topic=each.topic.key) for each in choice.near if each.word]
    if option:
        lines.append(voice.say("unknown_option", option=option))
    return Answer(lines=(*lines, voice.say("own_words"), voice.say("see_topics")))


def refused(voice: Voice, *, knows: bool, pressed: bool) -> Answer:
    """Refuse a change: the rule, who can, and what still works. `knows`: the platform said that the person is no admin."""
    if pressed:
        return Answer(toast=voice.text("refused_toast")[:MAX_TOAST_CHARS])
    return Answer(lines=(voice.say("refused" if knows else "refused_unknown"), voice.say("refused_how")))


def too_many(voice: Voice, *, chat: bool) -> Answer:
    """Say that it was too much."""
    line = voice.say("too_many_chat" if chat else "too_many_user")
    return Answer(lines=(line,), toast=line.text)


def went_wrong(now: datetime) -> Answer:
    """Say that nothing was changed, in both languages: which one is the channel's cannot be read."""
    lines = tuple(Voice(now=now, language=language).say("went_wrong") for language in get_args(Language))
    return Answer(lines=lines, toast=lines[0].text[:MAX_TOAST_CHARS])


def unpressable(voice: Voice) -> Answer:
    """Say that a button does nothing any more."""
    return Answer(toast=voice.text("unpressable"))


def help_about(voice: Voice, verb: str) -> Answer:
    """Explain one verb by what it does and a line that works."""
    lines = [voice.say(f"help_{verb}")]
    if verb == "subscribe":
        lines += [_typed(voice, each) for each in _SUBSCRIBE_EXAMPLES]
    elif verb == "unsubscribe":
        lines.append(_typed(voice, "unsubscribe all"))
    elif verb == "set":
        lines += [_typed(voice, each) for each in lexicon.SETTING_EXAMPLES.values()]
    if verb not in ("subscribe", "set"):
        lines.append(voice.say("example", command=voice.command(lexicon.EXAMPLES[verb])))
    return Answer(lines=(*lines, voice.say("next_help")))


def _typed(voice: Voice, command: str) -> Line:
    """Return a line that holds a command alone."""
    return Line(runs=(Run(text=voice.command(command), style=Style.CODE),))


def help_all(voice: Voice, *, sources: int, channel: Channel, counts: Counts) -> Answer:
    """Say what can be typed, and how this channel stands."""
    lines = [voice.say("help_title", sources=voice.count("source", sources))]
    lines += [voice.say(f"help_row_{verb}") for verb in _HELP_ROWS]
    others = ", ".join(verb for verb in lexicon.VERBS if verb not in _HELP_ROWS)
    here = voice.say(
        "help_here",
        count=voice.count("topic", len(channel.subscriptions)),
        alerts=voice.count("alert", counts.sent),
    )
    return Answer(lines=(*lines, voice.say("help_more", verbs=others), here))


def welcome(voice: Voice, topics: Sequence[Topic], acts: Mapping[str, int]) -> Answer:
    """Greet a channel that has no subscriptions: the three topics with the most to tell, and all."""
    most = sorted(topics, key=lambda each: (-acts.get(each.key, 0), each.key))[:_BUTTONS_IN_A_ROW]
    lines = [voice.say("welcome"), voice.say("welcome_most"), voice.say("welcome_zone", zone=voice.zone)]
    buttons = [
        voice.button(
            "button_count",
            f"subscribe {topic.key}",
            title=topic.title_zh if voice.language == "zh" else topic.title,
            count=acts.get(topic.key, 0),
        )
        for topic in most
    ]
    buttons.append(voice.button("button_all", "subscribe all"))
    return Answer(lines=(*lines, voice.say("next_help")), buttons=_in_rows(buttons))


def undone(voice: Voice, by: str, lines: Iterable[Line]) -> Answer:
    """Say that a change was taken back, and how things stand."""
    return Answer(lines=(voice.say("undone", by=by), *lines, voice.say("next_list")), public=True)


def not_undone(voice: Voice, *, late: bool) -> Answer:
    """Say why a change cannot be taken back."""
    line = voice.say("undo_late" if late else "undo_changed")
    return Answer(lines=(line,), toast=line.text[:MAX_TOAST_CHARS])


def _in_rows(buttons: Sequence[Button]) -> tuple[tuple[Button, ...], ...]:
    starts = range(0, len(buttons), _BUTTONS_IN_A_ROW)
    return tuple(tuple(buttons[start : start + _BUTTONS_IN_A_ROW]) for start in starts)


def _short(word: str, most: int = 40) -> str:
    return word if len(word) <= most else word[: most - 1] + "…"
