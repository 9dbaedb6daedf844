"""A posting as a Slack message: text for notifications, and blocks. Pure: it knows Slack's limits and none of its clients.

Whoever sends it turns link previews off (`unfurl_links`, `unfurl_media`) and lets Slack parse nothing more (`parse`: none).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bot.core.actions import Asked, Wish
from bot.core.channel import Language
from bot.core.posting import Kind, Posting
from bot.render import phrases
from bot.render.message import Message, more_words
from bot.render.slack_text import escaped, measure, mrkdwn
from bot.render.spans import Line, cut, plain, text_of, within
from bot.render.told import message_of

# Source: slack_sdk 3.47, models/blocks (a section's text), and Slack's error msg_blocks_too_long as reported in
# slackapi/bolt-js issue 2509 (about 13,200 characters over all blocks), seen 2026-11-23.
MAX_SECTION_CHARS = 3_000
MAX_ALL_CHARS = 12_000
MAX_TEXT_CHARS = 4_000

_SPARE_CHARS = (
    1_000  # of what may stand in all blocks, left for heads, buttons and what says how many more there are
)

Block = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackMessage:
    """What is posted, or put in the place of a message. `blocks` are ready for JSON.

    `text` is all that a notification shows. `reply_broadcast`: a reply is shown in the channel too.
    """

    text: str
    blocks: tuple[Block, ...]
    reply_broadcast: bool = False


def render(posting: Posting) -> SlackMessage:
    """Return a posting as its channel sees it."""
    message = message_of(posting, measure)
    language = posting.channel.language
    blocks = (
        _details_blocks(message, language) if posting.kind is Kind.DETAILS else _blocks(message, language)
    )
    return SlackMessage(
        text=escaped(text_of(cut((plain(message.spoken),), MAX_TEXT_CHARS, measure))),
        blocks=tuple(blocks),
        reply_broadcast=posting.resurfaces and posting.thread is not None,
    )


def _blocks(message: Message, language: Language) -> Iterable[Block]:
    """Return the blocks of what stands in the channel: a head with its menu, what follows it, small print."""
    room = MAX_ALL_CHARS - _SPARE_CHARS - sum(_size(line) + 1 for line in (*message.head, *message.body))
    listed = within(message.listed, room, more_words(language), _size, most=message.most)
    body = (*message.body, *listed)
    if message.story is None:
        yield from _sections((*message.head, *body))
    else:
        (head,) = _sections(message.head)
        yield head | {"accessory": menu(message.story, language)}
        yield from _sections(body)
    if message.small:
        yield {"type": "context", "elements": [_text(mrkdwn(message.small))]}


def _details_blocks(message: Message, language: Language) -> Iterable[Block]:
    room = MAX_ALL_CHARS - _SPARE_CHARS
    yield from _sections(within((*message.body, *message.details), room, more_words(language), _size))
    if message.story is not None:
        yield {"type": "actions", "elements": list(buttons(message.story, language))}


def _sections(lines: Iterable[Line]) -> Iterable[Block]:
    """Return lines as sections, each as full as it may be."""
    written = ""
    for line in map(mrkdwn, lines):
        if written and len(written) + 1 + len(line) > MAX_SECTION_CHARS:
            yield {"type": "section", "text": _text(written)}
            written = ""
        written = f"{written}\n{line}" if written else line
    if written:
        yield {"type": "section", "text": _text(written)}


def _size(line: Line) -> int:
    return len(mrkdwn(line))


def _text(written: str) -> Block:
    # verbatim: Slack makes links and mentions of nothing but what is written as one.
    return {"type": "mrkdwn", "text": written, "verbatim": True}


def menu(story: str, language: Language) -> Block:
    """Return the menu at the head of an alert: five wishes, as many as a menu holds."""
    options = [
        {"text": {"type": "plain_text", "text": text.say(language)}, "value": _value(wish, story)}
        for wish, text in phrases.BUTTONS.items()
    ]
    return {"type": "overflow", "action_id": "alert_menu", "options": options}


def buttons(story: str, language: Language) -> Iterable[Block]:
    """Return the same wishes as buttons that can be seen."""
    for wish, text in phrases.BUTTONS.items():
        yield {
            "type": "button",
            "action_id": f"alert_{wish.value}",
            "text": {"type": "plain_text", "text": text.say(language)},
            "value": _value(wish, story),
        }


def _value(wish: Wish, story: str) -> str:
    return Asked(wish=wish, story=story).value
