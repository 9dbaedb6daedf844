"""Channels and their subscriptions: every change is a row, and an entry of the chain, so that what held when can be told."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, Table, and_, delete, func, select, update

from bot.core.channel import CONSOLE, Channel, chat_of
from bot.core.timing import Mode, next_brief
from bot.store import chain, schema
from bot.store.rows import pack, unpack, upsert

_channel, _brief, _alert = schema.channel, schema.brief, schema.alert


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """All channels, by address in order, as of the chain's entry `version`: the last that changed one of them.

    `store` tells this store from every other: the beginning of its first entry's hash, empty where nothing is on record.
    """

    version: int
    channels: tuple[Channel, ...]
    store: str = ""

    def of(self, address: str) -> Channel | None:
        """Return the channel at this address, None where there is none."""
        return next((each for each in self.channels if each.address == address), None)


_STORE_CHARS = 8


def roster_version(connection: Connection) -> int:
    """Return the number of the last entry that changed a channel; 0 before the first."""
    return connection.execute(_VERSION).scalar() or 0


_VERSION = select(func.max(schema.entry.c.id)).where(schema.entry.c.kind == chain.CHANNEL)


def load_roster(connection: Connection, known: Roster | None = None) -> Roster:
    """Return all channels; `known` itself where nothing has changed since."""
    version = roster_version(connection)
    if known is not None and known.version == version:
        return known
    rows = connection.execute(select(_channel.c.body).order_by(_channel.c.address))
    channels = tuple(unpack(row.body, Channel) for row in rows)
    first = connection.execute(select(schema.entry.c.hash).order_by(schema.entry.c.id).limit(1)).scalar()
    return Roster(version=version, channels=channels, store=(first or "")[:_STORE_CHARS])


def load_channel(connection: Connection, address: str) -> Channel | None:
    """Return the channel at this address, None where there is none."""
    body = connection.execute(select(_channel.c.body).where(_channel.c.address == address)).scalar()
    return unpack(body, Channel) if body else None


def ops_channels(connection: Connection) -> tuple[str, ...]:
    """Return the addresses of the channels that hear of sources that cannot be read."""
    channels = load_roster(connection).channels
    return tuple(each.address for each in channels if each.ops and each.paused is None)


def save_channel(connection: Connection, channel: Channel, *, now: datetime, by: str) -> Channel:
    """Write a channel, if it is not on record as it is, and seal the change with who made it. Return it as stored.

    Mutes that are over are dropped with the change. Briefs begin at their next time; alerts that waited for a brief which is
    gone are told at once.
    """
    channel = replace(channel, muted=tuple(each for each in channel.muted if each[1] > now))
    if load_channel(connection, channel.address) == channel:
        return channel
    row = {
        "address": channel.address,
        "platform": channel.platform,
        "body": pack(channel),
        "changed_at": now,
    }
    upsert(connection, _channel, [row])
    body = pack({"by": by, "channel": channel})
    chain.append(connection, now, [chain.Entry(kind=chain.CHANNEL, subject=channel.address, body=body)])
    _keep_briefs(connection, channel, now)
    return channel


def _keep_briefs(connection: Connection, channel: Channel, now: datetime) -> None:
    wanted = {
        each.timing.words: each.timing
        for each in channel.subscriptions
        if each.timing.mode is not Mode.INSTANT
    }
    rows = connection.execute(select(_brief).where(_brief.c.channel == channel.address)).all()
    have = {row.timing: row.next_at for row in rows}
    gone = [words for words in have.keys() - wanted.keys() if words != BURST]
    connection.execute(delete(_brief).where(_brief.c.channel == channel.address, _brief.c.timing.in_(gone)))
    connection.execute(
        update(_alert)
        .where(
            _alert.c.channel == channel.address,
            _alert.c.state == "waiting",
            _alert.c.timing.not_in([*wanted, Mode.INSTANT.value]),
        )
        .values(timing=Mode.INSTANT.value)
    )
    # Also those that are there already, for the zone may have changed; but one that is due comes first.
    upsert(
        connection,
        _brief,
        [
            {"channel": channel.address, "timing": words, "next_at": next_brief(timing, channel.zone, now)}
            for words, timing in wanted.items()
            if words not in have or have[words] > now
        ],
    )


BURST = "burst"
"""The timer that closes a channel's burst, among its briefs."""


def move_channel(connection: Connection, channel: Channel, address: str, *, now: datetime) -> None:
    """Let a channel, with all that waits for it and all it was told, go on under the address that its platform gave it.

    What was told at both addresses stays where it is; what still waits at the old one and is told at the new one is dropped.
    What a channel at the new one asked for holds on.
    """
    moved = _joined(replace(channel, address=address), load_channel(connection, address))
    old = channel.address
    connection.execute(delete(_channel).where(_channel.c.address == old))
    connection.execute(delete(_brief).where(_brief.c.channel == address))
    _move_rows(connection, _alert, ("story", "revision"), old, address)
    _move_rows(connection, schema.label, ("story", "by"), old, address)
    _drop_waiting(connection, old, f"told at {address}", now)
    connection.execute(update(_brief).where(_brief.c.channel == old).values(channel=address))
    connection.execute(
        update(schema.post)
        .where(schema.post.c.channel == old)
        .values(channel=address, chat=chat_of(address), platform=moved.platform)
    )
    # The platform numbers messages anew there: what was sent before cannot be answered or changed, nor begin a thread.
    connection.execute(
        update(schema.post).where(schema.post.c.channel == address).values(platform_ref=None, head=0)
    )
    gone = pack({"by": "its platform", "moved_to": address})
    chain.append(connection, now, [chain.Entry(kind=chain.CHANNEL, subject=channel.address, body=gone)])
    save_channel(connection, moved, now=now, by="its platform")


def _drop_waiting(connection: Connection, address: str, why: str, now: datetime) -> None:
    mine = and_(_alert.c.channel == address, _alert.c.state == "waiting")
    left = connection.execute(select(_alert.c.id, _alert.c.story).where(mine).order_by(_alert.c.id)).all()
    connection.execute(update(_alert).where(mine).values(state="dropped", ending=why))
    chain.append(
        connection,
        now,
        [
            chain.Entry(
                kind=chain.DROPPED,
                subject=f"alert-{row.id}",
                body=pack({"channel": address, "story": row.story, "reason": why}),
            )
            for row in left
        ],
    )


def _joined(moved: Channel, there: Channel | None) -> Channel:
    """Return a channel that moved to where one is already: what was asked for at either place holds."""
    if there is None:
        return moved
    asked = {each.what for each in there.subscriptions}
    return replace(
        there,
        subscriptions=(
            *there.subscriptions,
            *(each for each in moved.subscriptions if each.what not in asked),
        ),
        muted=(*there.muted, *(each for each in moved.muted if each not in there.muted)),
        followed=tuple(dict.fromkeys((*there.followed, *moved.followed))),
        ops=there.ops or moved.ops,
        paused=moved.paused,
    )


def _move_rows(connection: Connection, table: Table, key: tuple[str, ...], old: str, new: str) -> None:
    """Move the rows of a channel, but those that are at its new address already, known by `key`."""
    there = table.alias()
    same = (there.c[name] == table.c[name] for name in key)
    taken = select(there.c.channel).where(there.c.channel == new, *same).exists()
    connection.execute(update(table).where(table.c.channel == old, ~taken).values(channel=new))


def configure(connection: Connection, wanted: Iterable[Channel], *, now: datetime) -> None:
    """Bring what the configuration says of channels into the store.

    What was asked for in chat stays; configured subscriptions that are no longer in the configuration go.
    """
    named = {channel.address: channel for channel in wanted}
    stored = {channel.address: channel for channel in load_roster(connection).channels}
    for address in sorted({*named, *stored}):
        before = stored.get(address)
        after = _configured(named.get(address), before)
        if after is not None and after != before:
            save_channel(connection, after, now=now, by="the configuration")


def _configured(wanted: Channel | None, stored: Channel | None) -> Channel | None:
    if stored is None:
        return wanted
    asked = tuple(each for each in stored.subscriptions if not each.configured)
    if wanted is None:
        ops = False if stored.ops else stored.ops
        paused = NOT_CONFIGURED if stored.address == CONSOLE else stored.paused
        return replace(stored, subscriptions=asked, ops=ops, paused=paused)
    since = {each.what: each.since for each in stored.subscriptions if each.configured}
    mine = tuple(replace(each, since=since.get(each.what) or each.since) for each in wanted.subscriptions)
    names = {each.what for each in mine}
    return replace(
        stored,
        subscriptions=(*mine, *(each for each in asked if each.what not in names)),
        title=wanted.title or stored.title,
        zone=wanted.zone if wanted.address == CONSOLE else stored.zone,
        ops=wanted.ops,
        paused=None if stored.paused == NOT_CONFIGURED else stored.paused,
    )


NOT_CONFIGURED = "it is switched off in the configuration"
