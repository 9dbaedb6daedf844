"""Is this the kind of page that was due? Tells a refusal dressed as an answer from an answer. Pure."""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from watchers.addresses import is_front
from watchers.errors import Blocked, Moved, NotSane, Truncated
from watchers.item import Item
from watchers.source import Page

# Marks of check pages served with status 200. Source: facts gathered 2026-11-23 (Cloudflare, Akamai, Ruishu, Jiasule).
_CHALLENGE = re.compile(
    rb"just a moment|bm-verify|request access|__jsl_clearance|cf-chl|captcha|attention required|access denied",
    re.IGNORECASE,
)


def looks_like_challenge(body: bytes) -> bool:
    """Tell whether `body` carries a mark of a check page. Looks at the first 20 kB only."""
    return _CHALLENGE.search(body[:20_000]) is not None


def json_body(page: Page) -> bytes:
    """Return the body of a page where JSON is due.

    Raises Blocked where markup came instead, Truncated where nothing came, NotSane where the media type is another.
    """
    start = page.body[:512].lstrip(b"\xef\xbb\xbf \t\r\n")
    media_type = page.headers.get("content-type", "").partition(";")[0].strip().lower()
    if start.startswith(b"<") or media_type in {"text/html", "application/xhtml+xml"}:
        what = "a check page" if looks_like_challenge(page.body) else "a web page"
        raise Blocked(f"{what} instead of JSON", url=page.url)
    if not start:
        raise Truncated("an empty body instead of JSON", url=page.url)
    if not start.startswith((b"{", b"[")):
        raise NotSane(f"not JSON: starts with {start[:20].decode('ascii', 'replace')!r}", url=page.url)
    return page.body


def check_not_front(page: Page, item: Item) -> None:
    """Raise Moved where an item's page leads to the front page of its site, as addresses of pages that are gone often do."""
    if is_front(page.url) and not is_front(item.url):
        raise Moved("its page leads to the front page of its site")


AHEAD = timedelta(days=2)
"""How far in the future an item may be dated: its issuer's day may be ahead of ours, its clock a little wrong."""


def not_in_the_future(day: date, now: datetime, zone: str) -> bool:
    """Tell whether an item may bear this date at `now` (aware), the issuer being in `zone`. A date far ahead is a misprint."""
    return day <= (now + AHEAD).astimezone(ZoneInfo(zone)).date()
