"""The keyboard of topics: one message, edited in place, whose whole state stands in its buttons' values. Pure.

A value is `t:WHAT:PAGE:WHEN`: a topic's index or a letter for the other buttons, the page that is shown, and the timing that
newly picked topics get.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.chat.answer import Answer, Button
from bot.chat.answers_changes import timing_words
from bot.chat.voice import Voice
from bot.core.channel import ALL_TOPICS, Channel, Subscription
from bot.core.timing import INSTANT, Mode, Timing, timing_of
from bot.core.topic_value import Topic

PICK = "t:"
OPEN_FOR = timedelta(hours=1)
PER_PAGE, PER_ROW = 6, 2
ALL, WHEN, DONE, PAGE = "a", "w", "d", "p"

_LETTERS = {Mode.INSTANT: "i", Mode.HOURLY: "h", Mode.DAILY: "d", Mode.WEEKLY: "w"}
_NEXT = {
    Mode.INSTANT: Mode.DAILY,
    Mode.DAILY: Mode.WEEKLY,
    Mode.WEEKLY: Mode.HOURLY,
    Mode.HOURLY: Mode.INSTANT,
}
_PRESS = re.compile(r"t:([0-9]{1,4}|[awdp]):([0-9]{1,3})(?::([ihdw]))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """A pressed button: a topic's index or one of the letters, the page it stands on, and the mode for new topics."""

    what: str
    page: int
    mode: Mode

    @property
    def index(self) -> int | None:
        """Return the topic's place, None for the other buttons."""
        return int(self.what) if self.what.isdecimal() else None


def press_of(data: str) -> Press | None:
    """Return what a button's value says, None where it is none of this keyboard. `t:3:0` is at once."""
    found = _PRESS.fullmatch(data)
    if found is None:
        return None
    modes = {letter: mode for mode, letter in _LETTERS.items()}
    return Press(what=found[1], page=int(found[2]), mode=modes[found[3] or "i"])


def timing_for(channel: Channel, mode: Mode) -> Timing:
    """Return the channel's own timing of this mode, else the usual one."""
    own = next((each.timing for each in channel.subscriptions if each.timing.mode is mode), None)
    return own or timing_of(mode.value)


def mode_of(channel: Channel) -> Mode:
    """Return the mode that a channel's first subscription has; at once where it has none."""
    return channel.subscriptions[0].timing.mode if channel.subscriptions else Mode.INSTANT


def next_mode(mode: Mode) -> Mode:
    """Return what the button “When” turns to."""
    return _NEXT[mode]


def switched_on(channel: Channel, keys: Iterable[str]) -> frozenset[str]:
    """Return which of these topics the channel is subscribed to, by name or with all topics."""
    return frozenset(key for key in keys if any(each.covers(key) for each in channel.subscriptions))


def toggled(channel: Channel, key: str, new: Subscription, keys: Iterable[str]) -> Channel:
    """Return the channel with a topic switched: off where it is on. Where all topics were on, the others stay so by name."""
    if key not in switched_on(channel, [key]):
        return channel.with_subscription(new)
    return _by_name(channel, keys).without_subscription(key)


def _by_name(channel: Channel, keys: Iterable[str]) -> Channel:
    """Return the channel with all topics subscribed to by their names, if it was to all together."""
    every = next((each for each in channel.subscriptions if each.what == ALL_TOPICS), None)
    if every is None:
        return channel
    have = {each.what for each in channel.subscriptions}
    named = tuple(replace(every, what=key) for key in keys if key not in have)
    kept = channel.without_subscription(ALL_TOPICS)
    return replace(kept, subscriptions=(*kept.subscriptions, *named))


def emptied(channel: Channel, keys: Iterable[str]) -> Channel:
    """Return the channel without these topics; words of its own, and what is configured, stay."""
    gone = {ALL_TOPICS, *keys}
    kept = tuple(each for each in channel.subscriptions if each.configured or each.what not in gone)
    return replace(channel, subscriptions=kept)


def at_mode(channel: Channel, mode: Mode) -> Channel:
    """Return the channel with all that was asked for in chat at this mode."""
    timing = timing_for(channel, mode)
    return replace(
        channel,
        subscriptions=tuple(
            each if each.configured else replace(each, timing=timing) for each in channel.subscriptions
        ),
    )


def keyboard(voice: Voice, channel: Channel, topics: Sequence[Topic], page: int, mode: Mode) -> Answer:
    """Return the message with its buttons, one page of topics at a time."""
    pages = max(1, -(-len(topics) // PER_PAGE))
    page = min(page, pages - 1)
    on = switched_on(channel, [topic.key for topic in topics])
    shown = list(enumerate(topics))[page * PER_PAGE : (page + 1) * PER_PAGE]
    buttons = [
        Button(
            label=f"[{'x' if topic.key in on else ' '}] {topic.title_zh if voice.language == 'zh' else topic.title}",
            data=_data(str(index), page, mode),
        )
        for index, topic in shown
    ]
    rows = [tuple(buttons[start : start + PER_ROW]) for start in range(0, len(buttons), PER_ROW)]
    if pages > 1:
        back, forth = (page - 1) % pages, (page + 1) % pages
        rows.append(
            (
                Button(label="<", data=_data(PAGE, back, mode)),
                Button(label=">", data=_data(PAGE, forth, mode)),
            )
        )
    every = voice.text("pick_none" if all(topic.key in on for topic in topics) else "pick_all")
    when = voice.text("pick_when", when=timing_words(voice, timing_for(channel, mode)))
    rows.append(
        (
            Button(label=every, data=_data(ALL, page, mode)),
            Button(label=when, data=_data(WHEN, page, mode)),
            Button(label=voice.text("pick_done"), data=_data(DONE, page, mode)),
        )
    )
    lines = [voice.say("pick_title")]
    if pages > 1:
        lines.append(voice.say("pick_page", page=page + 1, pages=pages))
    return Answer(lines=tuple(lines), buttons=tuple(rows), public=True, replaces=True)


def _data(what: str, page: int, mode: Mode) -> str:
    return f"{PICK}{what}:{page}:{_LETTERS[mode]}"


def done(voice: Voice, channel: Channel, alerts: int, undo: Button | None) -> Answer:
    """Say what the chat gets, in place of the keyboard."""
    timings = {each.timing for each in channel.subscriptions} or {INSTANT}
    when = timing_words(voice, timings.pop()) if len(timings) == 1 else voice.text("mixed")
    count = voice.count("topic", len(channel.subscriptions))
    text = voice.say("pick_done_text", count=count, when=when, alerts=voice.count("alert", alerts))
    answer = Answer(lines=(text, voice.say("next_list")), public=True, replaces=True)
    return answer.with_buttons(undo)


def closed(voice: Voice) -> Answer:
    """Say that the keyboard is too old, in its place."""
    line = voice.say("pick_closed")
    return Answer(lines=(line,), replaces=True, toast=line.text)
