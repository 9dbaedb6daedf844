"""Load the bundled recordings of the demo: documents, filings, pages, and the moments at which to look. Reads nothing else."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

from bot.demo.sites import Recorded


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """An instant (UTC) at which the demo polls, with a line for the reader about what is new by then; empty for none."""

    at: datetime
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """What is recorded: the Federal Register in the API's JSON shape, pages of other sites, moments oldest first.

    `sources` are the keys of the shipped sources that are recorded, and by key the tables of those made by a builder.
    The first moment is a baseline.
    """

    documents: tuple[dict[str, Any], ...]
    filings: tuple[dict[str, Any], ...]
    pages: tuple[Recorded, ...]
    moments: tuple[Moment, ...]
    sources: Mapping[str, dict[str, Any]]


def load() -> Recording:
    """Load the recordings from the installed package, a checkout or a wheel alike. Every call returns fresh records."""
    return Recording(
        documents=(*_read("story_documents.json"), *_read("noise_documents.json")),
        filings=(*_read("story_filings.json"), *_read("noise_filings.json")),
        pages=tuple(_page(page) for page in _read("pages.json")),
        moments=tuple(
            Moment(at=_instant(moment["at"]), label=moment["label"]) for moment in _read("moments.json")
        ),
        sources=_read("sources.json"),
    )


def _page(record: Mapping[str, Any]) -> Recorded:
    return Recorded(
        url=record["url"],
        body=files("bot.demo").joinpath("recordings", "pages", *record["file"].split("/")).read_bytes(),
        content_type=record["type"],
        since=_instant(record["since"]),
        status=record.get("status", 200),
    )


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _read(name: str) -> Any:
    return json.loads(files("bot.demo").joinpath("recordings", name).read_text(encoding="utf-8"))
