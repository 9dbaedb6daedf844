"""Press lists as two desks served them in July 2026: read by the rules for their site, and found without any."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.fakes.plans import plan_of
from tests.fakes.press_pages import html_page
from watchers.press import Places, read_rows
from watchers.source import Page
from watchers.sources import ofac_recent_actions

pytestmark = pytest.mark.corpus

ANOTHER = "<a href='/news/2026/08/01/another'>Another Release of the Department</a>"
MORE = f"<ul><li><time>Aug 1, 2026</time><h3>{ANOTHER}</h3></li></ul>"

NOW = datetime(2026, 7, 31, 14, tzinfo=UTC)


def served(corpus: Path, name: str, url: str) -> Page:
    return replace(html_page("", url=url, now=NOW), body=(corpus / "us_press" / name).read_bytes())


def test_ofac_actions_as_they_were_served(corpus: Path) -> None:
    page = served(corpus, "fapd_ofac-recent-actions.html", "https://ofac.treasury.gov/recent-actions")
    found = ofac_recent_actions.SOURCE.read(page, plan_of(ofac_recent_actions.Options(), now=NOW))
    assert [(item.ref, item.official_on, item.title, item.subjects) for item in found.items] == [
        (
            "ofac:20260730",
            date(2026, 7, 30),
            "Counter Terrorism Designations; Non-Proliferation Designation Update",
            ("Sanctions List Updates",),
        ),
        ("ofac:20260729", date(2026, 7, 29), "Iran-related Designations", ("Sanctions List Updates",)),
        (
            "ofac:20260727",
            date(2026, 7, 27),
            "Sanctions List Removals; Sanctions List Updates",
            ("Sanctions List Updates",),
        ),
    ]
    assert found.problems == ()


@pytest.mark.parametrize("row", ["li.usa-collection__item", ""])
def test_releases_of_homeland_security_as_they_were_served(corpus: Path, row: str) -> None:
    page = served(corpus, "fapd_dhs-newsroom.html", "https://www.dhs.gov/news-releases/press-releases")
    places = Places(row=row, link_contains="/news/2026/")
    if not row:  # two releases are too few to be taken for a list by themselves
        page = replace(page, body=page.body.replace(b"<ul class", MORE.encode() + b"<ul class"))
    rows = read_rows(page, places).rows
    assert [(row.on, row.title) for row in rows][-2:] == [
        (date(2026, 7, 31), "DHS Announces the Addition of 43 Companies to the UFLPA Entity List"),
        (
            date(2026, 7, 30),
            "ICE Asks South Carolina to Not Release Illegal Alien Charged in Fatal Hit-and-Run that Killed a Teenager",
        ),
    ]
    assert (
        rows[-2].url
        == "https://www.dhs.gov/news/2026/07/31/dhs-announces-addition-43-companies-uflpa-entity-list"
    )
