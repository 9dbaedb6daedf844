"""What is written down of a page is all that it takes to read it again, and holds no secret."""

import json
from dataclasses import replace

import pytest

from tests.fakes.plans import plan_of
from tests.fakes.press_pages import Recorded, all_recorded, html_page
from watchers.builders import page as list_page
from watchers.builders import x
from watchers.recording import case_of, expected_of, item_of, options_of, page_of
from watchers.secret import Secret
from watchers.source import Request
from watchers.sources import commerce_press

ELSEWHERE = "https://www.agency.example/newsroom"
CHOSEN = list_page.Options(
    url="https://www.agency.example/news",
    row="main p",
    zone="America/New_York",
    body=(".text", "main"),
    limit=20,
)


@pytest.mark.parametrize("one", all_recorded(), ids=lambda one: one.name)
def test_a_page_reads_again_as_it_was_read(one: Recorded) -> None:
    written = case_of(one.page, memory=one.plan.memory, options=one.plan.options, item=one.item)
    case = json.loads(written)
    page = page_of(case, one.page.body, home=one.source.home, now=one.plan.now.replace(year=2000))
    assert replace(page, headers={}) == replace(one.page, headers={})
    assert page.headers.get("content-type", "") == one.page.headers.get("content-type", "")
    assert options_of(case, one.source.options) == one.plan.options
    assert (item_of(case) if "item" in case else None) == one.item


def test_a_page_that_was_asked_for_elsewhere_is_asked_for_there_again() -> None:
    page = replace(html_page("<p>x</p>", url=CHOSEN.url), url=ELSEWHERE)
    case = json.loads(case_of(page, memory={}))
    assert (case["asked"], case["url"]) == (CHOSEN.url, ELSEWHERE)
    again = page_of(case, page.body, home="https://home.example/", now=page.fetched_at)
    assert (again.request.url, again.url) == (CHOSEN.url, ELSEWHERE)
    assert "asked" not in json.loads(case_of(replace(page, url=CHOSEN.url), memory={}))


def test_options_that_were_chosen_are_chosen_again() -> None:
    rows = "".join(
        f'<p>2026-07-0{day} <a href="/n/{day}">Notice of the day {day}</a></p>' for day in range(1, 9)
    )
    page = html_page(f"<main>{rows}</main>")
    case = json.loads(case_of(page, memory={}, options=CHOSEN))
    assert set(case["options"]) == {"url", "row", "zone", "body", "limit"}
    again = options_of(case, list_page.Options)
    assert again == CHOSEN
    first, second = (
        list_page.BUILDER.make("desk", options).read(page, plan_of(options)) for options in (CHOSEN, again)
    )
    assert expected_of(first) == expected_of(second)


def test_options_as_they_are_shipped_are_not_written() -> None:
    assert "options" not in json.loads(case_of(html_page(""), memory={}, options=commerce_press.Options()))
    assert options_of({}, commerce_press.Options) == commerce_press.Options()


def test_a_secret_is_never_written_and_what_stands_for_it_is_one() -> None:
    page = replace(
        html_page(""), request=Request(url="https://api.agency.example/", headers=(("X", Secret("s3cr3t")),))
    )
    for kind, options in (
        (x.Options, x.Options(username="agency", bearer_token=Secret("s3cr3t"))),
        (commerce_press.Options, commerce_press.Options(api_key=Secret("s3cr3t"))),
    ):
        written = case_of(page, memory={}, options=options)
        assert "s3cr3t" not in written
        again = options_of(json.loads(written), kind)
        secrets = [
            value for value in map(again.__getattribute__, kind.__slots__) if isinstance(value, Secret)
        ]
        assert [secret.reveal() for secret in secrets] == ["made-up"]
