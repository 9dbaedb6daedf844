"""Slack: posts, replies and changed messages by its Web API, and a look back whether a post is there.

It sends and looks, and nothing else: it never retries what may have been done, waits, or lets an error of Slack's library out.
A token never stands in what it answers. Why it is built this way: docs/adr/0012-platforms.md.
Source: docs.slack.dev (chat.postMessage, chat.update, conversations.history, conversations.replies, rate limits) and slack_sdk
3.47, seen 2026-11-29.
"""

import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from types import TracebackType
from typing import Any, Self

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.channels.answers import Says, in_words, sent_for, wait_said
from bot.core.delivery import Outcome, Sent
from bot.core.pace import Limit, Limits
from bot.core.platform import REPEATABLE, Traits
from bot.core.posting import Posting
from bot.render import slack

API = "https://slack.com/api/"
SECONDS = 8.0
"""How long one call may take in all: less than the outbox waits, so that the reason is ours to tell."""

EVENT_TYPE = "tradewire_post"
"""The metadata by which a message of ours is known again."""

_LOOK_MARGIN = timedelta(seconds=60)  # by how much two clocks may differ
_PAGE = 200
_MAX_PAGES = 25
_MAX_PLAIN_CHARS = 3_000  # well under the 4,000 that chat.update takes
_CODE = re.compile(r"[a-zA-Z0-9_.-]{1,80}")
_SCOPES = re.compile(r"[a-z0-9_.:,-]{1,120}")

_SAYING: dict[Says, str] = {
    Says.CHANNEL: """
        channel_not_found not_in_channel is_archived restricted_action restricted_action_read_only_channel
        restricted_action_thread_only_channel user_not_in_channel cannot_dm_bot messages_tab_disabled no_permission
        posting_to_general_channel_denied""",
    Says.CREDENTIAL: """
        invalid_auth not_authed account_inactive token_revoked token_expired missing_scope not_allowed_token_type
        org_login_required ekm_access_denied access_denied team_access_not_granted""",
    Says.CONTENT: """
        invalid_blocks invalid_blocks_format msg_too_long msg_blocks_too_long no_text too_many_attachments
        metadata_too_large invalid_arguments""",
    Says.GONE: """
        thread_not_found message_not_found cannot_reply_to_message cant_update_message edit_window_closed""",
    Says.LIMITED: "ratelimited rate_limited message_limit_exceeded",
    Says.LATER: "service_unavailable request_timeout team_added_to_org",
    # Slack says of these two that a part of the work may have been done before the error.
    Says.DOUBT: "internal_error fatal_error",
}
"""What Slack's error codes say; any other is unclear."""

_CODES = {code: says for says, codes in _SAYING.items() for code in codes.split()}

# In neither case was a byte of the request written.
_NOT_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)


class _Refused(Exception):
    """Slack did not do what it was asked, or nobody knows whether it did."""

    def __init__(
        self, says: Says, detail: str, *, code: str | None = None, wait: timedelta | None = None
    ) -> None:
        super().__init__(detail)
        self.says, self.detail, self.code, self.wait = says, detail, code, wait


# One message a second and channel, with a tenth to spare for what the network bunches together; chat.update (50 a minute)
# counts with it. Over all channels Slack promises no more than "several hundred a minute".
SLACK_LIMITS = Limits(
    overall=Limit(interval=timedelta(seconds=0.2), advance=10),
    chat=Limit(interval=timedelta(seconds=1.1)),
)


class Slack:
    """One Slack workspace, as the bot whose token this is; use as `async with Slack(token) as platform`.

    `seconds` is how long one call may take. Proxies that the environment names are not asked.
    """

    def __init__(
        self,
        token: str,
        *,
        base_url: str = API,
        seconds: float = SECONDS,
        limits: Limits = SLACK_LIMITS,
        render: Callable[[Posting], slack.SlackMessage] = slack.render,
    ) -> None:
        self.traits = Traits(limits=limits, looks=True, threads=True, edits=True, details=True)
        self._token, self._base_url, self._seconds, self._render = token, base_url, seconds, render
        self._session: aiohttp.ClientSession | None = None
        self._opened: AsyncWebClient | None = None

    async def __aenter__(self) -> Self:
        # The client's own time-out does not hold for a session that it was given.
        timeout = aiohttp.ClientTimeout(total=self._seconds, connect=self._seconds / 2)
        self._session = aiohttp.ClientSession(
            timeout=timeout, trust_env=False, cookie_jar=aiohttp.DummyCookieJar()
        )
        self._opened = AsyncWebClient(
            self._token, base_url=self._base_url, session=self._session, retry_handlers=[]
        )
        self._opened.proxy = None  # it has read the environment by itself
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._opened = None
        if self._session is not None:
            await self._session.close()

    @property
    def _web(self) -> AsyncWebClient:
        if self._opened is None:
            raise RuntimeError("Slack is not open: use `async with`")
        return self._opened

    async def send(self, posting: Posting) -> Sent:
        """Post a message, or change the one that the posting names.

        What Slack will not take for its blocks is sent once more at once, without them.
        """
        message = in_words(self._render, posting)
        if isinstance(message, Sent):
            return message
        try:
            try:
                return await self._put(posting, message, message.text, list(message.blocks))
            except _Refused as refused:
                if refused.says is not Says.CONTENT:
                    raise
                return await self._put(posting, message, _as_text(message), [])
        except _Refused as refused:
            return sent_for(refused.says, posting, refused.detail, wait=refused.wait)

    async def _put(
        self, posting: Posting, message: slack.SlackMessage, text: str, blocks: list[slack.Block]
    ) -> Sent:
        channel = _channel_of(posting)
        if posting.kind in REPEATABLE:
            call = self._web.chat_update(
                channel=channel, ts=posting.target or "", text=text, blocks=blocks, parse="none"
            )
        else:
            call = self._web.chat_postMessage(
                channel=channel,
                text=text,
                blocks=blocks or None,
                thread_ts=posting.thread,
                reply_broadcast=message.reply_broadcast or None,
                unfurl_links=False,
                unfurl_media=False,
                parse="none",
                metadata={"event_type": EVENT_TYPE, "event_payload": {"key": posting.key}},
            )
        answer = await _answer(call, posting.at)
        ts = answer.get("ts")
        if not (isinstance(ts, str) and ts and answer.get("channel")):
            raise _Refused(Says.DOUBT, "Slack said that it was done, and did not name the message")
        return Sent(outcome=Outcome.SENT, platform_ref=ts)

    async def look(self, posting: Posting, since: datetime) -> Sent:
        """Read the channel, or the thread, from `since` on: absent is only what is in none of its pages."""
        try:
            return await self._find(posting, since)
        except _Refused as refused:
            never = refused.says in {Says.CHANNEL, Says.GONE} or refused.code == "missing_scope"
            outcome = Outcome.GIVE_UP if never else Outcome.TRY_AGAIN
            return Sent(outcome=outcome, detail=refused.detail, retry_after=refused.wait)

    async def _find(self, posting: Posting, since: datetime) -> Sent:
        cursor: str | None = None
        for _ in range(_MAX_PAGES):
            page = await self._page(posting, since, cursor)
            messages = page.get("messages")
            if not isinstance(messages, list):
                raise _Refused(Says.UNCLEAR, "Slack gave a page without messages")
            for message in messages:
                if _key_of(message) == posting.key:
                    return Sent(outcome=Outcome.FOUND, platform_ref=str(message.get("ts")))
            if not page.get("has_more"):
                return Sent(outcome=Outcome.ABSENT)
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                raise _Refused(Says.UNCLEAR, "Slack says that there is more, and not where")
        return Sent(outcome=Outcome.GIVE_UP, detail="too much was said since to look through it all")

    async def _page(self, posting: Posting, since: datetime, cursor: str | None) -> Mapping[str, Any]:
        window: dict[str, Any] = {
            "channel": _channel_of(posting),
            "oldest": f"{(since - _LOOK_MARGIN).timestamp():.6f}",
            "limit": _PAGE,
            "cursor": cursor,
            "include_all_metadata": True,
        }
        if posting.thread is not None:
            return await _answer(self._web.conversations_replies(ts=posting.thread, **window), posting.at)
        return await _answer(self._web.conversations_history(**window), posting.at)


def _channel_of(posting: Posting) -> str:
    return posting.channel.address.partition(":")[2]


def _key_of(message: Any) -> str | None:
    """Return by which key a message is known as ours, None where it is not."""
    metadata = message.get("metadata") if isinstance(message, dict) else None
    if not isinstance(metadata, dict) or metadata.get("event_type") != EVENT_TYPE:
        return None
    payload = metadata.get("event_payload")
    return payload.get("key") if isinstance(payload, dict) else None


async def _answer(call: Awaitable[AsyncSlackResponse], now: datetime) -> Mapping[str, Any]:
    """Return what Slack answers. Raises _Refused, and nothing else, for everything that is not its yes.

    The library's errors are never chained: they carry the request, and that the token.
    """
    try:
        data = (await call).data
    except SlackApiError as error:
        raise _refusal(error.response, now) from None
    except _NOT_SENT:
        raise _Refused(Says.LATER, "no connection to Slack could be made") from None
    except TimeoutError:
        raise _Refused(Says.DOUBT, "no answer from Slack in time") from None
    except (
        Exception
    ) as error:  # a line that broke; or the library tripped over an answer that is no JSON object
        raise _Refused(Says.DOUBT, f"no proper answer from Slack: {type(error).__name__}") from None
    if not isinstance(data, dict):
        raise _Refused(Says.DOUBT, "no proper answer from Slack")
    return data


def _refusal(response: Any, now: datetime) -> _Refused:
    """Return what an answer says that is not Slack's yes. It is a response of the library, or of what lies below it."""
    status = getattr(response, "status_code", 0) or getattr(response, "status", 0)
    data = getattr(response, "data", None)
    data = data if isinstance(data, dict) else {}
    code = str(data.get("error") or "")
    says = _CODES.get(code)
    if says is None and status == HTTPStatus.TOO_MANY_REQUESTS:
        says = Says.LIMITED
    if says is None:
        # Without a code and a status that refuses, an answer was begun and cannot be read.
        refused = status < HTTPStatus.INTERNAL_SERVER_ERROR and (code or status >= HTTPStatus.BAD_REQUEST)
        says = Says.UNCLEAR if refused else Says.DOUBT
    reason = code if _CODE.fullmatch(code) else f"HTTP {status} without a reason"
    detail = f"Slack answered {reason}"
    if code == "missing_scope" and _SCOPES.fullmatch(str(data.get("needed") or "")):
        detail += f" (it needs {data['needed']})"
    wait = wait_said(response.headers.get("Retry-After"), now) if says is Says.LIMITED else None
    return _Refused(says, detail, code=code, wait=wait)


def _as_text(message: slack.SlackMessage) -> str:
    """Return what stands in the blocks as one text, in whole lines, as many as fit; else the notification's text, cut."""
    lines: list[str] = []
    room = _MAX_PLAIN_CHARS
    for line in (line for block in message.blocks for text in _texts(block) for line in text.split("\n")):
        room -= len(line) + 1
        if room < 0:
            break
        lines.append(line)
    if any(lines):
        return "\n".join(lines)
    if len(message.text) <= _MAX_PLAIN_CHARS:
        return message.text
    return re.sub(r"&\w*$", "", message.text[:_MAX_PLAIN_CHARS]) + "…"  # not in the midst of an `&amp;`


def _texts(block: slack.Block) -> Iterator[str]:
    """Return the texts of a block that are read and not pressed."""
    for each in (block, *block.get("elements", ())):
        text = each.get("text")
        if isinstance(text, dict) and each is block:
            text = text.get("text")
        if isinstance(text, str):
            yield text
