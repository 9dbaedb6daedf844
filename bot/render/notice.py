"""A notice of an incident as a block of text for a terminal or a log, and as a JSON object. Pure.

The block is at most `WIDTH` columns wide and readable without colour; its first words say what it is.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import wcwidth

from bot.core.incident import SILENT, Phase
from bot.core.notice import Notice
from bot.render.jsonline import instant
from bot.render.plain import WIDTH, Emphasis, as_is
from bot.render.words import count_words, instant_words, span_words, without_controls

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

_LABEL = 13
_MARK = 8
_NAMED = 10


def render(notice: Notice, *, zone: str, bold: Emphasis = as_is) -> str:
    """Return the notice as lines of at most `WIDTH` columns, East Asian wide characters counted as two.

    `zone` is the reader's. A daily line leaves out what the first one said: whom it concerns and who covers for it.
    """
    head = f"{mark(notice):<{_MARK - 2}}  {notice.title}, {_standing(notice, zone)}"
    lines = [bold(line) for line in _wrap(head, "", " " * _MARK)]
    lines += [line for label, value in _fields(notice, zone) for line in _field(label, value)]
    if not notice.is_end:
        lines += _wrap(f"try: tradewire sources probe {notice.source}", "  ", "    ")
    return "\n".join(lines)


def mark(notice: Notice) -> str:
    """Return the first words: BLIND, STILL BLIND, LATE, STILL LATE, BACK, or REFUSED where that is the known state."""
    if notice.phase is Phase.CLOSED:
        return "BACK"
    if notice.phase is Phase.REFUSED:
        return "REFUSED"
    word = "LATE" if notice.kind == SILENT else "BLIND"
    return f"STILL {word}" if notice.phase is Phase.STILL else word


def reason_words(notice: Notice) -> str:
    """Return why, such as `the site refuses us: a check page instead of JSON (3 tries)`."""
    reason = f"{REASON.get(notice.kind, notice.kind)}: {notice.what}"
    return f"{reason} ({_tries_words(notice.tries)})" if notice.kind != SILENT else reason


def covered_words(notice: Notice) -> str:
    """Return who carries the same acts and can, or cannot, be read: `Export control bureau, healthy`."""
    named = [
        f"{title}, {'healthy' if healthy else 'not healthy either'}" for title, healthy in notice.covered_by
    ]
    return "; ".join(named) or "no other source"


def others_words(notice: Notice) -> str:
    """Return whether all other sources can be read; those that cannot are named up to ten, and counted beyond."""
    blind = notice.others_blind
    if not blind:
        return "all other sources are healthy"
    if len(blind) > _NAMED:
        return f"{count_words(len(blind), 'other source')} still blind"
    return f"still blind: {', '.join(blind)}"


def brought_words(notice: Notice) -> str:
    """Return what the end of an incident brought: `2 items, 1 alert sent late`."""
    items = count_words(notice.backfilled, "item") if notice.backfilled else "nothing new found"
    late = count_words(notice.alerts_late, "alert") if notice.alerts_late else "no alert"
    return f"{items}, {late} sent late"


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


def _standing(notice: Notice, zone: str) -> str:
    """Return what follows the title: since when, or how long it was."""
    was = "overdue" if notice.kind == SILENT else "blind"
    if notice.phase is Phase.REFUSED:
        return "once more, as is known of it"
    if notice.phase is Phase.CLOSED:
        return f"{was} for {span_words(notice.blind_for or timedelta())}"
    since = f"{'overdue since' if notice.kind == SILENT else 'since'} {_moment(notice.since, notice, zone)}"
    if notice.phase is Phase.CHANGED:
        return f"{since}, now for another reason"
    return f"{since} ({span_words(notice.at - notice.since)})" if notice.phase is Phase.STILL else since


def _fields(notice: Notice, zone: str) -> Iterator[tuple[str, str]]:
    yield "Was" if notice.is_end else "Reason", reason_words(notice)
    if notice.is_end:
        if notice.phase is Phase.CLOSED and notice.kind != SILENT:
            yield "Back-filled", brought_words(notice)
        yield "Others", others_words(notice)
        return
    if notice.phase is not Phase.STILL:
        if notice.topics:
            yield "May miss" if notice.kind == SILENT else "Missing", ", ".join(notice.topics)
        yield "Covered by", covered_words(notice)
        yield "Last good", _last_good_words(notice, zone)
    if notice.next_try_at:
        yield "Next try", f"{_moment(notice.next_try_at, notice, zone)}, by itself"
    yield "Advice", notice.advice


def _last_good_words(notice: Notice, zone: str) -> str:
    read = f"read {_moment(notice.last_good_at, notice, zone)}" if notice.last_good_at else "never read"
    return f"{read}, last item: {notice.last_good}" if notice.last_good else read


def _tries_words(tries: int) -> str:
    return "1 try" if tries == 1 else f"{tries:,} tries"


def _moment(at: datetime, notice: Notice, zone: str) -> str:
    """Return an instant in the reader's zone, with its day where that is another than the notice's own."""
    here = ZoneInfo(zone)
    with_day = at.astimezone(here).date() != notice.at.astimezone(here).date()
    return instant_words(at, zone, with_day=with_day, seconds=False)


def _field(label: str, value: str) -> list[str]:
    indent = " " * (_LABEL + 2)
    first, *rest = _wrap(value, indent, indent) or [indent]
    return [f"  {label:<{_LABEL}}{first.lstrip()}", *rest]


def _wrap(text: str, first: str, others: str) -> list[str]:
    """Wrap to `WIDTH` columns. Chinese has no spaces and must break, so long words do."""
    return wcwidth.wrap(
        without_controls(text),
        WIDTH,
        initial_indent=first,
        subsequent_indent=others,
        break_long_words=True,
        break_on_hyphens=False,
    )
