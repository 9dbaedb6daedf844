"""When an item's own page is read: once when the item is new, again where that failed, and a few times later for edits. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from watchers.errors import SourceError
from watchers.item import Item

# Silent edits come soon after a page went up, or not at all.
_REREAD_AFTER = tuple(timedelta(hours=hours) for hours in (1, 6, 24, 72, 168))
_RETRY_AFTER = tuple(timedelta(minutes=minutes) for minutes in (2, 10, 30, 120, 360))
_DAILY = timedelta(days=1)
_WEEK = timedelta(days=7)
_GIVE_UP_AFTER = timedelta(days=90)
LONGEST_WAIT = _WEEK
"""No page waits longer to be read again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """What is remembered of reading one item's own page. Instants are aware.

    `list_print` is the fingerprint of what the listing said then; `next_at` when it is read again (None: never); `tries` the
    failures in a row. `baseline`: the item came with the source's first read, so its text alerts no one either.
    """

    key: str
    list_print: str
    first_tried_at: datetime
    read_at: datetime | None = None
    next_at: datetime | None = None
    tries: int = 0
    baseline: bool = False
    error: str | None = None
    error_kind: str | None = None


_ENOUGH_TRIES = 2
JUDGED_BY = 3
"""How many of the last pages tried must be unread before the source counts as one whose texts cannot be had."""


def unreadable(last_tried: Sequence[Article]) -> tuple[str, str] | None:
    """Return the kind and the words of the failure where none of the last `JUDGED_BY` items, newest first, could be read.

    One page may be gone, or be no page; where all are, the source is blind for whatever only a text says. Each was tried
    twice at least, and is tried on: what was given up says nothing of today.
    """
    tried = last_tried[:JUDGED_BY]
    if len(tried) < JUDGED_BY or any(
        each.read_at or each.tries < _ENOUGH_TRIES or not each.next_at for each in tried
    ):
        return None
    newest = tried[0]
    return newest.error_kind or SourceError.kind, f"the pages of its last {JUDGED_BY} items: {newest.error}"


def as_of(article: Article, now: datetime) -> Article:
    """Return what is remembered as it can be at `now`: what a clock that was ahead wrote must hold nothing back."""
    is_ahead = article.next_at is not None and article.next_at > now + LONGEST_WAIT
    return replace(
        article,
        first_tried_at=min(article.first_tried_at, now),
        next_at=now if is_ahead else article.next_at,
    )


def is_wanted(known: Article | None, *, list_print: str, is_new: bool, is_fresh: bool, now: datetime) -> bool:
    """Tell whether an item that is listed now is read in full now.

    A new item is, unless it is too old to alert; one that was read is read again where the listing says something else of
    it, and when its time has come; one that failed waits for its time whatever the listing says.
    """
    if known is None:
        return is_new and is_fresh
    if known.tries and (known.next_at is None or known.next_at > now):
        return False
    return known.list_print != list_print or (known.next_at is not None and known.next_at <= now)


def is_fresh(item: Item, *, since: datetime, zone: str, learning: bool) -> bool:
    """Tell whether an item may still alert, by its date in the issuer's `zone`. Of the undated those of a first read may not."""
    if item.official_at:
        return item.official_at >= since
    day: date | None = item.official_on
    return not learning if day is None else day >= since.astimezone(ZoneInfo(zone)).date()


def after_read(known: Article | None, *, key: str, list_print: str, now: datetime, baseline: bool) -> Article:
    """Return what to remember after the page was read whole."""
    began = known or Article(key=key, list_print=list_print, first_tried_at=now, baseline=baseline)
    later = (began.first_tried_at + wait for wait in _REREAD_AFTER)
    return replace(
        began,
        list_print=list_print,
        read_at=now,
        next_at=next((at for at in later if at > now), None),
        tries=0,
        error=None,
        error_kind=None,
    )


def after_failure(
    known: Article | None,
    *,
    key: str,
    list_print: str,
    now: datetime,
    baseline: bool,
    error: str,
    error_kind: str,
) -> Article:
    """Return what to remember after it could not be read: tried again at growing intervals, after a week once a week, for
    90 days in all.

    What the listing said when it was last read stays, so that a change of the listing is not taken for read.
    """
    began = known or Article(key=key, list_print=list_print, first_tried_at=now, baseline=baseline)
    wait = _RETRY_AFTER[began.tries] if began.tries < len(_RETRY_AFTER) else _DAILY
    age = now - began.first_tried_at
    wait = _WEEK if age >= _WEEK else wait
    over = age >= _GIVE_UP_AFTER
    return replace(
        began, next_at=None if over else now + wait, tries=began.tries + 1, error=error, error_kind=error_kind
    )
