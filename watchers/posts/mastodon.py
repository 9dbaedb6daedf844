"""A post ("status") as Mastodon's interface and its forks show it, and the post that it is to us. Pure.

Source: facts gathered 2026-11-23 (Mastodon's documented entities; Truth Social's answers have the same shape).
"""

import re
from datetime import datetime
from urllib.parse import urlsplit

import msgspec

from watchers.item import Link
from watchers.posts import CHOICE, Kind, Post, instant
from watchers.posts.answers import NOTHING, detail
from watchers.posts.text import address, described, text_of_markup, tidy

STATUS_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")

# Attachments are image, gifv, video, audio or unknown.
_MEDIA = {"image": "image", "gifv": "video", "video": "video", "audio": "recording"}
_PUBLIC = frozenset({None, "public", "unlisted"})


class Account(msgspec.Struct):
    """An account. `acct` is its name, with `@host` where it lives elsewhere."""

    id: str
    acct: str = ""


class Attachment(msgspec.Struct):
    """A picture, video or sound."""

    type: str = "unknown"
    description: str | None = None


class Mention(msgspec.Struct):
    """An account that a post names."""

    id: str = ""
    acct: str = ""


class Status(msgspec.Struct):
    """One post. `reblog` is the other's post that it passes on; then it has nothing of its own."""

    id: str
    account: Account
    uri: str = ""
    url: str | None = None
    created_at: str | None = None
    content: str | None = None
    spoiler_text: str | None = None
    visibility: str | None = None
    language: str | None = None
    in_reply_to_id: str | None = None
    in_reply_to_account_id: str | None = None
    media_attachments: list[Attachment] | None = None
    mentions: list[Mention] | None = None
    card: msgspec.Raw = NOTHING
    poll: msgspec.Raw = NOTHING
    quote: msgspec.Raw = NOTHING
    reblog: "Status | None" = None


class _Card(msgspec.Struct):
    url: str | None = None
    title: str | None = None


class _Choice(msgspec.Struct):
    title: str | None = None


class _Poll(msgspec.Struct):
    options: list[_Choice] = []


class _Quoted(msgspec.Struct):
    url: str | None = None
    uri: str | None = None


class _Quote(_Quoted):
    """A quote: the other post, or a wrapper around it."""

    quoted_status: _Quoted | None = None


def is_public(status: Status) -> bool:
    """Tell whether a post was meant for everybody."""
    return status.visibility in _PUBLIC and (status.reblog is None or status.reblog.visibility in _PUBLIC)


def kind_of(status: Status) -> Kind:
    """Return what a post is called."""
    if status.reblog is not None:
        return "Repost"
    return "Reply" if status.in_reply_to_id else "Post"


def post_of(status: Status, base_url: str, now: datetime) -> Post:
    """Return the post that a status is. `base_url` is the instance that showed it; its ids mean nothing elsewhere.

    A repost has the words, address and reference of the other's post, and the key and time of its being passed on.
    """
    shown = status.reblog or status
    card, quote = detail(shown.card, _Card), detail(shown.quote, _Quote)
    quoted = (quote.quoted_status or quote) if quote else None
    card_url = address(card.url) if card else None
    links = [("quoted", address(quoted.url) or address(quoted.uri))] if quoted else []
    links += [("replied_to", _replied_to(shown, base_url))]
    attachments = shown.media_attachments or []
    return Post(
        key=status.id,
        ref=f"mastodon:{urlsplit(base_url).hostname}:{shown.id}",
        url=address(shown.url) or address(shown.uri) or _address(base_url, shown.account.acct, shown.id),
        kind=kind_of(status),
        text=_text(shown, base_url),
        author=f"@{shown.account.acct}",
        at=instant(status.created_at, now),
        tag=shown.language,
        media=tuple(_MEDIA.get(each.type, "file") for each in attachments),
        descriptions=described(each.description for each in attachments),
        cards=(Link(kind="embed", url=card_url, title=tidy(card.title or "") or None),)
        if card and card_url
        else (),
        links=tuple(Link(kind=kind, url=url) for kind, url in links if url),
        note=tidy(shown.spoiler_text or "") or None,
    )


def _text(status: Status, base_url: str) -> str:
    text = text_of_markup(status.content or "", base_url)
    poll = detail(status.poll, _Poll)
    choices = [f"{CHOICE}{tidy(choice.title)}" for choice in (poll.options if poll else []) if choice.title]
    return "\n".join(filter(None, (text, *choices)))


def _replied_to(status: Status, base_url: str) -> str | None:
    """Return the address of the post that a reply answers, where it is known whose it is."""
    if not status.in_reply_to_id or not STATUS_ID.fullmatch(status.in_reply_to_id):
        return None
    known = {mention.id: mention.acct for mention in status.mentions or ()}
    known[status.account.id] = status.account.acct
    acct = known.get(status.in_reply_to_account_id or "")
    return _address(base_url, acct, status.in_reply_to_id) if acct else None


def _address(base_url: str, acct: str, status_id: str) -> str:
    return address(f"{base_url.rstrip('/')}/@{acct}/{status_id}") or base_url
