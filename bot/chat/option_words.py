"""The options among the words of a command: severity, stage, timing, spans of time. What they leave over is names. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import time, timedelta
from difflib import get_close_matches
from typing import TypeVar

from bot.chat import lexicon
from bot.chat.commands import Misread, Problem
from bot.chat.tokens import Token, folded
from bot.core.match import Severity
from bot.core.timing import Mode, Timing, clock_of
from watchers.item import Stage

_EXAMPLE = lexicon.EXAMPLES["subscribe"]
_SPAN = re.compile(r"(\d{1,5})([a-z]+|[\u4e00-\u9fff]+)")
_TWELVE_HOURS = re.compile(r"(1[0-2]|0?[1-9])(?::([0-5]\d))?(am|pm)")
_DEFAULT_TIME = time(8, 30)
_MAX_MINUTES = 10_000_000
_HAN_MODES = sorted((name for name in lexicon.MODES if not name.isascii()), key=len, reverse=True)

Meaning = TypeVar("Meaning")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the options say (None: nothing), and the names between commas that are left, as typed."""

    names: tuple[str, ...] = ()
    everything: bool = False
    min_severity: Severity | None = None
    min_stage: Stage | None = None
    timing: Timing | None = None
    anyway: bool = False


def take_options(tokens: tuple[Token, ...]) -> Options | Misread:
    """Read the options out of the words. A Misread where two of one kind are named, or a time goes with nothing."""
    reader = _Reader(weekly=any(lexicon.MODES.get(each.name) is Mode.WEEKLY for each in _parted(tokens)))
    for token in _parted(tokens):
        reader.take(token)
    timing = reader.timing()
    if isinstance(timing, Misread):
        return timing
    if reader.twice:
        return Misread(problem=Problem.TWICE, word=reader.twice, example=_EXAMPLE)
    return replace(reader.options, names=reader.names(), timing=timing)


def option_like(word: str) -> str | None:
    """Return the option that a mistyped word is near to, None where there is none."""
    options = (*lexicon.SEVERITIES, *lexicon.STAGES, *lexicon.MODES)
    return next(iter(get_close_matches(word, options, n=1, cutoff=0.75)), None)


def span_of(token: Token, following: Token | None) -> tuple[timedelta, int] | None:
    """Return a span such as `24h`, `24 h` or `3天`, and how many words it takes; None where there is none."""
    for name, count in ((token.name, 1), (token.name + (following.name if following else ""), 2)):
        found = _SPAN.fullmatch(name)
        if found and found[2] in lexicon.UNITS and (count == 1 or token.name.isdecimal()):
            minutes = int(found[1]) * lexicon.UNITS[found[2]]
            return timedelta(minutes=min(minutes, _MAX_MINUTES)), count
    return None


def clock_word(name: str) -> time | None:
    """Return the wall time `8:30`, `08:30`, `8am` or `8:30pm`, None for anything else."""
    clock = clock_of(name)
    found = None if clock else _TWELVE_HOURS.fullmatch(name)
    if found is None:
        return clock
    return time(int(found[1]) % 12 + (12 if found[3] == "pm" else 0), int(found[2] or 0))


def _parted(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """Return the words with `每周一08:30` parted into its three."""
    parts: list[Token] = []
    for token in tokens:
        mode = next((each for each in _HAN_MODES if token.name.startswith(each)), None)
        if mode is None or len(token.text) != len(token.name):
            parts.append(token)
            continue
        rest = token.after(len(mode))
        day = 1 if rest.name[:1] in lexicon.WEEKDAYS and lexicon.MODES[mode] is Mode.WEEKLY else 0
        parts += [token.before(len(mode)), rest.before(day), rest.after(day)]
    return tuple(each for each in parts if each.name or each.is_comma)


class _Reader:
    """Takes one word after the other."""

    def __init__(self, *, weekly: bool) -> None:
        self.options = Options()
        self.twice = ""
        self._weekly = weekly
        self._mode: Mode | None = None
        self._at: time | None = None
        self._day: int | None = None
        self._phrases: list[list[str]] = [[]]

    def take(self, token: Token) -> None:
        """Read a word as an option if it is one, else as part of a name."""
        name = token.name
        if token.is_comma:
            self._phrases.append([])
        elif name in lexicon.ANYWAY:
            self.options = replace(self.options, anyway=True)
        elif name in lexicon.ALL:
            self.options = replace(self.options, everything=True)
        elif name in lexicon.SEVERITIES:
            severity = self._once(self.options.min_severity, lexicon.SEVERITIES, name)
            self.options = replace(self.options, min_severity=severity)
        elif name in lexicon.STAGES:
            stage = self._once(self.options.min_stage, lexicon.STAGES, name)
            self.options = replace(self.options, min_stage=stage)
        elif not self._takes_timing(name):
            self._phrases[-1].append(token.text)

    def _takes_timing(self, name: str) -> bool:
        if name in lexicon.MODES:
            self._mode = self._once(self._mode, lexicon.MODES, name)
        elif (at := clock_word(name)) is not None:
            self.twice = name if self._at not in (None, at) else self.twice
            self._at = at
        elif self._weekly and name in lexicon.WEEKDAYS:
            self._day = self._once(self._day, lexicon.WEEKDAYS, name)
        else:
            return False
        return True

    def _once(self, before: Meaning | None, meanings: Mapping[str, Meaning], name: str) -> Meaning:
        """Return what a word means, noting where another of its kind said something else."""
        if before is not None and before != meanings[name]:
            self.twice = name
        return meanings[name]

    def names(self) -> tuple[str, ...]:
        """Return what is left between the commas, where that is more than words of no weight: `me to`, `all topics`."""
        weightless = lexicon.FILLERS | (lexicon.TOPIC_WORDS if self.options.everything else frozenset())
        return tuple(
            " ".join(phrase)
            for phrase in self._phrases
            if any(folded(word) not in weightless for word in phrase)
        )

    def timing(self) -> Timing | Misread | None:
        """Return the timing that the words name together."""
        if self._mode is None:
            if self._at is None:
                return None
            return Misread(problem=Problem.TIME_ALONE, word=f"{self._at:%H:%M}", example=_EXAMPLE)
        has_time = self._mode in {Mode.DAILY, Mode.WEEKLY}
        if self._at is not None and not has_time:
            return Misread(problem=Problem.TIMING, word=self._mode.value, example=_EXAMPLE)
        return Timing(
            mode=self._mode,
            at=(self._at or _DEFAULT_TIME) if has_time else None,
            weekday=(self._day or 0) if self._mode is Mode.WEEKLY else None,
        )
