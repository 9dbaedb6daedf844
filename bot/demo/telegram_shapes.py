"""Chats, users, members and messages as the Bot API writes them. Pure.

Source: core.telegram.org/bots/api (Bot API 10.0), seen 2026-11-29.
"""

from typing import Any

from bot.demo.telegram_chats import ANONYMOUS, BOT, BOT_NAME, Chat, Chats, Keyboard, Sent, Status

_ADMIN_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_post_messages",
    "can_edit_messages",
)


def user_json(chats: Chats, user: int) -> dict[str, Any]:
    """Return a user."""
    if user == BOT:
        return {"id": BOT, "is_bot": True, "first_name": "Tradewire", "username": BOT_NAME}
    if user == ANONYMOUS:
        return {"id": user, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
    return {"id": user, "is_bot": False, "first_name": chats.users[user]}


def chat_json(chat: Chat) -> dict[str, Any]:
    """Return a chat as it stands in a message."""
    found: dict[str, Any] = {"id": chat.id, "type": chat.kind}
    found["first_name" if chat.kind == "private" else "title"] = chat.title
    if chat.username:
        found["username"] = chat.username
    if chat.topics:
        found["is_forum"] = True
    return found


def full_chat_json(chat: Chat) -> dict[str, Any]:
    """Return a chat as getChat describes it."""
    gifts = {
        "unlimited_gifts": False,
        "limited_gifts": False,
        "unique_gifts": False,
        "premium_subscription": False,
        "gifts_from_channels": False,
    }
    return {
        **chat_json(chat),
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": gifts,
    }


def member_json(chats: Chats, user: int, status: Status) -> dict[str, Any]:
    """Return what a user is in a chat."""
    found: dict[str, Any] = {"user": user_json(chats, user), "status": status}
    if status == "creator":
        found["is_anonymous"] = False
    if status == "administrator":
        found |= dict.fromkeys(_ADMIN_RIGHTS, True) | {"can_be_edited": False, "is_anonymous": False}
    if status == "kicked":
        found["until_date"] = 0
    return found


def keyboard_json(keyboard: Keyboard) -> dict[str, Any]:
    """Return the buttons under a message."""
    rows = [
        [
            {"text": one.text, **({"url": one.url} if one.url else {"callback_data": one.callback_data})}
            for one in row
        ]
        for row in keyboard
    ]
    return {"inline_keyboard": rows}


def message_json(chats: Chats, sent: Sent, *, with_reply: bool = True) -> dict[str, Any]:
    """Return a message, with the one that it answers."""
    chat = chats.chats[sent.chat]
    found: dict[str, Any] = {
        "message_id": sent.message_id,
        "date": int(sent.at.timestamp()),
        "chat": chat_json(chat),
        "text": sent.text,
    }
    if sent.sender is None:
        found["sender_chat"] = chat_json(chat)
    if sent.sender is not None or chat.kind != "channel":
        found["from"] = user_json(chats, ANONYMOUS if sent.sender is None else sent.sender)
    if sent.entities:
        found["entities"] = [one.as_json() for one in sent.entities]
    if sent.thread is not None:
        found |= {"message_thread_id": sent.thread, "is_topic_message": True}
    if sent.keyboard:
        found["reply_markup"] = keyboard_json(sent.keyboard)
    if sent.edits:
        found["edit_date"] = int(sent.edits[-1].at.timestamp())
    answered = chats.message(sent.chat, sent.reply_to) if sent.reply_to and with_reply else None
    if answered is not None:
        found["reply_to_message"] = message_json(chats, answered, with_reply=False)
    return found
