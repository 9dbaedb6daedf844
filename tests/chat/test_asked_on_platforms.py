"""What envelopes and updates ask, also when they are of no shape that anybody knows."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat import slack_asked, telegram_asked
from bot.chat.telegram_asked import Membership, Moved, Question, Stray, told_by

NAMES = st.sampled_from(
    [
        "type",
        "command",
        "text",
        "channel_id",
        "user_id",
        "response_url",
        "container",
        "channel",
        "user",
        "actions",
        "message_ts",
        "value",
        "selected_option",
        "event",
        "tab",
        "id",
        "message",
        "channel_post",
        "callback_query",
        "my_chat_member",
        "chat",
        "from",
        "date",
        "message_id",
        "data",
        "sender_chat",
        "new_chat_member",
        "status",
        "migrate_to_chat_id",
        "is_topic_message",
        "message_thread_id",
        "first_name",
        "title",
        "payload",
        "envelope_id",
    ]
)
ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(["private", "group", "channel", "message", "block_actions", "/tradewire", "/help"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=6),
    max_leaves=20,
)
OBJECTS = st.dictionaries(NAMES, ANYTHING, max_size=8)


@given(st.sampled_from(["slash_commands", "interactive", "events_api", "hello"]), OBJECTS)
def test_no_envelope_of_slack_raises(kind: str, payload: dict[str, Any]) -> None:
    slack_asked.asked_of(kind, payload, "/tradewire")
    slack_asked.names_of({"envelope_id": "1", "payload": payload})


@given(OBJECTS)
def test_no_update_of_telegram_raises(update: dict[str, Any]) -> None:
    telegram_asked.told_by(update, "tradewire_bot")


CHAT = {"id": -100, "type": "supergroup", "title": "Trade"}
MEI = {"id": 7, "is_bot": False, "first_name": "Mei", "last_name": "Lin"}


def message(text: str, **more: Any) -> dict[str, Any]:
    return {
        "message": {"message_id": 3, "date": 1_700_000_000, "chat": CHAT, "from": MEI, "text": text, **more}
    }


def asked(update: dict[str, Any]) -> Question:
    told = told_by(update, "tradewire_bot")
    assert isinstance(told, Question)
    return told


def test_a_command_is_taken_without_its_slash_and_our_name() -> None:
    question = asked(message("/Subscribe@Tradewire_Bot party-lists"))
    assert (question.text, question.user_name, question.is_admin) == (
        "Subscribe party-lists",
        "Mei Lin",
        None,
    )


@pytest.mark.parametrize(
    "update",
    [
        message("/help", forward_origin={"type": "user"}),
        message("/help", is_automatic_forward=True, sender_chat={"id": -200, "title": "Wire"}),
        message("/help@another_bot"),
        message("help"),
        {"message": {"message_id": 3, "chat": CHAT, "from": MEI, "photo": []}},
        {"edited_message": message("/help")["message"]},
    ],
)
def test_what_was_passed_on_edited_or_meant_for_others_is_no_question(update: dict[str, Any]) -> None:
    assert told_by(update, "tradewire_bot") is None


def test_who_speaks_as_another_channel_is_no_admin_by_that() -> None:
    question = asked(message("/help", sender_chat={"id": -200, "type": "channel", "title": "Wire"}))
    assert (question.user, question.user_name, question.is_admin) == (-200, "Wire", None)


def test_a_thread_outside_of_a_forum_is_no_topic() -> None:
    assert asked(message("/help", message_thread_id=9)).place.address == "telegram:-100"
    topic = message(
        "/help",
        message_thread_id=9,
        is_topic_message=True,
        reply_to_message={"forum_topic_created": {"name": "Controls"}},
    )
    assert (asked(topic).place.address, asked(topic).title) == ("telegram:-100/9", "Trade / Controls")


def test_presses_without_a_message_and_changes_of_chats_are_told_apart() -> None:
    assert told_by({"callback_query": {"id": "5", "from": MEI, "inline_message_id": "x"}}, "") == Stray(
        query="5"
    )
    change = {"chat": CHAT, "new_chat_member": {"status": "restricted", "is_member": False}}
    assert told_by({"my_chat_member": change}, "") == Membership(
        chat=-100, present=False, status="restricted"
    )
    moved = {"message": {"message_id": 1, "chat": CHAT, "migrate_to_chat_id": -1009}}
    assert told_by(moved, "") == Moved(chat=-100, to=-1009)


def test_slack_s_escapes_are_undone_once() -> None:
    typed = {
        "command": "/tradewire",
        "channel_id": "C1",
        "user_id": "U1",
        "text": "search a &amp;lt; b",
        "channel_name": "privategroup",
    }
    found = slack_asked.asked_of("slash_commands", typed, "/tradewire")
    assert isinstance(found, slack_asked.Interaction)
    assert (found.text, found.channel_name) == ("search a &lt; b", "")
