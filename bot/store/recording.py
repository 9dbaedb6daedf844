"""Recording: how attempts ended, what is in doubt, what a dead sender left. Each is a step of the table in `bot.core.delivery`.

Every function belongs into a write transaction, and everything it finds it finds there.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, func, or_, select, update

from bot.core.delivery import (
    NEXT,
    After,
    Event,
    Outcome,
    Sent,
    State,
    Trouble,
    after_look,
    after_send,
    in_doubt,
)
from bot.core.platform import Platforms, Traits, is_repeatable
from bot.core.posting import Kind, Posting
from bot.store import chain, schema
from bot.store.rows import pack
from bot.store.sending import LONGEST_REST, Claimed, claimed_of

_post, _delivery = schema.post, schema.delivery

_NO_SKEW = timedelta(hours=1)
_LOOK_LEASE = timedelta(seconds=30)


def take_back(connection: Connection, platforms: Platforms, *, now: datetime) -> None:
    """Take back what dead senders left: what was only claimed is ready again, what was being sent is in doubt."""
    unknown = Traits(looks=True)  # what others must settle waits for them
    rows = connection.execute(_LEFT, {"now": now, "at_most": now + _NO_SKEW}).all()
    for row in rows:
        if row.state == State.CLAIMED.value:
            state = NEXT[State.CLAIMED, Event.LEASE_OVER]
            _set(connection, row.id, After(state=state, due_at=now, doubts=row.doubts), now)
            continue
        traits = platforms.get(row.platform, unknown)
        after = in_doubt(
            Event.LEASE_OVER,
            attempt=row.attempt,
            doubts=row.doubts,
            now=now,
            looks=traits.looks,
            repeatable=is_repeatable(Kind(row.kind), traits),
        )
        _end_attempt(connection, row.id, row.attempt, Sent(outcome=Outcome.UNKNOWN), now)
        _set(connection, row.id, after, now)


_LEFT = select(
    _post.c.id, _post.c.platform, _post.c.kind, _post.c.state, _post.c.attempt, _post.c.doubts
).where(
    _post.c.state.in_([State.CLAIMED.value, State.SENDING.value]),  # so few that their index is short
    or_(_post.c.lease_until < bindparam("now"), _post.c.lease_until > bindparam("at_most")),
)


def settle_doubts(connection: Connection, platforms: Platforms, *, now: datetime) -> tuple[Claimed, ...]:
    """Let posts in doubt go on that cannot be read back, and return those that can, to be looked for now."""
    given = {"platforms": list(platforms), "now": now, "at_most": now + LONGEST_REST}
    rows = connection.execute(_DOUBTFUL, given).all()
    looked: list[Claimed] = []
    for row in rows:
        traits = platforms[row.platform]
        if traits.looks and not is_repeatable(Kind(row.kind), traits):
            looked.append(claimed_of(row))
            continue
        state = NEXT[State.UNCERTAIN, Event.RESEND]
        _set(connection, row.id, After(state=state, due_at=now, doubts=row.doubts), now)
    if looked:
        # Nobody else looks meanwhile; whoever dies looking is followed by the next.
        connection.execute(
            update(_post).where(_post.c.id.in_([each.id for each in looked])).values(due_at=now + _LOOK_LEASE)
        )
    return tuple(looked)


_DOUBTFUL = select(_post).where(
    _post.c.state == State.UNCERTAIN.value,
    _post.c.platform.in_(bindparam("platforms", expanding=True)),
    or_(_post.c.due_at <= bindparam("now"), _post.c.due_at > bindparam("at_most")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """An attempt that ended, and how."""

    posting: Posting
    sent: Sent


def record(
    connection: Connection, platforms: Platforms, records: Sequence[Record], *, now: datetime
) -> dict[int, State]:
    """Record how attempts ended, and return the posts' states by number.

    Where the lease ran out and the post was taken again, the later attempt alone decides: the answer to this one is noted
    beside it.
    """
    if not records:
        return {}
    numbers = [each.posting.id for each in records]
    rows = {row.id: row for row in connection.execute(_STANDING, {"posts": numbers})}
    ended: list[tuple[Record, After]] = []
    states: dict[int, State] = {}
    for each in records:
        row = rows[each.posting.id]
        if not _decides(row, each) or row.id in states:
            states.setdefault(row.id, State(row.state))
            _note_late(connection, each)
            continue
        after = _after(row, each, platforms, now)
        states[row.id] = after.state
        ended.append((each, after))
    _write(connection, ended, now)
    return states


_STANDING = select(_post.c.id, _post.c.state, _post.c.attempt, _post.c.doubts, _post.c.due_at).where(
    _post.c.id.in_(bindparam("posts", expanding=True))
)


def _decides(row: Any, each: Record) -> bool:
    """Tell whether this attempt is still the one that counts: it is under way, or in doubt and no other began since.

    Where it is ready to be sent once more only one answer spares us that: that it was sent after all.
    """
    if row.attempt != each.posting.attempt:
        return False
    if row.state in {State.READY, State.CLAIMED}:
        return each.sent.outcome is Outcome.SENT
    return row.state in {State.SENDING, State.UNCERTAIN}


def _after(row: Any, each: Record, platforms: Platforms, now: datetime) -> After:
    traits = platforms[each.posting.channel.platform]
    if row.state != State.SENDING:
        if each.sent.outcome is Outcome.SENT:
            return After(state=NEXT[State(row.state), Event.TAKEN], due_at=now, doubts=row.doubts)
        return After(state=State.UNCERTAIN, due_at=row.due_at, doubts=row.doubts)
    return after_send(
        each.sent,
        attempt=each.posting.attempt,
        doubts=row.doubts,
        now=now,
        looks=traits.looks,
        repeatable=is_repeatable(each.posting.kind, traits),
    )


def _write(connection: Connection, ended: Sequence[tuple[Record, After]], now: datetime) -> None:
    if not ended:
        return
    connection.execute(
        _END_POST,
        [
            {
                "post_id": each.posting.id,
                "new_state": after.state.value,
                "is_open": int(not after.state.is_end),
                "new_due_at": after.due_at,
                "new_doubts": after.doubts,
                "new_ref": each.sent.platform_ref,
                "new_ended_at": now if after.state.is_end else None,
                "new_why": each.sent.detail or _NO_REASON if after.state is State.DEAD else None,
            }
            for each, after in ended
        ],
    )
    connection.execute(
        _END_DELIVERY,
        [
            {
                "post_id": each.posting.id,
                "the_attempt": each.posting.attempt,
                "new_outcome": each.sent.outcome.value,
                "new_detail": each.sent.detail,
                "new_ref": each.sent.platform_ref,
                "now": now,
            }
            for each, after in ended
        ],
    )
    for each, _ in ended:
        if each.sent.trouble is Trouble.THREAD:
            begin_anew(connection, each.posting.id, each.posting.kind)
    chain.append(connection, now, [_sealed(each, after) for each, after in ended])


def begin_anew(connection: Connection, post: int, kind: Kind) -> None:
    """Let a post stand alone whose thread, or whose message to change, is gone: it loses nothing of what it tells.

    What waits for the same thread, or the same burst, goes on under this one.
    """
    alone = Kind.BURST if kind is Kind.GROWTH else kind
    if kind in {Kind.ALERT, Kind.GROWTH}:
        gone = select(_post.c.root).where(_post.c.id == post).scalar_subquery()
        connection.execute(
            update(_post)
            .where(
                _post.c.root == gone,
                _post.c.id != post,
                _post.c.open == 1,
                _post.c.kind == kind.value,
            )
            .values(root=post)
        )
    connection.execute(
        update(_post)
        .where(_post.c.id == post)
        .values(root=None, head=int(kind is Kind.ALERT), kind=alone.value)
    )


def record_looks(connection: Connection, records: Sequence[Record], *, now: datetime) -> dict[int, State]:
    """Record what reading channels back showed of posts in doubt, and return the posts' states by number."""
    states: dict[int, State] = {}
    for each in records:
        row = connection.execute(
            select(_post.c.state, _post.c.attempt, _post.c.doubts).where(_post.c.id == each.posting.id)
        ).one()
        states[each.posting.id] = State(row.state)
        if row.state != State.UNCERTAIN.value or row.attempt != each.posting.attempt:
            continue
        after = after_look(each.sent, attempt=row.attempt, doubts=row.doubts, now=now)
        states[each.posting.id] = after.state
        if each.sent.outcome in {Outcome.FOUND, Outcome.ABSENT}:
            _write(connection, [(each, after)], now)
        else:
            _set(connection, each.posting.id, after, now)
    return states


def _sealed(each: Record, after: After) -> chain.Entry:
    posting, sent = each.posting, each.sent
    facts = {
        "channel": posting.channel.address,
        "kind": posting.kind.value,
        "attempt": posting.attempt,
        "outcome": sent.outcome.value,
        "state": after.state.value,
        "ref": sent.platform_ref,
        "alerts": list(posting.alerts),
    }
    return chain.Entry(kind=chain.DELIVERY, subject=f"post-{posting.id}", body=pack(facts))


_END_POST = (
    update(_post)
    .where(_post.c.id == bindparam("post_id"))
    .values(
        state=bindparam("new_state"),
        open=bindparam("is_open"),
        due_at=bindparam("new_due_at"),
        doubts=bindparam("new_doubts"),
        lease_until=None,
        platform_ref=func.coalesce(bindparam("new_ref"), _post.c.platform_ref),
        ended_at=bindparam("new_ended_at"),
        why=bindparam("new_why"),
    )
)
_END_DELIVERY = (
    update(_delivery)
    .where(_delivery.c.post == bindparam("post_id"), _delivery.c.attempt == bindparam("the_attempt"))
    .values(
        outcome=bindparam("new_outcome"),
        detail=bindparam("new_detail"),
        platform_ref=bindparam("new_ref"),
        finished_at=bindparam("now"),
    )
)


_NO_REASON = "its platform gave no reason"
_IN_DOUBT = "sent several times, and nobody knows whether any arrived"


def _set(connection: Connection, post: int, after: After, now: datetime) -> None:
    connection.execute(
        update(_post)
        .where(_post.c.id == post)
        .values(
            state=after.state.value,
            open=int(not after.state.is_end),
            due_at=after.due_at,
            doubts=after.doubts,
            lease_until=None,
            ended_at=now if after.state.is_end else None,
            why=_IN_DOUBT if after.state is State.DEAD else None,
        )
    )


def _end_attempt(connection: Connection, post: int, attempt: int, sent: Sent, now: datetime) -> None:
    connection.execute(
        _END_DELIVERY,
        {
            "post_id": post,
            "the_attempt": attempt,
            "new_outcome": sent.outcome.value,
            "new_detail": sent.detail,
            "new_ref": sent.platform_ref,
            "now": now,
        },
    )


def _note_late(connection: Connection, each: Record) -> None:
    sent = each.sent
    late = f"answered after its lease: {sent.outcome.value}" + (f", {sent.detail}" if sent.detail else "")
    connection.execute(
        update(_delivery)
        .where(_delivery.c.post == each.posting.id, _delivery.c.attempt == each.posting.attempt)
        .values(detail=late, platform_ref=func.coalesce(sent.platform_ref, _delivery.c.platform_ref))
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """A post that was taken and cannot be sent, and why."""

    id: int
    why: str


def bury(connection: Connection, lost: Iterable[Lost], *, now: datetime) -> None:
    """Let posts end that were taken, or are in doubt, and cannot be sent, each with its reason."""
    for each in lost:
        connection.execute(
            update(_post)
            .where(_post.c.id == each.id)
            .values(
                state=NEXT[State.CLAIMED, Event.LOST].value,
                open=0,
                lease_until=None,
                ended_at=now,
                why=each.why,
            )
        )
