"""`set`: how a channel is told, as words: `set zone Asia/Shanghai`, `set quiet 22:00-07:00`, `set burst 5/10`. Pure."""

import re
from datetime import time
from difflib import get_close_matches
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from bot.chat import lexicon
from bot.chat.commands import Misread, Problem, Set
from bot.chat.option_words import clock_word
from bot.chat.tokens import Token, folded
from bot.core.channel import Burst
from bot.core.timing import Quiet

MOST_BURST_ALERTS, MOST_BURST_MINUTES = 100, 1_440
_HOURS = re.compile(r"([\d:apm]+)-([\d:apm]+)")
_NUMBERS = re.compile(r"\d{1,6}")
_MANY = 2


def read_setting(tokens: tuple[Token, ...]) -> Set | Misread:
    """Return what the words behind `set` change."""
    words = tuple(each for each in tokens if not each.is_comma)
    if not words:
        return Misread(problem=Problem.SETTING, near=tuple(lexicon.SETTINGS), example=lexicon.EXAMPLES["set"])
    key = _setting(words[0].name)
    if key is None:
        return _unknown(words[0])
    values = words[1:]
    if not values:
        return _unreadable(key, "")
    change = _VALUES[key](values)
    return change or _unreadable(key, " ".join(each.text for each in values))


def _setting(name: str) -> str | None:
    names = {other: key for key, others in lexicon.SETTINGS.items() for other in (key, *map(folded, others))}
    return names.get(name) or names.get(name.removesuffix("s"))


def _unknown(token: Token) -> Misread:
    near = tuple(get_close_matches(token.name, lexicon.SETTINGS, n=1)) or tuple(lexicon.SETTINGS)
    example = lexicon.SETTING_EXAMPLES[near[0]]
    return Misread(problem=Problem.SETTING, word=token.text, near=near, example=example)


def _unreadable(key: str, word: str) -> Misread:
    near = _zones_like(word) if key == "zone" and word else ()
    return Misread(problem=Problem.VALUE, word=word, near=near, example=lexicon.SETTING_EXAMPLES[key])


@lru_cache(maxsize=1)
def _zones() -> dict[str, str]:
    """Return the known zones by their plain names."""
    return {name.casefold(): name for name in sorted(available_timezones())}


def zone_named(words: str) -> str | None:
    """Return the zone that a name or a well-known place means, None for any other word."""
    name = folded(words).replace("_", " ")
    if name in lexicon.ZONES:
        return lexicon.ZONES[name]
    zone = _zones().get(name.replace(" ", "_"))
    if zone is None:
        return None
    try:
        ZoneInfo(zone)
    except (ValueError, OSError):  # listed, and yet no zone: a stray file beside the others
        return None
    return zone


def _zones_like(words: str) -> tuple[str, ...]:
    place = folded(words).replace(" ", "_")
    cities = {name.rpartition("/")[2]: zone for name, zone in _zones().items()}
    near = [cities[place]] if place in cities else []
    near += [_zones()[each] for each in get_close_matches(place, _zones(), n=2, cutoff=0.7)]
    near += [cities[each] for each in get_close_matches(place, cities, n=2, cutoff=0.8)]
    return tuple(dict.fromkeys(near))[:3]


def _zone(values: tuple[Token, ...]) -> Set | None:
    zone = zone_named(" ".join(each.text for each in values))
    return Set(zone=zone) if zone else None


def _language(values: tuple[Token, ...]) -> Set | None:
    language = lexicon.LANGUAGES.get(values[0].name)
    return Set(language=language) if language else None


def _quiet(values: tuple[Token, ...]) -> Set | None:
    """Read `22:00-07:00`, `22:00 to 07:00` or `off`."""
    if values[0].name in lexicon.OFF:
        return Set(quiet_off=True)
    together = _HOURS.fullmatch("".join(each.name for each in values))
    names = together.groups() if together else tuple(each.name for each in values)
    clocks: list[time] = [clock for name in names if (clock := clock_word(name)) is not None]
    if len(clocks) != _MANY or clocks[0] == clocks[1]:
        return None
    return Set(quiet=Quiet(start=clocks[0], end=clocks[1]))


def _burst(values: tuple[Token, ...]) -> Set | None:
    """Read `5/10`, `5 in 10 min`: more than five alerts in ten minutes."""
    numbers = [int(each) for each in _NUMBERS.findall(" ".join(each.name for each in values))]
    if len(numbers) != _MANY:
        return None
    alerts, minutes = numbers
    if not (0 < alerts <= MOST_BURST_ALERTS and 0 < minutes <= MOST_BURST_MINUTES):
        return None
    return Set(burst=Burst(alerts=alerts, minutes=minutes))


def _resurface(values: tuple[Token, ...]) -> Set | None:
    resurface = lexicon.RESURFACE.get(values[0].name)
    return Set(resurface=resurface) if resurface else None


def _briefs(values: tuple[Token, ...]) -> Set | None:
    words = [each.name for each in values if each.name not in lexicon.BRIEFS_WORDS]
    when_empty = lexicon.WHEN_EMPTY.get(words[0]) if words else None
    return Set(when_empty=when_empty) if when_empty else None


_VALUES = {
    "zone": _zone,
    "language": _language,
    "quiet": _quiet,
    "burst": _burst,
    "resurface": _resurface,
    "briefs": _briefs,
}
