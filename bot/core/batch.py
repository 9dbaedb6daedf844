"""What goes into an intake and what comes out of it: a page's items, what the store knows of them, and what it is to write."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.core.alert import Alert
from bot.core.decide import Reason
from bot.core.match import Match
from bot.core.story import Move, Story
from watchers.item import Item


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """The items of one page. `learning`: the source has not yet been read completely once.

    `complete_at`: its last complete read, None while learning. `zone` is the issuer's, for calendar dates.
    """

    source: str
    items: tuple[Item, ...]
    seen_at: datetime
    learning: bool
    complete_at: datetime | None
    fresh_for: timedelta
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is remembered of an item for ever: its latest revision and fingerprint, and what readers know of it.

    `told` is the revision that readers know, `dates` are the legal dates of that one. It lags behind `revision` only while
    the item changes too often. `changes` are the instants of the last few changes, oldest first. `passing`: nobody was told
    by the latest revision, and the next change takes its place.
    """

    revision: int
    fingerprint: str
    dates: str
    told: int
    changes: tuple[datetime, ...] = ()
    passing: bool = False

    @property
    def held(self) -> bool:
        """Tell whether readers know an earlier revision than the latest, because the item flaps."""
        return self.told < self.revision


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the store knows that bears on a batch: seen items by key, stories by id, who was told of what.

    `story_of` maps a document's official number to the id of the story it belongs to. `told` maps
    (story id, channel) to the stage last told. `taken` are the story ids in use among the candidates.
    `alerted` maps them to the highest revision that an alert bears, told or dropped.
    `earlier` are the items of the batch that changed, or whose changes were held back, as readers know them. `prints` are
    the fingerprints of the batch's items by their place in it, as far as they were needed to load this.
    """

    seen: Mapping[str, Seen]
    stories: Mapping[str, Story]
    story_of: Mapping[str, str]
    told: Mapping[tuple[str, str], str]
    taken: frozenset[str]
    alerted: Mapping[tuple[str, str], int] = field(default_factory=dict)
    earlier: Mapping[str, Item] = field(default_factory=dict)
    prints: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """An item to write: revision 1 is a new item, higher ones are changes. `again`: it takes the place of the one on record."""

    item: Item
    revision: int
    fingerprint: str
    matches: tuple[Match, ...]
    story: str | None
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A story's new revision and the item revision that brought it."""

    story: Story
    key: str
    revision: int
    move: Move


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Why a channel (or `*`: every channel) was told of an item's revision, or not."""

    key: str
    revision: int
    channel: str
    reason: Reason
    story: str | None


@dataclass(slots=True, kw_only=True)
class Writes:
    """Everything that one batch adds to the store. `unchanged` counts the items that were known as they are.

    `seen` is what is remembered from now on of the items that it names. `copied` are the stories of which another place is
    known now, so that what channels were told of them can show it.
    """

    seen: dict[str, Seen] = field(default_factory=dict)
    revisions: list[Revision] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    stories: dict[str, Story] = field(default_factory=dict)
    documents: dict[str, str] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)
    copied: set[str] = field(default_factory=set)
    unchanged: int = 0
