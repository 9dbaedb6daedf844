"""What follows from posts that ended: details under a new thread, a head brought up to date, a channel or platform that rests."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, bindparam, func, or_, select, update

from bot.core.channel import Channel, chat_of, platform_of
from bot.core.delivery import LONGEST_ASKED, NEXT, Event, State, Trouble, asked_wait, wait_after
from bot.core.layout import NewPost
from bot.core.match import Severity
from bot.core.platform import EDITING, Platforms, Traits
from bot.core.posting import Kind, Posting, rank_of
from bot.core.setback import Setback, SetbackKind
from bot.store import schema
from bot.store.alerts import put_setback
from bot.store.channels import load_channel, load_roster, move_channel, ops_channels, save_channel
from bot.store.laying import put_posts
from bot.store.recording import Record
from bot.store.rows import rows_where, upsert

_post, _alert, _pace = schema.post, schema.alert, schema.pace


def follow(
    connection: Connection,
    records: Iterable[Record],
    states: Mapping[int, State],
    platforms: Platforms,
    *,
    now: datetime,
) -> None:
    """Lay out what hangs on posts that were just sent, and draw the consequences of every answer for channel and platform."""
    wanted = [
        (each.posting, kind)
        for each in records
        if states[each.posting.id] is State.SENT
        and (kind := _follows(each.posting, platforms[each.posting.channel.platform])) is not None
    ]
    if wanted:
        _lay_out(connection, wanted, now)
    for each in records:
        _draw_consequences(connection, each, now)


def _lay_out(connection: Connection, wanted: Iterable[tuple[Posting, Kind]], now: datetime) -> None:
    """Lay out what is not laid out already: details once and for all, an edit that will show whatever is newest by then."""
    roots = {"roots": list({_root(posting) for posting, _ in wanted})}
    there = {(row.root, Kind(row.kind)) for row in connection.execute(_PENDING, roots)}
    number = connection.execute(_LAST).scalar() or 0
    posts: list[NewPost] = []
    for posting, kind in wanted:
        if (_root(posting), kind) not in there:
            there.add((_root(posting), kind))
            posts.append(_new(number + 1 + len(posts), posting, kind))
    put_posts(connection, posts, now)


_LAST = select(func.max(_post.c.id))
_PENDING = select(_post.c.root, _post.c.kind).where(
    _post.c.root.in_(bindparam("roots", expanding=True)),
    or_(
        _post.c.kind == Kind.DETAILS.value,
        and_(
            _post.c.kind == Kind.EDIT.value,
            _post.c.state.in_([State.READY.value, State.RETRY.value]),
        ),
    ),
)


def _follows(posting: Posting, traits: Traits) -> Kind | None:
    if posting.kind is not Kind.ALERT:
        return None
    if posting.thread is None:
        return Kind.DETAILS if traits.details else None
    return Kind.EDIT if traits.edits else None


def _root(posting: Posting) -> int:
    return posting.id if posting.root is None else posting.root


def _new(number: int, posting: Posting, kind: Kind) -> NewPost:
    return NewPost(
        id=number,
        channel=posting.channel,
        kind=kind,
        rank=rank_of(kind, Severity.NOTICE),
        story=posting.story,
        root=_root(posting),
    )


def refresh_heads(connection: Connection, stories: Iterable[str], *, now: datetime) -> None:
    """Lay out an edit of every message that began a thread of these stories, where it can be changed and none waits already."""
    wanted = list(stories)
    if not wanted:
        return
    pending = select(_post.c.root).where(
        _post.c.kind == Kind.EDIT.value, _post.c.state.in_([State.READY.value, State.RETRY.value])
    )
    query = select(_post.c.id, _post.c.channel, _post.c.story).where(
        _post.c.head == 1,
        _post.c.kind == Kind.ALERT.value,
        _post.c.state == State.SENT.value,
        _post.c.platform.in_(EDITING),
        _post.c.platform_ref.is_not(None),
        _post.c.id.not_in(pending),
    )
    heads = list(rows_where(connection, query, _post.c.story, wanted))
    channels = {each.address: each for each in load_roster(connection).channels} if heads else {}
    number = (connection.execute(select(func.max(_post.c.id))).scalar() or 0) + 1
    posts = [
        NewPost(
            id=number + place,
            channel=channels[head.channel],
            kind=Kind.EDIT,
            rank=rank_of(Kind.EDIT, Severity.NOTICE),
            story=head.story,
            root=head.id,
        )
        for place, head in enumerate(head for head in heads if head.channel in channels)
    ]
    put_posts(connection, posts, now)


def _draw_consequences(connection: Connection, each: Record, now: datetime) -> None:
    sent, address = each.sent, each.posting.channel.address
    if sent.moved_to is not None:
        channel = load_channel(connection, address)
        if channel is not None:
            move_channel(connection, channel, sent.moved_to, now=now)
    elif sent.trouble is Trouble.CHANNEL:
        pause(connection, address, sent.detail or Trouble.CHANNEL.value, now=now, refused=1)
    elif sent.trouble is Trouble.CREDENTIAL:
        wait = max(wait_after(each.posting.attempt), timedelta(minutes=1))
        platform = each.posting.channel.platform
        rest(connection, platform, now + wait, sent.detail, now=now)
        why = sent.detail or Trouble.CREDENTIAL.value
        _tell(connection, SetbackKind.CREDENTIAL, platform, platform.capitalize(), why, given_up=0, now=now)
    elif sent.retry_after is not None:
        rest(connection, chat_of(address), now + asked_wait(sent), sent.detail, now=now)


def rest(connection: Connection, scope: str, until: datetime, why: str | None, *, now: datetime) -> None:
    """Let a platform, or a chat on it, rest until then; longer where it was asked to already."""
    known = connection.execute(select(_pace.c.rests_until).where(_pace.c.scope == scope)).scalar()
    # What lies further ahead than any platform asks for was written by a clock that was ahead.
    if known is not None and until < known <= now + LONGEST_ASKED:
        return
    upsert(connection, _pace, [{"scope": scope, "rests_until": until, "why": why}])


def pause(
    connection: Connection, address: str, why: str, *, now: datetime, refused: int = 0
) -> Channel | None:
    """Pause a channel that its platform refuses: what was laid out for it is dead, with the reason, and nothing more is.

    `refused` are the posts that found it out, which are dead already.
    """
    given_up = connection.execute(
        update(_post)
        .where(
            _post.c.channel == address,
            _post.c.state.in_([State.READY.value, State.RETRY.value, State.CLAIMED.value]),
        )
        .values(state=NEXT[State.READY, Event.REFUSED].value, open=0, ended_at=now, lease_until=None, why=why)
    ).rowcount
    channel = load_channel(connection, address)
    if channel is None or channel.paused is not None:
        return channel
    paused = save_channel(connection, replace(channel, paused=why), now=now, by="its platform")
    _tell(connection, SetbackKind.CHANNEL, address, channel.name, why, given_up=given_up + refused, now=now)
    return paused


def _tell(
    connection: Connection,
    kind: SetbackKind,
    subject: str,
    name: str,
    why: str,
    *,
    given_up: int,
    now: datetime,
) -> None:
    """Tell the ops channels, except those that the setback has made deaf."""
    deaf = (lambda address: platform_of(address) == subject) if kind is SetbackKind.CREDENTIAL else None
    told = [each for each in ops_channels(connection) if each != subject and not (deaf and deaf(each))]
    setback = Setback(kind=kind, subject=subject, name=name, why=why, given_up=given_up, at=now)
    put_setback(connection, setback, told)
