"""Public Inspection: the desk where Federal Register documents appear first, at fixed filing slots."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
from annotated_types import Interval

from watchers.calendar import Rhythm, Slot, is_federal_business_day
from watchers.federal_register_api import (
    BASE_URL,
    DOCUMENT_URL,
    ZONE,
    AgencyRecord,
    ask,
    open_envelope,
    plain,
    plain_or_none,
    read_agencies,
    read_date,
    read_instant,
    read_records,
)
from watchers.item import DateKind, Item, LegalDate, Link, Ref, Stage
from watchers.refs import amended_number, fr_ref
from watchers.source import Facts, Found, Page, Plan, Problem, Request, Source

KEY = "public-inspection"

LAST_FILING = time(20, 0)
"""No filing is imported after this Eastern time. Source: the API's own schedule (08:00 to 19:59), seen 2026-11-23."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the desk is asked for.

    `base_url`: where the API is; a host on your own network must also be in allow_private_hosts.
    `document_url`: the address that alerts link to.
    `catch_up_days`: how many missed issues are asked for at most after an outage.
    """

    base_url: str = BASE_URL
    document_url: str = DOCUMENT_URL
    catch_up_days: Annotated[int, Interval(ge=0, le=60)] = 10


class FilingRecord(msgspec.Struct):
    """One document on public inspection. It has no abstract, no effective date and no CFR reference yet."""

    document_number: str
    title: str | None = None
    type: str | None = None
    toc_subject: str | None = None
    toc_doc: str | None = None
    subject_1: str | None = None
    subject_2: str | None = None
    subject_3: str | None = None
    agencies: list[AgencyRecord] | None = None
    docket_numbers: list[str | None] | None = None
    filed_at: str | None = None
    filing_type: str | None = None
    publication_date: str | None = None
    editorial_note: str | None = None
    html_url: str | None = None
    pdf_url: str | None = None
    raw_text_url: str | None = None


def requests(plan: Plan[Options]) -> tuple[Request, ...]:
    """Ask for today's issue, and after a gap for each issue in between, oldest first."""
    base_url = plan.options.base_url
    missed = [
        ask(base_url, "public-inspection-documents.json", [("conditions[available_on]", day.isoformat())])
        for day in _missed_issues(plan)
    ]
    current = ask(base_url, "public-inspection-documents/current.json", [])
    return tuple(Request(url=url, fresh=True) for url in (*missed, current))


def _missed_issues(plan: Plan[Options]) -> list[date]:
    if plan.complete_at is None:
        return []
    zone = ZoneInfo(ZONE)
    last, today = plan.complete_at.astimezone(zone), plan.now.astimezone(zone).date()
    first = last.date() + timedelta(days=1 if last.time() >= LAST_FILING else 0)
    days = [day for day in _days(first, today) if is_federal_business_day(day)]
    return days[-plan.options.catch_up_days :] if plan.options.catch_up_days else []


def _days(first: date, end: date) -> Iterator[date]:
    return (first + timedelta(days=offset) for offset in range((end - first).days))


def read(page: Page, plan: Plan[Options]) -> Found:
    """Read one whole issue. An issue is never paged."""
    envelope = open_envelope(page)
    items, problems = read_records(
        envelope, FilingRecord, lambda record, notes: _item(record, plan.options, notes)
    )
    return Found(items=items, problems=problems, total=envelope.count)


def _item(record: FilingRecord, options: Options, problems: list[Problem]) -> Item:
    number = record.document_number
    filed_at = read_instant(record.filed_at, number=number, field="filed_at", problems=problems)
    publishes_on = read_date(
        record.publication_date, number=number, field="publication_date", problems=problems
    )
    base = amended_number(number)
    return Item(
        source=KEY,
        key=number,
        ref=fr_ref(number),
        stage=Stage.WITHDRAWN if is_withdrawn(record) else Stage.FILED,
        kind=record.type or "Document",
        title=_title(record),
        url=options.document_url.format(number=number),
        lang="en",
        official_at=filed_at,
        official_on=filed_at.astimezone(ZoneInfo(ZONE)).date() if filed_at else None,
        note=plain_or_none(record.editorial_note),
        agencies=read_agencies(record.agencies),
        dates=_dates(publishes_on),
        refs=tuple(
            Ref(kind="docket", value=plain(docket)) for docket in record.docket_numbers or () if docket
        ),
        corrects=(fr_ref(base),) if base else (),
        subjects=tuple(plain(text) for text in (record.toc_subject, record.toc_doc) if text and text.strip()),
        links=_links(record),
    )


def is_withdrawn(record: FilingRecord) -> bool:
    """Tell whether the filing was taken back: its note says so, or the desk emptied both of its dates.

    Source: 68 editorial notes of 2017 and 2021 and live answers of 2026-10; notes on "minor corrections" are not withdrawals.
    """
    note = (record.editorial_note or "").lower()
    return "withdraw" in note or (record.filed_at is None and record.publication_date is None)


def _title(record: FilingRecord) -> str:
    subjects = " ".join(
        plain(text) for text in (record.subject_1, record.subject_2, record.subject_3) if text
    )
    return (
        plain(record.title or "")
        or subjects
        or plain(record.toc_doc or "")
        or f"Document {record.document_number}"
    )


def _dates(publishes_on: date | None) -> tuple[LegalDate, ...]:
    if publishes_on is None:
        return ()
    return (LegalDate(kind=DateKind.PUBLICATION, on=publishes_on, evidence="publication_date"),)


def _links(record: FilingRecord) -> tuple[Link, ...]:
    found = (("html", record.html_url), ("filed_pdf", record.pdf_url), ("text", record.raw_text_url))
    return tuple(Link(kind=kind, url=url) for kind, url in found if url)


_BUSY, _CALM = timedelta(minutes=1, seconds=30), timedelta(minutes=10)

SOURCE = Source(
    key=KEY,
    title="Public Inspection",
    issuer="Office of the Federal Register",
    home="https://www.federalregister.gov/public-inspection/current",
    # Source: filing slots measured over ten business days, live probe of 2026-10-02.
    rhythm=Rhythm(
        zone=ZONE,
        days="us-federal",
        slots=tuple(
            Slot(start=start, end=end, every=_BUSY)
            for start, end in (
                (time(8, 40), time(9, 5)),
                (time(11, 10), time(11, 35)),
                (time(13, 55), time(14, 15)),
                (time(16, 10), time(16, 45)),
                (time(17, 55), time(18, 20)),
            )
        ),
        otherwise=_CALM,
        off_days=timedelta(hours=1),
    ),
    options=Options,
    requests=requests,
    read=read,
    facts=Facts(
        path="public-inspection-documents/current.json; missed days by available_on, the last ten at most",
        identity="document number (`fr:2024-01580`), the same as in the Register",
        limits="no abstract, effective date or CFR reference yet; a withdrawn filing loses both of its dates",
        seen=date(2026, 11, 23),
    ),
    # Filings are laid out on every federal business day.
    quiet_for=timedelta(days=2),
    covers=("federal-register",),
    fresh_for=timedelta(days=7),
    max_bytes=8_000_000,
)
