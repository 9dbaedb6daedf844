"""A Slack on loopback: the Web API, Socket Mode and response URLs, before a workspace in memory. Reaches no other host.

It refuses what Slack refuses (slack_rules) and stores what was posted (slack_workspace). What people do in Slack (a command, a
button, a look at the Home tab) is injected by `slash`, `press` and `open_home`.
Source: docs.slack.dev (Web API, Socket Mode, handling user interaction), seen 2026-11-29.
"""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from bot.demo.loopback import (
    Answer,
    Between,
    Call,
    Loopback,
    Outcome,
    Parameters,
    json_answer,
    parameters_of,
    send,
    straight,
    yes,
)
from bot.demo.slack_methods import METHODS, message_of
from bot.demo.slack_rules import SlackRefusal, check_message, elements_of
from bot.demo.slack_socket import Envelope, Sockets
from bot.demo.slack_workspace import APP, BOT, TEAM, Posted, Workspace, as_json

RESPONSES = 5
RESPONSE_WITHIN = timedelta(minutes=30)


@dataclass
class _ResponseUrl:
    """Where an interaction may be answered. `origin`: the message that was pressed, if one was."""

    channel: str
    user: str
    opened_at: datetime
    origin: Posted | None
    used: int = 0


class SlackStandIn:
    """Slack behind a real server on 127.0.0.1; use as `async with SlackStandIn(now=…, bot_token=…, app_token=…) as slack`.

    Entered again after its end, it is there again at the same address, with all that was posted. What was posted and done
    stands in `workspace`; `envelopes` are what went over Socket Mode. `between` stands between the network and the work.
    """

    def __init__(
        self,
        *,
        now: Callable[[], datetime],
        bot_token: str,
        app_token: str,
        port: int = 0,
        between: Between = straight,
    ) -> None:
        self.workspace = Workspace(now=now)
        self.between = between
        self._now = now
        self._bot_token = bot_token
        self._app_token = app_token
        self._sockets = Sockets()
        self._responses: dict[str, _ResponseUrl] = {}
        self._numbers = itertools.count(1)
        self._server = Loopback(self._routes, port)

    async def __aenter__(self) -> Self:
        await self._server.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._sockets.close()
        await self._server.__aexit__(kind, error, trace)

    @property
    def port(self) -> int:
        """Return the port that the server listens on."""
        return self._server.port

    @property
    def api_base_url(self) -> str:
        """Return what a method's name is appended to."""
        return f"http://127.0.0.1:{self.port}/api/"

    @property
    def envelopes(self) -> tuple[Envelope, ...]:
        """Return what was sent over Socket Mode, oldest first."""
        return tuple(self._sockets.envelopes)

    # -- what people do; each returns the payload of the acknowledgement, and raises NotAcknowledged without one

    async def slash(
        self, channel: str, user: str, text: str, *, command: str = "/tradewire"
    ) -> Mapping[str, Any]:
        """Write a slash command. An acknowledgement that says something is shown to whoever wrote."""
        response_url = self._open_response(channel, user, None)
        payload = {
            "token": "verification",
            "team_id": TEAM,
            "team_domain": "tradewire",
            "channel_id": channel,
            "channel_name": self.workspace.channels[channel].name,
            "user_id": user,
            "user_name": self.workspace.members[user].name,
            "command": command,
            "text": text,
            "api_app_id": APP,
            "is_enterprise_install": "false",
            "response_url": response_url,
            "trigger_id": f"{next(self._numbers)}.trigger",
        }
        answer = await self._deliver("slash_commands", payload)
        if answer.get("text") or answer.get("blocks"):
            self._answer(self._responses[response_url.rpartition("/")[2]], answer)
        return answer

    async def press(
        self, channel: str, ts: str, user: str, action_id: str, value: str | None = None
    ) -> Mapping[str, Any]:
        """Press a button of a message, or choose the option `value` of a menu. Raises LookupError where there is none such."""
        posted = self.workspace.message(channel, ts)
        container = {
            "type": "message",
            "message_ts": ts,
            "channel_id": channel,
            "is_ephemeral": posted.ephemeral_to is not None,
        }
        if posted.thread_ts is not None:
            container["thread_ts"] = posted.thread_ts
        payload = {
            "container": container,
            "channel": {"id": channel, "name": self.workspace.channels[channel].name},
            "message": as_json(posted),
            "response_url": self._open_response(channel, user, posted),
            "actions": [self._action(list(posted.blocks), action_id, value)],
        }
        return await self._interact(user, payload)

    async def press_home(self, user: str, action_id: str, value: str | None = None) -> Mapping[str, Any]:
        """Press a button of a member's Home tab. Raises LookupError where there is none such."""
        view = self.workspace.home_views[user]
        payload = {
            "container": {"type": "view", "view_id": f"V{user}"},
            "view": {"id": f"V{user}", "team_id": TEAM, "app_id": APP, **view},
            "actions": [self._action(list(view["blocks"]), action_id, value)],
        }
        return await self._interact(user, payload)

    async def open_home(self, user: str) -> Mapping[str, Any]:
        """Look at the app's Home tab."""
        number = next(self._numbers)
        event = {
            "type": "app_home_opened",
            "user": user,
            "channel": f"D{user}",
            "tab": "home",
            "event_ts": f"{self._seconds()}.{number:06d}",
        }
        payload = {
            "token": "verification",
            "team_id": TEAM,
            "api_app_id": APP,
            "event": event,
            "type": "event_callback",
            "event_id": f"Ev{number:08d}",
            "event_time": self._seconds(),
        }
        return await self._deliver("events_api", payload)

    async def redeliver(self, envelope: Envelope | None = None) -> Mapping[str, Any]:
        """Send an envelope (default: the last one) once more, as Slack does with one that it saw no acknowledgement of."""
        again = envelope or self._sockets.envelopes[-1]
        retry = {"retry_attempt": again.sent, "retry_reason": "timeout"} if again.type == "events_api" else {}
        return await self._sockets.deliver(again, extra=retry)

    async def connected(self) -> None:
        """Return as soon as the app has a Socket Mode connection open."""
        await self._sockets.connected()

    async def drop_sockets(self, *, abruptly: bool = False) -> None:
        """End the Socket Mode connections: ask the app to come back, or (`abruptly`) cut the line without a word."""
        await self._sockets.drop(abruptly=abruptly)

    # -- the Web API

    def _routes(self, router: web.UrlDispatcher) -> None:
        router.add_route("*", "/api/{method}", self._call)
        router.add_get("/socket", self._sockets.serve)
        router.add_post("/response/{id}", self._respond)

    async def _call(self, request: web.Request) -> web.StreamResponse:
        parameters = await parameters_of(request)
        method = request.match_info["method"]
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        token = token if scheme == "Bearer" else str(parameters.pop("token", ""))

        async def work() -> Outcome:
            return self._work(method, parameters, token)

        return await send(request, await self.between(Call(method=method, parameters=parameters), work))

    def _work(self, method: str, parameters: Parameters, token: str) -> Answer:
        opens_socket = method == "apps.connections.open"
        try:
            if not token:
                raise SlackRefusal("not_authed")
            if token != (self._app_token if opens_socket else self._bot_token):
                raise SlackRefusal("invalid_auth")
            if opens_socket:
                self.workspace.accept(method)
                url = f"ws://127.0.0.1:{self.port}/socket?ticket={self._sockets.ticket()}"
                return json_answer({"ok": True, "url": url})
            if method not in METHODS:
                raise SlackRefusal("unknown_method")
            return json_answer({"ok": True, **METHODS[method](self.workspace, parameters)})
        except SlackRefusal as refusal:
            self.workspace.refuse(method, refusal)
            notes = {"errors": refusal.notes, "response_metadata": {"messages": refusal.notes}}
            return json_answer({"ok": False, "error": refusal.code, **(notes if refusal.notes else {})})

    # -- response URLs

    def _open_response(self, channel: str, user: str, origin: Posted | None) -> str:
        number = f"r{next(self._numbers)}"
        self._responses[number] = _ResponseUrl(
            channel=channel, user=user, opened_at=self._now(), origin=origin
        )
        return f"http://127.0.0.1:{self.port}/response/{number}"

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        parameters = await parameters_of(request)
        number = request.match_info["id"]

        async def work() -> Outcome:
            return self._respond_at(number, parameters)

        call = Call(method="response_url", parameters=parameters)
        return await send(request, await self.between(call, work))

    def _respond_at(self, number: str, parameters: Parameters) -> Answer:
        try:
            url = self._responses.get(number)
            if url is None or self._now() - url.opened_at > RESPONSE_WITHIN:
                raise SlackRefusal("expired_url")
            if url.used >= RESPONSES:
                raise SlackRefusal("used_url")
            posted = self._answer(url, parameters)
            url.used += 1
        except SlackRefusal as refusal:
            self.workspace.refuse("response_url", refusal)
            gone = refusal.code in {"expired_url", "used_url"}
            return json_answer({"ok": False, "error": refusal.code}, status=404 if gone else 400)
        self.workspace.accept("response_url", posted, channel=url.channel)
        return Answer(body=b"ok", content_type="text/plain; charset=utf-8")

    def _answer(self, url: _ResponseUrl, parameters: Parameters) -> Posted | None:
        """Show what an interaction was answered: in place of its message, to the channel, or to whoever asked."""
        text, blocks = message_of(parameters)
        space = self.workspace
        origin = space.still(url.origin) if url.origin else None
        if origin is not None and yes(parameters.get("delete_original")):
            space.remove(origin)
            return None
        check_message(text, blocks)
        shown = tuple(blocks or ())
        if origin is not None and yes(parameters.get("replace_original")):
            return space.change(origin, text=text, blocks=shown, metadata=origin.metadata)
        in_channel = parameters.get("response_type") == "in_channel"
        posted = space.post(
            url.channel,
            BOT,
            text,
            blocks=shown,
            thread_ts=parameters.get("thread_ts") or None,
            ephemeral_to=None if in_channel else url.user,
        )
        if (
            url.origin is None
        ):  # a command's answer can be replaced by a later one, as the message of a button can
            url.origin = posted
        return posted

    # -- Socket Mode

    async def _interact(self, user: str, payload: Mapping[str, Any]) -> Mapping[str, Any]:
        member = self.workspace.members[user]
        around: dict[str, Any] = {
            "type": "block_actions",
            "user": {"id": user, "username": member.name, "name": member.name, "team_id": TEAM},
            "api_app_id": APP,
            "token": "verification",
            "trigger_id": f"{next(self._numbers)}.trigger",
            "team": {"id": TEAM, "domain": "tradewire"},
            "enterprise": None,
            "is_enterprise_install": False,
            "state": {"values": {}},
        }
        return await self._deliver("interactive", {**around, **payload})

    async def _deliver(self, type_: str, payload: Mapping[str, Any]) -> Mapping[str, Any]:
        envelope = Envelope(id=f"envelope-{next(self._numbers)}", type=type_, payload=payload)
        return await self._sockets.deliver(envelope)

    def _action(self, blocks: list[Any], action_id: str, value: str | None) -> dict[str, Any]:
        for block in blocks:
            for element in elements_of(block):
                if element.get("action_id") != action_id:
                    continue
                chosen = [one for one in element.get("options", []) if one.get("value") == value]
                if not chosen and ("options" in element or value not in {None, element.get("value")}):
                    continue
                action = {
                    "type": element["type"],
                    "action_id": action_id,
                    "block_id": block.get("block_id", "b1"),
                    "action_ts": f"{self._seconds()}.000000",
                }
                if chosen:
                    return {**action, "selected_option": chosen[0]}
                return {**action, "text": element.get("text"), "value": element.get("value", "")}
        raise LookupError(f"nothing to press: {action_id} {value or ''}")

    def _seconds(self) -> int:
        return int(self._now().timestamp())
