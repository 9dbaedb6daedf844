"""The words of posts with the full addresses behind them: facets, markup, and hostile input of both."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchers.posts.text import (
    address,
    described,
    is_address,
    text_of_markup,
    tidy,
    with_addresses,
    with_facets,
)

FULL = "https://www.bis.gov/press-release/entity-list"


def span(text: str, part: str) -> tuple[int, int]:
    start = text.encode().index(part.encode())
    return start, start + len(part.encode())


def test_offsets_count_bytes_so_links_behind_han_and_emoji_are_found() -> None:
    text = "🚨稀土 bis.gov/press… gèle"
    assert with_facets(text, [(*span(text, "bis.gov/press…"), FULL)]) == f"🚨稀土 {FULL} gèle"


def test_an_address_behind_words_stands_at_the_end_once() -> None:
    text = "Read the notice, the notice"
    facets = [(*span(text, "the notice"), FULL), (17, 27, FULL)]
    assert with_facets(text, facets) == f"Read the notice, the notice\n{FULL}"


@pytest.mark.parametrize("facet", [(-1, 3), (3, 3), (3, 1), (0, 99), (99, 100), (1, 4), (0, 1)])
def test_a_facet_that_cannot_be_right_changes_nothing(facet: tuple[int, int]) -> None:
    assert with_facets("稀土 bis.gov", [(*facet, FULL)]) == "稀土 bis.gov"


def test_of_links_that_overlap_the_first_counts() -> None:
    text = "bis.gov/press more"
    assert with_facets(text, [(0, 13, FULL), (4, 18, "https://other.example/")]) == f"{FULL} more"


@given(
    st.text(max_size=60),
    st.lists(
        st.tuples(st.integers(-5, 200), st.integers(-5, 200), st.sampled_from([FULL, "https://b.example/x"]))
    ),
)
@settings(max_examples=100)
def test_whatever_the_facets_no_word_is_lost_but_shortened_addresses(
    text: str, facets: list[tuple[int, int, str]]
) -> None:
    found = with_facets(text, facets)
    if "." not in text:
        assert found.startswith(tidy(text)), "only what looks like an address is replaced"
    assert found.count("\ufffd") == tidy(text).count("\ufffd"), "no character was cut"


@pytest.mark.parametrize(
    ("words", "url", "is_it"),
    [
        ("bis.gov/press-release/ent…", FULL, True),
        ("https://www.bis.gov/press-rel...", FULL, True),
        ("BIS.gov", FULL, True),
        ("https://elsewhere.example", FULL, True),
        ("Commerce.gov", FULL, False),
        ("the notice", FULL, False),
        ("U.S.", FULL, False),
        ("", FULL, False),
    ],
)
def test_shortened_addresses_are_told_from_words(words: str, url: str, is_it: bool) -> None:
    assert is_address(words, url) is is_it


LINK = (
    f'<a href="{FULL}" rel="nofollow"><span class="invisible">https://www.</span>'
    '<span class="ellipsis">bis.gov/press-release/ent</span><span class="invisible">ity-list</span></a>'
)


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One<br>two</p><p>three &amp; four</p>", "One\ntwo\n\nthree & four"),
        (f"<p>See {LINK} now</p>", f"See {FULL} now"),
        ('<p>See <a href="/rule">the rule</a></p>', "See the rule\nhttps://a.example/rule"),
        ('<p>See <a href="javascript:x()">the rule</a></p>', "See the rule"),
        (
            '<p>RT <span class="h-card"><a href="/@bis" class="mention">@<span>bis</span></a></span>New rule</p>',
            "RT @bis New rule",
        ),
        ('<p>Thanks, <a href="https://a.example/@bis" class="mention">@bis</a>!</p>', "Thanks, @bis!"),
        ('<p><a href="https://a.example/tags/x" class="hashtag">#<span>tariffs</span></a></p>', "#tariffs"),
        ("no markup  at all", "no markup at all"),
        ("a &lt; b", "a < b"),
        ("", ""),
    ],
)
def test_markup_becomes_words_and_full_addresses(markup: str, text: str) -> None:
    assert text_of_markup(markup, "https://a.example/@b") == text


@given(st.text(alphabet="<>a/hrefspan=\"' &#@.:", max_size=200))
@settings(max_examples=100)
def test_no_markup_trips_the_reader(markup: str) -> None:
    assert "\x00" not in text_of_markup(f"<p>{markup}", "https://a.example/")


def test_invisible_characters_go_and_blanks_are_one() -> None:
    assert tidy("tar\u200biffs \u202eon\u2069\r\n\r\n\r\n\r\ntrucks\t\x07 now ") == "tariffs on\n\ntrucks now"


def test_an_address_must_be_whole_and_lead_to_the_web() -> None:
    assert address(FULL) == FULL
    for wrong in (None, "", "/rule", "rule", "javascript:x()", "https://", "ftp://a.example/", "#top"):
        assert address(wrong) is None
    assert address("/rule", "https://a.example/x") == "https://a.example/rule"


def test_descriptions_are_lines_and_empty_ones_are_none() -> None:
    assert described(["A chart\nof tariffs", "", None, "  "]) == ("A chart of tariffs",)


def test_hostile_texts_do_not_keep_the_reader() -> None:
    many = [f"https://a.example/{number}" for number in range(20_000)]
    with_addresses("x" * 1_000_000, many)
    with_facets("a" * 300_000, [(number, number + 1, FULL) for number in range(0, 300_000, 20)])
    text_of_markup("<p>" + "<a href='https://a.example/b'>word</a>" * 5_000, "https://a.example/")
