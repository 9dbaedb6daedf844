"""Which of the dates around a title is the one on which it was published. Pure; prose may tell of any other day.

It takes what stands apart: a `<time>`, a piece of text that is a date, a date at the beginning of a piece or set apart at its
end, one in the address. A date in the middle of a sentence is left alone, and so is one with a label of another day: from
when something takes effect, until when comments are due, when the page was last changed.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from watchers.dates import FoundDate, Order, agreeing, find_date, find_dates, find_instant

_MAX_CHARS = 200  # more than any date with what is around it
_SHORT_CHARS = 20
_SETS_APART = frozenset("|·•:：-–—([（【")
_AROUND = " \t[]()（）【】〔〕|·•:：,，;；-–—/."
_BEFORE = re.compile(
    r"[\W_]*(?:[^\W\d_][\w .]{0,20}[:：][\W_]*)?(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|星期.|周.)?[\W_]*",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    r"[T\W_]*(?:\d{1,2}:\d{2}(?::\d{2})?(?:\s?[ap]\.?m\b\.?)?(?:\s?[A-Z]{1,4}\b)?)?[\W_]*", re.IGNORECASE
)
# The labels of days that are not that of publication, as a whole: "Updated guidance" is none.
_OTHER_LABEL = re.compile(
    r"(?:(?:last|page|content|date|of|public|written|comments?|rule|compliance|application|submission|filing|valid) ){0,3}"
    r"(?:effective|in force|takes effect|comments?|deadline|hearings?|updated?|modified|revised|reviewed|amended|edited"
    r"|expir(?:es|ed|y|ation|ing)|due|clos(?:es|ed|ing)|ends|until|through)"
    r"(?: (?:dates?|on|by|at|of|for|as|from|is|are|due|period|deadline|clos(?:es|ed|ing)|ends|until|through|time|comments?"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day)){0,4}"
    r"|(?:截止|生效|实施|施行|失效|废止)(?:日期|时间|日)?",
    re.IGNORECASE,
)
_MAX_LABEL_CHARS = 60
_LABEL_BEGINS = re.compile(r"[|·•;；,，([（【]|\s[-–—]\s")
# What a row's kind may be called: in a piece of its own it is a label only with a colon.
_KINDS = frozenset(
    f"{public}{kind}"
    for public in ("", "public ")
    for kind in ("comment", "comments", "hearing", "hearings", "update", "amended", "revised")
)


def _is_of_another_day(before: str) -> bool:
    """Tell whether what stands `before` a date labels it as that of something else than the publication."""
    before = before[-_MAX_LABEL_CHARS:].rstrip(_AROUND)
    label = _LABEL_BEGINS.split(before)[-1].strip(_AROUND)
    return _OTHER_LABEL.fullmatch(" ".join(label.split())) is not None


def is_date(text: str, order: Order = "mdy") -> bool:
    """Tell whether a piece of text is a date and nothing else: a label, the name of the day and a time may be with it."""
    return len(text) < _MAX_CHARS and _is_date(text, order)


@lru_cache(maxsize=4096)  # the rows of a page, and of its next reading, share most of their dates
def _is_date(text: str, order: Order) -> bool:
    found = next(iter(find_dates(text, order=order)), None)
    if found is None or _BEFORE.fullmatch(text, 0, found.start) is None:
        return False
    return _BEHIND.fullmatch(text, found.end) is not None


@lru_cache(maxsize=4096)
def _own_date(text: str, order: Order) -> FoundDate | None:
    """Return the first date in a text that has no label of another day."""
    dates = find_dates(text, order=order)
    return next((found for found in dates if not _is_of_another_day(text[: found.start])), None)


def _is_label(piece: str) -> bool:
    """Tell whether a piece of text labels the date in the next one as that of another day."""
    return piece.casefold() not in _KINDS and _is_of_another_day(piece)


def is_other(text: str, above: str, order: Order = "mdy") -> bool:
    """Tell whether a date has a label of another day: before it in its own text, or in the piece of text `above`."""
    found = next(iter(find_dates(text, order=order)), None)
    return _is_of_another_day(text[: found.start] if found else text) or _is_label(above)


def _stands_apart(text: str, found: FoundDate) -> bool:
    """Tell whether a date is not just part of a sentence, which may well tell of another day."""
    if _BEFORE.fullmatch(text, 0, found.start):
        return True
    before = text[: found.start].rstrip()[-1:]
    return before in _SETS_APART and _BEHIND.fullmatch(text, found.end) is not None


def without(pieces: Sequence[str], gone: Iterable[str]) -> list[str]:
    """Return `pieces` without those in `gone`, each as often as it is there."""
    left = list(gone)
    if len(left) == 1:
        kept = list(pieces)
        if left[0] in kept:
            kept.remove(left[0])
        return kept
    counted = Counter(left)
    kept = []
    for piece in pieces:
        if counted[piece] > 0:
            counted[piece] -= 1
        else:
            kept.append(piece)
    return kept


@dataclass(frozen=True, slots=True)
class When:
    """When something was published: a calendar date, and an instant (aware); None where none is given."""

    on: date | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DateReader:
    """Reads the dates of rows. `order` and `zone` as in `watchers.dates`; `only_elements`: nowhere but where it was told."""

    order: Order
    zone: str | None
    only_elements: bool

    def read(
        self, elements: Iterable[tuple[Sequence[str], str]], rest: list[str], url: str
    ) -> tuple[When, list[str]]:
        """Return when a row was published, and the pieces of its text without that date.

        `elements`: what the elements say in which a date is due, and their `datetime`; `rest`: the row without its title.
        """
        for said, machine in elements:
            words = " ".join(said)[:_MAX_CHARS]
            when = _of_element(words, machine[:_MAX_CHARS], self.order, self.zone)
            if when.on is None:
                continue
            place = rest.index(said[0]) if said and said[0] in rest else 0
            if self.only_elements or not is_other(words, rest[place - 1] if place else "", self.order):
                return when, without(rest, said)
        if self.only_elements:
            return When(), rest
        above = ["", *rest]
        chosen = self._choose(rest, above)
        if chosen is None:
            short = " ".join(
                piece
                for piece, before in zip(rest, above, strict=False)
                if len(piece) <= _SHORT_CHARS and not is_other(piece, before, self.order)
            )
            on = find_date(short, order=self.order) or find_date(url.partition("?")[0], compact=True)
            return When(on), rest
        place, found = chosen
        piece = rest[place]
        at = _instant(piece[found.start :], self.order, self.zone)
        when = When(found.on, agreeing(at, found.on, self.zone))
        left = (
            "" if is_date(piece, self.order) else f"{piece[: found.start]}{piece[found.end :]}".strip(_AROUND)
        )
        return when, [*rest[:place], *([left] if left else []), *rest[place + 1 :]]

    def _choose(self, pieces: list[str], above: list[str]) -> tuple[int, FoundDate] | None:
        """Return the first piece that is a date, else the first that begins with one or ends with one set apart.

        Dates with labels of other days are passed over.
        """
        first = None
        for place, piece in enumerate(pieces):
            text = piece[:_MAX_CHARS]
            found = _own_date(text, self.order)
            if found is None or _is_label(above[place]):
                continue
            if is_date(text, self.order):
                return place, found
            if first is None and _stands_apart(text, found):
                first = place, found
        return first


@lru_cache(maxsize=4096)
def _of_element(words: str, machine: str, order: Order, zone: str | None) -> When:
    """Return what a `<time>` says: its words go before its `datetime`, which is often a system's idea of a day, or the time
    of an edit.
    """
    on, at = find_date(words, order=order), _instant(words, order, zone)
    moment = _instant(machine, order, zone)
    if moment is None or _is_a_day(moment):
        on = on or find_date(machine)
        return When(on, agreeing(at, on, zone))
    local = moment.astimezone(ZoneInfo(zone)) if zone else moment
    on = on or local.date()
    return When(on, agreeing(at or (None if _is_a_day(local) else moment), on, zone))


def _instant(text: str, order: Order, zone: str | None) -> datetime | None:
    if ":" not in text and "：" not in text:
        return None
    if zone is not None:
        return find_instant(text, zone, order=order)
    moment = find_instant(text, "UTC", order=order)
    # The same instant wherever the page is taken to be: then the text itself names its zone.
    return moment if moment == find_instant(text, "Asia/Tokyo", order=order) else None


def _is_a_day(moment: datetime) -> bool:
    """Tell whether an instant is how a system writes a day, at midnight or at noon.

    Source: facts gathered 2026-11-23 (all dates of one desk are 12:00:00).
    """
    return moment.hour in (0, 12) and moment.minute == moment.second == 0
