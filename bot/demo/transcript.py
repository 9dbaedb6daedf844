"""What a member of a Slack channel or a Telegram chat sees, as lines for a terminal of 80 columns, thread by thread. Pure.

Markup is shown as plain text, a link's address after its label the first time where it is short, a button as `[label]`. Replies
stand indented under what they answer. A heading says the day wherever it is another than that of the line before.
"""

import html
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import wcwidth

from bot.demo.slack_rules import texts_of
from bot.demo.slack_workspace import BOT as SLACK_BOT
from bot.demo.slack_workspace import Posted, Workspace
from bot.demo.telegram_chats import BOT as TELEGRAM_BOT
from bot.demo.telegram_chats import Chats, Sent
from bot.render.words import day_words, without_controls

WIDTH = 80
NAME = "Tradewire"

_SHORT_URL = 60
_QUOTE = "| "
_STEP = 4
_ANGLED = re.compile(r"<([^<>]+)>")
_HELD = re.compile("[\ue000-\uf8ff]")  # private use: stands for what is in angles while emphasis is taken off
_EMPHASIS = re.compile(r"(?<![\w*~`])([*_~`])(?=\S)([^\n]*?\S)\1(?!\w)")
_OPEN, _CLOSE = "\ue000", "\ue001"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """One message with its text as plain lines, where `| ` begins a quoted one."""

    who: str
    at: datetime
    marks: tuple[str, ...]
    lines: tuple[str, ...]
    buttons: tuple[str, ...]


class _Links:
    """Writes links, each address once."""

    def __init__(self) -> None:
        self._told: set[str] = set()

    def written(self, label: str, url: str) -> str:
        """Return the label, with the address where it is short and new."""
        if url in self._told or len(url) > _SHORT_URL or label == url:
            return label
        self._told.add(url)
        return f"{label} <{url}>"


def slack_transcript(space: Workspace, channel: str, *, zone: str = "UTC") -> list[str]:
    """Return what stands in a Slack channel, oldest thread first, as lines of at most 80 columns; times in `zone`."""
    messages, links = space.messages(channel), _Links()
    threads = []
    for parent in messages:
        if parent.thread_ts is None:
            replies = [one for one in messages if one.thread_ts == parent.ts]
            threads.append([_shown_slack(space, one, links) for one in (parent, *replies)])
    return list(_threads(threads, zone))[:-1]


def telegram_transcript(chats: Chats, chat: int, *, zone: str = "UTC") -> list[str]:
    """Return what stands in a Telegram chat, topic by topic, as lines of at most 80 columns; times in `zone`."""
    messages, links = chats.messages(chat), _Links()
    topics = chats.chats[chat].topics
    lines: list[str] = []
    for topic in (None, *topics):
        within = [one for one in messages if (one.thread if one.thread in topics else None) == topic]
        if topic is not None and within:
            lines += [f"# {topics[topic]}", ""]
        parents, threads = _parents(within), []
        for root in (one for one in within if parents[one.message_id] == one.message_id):
            replies = [
                one for one in within if parents[one.message_id] == root.message_id and one is not root
            ]
            threads.append([_shown_telegram(chats, one, links) for one in (root, *replies)])
        lines += _threads(threads, zone)
    return lines[:-1]


def _threads(threads: Iterable[list[_Shown]], zone: str) -> Iterator[str]:
    """Yield threads, each under the day on which it began."""
    day = None
    for messages in threads:
        began = messages[0].at.astimezone(ZoneInfo(zone)).date()
        if began != day:
            day = began
            yield from (_day(began), "")
        yield from _thread(messages, zone)


def _day(day: date) -> str:
    return f"-- {day_words(day, near=day)} --"


def _thread(messages: list[_Shown], zone: str) -> Iterator[str]:
    """Yield the head of a thread and its replies; a reply of another day than the message before it says so."""
    day = messages[0].at.astimezone(ZoneInfo(zone)).date()
    for place, shown in enumerate(messages):
        indent = " " * (_STEP if place else 0)
        at = shown.at.astimezone(ZoneInfo(zone))
        if at.date() != day:
            day = at.date()
            yield f"{indent}{_day(day)}"
        head = f"{shown.who}  {at:%H:%M}"
        yield from _wrapped(" ".join((head, *(f"({mark})" for mark in shown.marks))), indent, indent)
        for line in shown.lines:
            quote = _QUOTE if line.startswith(_QUOTE) else ""
            within = f"{indent}  {quote}"
            yield from _wrapped(line.removeprefix(quote), within, within)
        for row in _rows(shown.buttons, WIDTH - len(indent) - 2):
            yield from _wrapped(row, f"{indent}  ", f"{indent}  ")
    yield ""


def _rows(labels: Iterable[str], width: int) -> list[str]:
    """Return buttons in rows of at most `width` columns, none broken that fits one."""
    rows: list[str] = []
    for label in labels:
        longer = f"{rows[-1]} [{label}]" if rows else ""
        if longer and wcwidth.wcswidth(longer) <= width:
            rows[-1] = longer
        else:
            rows.append(f"[{label}]")
    return rows


def _wrapped(text: str, first: str, others: str) -> list[str]:
    return wcwidth.wrap(
        without_controls(text),
        WIDTH,
        initial_indent=first,
        subsequent_indent=others,
        break_long_words=True,
        break_on_hyphens=False,
    ) or [first.rstrip()]


# -- Slack


def _shown_slack(space: Workspace, posted: Posted, links: _Links) -> _Shown:
    names = {member.id: member.name for member in space.members.values()} | {SLACK_BOT: NAME}
    marks = []
    if posted.reply_broadcast:
        marks.append("also in the channel")
    if posted.ephemeral_to is not None:
        marks.append(f"only {names.get(posted.ephemeral_to, posted.ephemeral_to)} sees this")
    if posted.edits:
        marks.append("edited")

    def plain(text: str) -> str:
        return _from_mrkdwn(text, names, links)

    text = "\n".join(_blocks_text(posted.blocks, plain)) if posted.blocks else plain(posted.text)
    return _Shown(
        who=names.get(posted.user, posted.user),
        at=posted.at,
        marks=tuple(marks),
        lines=tuple(text.split("\n")),
        buttons=tuple(_slack_buttons(posted.blocks)),
    )


def _blocks_text(blocks: Iterable[Mapping[str, Any]], plain: Callable[[str], str]) -> Iterator[str]:
    def read(text: Mapping[str, Any]) -> str:
        return plain(text["text"]) if text["type"] == "mrkdwn" else str(text["text"])

    for block in blocks:
        match block["type"]:
            case "section" | "header":
                yield from (read(one) for one in (block.get("text"), *block.get("fields", ())) if one)
            case "context":
                yield " ".join(read(one) for one in block["elements"] if "text" in one)
            case "markdown":
                yield str(block["text"])
            case "divider":
                yield "---"
            case "image":
                yield f"[image: {block['alt_text']}]"
            case "rich_text":
                yield "".join(texts_of(block))


def _slack_buttons(content: Any) -> Iterator[str]:
    """Return the labels of all buttons and of the options of all menus, in reading order."""
    if isinstance(content, list | tuple):
        for one in content:
            yield from _slack_buttons(one)
    elif isinstance(content, dict):
        if content.get("type") == "button":
            yield str(content["text"]["text"])
        for option in content.get("options", ()):
            yield str(option["text"]["text"])
        yield from _slack_buttons([content.get("accessory"), content.get("elements")])


def _from_mrkdwn(text: str, names: Mapping[str, str], links: _Links) -> str:
    """Return mrkdwn as plain text: dates by their fallback, people by name, no emphasis."""
    held: list[str] = []

    def hold(found: "re.Match[str]") -> str:
        held.append(_angled(found[1], names, links))
        return chr(0xE000 + len(held) - 1)

    bare = _ANGLED.sub(hold, _HELD.sub("", text))
    while (lighter := _EMPHASIS.sub(r"\2", bare)) != bare:
        bare = lighter
    lines = [
        _QUOTE + line.removeprefix("&gt;").lstrip() if line.startswith("&gt;") else line
        for line in bare.split("\n")
    ]
    return _HELD.sub(lambda found: held[ord(found[0]) - 0xE000], html.unescape("\n".join(lines)))


def _angled(inside: str, names: Mapping[str, str], links: _Links) -> str:
    target, _, label = inside.partition("|")
    target, label = html.unescape(target), html.unescape(label)
    if target.startswith("@"):
        return f"@{names.get(target[1:], label or target[1:])}"
    if target.startswith("#"):
        return f"#{label or target[1:]}"
    if target.startswith("!"):
        return label or f"@{target[1:]}"
    return links.written(label or target, target)


# -- Telegram


def _parents(messages: Iterable[Sent]) -> dict[int, int]:
    """Return for each message the one that its thread of replies began with; itself where that is gone."""
    found: dict[int, int] = {}
    for one in messages:  # an answer comes after what it answers
        found[one.message_id] = found.get(one.reply_to or 0, one.message_id)
    return found


def _shown_telegram(chats: Chats, sent: Sent, links: _Links) -> _Shown:
    who = chats.chats[sent.chat].title if sent.sender is None else chats.users.get(sent.sender, NAME)
    return _Shown(
        who=NAME if sent.sender == TELEGRAM_BOT else who,
        at=sent.at,
        marks=("edited",) if sent.edits else (),
        lines=tuple(_quoted(_with_links(sent, links))),
        buttons=tuple(button.text for row in sent.keyboard for button in row),
    )


def _with_links(sent: Sent, links: _Links) -> str:
    """Return the text with its links' addresses, quotes between marks of our own."""
    coded = _HELD.sub("\ufffd", sent.text).encode("utf-16-le", "surrogatepass")
    additions: list[tuple[int, str]] = []
    for entity in sent.entities:
        start, end = entity.offset * 2, (entity.offset + entity.length) * 2
        if entity.type == "text_link":
            label = coded[start:end].decode("utf-16-le", "surrogatepass")
            additions.append((end, links.written(label, entity.url).removeprefix(label)))
        elif entity.type in {"blockquote", "expandable_blockquote"}:
            additions += [(start, _OPEN), (end, _CLOSE)]
    for place, addition in sorted(additions, key=lambda one: one[0], reverse=True):
        coded = coded[:place] + addition.encode("utf-16-le") + coded[place:]
    return coded.decode("utf-16-le", "surrogatepass")


def _quoted(text: str) -> Iterator[str]:
    """Return the lines of a text; a quote stands on lines of its own."""
    for place, part in enumerate(re.split(f"[{_OPEN}{_CLOSE}]", text)):
        quote = _QUOTE if place % 2 else ""  # marks come in pairs: every second part was quoted
        inner = part.strip("\n") if text != part else part
        if inner or text == part:
            yield from (quote + line for line in inner.split("\n"))
