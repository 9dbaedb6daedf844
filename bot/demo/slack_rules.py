"""What Slack refuses in a message: too long, empty, or blocks that break a limit. Pure; knows no workspace.

Source: docs.slack.dev (Block Kit reference, chat.postMessage, chat.update, message metadata) and the limits in slack_sdk 3.47's
models, seen 2026-11-29. The limit on the sum over all blocks is documented nowhere: slackapi/bolt-js issue 2509.
"""

from collections.abc import Iterator, Mapping
from typing import Any

MAX_TEXT = 40_000
MAX_UPDATED_TEXT = 4_000
MAX_BLOCKS = 50
MAX_VIEW_BLOCKS = 100
MAX_BLOCKS_TEXT = 13_200
MAX_MARKDOWN = 12_000
MAX_ID = 255

Block = Mapping[str, Any]


class SlackRefusal(Exception):
    """A call is refused with this error code; `notes` say what in it broke which rule."""

    def __init__(self, code: str, *notes: str) -> None:
        super().__init__(code, *notes)
        self.code = code
        self.notes = notes


def check_message(text: str, blocks: Any, *, max_text: int = MAX_TEXT) -> None:
    """Raise SlackRefusal unless `text` (may be empty) and `blocks` (None: none were sent) make a message."""
    if blocks is not None:
        check_blocks(blocks)
    if not text.strip() and not blocks:
        raise SlackRefusal("no_text")
    if len(text) > max_text:
        raise SlackRefusal("msg_too_long")


def check_blocks(blocks: Any, *, most: int = MAX_BLOCKS) -> None:
    """Raise SlackRefusal unless `blocks` is a list of at most `most` blocks, each and all within their limits."""
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise SlackRefusal("invalid_blocks_format")
    notes = [f"no more than {most} items allowed [json-pointer:/blocks]"] if len(blocks) > most else []
    for place, block in enumerate(blocks):
        notes += [f"{note} [json-pointer:/blocks/{place}]" for note in _block_problems(block)]
    if sum(len(block.get("text", "")) for block in blocks if block.get("type") == "markdown") > MAX_MARKDOWN:
        notes.append(f"markdown text is longer than {MAX_MARKDOWN} characters in all")
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    if len(set(ids)) != len(ids):
        notes.append("block_id is used twice")
    if notes:
        raise SlackRefusal("invalid_blocks", *notes)
    if sum(len(text) for text in texts_of(blocks)) > MAX_BLOCKS_TEXT:
        raise SlackRefusal("msg_blocks_too_long")


def check_metadata(metadata: Any) -> None:
    """Raise SlackRefusal unless `metadata` is an event type and a payload."""
    shaped = (
        isinstance(metadata, dict)
        and isinstance(metadata.get("event_type"), str)
        and bool(metadata["event_type"])
        and isinstance(metadata.get("event_payload"), dict)
    )
    if not shaped:
        raise SlackRefusal("invalid_metadata_format")


def texts_of(content: Any) -> Iterator[str]:
    """Return every text inside `content` (a block, an element or a list of them), in reading order."""
    if isinstance(content, dict):
        for name, value in content.items():
            if name == "text" and isinstance(value, str):
                yield value
            else:
                yield from texts_of(value)
    elif isinstance(content, list):
        for one in content:
            yield from texts_of(one)


def elements_of(content: Any) -> Iterator[Block]:
    """Return every object inside `content`, itself first where it is one."""
    if isinstance(content, dict):
        yield content
        for value in content.values():
            yield from elements_of(value)
    elif isinstance(content, list):
        for one in content:
            yield from elements_of(one)


def _block_problems(block: Block) -> Iterator[str]:
    yield from _length("block_id", block.get("block_id"), MAX_ID)
    actions = [one["action_id"] for one in elements_of(block) if "action_id" in one]
    if len(set(actions)) != len(actions):
        yield "action_id is used twice in one block"
    match block.get("type"):
        case "section":
            yield from _section_problems(block)
        case "header":
            yield from _text_problems(block.get("text"), 150, only="plain_text")
        case "context":
            yield from _elements(block, 10)
        case "actions":
            yield from _elements(block, 25)
        case "markdown":
            yield from _length("text", block.get("text"), MAX_MARKDOWN, least=1)
        case "image":
            yield from _image_problems(block)
        case "divider" | "rich_text" | "input":
            pass
        case other:
            yield f"unsupported type: {other}"


def _section_problems(block: Block) -> Iterator[str]:
    fields = block.get("fields", [])
    if "text" in block:
        yield from _text_problems(block["text"], 3000)
    elif not fields:
        yield "missing required field: text or fields"
    if len(fields) > 10:
        yield "no more than 10 fields allowed"
    for one in fields:
        yield from _text_problems(one, 2000)
    if "accessory" in block:
        yield from _element_problems(block["accessory"])


def _elements(block: Block, most: int) -> Iterator[str]:
    elements = block.get("elements")
    if not isinstance(elements, list) or not 1 <= len(elements) <= most:
        yield f"between 1 and {most} elements are required"
        return
    for element in elements:
        if block["type"] == "context" and not (isinstance(element, dict) and element.get("type") == "image"):
            yield from _text_problems(element, 3000)
        else:
            yield from _element_problems(element)


def _element_problems(element: Any) -> Iterator[str]:
    if not isinstance(element, dict):
        yield "must be an object"
        return
    yield from _length("action_id", element.get("action_id"), MAX_ID)
    match element.get("type"):
        case "button":
            yield from _text_problems(element.get("text"), 75, only="plain_text")
            yield from _length("value", element.get("value"), 2000)
            yield from _length("url", element.get("url"), 3000)
            if element.get("style") not in {None, "primary", "danger"}:
                yield "unsupported style"
        case "overflow":
            yield from _options(element, 5)
        case "static_select" | "multi_static_select" | "checkboxes" | "radio_buttons":
            yield from _options(element, 100)
        case "image":
            yield from _image_problems(element)
        case None:
            yield "missing required field: type"


def _options(element: Block, most: int) -> Iterator[str]:
    options = [one for one in element.get("options", ()) if isinstance(one, dict)]
    if "option_groups" not in element and not 1 <= len(options) <= most:
        yield f"between 1 and {most} options are required"
    for option in options:
        yield from _text_problems(option.get("text"), 75)
        yield from _length("value", option.get("value"), 150, least=1)


def _image_problems(image: Block) -> Iterator[str]:
    yield from _length("alt_text", image.get("alt_text"), 2000, least=1)
    if "slack_file" not in image:
        yield from _length("image_url", image.get("image_url"), 3000, least=1)


def _text_problems(text: Any, most: int, *, only: str = "") -> Iterator[str]:
    if not isinstance(text, dict) or text.get("type") not in {only or "mrkdwn", "plain_text"}:
        yield f"must be a text object{f' of type {only}' if only else ''}"
        return
    yield from _length("text", text.get("text"), most, least=1)


def _length(name: str, value: Any, most: int, *, least: int = 0) -> Iterator[str]:
    if value is None and not least:
        return
    if not isinstance(value, str) or not least <= len(value) <= most:
        yield f"{name} must be a string of {least} to {most} characters"
