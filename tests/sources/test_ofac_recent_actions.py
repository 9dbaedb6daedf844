"""OFAC recent actions: numbers by the day, names that must survive, older pages after a gap, and the mailed notices."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.core.decide import Reason
from bot.core.topic import parse_topics
from tests.fakes.items import EVERYTHING, Ledger
from tests.fakes.plans import plan_of
from tests.fakes.platforms import Account, Platform
from tests.fakes.press_pages import NOON, recorded
from watchers.errors import Blocked, SourceError
from watchers.item import Item, Stage
from watchers.source import FEED, HTML, Found, Request
from watchers.sources.ofac_recent_actions import SOURCE, Options

SANCTIONS = parse_topics(
    '[sanctions]\ntitle = "Sanctions"\nseverity = "notice"\nany = ["designation*"]\n', "made-up.toml"
)
LIST = "https://ofac.treasury.gov/recent-actions"


def test_the_list_is_asked_for_and_the_mailed_notices_stand_in() -> None:
    (request,) = SOURCE.requests(plan_of(Options()))
    (feed,) = request.otherwise
    assert (request.url, request.accept) == (LIST, HTML)
    assert (feed.url, feed.accept) == ("https://public.govdelivery.com/topics/USTREAS_61/feed.rss", FEED)


async def test_an_action_on_the_list_and_the_mailed_notice_of_it_are_two_items_of_one_number() -> None:
    blocked = False

    def answer(request: Request) -> bytes | SourceError:
        if blocked and request.url == LIST:
            return Blocked("403")
        return recorded(
            "ofac-recent-actions/" + ("list.html" if request.url == LIST else "feed.xml")
        ).page.body

    desk = Account(SOURCE, Options(), Platform(answer, content_type="text/html; charset=utf-8"))
    await desk.poll(NOON)
    blocked = True
    await desk.poll(NOON)
    keys = [item.key for item in desk.items]
    assert len(set(keys)) == len(keys) == 7
    refs = [item.ref for item in desk.items]
    assert sorted({ref for ref in refs if refs.count(ref) == 2}) == ["ofac:20260729", "ofac:20260730"]


DESIGNATIONS = f"Details: {LIST}/20260730"


def mailed(*notices: tuple[str, str]) -> Found:
    """Return what is found in a feed of notices, each a title and a text, mailed on 30 July 2026."""
    one = recorded("ofac-recent-actions/feed.xml")
    entries = "".join(
        f"<item><title>{title}</title><description>{text}</description><pubDate>Thu, 30 Jul 2026 1{number}:04:00 -0400"
        f"</pubDate><link>https://content.govdelivery.com/bulletins/gd/USTREAS-42190a{number}</link></item>"
        for number, (title, text) in enumerate(notices)
    )
    feed = f'<rss version="2.0"><channel><title>Recent Actions</title>{entries}</channel></rss>'
    found = one.read(feed.encode())
    assert isinstance(found, Found)
    return found


def test_a_notice_and_its_correction_are_two_items() -> None:
    items = mailed(
        ("Designations", DESIGNATIONS),
        ("CORRECTED: Designations", DESIGNATIONS),
    ).items
    assert [(item.key[-7:], item.ref) for item in items] == [
        ("42190a0", "ofac:20260730"),
        ("42190a1", "ofac:20260730"),
    ]
    assert [(item.stage, item.corrects) for item in items] == [
        (Stage.ANNOUNCED, ()),
        (Stage.CORRECTED, ("ofac:20260730",)),
    ]
    ledger = Ledger(channels=(EVERYTHING,), topics=SANCTIONS)
    ledger.take(*items)
    assert [alert.reason for alert in ledger.alerts] == [Reason.FIRST, Reason.CORRECTED]


@pytest.mark.parametrize(
    ("text", "ref"),
    [
        (DESIGNATIONS, "ofac:20260730"),
        (f"{DESIGNATIONS}_33", "ofac:20260730_33"),
        (f"{DESIGNATIONS} and again {LIST}/20260730", "ofac:20260730"),
        (f"General License 8L replaces that of {LIST}/20260612.", None),
        (f"{DESIGNATIONS}, which amend {LIST}/20260612", None),
        (f"{DESIGNATIONS} and {LIST}/20260730_33", None),
        ("Nothing of the kind.", None),
    ],
)
def test_a_notice_takes_the_number_of_the_only_action_that_it_names_if_it_is_of_its_day(
    text: str, ref: str | None
) -> None:
    (item,) = mailed(("Amended General License", text)).items
    own = "url:content.govdelivery.com/accounts/USTREAS/bulletins/42190a0"
    assert item.ref == (ref or own)
    assert item.aliases == ((own,) if ref else ())


@pytest.mark.parametrize(
    ("complete_at", "follows"),
    [
        (None, False),
        (NOON - timedelta(hours=1), False),
        (datetime.fromisoformat("2026-07-27T12:00:00-04:00"), False),
        (datetime.fromisoformat("2026-07-26T12:00:00-04:00"), True),
    ],
)
def test_older_pages_are_read_after_a_gap_and_only_then(complete_at: datetime | None, follows: bool) -> None:
    one = recorded("ofac-recent-actions/list.html")
    found = SOURCE.read(one.page, replace(one.plan, complete_at=complete_at))
    assert [request.url for request in found.follow] == ([f"{LIST}?page=1"] if follows else [])


def test_an_old_action_among_newer_ones_does_not_end_the_reading() -> None:
    one = recorded("ofac-recent-actions/list.html")
    body = one.page.body.replace(b"July 29, 2026", b"July 29, 2025", 1)
    long_ago = replace(one.plan, complete_at=NOON - timedelta(days=9))
    found = SOURCE.read(replace(one.page, body=body), long_ago)
    assert [request.url for request in found.follow] == [f"{LIST}?page=1"]


def test_five_pages_are_enough() -> None:
    one = recorded("ofac-recent-actions/list.html")
    long_ago = replace(one.plan, complete_at=NOON - timedelta(days=900))
    for number, follows in ((3, True), (4, True), (5, False)):
        body = one.page.body.replace(b"?page=1", f"?page={number}".encode())
        assert bool(SOURCE.read(replace(one.page, body=body), long_ago).follow) is follows


@pytest.mark.parametrize("name", ["action.html", "action_edited.html", "action_in_other_markup.html"])
def test_the_names_programmes_and_aliases_of_a_designation_survive(name: str) -> None:
    full = recorded(f"ofac-recent-actions/{name}").read()
    assert isinstance(full, Item)
    assert full.body is not None
    for words in (
        'a.k.a. "ACM"; Chinese Simplified: 阿克米海运)',
        "[IRAN-EO13902]",
        "(Linked To: ACME MARITIME TRADING L.L.C.).",
    ):
        assert words in full.body
    lines = full.body.splitlines()
    assert sum(line.startswith(("ACME MARITIME", "DOE, John", "EXAMPLE STAR")) for line in lines) == 3


def test_a_mailed_notice_takes_the_number_of_the_one_action_it_links() -> None:
    one = recorded("ofac-recent-actions/mailed_notice.html")
    full = one.read()
    assert isinstance(full, Item)
    assert full.ref == "ofac:20260727"
    two = one.page.body.replace(
        b"</p>", b'<a href="https://ofac.treasury.gov/recent-actions/20260728">and</a></p>', 1
    )
    older = one.page.body.replace(b"%2F20260727/", b"%2F20260612/")
    for body in (two, older):
        full = one.read(body)
        assert isinstance(full, Item)
        assert one.item is not None
        assert full.ref == one.item.ref


def test_the_category_is_no_action() -> None:
    found = recorded("ofac-recent-actions/list.html").read()
    assert isinstance(found, Found)
    assert {item.subjects for item in found.items} == {("Sanctions List Updates",), ("General Licenses",)}
    assert all(item.url.rpartition("/")[2][:8].isdigit() for item in found.items)
