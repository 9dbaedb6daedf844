"""How an answer speaks: its language, the zone of its clock, how commands are typed here. Templates in, lines out. Pure.

In a template `{name}` is a value, `{name:b}` one in bold, `{name:c}` one to type, and `{/mute 24h}` a command as it is typed in
this place. What a value holds is never read as a template.
"""

import string
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.chat.answer import Button, Line, Run, Style
from bot.chat.texts_en import ENGLISH
from bot.chat.texts_zh import CHINESE
from bot.core.channel import Channel, Language
from bot.render.words import day_words, instant_words, without_controls

TEXTS = {"en": ENGLISH, "zh": CHINESE}
COMMAND_DATA = "cmd:"
"""What begins the value of a button that stands for a typed command."""

_STYLES = {"b": Style.BOLD, "c": Style.CODE, "": Style.PLAIN}
_ZONE_ZH = {"Beijing": "北京时间", "ET": "美东时间", "CT": "美中时间"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """Language, zone and prefix (`/tradewire `, `/`) of an answer, and the instant at which it is given."""

    now: datetime
    language: Language = "en"
    zone: str = "America/New_York"
    prefix: str = "/"

    @classmethod
    def of(cls, channel: Channel, *, prefix: str, now: datetime) -> "Voice":
        """Return the voice in which this channel is spoken to."""
        return cls(now=now, language=channel.language, zone=channel.zone, prefix=prefix)

    def say(self, key: str, /, **values: object) -> Line:
        """Return the text of this key as a line."""
        return Line(runs=tuple(self._runs(TEXTS[self.language][key], values)))

    def text(self, key: str, /, **values: object) -> str:
        """Return the text of this key without emphasis."""
        return self.say(key, **values).text

    def button(self, key: str, command: str, /, **values: object) -> Button:
        """Return a button that stands for typing this command."""
        return Button(label=self.text(key, **values), data=COMMAND_DATA + command)

    def command(self, words: str) -> str:
        """Return a command as it is typed here."""
        return self.prefix + words

    def day(self, at: datetime) -> str:
        """Return the day of an instant on the channel's calendar: `17 Oct 2023`, `2023年10月17日`."""
        return self.date(at.astimezone(ZoneInfo(self.zone)).date())

    def date(self, day: date) -> str:
        """Return a calendar day."""
        return f"{day.year}年{day.month}月{day.day}日" if self.language == "zh" else day_words(day)

    def instant(self, at: datetime) -> str:
        """Return an instant on the channel's clock, with its day unless that is today."""
        clock, _, zone = instant_words(at, self.zone, with_day=False, seconds=False).partition(" ")
        there = ZoneInfo(self.zone)
        today = at.astimezone(there).date() == self.now.astimezone(there).date()
        day = "" if today else f"{self.day(at)} "
        return f"{day}{clock} {_ZONE_ZH.get(zone, zone) if self.language == 'zh' else zone}"

    def count(self, thing: str, number: int) -> str:
        """Return `1 alert`, `2 alerts`, `2 条提醒`. `thing` is a key such as `alert`."""
        form = "one" if number == 1 else "many"
        return self.text(f"{thing}_{form}", count=f"{number:,}")

    def span(self, span: timedelta) -> str:
        """Return a whole number of days, hours or minutes."""
        minutes = round(span.total_seconds() / 60)
        for thing, size in (("day", 1_440), ("hour", 60)):
            if minutes and minutes % size == 0 and (thing == "day" or minutes < 1_440):
                return self.count(thing, minutes // size)
        return self.count("hour", minutes // 60) if minutes % 60 == 0 else self.count("minute", minutes)

    def _runs(self, template: str, values: dict[str, object]) -> Iterator[Run]:
        for literal, name, style, _ in string.Formatter().parse(template):
            if literal:
                yield Run(text=literal)
            if name is None:
                continue
            if name.startswith("/"):
                typed = name[1:] + (f":{style}" if style else "")
                yield Run(text=self.command(typed), style=Style.CODE)
            elif value := without_controls(str(values[name])):
                yield Run(text=value, style=_STYLES[style or ""])
