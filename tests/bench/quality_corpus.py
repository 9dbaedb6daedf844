"""The recorded material that quality is measured on, as documents of texts alone, and what is known of each besides.

The classifier never sees `Fields`. Where the material lies: TRADEWIRE_CORPUS, or `shared/corpus` beside the project.
"""

import csv
import gzip
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.core.document import Document
from tests.bench.figures import ROOT

REGISTER = "federal_register"
MAX_TITLE_CHARS = 200
TARIFF_LABEL, TARIFF_WORDS = "topic_tariff_trade", "the same, by words"
"""The recorders' label takes "import" in "important" for trade; `TARIFF_WORDS` is the label where a word of trade stands."""
NO_ABSTRACT = "No summary provided."
_CFR = re.compile(r"\b(\d{1,2}) CFR (?:Parts? )?(\d+(?:(?:, and |, | and )\d+)*)")
_CHAPTER_FIVE = re.compile(r"\b31 CFR Chapter V\b")
_OF_TRADE = re.compile(r"\b(?:tariff|trade|import(?:s|ed|ing|er|ers)?\b|export|duties|customs)", re.I)
_PAPERWORK = re.compile(
    r"information collection|proposed collection|comment request|submission for OMB", re.I
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """What a document says of itself outside of title and abstract. `None` for a heading that was not recorded."""

    agencies: str = ""
    """Departments and offices, as printed or by slug."""
    cfr: tuple[tuple[int, int], ...] = ()
    """Title and part."""
    numbers: str = ""
    """Case, docket and RIN numbers, as printed."""
    heading: str | None = None
    """Under what the table of contents lists it."""
    kind: str = ""
    """Rule, Proposed Rule, Notice or Presidential Document."""
    paperwork: bool = False
    """Only asks leave to collect information, by its title."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One recorded document: what the classifier sees, and what it does not."""

    number: str
    date: str
    title: str
    document: Document
    fields: Fields = field(default_factory=Fields)
    labels: tuple[str, ...] = ()


def corpus() -> Path | None:
    """Return where the recorded material lies, or None where there is none."""
    path = Path(os.environ.get("TRADEWIRE_CORPUS") or ROOT.parent / "shared" / "corpus")
    return path if path.is_dir() else None


def seen(title: str, **texts: str) -> Document:
    """Return what the classifier sees: a title, and those of the other texts that are not empty."""
    return Document(texts=tuple((name, text) for name, text in (("title", title), *texts.items()) if text))


def titles(root: Path) -> Iterator[Case]:
    """Yield the 47,554 documents of 2020 to 2022: number, date, title and abstract."""
    with gzip.open(root / REGISTER / "titles_2020-2022.jsonl.gz", "rt", encoding="utf-8") as lines:
        for record in map(json.loads, lines):
            abstract = "" if record["abstract"] == NO_ABSTRACT else record["abstract"]
            yield Case(
                number=record["document_number"],
                date=record["publication_date"],
                title=record["title"],
                document=seen(record["title"], abstract=abstract),
            )


def documents_of_2024(root: Path) -> Iterator[Case]:
    """Yield the 492 documents of January 2024, with all fields that the register serves."""
    records = json.loads((root / REGISTER / "documents_2024-01-02_to_09.json").read_text(encoding="utf-8"))
    for record in records["results"]:
        named = (agency.get("slug") or agency.get("raw_name") or "" for agency in record["agencies"])
        fields = Fields(
            agencies=" ".join(named),
            cfr=tuple(
                (int(each["title"]), int(each["part"])) for each in record["cfr_references"] if each["part"]
            ),
            numbers=" ".join((*record["docket_ids"], *record["regulation_id_numbers"])),
            heading=" ".join(record[key] or "" for key in ("toc_subject", "toc_doc")),
            kind=record["type"],
            paperwork=bool(_PAPERWORK.search(record["title"])),
        )
        yield Case(
            number=record["document_number"],
            date=record["publication_date"],
            title=record["title"],
            document=seen(record["title"], abstract=record["abstract"] or ""),
            fields=fields,
        )


_KINDS = {
    "RULE": "Rule",
    "PRORULE": "Proposed Rule",
    "NOTICE": "Notice",
    "PRESDOCU": "Presidential Document",
}


def issues_of_2026(root: Path) -> Iterator[Case]:
    """Yield the 750 documents of whole issues of summer 2026, of which the first 240 characters were recorded.

    What stands before the title (department, office, numbers, CFR parts) and the AGENCY line are fields; what stands after
    SUMMARY is the abstract, whole where it was recorded so.
    """
    with (root / REGISTER / "issues_2026-07-27_to_08-04.jsonl").open(encoding="utf-8") as lines:
        for record in map(json.loads, lines):
            opening = record["opening_verbatim"]
            abstract = record["summary"] or opening.partition("SUMMARY:")[2].strip()
            yield Case(
                number=record["document_number"],
                date=record["digest_day"],
                title=record["title"],
                document=seen(record["title"], abstract=abstract),
                fields=fields_of_opening(opening, record["title"], _KINDS[record["doc_type"]]),
            )


def fields_of_opening(opening: str, title: str, kind: str) -> Fields:
    """Return what the opening of a printed document says outside of its title and summary."""
    before, _, after = opening.partition(title[:40])
    agency = after.partition("AGENCY:")[2].partition("ACTION:")[0].partition("SUMMARY:")[0]
    parts = [
        (int(number), int(part))
        for number, parts in _CFR.findall(before)
        for part in re.findall(r"\d+", parts)
    ]
    if _CHAPTER_FIVE.search(before):
        parts.append((31, 501))
    return Fields(
        agencies=f"{before} {agency}",
        cfr=tuple(parts),
        numbers=before,
        kind=kind,
        paperwork=bool(_PAPERWORK.search(title)),
    )


def filings_of_2017(root: Path) -> Iterator[Case]:
    """Yield the 1,219 filings of public inspection in January 2017: title, agency and type."""
    path = root / REGISTER / "public_inspection_2017-01.csv"
    with path.open(encoding="utf-8", newline="") as rows:
        for record in csv.DictReader(rows):
            title = record["title"]
            fields = Fields(
                agencies=record["agency_slugs"],
                kind=record["type"],
                paperwork=bool(_PAPERWORK.search(title)),
            )
            yield Case(
                number=record["document_number"],
                date=record["date"],
                title=title,
                document=seen(title),
                fields=fields,
            )


def press(root: Path) -> Iterator[Case]:
    """Yield the 1,693 press items of summer 2026: title, and the opening of the page as body."""
    path = root / "us_press" / "agency_press_items_2026-07-27_to_08-04.jsonl"
    with path.open(encoding="utf-8") as lines:
        for record in map(json.loads, lines):
            title, opening = record["title"], record["opening_verbatim"] or ""
            yield Case(
                number=record["source_id"],
                date=record["claimed_day"] or "",
                title=title,
                document=seen(title, body=opening if opening != title else ""),
            )


def posts(root: Path) -> Iterator[Case]:
    """Yield the posts of Truth Social that have words, with those labels of their recorders' that are set, and TARIFF_WORDS.

    The first 200 characters stand as the title, as the watcher gives it; the whole is the body where there is more.
    """
    path = root / "truth_social" / "posts_2026-01-26_to_03-03_labelled.json"
    records: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    for record in records:
        text = (record["text"] or "").strip()
        if text:
            title = text[:MAX_TITLE_CHARS]
            labels = [key for key, value in record.items() if key.startswith("topic_") and value]
            if TARIFF_LABEL in labels and _OF_TRADE.search(text):
                labels.append(TARIFF_WORDS)
            yield Case(
                number=record["id"],
                date=record["created_at"][:10],
                title=" ".join(title.split()),
                document=seen(title, body=text if text != title else ""),
                labels=tuple(labels),
            )


def acts(root: Path) -> Iterator[Case]:
    """Yield the 359 items of real policy acts, 2017 to 2026, in both languages: a title alone; the label is its family."""
    with (root / "acts" / "acts.jsonl").open(encoding="utf-8") as lines:
        for record in map(json.loads, lines):
            yield Case(
                number=record["item_id"],
                date=record["date"] or "",
                title=record["title"],
                document=seen(record["title"]),
                labels=(record["family"],),
            )
