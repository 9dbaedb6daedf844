"""What a site's robots.txt asks of us, kept for a day per origin. Says where to read; the reading itself comes in.

It must never let a file without end, a page in place of the file, or a million rules cost more than a moment.
Source: RFC 9309, and protego 0.7.0 read and tried, seen 2026-11-23.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from protego import Protego
from yarl import URL

from watchers.errors import RobotsRefused, SourceError

MAX_BYTES = 500_000

_KEPT = timedelta(days=1)
_STILL_SERVES = timedelta(days=7)  # a copy that cannot be renewed
_LOOK_AGAIN = timedelta(minutes=5)  # for a newer copy, while an older one serves
_LONGEST_DELAY_SECONDS = 60.0
_MAX_RULES = 5_000
_MAX_LINE_CHARS = 2_000  # of a rule; a longer one is nobody's wish
_MAX_ORIGINS = 500

_AGENT_FIELDS = frozenset({"user-agent", "useragent", "user agent"})
# Known misspellings of a wish are obeyed too. Nothing else of a group is passed on to the library.
_RULE_FIELDS = frozenset({"allow", "crawl-delay", "crawl delay"}).union(
    {"disallow", "dissallow", "dissalow", "disalow", "diasllow", "disallaw"}
)
_SITE_FIELDS = frozenset({"sitemap", "sitemaps", "site-map", "host"})
_TOKEN = re.compile(r"[A-Za-z_-]{1,100}")
_EVERYBODY = "*"


def product_token(user_agent: str) -> str:
    """Return the name by which robots.txt knows us: the first product of the User-Agent, without its version."""
    found = _TOKEN.match(user_agent)
    return found[0] if found else _EVERYBODY


class Rules:
    """What one robots.txt asks of us. `body` is at most `MAX_BYTES` long and may be anything; a page holds no rules.

    The group that names our `token` counts, and where there is none the one for everybody.
    """

    __slots__ = ("_rules", "delay_seconds")

    def __init__(self, body: bytes, token: str) -> None:
        lines = _lines_for(body, token)
        # The library is given our lines alone: all groups of a hostile file together would fill the memory, and it takes
        # a name that ours begins with for ours.
        self._rules = Protego.parse("\n".join(("User-agent: *", *lines))) if lines else None
        asked = self._rules.crawl_delay(_EVERYBODY) if self._rules is not None else None
        self.delay_seconds = min(asked or 0.0, _LONGEST_DELAY_SECONDS)

    def allow(self, url: str) -> bool:
        """Tell whether we may read `url`, a complete address of this origin."""
        return self._rules is None or self._rules.can_fetch(url, _EVERYBODY)


class Robots:
    """The rules of each origin, read before its first page and then once a day.

    `read(url)` returns what stands at the address of a robots.txt, nothing (b"") where there is none, and raises the
    SourceError that it was where that cannot be known. `now` is aware.
    """

    def __init__(
        self, token: str, *, read: Callable[[str], Awaitable[bytes]], now: Callable[[], datetime]
    ) -> None:
        self._token = token
        self._read = read
        self._now = now
        self._origins: dict[str, _Origin] = {}
        self._delays: dict[str, float] = {}

    async def check(self, target: URL) -> None:
        """Raise RobotsRefused where the robots.txt of `target` asks us not to read it.

        Raises the SourceError of reading it where no copy of the last seven days serves: what it asks is not known then.
        """
        origin = self._origin(target)
        if not origin.is_fresh(self._now()):
            async with origin.lock:
                if not origin.is_fresh(self._now()):
                    await self._renew(origin)
        if origin.rules is not None and not origin.rules.allow(str(target)):
            raise RobotsRefused("the site's robots.txt asks us not to read this page")

    def delay_seconds(self, host: str) -> float:
        """Return how long `host` wants us to wait from one request to the next, as far as is known; 60 seconds at most."""
        return self._delays.get(host, 0.0)

    def _origin(self, target: URL) -> "_Origin":
        address = f"{target.scheme}://{target.host_port_subcomponent}"
        origin = self._origins.get(address)
        if origin is None:
            if len(self._origins) >= _MAX_ORIGINS:
                del self._origins[next(iter(self._origins))]
            origin = self._origins[address] = _Origin(address=address, host=target.raw_host or "")
        return origin

    async def _renew(self, origin: "_Origin") -> None:
        try:
            body = await self._read(f"{origin.address}/robots.txt")
        except SourceError as error:
            error.url = error.url or f"{origin.address}/robots.txt"
            now = self._now()
            if origin.read_at is None or now - origin.read_at >= _STILL_SERVES:
                raise
            origin.good_until = now + _LOOK_AGAIN
            return
        origin.rules = Rules(body, self._token)
        origin.read_at = self._now()
        origin.good_until = origin.read_at + _KEPT
        here = (one.rules for one in self._origins.values() if one.host == origin.host)
        self._delays[origin.host] = max(
            (rules.delay_seconds for rules in here if rules is not None), default=0.0
        )


@dataclass(slots=True, kw_only=True)
class _Origin:
    address: str
    host: str
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    rules: Rules | None = None
    read_at: datetime | None = None
    good_until: datetime | None = None

    def is_fresh(self, now: datetime) -> bool:
        """Tell whether the copy need not be renewed. One from the future is not trusted: the clock was set back."""
        if self.read_at is None or self.good_until is None:
            return False
        return self.read_at <= now < self.good_until


def _lines_for(body: bytes, token: str) -> list[str]:
    """Return the lines of the groups that are for us: those that name `token`, else those for everybody."""
    text = body[:MAX_BYTES].decode("utf-8-sig", "replace")
    if text.lstrip().startswith("<"):
        return []
    by_name: dict[str, list[str]] = {}
    names: set[str] = set()
    in_rules = False
    for name, line in _fields(text):
        if name in _AGENT_FIELDS:
            names = set() if in_rules else names
            in_rules = False
            who = _who(line, token)
            names.add(who)
            by_name.setdefault(who, [])
        elif name not in _SITE_FIELDS:
            in_rules = True
            for who in names if name in _RULE_FIELDS else ():
                if len(by_name[who]) < _MAX_RULES:
                    by_name[who].append(line)
    return by_name.get(token, by_name.get(_EVERYBODY, []))


def _fields(text: str) -> Iterable[tuple[str, str]]:
    for raw in text.splitlines():
        line = raw.partition("#")[0].strip()
        name, colon, _ = line.partition(":")
        if colon and len(line) <= _MAX_LINE_CHARS:
            yield name.strip().lower(), line


def _who(line: str, token: str) -> str:
    """Return our token, "*", or "" for somebody else."""
    value = line.partition(":")[2].strip()
    if value.startswith(_EVERYBODY):
        return _EVERYBODY
    found = _TOKEN.match(value)
    return token if found and found[0].lower() == token.lower() else ""
