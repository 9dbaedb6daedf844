"""Federal Register documents, as published each federal business day."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
from annotated_types import Interval

from watchers.calendar import Rhythm, Slot
from watchers.federal_register_api import (
    BASE_URL,
    COUNT_CEILING,
    DOCUMENT_URL,
    ZONE,
    AgencyRecord,
    ask,
    open_envelope,
    plain,
    plain_or_none,
    read_agencies,
    read_date,
    read_records,
)
from watchers.item import DateKind, Item, LegalDate, Link, Ref, Stage
from watchers.refs import amended_number, fr_ref
from watchers.source import Facts, Found, Page, Plan, Problem, Request, Source

KEY = "federal-register"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the API is asked for. It turns a page size of 1, or one out of range, into 20 without a word: hence the bounds.

    `base_url`: where the API is; a host on your own network must also be in allow_private_hosts.
    `document_url`: the address that alerts link to.
    `agencies`: only these agencies, by the Register's own short names (default: every agency).
    `per_page`: how many documents are asked for at a time.
    `lookback_days`: how many days are read again for late changes.
    """

    base_url: str = BASE_URL
    document_url: str = DOCUMENT_URL
    agencies: tuple[str, ...] = ()
    per_page: Annotated[int, Interval(ge=2, le=1000)] = 500
    lookback_days: Annotated[int, Interval(ge=1, le=60)] = 3


class CfrRecord(msgspec.Struct):
    """A place in the Code of Federal Regulations."""

    title: int | None = None
    part: int | str | None = None


class DocumentRecord(msgspec.Struct):
    """One document as `documents.json` gives it, limited to the fields that are asked for."""

    document_number: str
    title: str | None = None
    type: str | None = None
    subtype: str | None = None
    abstract: str | None = None
    action: str | None = None
    dates: str | None = None
    publication_date: str | None = None
    effective_on: str | None = None
    comments_close_on: str | None = None
    signing_date: str | None = None
    agencies: list[AgencyRecord] | None = None
    cfr_references: list[CfrRecord] | None = None
    docket_ids: list[str | None] | None = None
    regulation_id_numbers: list[str | None] | None = None
    executive_order_number: str | int | None = None
    proclamation_number: str | int | None = None
    presidential_document_number: str | int | None = None
    correction_of: str | None = None
    citation: str | None = None
    significant: bool | None = None
    topics: list[str | None] | None = None
    toc_subject: str | None = None
    toc_doc: str | None = None
    html_url: str | None = None
    pdf_url: str | None = None
    raw_text_url: str | None = None
    body_html_url: str | None = None
    public_inspection_pdf_url: str | None = None
    comment_url: str | None = None


FIELDS = tuple(field.name for field in msgspec.structs.fields(DocumentRecord))


def requests(plan: Plan[Options]) -> tuple[Request, ...]:
    """Ask for everything published since `lookback_days` before the last complete read, newest first.

    The newest page comes first so that the answers that change are the ones a shared cache is bypassed for.
    """
    options = plan.options
    today = (plan.complete_at or plan.now).astimezone(ZoneInfo(ZONE)).date()
    since = today - timedelta(days=options.lookback_days)
    parameters = [("conditions[publication_date][gte]", since.isoformat())]
    parameters += [("conditions[agencies][]", slug) for slug in options.agencies]
    parameters += [("fields[]", name) for name in FIELDS]
    parameters += [("order", "newest"), ("per_page", str(options.per_page))]
    return (Request(url=ask(options.base_url, "documents.json", parameters), fresh=True),)


def read(page: Page, plan: Plan[Options]) -> Found:
    """Read one page of documents. The next page is the one the answer names, never one we number ourselves."""
    envelope = open_envelope(page)
    items, problems = read_records(
        envelope, DocumentRecord, lambda record, notes: _item(record, plan.options, notes)
    )
    following = (Request(url=envelope.next_page_url),) if envelope.next_page_url else ()
    total = envelope.count if envelope.count is not None and envelope.count < COUNT_CEILING else None
    return Found(items=items, follow=following, problems=problems, total=total)


def _item(record: DocumentRecord, options: Options, problems: list[Problem]) -> Item:
    number = record.document_number
    corrects = _corrected(record)
    dates = tuple(_dates(record, problems))
    return Item(
        source=KEY,
        key=number,
        ref=fr_ref(number),
        stage=_stage(record, corrects),
        kind=record.subtype or record.type or "Document",
        title=plain(record.title or record.toc_doc or f"Document {number}"),
        url=options.document_url.format(number=number),
        lang="en",
        official_on=next((each.on for each in dates if each.kind is DateKind.PUBLICATION), None),
        abstract=plain_or_none(record.abstract),
        action=plain_or_none(record.action),
        dates_text=plain_or_none(record.dates),
        agencies=read_agencies(record.agencies),
        dates=dates,
        refs=tuple(_refs(record)),
        corrects=corrects,
        subjects=tuple(
            plain(text) for text in (*(record.topics or ()), record.toc_subject, record.toc_doc) if text
        ),
        links=tuple(_links(record)),
        significant=record.significant,
    )


def _corrected(record: DocumentRecord) -> tuple[str, ...]:
    named = (
        record.correction_of.partition("?")[0].rstrip("/").rpartition("/")[2]
        if record.correction_of
        else None
    )
    number = named or amended_number(record.document_number)
    return (fr_ref(number.removesuffix(".json")),) if number else ()


def _stage(record: DocumentRecord, corrects: tuple[str, ...]) -> Stage:
    if corrects or record.type == "Correction":
        return Stage.CORRECTED
    return Stage.PROPOSED if record.type == "Proposed Rule" else Stage.PUBLISHED


def _dates(record: DocumentRecord, problems: list[Problem]) -> list[LegalDate]:
    fields = (
        (DateKind.PUBLICATION, "publication_date", record.publication_date),
        (DateKind.EFFECTIVE, "effective_on", record.effective_on),
        (DateKind.COMMENTS_CLOSE, "comments_close_on", record.comments_close_on),
        (DateKind.SIGNING, "signing_date", record.signing_date),
    )
    found: list[LegalDate] = []
    for kind, name, value in fields:
        day: date | None = read_date(value, number=record.document_number, field=name, problems=problems)
        if day:
            found.append(LegalDate(kind=kind, on=day, evidence=name))
    return found


def _refs(record: DocumentRecord) -> list[Ref]:
    found = [("citation", record.citation)]
    found += [("docket", docket) for docket in record.docket_ids or ()]
    found += [("rin", number) for number in record.regulation_id_numbers or ()]
    found += [("cfr", _cfr(place)) for place in record.cfr_references or ()]
    found += [
        ("eo", _number(record.executive_order_number)),
        ("proclamation", _number(record.proclamation_number)),
        ("presidential", _number(record.presidential_document_number)),
    ]
    return [Ref(kind=kind, value=plain(value)) for kind, value in found if value]


def _number(value: str | int | None) -> str | None:
    return None if value is None else str(value)


def _cfr(place: CfrRecord) -> str | None:
    if place.title is None:
        return None
    return f"{place.title}" if place.part is None else f"{place.title}/{place.part}"


def _links(record: DocumentRecord) -> list[Link]:
    found = (
        ("html", record.html_url),
        ("pdf", record.pdf_url),
        ("text", record.raw_text_url),
        ("html_body", record.body_html_url),
        ("filed_pdf", record.public_inspection_pdf_url),
        ("comment", record.comment_url),
    )
    return [Link(kind=kind, url=url) for kind, url in found if url]


SOURCE = Source(
    key=KEY,
    title="Federal Register",
    issuer="Office of the Federal Register",
    home="https://www.federalregister.gov",
    # The day's issue is imported between 04:00 and 21:59 Eastern, usually before 06:30.
    # Source: the API's own schedule, seen 2026-11-23.
    rhythm=Rhythm(
        zone=ZONE,
        days="us-federal",
        slots=(Slot(start=time(5, 0), end=time(9, 0), every=timedelta(minutes=5)),),
        otherwise=timedelta(minutes=15),
        off_days=timedelta(hours=2),
    ),
    options=Options,
    requests=requests,
    read=read,
    facts=Facts(
        path="documents.json, newest first, by publication date; the next page as the answer names it",
        identity="document number (`fr:2024-01580`)",
        limits="no hour of publication; after a gap it asks from three days before the last complete read",
        seen=date(2026, 11, 23),
    ),
    # The Register comes out on every federal business day.
    quiet_for=timedelta(days=2),
    covers=("public-inspection",),
    fresh_for=timedelta(days=7),
    max_bytes=12_000_000,
)
