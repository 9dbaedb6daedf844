"""Which headers a request goes out with, and which of them no longer once it is sent on elsewhere. Pure.

It must never show a secret, and never let a source pretend to be anybody else: who we are and what we can read is ours.
"""

import re
from dataclasses import dataclass, replace

from yarl import URL

from watchers.errors import Unsafe
from watchers.inflate import ACCEPT_ENCODING
from watchers.secret import Secret
from watchers.source import Request, Validators
from watchers.target import same_party

_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_OURS = frozenset(
    {
        *("accept", "accept-encoding", "connection", "content-length", "cookie", "expect", "host"),
        *(
            "if-modified-since",
            "if-none-match",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "user-agent",
        ),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """The headers of one request and its redirects. `conditional`: a 304 is an answer to it."""

    plain: dict[str, str]
    secret: tuple[tuple[str, Secret], ...] = ()
    conditional: bool = False

    def passed_on(self, first: URL, here: URL) -> "Outgoing":
        """Return what goes on to `here`, reached by redirects from `first`: without the secrets where that is another party."""
        return replace(self, secret=()) if self.secret and not same_party(first, here) else self

    def revealed(self) -> dict[str, str]:
        """Return the headers as they are sent."""
        return (
            self.plain | {name: value.reveal() for name, value in self.secret} if self.secret else self.plain
        )


def outgoing(request: Request, *, user_agent: str, validators: Validators | None) -> Outgoing:
    """Return what `request` goes out with; raises Unsafe where one of its secrets cannot be sent.

    A plain header that is not printable ASCII is left out, and so is one that would replace ours.
    """
    plain: dict[str, str] = {}
    secret: list[tuple[str, Secret]] = []
    for name, value in request.headers:
        if isinstance(value, Secret):
            if not _may_be_sent(name, value.reveal()):
                raise Unsafe("a credential that cannot be sent")
            secret.append((name, value))
        elif _may_be_sent(name, value):
            plain[name] = value
    conditions = _conditions(validators) if request.conditional and validators is not None else {}
    plain |= {**ours(user_agent, request.accept), **conditions}
    return Outgoing(plain=plain, secret=tuple(secret), conditional=bool(conditions))


def ours(user_agent: str, accept: str, accept_encoding: str = ACCEPT_ENCODING) -> dict[str, str]:
    """Return the headers of every request: who asks, for what, and how it may be packed."""
    return {
        "User-Agent": user_agent,
        "Accept": f"{accept}, */*;q=0.1",
        "Accept-Encoding": accept_encoding,
        "Connection": "keep-alive",
    }


def _conditions(validators: Validators) -> dict[str, str]:
    """Return the conditional headers, verbatim. A validator that is not printable ASCII cannot be sent and is left out."""
    pairs = {"If-None-Match": validators.etag, "If-Modified-Since": validators.last_modified}
    return {name: value for name, value in pairs.items() if value and _is_printable(value)}


def _may_be_sent(name: str, value: str) -> bool:
    return bool(_NAME.fullmatch(name)) and name.lower() not in _OURS and bool(value) and _is_printable(value)


def _is_printable(value: str) -> bool:
    return value.isascii() and value.isprintable()
