"""The recorded pages of the US press sources as values, and pages made on the spot in the same shapes."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from tests.fakes.plans import plan_of
from watchers.errors import SourceError
from watchers.item import Item
from watchers.recording import item_of, page_of
from watchers.registry import all_sources
from watchers.source import AnySource, Found, Page, Plan, Request

HERE = Path(__file__).parent.parent / "sources"
KEYS = (
    "bis-press",
    "cbp-csms",
    "commerce-press",
    "ofac-recent-actions",
    "treasury-press",
    "ustr-press",
    "white-house",
)
NOON = datetime(2026, 7, 31, 16, 0, tzinfo=UTC)


class Recorded:
    """One recorded page: what it came with, and how it is read."""

    def __init__(self, path: Path) -> None:
        told = path.with_suffix(".case.json")
        case = json.loads(told.read_text(encoding="utf-8")) if told.exists() else {}
        self.name = f"{path.parent.name}/{path.name}"
        self.source: AnySource = all_sources()[path.parent.name]
        self.page: Page = page_of(case, path.read_bytes(), home=self.source.home, now=NOON)
        options = msgspec.convert(case.get("options", {}), type=self.source.options)
        self.plan: Plan[Any] = plan_of(options, now=self.page.fetched_at)
        self.item: Item | None = item_of(case) if "item" in case else None

    def read(self, body: bytes | None = None) -> Found | Item:
        """Read the page, or another body in its place."""
        page = self.page if body is None else replace(self.page, body=body)
        if self.item is None:
            return self.source.read(page, self.plan)
        assert self.source.article is not None
        return self.source.article.read(page, self.item, self.plan)


def recorded(name: str) -> Recorded:
    """Return the recorded page `key/file`."""
    return Recorded(HERE / name)


def all_recorded(keys: Iterable[str] = KEYS) -> tuple[Recorded, ...]:
    """Return every recorded page of these sources, by default those of the US press."""
    paths = (path for key in keys for path in sorted((HERE / key).iterdir()))
    return tuple(Recorded(path) for path in paths if not path.name.endswith(".json") or _is_page(path))


def _is_page(path: Path) -> bool:
    return not path.name.endswith((".case.json", ".expected.json"))


def outcome(one: Recorded, body: bytes) -> Found | Item | SourceError:
    """Return what is found in `body` in the place of a recorded page, or the error."""
    try:
        return one.read(body)
    except SourceError as error:
        return error


def html_page(
    body: str, *, url: str = "https://www.agency.example/news", role: str = "list", now: datetime = NOON
) -> Page:
    """Return a web page, in UTF-8 as its header says."""
    return Page(
        request=Request(url=url, role=role, accept="text/html"),
        url=url,
        status=200,
        headers={"content-type": "text/html; charset=utf-8"},
        body=f"<!DOCTYPE html><html><head><title>News</title></head><body>{body}</body></html>".encode(),
        fetched_at=now,
    )
