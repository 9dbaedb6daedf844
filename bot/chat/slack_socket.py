"""Slack's listener: commands, buttons and the Home tab come by Socket Mode, are acknowledged at once, and answered by the desk.

It keeps one connection by itself, not by Slack's own client: that one tries the same spent address again and again, writes a
traceback for each try, asks the proxies of the environment, and does not hear that it is not welcome any more.
It must never work before it has acknowledged, do anything twice that Slack sends twice, or show a token or a response URL.
Source: docs.slack.dev (using Socket Mode, handling user interaction) and slack_sdk 3.47, seen 2026-11-29.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from http import HTTPStatus
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.chat.asked import Asked
from bot.chat.kept import Seen
from bot.chat.listening import (
    MOST_PATIENCE,
    REFUSED_PAUSE,
    Desk,
    Sleep,
    Turns,
    answer_of,
    pause_after,
    until,
)
from bot.chat.slack_answers import NOT_FOUND, Directory, Reply, home_of
from bot.chat.slack_asked import HomeOpened, Interaction, asked_of, names_of
from bot.clock import Clock

log = logging.getLogger("tradewire.chat.slack")

API = "https://slack.com/api/"
CALL_SECONDS = 8.0
HEARTBEAT_SECONDS = 30.0
"""How often the line is tried; one that does not answer is given up after half of that, and opened anew."""

USEFUL_SECONDS = 60.0
"""A connection that ended sooner, and brought nothing, counts as a failure, lest we open one after the other without a pause."""

_CLOSE_SECONDS = 1.0
_MAX_MESSAGE_BYTES = 4 * 2**20
_UNKNOWN = "unknown"

_NOT_WELCOME = frozenset(
    {
        "access_denied",
        "account_inactive",
        "invalid_auth",
        "link_disabled",
        "missing_scope",
        "not_allowed_token_type",
        "not_authed",
        "org_login_required",
        "team_access_not_granted",
        "token_expired",
        "token_revoked",
    }
)
"""What Slack says of a token that will not do again until somebody does something about it."""


class _NotWelcome(Exception):
    """Slack knows the app token no more, or Socket Mode is switched off. Holds Slack's own code."""


class SlackSocket:
    """Listens to one workspace: `await SlackSocket(…).run(stop)`. `command` is the slash command, `desk` answers.

    Both tokens are needed. `sleep` stands in for the wait between two tries to connect.
    """

    def __init__(
        self,
        *,
        bot_token: str,
        app_token: str,
        desk: Desk,
        clock: Clock,
        command: str = "/tradewire",
        base_url: str = API,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._bot_token, self._app_token, self._base_url = bot_token, app_token, base_url
        self._desk, self._clock, self._command, self._sleep = desk, clock, command, sleep
        self._seen = Seen()
        self._turns = Turns()
        self._calls: _Calls
        self._directory: Directory

    async def run(self, stop: asyncio.Event) -> None:
        """Listen until `stop` is set, through every outage; then finish within seconds. Raises nothing that Slack did."""
        # The client's own time-out does not hold for a session that it was given.
        timeout = aiohttp.ClientTimeout(total=CALL_SECONDS, connect=CALL_SECONDS / 2)
        async with aiohttp.ClientSession(
            timeout=timeout, trust_env=False, cookie_jar=aiohttp.DummyCookieJar()
        ) as session:
            self._calls = _Calls(session, self._bot_token, self._base_url, self._sleep)
            self._directory = Directory(self._calls, self._clock)
            try:
                await until(stop, self._listen(session))
            finally:
                await self._turns.end()

    async def _listen(self, session: aiohttp.ClientSession) -> None:
        failures = 0
        while True:
            pause = REFUSED_PAUSE.total_seconds()
            try:
                failures = 0 if await self._connection(session) else failures + 1
                pause = pause_after(failures)
            except _NotWelcome as refused:
                log.error(
                    "Slack refuses the app token: no command or button is heard until it is renewed",
                    extra={"code": str(refused)},
                )
            except Exception as error:  # whatever the network or an answer that makes no sense brings
                failures += 1
                pause = pause_after(failures)
                log.warning(
                    "Slack's Socket Mode cannot be reached",
                    extra={"what": _named(error), "again_in_seconds": pause},
                )
            await self._sleep(pause)

    async def _connection(self, session: aiohttp.ClientSession) -> bool:
        """Open a connection and serve it until its end; tell whether it was of use. Raises _NotWelcome and much else."""
        address = await self._address()
        loop = asyncio.get_running_loop()
        began, heard = loop.time(), False
        async with session.ws_connect(
            address,
            heartbeat=HEARTBEAT_SECONDS,
            max_msg_size=_MAX_MESSAGE_BYTES,
            timeout=aiohttp.ClientWSTimeout(ws_close=_CLOSE_SECONDS),
        ) as socket:
            async for message in socket:
                envelope = _read(message)
                if envelope.get("type") == "disconnect":
                    if envelope.get("reason") in _NOT_WELCOME:
                        raise _NotWelcome(str(envelope["reason"]))
                    break
                if envelope.get("type") == "hello":
                    log.info("listening to Slack")
                elif isinstance(envelope.get("envelope_id"), str):
                    heard = True
                    await _acknowledge(socket, envelope["envelope_id"])
                    self._take(envelope)
        return heard or loop.time() - began >= USEFUL_SECONDS

    async def _address(self) -> str:
        """Return the address of a new connection, which can be used once."""
        try:
            answer = await self._calls.web.apps_connections_open(app_token=self._app_token)
        except SlackApiError as error:
            code = _code(error)
            if code in _NOT_WELCOME:
                raise _NotWelcome(code) from None
            wait = _wait_said(error)
            if wait is not None:
                await self._sleep(min(wait, REFUSED_PAUSE.total_seconds()))
            raise
        return str(answer["url"])

    def _take(self, envelope: Mapping[str, Any]) -> None:
        """Let what an envelope asks be answered, unless it came before or is not for us."""
        if self._seen.again(names_of(envelope), self._clock.now()):
            return
        payload = envelope.get("payload")
        asked = asked_of(
            str(envelope.get("type")), payload if isinstance(payload, Mapping) else {}, self._command
        )
        if asked is None:
            return
        work = (
            partial(self._show_home, asked) if isinstance(asked, HomeOpened) else partial(self._answer, asked)
        )
        self._turns.take(f"{asked.channel} {asked.user}", work)

    async def _answer(self, interaction: Interaction) -> None:
        person, reaches = await asyncio.gather(
            self._directory.person(interaction), self._directory.reaches(interaction)
        )
        title = person.name if interaction.is_direct else await self._directory.title(interaction)
        asked = Asked(
            platform="slack",
            channel=f"slack:{interaction.channel}",
            user=interaction.user,
            user_name=person.name,
            text=interaction.text,
            data=interaction.data,
            title=title,
            is_admin=person.is_admin,
            private=interaction.is_direct,
            reachable=reaches,
            prefix=f"{self._command} ",
            opened_at=interaction.opened_at,
        )
        reply = Reply(self._calls, interaction, self._clock)
        await reply.say(await answer_of(self._desk, asked, reply.update))

    async def _show_home(self, opened: HomeOpened) -> None:
        """Show how things stand, and what can be typed."""
        person = await self._directory.person(Interaction(channel=opened.channel, user=opened.user))
        answers = []
        for text in ("status", "help"):
            asked = Asked(
                platform="slack",
                channel=f"slack:{opened.channel}",
                user=opened.user,
                user_name=person.name,
                text=text,
                title=person.name,
                private=True,
                prefix=f"{self._command} ",
            )
            answers.append(await answer_of(self._desk, asked, _nothing_more))
        shown = tuple(each for each in answers if each is not None and each.lines)
        if shown:
            await self._calls.write("views.publish", user_id=opened.user, view=home_of(shown))


class _Calls:
    """Slack's methods and response URLs on one session. Too fast: waits once as long as it is told, if that is not long."""

    def __init__(self, session: aiohttp.ClientSession, token: str, base_url: str, sleep: Sleep) -> None:
        self._session, self._sleep = session, sleep
        self.web = AsyncWebClient(token, base_url=base_url, session=session, retry_handlers=[])
        self.web.proxy = None  # it has read the environment by itself

    async def read(self, method: str, **arguments: str) -> Mapping[str, Any] | None:
        """Call a method that only tells something; None where it does not."""
        try:
            answer = await self._twice(partial(self.web.api_call, method, params=arguments))
        except Exception as error:  # whatever the library raises, or trips over in an answer
            if _named(error) == NOT_FOUND:
                return {"error": NOT_FOUND}
            log.warning("Slack does not say", extra={"method": method, "what": _named(error)})
            return None
        return answer.data if isinstance(answer.data, dict) else None

    async def write(self, method: str, **arguments: Any) -> bool:
        """Call a method that does something; tell whether it may have done it."""
        try:
            await self._twice(partial(self.web.api_call, method, json=arguments))
        except Exception as error:
            log.warning("an answer could not be given", extra={"method": method, "what": _named(error)})
            return not isinstance(error, SlackApiError | aiohttp.ClientConnectorError)
        return True

    async def respond(self, address: str, content: Mapping[str, Any]) -> bool:
        """Answer at a response URL; tell whether that may have been done."""
        try:
            status, wait = await self._post(address, content)
            if status == HTTPStatus.TOO_MANY_REQUESTS and wait <= MOST_PATIENCE.total_seconds():
                await self._sleep(wait)
                status, _ = await self._post(address, content)
        except Exception as error:
            log.warning("an answer may be lost", extra={"what": _named(error)})
            return not isinstance(error, aiohttp.ClientConnectorError)
        if status != HTTPStatus.OK:
            log.warning("a response URL refuses an answer", extra={"status": status})
        return status == HTTPStatus.OK

    async def _post(self, address: str, content: Mapping[str, Any]) -> tuple[int, float]:
        async with self._session.post(address, json=content, allow_redirects=False) as answer:
            return answer.status, _seconds(answer.headers.get("Retry-After"))

    async def _twice(self, call: Callable[[], Awaitable[Any]]) -> Any:
        """Make a call, and once more where Slack asks for patience that we have."""
        try:
            return await call()
        except SlackApiError as error:
            wait = _wait_said(error)
            if wait is None or wait > MOST_PATIENCE.total_seconds():
                raise
            await self._sleep(wait)
            return await call()


async def _acknowledge(socket: aiohttp.ClientWebSocketResponse, envelope_id: str) -> None:
    try:
        await socket.send_str(json.dumps({"envelope_id": envelope_id}))
    except ConnectionError:  # Slack sends it again, on the next connection
        log.info("an acknowledgement was lost with its connection")


async def _nothing_more(_: object) -> None:
    """Take no notice of what an answer becomes later."""


def _read(message: aiohttp.WSMessage) -> Mapping[str, Any]:
    """Return what a message says, nothing where it is no object in JSON."""
    try:
        content = json.loads(message.data) if message.type is aiohttp.WSMsgType.TEXT else {}
    except ValueError:
        content = {}
    return content if isinstance(content, dict) else {}


def _code(error: SlackApiError) -> str:
    try:
        return str(error.response["error"])
    except (KeyError, TypeError):
        return _UNKNOWN


def _wait_said(error: SlackApiError) -> float | None:
    """Return how many seconds Slack asks us to wait, None where it refuses for another reason."""
    status = getattr(error.response, "status_code", 0)
    if _code(error) not in {"ratelimited", "rate_limited"} and status != HTTPStatus.TOO_MANY_REQUESTS:
        return None
    headers: Mapping[str, str] = getattr(error.response, "headers", {}) or {}
    return _seconds(headers.get("Retry-After"))


def _seconds(header: object) -> float:
    """Return what a Retry-After header asks for, a second where it is missing or rubbish."""
    return float(header) if isinstance(header, str) and header.isdecimal() and header.isascii() else 1.0


def _named(error: Exception) -> str:
    """Return what went wrong, by code or kind: an error's own words may hold an address that is a secret."""
    return _code(error) if isinstance(error, SlackApiError) else type(error).__name__
