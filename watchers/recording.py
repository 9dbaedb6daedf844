"""A page as a test case: what it answered, and what was found on it. Pure; `sources record` writes cases, tests read them."""

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

import msgspec

from watchers.errors import SourceError
from watchers.item import Item
from watchers.secret import Secret
from watchers.source import Found, OptionsT, Page, Request

_MADE_UP = "made-up"
_DEFAULTS = {"role": "list", "content_type": "application/json; charset=utf-8", "accept": "application/json"}


def case_of(
    page: Page, *, memory: Mapping[str, str], options: object | None = None, item: Item | None = None
) -> str:
    """Return, as JSON, what must be known of a page besides its bytes to read it again. `item`: it is that item's own page.

    Of `options` (a dataclass) those are told that are no defaults. Secrets are none of a case's business: where there is one, a
    made-up one stands in its place.
    """
    case: dict[str, Any] = {
        "url": page.url,
        "role": page.request.role,
        "accept": page.request.accept,
        "content_type": page.headers.get("content-type", ""),
        "now": page.fetched_at.isoformat(),
    }
    if page.request.url != page.url:
        case["asked"] = page.request.url
    if options is not None and (chosen := _chosen(options)):
        case["options"] = chosen
    if memory:
        case["memory"] = dict(memory)
    if item is not None:
        case["item"] = msgspec.to_builtins(item)
    return _text(case)


def _chosen(options: Any) -> dict[str, Any]:
    """Return the options that are not as they are shipped, without what is secret in them."""
    told = ((field, getattr(options, field.name)) for field in fields(options))
    return {
        field.name: _MADE_UP if isinstance(value, Secret) else msgspec.to_builtins(value)
        for field, value in told
        if value != field.default
    }


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


def options_of(case: Mapping[str, Any], kind: type[OptionsT]) -> OptionsT:
    """Return the options of a case, which are of this `kind`. Raises msgspec.ValidationError for others."""
    return msgspec.convert(case.get("options", {}), type=kind, dec_hook=lambda _, value: Secret(value))


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
