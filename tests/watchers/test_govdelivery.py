"""GovDelivery: one bulletin under several addresses, links that say where they lead, widgets that are never run."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.platforms import page
from tests.fakes.press_pages import NOON
from watchers.errors import Blocked, Empty, NotSane, SourceError, Truncated
from watchers.govdelivery import (
    Bulletin,
    bulletin_address,
    bulletin_of,
    leads_to,
    read_bulletins,
    read_widget,
)
from watchers.item import Agency
from watchers.press import Desk

BULLETIN = Bulletin(account="USDHSCBP", number=69395344)
OWN = "https://content.govdelivery.com/accounts/USDHSCBP/bulletins/422e390"
DESK = Desk(key="my-desk", kind="Bulletin", agency=Agency(name="An Agency", slug="an-agency"))
LINES = [{"subject": "CSMS # 69395344 - A", "pub_date": "07/30/2026 05:26 PM EDT", "href": OWN}]


@pytest.mark.parametrize(
    "url",
    [
        OWN,
        f"{OWN}/",
        f"{OWN}?utm_medium=email",
        "https://content.govdelivery.com/accounts/USDHSCBP/bulletins/422E390",
        "https://content.govdelivery.com/bulletins/gd/USDHSCBP-422e390?wgt_ref=USDHSCBP_WIDGET_2",
    ],
)
def test_a_bulletin_is_the_same_under_all_its_addresses(url: str) -> None:
    assert bulletin_of(url) == BULLETIN
    assert bulletin_address(url) == OWN


@pytest.mark.parametrize(
    "url",
    [
        "https://content.govdelivery.com/accounts/USDHSCBP/widgets/USDHSCBP_WIDGET_2/0.json",
        "https://content.govdelivery.com/accounts/USDHSCBP/bulletins",
        "https://content.govdelivery.com/accounts/USDHSCBP/bulletins/xyz",
        "https://[/accounts/A1/bulletins/422e390",
        "",
    ],
)
def test_another_page_is_no_bulletin_and_keeps_its_address(url: str) -> None:
    assert bulletin_of(url) is None
    assert bulletin_address(url) == url


@pytest.mark.parametrize(
    ("url", "target"),
    [
        (
            "https://links.govdelivery.com/track?type=click&enid=ZWFz&https://a.example/b?c=%2B1%26d",
            "https://a.example/b?c=%2B1%26d",
        ),
        (
            "http://links.govdelivery.com:80/track?enid=ZWFz&&&100&&&https://a.example/b",
            "https://a.example/b",
        ),
        (
            "https://links-2.govdelivery.com/CL0/https:%2F%2Fa.example%2Fb%3Fc=1/1/0101-aa/sig=100",
            "https://a.example/b?c=1",
        ),
        ("https://links-2.govdelivery.com/CL0/javascript:%2F%2Falert/1/0101-aa/sig=100", None),
        ("https://links.govdelivery.com/track?type=click&enid=ZWFz", None),
        ("https://links.govdelivery.com.evil.example/track?&https://a.example/b", None),
        ("https://a.example/?&https://b.example/", None),
        (f"https://links.govdelivery.com/track?&https://a.example/{'x' * 6000}", None),
    ],
)
def test_a_counted_link_leads_where_it_says(url: str, target: str | None) -> None:
    assert leads_to(url) == target


@given(url=st.text(alphabet="htps:/.lnkgovdeiyrcm?&%2F3ACL0[]é ", max_size=120))
def test_no_address_breaks_it(url: str) -> None:
    bulletin_of(url)
    bulletin_address(url)
    leads_to(f"https://links.govdelivery.com/{url}")


# -- widgets


def widget(lines: Any, call: str = "GDWidgets[0].update({});") -> bytes:
    return call.replace("{}", json.dumps(lines)).encode()


@pytest.mark.parametrize(
    "call", ["GDWidgets[0].update({});", "GDWidgets[12].update( {} ) ;\n", "{}", "callback({})"]
)
def test_a_widget_is_read_out_of_its_call(call: str) -> None:
    notices, problems = read_widget(page(widget(LINES, call)))
    assert [(one.subject, one.href, one.pub_date) for one in notices] == [
        tuple(LINES[0][name] for name in ("subject", "href", "pub_date"))
    ]
    assert problems == ()


def test_a_subject_with_brackets_and_calls_in_it_ends_nothing_early() -> None:
    subject = 'A]); GDWidgets[0].update([{"x": 1}]) "quoted" \\'
    notices, _ = read_widget(page(widget([{**LINES[0], "subject": subject}])))
    assert notices[0].subject == subject


@pytest.mark.parametrize("undated", [{"pub_date": None}, {}])
def test_a_line_without_a_date_is_read(undated: dict[str, None]) -> None:
    line = {"subject": "CSMS # 69395344 - A", "href": OWN}
    notices, problems = read_widget(page(widget([line | undated])))
    assert [(one.href, one.pub_date) for one in notices] == [(OWN, None)]
    assert problems == ()


def test_a_line_that_is_none_is_a_problem_and_the_rest_is_read() -> None:
    notices, problems = read_widget(page(widget([7, *LINES, {"subject": "x"}, {"subject": 1, "href": "x"}])))
    assert len(notices) == 1
    assert [problem.record for problem in problems] == ["line 1", "line 3", "line 4"]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"", Truncated),
        (b"  \n", Truncated),
        (b"<html><title>Just a moment...</title>", Blocked),
        (b"<html>", Blocked),
        (b"GDWidgets[0].update([]);", Empty),
        (b"[]", Empty),
        (b"GDWidgets[0].update([{}", Truncated),
        (b"GDWidgets[0].update([{}]", Truncated),
        (b"GDWidgets[0].update([{]);", NotSane),
        (b"GDWidgets[0].update({});", NotSane),
        (b"alert(1)", NotSane),
        (b"null", NotSane),
        (b"[" * 100_000, NotSane),
    ],
)
def test_what_is_no_widget_is_an_error_of_its_own(body: bytes, error: type[SourceError]) -> None:
    with pytest.raises(error):
        read_widget(page(body))


@given(
    body=st.one_of(
        st.binary(max_size=80), st.text(alphabet='GDWidgets[0].update({"subject:,\\u0000});', max_size=80)
    )
)
def test_any_bytes_are_a_widget_or_an_error(body: bytes | str) -> None:
    with suppress(SourceError):
        read_widget(page(body))


# -- feeds


def test_an_entry_without_a_title_is_a_problem_and_the_rest_is_read() -> None:
    entries = "".join(
        f"<item><title>{title}</title><link>{OWN[:-1]}{place}</link></item>"
        for place, title in enumerate(("", "B", "B"))
    )
    feed = f'<rss version="2.0"><channel><title>News</title>{entries}</channel></rss>'
    items, problems = read_bulletins(page(feed, type_="application/rss+xml"), DESK, NOON)
    assert [item.title for item in items] == ["B", "B"]
    assert [problem.reason for problem in problems] == ["it has no title or no address"]
