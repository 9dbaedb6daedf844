"""What is dialled: a url as it will be sent, checked; where a redirect leads. Pure: resolves nothing, dials nothing."""

from functools import lru_cache

import httpx
from yarl import URL

from watchers import guard
from watchers.errors import Unsafe

_PORT_OF_HTTP = 80
_PORT_OF_HTTPS = 443


@lru_cache(maxsize=1024)
def read_target(url: str, allowed: frozenset[str]) -> URL:
    """Return the checked address to dial, encoded as it will be sent; `allowed` are hosts that may be private.

    Raises Unsafe for an address that is not readable or may not be read. Raw characters become ASCII, and what is encoded
    already stays byte for byte: government search forms and cursors are sent back as they came.
    """
    try:
        asked = httpx.URL(url)
        target = URL(str(asked), encoded=True)
        _host, port = asked.host, target.port or 0  # reading them is what finds bad ones
    except (httpx.InvalidURL, ValueError, IndexError) as error:
        raise Unsafe("this is not a readable address", url=guard.shown_url(url, query=False)) from error
    guard.check_target(
        scheme=target.scheme,
        host=target.raw_host or "",
        port=port,
        userinfo=target.raw_user is not None or target.raw_password is not None,
        allowed=allowed,
    )
    return target


def redirected(here: URL, location: str) -> str:
    """Return where a redirect leads; raises Unsafe for a lost one and for one from https to http."""
    if not location:
        raise Unsafe("a redirect that leads nowhere")
    try:
        there = httpx.URL(str(here)).join(location).copy_with(fragment=None)
        host = there.host  # reading it is what finds a bad one
    except (httpx.InvalidURL, ValueError) as error:
        raise Unsafe("a redirect to an unreadable address") from error
    if here.scheme == "https" and there.scheme == "http":
        raise Unsafe(f"a redirect from https to http, at {guard.shown_host(host)}")
    return str(there)


def same_party(first: URL, other: URL) -> bool:
    """Tell whether what was meant for `first` may be shown to `other`: the same origin, or the same host gone over to TLS."""
    if first.raw_host != other.raw_host:
        return False
    if (first.scheme, first.port) == (other.scheme, other.port):
        return True
    upgrade = (("http", _PORT_OF_HTTP), ("https", _PORT_OF_HTTPS))
    return ((first.scheme, first.port), (other.scheme, other.port)) == upgrade
