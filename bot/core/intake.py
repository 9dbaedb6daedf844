"""From a page's items to everything that must be written about them, in one pure step.

The store loads what is known, this decides, the store writes the result, all inside one transaction: so a crash leaves
either nothing or the item, its matches, its story and its alerts together.
"""

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from bot.core.alert import compose
from bot.core.batch import Batch, Decision, Known, Revision, Seen, Step, Writes
from bot.core.change import KEPT_CHANGES, Change, has_settled, is_flapping, texts_of
from bot.core.channel import Channel
from bot.core.decide import Case, Circumstances, Reason, decide, decide_item
from bot.core.fingerprint import dates_key, dates_moved, differs, fingerprint, is_comparable
from bot.core.match import Match, Severity
from bot.core.matching import Matcher, document_of
from bot.core.redline import is_material, redline
from bot.core.story import Move, Story, advance, also_at, begin, documents, move_of, names
from watchers.item import Item, Stage

EVERY_CHANNEL = "*"
"""Stands for all channels in a decision that no subscription could have changed."""

_BEFORE_ALL = datetime.min.replace(tzinfo=UTC)


def take_in(batch: Batch, known: Known, matcher: Matcher, channels: tuple[Channel, ...]) -> Writes:
    """Decide everything about a batch. Items are told oldest first, so that a thread reads in the order of events."""
    intake = _Intake(batch, known, matcher, channels)
    for place in sorted(range(len(batch.items)), key=lambda place: _age(batch.items[place])):
        item = batch.items[place]
        intake.take(item, known.prints.get(place) or fingerprint(item))
    return intake.writes


def _age(item: Item) -> tuple[date, datetime, bool]:
    """Return what items are told in order of: the undated last, those of a day without a time before those with one."""
    return item.official_on or date.max, item.official_at or _BEFORE_ALL, bool(item.corrects)


class _Intake:
    """One batch under way: what was known, overlaid with what the batch itself has already decided."""

    def __init__(self, batch: Batch, known: Known, matcher: Matcher, channels: tuple[Channel, ...]) -> None:
        self.writes = Writes()
        self._batch, self._matcher, self._channels, self._known = batch, matcher, channels, known
        self._seen = dict(known.seen)
        self._stories = dict(known.stories)
        self._story_of = dict(known.story_of)
        self._told, self._alerted = dict(known.told), dict(known.alerted)
        self._taken = known.taken

    def take(self, item: Item, printed: str) -> None:
        before = self._seen.get(item.key)
        if before is None or differs(before.fingerprint, printed) or self._has_moved(item, before, printed):
            self._take_change(item, before, printed)
        elif before.held and has_settled(before.changes, self._batch.seen_at):
            self._take_change(item, before, printed, settled=True)
        else:
            self._keep_known(item.key, before, printed)

    def _has_moved(self, item: Item, before: Seen, printed: str) -> bool:
        """Tell whether an item whose fingerprint was made in another way has another stage, or another date, all the same."""
        if is_comparable(before.fingerprint, printed):
            return False
        earlier = self._known.earlier.get(item.key)
        is_elsewhere = earlier is not None and earlier.stage is not item.stage
        return is_elsewhere or dates_moved(before.dates, dates_key(item))

    def _take_change(self, item: Item, before: Seen | None, printed: str, *, settled: bool = False) -> None:
        change = self._change_of(item, before, settled=settled)
        again = before is not None and before.revision == change.revision
        if again:
            self._take_back(item.key, change.revision)
        alerts = len(self.writes.alerts)
        story, move = self._decide(change)
        held = change.flaps and not (move and move.is_news)
        changes = before.changes if before else ()
        self._remember(
            item.key,
            Seen(
                revision=change.revision,
                fingerprint=printed,
                dates=before.dates if before and held else dates_key(item),
                told=before.told if before and held else change.revision,
                changes=changes if settled else (*changes, self._batch.seen_at)[-KEPT_CHANGES:],
                passing=held and len(self.writes.alerts) == alerts,
            ),
        )
        self.writes.revisions.append(
            Revision(
                item=item,
                revision=change.revision,
                fingerprint=printed,
                matches=change.matches,
                story=story,
                again=again,
            )
        )

    def _take_back(self, key: str, revision: int) -> None:
        """Take back a revision that this batch itself has brought and of which nobody was told: the page shows the item twice."""
        writes = self.writes
        writes.revisions = [
            each for each in writes.revisions if (each.item.key, each.revision) != (key, revision)
        ]
        writes.decisions = [each for each in writes.decisions if (each.key, each.revision) != (key, revision)]

    def _change_of(self, item: Item, before: Seen | None, *, settled: bool) -> Change:
        matches = self._matcher.match(document_of(item))
        if before is None:
            return Change(item=item, revision=1, matches=matches)
        earlier = self._known.earlier.get(item.key)
        flaps = not settled and is_flapping(before.changes, self._batch.seen_at)
        return Change(
            item=item,
            revision=before.revision + (0 if before.passing else 1),
            matches=matches,
            redline=redline(texts_of(earlier), texts_of(item)) if earlier else None,
            dates_changed=before.dates != dates_key(item),
            flaps=flaps and earlier is not None and earlier.stage is item.stage,
        )

    def _keep_known(self, key: str, before: Seen, printed: str) -> None:
        self.writes.unchanged += 1
        if printed != before.fingerprint:
            self._remember(key, replace(before, fingerprint=printed))

    def _remember(self, key: str, seen: Seen) -> None:
        self._seen[key] = self.writes.seen[key] = seen

    def _decide(self, change: Change) -> tuple[str | None, Move | None]:
        """Advance the item's story, decide for every channel, and return the story's id and its move (None: it has none)."""
        item = change.item
        earlier = self._known_story(item)
        circumstances = Circumstances(learning=self._batch.learning, stale=self._is_stale(item))
        settled = decide_item(circumstances, change.matches, has_story=earlier is not None)
        if earlier is None and not change.matches:
            self._note(change, EVERY_CHANNEL, settled or Reason.NO_MATCH, None)
            return None, None
        story = earlier or begin(item, self._taken)
        move = self._move(story, change)
        story, newly = self._tell_story(story, change, move)
        if settled and not (
            settled is Reason.STALE and any(self._hears(each, story) for each in self._channels)
        ):
            self._note(change, EVERY_CHANNEL, settled, story.id)
            return story.id, move
        case = Case(
            story=story,
            move=move,
            stage=item.stage,
            matches=change.matches,
            newly=newly,
            only_learnt=self._was_only_learnt(story, change),
            now=self._batch.seen_at,
        )
        for channel in self._channels:
            if settled and not self._hears(channel, story):
                self._note(change, channel.address, settled, story.id)
            else:
                self._decide_channel(channel, change, case)
        return story.id, move

    def _move(self, story: Story, change: Change) -> Move:
        """Tell what the change does to the story. A copy's text is not compared: its dates are, and they are the act's."""
        is_copy = any(place.url == change.item.url for place in story.also)
        move = move_of(
            story,
            change.item,
            dates_changed=change.dates_changed,
            text_changed=change.redline is not None and is_material(change.redline) and not is_copy,
            is_new=change.revision == 1 or not self._was_in(story, change.item.key),
        )
        return Move.FLAPS if change.flaps and move in {Move.DATES, Move.TEXT} else move

    def _was_in(self, story: Story, key: str) -> bool:
        """Tell whether the item was in this story before: one whose number is known only now comes to it as a copy does."""
        earlier = self._known.earlier.get(key)
        return earlier is None or any(self._story_of.get(name) == story.id for name in documents(earlier))

    def _tell_story(self, story: Story, change: Change, move: Move) -> tuple[Story, frozenset[str]]:
        """Return the story after this change, and the topics that nothing of it hit before."""
        topics = tuple(match.topic for match in change.matches)
        newly = frozenset(topics) - frozenset(story.topics)
        if move.is_news:
            severity, learning = _loudest(change.matches), self._batch.learning
            story = advance(story, change.item, topics=topics, severity=severity, learning=learning)
            self.writes.steps.append(
                Step(story=story, key=change.item.key, revision=change.revision, move=move)
            )
        elif newly:
            story = replace(story, topics=(*story.topics, *(topic for topic in topics if topic in newly)))
        if move is Move.ALSO:
            known = story.also
            story = also_at(story, change.item)
            if story.also != known:
                self.writes.copied.add(story.id)
        self._keep(story, change.item, move)
        return story, newly

    def _was_only_learnt(self, story: Story, change: Change) -> bool:
        """Tell whether another source learned of the act before this one, which has long learned, could tell of it."""
        item, since = change.item, self._batch.complete_at
        if not story.learnt or change.revision > 1 or since is None:
            return False
        return bool(item.official_at or item.official_on) and not self._is_older(item, since)

    def _hears(self, channel: Channel, story: Story) -> bool:
        """Tell whether a channel follows the story, or was told of it: then it hears how it goes on, however old that is.

        Who has unsubscribed since from all that it is about hears no further step.
        """
        told = (story.id, channel.address) in self._told
        return story.id in channel.followed or (told and channel.wants_any(story.topics))

    def _known_story(self, item: Item) -> Story | None:
        return next(
            (self._stories[self._story_of[ref]] for ref in documents(item) if ref in self._story_of), None
        )

    def _decide_channel(self, channel: Channel, change: Change, case: Case) -> None:
        story, item = case.story, change.item
        heard = self._told.get((story.id, channel.address))
        verdict = decide(channel, case, told=self._hears(channel, story))
        self._note(change, channel.address, verdict.reason, story.id)
        if not verdict.reason.is_told:
            return
        place = story.id, channel.address
        # Where an alert of this step was dropped, another of the same step has a revision of its own.
        revision = max(story.revision, self._alerted.get(place, 0) + 1)
        self._told[place], self._alerted[place] = item.stage.value, revision
        self.writes.alerts.append(
            compose(
                item,
                story,
                revision=revision,
                channel=channel,
                verdict=verdict,
                prior_stage=Stage(heard) if heard else None,
                seen_at=self._batch.seen_at,
                item_revision=change.revision,
                redline=change.redline,
            )
        )

    def _keep(self, story: Story, item: Item, move: Move) -> None:
        """Keep the story where it changed, and every name by which its act may turn up again."""
        if self._stories.get(story.id) != story:
            self._stories[story.id] = self.writes.stories[story.id] = story
            self._taken |= {story.id}
        # The story's own number joins when it begins; later it may be known to the store and yet not be loaded here.
        refs = (*names(item), story.ref) if move is Move.BEGINS else names(item)
        joined = {ref: story.id for ref in refs if ref not in self._story_of}
        self._story_of |= joined
        self.writes.documents |= joined

    def _note(self, change: Change, channel: str, reason: Reason, story: str | None) -> None:
        self.writes.decisions.append(
            Decision(
                key=change.item.key, revision=change.revision, channel=channel, reason=reason, story=story
            )
        )

    def _is_stale(self, item: Item) -> bool:
        """Tell whether the item was official longer before the last complete read than this source may still tell."""
        return self._is_older(item, (self._batch.complete_at or self._batch.seen_at) - self._batch.fresh_for)

    def _is_older(self, item: Item, limit: datetime) -> bool:
        if item.official_at:
            return item.official_at < limit
        zone = ZoneInfo(self._batch.zone)
        return item.official_on is not None and item.official_on < limit.astimezone(zone).date()


def _loudest(matches: tuple[Match, ...]) -> Severity:
    return max((match.severity for match in matches), default=Severity.INFO)
