"""From a page's items to everything that must be written about them, in one pure step.

The store loads what is known, this decides, the store writes the result, all inside one transaction: so a crash leaves
either nothing or the item, its matches, its story and its alerts together.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.core.alert import Alert, compose
from bot.core.decide import Circumstances, Reason, decide, decide_item
from bot.core.fingerprint import dates_key, differs, fingerprint
from bot.core.match import Match, Severity
from bot.core.matching import document_of, match_all
from bot.core.routing import Subscription
from bot.core.story import Move, Story, advance, begin, documents, move_of
from bot.core.topic import Topic
from watchers.item import Item, Stage

EVERY_CHANNEL = "*"
"""Stands for all channels in a decision that no subscription could have changed."""

_BEFORE_ALL = datetime.min.replace(tzinfo=UTC)


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
    """What is remembered of an item for ever: its latest revision, fingerprint and legal dates."""

    revision: int
    fingerprint: str
    dates: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the store knows that bears on a batch: seen items by key, stories by id, who was told of what.

    `story_of` maps a document's official number to the id of the story it belongs to. `told` maps
    (story id, channel) to the stage last told. `taken` are the story ids in use among the candidates.
    """

    seen: Mapping[str, Seen]
    stories: Mapping[str, Story]
    story_of: Mapping[str, str]
    told: Mapping[tuple[str, str], str]
    taken: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """An item to write: revision 1 is a new item, higher ones are changes."""

    item: Item
    revision: int
    fingerprint: str
    dates: str
    matches: tuple[Match, ...]
    story: str | None


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

    `rehashed` are known items, by key, whose fingerprint is of an older version and must be replaced.
    """

    revisions: list[Revision] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    stories: dict[str, Story] = field(default_factory=dict)
    documents: dict[str, str] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)
    rehashed: dict[str, Seen] = field(default_factory=dict)
    unchanged: int = 0


def take_in(
    batch: Batch, known: Known, topics: tuple[Topic, ...], subscriptions: tuple[Subscription, ...]
) -> Writes:
    """Decide everything about a batch. Items are told oldest first, so that a thread reads in the order of events."""
    intake = _Intake(batch, known, topics, subscriptions)
    for item in sorted(batch.items, key=_age):
        intake.take(item)
    return intake.writes


def _age(item: Item) -> tuple[date, datetime, bool]:
    """Return what items are told in order of: the undated last, those of a day without a time before those with one."""
    return item.official_on or date.max, item.official_at or _BEFORE_ALL, bool(item.corrects)


class _Intake:
    """One batch under way: what was known, overlaid with what the batch itself has already decided."""

    def __init__(
        self, batch: Batch, known: Known, topics: tuple[Topic, ...], subscriptions: tuple[Subscription, ...]
    ) -> None:
        self.writes = Writes()
        self._batch, self._topics, self._subscriptions = batch, topics, subscriptions
        self._seen = dict(known.seen)
        self._stories = dict(known.stories)
        self._story_of = dict(known.story_of)
        self._told = dict(known.told)
        self._taken = known.taken

    def take(self, item: Item) -> None:
        before = self._seen.get(item.key)
        now = Seen(
            revision=before.revision + 1 if before else 1,
            fingerprint=fingerprint(item),
            dates=dates_key(item),
        )
        if before and not differs(before.fingerprint, now.fingerprint):
            self._keep_known(item.key, before, now)
            return
        self._seen[item.key] = now
        matches = match_all(self._topics, document_of(item))
        dates_changed = before is not None and before.dates != now.dates
        story = self._decide(item, now.revision, matches, dates_changed=dates_changed)
        self.writes.revisions.append(
            Revision(
                item=item,
                revision=now.revision,
                fingerprint=now.fingerprint,
                dates=now.dates,
                matches=matches,
                story=story,
            )
        )

    def _keep_known(self, key: str, before: Seen, now: Seen) -> None:
        self.writes.unchanged += 1
        if now.fingerprint != before.fingerprint:
            self._seen[key] = self.writes.rehashed[key] = replace(now, revision=before.revision)

    def _decide(
        self, item: Item, revision: int, matches: tuple[Match, ...], *, dates_changed: bool
    ) -> str | None:
        """Advance the item's story, decide for every channel, and return the story's id (None: it has none)."""
        earlier = self._known_story(item)
        circumstances = Circumstances(learning=self._batch.learning, stale=self._is_stale(item))
        settled = decide_item(circumstances, matches, has_story=earlier is not None)
        if earlier is None and not matches:
            self._note(item, revision, EVERY_CHANNEL, settled or Reason.NO_MATCH, None)
            return None
        story = earlier or begin(item, self._taken)
        move = move_of(story, item, dates_changed=dates_changed)
        if move.is_news:
            story = advance(
                story, item, topics=tuple(match.topic for match in matches), severity=_loudest(matches)
            )
            self._keep(story, item, revision, move)
        if settled and not (settled is Reason.STALE and self._was_told(story)):
            self._note(item, revision, EVERY_CHANNEL, settled, story.id)
            return story.id
        for subscription in self._subscriptions:
            if settled and (story.id, subscription.channel) not in self._told:
                self._note(item, revision, subscription.channel, settled, story.id)
            else:
                self._decide_channel(subscription, item, revision, story, move, matches)
        return story.id

    def _was_told(self, story: Story) -> bool:
        """Tell whether a channel knows of the story: then it hears how it goes on, however long ago the filing was made."""
        return any((story.id, subscription.channel) in self._told for subscription in self._subscriptions)

    def _known_story(self, item: Item) -> Story | None:
        return next(
            (self._stories[self._story_of[ref]] for ref in documents(item) if ref in self._story_of), None
        )

    def _decide_channel(
        self,
        subscription: Subscription,
        item: Item,
        revision: int,
        story: Story,
        move: Move,
        matches: tuple[Match, ...],
    ) -> None:
        channel = subscription.channel
        heard = self._told.get((story.id, channel))
        wanted = subscription.wanted(matches)
        severity = max(_loudest(wanted), story.severity if heard else Severity.INFO)
        reason = decide(
            subscription,
            move=move,
            stage=item.stage,
            matches=wanted,
            severity=severity,
            told=heard is not None,
        )
        self._note(item, revision, channel, reason, story.id)
        if not reason.is_told:
            return
        self._told[story.id, channel] = item.stage.value
        self.writes.alerts.append(
            compose(
                item,
                story,
                channel=channel,
                reason=reason,
                prior_stage=Stage(heard) if heard else None,
                matches=wanted,
                severity=severity,
                seen_at=self._batch.seen_at,
            )
        )

    def _keep(self, story: Story, item: Item, revision: int, move: Move) -> None:
        self._stories[story.id] = self.writes.stories[story.id] = story
        self._taken |= {story.id}
        # The story's own number joins when it begins; later it may be known to the store and yet not be loaded here.
        refs = (item.ref, story.ref) if move is Move.BEGINS else (item.ref,)
        joined = {ref: story.id for ref in refs if ref not in self._story_of}
        self._story_of |= joined
        self.writes.documents |= joined
        self.writes.steps.append(Step(story=story, key=item.key, revision=revision, move=move))

    def _note(self, item: Item, revision: int, channel: str, reason: Reason, story: str | None) -> None:
        self.writes.decisions.append(
            Decision(key=item.key, revision=revision, channel=channel, reason=reason, story=story)
        )

    def _is_stale(self, item: Item) -> bool:
        """Tell whether the item was official longer before the last complete read than this source may still tell."""
        batch = self._batch
        limit = (batch.complete_at or batch.seen_at) - batch.fresh_for
        if item.official_at:
            return item.official_at < limit
        return (
            item.official_on is not None and item.official_on < limit.astimezone(ZoneInfo(batch.zone)).date()
        )


def _loudest(matches: tuple[Match, ...]) -> Severity:
    return max((match.severity for match in matches), default=Severity.INFO)
