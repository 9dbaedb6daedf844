"""Commerce press releases: the interface for those with a key, the site for the others, and no key anywhere but where it goes."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.plans import plan_of
from tests.fakes.press_pages import outcome, recorded
from watchers.item import Item
from watchers.secret import Secret
from watchers.source import HTML, Found
from watchers.sources.commerce_press import SOURCE, Options

KEYED = Options(api_key=Secret("made-up-key"))


def test_without_a_key_the_site_is_asked() -> None:
    (request,) = SOURCE.requests(plan_of(Options()))
    assert (request.url, request.accept) == ("https://www.commerce.gov/news/press-releases", HTML)
    assert (request.headers, request.otherwise) == ((), ())


def test_with_a_key_the_interface_is_asked_and_the_site_stands_in_without_it() -> None:
    (request,) = SOURCE.requests(plan_of(KEYED))
    assert request.url == "https://api.commerce.gov/api/news"
    ((name, value),) = request.headers
    assert (name, isinstance(value, Secret)) == ("X-Api-Key", True)
    assert "made-up-key" not in repr(request)
    (site,) = request.otherwise
    assert (site.url, site.headers) == ("https://www.commerce.gov/news/press-releases", ())


def test_being_refused_is_its_known_state() -> None:
    assert SOURCE.expects_refusal
    assert "403" in SOURCE.facts.limits


def test_a_release_whose_text_the_interface_gives_needs_no_page() -> None:
    found = recorded("commerce-press/answer.json").read()
    assert isinstance(found, Found)
    assert SOURCE.article is not None
    asked = [SOURCE.article.request(item, KEYED) for item in found.items]
    assert [request is None for request in asked] == [True, True, False]


def test_a_page_read_without_a_key_is_read_again_for_edits() -> None:
    full = recorded("commerce-press/release.html").read()
    assert isinstance(full, Item)
    assert SOURCE.article is not None
    again = SOURCE.article.request(full, Options())
    assert again is not None
    assert again.url == full.url


@pytest.mark.parametrize(
    ("said", "at", "on"),
    [
        (1768489200, "2026-01-15T15:00:00+00:00", "2026-01-15"),
        ("1768489200", "2026-01-15T15:00:00+00:00", "2026-01-15"),
        ({"value": "2026-01-15T22:30:00-05:00"}, "2026-01-15T22:30:00-05:00", "2026-01-15"),
        (["2026-01-16T03:30:00Z"], "2026-01-16T03:30:00+00:00", "2026-01-15"),
        ("2026-01-15T10:00:00", None, "2026-01-15"),
        ("January 15, 2026", None, "2026-01-15"),
        ("soon", None, None),
        (1, None, None),
        (None, None, None),
        ("9" * 30, None, None),
    ],
)
def test_a_time_is_read_as_far_as_it_is_one(said: object, at: str | None, on: str | None) -> None:
    record = {
        "label": "A Release",
        "href": "https://www.commerce.gov/news/press-releases/2026/01/a",
        "created": said,
    }
    found = outcome(recorded("commerce-press/answer.json"), json.dumps({"data": [record]}).encode())
    assert isinstance(found, Found)
    (item,) = found.items
    assert (
        item.official_at and item.official_at.isoformat(),
        item.official_on and item.official_on.isoformat(),
    ) == (at, on)


VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=20)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["value", "x"]), inner, max_size=2)
    ),
    max_leaves=6,
)
RECORDS = st.dictionaries(
    st.sampled_from(["label", "title", "href", "url", "created", "post_date", "body", "attributes"]), VALUES
)


@given(records=st.lists(RECORDS, max_size=4))
@settings(max_examples=100)
def test_any_record_is_read_or_told(records: list[dict[str, object]]) -> None:
    outcome(recorded("commerce-press/answer.json"), json.dumps({"data": records}).encode())
