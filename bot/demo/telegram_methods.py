"""The methods of the Bot API that Tradewire calls, as functions of the chats and a call's parameters. No network.

Each returns the `result` of its answer, or raises TelegramRefusal with the words of the real server.
Source: core.telegram.org/bots/api (Bot API 10.0), and for the words of errors public reports, seen 2026-11-29.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.demo.loopback import Parameters, decoded, yes
from bot.demo.telegram_chats import BOT, Button, CallbackAnswer, Chat, Chats, Keyboard, Sent
from bot.demo.telegram_markup import Parsed, Unparsable, parse_html, trimmed, units
from bot.demo.telegram_shapes import full_chat_json, member_json, message_json, user_json
from bot.demo.telegram_updates import TelegramRefusal

MAX_TEXT = 4096
MAX_CALLBACK_BYTES = 64
MAX_COMMANDS = 100
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
_PLACES = {"group": "group chat", "supergroup": "supergroup chat", "channel": "channel chat"}


@dataclass(frozen=True, slots=True)
class Server:
    """What a method works on. `knows_tg_time`: whether the server speaks Bot API 9.5 or later."""

    chats: Chats
    knows_tg_time: bool


Method = Callable[[Server, Parameters], Any]


def bad(words: str) -> TelegramRefusal:
    """Return the refusal of a call that asks for something wrong."""
    return TelegramRefusal(400, f"Bad Request: {words}")


def get_me(server: Server, _: Parameters) -> dict[str, Any]:
    """Say who the bot is."""
    server.chats.accept("getMe")
    more = {"can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False}
    return {**user_json(server.chats, BOT), **more}


def delete_webhook(server: Server, parameters: Parameters) -> bool:
    """Forget the webhook (there never is one) and, if asked, what is pending."""
    if yes(parameters.get("drop_pending_updates")):
        server.chats.updates.forget()
    server.chats.accept("deleteWebhook")
    return True


def send_message(server: Server, parameters: Parameters) -> dict[str, Any]:
    """Write in a chat."""
    chat = writable(server.chats, parameters)
    parsed = _text(server, parameters)
    sent = server.chats.add_message(
        chat.id,
        None if chat.kind == "channel" else BOT,
        parsed,
        html=str(parameters.get("text") or ""),
        thread=_thread(chat, parameters),
        reply_to=_reply_to(server.chats, chat, parameters),
        keyboard=keyboard_of(parameters),
        silent=yes(parameters.get("disable_notification")),
    )
    server.chats.accept("sendMessage", sent)
    return message_json(server.chats, sent)


def edit_text(server: Server, parameters: Parameters) -> dict[str, Any]:
    """Change the text of a message of the bot's own. Buttons that are not sent again are gone."""
    before = _own(server.chats, parameters, "edit")
    parsed, keyboard = _text(server, parameters), keyboard_of(parameters)
    if (parsed.text, parsed.entities, keyboard) == (before.text, before.entities, before.keyboard):
        raise bad(NOT_MODIFIED)
    after = server.chats.change(before, parsed, html=str(parameters["text"]), keyboard=keyboard)
    server.chats.accept("editMessageText", after)
    return message_json(server.chats, after)


def edit_markup(server: Server, parameters: Parameters) -> dict[str, Any]:
    """Change the buttons under a message of the bot's own."""
    before = _own(server.chats, parameters, "edit")
    keyboard = keyboard_of(parameters)
    if keyboard == before.keyboard:
        raise bad(NOT_MODIFIED)
    after = server.chats.change(
        before, Parsed(before.text, before.entities), html=before.html, keyboard=keyboard
    )
    server.chats.accept("editMessageReplyMarkup", after)
    return message_json(server.chats, after)


def delete_message(server: Server, parameters: Parameters) -> bool:
    """Take a message of the bot's own away."""
    sent = _own(server.chats, parameters, "delete")
    server.chats.remove(sent)
    server.chats.accept("deleteMessage", sent)
    return True


def answer_callback(server: Server, parameters: Parameters) -> bool:
    """Answer the press of a button."""
    query, text = str(parameters.get("callback_query_id")), str(parameters.get("text") or "")
    if query not in server.chats.queries:
        raise bad("query is too old and response timeout expired or query ID is invalid")
    if units(text) > 200:
        raise bad("MESSAGE_TOO_LONG")
    answer = CallbackAnswer(query=query, text=text, is_alert=yes(parameters.get("show_alert")))
    server.chats.callback_answers = (*server.chats.callback_answers, answer)
    server.chats.accept("answerCallbackQuery")
    return True


def get_chat(server: Server, parameters: Parameters) -> dict[str, Any]:
    """Describe a chat."""
    chat = visible(server.chats, parameters)
    server.chats.accept("getChat", chat=chat.id)
    return full_chat_json(chat)


def get_member(server: Server, parameters: Parameters) -> dict[str, Any]:
    """Say what a user is in a chat."""
    chat = visible(server.chats, parameters)
    user = _number(parameters, "user_id")
    if user != BOT and user not in server.chats.users:
        raise bad("PARTICIPANT_ID_INVALID")
    server.chats.accept("getChatMember", chat=chat.id)
    return member_json(server.chats, user, chat.members.get(user, "left"))


def get_administrators(server: Server, parameters: Parameters) -> list[dict[str, Any]]:
    """List who runs a chat, bots other than this one left out."""
    chat = visible(server.chats, parameters)
    if chat.kind == "private":
        raise bad("there are no administrators in the private chat")
    server.chats.accept("getChatAdministrators", chat=chat.id)
    ruling = [
        (user, status) for user, status in chat.members.items() if status in {"creator", "administrator"}
    ]
    return [member_json(server.chats, user, status) for user, status in ruling]


def set_commands(server: Server, parameters: Parameters) -> bool:
    """Set the commands of a scope."""
    commands = decoded(parameters.get("commands"))
    scope = decoded(parameters.get("scope")) or {"type": "default"}
    if not isinstance(commands, list) or len(commands) > MAX_COMMANDS:
        raise bad("can't parse commands: expected an array of at most 100 commands")
    for one in commands:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", str(one.get("command", ""))):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(str(one.get("description", ""))) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    place = ":".join(str(scope[key]) for key in ("type", "chat_id", "user_id") if key in scope)
    language = str(parameters.get("language_code") or "")
    server.chats.commands[place, language] = tuple((one["command"], one["description"]) for one in commands)
    server.chats.accept("setMyCommands")
    return True


def send_action(server: Server, parameters: Parameters) -> bool:
    """Show for a moment that the bot is at work."""
    chat = writable(server.chats, parameters)
    server.chats.accept("sendChatAction", chat=chat.id)
    return True


METHODS: dict[str, Method] = {
    "getme": get_me,
    "deletewebhook": delete_webhook,
    "sendmessage": send_message,
    "editmessagetext": edit_text,
    "editmessagereplymarkup": edit_markup,
    "deletemessage": delete_message,
    "answercallbackquery": answer_callback,
    "getchat": get_chat,
    "getchatmember": get_member,
    "getchatadministrators": get_administrators,
    "setmycommands": set_commands,
    "sendchataction": send_action,
}


def visible(chats: Chats, parameters: Parameters) -> Chat:
    """Return the chat of a call if the bot is in it. Raises TelegramRefusal."""
    chat = chats.find(parameters.get("chat_id"))
    if chat.kind != "private" and chat.bot_status == "kicked":
        raise TelegramRefusal(403, f"Forbidden: bot was kicked from the {_PLACES[chat.kind]}")
    if chat.kind != "private" and chat.bot_status == "left":
        raise TelegramRefusal(403, f"Forbidden: bot is not a member of the {_PLACES[chat.kind]}")
    return chat


def writable(chats: Chats, parameters: Parameters) -> Chat:
    """Return the chat of a call if the bot may write there. Raises TelegramRefusal."""
    chat = visible(chats, parameters)
    if chat.bot_status == "kicked":
        raise TelegramRefusal(403, "Forbidden: bot was blocked by the user")
    if chat.bot_status == "left":
        raise TelegramRefusal(403, "Forbidden: bot can't initiate conversation with a user")
    if chat.kind == "channel" and chat.bot_status != "administrator":
        raise bad("need administrator rights in the channel chat")
    if not chat.bot_may_write:
        raise bad("not enough rights to send text messages to the chat")
    return chat


def keyboard_of(parameters: Parameters) -> Keyboard:
    """Return the buttons that a call asks for."""
    markup = decoded(parameters.get("reply_markup")) or {}
    rows = markup.get("inline_keyboard", []) if isinstance(markup, dict) else None
    if not isinstance(rows, list):
        raise bad("object expected as reply markup")
    return tuple(tuple(_button(one) for one in row) for row in rows if row)


def _number(parameters: Parameters, name: str) -> int:
    """Return a number among the parameters, 0 where it is not given."""
    try:
        return int(parameters.get(name) or 0)
    except (TypeError, ValueError):
        raise bad(f"invalid {name} specified") from None


def _button(button: dict[str, Any]) -> Button:
    text, call_back, url = (str(button.get(key) or "") for key in ("text", "callback_data", "url"))
    if not text:
        raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if url:
        return Button(text=text, url=url)
    if not 1 <= len(call_back.encode()) <= MAX_CALLBACK_BYTES:
        raise bad("BUTTON_DATA_INVALID")
    return Button(text=text, callback_data=call_back)


def _text(server: Server, parameters: Parameters) -> Parsed:
    source, mode = str(parameters.get("text") or ""), str(parameters.get("parse_mode") or "").lower()
    if mode not in {"", "html"}:
        raise bad("unsupported parse_mode")
    try:
        parsed = parse_html(source, knows_tg_time=server.knows_tg_time) if mode else trimmed(source, [])
    except Unparsable as error:
        raise bad(f"can't parse entities: {error}") from None
    if not parsed.text:
        raise bad("message text is empty")
    if units(parsed.text) > MAX_TEXT:
        raise bad("message is too long")
    return parsed


def _thread(chat: Chat, parameters: Parameters) -> int | None:
    thread = _number(parameters, "message_thread_id")
    if not thread:
        return None
    if thread not in chat.topics:
        raise bad("message thread not found")
    if thread in chat.closed_topics:
        raise bad("TOPIC_CLOSED")
    return thread


def _reply_to(chats: Chats, chat: Chat, parameters: Parameters) -> int | None:
    reply = decoded(parameters.get("reply_parameters")) or {
        "message_id": parameters.get("reply_to_message_id"),
        "allow_sending_without_reply": parameters.get("allow_sending_without_reply"),
    }
    if not isinstance(reply, dict):
        raise bad("object expected as reply parameters")
    number = _number(reply, "message_id")
    if not number:
        return None
    if chats.message(chat.id, number) is not None:
        return number
    if yes(reply.get("allow_sending_without_reply")):
        return None
    raise bad("message to be replied not found")


def _own(chats: Chats, parameters: Parameters, verb: str) -> Sent:
    chat = writable(chats, parameters)
    sent = chats.message(chat.id, _number(parameters, "message_id"))
    if sent is None:
        raise bad(f"message to {verb} not found")
    if sent.sender != BOT and chat.kind != "channel":
        raise bad(f"message can't be {verb}ed" if verb == "edit" else "message can't be deleted")
    return sent
