"""The methods of Slack's Web API that Tradewire calls, as functions of a workspace and a call's parameters.

Each returns what stands in the answer beside `ok`, or raises SlackRefusal. No network.
Source: docs.slack.dev/reference/methods, seen 2026-11-29. chat.update keeps earlier blocks only where no text is sent, and
earlier metadata unless some is sent.
"""

import base64
from collections.abc import Callable
from typing import Any, TypeVar

from bot.demo.loopback import Parameters, decoded, yes
from bot.demo.slack_rules import (
    MAX_UPDATED_TEXT,
    MAX_VIEW_BLOCKS,
    SlackRefusal,
    check_blocks,
    check_message,
    check_metadata,
)
from bot.demo.slack_workspace import BOT, BOT_ID, TEAM, Channel, Content, Posted, Workspace, as_json

T = TypeVar("T")

Method = Callable[[Workspace, Parameters], dict[str, Any]]


def auth_test(space: Workspace, _: Parameters) -> dict[str, Any]:
    """Say who the bot is."""
    space.accept("auth.test")
    return {
        "url": "https://tradewire.slack.invalid/",
        "team": "Tradewire",
        "user": space.members[BOT].name,
        "team_id": TEAM,
        "user_id": BOT,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
    }


def post_message(space: Workspace, parameters: Parameters) -> dict[str, Any]:
    """Post in a channel or a thread."""
    channel = space.writable(parameters.get("channel"))
    text, blocks = message_of(parameters)
    check_message(text, blocks)
    metadata = _metadata(parameters)
    posted = space.post(
        channel.id,
        BOT,
        text,
        blocks=tuple(blocks or ()),
        thread_ts=parameters.get("thread_ts") or None,
        reply_broadcast=yes(parameters.get("reply_broadcast")),
        metadata=metadata,
    )
    space.accept("chat.postMessage", posted)
    return {"channel": channel.id, "ts": posted.ts, "message": as_json(posted)}


def update(space: Workspace, parameters: Parameters) -> dict[str, Any]:
    """Change a message of the bot's own."""
    channel = space.writable(parameters.get("channel"))
    before = _own(space, channel, parameters.get("ts"))
    text, blocks = message_of(parameters)
    kept = before.blocks if blocks is None and not text else ()
    check_message(text or before.text, blocks, max_text=MAX_UPDATED_TEXT)
    metadata = _metadata(parameters) if "metadata" in parameters else before.metadata
    after = space.change(
        before, text=text or before.text, blocks=kept if blocks is None else tuple(blocks), metadata=metadata
    )
    space.accept("chat.update", after)
    return {"channel": channel.id, "ts": after.ts, "text": after.text, "message": as_json(after)}


def post_ephemeral(space: Workspace, parameters: Parameters) -> dict[str, Any]:
    """Show something to one member alone."""
    channel = space.writable(parameters.get("channel"))
    user = parameters.get("user")
    if user not in space.members:
        raise SlackRefusal("user_not_in_channel")
    text, blocks = message_of(parameters)
    check_message(text, blocks)
    posted = space.post(
        channel.id,
        BOT,
        text,
        blocks=tuple(blocks or ()),
        thread_ts=parameters.get("thread_ts") or None,
        ephemeral_to=user,
    )
    space.accept("chat.postEphemeral", posted)
    return {"message_ts": posted.ts}


def history(space: Workspace, parameters: Parameters) -> dict[str, Any]:
    """Return what stands in the channel itself, newest first, replies only where they were shown there too."""
    channel = _readable(space, parameters)
    kept = [one for one in space.messages(channel.id) if one.ephemeral_to is None]
    shown = [one for one in reversed(kept) if one.thread_ts is None or one.reply_broadcast]
    space.accept("conversations.history", channel=channel.id)
    return _page(kept, _between(shown, parameters), parameters)


def replies(space: Workspace, parameters: Parameters) -> dict[str, Any]:
    """Return a message and its replies, oldest first. The parent comes always, whatever times are asked for."""
    channel = _readable(space, parameters)
    ts = parameters.get("ts")
    kept = [one for one in space.messages(channel.id) if one.ephemeral_to is None]
    parents = [one for one in kept if one.ts == ts]
    if not parents:
        raise SlackRefusal("thread_not_found")
    thread = [one for one in kept if one.thread_ts == ts]
    space.accept("conversations.replies", channel=channel.id)
    return _page(kept, [*parents, *_between(thread, parameters)], parameters)


def info(space: Workspace, parameters: Parameters) -> dict[str, Any]:
    """Describe a channel."""
    channel = space.reachable(parameters.get("channel"))
    space.accept("conversations.info", channel=channel.id)
    return {"channel": channel_json(channel)}


def list_channels(space: Workspace, parameters: Parameters) -> dict[str, Any]:
    """Describe the channels that the bot can know of, a page at a time."""
    kinds = set(str(parameters.get("types") or "public_channel").split(","))
    found = [
        channel_json(one)
        for one in space.channels.values()
        if (one.has_bot or not one.is_private)
        and ("private_channel" if one.is_private else "public_channel") in kinds
        and not (one.is_archived and yes(parameters.get("exclude_archived")))
    ]
    space.accept("conversations.list")
    shown, cursor = _cut(found, parameters, lambda one: str(one["id"]))
    return {"channels": shown, "response_metadata": {"next_cursor": cursor}}


def user_info(space: Workspace, parameters: Parameters) -> dict[str, Any]:
    """Describe a member."""
    member = space.members.get(str(parameters.get("user")))
    if member is None:
        raise SlackRefusal("user_not_found")
    space.accept("users.info")
    user = {
        "id": member.id,
        "team_id": TEAM,
        "name": member.name,
        "real_name": member.name,
        "deleted": False,
        "is_admin": member.is_admin,
        "is_owner": member.is_owner,
        "is_bot": member.id == BOT,
    }
    return {"user": user}


def publish_view(space: Workspace, parameters: Parameters) -> dict[str, Any]:
    """Show a member a new Home tab."""
    user, view = str(parameters.get("user_id")), decoded(parameters.get("view"))
    if user not in space.members:
        raise SlackRefusal("user_not_found")
    if not isinstance(view, dict) or view.get("type") != "home":
        raise SlackRefusal("invalid_arguments", "view must be a home view")
    check_blocks(view.get("blocks"), most=MAX_VIEW_BLOCKS)
    space.home_views[user] = view
    space.accept("views.publish")
    return {"view": {"id": f"V{user}", "team_id": TEAM, "app_id": "", **view}}


METHODS: dict[str, Method] = {
    "auth.test": auth_test,
    "chat.postMessage": post_message,
    "chat.update": update,
    "chat.postEphemeral": post_ephemeral,
    "conversations.history": history,
    "conversations.replies": replies,
    "conversations.info": info,
    "conversations.list": list_channels,
    "users.info": user_info,
    "views.publish": publish_view,
}


def message_of(parameters: Parameters) -> tuple[str, Any]:
    """Return the text of a call and its blocks: None where it has none, as sent where they cannot be read."""
    blocks = parameters.get("blocks")
    read = decoded(blocks)
    return str(parameters.get("text") or ""), blocks if read is None else read


def channel_json(channel: Channel) -> dict[str, Any]:
    """Return a channel as Slack writes it."""
    return {
        "id": channel.id,
        "name": channel.name,
        "is_channel": not channel.is_private,
        "is_group": channel.is_private,
        "is_im": False,
        "is_private": channel.is_private,
        "is_archived": channel.is_archived,
        "is_member": channel.has_bot,
    }


def _metadata(parameters: Parameters) -> Content | None:
    metadata = decoded(parameters.get("metadata"))
    if not parameters.get("metadata"):
        return None
    check_metadata(metadata)
    return dict(metadata)


def _own(space: Workspace, channel: Channel, ts: Any) -> Posted:
    try:
        found = space.message(channel.id, str(ts))
    except KeyError:
        raise SlackRefusal("message_not_found") from None
    if found.ephemeral_to is not None:
        raise SlackRefusal("message_not_found")
    if found.user != BOT:
        raise SlackRefusal("cant_update_message")
    return found


def _readable(space: Workspace, parameters: Parameters) -> Channel:
    channel = space.reachable(parameters.get("channel"))
    if not channel.has_bot:
        raise SlackRefusal("not_in_channel")
    return channel


def _between(messages: list[Posted], parameters: Parameters) -> list[Posted]:
    """Return the messages after `oldest` and before `latest`; those at the very times only where `inclusive`."""
    oldest = _moment(parameters.get("oldest") or "0")
    latest = _moment(parameters.get("latest") or "9999999999")
    inclusive = yes(parameters.get("inclusive"))
    return [
        one
        for one in messages
        if oldest < _moment(one.ts) < latest or (inclusive and _moment(one.ts) in {oldest, latest})
    ]


def _moment(ts: Any) -> tuple[int, int]:
    seconds, _, micros = str(ts).partition(".")
    try:
        return int(seconds), int(micros.ljust(6, "0")[:6])
    except ValueError:
        raise SlackRefusal("invalid_arguments", "not a timestamp") from None


def _page(kept: list[Posted], messages: list[Posted], parameters: Parameters) -> dict[str, Any]:
    shown, cursor = _cut(messages, parameters, lambda one: one.ts)
    with_metadata = yes(parameters.get("include_all_metadata"))
    return {
        "messages": [_in_history(kept, one, with_metadata) for one in shown],
        "has_more": bool(cursor),
        "response_metadata": {"next_cursor": cursor},
    }


def _in_history(kept: list[Posted], posted: Posted, with_metadata: bool) -> dict[str, Any]:
    """Return a message as a history writes it: a parent tells of its replies."""
    found = as_json(posted, with_metadata=with_metadata)
    thread = [one for one in kept if one.thread_ts == posted.ts]
    if thread:
        found |= {
            "thread_ts": posted.ts,
            "reply_count": len(thread),
            "reply_users": sorted({one.user for one in thread}),
            "latest_reply": thread[-1].ts,
        }
    if posted.thread_ts is not None:
        found["parent_user_id"] = next(one.user for one in kept if one.ts == posted.thread_ts)
    return found


def _cut(found: list[T], parameters: Parameters, key: Callable[[T], str]) -> tuple[list[T], str]:
    """Return the page that is asked for, and the cursor of the next one ("" after the last).

    A cursor names what its page begins with, so that a page stays whole while more is posted.
    """
    try:
        limit = min(max(int(parameters.get("limit") or 100), 1), 999)
        first = base64.b64decode(str(parameters.get("cursor") or "")).decode()
    except ValueError:
        raise SlackRefusal("invalid_cursor") from None
    keys = [key(one) for one in found]
    if first and first not in keys:
        raise SlackRefusal("invalid_cursor")
    start = keys.index(first) if first else 0
    end = start + limit
    return found[start:end], base64.b64encode(keys[end].encode()).decode() if end < len(keys) else ""
