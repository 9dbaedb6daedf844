"""One change of one item: what differs, and whether it changes too often to be told each time. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.match import Match
from bot.core.redline import Redline
from watchers.item import Item

MAX_CHANGES_A_DAY = 3
KEPT_CHANGES = MAX_CHANGES_A_DAY + 1
_DAY = timedelta(days=1)
SETTLED_AFTER = timedelta(hours=6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """An item as it is now, and what became of it: revision 1 is new. `redline` is against what readers know of it.

    `dates_changed`: its legal dates are others than readers know. `flaps`: it changes too often to be told of
    each time.
    """

    item: Item
    revision: int
    matches: tuple[Match, ...]
    redline: Redline | None = None
    dates_changed: bool = False
    flaps: bool = False


def is_flapping(changes: Sequence[datetime], now: datetime) -> bool:
    """Tell whether an item that changed at these instants, and changes again `now`, does so too often to be told of it."""
    return sum(1 for at in changes[-KEPT_CHANGES:] if now - at < _DAY) > MAX_CHANGES_A_DAY


def has_settled(changes: Sequence[datetime], now: datetime) -> bool:
    """Tell whether an item that flapped has been as it is for long enough to tell what came of it."""
    return not changes or not timedelta() <= now - changes[-1] < SETTLED_AFTER


def texts_of(item: Item) -> dict[str, str]:
    """Return the texts that a reader would notice a change of, by field. Legal dates are compared for themselves."""
    texts = {
        "title": item.title,
        "abstract": item.abstract,
        "body": item.body,
        "annex": "\n".join(annex.text for annex in item.annexes),
    }
    return {name: text for name, text in texts.items() if text}
