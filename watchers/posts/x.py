"""A post as the X API v2 gives it, and the post that it is to us. Pure.

Source: facts gathered 2026-11-23 (the documented objects of API v2). Nothing is asked for that is billed by itself.
"""

import html
import re
from datetime import datetime

import msgspec

from watchers.errors import Blocked, Moved, NotSane, SourceError
from watchers.item import Link
from watchers.posts import Kind, Post, instant
from watchers.posts.text import address, tidy

TWEET_ID = re.compile(r"[0-9]{1,19}")
FIELDS = "created_at,edit_history_tweet_ids,entities,in_reply_to_user_id,lang,note_tweet,referenced_tweets"

_SHORT = re.compile(r"https?://t\.co/[A-Za-z0-9]{1,40}")
_PASSED_ON = re.compile(r"RT @([A-Za-z0-9_]{1,15}): ")


class Address(msgspec.Struct):
    """A link in the text. One with a `media_key` stands for an attachment, which the text then does not need."""

    url: str = ""
    expanded_url: str | None = None
    title: str | None = None
    media_key: str | None = None


class Entities(msgspec.Struct):
    """What is marked in a text."""

    urls: list[Address] = []


class Note(msgspec.Struct):
    """The whole text of a long post."""

    text: str = ""
    entities: Entities = msgspec.field(default_factory=Entities)


class Referenced(msgspec.Struct):
    """Another post that this one is about: `replied_to`, `quoted` or `retweeted`."""

    type: str
    id: str


class Tweet(msgspec.Struct):
    """One post. `edit_history_tweet_ids` are those of all its versions, the first first."""

    id: str
    text: str = ""
    created_at: str | None = None
    lang: str | None = None
    note_tweet: Note | None = None
    entities: Entities = msgspec.field(default_factory=Entities)
    in_reply_to_user_id: str | None = None
    referenced_tweets: list[Referenced] = []
    edit_history_tweet_ids: list[str] = []


class Fault(msgspec.Struct):
    """Why something is not in the answer."""

    title: str = ""
    detail: str = ""
    type: str = ""


class User(msgspec.Struct):
    """An account."""

    id: str


class UserAnswer(msgspec.Struct):
    """The answer to who an account is; of one that is not there, only why."""

    data: User | None = None
    errors: list[Fault] = []


class Meta(msgspec.Struct):
    """How many posts a page has, and where it goes on."""

    result_count: int | None = None
    next_token: str | None = None


class Timeline(msgspec.Struct):
    """A page of posts. Without any it has no `data` at all."""

    data: list[msgspec.Raw] = []
    meta: Meta = msgspec.field(default_factory=Meta)
    errors: list[Fault] = []


def refused(faults: list[Fault]) -> SourceError:
    """Return what an answer without the account or its posts means. The API gives it with status 200."""
    fault = faults[0] if faults else Fault(detail="neither posts nor a reason")
    what = " ".join((fault.detail or fault.title)[:300].split())
    kind = fault.type.rpartition("/")[2]
    if kind == "resource-not-found":
        return Moved(what)
    return (
        Blocked(what)
        if kind == "not-authorized-for-resource" or fault.title == "Forbidden"
        else NotSane(what)
    )


def kind_of(tweet: Tweet) -> Kind:
    """Return what a post is called."""
    types = {each.type for each in tweet.referenced_tweets}
    return "Repost" if "retweeted" in types else "Reply" if "replied_to" in types else "Post"


def post_of(tweet: Tweet, *, username: str, web_url: str, now: datetime) -> Post:
    """Return the post that a tweet of `username` is. All versions of an edited one have the key of the first."""
    kind = kind_of(tweet)
    whole = tweet.note_tweet or Note()
    urls = [*whole.entities.urls, *tweet.entities.urls]
    # The API escapes & < > in texts.
    text = tidy(_expanded(html.unescape(whole.text or tweet.text), urls))
    passed_on = _PASSED_ON.match(text) if kind == "Repost" else None
    web = web_url.rstrip("/")
    about = {each.type: each.id for each in tweet.referenced_tweets if TWEET_ID.fullmatch(each.id)}
    return Post(
        key=_first(tweet),
        ref=f"x:{about.get('retweeted') or _first(tweet)}",
        url=f"{web}/{username}/status/{tweet.id}",
        kind=kind,
        text=text[passed_on.end() :] if passed_on else text,
        author=f"@{passed_on[1] if passed_on else username}",
        at=instant(tweet.created_at, now),
        tag=tweet.lang,
        media=tuple(
            "video" if "/video/" in (each.expanded_url or "") else "image" for each in urls if each.media_key
        ),
        cards=tuple(_cards(urls)),
        links=tuple(
            Link(kind=each, url=f"{web}/i/web/status/{about[each]}")
            for each in ("quoted", "replied_to")
            if each in about
        ),
    )


def _first(tweet: Tweet) -> str:
    first = tweet.edit_history_tweet_ids[0] if tweet.edit_history_tweet_ids else ""
    return first if TWEET_ID.fullmatch(first) else tweet.id


def _expanded(text: str, urls: list[Address]) -> str:
    """Return `text` with each short address as the one it stands for, and without those that stand for attachments."""
    known = {each.url: "" if each.media_key else address(each.expanded_url) or each.url for each in urls}
    return _SHORT.sub(lambda found: known.get(found[0], found[0]), text)


def _cards(urls: list[Address]) -> list[Link]:
    titled = {address(each.expanded_url): tidy(each.title or "") for each in urls if not each.media_key}
    return [Link(kind="embed", url=url, title=title) for url, title in titled.items() if url and title]
