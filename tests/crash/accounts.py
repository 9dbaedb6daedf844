"""The platforms' own logs beside the ledger: what was decided arrived, what came twice is on record as uncertain, order was kept.

Reads only. Every law is a function that returns what breaks it, so that an empty answer is the proof.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from bot.channels.slack import EVENT_TYPE
from bot.core.channel import platform_of
from bot.core.posting import Kind, Posting
from bot.render import phrases, slack, telegram
from bot.store import schema
from bot.store.channels import load_roster
from bot.store.postings import load_postings
from bot.store.sending import Claimed, claimed_of
from bot.store.verify import verify
from tests.fakes.places import LOUD_TOPIC, Places

_RANKS = 1 << 48
_CHANGES = {Kind.EDIT.value, Kind.GROWTH.value}
_AGAIN = phrases.SENT_AGAIN.say("en")
_UNHEARD_OF = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """A message that appeared in a channel: of which post, and whether it says that it may be its second sight."""

    post: int
    marked: bool = False


@dataclass(kw_only=True)
class Accounts:
    """Ledger and logs, side by side. `driven` are posts that a person asked for again."""

    places: Places
    connection: Connection
    driven: frozenset[int] = frozenset()
    posts: dict[int, Any] = field(init=False)
    outcomes: dict[int, Counter[str]] = field(init=False)
    sights: dict[str, tuple[Sight, ...]] = field(init=False)

    def __post_init__(self) -> None:
        rows = self.connection.execute(select(schema.post).order_by(schema.post.c.id)).all()
        self.posts = {row.id: row for row in rows}
        self.outcomes = {row.id: Counter() for row in rows}
        for row in self.connection.execute(select(schema.delivery.c.post, schema.delivery.c.outcome)):
            self.outcomes[row.post][row.outcome] += 1
        self.sights = {address: tuple(self._seen_in(address)) for address in self.places.channels}

    # -- the laws

    def lost(self) -> list[str]:
        """Return what was decided, or is on record as sent, and never appeared; and what should have been decided."""
        query = select(schema.alert.c.id, schema.alert.c.key, schema.alert.c.channel, schema.alert.c.post)
        alerts = self.connection.execute(query).all()
        seen = {sight.post for sights in self.sights.values() for sight in sights}
        gone = [
            f"alert {row.id} for {row.channel}: post {row.post}"
            for row in alerts
            if row.post not in seen and not self._is_shown_by_a_change(row.post)
        ]
        decided = {(row.key, row.channel) for row in alerts}
        return gone + [
            f"{number} for {address}"
            for number in sorted(self.places.matching)
            for address, topics in self.places.channels.items()
            if (number in self.places.loud or topics != (LOUD_TOPIC,)) and (number, address) not in decided
        ]

    def unexplained(self) -> list[str]:
        """Return what came more often than the ledger explains, or came again without saying so."""
        return [wrong for address in self.sights for wrong in self._unexplained_in(address)]

    def out_of_order(self) -> list[str]:
        """Return posts that appeared after a later one of their rank, or before the head of their thread."""
        return [wrong for address in self.sights for wrong in self._out_of_order_in(address)]

    def behind(self) -> list[str]:
        """Return messages that do not show the newest of what they should: heads of threads, and bursts."""
        heads = [row for row in self.posts.values() if row.head == 1 and self._is_continued(row)]
        bursts = [row for row in self.posts.values() if row.kind == Kind.BURST.value and self._changes(row)]
        wanted = [*((row, Kind.EDIT) for row in heads), *((row, Kind.GROWTH) for row in bursts)]
        found = [self._as_changed(row, kind) for row, kind in wanted if _has_edits(row.platform)]
        return [
            f"{posting.kind} of post {posting.root}"
            for posting in found
            if self._stands(posting) != _words_of(posting)
        ]

    def left_open(self) -> list[str]:
        """Return what is not at its end, and what the chain does not bear out."""
        found = [
            f"post {row.id} is {row.state}"
            for row in self.posts.values()
            if row.state != "sent" or row.open or row.lease_until
        ]
        found += [f"post {post}: a try has no end" for post, ends in self.outcomes.items() if ends["sending"]]
        proof = verify(self.connection, progress=lambda _, __: None)
        found += [f"{gap.subject}: {gap.what}" for gap in proof.gaps]
        return found + (["the chain is broken"] if proof.broken_at or proof.pending else [])

    def doubles(self, platform: str) -> int:
        """Return how many messages too many there are on a platform."""
        return sum(len(each) - len({sight.post for sight in each}) for each in self.sights_on(platform))

    def sights_on(self, platform: str) -> list[tuple[Sight, ...]]:
        """Return what appeared in each channel of a platform."""
        return [each for address, each in self.sights.items() if platform_of(address) == platform]

    def ends_on(self, platform: str) -> list[list[str]]:
        """Return how the tries ended of each post of a platform, the first post first."""
        return [list(self.outcomes[row.id]) for row in self.posts.values() if row.platform == platform]

    def figures(self) -> dict[str, int]:
        """Return what there is to count, in words."""
        return {
            "posts": len(self.posts),
            "messages": sum(map(len, self.sights.values())),
            "tries": sum(ends.total() for ends in self.outcomes.values()),
            "in doubt": sum(ends["unknown"] for ends in self.outcomes.values()),
            "found by looking": sum(ends["found"] for ends in self.outcomes.values()),
            "doubles on Slack": self.doubles("slack"),
            "doubles on Telegram, marked": self.doubles("telegram"),
            "webhooks repeated under their id": self.doubles("webhook"),
            "given up and asked for again": len(self.driven),
            "lost": len(self.lost()),
        }

    # -- what appeared where

    def _seen_in(self, address: str) -> Iterator[Sight]:
        platform, _, place = address.partition(":")
        if platform == "webhook":
            for each in self.places.receiver.received:
                yield Sight(post=_number(each.key))
        elif platform == "slack":
            for done in self.places.slack.workspace.log:
                if done.method == "chat.postMessage" and done.channel == place:
                    assert done.metadata is not None
                    assert done.metadata["event_type"] == EVENT_TYPE
                    yield Sight(post=_number(done.metadata["event_payload"]["key"]))
        else:
            known = self._words_in(address)
            for sent in self.places.telegram.chats.log:
                if sent.method == "sendMessage" and str(sent.chat) == place:
                    post = known.get(_words(sent.text), _UNHEARD_OF)
                    yield Sight(post=post, marked=_AGAIN in sent.text)

    def _words_in(self, address: str) -> Mapping[str, int]:
        """Return the posts of a Telegram chat by their words."""
        rows = [
            row
            for row in self.posts.values()
            if row.channel == address and row.kind not in _CHANGES and row.attempt
        ]
        postings = self._postings([claimed_of(row) for row in rows])
        found = {_words_of(posting): posting.id for posting in postings}
        assert len(found) == len(rows), "posts are told apart by their words"
        return found

    def _postings(self, claimed: Sequence[Claimed]) -> tuple[Posting, ...]:
        roster = load_roster(self.connection)
        found, lost = load_postings(self.connection, claimed, roster, now=self.places.now, again=True)
        assert lost == ()
        return found

    def _is_shown_by_a_change(self, post: int | None) -> bool:
        """Tell whether a post is a change of a message, which `behind` looks at, and was made."""
        row = self.posts.get(post or 0)
        return row is not None and row.kind in _CHANGES and _has_edits(row.platform) and row.state == "sent"

    # -- each law, channel by channel

    def _unexplained_in(self, address: str) -> Iterator[str]:
        seen: Counter[int] = Counter()
        for sight in self.sights[address]:
            seen[sight.post] += 1
            if sight.post not in self.posts:
                yield f"{address}: something that no post says"
            elif seen[sight.post] > 1 and platform_of(address) == "telegram" and not sight.marked:
                yield f"{address}: post {sight.post} came again and does not say so"
        for post, times in seen.items():
            ends = self.outcomes.get(post, Counter())
            # A receiver of webhooks knows repeats by their id; a look at Slack leaves no doubt.
            uncertain = ends.total() - 1 if platform_of(address) == "webhook" else ends["unknown"]
            if times > 1 + uncertain or (times > 1 and platform_of(address) == "slack"):
                yield f"{address}: post {post} came {times} times, {dict(ends)}"

    def _out_of_order_in(self, address: str) -> Iterator[str]:
        first = list(dict.fromkeys(sight.post for sight in self.sights[address] if sight.post in self.posts))
        place = {post: number for number, post in enumerate(first)}
        latest: dict[int, int] = {}
        for post in first:
            row = self.posts[post]
            rank = row.place // _RANKS
            if post < latest.get(rank, 0) and post not in self.driven:
                yield f"{address}: post {post} after {latest[rank]}"
            latest[rank] = max(post, latest.get(rank, 0))
            if row.root is not None and place.get(row.root, len(first)) > place[post]:
                yield f"{address}: post {post} before its head {row.root}"

    def _is_continued(self, row: Any) -> bool:
        return any(
            each.root == row.id and each.kind == Kind.ALERT.value and each.state == "sent"
            for each in self.posts.values()
        )

    def _changes(self, row: Any) -> list[int]:
        grown = (each for each in self.posts.values() if each.root == row.id and each.state == "sent")
        return [each.id for each in grown if each.kind == Kind.GROWTH.value]

    def _as_changed(self, row: Any, kind: Kind) -> Posting:
        """Return the change that a message must have seen last."""
        last = self.posts[max(self._changes(row))] if kind is Kind.GROWTH else None
        wanted = Claimed(
            id=last.id if last is not None else 1 << 40,
            channel=row.channel,
            kind=kind,
            attempt=1,
            doubts=0,
            story=row.story,
            root=row.id,
            body=last.body if last is not None else None,
        )
        return self._postings([wanted])[0]

    def _stands(self, posting: Posting) -> str:
        """Return the words of a message as they stand now."""
        platform, _, place = posting.channel.address.partition(":")
        assert posting.target is not None
        if platform == "slack":
            return _slack_words(self.places.slack.workspace.message(place, posting.target).blocks)
        sent = self.places.telegram.chats.message(int(place), int(posting.target))
        return _words(sent.html) if sent else ""


def _has_edits(platform: str) -> bool:
    return platform != "webhook"


def _number(key: str) -> int:
    return int(key.rpartition("-")[2])


def _words_of(posting: Posting) -> str:
    if posting.channel.platform == "slack":
        return _slack_words(slack.render(posting).blocks)
    return _words(telegram.render(posting).html)


def _words(html: str) -> str:
    """Return a Telegram message without what depends on when it was sent: its small print, and whether it came again."""
    lines = html.split("\n")
    return "\n".join(each for each in lines if not each.startswith("<i>") and each != _AGAIN)


def _slack_words(blocks: Sequence[Mapping[str, Any]]) -> str:
    return "\n".join(str(each.get("text")) for each in blocks if each["type"] == "section")
