"""A message on the web preview of a Telegram channel, and the post that it is to us. Pure.

Where its parts are found is for whoever asks to say (`Selectors`); counters and what the platform writes itself are never read.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from watchers.item import Link
from watchers.markup import visible_text
from watchers.posts import CHOICE, Kind, Post, instant
from watchers.posts.text import address, text_of_markup

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

CHANNEL = re.compile(r"[A-Za-z][A-Za-z0-9_]{3,31}")
_MESSAGE = re.compile(rf"({CHANNEL.pattern})/([0-9]{{1,15}})")
_MESSAGE_URL = re.compile(rf"https?://(?:t\.me|telegram\.me)/(?:s/)?{_MESSAGE.pattern}(?:\?.{{0,200}})?")
_UNSHOWN = "something that the preview does not show"


@dataclass(frozen=True, slots=True, kw_only=True)
class Selectors:
    """Where the parts of a channel's page are (CSS selectors).

    `history`: what holds the messages.
    `nothing`: what says that there are none.
    `message`: one of them.
    `service`: the mark of the platform's own messages.
    `text`: in a message, its words.
    `time`: in a message, when it was posted (in `datetime`).
    `forwarded`: in a message, whose message it passes on.
    `answered`: in a message, the link to the one it answers.
    `question`, `choice`: in a message, a poll and its choices.
    `preview`, `preview_title`: in a message, a page that it shows a preview of, and that page's title.
    `image`, `video`, `file`, `file_name`, `recording`, `sticker`: in a message, what is attached to it.
    `unshown`: in a message, what only the app shows.

    Source: facts gathered 2026-11-23 (class names that other readers of this page rely on).
    """

    history: str = ".tgme_channel_history"
    nothing: str = ".tme_no_messages_found"
    message: str = ".tgme_widget_message[data-post]"
    service: str = ".service_message"
    text: str = ".tgme_widget_message_text.js-message_text"
    time: str = ".tgme_widget_message_date time[datetime]"
    forwarded: str = ".tgme_widget_message_forwarded_from_name"
    answered: str = "a.tgme_widget_message_reply[href]"
    question: str = ".tgme_widget_message_poll_question"
    choice: str = ".tgme_widget_message_poll_option_text"
    preview: str = "a.tgme_widget_message_link_preview[href]"
    preview_title: str = ".link_preview_title"
    image: str = ".tgme_widget_message_photo_wrap"
    video: str = ".tgme_widget_message_video_player, .tgme_widget_message_roundvideo_player"
    file: str = ".tgme_widget_message_document_wrap"
    file_name: str = ".tgme_widget_message_document_title"
    recording: str = ".tgme_widget_message_voice_player"
    sticker: str = ".tgme_widget_message_sticker_wrap"
    unshown: str = ".message_media_not_supported"


def post_of(
    node: "LexborNode", where: Selectors, *, page_url: str, base_url: str, now: datetime
) -> Post | None:
    """Return the post that a message is; None where it has no number.

    A forwarded one is a repost: it has the reference of the message that it passes on, where that can be known. The element
    is changed by it.
    """
    found = _MESSAGE.fullmatch((node.attributes.get("data-post") or "").strip())
    if found is None:
        return None
    channel, number = found.groups()
    forwarded, answered = node.css_first(where.forwarded), node.css_first(where.answered)
    kind: Kind = "Repost" if forwarded is not None else "Reply" if answered is not None else "Post"
    passed_on = _href(forwarded, page_url)
    first = _MESSAGE_URL.fullmatch(passed_on or "") or found
    printed = node.css_first(where.time)
    links = (("quoted", passed_on), ("replied_to", _href(answered, page_url)))
    return Post(
        key=number,
        ref=f"telegram:{first[1].lower()}/{first[2]}",
        url=f"{base_url.rstrip('/')}/{channel}/{number}",
        kind=kind,
        text=_text(node, where, page_url),
        author=_words(forwarded) or f"@{channel}",
        at=instant(printed.attributes.get("datetime"), now) if printed is not None else None,
        media=_media(node, where),
        descriptions=tuple(filter(None, map(_words, node.css(where.file_name)))),
        cards=_cards(node, where, page_url),
        links=tuple(Link(kind=each, url=url) for each, url in links if url),
    )


def _text(node: "LexborNode", where: Selectors, page_url: str) -> str:
    parts = [node.css_first(where.text), node.css_first(where.question)]
    lines = [text_of_markup(part, page_url) for part in parts if part is not None]
    lines += [f"{CHOICE}{_words(choice)}" for choice in node.css(where.choice)]
    return "\n".join(filter(None, lines))


def _media(node: "LexborNode", where: Selectors) -> tuple[str, ...]:
    kinds = (
        ("image", where.image),
        ("video", where.video),
        ("file", where.file),
        ("recording", where.recording),
        ("sticker", where.sticker),
    )
    found = tuple(kind for kind, selector in kinds for _ in node.css(selector))
    return found or ((_UNSHOWN,) if node.css_first(where.unshown) is not None else ())


def _cards(node: "LexborNode", where: Selectors, page_url: str) -> tuple[Link, ...]:
    preview = node.css_first(where.preview)
    url = _href(preview, page_url)
    if preview is None or url is None:
        return ()
    return (Link(kind="embed", url=url, title=_words(preview.css_first(where.preview_title)) or None),)


def _words(node: "LexborNode | None") -> str:
    return " ".join(visible_text(node).split()) if node is not None else ""


def _href(node: "LexborNode | None", page_url: str) -> str | None:
    return address(node.attributes.get("href"), page_url) if node is not None else None
