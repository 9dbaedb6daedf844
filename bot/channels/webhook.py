"""Webhooks: posts as signed JSON to addresses of one's own. Every attempt bears the same id, so twice is as good as once.

It follows no redirect, reads no answer's body, dials no address that the guard has not seen, and lets no error out. Neither a
secret nor an address, which often holds one, stands in what it answers. What a receiver must know: docs/webhooks.md.
Source: Standard Webhooks specification 1.0 (headers, signature, schedule of tries), seen 2026-11-29.
"""

import asyncio
import base64
import binascii
import hmac
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from types import TracebackType
from typing import Any, Self

from bot.channels.answers import in_words, one_line, wait_said
from bot.core.delivery import CANNOT_LOOK, Outcome, Sent, Trouble
from bot.core.platform import Traits
from bot.core.posting import Posting
from bot.render.jsonline import instant, line
from bot.render.objects import posting_object
from watchers.errors import SourceError
from watchers.target import read_target
from watchers.transport import Answer, Lookup, Transport, system_lookup

SECONDS = 8.0
"""How long one attempt may take in all: less than the outbox waits, so that the reason is ours to tell."""

WAITS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=10),
)
"""How long after each failed attempt the next one follows; after the last of them none does."""

_PREFIX = "whsec_"
_MIN_SECRET_BYTES, _MAX_SECRET_BYTES = 24, 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """Where to, and the key that signs. Both are secret: neither is ever shown."""

    url: str = field(repr=False)
    secret: bytes = field(repr=False)


class Webhook:
    """All webhooks by name; use as `async with Webhook(hooks, user_agent=…) as platform`.

    `allow_private_hosts` are the hosts that may be private; `lookup` resolves names, `tls` verifies servers (default: as for
    sources). `seconds` is how long one attempt may take.
    """

    traits = Traits(repeatable=True)

    def __init__(
        self,
        hooks: Mapping[str, Hook],
        *,
        user_agent: str,
        allow_private_hosts: frozenset[str] = frozenset(),
        lookup: Lookup = system_lookup,
        tls: ssl.SSLContext | None = None,
        seconds: float = SECONDS,
        render: Callable[[Posting], dict[str, Any]] = posting_object,
    ) -> None:
        self._hooks, self._user_agent, self._allowed = hooks, user_agent, allow_private_hosts
        self._seconds, self._render = seconds, render
        self._transport = Transport(lookup=lookup, allowed=allow_private_hosts, max_wire_bytes=0, tls=tls)

    async def __aenter__(self) -> Self:
        self._transport.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._transport.close()

    async def send(self, posting: Posting) -> Sent:
        """Make one attempt, and say when the next one is due if it fails."""
        hook = self._hooks.get(posting.channel.address.partition(":")[2])
        if hook is None:
            return _failed(posting, "no webhook of this name is configured")
        body = in_words(self._body, posting)
        if isinstance(body, Sent):
            return body
        headers = {
            "Content-Type": "application/json",
            "User-Agent": self._user_agent,
            **signed(hook.secret, posting.key, posting.at, body),
        }
        try:
            async with asyncio.timeout(self._seconds):
                answer = await self._transport.post(read_target(hook.url, self._allowed), headers, body)
        except TimeoutError:
            return _failed(posting, f"no answer within {self._seconds:g} s")
        except SourceError as error:
            return _failed(posting, error.what)
        except Exception as error:  # a defect of ours or of a library's: sending twice is sending once
            return _failed(posting, f"the attempt failed: {type(error).__name__}")
        return _sent_for(answer, posting)

    async def look(self, posting: Posting, since: datetime) -> Sent:  # noqa: ARG002 (the protocol's signature)
        """Say that a receiver cannot be read back."""
        return CANNOT_LOOK

    def _body(self, posting: Posting) -> bytes:
        told = {
            "type": posting.kind.value,
            "timestamp": instant(posting.at),
            "continues": posting.thread,
            "changes": posting.target,
            "data": self._render(posting),
        }
        return line(told).encode()


def secret_of(text: str) -> bytes:
    """Return the key that a secret like `whsec_…` spells in base64. Raises ValueError, which does not quote it."""
    try:
        secret = base64.b64decode(text.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        secret = b""
    if not text.startswith(_PREFIX) or not _MIN_SECRET_BYTES <= len(secret) <= _MAX_SECRET_BYTES:
        raise ValueError(
            f"should be {_PREFIX} and {_MIN_SECRET_BYTES} to {_MAX_SECRET_BYTES} bytes in base64"
        )
    return secret


def signed(secret: bytes, key: str, at: datetime, body: bytes) -> dict[str, str]:
    """Return the headers that sign one attempt at `at`: the id `key`, the time in seconds since 1970, the signature of both."""
    stamp = str(int(at.timestamp()))
    digest = hmac.digest(secret, b".".join((key.encode(), stamp.encode(), body)), "sha256")
    return {
        "webhook-id": key,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


def _sent_for(answer: Answer, posting: Posting) -> Sent:
    if HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
        # Its name there is ours: what continues or changes it can say so.
        return Sent(outcome=Outcome.SENT, platform_ref=posting.key)
    if answer.status == HTTPStatus.GONE:
        return Sent(
            outcome=Outcome.GIVE_UP,
            detail="the receiver wants nothing more (HTTP 410)",
            trouble=Trouble.CHANNEL,
        )
    asked = timedelta()
    if "retry-after" in answer.headers:
        asked = wait_said(answer.headers["retry-after"], posting.at)
    return _failed(posting, f"the receiver answered HTTP {answer.status}", at_least=asked)


def _failed(posting: Posting, why: str, *, at_least: timedelta = timedelta()) -> Sent:
    """Return what follows from a failed attempt, whatever the reason: the next at its time, or none after the last."""
    detail = one_line(why)
    if posting.attempt > len(WAITS):
        return Sent(outcome=Outcome.GIVE_UP, detail=f"{detail}, at the last of {len(WAITS) + 1} attempts")
    wait = max(WAITS[posting.attempt - 1], at_least)
    return Sent(outcome=Outcome.TRY_AGAIN, detail=detail, retry_after=wait)
