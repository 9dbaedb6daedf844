"""Blocks that Slack takes pass the rules, and each limit of its own refuses what goes beyond it."""

from typing import Any

import pytest
from slack_sdk.models import blocks as models

from bot.demo.slack_rules import MAX_MARKDOWN, MAX_VIEW_BLOCKS, SlackRefusal, check_blocks


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def button(**more: Any) -> dict[str, Any]:
    return {"type": "button", "action_id": "a", "text": plain("Follow"), "value": "v", **more}


def actions(*elements: Any) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


def menu(*values: str, kind: str = "overflow") -> dict[str, Any]:
    return {
        "type": kind,
        "action_id": "m",
        "options": [{"text": plain(value), "value": value} for value in values],
    }


def section(text: Any = None, **more: Any) -> dict[str, Any]:
    return {"type": "section", "text": text or {"type": "mrkdwn", "text": "x"}, **more}


IMAGE = {"type": "image", "image_url": "https://x.example/a.png", "alt_text": "a"}


@pytest.mark.parametrize(
    "block",
    [
        section(accessory=menu("1", "2", "3", "4", "5")),
        {"type": "section", "fields": [plain("a")] * 10},
        {"type": "header", "text": plain("h" * 150)},
        {"type": "context", "elements": [plain("a"), IMAGE]},
        actions(button(style="primary"), menu("1", kind="static_select")),
        {"type": "markdown", "text": "# a"},
        IMAGE,
        {"type": "divider", "block_id": "d"},
    ],
)
def test_what_slack_takes_passes(block: dict[str, Any]) -> None:
    check_blocks([block])


@pytest.mark.parametrize(
    ("block", "note"),
    [
        ({"type": "section"}, "missing required field: text or fields"),
        ({"type": "section", "fields": [plain("a")] * 11}, "no more than 10 fields"),
        (section(plain("x"), fields=[plain("a" * 2001)]), "1 to 2000 characters"),
        (section("bare"), "must be a text object"),
        (section(accessory="bare"), "must be an object"),
        (section(accessory=menu("1", "2", "3", "4", "5", "6")), "between 1 and 5 options"),
        (section(accessory=menu("v" * 151)), "1 to 75 characters"),
        ({"type": "header", "text": plain("h" * 151)}, "1 to 150 characters"),
        ({"type": "header", "text": {"type": "mrkdwn", "text": "h"}}, "of type plain_text"),
        ({"type": "context", "elements": [plain("a")] * 11}, "between 1 and 10 elements"),
        ({"type": "context", "elements": [button()]}, "must be a text object"),
        (actions(), "between 1 and 25 elements"),
        (actions({}), "missing required field: type"),
        (actions(button(text=plain("b" * 76))), "1 to 75 characters"),
        (actions(button(value="v" * 2001)), "0 to 2000 characters"),
        (actions(button(url="u" * 3001)), "0 to 3000 characters"),
        (actions(button(style="loud")), "unsupported style"),
        (actions(button(), button()), "action_id is used twice in one block"),
        (actions(button(action_id="a" * 256)), "0 to 255 characters"),
        ({"type": "image", "image_url": "https://x.example/a.png"}, "alt_text"),
    ],
)
def test_a_block_beyond_a_limit_is_refused_with_a_note(block: dict[str, Any], note: str) -> None:
    with pytest.raises(SlackRefusal) as caught:
        check_blocks([block])
    assert caught.value.code == "invalid_blocks"
    assert note in " ".join(caught.value.notes)


def test_some_limits_are_of_all_blocks_together() -> None:
    half = {"type": "markdown", "text": "x" * (MAX_MARKDOWN // 2 + 1)}
    named = {"type": "divider", "block_id": "d"}
    for blocks in ([half, half], [named, named]):
        with pytest.raises(SlackRefusal) as caught:
            check_blocks(blocks)
        assert caught.value.code == "invalid_blocks"
    check_blocks([{"type": "divider"}] * MAX_VIEW_BLOCKS, most=MAX_VIEW_BLOCKS)


def test_the_limits_are_those_that_the_sdk_knows() -> None:
    assert models.HeaderBlock.text_max_length == 150
    assert models.ActionsBlock.elements_max_length == 25
    assert models.ContextBlock.elements_max_length == 10
    assert models.ButtonElement.text_max_length == 75
    assert models.ButtonElement.value_max_length == 2000
    assert models.ButtonElement.url_max_length == 3000
    assert models.OverflowMenuElement.options_max_length == 5
    assert models.SectionBlock.fields_max_length == 10
