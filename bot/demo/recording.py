"""Load the bundled recordings of the demo: documents, filings, and the moments at which to look. Reads nothing else."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """An instant (UTC) at which the demo polls, with a line for the reader about what is new by then."""

    at: datetime
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """The recorded Federal Register. Records are in the API's JSON shape; moments are oldest first, the first a baseline."""

    documents: tuple[dict[str, Any], ...]
    filings: tuple[dict[str, Any], ...]
    moments: tuple[Moment, ...]


def load() -> Recording:
    """Load the recordings from the installed package, a checkout or a wheel alike. Every call returns fresh records."""
    return Recording(
        documents=(*_read("story_documents.json"), *_read("noise_documents.json")),
        filings=(*_read("story_filings.json"), *_read("noise_filings.json")),
        moments=tuple(
            Moment(at=datetime.fromisoformat(moment["at"]).astimezone(UTC), label=moment["label"])
            for moment in _read("moments.json")
        ),
    )


def _read(name: str) -> list[dict[str, Any]]:
    text = files("bot.demo").joinpath("recordings", name).read_text(encoding="utf-8")
    records: list[dict[str, Any]] = json.loads(text)
    return records
