"""The public-inspection desk of the loopback register: which filing is listed when, and how it is printed.

Pure: no I/O, no clock. The model, kept simple on purpose (Source: notes of live probes of the desk, read 2026-11-23):

- A filing is listed from its `filed_at` on, in the issue of the day it was filed (Eastern; the next federal business day when
  that day has no issue). Filed after 08:45, it is listed again in the issue of the next federal business day.
- The current issue is that of the latest federal business day whose 08:45 has come: a weekend shows Friday's.
- A filing with the private key `_withdrawn_at` is printed from then on without `filed_at` and `publication_date`, and with
  `_withdrawn_note` as its `editorial_note`. A filing that has no `filed_at` at all stands in the issue of its
  `last_public_inspection_issue` from 08:45.
- `last_public_inspection_issue` is printed as of now: it moves when a filing is carried over.

Keys that begin with an underscore are ours and are never served.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from watchers.calendar import is_federal_business_day

EASTERN = ZoneInfo("America/New_York")
REGULAR_SLOT = time(8, 45)
_TIMES = ("filed_at", "pdf_updated_at")
_NOT_IN_LOOK_UPS = frozenset({"excerpts", "json_url"})

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """One public-inspection record with its place on the desk. `issues` are business days, oldest first, one or two."""

    record: Record
    filed_at: datetime
    issues: tuple[date, ...]
    withdrawn_at: datetime | None


def read_filing(record: Record) -> Filing:
    """Place `record` on the desk. Raises ValueError when nothing in it says when it was filed."""
    number = record.get("document_number")
    if record.get("filed_at"):
        filed_at = datetime.fromisoformat(str(record["filed_at"]))
        issues = issues_of(filed_at)
    elif record.get("last_public_inspection_issue"):
        day = date.fromisoformat(str(record["last_public_inspection_issue"]))
        filed_at = datetime.combine(day, REGULAR_SLOT, EASTERN)
        issues = (day,)
    else:
        raise ValueError(f"filing {number}: neither filed_at nor last_public_inspection_issue")
    withdrawn_at = None
    if record.get("_withdrawn_at"):
        if not record.get("_withdrawn_note"):
            raise ValueError(f"filing {number}: _withdrawn_at without _withdrawn_note")
        withdrawn_at = datetime.fromisoformat(str(record["_withdrawn_at"]))
    for instant in (filed_at, withdrawn_at):
        if instant is not None and instant.tzinfo is None:
            raise ValueError(f"filing {number}: a time without an offset")
    return Filing(record=record, filed_at=filed_at, issues=issues, withdrawn_at=withdrawn_at)


def issues_of(filed_at: datetime) -> tuple[date, ...]:
    """Return the one or two issues (Eastern days) that list a document filed at `filed_at` (aware)."""
    local = filed_at.astimezone(EASTERN)
    if not is_federal_business_day(local.date()):
        return (next_business_day(local.date()),)
    if local.time() <= REGULAR_SLOT:
        return (local.date(),)
    return (local.date(), next_business_day(local.date()))


def next_business_day(day: date) -> date:
    """Return the first federal business day after `day`."""
    day += timedelta(days=1)
    while not is_federal_business_day(day):
        day += timedelta(days=1)
    return day


def current_issue(now: datetime) -> date:
    """Return the day of the issue on the desk at `now` (aware)."""
    local = now.astimezone(EASTERN)
    day = local.date() if local.time() >= REGULAR_SLOT else local.date() - timedelta(days=1)
    while not is_federal_business_day(day):
        day -= timedelta(days=1)
    return day


def listed(filings: Iterable[Filing], issue: date, now: datetime | None) -> list[dict[str, Any]]:
    """Return the records of `issue` as they read at `now` (None: at the end of time), in the order given, times untouched."""
    found = []
    for filing in filings:
        if issue not in filing.issues or (now is not None and filing.filed_at > now):
            continue
        record = as_of(filing, now)
        if "last_public_inspection_issue" in record:
            record["last_public_inspection_issue"] = issue.isoformat()
        found.append(record)
    return found


def as_of(filing: Filing, now: datetime | None) -> dict[str, Any]:
    """Return a copy of the record of `filing` as it reads at `now` (None: at the end of time), without private keys."""
    record = public(filing.record)
    if filing.withdrawn_at is not None and (now is None or filing.withdrawn_at <= now):
        record |= {
            "filed_at": None,
            "publication_date": None,
            "editorial_note": filing.record["_withdrawn_note"],
        }
    return record


def public(record: Record) -> dict[str, Any]:
    """Return a copy of `record` without our private keys."""
    return {key: value for key, value in record.items() if not key.startswith("_")}


def issue_answer(records: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the unpaged answer for one issue: Eastern times, and when each kind of filing was last added."""
    if not records:
        return {"count": 0, "results": []}
    return {
        "count": len(records),
        "results": [eastern(record) for record in records],
        "special_filings_updated_at": _latest(records, "special"),
        "regular_filings_updated_at": _latest(records, "regular"),
    }


def _latest(records: Iterable[Record], filing_type: str) -> str | None:
    filed = [
        datetime.fromisoformat(record["filed_at"])
        for record in records
        if record.get("filing_type") == filing_type and record.get("filed_at")
    ]
    return max(filed).astimezone(EASTERN).isoformat(timespec="milliseconds") if filed else None


def eastern(record: Record) -> dict[str, Any]:
    """Return `record` with its times in Eastern offset form, as issues and look-ups print them."""
    return dict(record) | {
        key: datetime.fromisoformat(record[key]).astimezone(EASTERN).isoformat(timespec="milliseconds")
        for key in _TIMES
        if record.get(key)
    }


def utc(record: Record) -> dict[str, Any]:
    """Return `record` with its times in UTC with a Z, as the search form prints them."""
    return dict(record) | {
        key: datetime.fromisoformat(record[key]).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        for key in _TIMES
        if record.get(key)
    }


def look_up(record: Record) -> dict[str, Any]:
    """Return `record` as the look-up by number prints it: Eastern times, two keys fewer."""
    return {key: value for key, value in eastern(record).items() if key not in _NOT_IN_LOOK_UPS}
