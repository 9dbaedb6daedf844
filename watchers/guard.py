"""Which addresses may be read, and how a url is shown: pure. Never resolves, dials or logs anything."""

import re
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from watchers.errors import Unsafe

_Address = IPv4Address | IPv6Address

# Ranges that `ipaddress` calls global, or called global in some Python 3.11 to 3.13, and where no public site can be.
# Source: facts gathered 2026-11-23, and the IANA special-purpose address registries.
_CLOSED = tuple(
    ip_network(text)
    for text in (
        "100.64.0.0/10",  # carrier-grade NAT, and the metadata service of one cloud
        "168.63.129.16/32",  # a cloud's host agent under a public-looking address
        "192.0.0.0/24",  # protocol assignments, and the metadata service of another cloud
        "192.88.99.0/24",  # 6to4 relays, withdrawn
        "64:ff9b:1::/48",  # NAT64 for local use: may wrap anything
        "100::/64",  # discard
        "2001::/32",  # Teredo: may wrap anything
        "2001:db8::/32",  # documentation
        "3fff::/20",  # documentation
        "5f00::/16",  # segment routing
        "fec0::/10",  # site-local, withdrawn
    )
)
_NAT64 = ip_network("64:ff9b::/96")
_PUBLIC_PORTS = frozenset({80, 443})
_LAST_LABEL_IS_A_NUMBER = re.compile(r"(?:^|\.)(?:[0-9]+|0[xX][0-9a-fA-F]*)$")
_HOST_NAME = re.compile(r"[A-Za-z0-9._-]+")  # as dialled: international names are punycode by then
_SECRET_VALUE = re.compile(r"(?i)([?&][^=&#]*(?:key|token|secret|passw|auth|sign?|credential)[^=&#]*=)[^&#]+")
_USERINFO = re.compile(r"^([a-zA-Z][a-zA-Z0-9+.-]*:)?//[^/?#]*@")
_MAX_QUERY_CHARS = 200


def why_closed(address: str) -> str | None:
    """Return why this IP address may not be dialled ("loopback", "private", ...), or None for a public one.

    IPv6 addresses that carry an IPv4 one (mapped, 6to4, NAT64) are judged by what they carry: on a network with
    DNS64 every public IPv4 site appears as `64:ff9b::…`. What is not an IP address is "not an IP address".
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return "not an IP address"
    return _why_closed(parsed)


def check_target(*, scheme: str, host: str, port: int, userinfo: bool, allowed: frozenset[str]) -> None:
    """Raise Unsafe unless a url with these parts may be requested; for host names the resolved addresses come on top.

    `port` is the effective one (80 or 443 where the url names none). `allowed` are the hosts the operator vouches for:
    they may be private and may use any port. Other hosts get ports 80 and 443 only, so that a feed address cannot be
    used to speak to mail servers and databases.
    """
    if scheme not in ("http", "https"):
        raise Unsafe(f"only http and https are read, not {scheme[:20]!r}")
    if userinfo:
        raise Unsafe(f"the address of {shown_host(host)} carries a user name or password")
    if not host:
        raise Unsafe("the address names no host")
    literal = _literal(host)
    if literal is None and not _HOST_NAME.fullmatch(host):
        raise Unsafe(f"{shown_host(host)!r} is not a host name")
    if is_allowed(host, allowed):
        return
    if port not in _PUBLIC_PORTS:
        raise Unsafe(f"port {port} of {shown_host(host)} is not a web port")
    if literal is not None:
        check_addresses(host, [host], allowed)
    elif _LAST_LABEL_IS_A_NUMBER.search(host.rstrip(".")):
        # 2130706433, 127.1 and 0x7f.0.0.1 are names to us and 127.0.0.1 to the C library.
        raise Unsafe(f"{shown_host(host)} is an IP address in disguise")


def check_addresses(host: str, addresses: Iterable[str], allowed: frozenset[str]) -> None:
    """Raise Unsafe if any address `host` resolved to is closed, unless the operator vouches for the host.

    One closed address among public ones refuses them all: a name that mixes the two is an attack or a mistake.
    """
    if is_allowed(host, allowed):
        return
    for address in addresses:
        reason = why_closed(address)
        if reason is not None:
            raise Unsafe(f"{shown_host(host)} leads to a {reason} address")


def is_allowed(host: str, allowed: frozenset[str]) -> bool:
    """Return whether the operator vouches for this host. Case, a final dot and the spelling of IPv6 do not matter."""
    return _canonical(host) in {_canonical(one) for one in allowed}


def shown_url(url: str, *, query: bool = True) -> str:
    """Return `url` fit for an error or a log: no user name or password, no secret values, a query of at most 200 chars."""
    url = _USERINFO.sub(r"\1//", url.partition("#")[0])
    base, mark, asked = _SECRET_VALUE.sub(r"\1…", url).partition("?")
    base = _cut(base)
    return f"{base}?{_cut(asked)}" if mark and query else base


def shown_host(host: str) -> str:
    """Return `host` fit for an error: printable and of bounded length (253 characters is the longest legal name)."""
    return "".join(char for char in host if char.isprintable())[:253]


def with_parameter(url: str, parameter: str) -> str:
    """Return `url` with one more "name=value" at the end of its query; what is there stays byte for byte."""
    base = url.partition("#")[0]
    if not parameter:
        return base
    joint = "" if base.endswith(("?", "&")) else "&" if "?" in base else "?"
    return f"{base}{joint}{parameter}"


def without_parameter(url: str, parameter: str) -> str:
    """Return `url` without the `parameter` at its end, which a redirect carried over, so that page addresses stay."""
    if parameter and url.endswith((f"?{parameter}", f"&{parameter}")):
        return url[: -len(parameter) - 1]
    return url


def _cut(text: str) -> str:
    return text if len(text) <= _MAX_QUERY_CHARS else f"{text[:_MAX_QUERY_CHARS]}…"


def _why_closed(address: _Address) -> str | None:
    carried = _carried(address)
    if carried is not None:
        return _why_closed(carried)
    if isinstance(address, IPv6Address) and address.scope_id is not None:
        return "link-local"
    kinds = (
        ("loopback", address.is_loopback),
        ("link-local", address.is_link_local),
        ("multicast", address.is_multicast),  # some multicast is "global"
        ("unspecified", address.is_unspecified),
        ("closed", any(address.version == net.version and address in net for net in _CLOSED)),
        ("reserved", address.is_reserved),
        ("private", address.is_private or not address.is_global),
    )
    return next((name for name, hit in kinds if hit), None)


def _carried(address: _Address) -> IPv4Address | None:
    if isinstance(address, IPv4Address):
        return None
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour


def _literal(host: str) -> _Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


@lru_cache(maxsize=1024)
def _canonical(host: str) -> str:
    literal = _literal(host.strip("[]"))
    return str(literal) if literal is not None else host.rstrip(".").lower()
