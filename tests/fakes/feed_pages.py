"""Feeds for tests: those in tests/watchers/feeds, in the shapes that sources have, and small ones made on the spot."""

from datetime import UTC, datetime
from pathlib import Path

from watchers.source import Page, Request

FEEDS = Path(__file__).parent.parent / "watchers" / "feeds"
NAMES = sorted(path.name for path in FEEDS.iterdir())
ADDRESS = "https://www.agency.example/news/feed.xml"
CONTENT = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
ATOM = 'xmlns="http://www.w3.org/2005/Atom"'


def page(body: bytes | str, content_type: str | None = None, url: str = ADDRESS) -> Page:
    """Return a page with that body, without a Content-Type unless one is given."""
    return Page(
        request=Request(url=url),
        url=url,
        status=200,
        headers={"content-type": content_type} if content_type else {},
        body=body.encode() if isinstance(body, str) else body,
        fetched_at=datetime(2026, 11, 23, 12, tzinfo=UTC),
    )


def written(name: str) -> bytes:
    """Return the feed of that name."""
    return (FEEDS / name).read_bytes()


def rss(items: str, declared: str = "") -> str:
    """Return an RSS feed with these items."""
    return (
        f'<?xml version="1.0"?><rss version="2.0" {declared}><channel><title>News</title>'
        f"<link>https://www.agency.example/</link>{items}</channel></rss>"
    )


def atom(entries: str) -> str:
    """Return an Atom feed with these entries."""
    return f"<feed {ATOM}><title>News</title>{entries}</feed>"
