"""What a post becomes: its title, language, stage and words, whatever the platform."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.platforms import NOON, page
from watchers.errors import Blocked, NotSane, Truncated
from watchers.item import Item, Link, Stage
from watchers.posts import Post, instant, item_of, language, source_title, title_of
from watchers.posts.answers import answer_of, detail, older_page, order, page_number, read_each
from watchers.posts.budget import counted, spent, used

URL = "https://www.bis.gov/press-release/entity-list"
CARD = Link(kind="embed", url="https://www.ustr.gov/action", title="USTR Announces an Action")


def post(text: str = "", **given: Any) -> Post:
    return Post(
        **{
            "key": "1",
            "ref": "x:1",
            "url": "https://x.com/a/status/1",
            "kind": "Post",
            "text": text,
            "author": "@a",
            "at": NOON,
            **given,
        }
    )


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Commerce adds 26 entities.\n\nMore below.", "Commerce adds 26 entities."),
        (f"Commerce adds 26 entities: {URL}", "Commerce adds 26 entities"),
        (f"{URL}\nCommerce adds 26 entities", "Commerce adds 26 entities"),
        (f"Read {URL} today, all of it", f"Read {URL} today, all of it"),
        ("BREAKING:\nTariffs on trucks", "BREAKING: Tariffs on trucks"),
        ("1/3\n\nTariffs on trucks", "1/3 Tariffs on trucks"),
        ("商务部公告2025年第61号\n全文如下", "商务部公告2025年第61号"),
        ("🔥🔥", "🔥🔥"),
        ("<b>As typed</b> &amp; meant", "As typed & meant"),
    ],
)
def test_a_title_is_the_first_line_with_words(text: str, title: str) -> None:
    assert title_of(post(text)) == title


@pytest.mark.parametrize(
    ("given", "title"),
    [
        ({}, "Post without text"),
        ({"media": ("image",)}, "Post without text: 1 image"),
        ({"media": ("image", "image", "video")}, "Post without text: 2 images, 1 video"),
        ({"media": ("video",), "kind": "Repost"}, "Repost without text: 1 video"),
        ({"media": ("image",), "descriptions": ("A chart",)}, "Post without text: 1 image “A chart”"),
        ({"cards": (CARD,)}, "Post without text: a link to ustr.gov “USTR Announces an Action”"),
        ({"text": URL}, "Post without text: a link to bis.gov"),
        (
            {"text": f"👇 {URL}", "cards": (CARD,)},
            "Post without text: a link to ustr.gov “USTR Announces an Action”",
        ),
        ({"links": (Link(kind="quoted", url=URL),), "kind": "Reply"}, "Reply without text: a quoted post"),
        ({"media": ("something else",)}, "Post without text: something else"),
    ],
)
def test_a_post_without_text_says_so_and_what_it_has_instead(given: dict[str, Any], title: str) -> None:
    assert title_of(post(**given)) == title


def test_a_long_first_line_ends_at_a_sentence_and_not_at_an_abbreviation() -> None:
    start = (
        "The U.S. Department of Commerce will, under Notice No. 61 of this year, add 26 entities to its list."
    )
    assert title_of(post(f"{start} {'And then some more words follow here. ' * 9}")).startswith(start)
    cut = title_of(post("Under rules that the U.S. Government and Mr. Smith wrote, one word " + "more " * 60))
    assert cut.endswith("more…")
    assert len(cut) <= 200
    assert title_of(post("稀土" * 150)) == "稀土" * 99 + "稀…"


@given(st.text(max_size=1_000))
@settings(max_examples=100)
def test_every_text_has_a_title_on_one_line_that_says_something_and_is_not_too_long(text: str) -> None:
    title = title_of(post(text))
    assert title
    assert len(title) <= 200
    assert title == " ".join(title.split())


@pytest.mark.parametrize(
    ("tag", "text", "lang"),
    [
        ("en", "", "en"),
        ("en-US", "", "en"),
        ("zh_Hant", "", "zh"),
        ("yue", "", "zh"),
        ("de", "", "de"),
        ("und", "商务部公告", "zh"),
        ("zxx", URL, "en"),
        (None, "商务部公告2025年第61号", "zh"),
        (None, "BIS对华为实体清单的说明", "zh"),
        (None, "輸出管理についての経済産業省のお知らせ", "en"),
        (None, "The minister (部长) spoke of tariffs", "en"),
        ("<script>", "", "en"),
        (None, "", "en"),
    ],
)
def test_a_language_has_two_letters_and_is_told_by_script_where_it_is_not_named(
    tag: str | None, text: str, lang: str
) -> None:
    assert language(tag, text) == lang


def test_an_account_that_speaks_for_an_issuer_announces_what_it_says_and_not_what_it_passes_on() -> None:
    assert item_of(post("Words"), source="a", official=False).stage is Stage.UNCONFIRMED
    assert item_of(post("Words"), source="a", official=True).stage is Stage.ANNOUNCED
    assert item_of(post("Words", kind="Reply"), source="a", official=True).stage is Stage.ANNOUNCED
    assert item_of(post("Words", kind="Repost"), source="a", official=True).stage is Stage.UNCONFIRMED


def test_the_body_is_there_where_it_says_more_than_the_title() -> None:
    assert item_of(post("One line."), source="a", official=False).body is None
    assert item_of(post("One line.\nAnother"), source="a", official=False).body == "One line.\nAnother"
    described = item_of(post("One line.", descriptions=("A chart of tariffs",)), source="a", official=False)
    assert described.body == "One line.\n\n[A chart of tariffs]"


def test_the_title_of_a_preview_can_be_searched_and_is_no_part_of_what_the_account_said() -> None:
    item = item_of(post("Words.", cards=(CARD,)), source="a", official=False)
    assert item.subjects == ("USTR Announces an Action",)
    assert item.links == (CARD,)
    assert "USTR" not in f"{item.title}{item.body}"


def test_a_post_is_known_by_its_own_id_and_by_its_address() -> None:
    item = item_of(post("Words."), source="a", official=False)
    assert (item.ref, item.aliases) == ("x:1", ("url:x.com/a/status/1",))


def test_a_time_needs_a_zone_and_is_not_far_ahead() -> None:
    assert instant("2025-10-09T12:00:00.123Z", NOON) == datetime(2025, 10, 9, 12, 0, 0, 123_000, tzinfo=UTC)
    assert instant("2025-10-09T14:00:00+02:00", NOON) == NOON
    assert instant((NOON + timedelta(days=1)).isoformat(), NOON) == NOON + timedelta(days=1)
    for wrong in (None, "", "yesterday", "2025-10-09T12:00:00", "2025-10-09", "2031-01-01T00:00:00Z"):
        assert instant(wrong, NOON) is None
    assert instant("0001-01-01T00:00:00+14:00", NOON) is None, "there is no such instant in UTC"


def test_a_source_is_called_as_the_operator_wants_or_by_its_account() -> None:
    assert source_title("Trade desk", "@a") == "Trade desk"
    assert source_title("", "@a") == "@a"
    assert len(source_title("", "a-very-long-handle.bsky.social")) == 25


# -- answers


class Shape(msgspec.Struct):
    """A record of a test."""

    id: str


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("<html><body>Just a moment...</body></html>", Blocked),
        ("", Truncated),
        ('{"id": 7}', NotSane),
        ('{"id": "7"', NotSane),
        ("[" * 100_000, NotSane),
        (b'{"id": "\xff"}', NotSane),
    ],
)
def test_an_answer_of_another_shape_is_an_error(body: str | bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        answer_of(page(body), Shape)


def test_a_record_that_cannot_be_read_is_told_and_the_others_are_kept_once_each() -> None:
    raws = [
        msgspec.Raw(each) for each in (b'{"id": "1"}', b"7", b'{"id": "2"}', b'{"id": "1"}', b'{"id": "no"}')
    ]

    def read(record: Shape) -> Item | str | None:
        if record.id == "2":
            return None
        return "refused" if record.id == "no" else item_of(post(key=record.id), source="a", official=False)

    items, problems = read_each(raws, Shape, read)
    assert [item.key for item in items] == ["1"]
    assert [problem.record for problem in problems] == ["post 2 of the page", "post 5 of the page"]
    assert problems[1].reason == "refused"
    assert detail(msgspec.Raw(b"null"), Shape) is None


def test_a_page_with_more_posts_than_any_platform_gives_is_refused() -> None:
    with pytest.raises(NotSane, match="1,001 posts on one page"):
        read_each([msgspec.Raw(b"{}")] * 1_001, Shape, lambda _record: None)


def test_the_newest_page_is_the_list_and_older_ones_know_their_number() -> None:
    assert older_page("https://a.example/", 1).role == "list"
    assert [page_number(older_page("https://a.example/", number)) for number in (1, 2, 10)] == [1, 2, 10]


def test_ids_are_compared_by_length_first() -> None:
    assert max(["9", "10", "8"], key=order) == "10"


# -- what reads cost


def test_reads_are_counted_within_a_month_and_forgotten_after_it() -> None:
    october = datetime(2025, 10, 31, 23, 59, tzinfo=UTC)
    memory = counted(counted({}, 7, october), 5, october)
    assert used(memory, october) == 12
    assert used(memory, october + timedelta(minutes=1)) == 0
    assert used({"reads": "2025-10:many"}, october) == 0


@pytest.mark.parametrize("month", range(1, 13))
def test_a_budget_that_is_spent_lasts_until_the_next_month_begins(month: int) -> None:
    now = datetime(2025, month, 28, 12, 30, tzinfo=UTC)
    error = spent({"reads": f"2025-{month:02}:1234"}, 2_000, now)
    assert error.what == "1,234 of 2,000 posts read this month"
    assert error.retry_after is not None
    begins = now + error.retry_after
    assert (begins.day, begins.hour, begins.minute) == (1, 0, 0)
    assert begins - now < timedelta(days=5)
