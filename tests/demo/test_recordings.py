"""The bundled recordings have the real shape, agree with the calendar, and tell the story in order."""

import io
import json
import re
import zipfile
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest

import bot.demo
from bot.demo.recording import Recording, load
from bot.demo.sites import Recorded
from watchers.calendar import is_federal_business_day
from watchers.registry import all_builders, all_sources

EASTERN = ZoneInfo("America/New_York")
SHANGHAI = ZoneInfo("Asia/Shanghai")
PAGES = Path(bot.demo.__file__).parent / "recordings" / "pages"
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_PRESS_DAY = rf"(?:{_MONTHS}) \d{{1,2}}, 20\d\d"
_MAIL_DAY = r"(?<=, )\d\d [A-Z][a-z]{2} 20\d\d"
_DOCUMENT = (
    "abstract action agencies agency_names body_html_url cfr_references citation comment_url comments_close_on "
    "correction_of corrections dates disposition_notes docket_id docket_ids dockets document_number effective_on "
    "end_page excerpts executive_order_notes executive_order_number full_text_xml_url html_url images "
    "images_metadata json_url mods_url page_length page_views pdf_url president presidential_document_number "
    "proclamation_number public_inspection_pdf_url publication_date raw_text_url regulation_id_number_info "
    "regulation_id_numbers regulations_dot_gov_info regulations_dot_gov_url significant signing_date start_page "
    "subtype title toc_doc toc_subject topics type volume"
)
DOCUMENT_KEYS = set(_DOCUMENT.split())
_FILING = (
    "agencies agency_letters agency_names docket_numbers document_number editorial_note excerpts filed_at "
    "filing_type html_url json_url last_public_inspection_issue num_pages page_views pdf_file_name pdf_file_size "
    "pdf_updated_at pdf_url publication_date raw_text_url subject_1 subject_2 subject_3 title toc_doc toc_subject "
    "type"
)
FILING_KEYS = set(_FILING.split())
AGENCY_KEYS = {"raw_name", "name", "id", "url", "json_url", "parent_id", "slug"}
STORY = {
    "2023-22873": ("2023-10-16 08:45", "2023-10-17"),
    "2023-23048": ("2023-10-17 16:15", "2023-10-19"),
    "2023-23049": ("2023-10-19 08:45", "2023-10-25"),
    "2023-23055": ("2023-10-19 08:45", "2023-10-25"),
    "2023-23312": ("2023-11-07 08:45", "2023-11-08"),
    "2024-01580": ("2024-01-26 08:45", "2024-01-29"),
    "2024-07004": ("2024-03-29 08:45", "2024-04-04"),
}


@pytest.fixture(scope="module")
def recording() -> Recording:
    return load()


def test_every_document_has_exactly_the_keys_of_the_real_shape(recording: Recording) -> None:
    assert [one["document_number"] for one in recording.documents if set(one) != DOCUMENT_KEYS] == []


def test_every_filing_has_exactly_the_keys_of_the_real_shape(recording: Recording) -> None:
    assert [one["document_number"] for one in recording.filings if set(one) != FILING_KEYS] == []


def test_no_private_key_is_recorded(recording: Recording) -> None:
    assert not [
        key for one in (*recording.documents, *recording.filings) for key in one if key.startswith("_")
    ]


@pytest.mark.parametrize("what", ["documents", "filings"])
def test_no_number_is_recorded_twice(recording: Recording, what: str) -> None:
    numbers = Counter(one["document_number"] for one in getattr(recording, what))
    assert [number for number, times in numbers.items() if times > 1] == []


def test_agencies_are_whole_or_a_bare_raw_name_and_both_occur(recording: Recording) -> None:
    agencies = [agency for one in (*recording.documents, *recording.filings) for agency in one["agencies"]]
    bare = {agency["raw_name"] for agency in agencies if set(agency) == {"raw_name"}}
    assert all(set(agency) in (AGENCY_KEYS, {"raw_name"}) for agency in agencies)
    assert len(bare) >= 2


def test_documents_are_published_on_federal_business_days(recording: Recording) -> None:
    days = {
        one["document_number"]: date.fromisoformat(one["publication_date"]) for one in recording.documents
    }
    assert [number for number, day in days.items() if not is_federal_business_day(day)] == []


def test_filings_are_made_on_business_days_before_they_are_published(recording: Recording) -> None:
    for one in recording.filings:
        filed_at = datetime.fromisoformat(one["filed_at"])
        assert filed_at.utcoffset() == filed_at.astimezone(EASTERN).utcoffset(), one["document_number"]
        assert is_federal_business_day(filed_at.astimezone(EASTERN).date()), one["document_number"]
        assert filed_at.astimezone(EASTERN).date() < date.fromisoformat(one["publication_date"])


def test_a_filing_and_its_document_say_the_same(recording: Recording) -> None:
    documents = {one["document_number"]: one for one in recording.documents}
    for one in recording.filings:
        document = documents[one["document_number"]]
        for key in ("publication_date", "type", "agencies"):
            assert one[key] == document[key], one["document_number"]
        assert one["docket_numbers"] == document["docket_ids"]
        assert one["title"].strip() == document["title"]
        posted = int(document["public_inspection_pdf_url"].rpartition("?")[2])
        assert datetime.fromtimestamp(posted, UTC) == datetime.fromisoformat(one["filed_at"])


def test_corrections_point_at_the_document_they_correct(recording: Recording) -> None:
    found = {
        one["document_number"]: one["correction_of"] for one in recording.documents if one["correction_of"]
    }
    assert found == {
        "2023-23312": "https://www.federalregister.gov/api/v1/documents/2023-22873",
        "C1-2023-28880": "https://www.federalregister.gov/api/v1/documents/2023-28880",
    }


def test_the_story_is_filed_and_published_on_its_days(recording: Recording) -> None:
    filed = {
        one["document_number"]: datetime.fromisoformat(one["filed_at"]).strftime("%Y-%m-%d %H:%M")
        for one in recording.filings
    }
    published = {one["document_number"]: one["publication_date"] for one in recording.documents}
    assert {number: (filed[number], published[number]) for number in STORY} == STORY


def test_most_of_the_wire_is_noise(recording: Recording) -> None:
    noise = [one for one in recording.documents if one["document_number"] not in STORY]
    filed = [one for one in recording.filings if one["document_number"] not in STORY]
    assert len(noise) >= 45
    assert len(noise) // 3 <= len(filed) < len(noise)


def test_moments_are_in_order_and_begin_before_the_story(recording: Recording) -> None:
    instants = [moment.at for moment in recording.moments]
    assert instants == sorted(set(instants))
    assert len(instants) <= 20
    assert all(instant.tzinfo is UTC for instant in instants)
    assert instants[0] < datetime(2023, 7, 3, 10, 0, tzinfo=UTC) <= instants[1]


def test_only_another_look_at_the_same_thing_has_no_label(recording: Recording) -> None:
    silent = [moment.at for moment in recording.moments if not moment.label]
    day = datetime(2023, 10, 19, tzinfo=UTC)
    assert silent == [day + timedelta(hours=13, minutes=31), day + timedelta(hours=14, minutes=2)]


# -- the pages of other sites


def text_of(page: Recorded) -> str:
    """Return what a page says, as its own header says that it is to be read. GB2312 is a part of GB18030."""
    charset = page.content_type.rpartition("charset=")[2] if "charset=" in page.content_type else "latin-1"
    return page.body.decode("gb18030" if charset == "gb2312" else charset)


def test_every_page_is_what_its_address_answers_at_some_moment(recording: Recording) -> None:
    shown = set()
    for moment in recording.moments:
        latest: dict[str, Recorded] = {}
        for page in sorted(recording.pages, key=lambda page: page.since):
            if page.since <= moment.at:
                latest[page.url] = page
        shown |= {(page.url, page.since) for page in latest.values()}
    assert {(page.url, page.since) for page in recording.pages} - shown == set()


def test_something_leads_to_every_page(recording: Recording) -> None:
    told = [(page.url, text_of(page)) for page in recording.pages]
    first_asked = {
        "https://www.mofcom.gov.cn/zwgk/zcfb/index.html",
        "https://aqygzj.mofcom.gov.cn/flzc/gzjgfxwj/index.html",
        "https://aqygzj.mofcom.gov.cn/",
        "https://www.mofcom.gov.cn/zcfb/blgg/gg/2023/index.html",
        "https://www.mofcom.gov.cn/zcfb/blgg/gg/2024/index.html",
        "https://www.bis.gov/news-updates",
        "https://www.whitehouse.gov/presidential-actions/feed/",
        "https://public.api.bsky.app/xrpc/com.atproto.identity.resolveHandle?handle=chip-desk.example",
        "https://press-digest.example/feed.xml",
    }
    for url in {page.url for page in recording.pages} - first_asked:
        parts = urlsplit(url)
        leads = parse_qsl(parts.query)[0][1] if parts.query else parts.path
        assert any(leads in text for other, text in told if other != url), url


def test_pages_are_what_they_say_they_are(recording: Recording) -> None:
    for page in recording.pages:
        kind = page.content_type.partition(";")[0]
        if kind == "application/json":
            assert isinstance(json.loads(text_of(page)), dict), page.url
        elif kind == "application/rss+xml":
            assert ElementTree.fromstring(page.body).tag == "rss"  # noqa: S314 (our own file)
        elif kind == "text/html":
            assert text_of(page).rstrip().endswith("</html>"), page.url
        else:
            assert kind == "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
            with zipfile.ZipFile(io.BytesIO(page.body)) as document:
                assert "word/document.xml" in document.namelist()
        assert page.status == 200
    charsets = Counter(page.content_type.rpartition("charset=")[2] for page in recording.pages)
    assert charsets["gb2312"] == 1
    (old,) = (page for page in recording.pages if page.content_type.endswith("gb2312"))
    with pytest.raises(UnicodeDecodeError):
        old.body.decode("gb2312")


def test_pages_are_few_and_small() -> None:
    sizes = [len(file.read_bytes()) for file in PAGES.rglob("*") if file.is_file()]
    assert sum(sizes) < 200_000
    assert max(sizes) < 8_000


def test_every_file_is_some_page() -> None:
    named = [record["file"] for record in json.loads((PAGES.parent / "pages.json").read_text("utf-8"))]
    there = [file.relative_to(PAGES).as_posix() for file in PAGES.rglob("*") if file.is_file()]
    assert sorted(named) == sorted(there)


def test_no_page_tells_of_a_day_after_it_appeared(recording: Recording) -> None:
    for page in recording.pages:
        text = text_of(page)
        days = [date.fromisoformat(found) for found in re.findall(r"20\d\d-[01]\d-[0-3]\d", text)]
        for form, pattern in (("%d %b %Y", _MAIL_DAY), ("%B %d, %Y", _PRESS_DAY)):
            days += [
                datetime.strptime(found, form).replace(tzinfo=UTC).date()
                for found in re.findall(pattern, text)
            ]
        assert max(days, default=date.min) <= page.since.astimezone(SHANGHAI).date(), page.url


def test_pages_name_no_host_but_those_of_the_story(recording: Recording) -> None:
    named = {page.url for page in recording.pages}
    for page in recording.pages:
        named |= set(re.findall(r"https?://[^/\"'<>\s]+", text_of(page)))
        assert not re.search(r"localhost|127\.0\.0|\bfile:", text_of(page))
    hosts = {urlsplit(url).hostname for url in named}
    assert hosts == {
        "aqygzj.mofcom.gov.cn",
        "exportcontrol.mofcom.gov.cn",
        "press-digest.example",
        "public.api.bsky.app",
        "purl.org",
        "technode.com",
        "www.bis.gov",
        "www.mofcom.gov.cn",
        "www.w3.org",
        "www.whitehouse.gov",
    }


def test_whoever_posts_is_made_up(recording: Recording) -> None:
    posts = [page for page in recording.pages if "getAuthorFeed" in page.url]
    authors = [entry["post"]["author"] for page in posts for entry in json.loads(page.body)["feed"]]
    assert {author["handle"] for author in authors} == {"chip-desk.example"}
    assert {author["displayName"] for author in authors} == {"Chip Desk (made up)"}


def test_recorded_sources_exist_and_are_asked_where_they_are_in_the_world(recording: Recording) -> None:
    for key, table in recording.sources.items():
        if "builder" in table:
            assert table["builder"] in all_builders()
        else:
            assert key in all_sources()
            assert table == {}


def test_loading_twice_gives_independent_records(recording: Recording) -> None:
    other = load()
    other.documents[0]["title"] = "changed"
    assert load().documents[0]["title"] == recording.documents[0]["title"]
