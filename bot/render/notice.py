"""A notice of an incident as a block of text for a terminal or a log, and as a JSON object. Pure.

The block is at most `WIDTH` columns wide and readable without colour; its first words say what it is.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.core.channel import Language
from bot.core.incident import SILENT, Phase
from bot.core.notice import Notice
from bot.render import phrases, words_zh
from bot.render.jsonline import instant
from bot.render.plain import Emphasis, as_is, field, padded, wrap
from bot.render.words import count_words, instant_words, span_words

REASON = {
    "blocked": "the site refuses us",
    "disallowed": "the site asks machines not to read this page",
    "moved": "the page is no longer where it was",
    "redesigned": "the page was rebuilt",
    "empty": "the list is empty",
    "truncated": "the answer breaks off",
    "wrong charset": "the text arrives garbled",
    "too large": "the answer is larger than may be read",
    "not sane": "the answer is not what is due",
    "slow": "the site does not answer in time",
    "unreachable": "no connection to the site",
    "server fault": "the site itself fails",
    "rate limited": "the site asks us to come back later",
    "resting": "the site is left alone for a while after too many failures",
    "budget spent": "the limit on paid reads is reached",
    "unsafe address": "the address may not be read",
    "reader failed": "our own reader failed",
    SILENT: "it is read without fault",
}
"""What each kind of incident means, as a clause; a kind that is not here stands for itself."""

_MARK = 8
_NAMED = 10


def render(notice: Notice, *, zone: str, language: Language = "en", bold: Emphasis = as_is) -> str:
    """Return the notice as lines of at most `WIDTH` columns, East Asian wide characters counted as two.

    `zone` and `language` are the reader's. A daily line leaves out what the first one said: whom it concerns and who covers
    for it.
    """
    standing = phrases.COMMA.say(language) + _standing(notice, zone, language)
    head = f"{padded(mark(notice, language), _MARK - 2)}  {notice.title}{standing}"
    lines = [bold(line) for line in wrap(head, "", " " * _MARK)]
    lines += [line for label, value in _fields(notice, zone, language) for line in field(label, value)]
    if not notice.is_end:
        lines += wrap(phrases.TRY.say(language, command=probe_command(notice)), "  ", "    ")
    return "\n".join(lines)


def mark(notice: Notice, language: Language = "en") -> str:
    """Return the first words: BLIND, STILL BLIND, LATE, STILL LATE, BACK, or REFUSED where that is the known state."""
    if notice.phase is Phase.CLOSED:
        return phrases.BACK.say(language)
    if notice.phase is Phase.REFUSED:
        return phrases.REFUSED.say(language)
    first, again = (
        (phrases.LATE, phrases.STILL_LATE) if notice.kind == SILENT else (phrases.BLIND, phrases.STILL_BLIND)
    )
    return (again if notice.phase is Phase.STILL else first).say(language)


def probe_command(notice: Notice) -> str:
    """Return the command that looks at the source once more."""
    return f"tradewire sources probe {notice.source}"


def reason_words(notice: Notice, language: Language = "en") -> str:
    """Return why, such as `the site refuses us: a check page instead of JSON (3 tries)`."""
    table = words_zh.INCIDENT if language == "zh" else REASON
    known = table.get(notice.kind, notice.kind)
    reason = known + phrases.COLON.say(language) + _what_words(notice, language)
    if notice.kind == SILENT:
        return reason
    tries = f"{notice.tries:,}次" if language == "zh" else _tries_words(notice.tries)
    return reason + phrases.BRACKETS.say(language, inner=tries)


def advice_words(notice: Notice, language: Language = "en") -> str:
    """Return what the operator can do, as one clause without a full stop."""
    return words_zh.ADVICE.get(notice.kind, notice.advice) if language == "zh" else notice.advice


def covered_words(notice: Notice, language: Language = "en") -> str:
    """Return who carries the same acts and can, or cannot, be read: `Export control bureau, healthy`."""
    named = [
        (phrases.HEALTHY if healthy else phrases.NOT_HEALTHY_EITHER).say(language, title=title)
        for title, healthy in notice.covered_by
    ]
    return phrases.SEMICOLON.say(language).join(named) or phrases.NO_OTHER_SOURCE.say(language)


def others_words(notice: Notice, language: Language = "en") -> str:
    """Return whether all other sources can be read; those that cannot are named up to ten, and counted beyond."""
    blind = notice.others_blind
    if not blind:
        return phrases.OTHERS_HEALTHY.say(language)
    if len(blind) > _NAMED:
        counted = count_words(len(blind), "other source")
        return phrases.OTHERS_BLIND.say(language, counted=counted, count=len(blind))
    return phrases.STILL_BLIND_ARE.say(language, titles=phrases.LISTED.say(language).join(blind))


def brought_words(notice: Notice, language: Language = "en") -> str:
    """Return what the end of an incident brought: `2 items, 1 alert sent late`."""
    if language == "zh":
        items = f"补读{notice.backfilled:,}条" if notice.backfilled else "无新内容"
        late = f"补发迟到消息{notice.alerts_late:,}条" if notice.alerts_late else "无迟到消息"
        return f"{items}，{late}"
    items = count_words(notice.backfilled, "item") if notice.backfilled else "nothing new found"
    late = count_words(notice.alerts_late, "alert") if notice.alerts_late else "no alert"
    return f"{items}, {late} sent late"


def last_good_words(notice: Notice, at: str | None, language: Language = "en") -> str:
    """Return when it was last read, `at` in words, None for never, and what was new then."""
    read = phrases.READ_AT.say(language, at=at) if at else phrases.NEVER_READ.say(language)
    last = phrases.LAST_ITEM.say(language, title=notice.last_good) if notice.last_good else ""
    return read + last


def for_how_long(notice: Notice, language: Language = "en") -> str:
    """Return how long an incident that is over lasted: `blind for 5 h 45 min`."""
    phrase = phrases.OVERDUE_FOR if notice.kind == SILENT else phrases.BLIND_FOR
    return phrase.say(language, span=span_words(notice.blind_for or timedelta(), language))


def notice_object(notice: Notice) -> dict[str, Any]:
    """Return the notice's object. Instants are UTC with `Z`, `blind_for_seconds` is whole seconds, absent is None."""
    return {
        "incident": notice.incident,
        "phase": notice.phase.value,
        "source": notice.source,
        "title": notice.title,
        "kind": notice.kind,
        "what": notice.what,
        "advice": notice.advice,
        "since": instant(notice.since),
        "at": instant(notice.at),
        "tries": notice.tries,
        "last_good_at": instant(notice.last_good_at),
        "last_good": notice.last_good,
        "covered_by": [{"title": title, "healthy": healthy} for title, healthy in notice.covered_by],
        "topics": list(notice.topics),
        "next_try_at": instant(notice.next_try_at),
        "blind_for_seconds": None if notice.blind_for is None else round(notice.blind_for.total_seconds()),
        "backfilled": notice.backfilled,
        "alerts_late": notice.alerts_late,
        "others_blind": list(notice.others_blind),
    }


_BOUND = re.compile(r"nothing new for more than ([\d.]+) (days|hours) of its working time")


def _what_words(notice: Notice, language: Language) -> str:
    """Return what happened as it was recorded; the one sentence of our own also in Chinese."""
    found = _BOUND.fullmatch(notice.what) if language == "zh" else None
    if found is None:
        return notice.what
    return f"工作时段内已超过{found[1]}{'天' if found[2] == 'days' else '小时'}无新内容"


def _standing(notice: Notice, zone: str, language: Language) -> str:
    """Return what follows the title: since when, or how long it was."""
    if notice.phase is Phase.REFUSED:
        return phrases.AS_IS_KNOWN.say(language)
    if notice.phase is Phase.CLOSED:
        return for_how_long(notice, language)
    phrase = phrases.SINCE_OVERDUE if notice.kind == SILENT else phrases.SINCE
    since = phrase.say(language, at=_moment(notice.since, notice, zone, language))
    if notice.phase is Phase.CHANGED:
        return since + phrases.OTHER_REASON.say(language)
    if notice.phase is Phase.STILL:
        return since + phrases.BRACKETS.say(language, inner=span_words(notice.at - notice.since, language))
    return since


def _fields(notice: Notice, zone: str, language: Language) -> Iterator[tuple[str, str]]:
    if notice.is_end:
        yield phrases.WAS_FIELD.say(language), reason_words(notice, language)
        if notice.phase is Phase.CLOSED and notice.kind != SILENT:
            yield phrases.BACK_FILLED.say(language), brought_words(notice, language)
        yield phrases.OTHERS.say(language), others_words(notice, language)
        return
    yield phrases.REASON.say(language), reason_words(notice, language)
    if notice.phase is not Phase.STILL:
        if notice.topics:
            missed = phrases.MAY_MISS if notice.kind == SILENT else phrases.MISSING
            yield missed.say(language), phrases.LISTED.say(language).join(notice.topics)
        yield phrases.COVERED_BY.say(language), covered_words(notice, language)
        read = _moment(notice.last_good_at, notice, zone, language) if notice.last_good_at else None
        yield phrases.LAST_GOOD.say(language), last_good_words(notice, read, language)
    if notice.next_try_at:
        at = _moment(notice.next_try_at, notice, zone, language)
        yield phrases.NEXT_TRY.say(language), phrases.BY_ITSELF.say(language, at=at)
    yield phrases.ADVICE.say(language), advice_words(notice, language)


def _tries_words(tries: int) -> str:
    return "1 try" if tries == 1 else f"{tries:,} tries"


def _moment(at: datetime, notice: Notice, zone: str, language: Language) -> str:
    """Return an instant in the reader's zone, with its day where that is another than the notice's own."""
    here = ZoneInfo(zone)
    with_day = at.astimezone(here).date() != notice.at.astimezone(here).date()
    return instant_words(at, zone, with_day=with_day, seconds=False, language=language)
