"""What a Slack envelope asks: a typed command, a pressed button, a look at the Home tab. Pure; it never raises.

Source: docs.slack.dev (slash commands, block_actions payload, app_home_opened), seen 2026-11-29.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NAMELESS = frozenset({"directmessage", "privategroup"})
"""What stands in the place of the names of channels that Slack keeps to itself."""

_ESCAPES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """Somebody typed `text` behind our command, or pressed the button with the value `data`. Ids are Slack's.

    `respond_at` is where it may be answered, up to five times in thirty minutes. `opened_at` is when the message with the
    button was posted, `fleeting` tells that only this user sees it; `thread` is the thread that it stands in.
    """

    channel: str
    user: str
    user_name: str = ""
    channel_name: str = ""
    text: str = ""
    data: str | None = None
    respond_at: str | None = None
    thread: str | None = None
    fleeting: bool = False
    opened_at: datetime | None = None

    @property
    def is_direct(self) -> bool:
        """Tell whether nobody else reads the place: a direct message."""
        return self.channel.startswith("D")


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeOpened:
    """A user looks at the Home tab. `channel` is the user's direct message with the app."""

    user: str
    channel: str


def asked_of(kind: str, payload: Mapping[str, Any], command: str) -> Interaction | HomeOpened | None:
    """Return what an envelope of this kind asks; None for what is not for us. `command` is ours, with its slash."""
    try:
        if kind == "slash_commands":
            return _typed(payload, command)
        if kind == "interactive":
            return _pressed(payload)
        if kind == "events_api":
            return _opened(payload)
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError):
        return None
    return None


def names_of(envelope: Mapping[str, Any]) -> tuple[str, ...]:
    """Return all names by which an envelope that comes a second time is known again."""
    payload = envelope.get("payload")
    inner = payload if isinstance(payload, Mapping) else {}
    named = (envelope.get("envelope_id"), inner.get("event_id"), inner.get("trigger_id"))
    return tuple(name for name in named if isinstance(name, str) and name)


def _typed(payload: Mapping[str, Any], command: str) -> Interaction | None:
    if payload["command"] != command:
        return None
    return Interaction(
        channel=str(payload["channel_id"]),
        channel_name=_name(payload.get("channel_name")),
        user=str(payload["user_id"]),
        user_name=str(payload.get("user_name") or ""),
        text=_unescaped(str(payload.get("text") or "")),
        respond_at=_address(payload.get("response_url")),
    )


def _pressed(payload: Mapping[str, Any]) -> Interaction | None:
    container = payload["container"]
    values = [value for action in payload["actions"] if (value := _value(action))]
    if payload["type"] != "block_actions" or container["type"] != "message" or not values:
        return None
    user = payload["user"]
    return Interaction(
        channel=str(payload["channel"]["id"]),
        channel_name=_name(payload["channel"].get("name")),
        user=str(user["id"]),
        user_name=str(user.get("name") or user.get("username") or ""),
        data=values[0],
        respond_at=_address(payload.get("response_url")),
        thread=container.get("thread_ts") or None,
        fleeting=bool(container.get("is_ephemeral")),
        opened_at=_EPOCH + timedelta(seconds=float(container["message_ts"])),
    )


def _value(action: Mapping[str, Any]) -> str | None:
    """Return the value of a button, or of the option that was chosen from a menu."""
    chosen = action.get("selected_option")
    value = chosen.get("value") if isinstance(chosen, Mapping) else action.get("value")
    return value if isinstance(value, str) and value else None


def _opened(payload: Mapping[str, Any]) -> HomeOpened | None:
    event = payload["event"]
    if event["type"] != "app_home_opened" or event.get("tab", "home") != "home":
        return None
    return HomeOpened(user=str(event["user"]), channel=str(event["channel"]))


def _name(name: object) -> str:
    return name if isinstance(name, str) and name not in _NAMELESS else ""


def _address(address: object) -> str | None:
    return address if isinstance(address, str) and address.startswith(("https://", "http://")) else None


def _unescaped(text: str) -> str:
    for escape, sign in _ESCAPES:
        text = text.replace(escape, sign)
    return text
