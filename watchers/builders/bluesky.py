"""Posts of one Bluesky account, over the network's public interface, without a login.

A handle is resolved to its DID once, and the account is asked for by that: handles change hands.
"""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import Annotated
from urllib.parse import urlencode

import msgspec
from annotated_types import Interval

from watchers.errors import Empty, Moved, NotSane
from watchers.item import Item
from watchers.posts import Kind, Post, Replies, instant, item_of, source_title
from watchers.posts.answers import (
    MAX_PAGES,
    OVERLAP,
    RHYTHM,
    answer_of,
    older_page,
    page_number,
    read_each,
    unread,
)
from watchers.posts.bluesky import POST_URI, UNKNOWN_HANDLE, Entry, contents_of, is_own_thread, web_address
from watchers.source import Builder, Facts, Found, Page, Plan, Request, Source

_FILTERS = {"own": "posts_and_author_threads", "all": "posts_with_replies", "none": "posts_no_replies"}
_DID = re.compile(r"did:[a-z]{1,20}:[A-Za-z0-9._:%-]{1,200}")
_HANDLE = re.compile(r"[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,10}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The account, and how it is read.

    `actor`: the account's handle or DID.
    `base_url`: the interface that is asked.
    `web_url`: where people read posts.
    `title`: what the source is called (default: the account).
    `official`: the account speaks for an issuer, so its posts announce.
    `limit`: how many posts a page has.
    `replies`: "own" keeps replies in the account's own threads, "all" also those to others, "none" none.
    `reposts`: whether what it passes on from others is kept.
    """

    actor: str
    base_url: str = "https://public.api.bsky.app"
    web_url: str = "https://bsky.app"
    title: str = ""
    official: bool = False
    limit: Annotated[int, Interval(ge=1, le=100)] = 50
    replies: Replies = "own"
    reposts: bool = False


class _Feed(msgspec.Struct):
    feed: list[msgspec.Raw] | None = None
    cursor: str | None = None


class _Resolved(msgspec.Struct):
    did: str = ""


def requests(plan: Plan[Options]) -> tuple[Request, ...]:
    """Ask for the newest page, or first for the DID of a handle that was not resolved yet."""
    actor = _actor(plan.options)
    if _did(plan):
        return (_ask(plan),)
    url = f"{_base(plan)}/xrpc/com.atproto.identity.resolveHandle?{urlencode({'handle': actor})}"
    return (Request(url=url, role="resolve"),)


def read(page: Page, plan: Plan[Options], *, key: str) -> Found:
    """Read a page of the feed, or the DID of the account.

    The feed knows no "since": older pages are read until one reaches an hour before the last complete read. Of a feed that
    once had posts, an empty first page is an error.
    """
    if page.request.role == "resolve":
        return _read_did(page, plan)
    answer = answer_of(page, _Feed)
    if answer.feed is None:
        raise NotSane("not the answer that is due: no feed")
    number = page_number(page.request)
    if not answer.feed:
        if number == 1 and plan.memory.get("seen") == _did(plan):
            raise Empty("the account shows no posts, and it had some")
        return Found()
    reached: list[datetime] = []
    items, problems = read_each(
        answer.feed, Entry, lambda entry: _item(entry, key=key, plan=plan, reached=reached)
    )
    follow: tuple[Request, ...] = ()
    if plan.complete_at and answer.cursor and (not reached or min(reached) > plan.complete_at - OVERLAP):
        if number < MAX_PAGES:
            follow = (_ask(plan, answer.cursor, number + 1),)
        else:
            problems = (*problems, unread(MAX_PAGES))
    return Found(items=items, follow=follow, problems=problems, memory={"seen": _did(plan)})


def _read_did(page: Page, plan: Plan[Options]) -> Found:
    did = answer_of(page, _Resolved).did
    if not _DID.fullmatch(did):
        raise Moved("the handle leads to no account")
    memory = {"handle": _actor(plan.options), "did": did}
    return Found(follow=(_ask(replace(plan, memory=memory)),), memory=memory)


def _ask(plan: Plan[Options], cursor: str = "", number: int = 1) -> Request:
    options = plan.options
    question = {
        "actor": _did(plan),
        "limit": str(options.limit),
        "filter": _FILTERS[options.replies],
        "includePins": "false",
    }
    question |= {"cursor": cursor} if cursor else {}
    url = f"{_base(plan)}/xrpc/app.bsky.feed.getAuthorFeed?{urlencode(question)}"
    return older_page(url, number)


def _base(plan: Plan[Options]) -> str:
    return plan.options.base_url.rstrip("/")


def _actor(options: Options) -> str:
    actor = options.actor.strip().removeprefix("@")
    return actor if actor.startswith("did:") else actor.lower()


def _did(plan: Plan[Options]) -> str:
    """Return the account's DID, as given or as its handle was resolved to; empty where it was not."""
    actor = _actor(plan.options)
    if actor.startswith("did:"):
        return actor
    return plan.memory.get("did", "") if plan.memory.get("handle") == actor else ""


def _item(entry: Entry, *, key: str, plan: Plan[Options], reached: list[datetime]) -> Item | str | None:
    """Return the item of an entry, None where it is not wanted. `reached` is told when it was posted, unless it is pinned."""
    view, options = entry.post, plan.options
    found = POST_URI.fullmatch(view.uri)
    if found is None:
        return f"not the address of a post: {view.uri[:80]!r}"
    did, rkey = found.groups()
    reason = entry.reason.type.rpartition("#")[2] if entry.reason else ""
    kind: Kind = "Repost" if reason == "reasonRepost" else "Reply" if view.record.reply else "Post"
    at = _posted_at(entry, kind, plan.now)
    if at is not None and reason != "reasonPin":
        reached.append(at)
    if not _is_wanted(entry, kind, did, options):
        return None
    if kind != "Repost" and did != _did(plan):
        return "a post of another account"
    held = contents_of(view.record, options.web_url)
    post = Post(
        key=f"repost:{view.uri}" if kind == "Repost" else rkey,
        ref=view.uri,
        url=web_address(view.uri, options.web_url) or view.uri,
        kind=kind,
        text=held.text,
        author=f"@{view.author.handle}" if view.author.handle != UNKNOWN_HANDLE else did,
        at=at,
        tag=view.record.langs[0] if view.record.langs else None,
        media=held.media,
        descriptions=held.descriptions,
        cards=held.cards,
        links=held.links,
    )
    return item_of(post, source=key, official=options.official)


def _posted_at(entry: Entry, kind: Kind, now: datetime) -> datetime | None:
    """Return when the network first saw a post, or its being passed on. What its author's clock said is the last resort."""
    if kind == "Repost":
        return instant(entry.reason.indexed_at, now) if entry.reason else None
    return instant(entry.post.indexed_at, now) or instant(entry.post.record.created_at, now)


def _is_wanted(entry: Entry, kind: Kind, did: str, options: Options) -> bool:
    reply = entry.post.record.reply
    if kind == "Repost":
        return options.reposts
    if reply is None or options.replies == "all":
        return True
    return options.replies == "own" and is_own_thread(reply, did)


def make(key: str, options: Options) -> Source[Options]:
    """Return the source of one account. Raises ValueError for an `actor` that is neither a handle nor a DID."""
    actor = _actor(options)
    if not (_DID if actor.startswith("did:") else _HANDLE).fullmatch(actor):
        raise ValueError("actor should be a handle such as name.bsky.social, or a DID")
    return Source(
        key=key,
        title=source_title(options.title, actor),
        issuer=f"@{actor}",
        home=f"{options.web_url.rstrip('/')}/profile/{actor}",
        rhythm=RHYTHM,
        options=Options,
        requests=requests,
        read=partial(read, key=key),
        facts=_FACTS,
    )


_FACTS = Facts(
    path="app.bsky.feed.getAuthorFeed by DID, newest first, without a login; older pages while there is a gap",
    identity="the post's at-uri, which holds the account's DID (`at://did:plc:…/app.bsky.feed.post/…`)",
    limits="a post that its author dates back behind the newest page is not seen",
    seen=date(2026, 11, 23),
)

BUILDER = Builder(key="bluesky", title="A Bluesky account", options=Options, make=make, facts=_FACTS)
