"""What a channel is told: the whole content of one alert, fixed when it is decided, ready to be rendered anywhere. Pure."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.core.channel import Channel
from bot.core.decide import Reason, Verdict
from bot.core.match import Match, Severity
from bot.core.redline import Redline
from bot.core.story import Story
from bot.core.summary import quote
from bot.core.timing import INSTANT, Timing
from watchers.item import Agency, Item, LegalDate, Ref, Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """This revision of this story goes to this channel, because of `reason`. `(story, revision, channel)` is its identity.

    `prior_stage` is the stage the channel last heard of, None for a first alert. Instants are aware, UTC.
    `also_at` are further addresses of the same act; `redline` is what changed, where that is why it is told. `item_revision` is
    the revision of the item that brought it. `not_before`:
    the channel's quiet hours end then, None where it may be told at once; `timing` says whether a brief waits for it.
    """

    story: str
    revision: int
    channel: str
    reason: Reason
    stage: Stage
    prior_stage: Stage | None
    severity: Severity
    topics: tuple[str, ...]
    title: str
    story_title: str
    summary: str | None
    kind: str
    source: str
    key: str
    url: str
    lang: str
    document: str
    refs: tuple[Ref, ...]
    agencies: tuple[Agency, ...]
    dates: tuple[LegalDate, ...]
    corrects: tuple[str, ...]
    matches: tuple[Match, ...]
    official_at: datetime | None
    official_on: date | None
    first_seen_at: datetime
    author: str | None = None
    also_at: tuple[str, ...] = ()
    redline: Redline | None = None
    item_revision: int = 1
    timing: Timing = INSTANT
    not_before: datetime | None = None


def compose(
    item: Item,
    story: Story,
    *,
    revision: int,
    channel: Channel,
    verdict: Verdict,
    prior_stage: Stage | None,
    seen_at: datetime,
    item_revision: int,
    redline: Redline | None = None,
) -> Alert:
    """Return the alert that tells `channel` of the step which `item` made `story` (already advanced) take, as its `revision`."""
    reason, matches = verdict.reason, verdict.matches
    held_until = channel.held_until(verdict.severity, seen_at)
    return Alert(
        story=story.id,
        revision=revision,
        channel=channel.address,
        reason=reason,
        stage=item.stage,
        prior_stage=prior_stage,
        severity=verdict.severity,
        topics=tuple(match.topic for match in matches) or story.topics,
        title=item.title,
        story_title=story.title,
        summary=quote(item),
        kind=item.kind,
        source=item.source,
        key=item.key,
        url=item.url,
        lang=item.lang,
        document=item.ref,
        refs=item.refs,
        agencies=item.agencies,
        dates=item.dates,
        corrects=item.corrects,
        matches=matches,
        official_at=item.official_at,
        official_on=item.official_on,
        first_seen_at=seen_at,
        author=item.author,
        also_at=tuple(place.url for place in story.also if place.url != item.url),
        redline=redline if reason in {Reason.REVISED, Reason.DATES_CHANGED} else None,
        item_revision=item_revision,
        timing=verdict.timing,
        not_before=held_until if held_until > seen_at else None,
    )
