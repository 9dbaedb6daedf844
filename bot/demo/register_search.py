"""The search of the loopback register: conditions, fields, paging and cursors as the Federal Register API answers them.

Pure: no I/O, no clock. It is strict where the real API is strict (an unknown condition or field is refused) and treacherous
where the real API is treacherous (odd `page` and `per_page` values are replaced without a word). A condition that the real API
knows and this stand-in does not is refused with 501, never ignored.
Source: the API's public source (usnationalarchives/federalregister-api-core) and recorded answers, read 2026-11-23.
"""

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

MAX_WINDOW = 10_000
MAX_PAGE = 50
DEFAULT_PER_PAGE = 20
MAX_PER_PAGE = 2_000


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


TYPES = {"RULE": "Rule", "PRORULE": "Proposed Rule", "NOTICE": "Notice", "PRESDOCU": "Presidential Document"}
DEFAULT_FIELDS = (
    "title", "type", "abstract", "document_number", "html_url", "pdf_url", "public_inspection_pdf_url",
    "publication_date", "agencies", "excerpts",
)  # fmt: skip
FIELDS = frozenset(DEFAULT_FIELDS) | _names(
    """action agency_names body_html_url cfr_references citation comment_url comments_close_on correction_of corrections dates
    disposition_notes docket_id docket_ids dockets effective_on end_page executive_order_notes executive_order_number
    full_text_xml_url images images_metadata json_url mods_url not_received_for_publication page_length page_views president
    presidential_document_number proclamation_number raw_text_url regulation_id_number_info regulation_id_numbers
    regulations_dot_gov_info regulations_dot_gov_url significant signing_date start_page subtype toc_doc toc_subject topics
    volume"""
)
DESK_FIELDS = _names(
    """agencies agency_letters agency_names docket_numbers document_number editorial_note excerpts filed_at filing_type
    html_url json_url last_public_inspection_issue num_pages page_views pdf_file_name pdf_file_size pdf_updated_at pdf_url
    publication_date raw_text_url subject_1 subject_2 subject_3 title toc_doc toc_subject type"""
)
KNOWN_AGENCIES = _names(
    """commerce-department executive-office-of-the-president export-administration-bureau
    financial-crimes-enforcement-network foreign-assets-control-office foreign-trade-zones-board homeland-security-department
    industry-and-security-bureau international-trade-administration international-trade-commission
    investment-security-office presidential-documents state-department trade-representative-office-of-united-states
    treasury-department u-s-customs-and-border-protection"""
)
_ELSEWHERE = _names(
    """accepting_comments_on_regulations_dot_gov cfr comment_date correction docket_id effective_date
    executive_order_numbers near notice_type president presidential_document_type regulation_id_number sections
    significant signing_date small_entities topics volume filed_at"""
)
DOCUMENT_CONDITIONS = frozenset({"agencies", "type", "publication_date", "term", "document_numbers"})
DESK_CONDITIONS = frozenset({"agencies", "type", "special_filing", "term", "document_numbers"})
_CONDITION = re.compile(r"conditions\[(\w+)\](?:\[(\w*)\])?")
_DATE_CHECKS: dict[str, Callable[[date, date], bool]] = {
    "is": lambda day, limit: day == limit,
    "gte": lambda day, limit: day >= limit,
    "lte": lambda day, limit: day <= limit,
}

Record = Mapping[str, Any]


class Refused(Exception):
    """The API answers this request with an error: `status` and the JSON `body`."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        super().__init__(f"{status} {body}")
        self.status = status
        self.body = body


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A query string taken apart. `conditions` keep their printed order and spelling for the next page's address."""

    conditions: tuple[tuple[str, str], ...]
    values: Mapping[str, tuple[tuple[str, str], ...]]
    fields: tuple[str, ...]
    order: str
    page: int
    per_page: int
    cursor: tuple[int, str] | None

    def all(self, name: str) -> tuple[str, ...]:
        """Return every value of condition `name`."""
        return tuple(value for _, value in self.values.get(name, ()))


def read_query(
    raw: str, *, conditions: frozenset[str], agencies: Iterable[str], fields: frozenset[str] = FIELDS
) -> Query:
    """Read the query string `raw` as received. Raises Refused as the API refuses; unknown top-level names are ignored."""
    pairs = parse_qsl(raw, keep_blank_values=True)
    values = _read_conditions(pairs, conditions)
    plain = dict(pairs)
    per_page = _number(plain.get("per_page", ""))
    if not 1 < per_page <= MAX_PER_PAGE:
        per_page = DEFAULT_PER_PAGE
    page = _number(plain.get("page", ""))
    if not 1 <= page <= MAX_PAGE or page * per_page > MAX_WINDOW:
        page = 1
    query = Query(
        conditions=tuple((name, value) for name, value in pairs if name.startswith("conditions[")),
        values=values,
        fields=_read_fields(pairs, fields),
        order=plain.get("order", "relevance"),
        page=page,
        per_page=per_page,
        cursor=read_cursor(plain["search_after_cursor"]) if "search_after_cursor" in plain else None,
    )
    _check_values(query, frozenset(agencies) | KNOWN_AGENCIES)
    return query


def _read_conditions(
    pairs: Sequence[tuple[str, str]], known: frozenset[str]
) -> dict[str, tuple[tuple[str, str], ...]]:
    values: dict[str, tuple[tuple[str, str], ...]] = {}
    for name, value in pairs:
        if not name.startswith("conditions"):
            continue
        match = _CONDITION.match(name)
        key = match[1] if match else name.removeprefix("conditions").strip("[]")
        if key in _ELSEWHERE - known:
            raise Refused(501, {"status": 501, "message": f"this stand-in does not know conditions[{key}]"})
        if match is None or key not in known:
            raise Refused(400, {"errors": {key: "is not a valid field"}})
        values[key] = (*values.get(key, ()), (match[2] or "", value))
    return values


def _read_fields(pairs: Sequence[tuple[str, str]], known: frozenset[str]) -> tuple[str, ...]:
    asked = tuple(dict.fromkeys(value for name, value in pairs if name == "fields[]"))
    for field in asked:
        if field not in known:
            raise Refused(400, {"status": 400, "message": f"field '{field}' not valid"})
    return asked


def _check_values(query: Query, agencies: frozenset[str]) -> None:
    if any(slug not in agencies for slug in query.all("agencies")):
        raise Refused(400, {"errors": {"agencies": "is not a valid agency"}})
    if any(kind not in TYPES for kind in query.all("type")):
        raise Refused(400, {"errors": {"type": "is not a valid type"}})
    for check, value in query.values.get("publication_date", ()):
        if check not in _DATE_CHECKS or not re.fullmatch(r"\d{4}-\d\d-\d\d", value) or not _is_date(value):
            raise Refused(400, {"errors": {"publication_date": "is not a valid date"}})


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _number(text: str) -> int:
    return int(text) if re.fullmatch(r"\d{1,9}", text, re.ASCII) else 0


def write_cursor(record: Record) -> str:
    """Return the cursor that continues after `record`: unpadded base64 of `[publication epoch in ms, number]`."""
    epoch_ms, number = sort_key(record)
    token = json.dumps([epoch_ms, number], separators=(",", ":"))
    return base64.urlsafe_b64encode(token.encode()).decode().rstrip("=")


def read_cursor(token: str) -> tuple[int, str]:
    """Read a cursor. Raises Refused when it is not one of ours."""
    try:
        if not re.fullmatch(r"[A-Za-z0-9_-]+=*", token):
            raise ValueError(token)
        bare = token.rstrip("=")
        epoch_ms, number = json.loads(base64.urlsafe_b64decode(bare + "=" * (-len(bare) % 4)))
        if type(epoch_ms) is not int or not isinstance(number, str):
            raise ValueError(token)
    except (ValueError, TypeError, binascii.Error):
        raise Refused(400, {"status": 400, "message": "Invalid search_after_cursor token"}) from None
    return epoch_ms, number


def sort_key(record: Record) -> tuple[int, str]:
    """Return what documents are sorted by: publication day in epoch ms, then number as text."""
    day = datetime.fromisoformat(record["publication_date"]).replace(tzinfo=UTC)
    return int(day.timestamp()) * 1000, str(record["document_number"])


def matching(query: Query, records: Iterable[Record]) -> list[Record]:
    """Return the records that meet every condition, in the order given."""
    types = {TYPES[kind] for kind in query.all("type")}
    agencies = set(query.all("agencies"))
    numbers = set(query.all("document_numbers"))
    words = " ".join(query.all("term")).casefold().split()
    special = query.all("special_filing")
    return [
        record
        for record in records
        if (not types or record["type"] in types)
        and (not agencies or agencies & set(slugs(record)))
        and (not numbers or record["document_number"] in numbers)
        and (not special or (record["filing_type"] == "special") == (special[-1] == "1"))
        and _on_days(query, record)
        and all(word in f"{record.get('title')} {record.get('abstract')}".casefold() for word in words)
    ]


def slugs(record: Record) -> list[str]:
    """Return the slugs of a record's agencies; an agency that maps to none has only a `raw_name`."""
    return [agency["slug"] for agency in record.get("agencies", ()) if "slug" in agency]


def _on_days(query: Query, record: Record) -> bool:
    return all(
        _DATE_CHECKS[check](date.fromisoformat(record["publication_date"]), date.fromisoformat(limit))
        for check, limit in query.values.get("publication_date", ())
    )


def search_documents(query: Query, records: Iterable[Record], *, address: str) -> dict[str, Any]:
    """Answer a document search. `address` is the search's own URL without a query, for the next page.

    `order=oldest` sorts upwards; everything else downwards by publication day, then number (the stand-in has no relevance).
    A cursor decides where the page begins; `page` then only counts, as in the real API's next-page addresses. Past page 50
    there is no next page.
    """
    newest_first = query.order != "oldest"
    hits = sorted(matching(query, records), key=sort_key, reverse=newest_first)
    answer: dict[str, Any] = {
        "description": describe("Documents", query),
        "count": min(len(hits), MAX_WINDOW),
    }
    if not hits:
        return answer
    if query.cursor is None:
        start = (query.page - 1) * query.per_page
    else:
        cursor = query.cursor
        start = sum(sort_key(hit) >= cursor if newest_first else sort_key(hit) <= cursor for hit in hits)
    page = hits[start : start + query.per_page]
    total_pages = min(-(-answer["count"] // query.per_page), MAX_PAGE)
    answer["total_pages"] = total_pages
    if page and start + len(page) < len(hits) and query.page < total_pages:
        answer["next_page_url"] = _next_page_url(query, page[-1], address)
    answer["results"] = [select(record, query.fields or DEFAULT_FIELDS) for record in page]
    return answer


def search_desk(query: Query, records: Iterable[Record], *, address: str) -> dict[str, Any]:
    """Answer a search of the filings on the desk, latest filing first, withdrawn ones last; pages are counted, no cursor."""
    hits = matching(query, records)
    hits.sort(key=lambda hit: (hit["filed_at"] or "", hit["document_number"]), reverse=True)
    answer: dict[str, Any] = {
        "description": describe("Public Inspection Documents", query),
        "count": len(hits),
    }
    if not hits:
        return answer
    start = (query.page - 1) * query.per_page
    page = hits[start : start + query.per_page]
    answer["total_pages"] = min(-(-len(hits) // query.per_page), MAX_PAGE)
    if start + len(page) < len(hits) and query.page < answer["total_pages"]:
        pairs = [
            *query.conditions,
            ("format", "json"),
            ("page", query.page + 1),
            ("per_page", query.per_page),
        ]
        answer["next_page_url"] = f"{address}?{urlencode(pairs)}"
    answer["results"] = [select(record, query.fields) if query.fields else dict(record) for record in page]
    return answer


def _next_page_url(query: Query, last: Record, address: str) -> str:
    pairs = [*query.conditions, *(("fields[]", field) for field in query.fields), ("format", "json")]
    pairs += [
        ("order", query.order),
        ("page", str(query.page + 1)),
        ("per_page", str(query.per_page)),
        ("search_after_cursor", write_cursor(last)),
    ]
    return f"{address}?{urlencode(pairs)}"


def select(record: Record, fields: Iterable[str]) -> dict[str, Any]:
    """Return the asked fields of `record`; one the record lacks is null."""
    return {field: record.get(field) for field in fields}


def describe(what: str, query: Query) -> str:
    """Return the sentence in which the API repeats the conditions, in the wording of the recorded answers where known."""
    parts = []
    if query.all("term"):
        parts.append(f"matching '{' '.join(query.all('term'))}'")
    limits = {
        check: f"{limit[5:7]}/{limit[8:]}/{limit[:4]}"
        for check, limit in query.values.get("publication_date", ())
    }
    if "is" in limits:
        parts.append(f"published on {limits['is']}")
    elif "gte" in limits and "lte" in limits:
        parts.append(f"published from {limits['gte']} to {limits['lte']}")
    elif "gte" in limits:
        parts.append(f"published on or after {limits['gte']}")
    elif "lte" in limits:
        parts.append(f"published on or before {limits['lte']}")
    if query.all("agencies"):
        parts.append(f"from {', '.join(query.all('agencies'))}")
    if query.all("type"):
        parts.append(f"of type {', '.join(TYPES[kind] for kind in query.all('type'))}")
    return f"{what} {' and '.join(parts)}" if parts else f"All {what}"
