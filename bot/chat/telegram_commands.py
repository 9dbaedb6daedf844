"""The commands that Telegram offers while somebody types: everything to those who may change something, questions to all. Pure.

Source: core.telegram.org/bots/api#setmycommands and core.telegram.org/bots/features#commands (/start, /help and /settings are
expected of every bot), seen 2026-11-29. A description holds at most 256 characters.
"""

from dataclasses import dataclass
from typing import Literal

Scope = Literal["default", "all_group_chats", "all_chat_administrators", "all_private_chats"]

ANY_LANGUAGE = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandList:
    """What is offered in one scope to people of one language (`zh`, or empty for all others): commands and what they do."""

    scope: Scope
    language: str
    commands: tuple[tuple[str, str], ...]


_QUESTIONS: dict[str, tuple[str, str]] = {
    "list": ("what this chat gets, and who asked for it", "本群的订阅，以及由谁设置"),
    "topics": ("topics you can subscribe to", "可以订阅的主题"),
    "why": ("why an alert came: /why latest", "某条提醒的缘由：/why latest"),
    "whynot": ("why something did not come", "某条内容为何没有发来"),
    "search": ("look for words in everything that was read", "在读过的内容里查找"),
    "check": ("read all sources now", "立即读取全部来源"),
    "status": ("which sources can be read, what waits to be sent", "来源和提醒的状态"),
    "help": ("what you can type", "可用的命令"),
}

_CHANGES: dict[str, tuple[str, str]] = {
    "subscribe": (
        "alerts from now on, here: /subscribe party-lists",
        "从现在起在这里提醒：/subscribe party-lists",
    ),
    "unsubscribe": ("end a subscription", "退订"),
    "mute": ("quiet for a while, urgent ones still come: /mute 24h", "静音一段时间，紧急提醒照常：/mute 24h"),
    "unmute": ("end a mute", "解除静音"),
    "follow": ("every further step of a story: /follow 7f3a", "跟踪一个事件的后续：/follow 7f3a"),
    "set": (
        "zone, language, quiet hours: /set zone Asia/Shanghai",
        "时区、语言、静默时段：/set zone Asia/Shanghai",
    ),
    "settings": ("how this chat is told", "本群的设置"),
}

_SCOPES: dict[Scope, dict[str, tuple[str, str]]] = {
    "default": _QUESTIONS,
    "all_group_chats": _QUESTIONS,
    "all_chat_administrators": _CHANGES | _QUESTIONS,
    "all_private_chats": _CHANGES | _QUESTIONS,
}


def command_lists() -> tuple[CommandList, ...]:
    """Return what is to be set, a list for each scope and language."""
    return tuple(
        CommandList(
            scope=scope,
            language=language,
            commands=tuple((name, words[place]) for name, words in commands.items()),
        )
        for scope, commands in _SCOPES.items()
        for place, language in enumerate((ANY_LANGUAGE, "zh"))
    )
