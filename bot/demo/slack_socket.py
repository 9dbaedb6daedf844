"""Socket Mode: the open connections of a Slack app, and the envelopes that go out on them and wait for their acknowledgement.

Each envelope goes to one connection, the next one in turn.
Source: docs.slack.dev/apis/events-api/using-socket-mode and slack_sdk 3.47's client, seen 2026-11-29.
"""

import asyncio
import contextlib
import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from bot.demo.slack_workspace import APP

ACK_SECONDS = 3.0
_CLOSE_SECONDS = 0.1


class NotAcknowledged(Exception):
    """No acknowledgement came in time, or the connection that the envelope went to was lost before one."""


@dataclass
class Envelope:
    """What was sent, how often, and how often it was acknowledged. `answer`: the payload of the first acknowledgement."""

    id: str
    type: str
    payload: Mapping[str, Any]
    sent: int = 0
    acks: int = 0
    answer: Mapping[str, Any] = field(default_factory=dict)


class Sockets:
    """The connections of one app. `envelopes` holds all that was sent, oldest first."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self._tickets: set[str] = set()
        self._numbers = itertools.count(1)
        self._open: dict[web.WebSocketResponse, web.Request] = {}
        self._somebody = asyncio.Event()
        self._waiting: dict[str, tuple[web.WebSocketResponse, asyncio.Future[None]]] = {}

    def ticket(self) -> str:
        """Return a ticket that opens one connection."""
        ticket = f"ticket-{next(self._numbers)}"
        self._tickets.add(ticket)
        return ticket

    async def connected(self) -> None:
        """Return as soon as a connection is open that envelopes can go to."""
        await self._somebody.wait()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Hold one connection until it ends."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=401)
        self._tickets.remove(ticket)
        socket = web.WebSocketResponse(timeout=_CLOSE_SECONDS)
        await socket.prepare(request)
        hello = {
            "type": "hello",
            "num_connections": len(self._open) + 1,
            "connection_info": {"app_id": APP},
            "debug_info": {"host": "loopback", "approximate_connection_time": 18060},
        }
        await socket.send_json(hello)
        self._open[socket] = request
        self._somebody.set()
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._acknowledge(message.data)
        finally:
            self._leave(socket)
            self._lose(socket)
        return socket

    async def deliver(
        self, envelope: Envelope, *, extra: Mapping[str, Any] | None = None
    ) -> Mapping[str, Any]:
        """Send an envelope, wait for its acknowledgement and return what that carries. Waits for a connection if none is open.

        Raises NotAcknowledged after three seconds, or when the connection is lost before.
        """
        await self.connected()
        socket = next(iter(self._open))
        self._open[socket] = self._open.pop(socket)  # to the end of the line
        if envelope not in self.envelopes:
            self.envelopes.append(envelope)
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[envelope.id] = (socket, done)
        envelope.sent += 1
        try:
            await socket.send_json(
                {
                    "envelope_id": envelope.id,
                    "type": envelope.type,
                    "payload": dict(envelope.payload),
                    "accepts_response_payload": envelope.type != "events_api",
                    **(extra or {}),
                }
            )
            await asyncio.wait_for(done, ACK_SECONDS)
        except (TimeoutError, ConnectionError) as error:
            raise NotAcknowledged(envelope.id) from error
        finally:
            self._waiting.pop(envelope.id, None)
        return envelope.answer

    async def drop(self, *, abruptly: bool) -> None:
        """End every connection: the app is told to come back, or (`abruptly`) the line is cut without a word."""
        for socket, request in list(self._open.items()):
            self._leave(socket)
            if abruptly:
                self._lose(socket)
                if request.transport is not None:
                    request.transport.abort()
            else:
                with contextlib.suppress(ConnectionError):
                    await socket.send_json(
                        {
                            "type": "disconnect",
                            "reason": "refresh_requested",
                            "debug_info": {"host": "loopback"},
                        }
                    )

    async def close(self) -> None:
        """Close every connection, as a server does that goes away."""
        for socket in list(self._open):
            self._leave(socket)
            await socket.close(code=1001)

    def _acknowledge(self, text: str) -> None:
        message = json.loads(text)
        envelope_id = message.get("envelope_id")
        for envelope in self.envelopes:
            if envelope.id == envelope_id:
                envelope.acks += 1
                if envelope.acks == 1:
                    envelope.answer = message.get("payload") or {}
        if envelope_id in self._waiting:
            _, done = self._waiting[envelope_id]
            if not done.done():
                done.set_result(None)

    def _leave(self, socket: web.WebSocketResponse) -> None:
        self._open.pop(socket, None)
        if not self._open:
            self._somebody.clear()

    def _lose(self, socket: web.WebSocketResponse) -> None:
        """Let whoever waits for an acknowledgement on this connection know that none will come."""
        for other, done in self._waiting.values():
            if other is socket and not done.done():
                done.set_exception(ConnectionResetError("the connection was lost"))
