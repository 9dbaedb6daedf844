"""What verifying works with: what the chain of entries says, and what came of holding the store beside it."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.core.channel import Channel
from bot.core.delivery import Outcome
from bot.store import chain
from bot.store.evidence import ItemEntry

ARRIVED = (Outcome.SENT.value, Outcome.FOUND.value)
"""How tries end that arrived."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Something that does not come out: what it is about, and what is wrong."""

    subject: str
    what: str


@dataclass(slots=True, kw_only=True)
class Verified:
    """What verifying came to. `items` are revisions; `unsealed` of them were stored before there was a chain.

    `ended` alerts were sent, dropped for a reason, or are dead; `pending` ones wait. `uncertain` are sends of which nobody knows
    how they ended. `head` is the hash of the last entry; `broken_at` the first entry that does not follow from what is before it.
    """

    items: int = 0
    unsealed: int = 0
    subscriptions: int = 0
    alerts: int = 0
    ended: int = 0
    pending: int = 0
    uncertain: int = 0
    entries: int = 0
    head: str = chain.BEGINNING
    broken_at: int | None = None
    gaps: list[Gap] = field(default_factory=list)

    def gap(self, subject: str, what: str) -> None:
        """Note something that does not come out."""
        self.gaps.append(Gap(subject=subject, what=what))


@dataclass(slots=True, kw_only=True)
class History:
    """What the chain says: how items were decided, which channels there were after each entry that changed one, what was sent.

    `since` is when it begins. `rules` are the hashes of rulebooks by number, `sent` the tries that arrived, `told` the alerts of
    each post that did, `dropped` those that ended untold, each with its reason. `moved` says where a channel's address moved to.
    """

    items: dict[tuple[str, str, int], ItemEntry] = field(default_factory=dict)
    channels: list[tuple[int, str, Channel | None]] = field(default_factory=list)
    rules: dict[int, str] = field(default_factory=dict)
    sent: set[tuple[str, int]] = field(default_factory=set)
    told: dict[str, set[int]] = field(default_factory=dict)
    dropped: dict[int, str] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    since: datetime | None = None

    @property
    def last(self) -> dict[str, Channel]:
        """Return the channels as they are now, by address."""
        found = {address: channel for _, address, channel in self.channels}
        return {address: channel for address, channel in found.items() if channel is not None}

    def leads(self, address: str, to: str) -> bool:
        """Tell whether a channel that was at `address` is, or was later, at `to`."""
        passed: set[str] = set()
        while address != to:
            passed.add(address)
            address = self.moved.get(address, "")
            if not address or address in passed:
                return False
        return True
