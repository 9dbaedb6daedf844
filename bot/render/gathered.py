"""Messages that gather several alerts: a brief, and a burst that grows. Pure."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.core.brief import Brief
from bot.core.channel import Language
from bot.core.posting import Burst
from bot.core.summary import shorten
from bot.render import phrases
from bot.render.alert_message import stage_and_title
from bot.render.message import Message, Reader
from bot.render.spans import bold, plain, source_text
from bot.render.words import count_words, day_words, instant_words, span_words

MOST_IN_BRIEF = 15
_BLIND_NAMED = 10
_TITLE_CHARS = 60


def brief_message(brief: Brief, reader: Reader) -> Message:
    """Return a brief: its count, a line for each alert, then how well we could see. A quiet one is a single line."""
    if not brief.alerts:
        quiet = quiet_words(brief, reader.zone, reader.language)
        return Message(spoken=quiet, head=((plain(quiet),),))
    title = title_words(brief, reader.zone, reader.language)
    count = phrases.COUNT_NEW.say(reader.language, count=len(brief.alerts))
    return Message(
        spoken=f"{title} · {count}",
        head=((bold(title), plain(f" · {count}")),),
        listed=tuple(stage_and_title(alert, reader) for alert in brief.alerts),
        most=MOST_IN_BRIEF,
        small=(plain(sources_words(brief, reader.zone, reader.language)),),
    )


def burst_message(burst: Burst, reader: Reader) -> Message:
    """Return a burst as it stands: how many in how long, a line for each, and its end once it has one."""
    title = burst_words(burst, reader.zone, reader.language)
    closed = closed_words(burst, reader.zone, reader.language)
    return Message(
        spoken=title,
        head=((bold(title),),),
        listed=tuple(stage_and_title(alert, reader) for alert in burst.alerts),
        small=(plain(closed),) if closed else (),
    )


def title_words(brief: Brief, zone: str, language: Language) -> str:
    """Return `Daily brief · Mon 23 Nov 2026, 08:30 ET`."""
    name = phrases.BRIEFS[brief.timing.mode].say(language)
    clock = _clock(brief.at, zone, language)
    return f"{name} · {_day(brief.at, zone, language)}{phrases.COMMA.say(language)}{clock}"


def quiet_words(brief: Brief, zone: str, language: Language) -> str:
    """Return what a brief without alerts says: that there is nothing, and whether we could have seen anything."""
    name = phrases.BRIEFS[brief.timing.mode].say(language)
    day = _day(brief.at, zone, language)
    nothing = phrases.NOTHING_NEW.say(language)
    read = phrases.QUIET_READ.say(language, read=brief.read, sources=brief.sources)
    if brief.last_read_at is not None:
        read += phrases.LAST_READ.say(language, at=_clock(brief.last_read_at, zone, language))
    said = f"{name} · {day}{phrases.COLON.say(language)}{nothing}{_stop(language)}{read}{_stop(language)}"
    return f"{said}{blind_words(brief, zone, language)}".rstrip()


def sources_words(brief: Brief, zone: str, language: Language) -> str:
    """Return how many sources could be read since the last brief, and which could not, since when."""
    read = phrases.READ_SINCE.say(language, read=brief.read, sources=brief.sources)
    gap = " " if language == "en" else ""
    return f"{read}{gap}{blind_words(brief, zone, language)}".rstrip()


def blind_words(brief: Brief, zone: str, language: Language) -> str:
    """Return the sources that cannot be read, up to ten by name; nothing where all can be read."""
    if not brief.blind:
        return ""
    named = [
        phrases.BLIND_SINCE.say(
            language,
            title=shorten(source_text(title), _TITLE_CHARS),
            at=instant_words(since, zone, with_day=True, seconds=False, language=language),
        )
        for title, since in brief.blind[:_BLIND_NAMED]
    ]
    more = len(brief.blind) - _BLIND_NAMED
    rest = phrases.AND_MORE.say(language, count=more) if more > 0 else ""
    titles = phrases.SEMICOLON.say(language).join(named)
    return phrases.BLIND.say(language) + phrases.COLON.say(language) + titles + rest


def burst_words(burst: Burst, zone: str, language: Language) -> str:
    """Return `14 alerts in 10 min (16:15 to 16:25 ET), urgent ones were sent on their own`."""
    count = len(burst.alerts)
    here = ZoneInfo(zone)
    same_day = burst.since.astimezone(here).date() == burst.until.astimezone(here).date()
    say = _clock if same_day else _moment
    since, until = say(burst.since, zone, language), say(burst.until, zone, language)
    if same_day and language == "en":  # the zone is said once: after the second, in Chinese before the first
        since = f"{burst.since.astimezone(here):%H:%M}"
    elif same_day:
        until = f"{burst.until.astimezone(here):%H:%M}"
    return phrases.BURST.say(
        language,
        count=count_words(count, "alert") if language == "en" else f"{count:,}条消息",
        span=span_words(burst.until - burst.since, language),
        since=since,
        until=until,
    )


def closed_words(burst: Burst, zone: str, language: Language) -> str:
    """Return `closed 16:41 ET` once nothing is added any more; nothing before."""
    if burst.closed_at is None:
        return ""
    return phrases.CLOSED.say(language, at=_clock(burst.closed_at, zone, language))


def _day(at: datetime, zone: str, language: Language) -> str:
    day = at.astimezone(ZoneInfo(zone)).date()
    return day_words(day, near=day, language=language)


def _clock(at: datetime, zone: str, language: Language) -> str:
    return instant_words(at, zone, with_day=False, seconds=False, language=language)


def _moment(at: datetime, zone: str, language: Language) -> str:
    return instant_words(at, zone, with_day=True, seconds=False, language=language)


def _stop(language: Language) -> str:
    return phrases.STOP.say(language) + (" " if language == "en" else "")
