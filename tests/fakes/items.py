"""Made-up items, topics, batches and alerts, and a ledger in memory that remembers what the intake decided."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.core.alert import Alert
from bot.core.batch import Batch, Decision, Known, Revision, Seen, Step, Writes
from bot.core.channel import Channel, Subscription
from bot.core.decide import Reason
from bot.core.intake import take_in
from bot.core.match import Evidence, Match, Severity
from bot.core.matching import Matcher
from bot.core.posting import Kind, Posting, Told
from bot.core.story import Story, begun_ref, candidate_ids, documents
from bot.core.topic import parse_topics
from bot.core.topic_value import Topic
from watchers.item import Agency, DateKind, Item, LegalDate, Stage

REGISTER, DESK = "federal-register", "public-inspection"
ZONE = "America/New_York"
NOON = datetime(2023, 10, 17, 16, 0, tzinfo=UTC)
TODAY = date(2023, 10, 17)

TOPICS = parse_topics(
    """
[minerals]
title = "Minerals"
severity = "urgent"
any = ["gallium"]
[lists]
title = "Lists"
severity = "notice"
any = ["entity list"]
""",
    "made-up.toml",
)


def desk(address: str, *topics: str, **asked: Any) -> Channel:
    """Return a channel that asked for these topics, all where none is named; `asked` is what else holds for each."""
    wanted = tuple(Subscription(what=topic, **asked) for topic in topics or ("*",))
    return Channel(address=address, subscriptions=wanted)


MINERALS = desk("minerals-desk", "minerals")
LISTS = desk("lists-desk", "lists")
EVERYTHING = desk("all")


def legal_date(kind: DateKind, on: date) -> LegalDate:
    return LegalDate(kind=kind, on=on, evidence=f"{kind.value}_on")


def published(number: str = "2023-23048", **changes: Any) -> Item:
    """Return a document of the Register about gallium, published on the day of these tests."""
    facts: dict[str, Any] = {
        "source": REGISTER,
        "key": number,
        "ref": f"fr:{number}",
        "stage": Stage.PUBLISHED,
        "kind": "Rule",
        "title": "Export Controls on Gallium",
        "url": f"https://www.federalregister.gov/d/{number}",
        "lang": "en",
        "official_on": TODAY,
    }
    return Item(**facts | changes)


def filed(number: str = "2023-23048", **changes: Any) -> Item:
    """Return a filing at the inspection desk about gallium, fifteen minutes before these tests' noon."""
    facts = {
        "source": DESK,
        "stage": Stage.FILED,
        "official_at": NOON - timedelta(minutes=15),
        "dates": (legal_date(DateKind.PUBLICATION, date(2023, 10, 19)),),
    }
    return published(number, **facts | changes)


def corrected(number: str = "C1-2023-23048", of: str = "2023-23048", **changes: Any) -> Item:
    """Return the Register's correction of a document."""
    facts = {"stage": Stage.CORRECTED, "corrects": (f"fr:{of}",), "title": "Gallium; Correction"}
    return published(number, **facts | changes)


def withdrawn(number: str = "2023-23048", **changes: Any) -> Item:
    """Return a filing that was taken back, both of its dates emptied."""
    facts = {"stage": Stage.WITHDRAWN, "dates": (), "official_at": None, "official_on": None}
    return filed(number, **facts | changes)


def batch(*items: Item, **changes: Any) -> Batch:
    """Return a batch of the items' source, read after an earlier complete read an hour before."""
    facts: dict[str, Any] = {
        "source": items[0].source if items else REGISTER,
        "items": items,
        "seen_at": NOON,
        "learning": False,
        "complete_at": NOON - timedelta(hours=1),
        "fresh_for": timedelta(days=7),
        "zone": ZONE,
    }
    return Batch(**facts | changes)


def match(topic: str = "minerals", words: str = "Gallium", **changes: Any) -> Match:
    """Return a match with one hit of `words` in the title."""
    start = changes.pop("start", 19)
    hit = Evidence(words=words, lang="en", field="title", start=start, end=start + len(words))
    facts: dict[str, Any] = {"topic": topic, "severity": Severity.URGENT, "evidence": (hit,)}
    return Match(**facts | changes)


def alert(**changes: Any) -> Alert:
    """Return the alert of a filing, as the channel `console` is told of it first."""
    facts: dict[str, Any] = {
        "story": "7f3a",
        "revision": 1,
        "channel": "console",
        "reason": Reason.FIRST,
        "stage": Stage.FILED,
        "prior_stage": None,
        "severity": Severity.URGENT,
        "topics": ("party-lists",),
        "title": "Entity List Additions",
        "summary": None,
        "kind": "Rule",
        "source": DESK,
        "key": "2023-23048",
        "url": "https://www.federalregister.gov/d/2023-23048",
        "lang": "en",
        "document": "fr:2023-23048",
        "refs": (),
        "agencies": (Agency(name="Industry and Security Bureau", slug="industry-and-security-bureau"),),
        "dates": (),
        "corrects": (),
        "matches": (match("party-lists", "Entity List", start=0),),
        "official_at": datetime(2023, 10, 17, 20, 15, tzinfo=UTC),
        "official_on": TODAY,
        "first_seen_at": datetime(2023, 10, 17, 20, 15, 40, tzinfo=UTC),
    }
    given = facts | changes
    return Alert(**{"story_title": given["title"]} | given)


def posting(told: Told, *, channel: Channel | None = None, **changes: Any) -> Posting:
    """Return the first attempt at a post that tells an alert, or something else, on the console."""
    facts: dict[str, Any] = {
        "id": 1,
        "attempt": 1,
        "kind": Kind.ALERT,
        "channel": channel or Channel(address="console"),
        "told": told,
        "at": NOON,
    }
    return Posting(**facts | changes)


@dataclass(kw_only=True)
class Ledger:
    """What a store would hold, fed only by the intake's own Writes. Like the store it loads no more than bears on a batch."""

    topics: tuple[Topic, ...] = TOPICS
    channels: tuple[Channel, ...] = (MINERALS, LISTS)
    seen: dict[tuple[str, str], Seen] = field(default_factory=dict)
    stories: dict[str, Story] = field(default_factory=dict)
    story_of: dict[str, str] = field(default_factory=dict)
    revisions: list[Revision] = field(default_factory=list)
    decisions: list[tuple[str, Decision]] = field(default_factory=list)
    steps: list[tuple[Step, Item]] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)

    def known(self, given: Batch) -> Known:
        """Return what bears on a batch, as the store's `load_known` does."""
        earlier = self._earlier(given)
        refs = {ref for item in (*given.items, *earlier.values()) for ref in documents(item)}
        story_of = {ref: story for ref, story in self.story_of.items() if ref in refs}
        loaded = {story: self.stories[story] for story in story_of.values()}
        candidates = {each for item in given.items for each in candidate_ids(begun_ref(item))}
        return Known(
            seen={key: seen for (source, key), seen in self.seen.items() if source == given.source},
            stories=loaded,
            story_of=story_of,
            told={
                (each.story, each.channel): each.stage.value for each in self.alerts if each.story in loaded
            },
            taken=frozenset(candidates & self.stories.keys()),
            earlier=earlier,
        )

    def _earlier(self, given: Batch) -> dict[str, Item]:
        """Return the latest revision that readers know, of each item of the batch that was seen before."""
        known = {key: seen.told for (source, key), seen in self.seen.items() if source == given.source}
        return {
            each.item.key: each.item
            for each in self.revisions
            if each.item.source == given.source and known.get(each.item.key) == each.revision
        }

    def take(self, *items: Item, **changes: Any) -> Writes:
        """Take in one batch and remember what came of it. A number that joins two stories is an error, as in the store."""
        given = batch(*items, **changes)
        writes = take_in(given, self.known(given), Matcher(self.topics), self.channels)
        self.seen |= {(given.source, key): seen for key, seen in writes.seen.items()}
        assert not self.story_of.keys() & writes.documents.keys()
        self.story_of |= writes.documents
        self.stories |= writes.stories
        replaced = {(given.source, each.item.key, each.revision) for each in writes.revisions if each.again}
        self.revisions = [
            each
            for each in self.revisions
            if (each.item.source, each.item.key, each.revision) not in replaced
        ]
        self.decisions = [
            (source, each)
            for source, each in self.decisions
            if (source, each.key, each.revision) not in replaced
        ]
        self.revisions += writes.revisions
        self.decisions += [(given.source, each) for each in writes.decisions]
        brought = {(each.item.key, each.revision): each.item for each in writes.revisions}
        self.steps += [(step, brought[step.key, step.revision]) for step in writes.steps]
        self.alerts += writes.alerts
        return writes

    def told(self, channel: str = MINERALS.address) -> list[tuple[Reason, str]]:
        """Return what a channel was told, in order: reason and document."""
        return [(each.reason, each.document) for each in self.alerts if each.channel == channel]


def reasons(writes: Writes) -> dict[str, Reason]:
    """Return the reason of each channel in Writes that hold one item."""
    return {each.channel: each.reason for each in writes.decisions}
