"""A page as a test case: what it answered, and what was found on it. Pure; `sources record` writes cases, tests read them."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from watchers.errors import SourceError
from watchers.item import Item
from watchers.source import Found, Page, Request

_DEFAULTS = {"role": "list", "content_type": "application/json; charset=utf-8", "accept": "application/json"}


def case_of(page: Page, *, memory: Mapping[str, str], item: Item | None = None) -> str:
    """Return, as JSON, what must be known of a page besides its bytes to read it again. `item`: it is that item's own page."""
    case: dict[str, Any] = {
        "url": page.url,
        "role": page.request.role,
        "accept": page.request.accept,
        "content_type": page.headers.get("content-type", ""),
        "now": page.fetched_at.isoformat(),
    }
    if memory:
        case["memory"] = dict(memory)
    if item is not None:
        case["item"] = msgspec.to_builtins(item)
    return _text(case)


def page_of(case: Mapping[str, Any], body: bytes, *, home: str, now: datetime) -> Page:
    """Return the page of a case. What it does not say: JSON, read as a listing at `home` (an address) at `now` (aware)."""
    told: dict[str, Any] = _DEFAULTS | dict(case)
    url: str = told.get("url", home)
    return Page(
        request=Request(url=told.get("asked", url), role=told["role"], accept=told["accept"]),
        url=url,
        status=200,
        headers={"content-type": told["content_type"]} if told["content_type"] else {},
        body=body,
        fetched_at=datetime.fromisoformat(told["now"]) if "now" in told else now,
    )


def item_of(case: Mapping[str, Any]) -> Item:
    """Return the item whose own page a case is."""
    return msgspec.convert(case["item"], type=Item)


def expected_of(found: Found | Item | SourceError) -> str:
    """Return what a page gave, as the JSON that a test compares with: what was found, the item in full, or the error."""
    if isinstance(found, SourceError):
        return _text({"error": found.kind, "what": found.what})
    return _text(_without_empty(msgspec.to_builtins(found, enc_hook=str)))


def _without_empty(value: Any) -> Any:
    """Drop what is not there, so that a new field of an item changes no case that does not use it."""
    if isinstance(value, dict):
        kept = {name: _without_empty(each) for name, each in value.items()}
        return {name: each for name, each in kept.items() if each not in (None, [], {}, ())}
    if isinstance(value, list | tuple):
        return [_without_empty(each) for each in value]
    return value


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"
