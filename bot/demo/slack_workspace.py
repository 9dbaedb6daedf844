"""A Slack workspace in memory: channels, members, and what stands in them. No network; the server is slack_stand_in.

It outlives its server: a stand-in that was away comes back with everything that was posted.
"""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.demo.slack_rules import SlackRefusal

BOT = "U0TRADEWIRE"
BOT_ID = "B0TRADEWIRE"
APP = "A0TRADEWIRE"
TEAM = "T0TRADEWIRE"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

Content = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody in the workspace. An owner is an admin too."""

    id: str
    name: str
    is_admin: bool = False
    is_owner: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A conversation. `has_bot`: the bot is a member, and may post and read."""

    id: str
    name: str
    is_private: bool = False
    is_archived: bool = False
    has_bot: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What a message said until it was changed at `at`."""

    text: str
    blocks: tuple[Content, ...]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """One message as it stands. `ephemeral_to`: shown to this member alone, and kept in no history.

    `edits` holds its earlier wordings, oldest first; `thread_ts` is None for a message that is no reply.
    """

    channel: str
    ts: str
    user: str
    text: str
    at: datetime
    blocks: tuple[Content, ...] = ()
    thread_ts: str | None = None
    reply_broadcast: bool = False
    metadata: Content | None = None
    edits: tuple[Edit, ...] = ()
    ephemeral_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """One call that was done: the message it made or changed, as it read then (None where it did neither)."""

    method: str
    at: datetime
    channel: str = ""
    ts: str = ""
    posted: Posted | None = None

    @property
    def metadata(self) -> Content | None:
        """Return the metadata of the message."""
        return self.posted.metadata if self.posted else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """One call that was refused, and the error code it was given."""

    method: str
    at: datetime
    code: str
    notes: tuple[str, ...] = ()


@dataclass
class Workspace:
    """Channels, members and messages. `now` is its clock; `log` and `refused` only grow."""

    now: Callable[[], datetime]
    channels: dict[str, Channel] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)
    home_views: dict[str, Content] = field(default_factory=dict)
    log: tuple[Accepted, ...] = ()
    refused: tuple[Refused, ...] = ()
    _messages: dict[str, dict[str, Posted]] = field(default_factory=dict)
    _last_ts: dict[str, int] = field(default_factory=dict)
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.members.setdefault(BOT, Member(id=BOT, name="tradewire"))

    def add_channel(self, name: str, *, is_private: bool = False, has_bot: bool = True) -> str:
        """Open a channel and return its id."""
        channel = Channel(id=f"C{next(self._numbers):08d}", name=name, is_private=is_private, has_bot=has_bot)
        self.channels[channel.id] = channel
        return channel.id

    def add_member(self, name: str, *, is_admin: bool = False, is_owner: bool = False) -> str:
        """Let somebody in and return the id."""
        member = Member(
            id=f"U{next(self._numbers):08d}", name=name, is_admin=is_admin or is_owner, is_owner=is_owner
        )
        self.members[member.id] = member
        return member.id

    def archive(self, channel: str, *, archived: bool = True) -> None:
        """Archive the channel, or take it out of the archive."""
        self.channels[channel] = replace(self.channels[channel], is_archived=archived)

    def remove_bot(self, channel: str) -> None:
        """Take the bot out of the channel."""
        self.channels[channel] = replace(self.channels[channel], has_bot=False)

    def invite_bot(self, channel: str) -> None:
        """Let the bot into the channel."""
        self.channels[channel] = replace(self.channels[channel], has_bot=True)

    def say(self, channel: str, user: str, text: str, *, thread_ts: str | None = None) -> Posted:
        """Post what a member writes."""
        return self.post(channel, user, text, thread_ts=thread_ts)

    def messages(self, channel: str) -> tuple[Posted, ...]:
        """Return all that was posted in the channel as it stands now, oldest first, ephemeral messages too."""
        return tuple(self._messages.get(channel, {}).values())

    def message(self, channel: str, ts: str) -> Posted:
        """Return one message. Raises KeyError where there is none."""
        return self._messages.get(channel, {})[ts]

    def still(self, posted: Posted) -> Posted | None:
        """Return a message as it stands now, None where it was taken away."""
        return self._messages.get(posted.channel, {}).get(posted.ts)

    # -- what the methods are made of; each raises SlackRefusal

    def reachable(self, channel: Any) -> Channel:
        """Return the channel that is named so, by id or name, if the bot can know of it."""
        named = str(channel or "").removeprefix("#")
        for one in self.channels.values():
            if named in {one.id, one.name} and (one.has_bot or not one.is_private):
                return one
        raise SlackRefusal("channel_not_found")

    def writable(self, channel: Any) -> Channel:
        """Return the channel of that id or name if the bot may write to it now."""
        found = self.reachable(channel)
        if found.is_archived:
            raise SlackRefusal("is_archived")
        if not found.has_bot:
            raise SlackRefusal("not_in_channel")
        return found

    def post(
        self,
        channel: str,
        user: str,
        text: str,
        *,
        blocks: tuple[Content, ...] = (),
        thread_ts: str | None = None,
        reply_broadcast: bool = False,
        metadata: Content | None = None,
        ephemeral_to: str | None = None,
    ) -> Posted:
        """Add a message to the channel, which has that id, and return it."""
        if thread_ts is not None:
            parent = self._messages.get(channel, {}).get(thread_ts)
            if parent is None or parent.thread_ts is not None or parent.ephemeral_to is not None:
                raise SlackRefusal("thread_not_found")
        ts, at = self._next_ts(channel)
        posted = Posted(
            channel=channel,
            ts=ts,
            user=user,
            text=text,
            at=at,
            blocks=blocks,
            thread_ts=thread_ts,
            reply_broadcast=reply_broadcast and thread_ts is not None,
            metadata=metadata,
            ephemeral_to=ephemeral_to,
        )
        self._messages.setdefault(channel, {})[ts] = posted
        return posted

    def change(
        self,
        before: Posted,
        *,
        text: str,
        blocks: tuple[Content, ...],
        metadata: Content | None,
    ) -> Posted:
        """Put a new wording in the place of an old one and return it."""
        edit = Edit(text=before.text, blocks=before.blocks, at=self.now())
        after = replace(before, text=text, blocks=blocks, metadata=metadata, edits=(*before.edits, edit))
        self._messages[before.channel][before.ts] = after
        return after

    def remove(self, posted: Posted) -> None:
        """Take a message away."""
        del self._messages[posted.channel][posted.ts]

    def accept(self, method: str, posted: Posted | None = None, *, channel: str = "") -> None:
        """Put a call that was done into the log."""
        one = Accepted(
            method=method,
            at=self.now(),
            channel=posted.channel if posted else channel,
            ts=posted.ts if posted else "",
            posted=posted,
        )
        self.log = (*self.log, one)

    def refuse(self, method: str, refusal: SlackRefusal) -> None:
        """Keep a call that was refused."""
        self.refused = (
            *self.refused,
            Refused(method=method, at=self.now(), code=refusal.code, notes=refusal.notes),
        )

    def _next_ts(self, channel: str) -> tuple[str, datetime]:
        """Return a `ts` that no message of the channel has, later than every one of them, and the time now."""
        now = self.now()
        micros = max((now - _EPOCH) // _MICROSECOND, self._last_ts.get(channel, 0) + 1)
        self._last_ts[channel] = micros
        return f"{micros // 1_000_000}.{micros % 1_000_000:06d}", now


def as_json(posted: Posted, *, with_metadata: bool = True) -> dict[str, Any]:
    """Return a message as Slack writes it."""
    by_bot = {"bot_id": BOT_ID, "app_id": APP} if posted.user == BOT else {}
    found: dict[str, Any] = {
        "type": "message",
        "user": posted.user,
        "ts": posted.ts,
        "team": TEAM,
        "text": posted.text,
        **by_bot,
    }
    if posted.blocks:
        found["blocks"] = list(posted.blocks)
    if posted.thread_ts is not None:
        found["thread_ts"] = posted.thread_ts
    if posted.reply_broadcast:
        found["subtype"] = "thread_broadcast"
    if posted.metadata is not None and with_metadata:
        found["metadata"] = dict(posted.metadata)
    if posted.edits and not posted.blocks:  # a message made of blocks shows no mark of an edit
        edited_at = (posted.edits[-1].at - _EPOCH) // timedelta(seconds=1)
        found["edited"] = {"user": posted.user, "ts": f"{edited_at}.000000"}
    return found
