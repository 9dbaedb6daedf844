"""X: never past the budget, never without a token, nothing missed between two polls; the token is seen by nobody."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.plans import plan_of
from tests.fakes.platforms import NOON, Account, Platform, asked_of, page
from watchers.builders.x import BUILDER, Options
from watchers.errors import BudgetSpent, ServerFault, SourceError
from watchers.secret import Secret
from watchers.source import Request

TOKEN = Secret("made-up-token")


def tweet(number: int, **given: Any) -> dict[str, Any]:
    return {"id": str(number), "text": f"Post {number}", "created_at": NOON.isoformat(), **given}


class Api(Platform):
    """The API: newest first, since an id, pages by token. `billed` counts the posts that it returned."""

    def __init__(self, *ids: int) -> None:
        super().__init__(self._answer)
        self.tweets = [tweet(number) for number in ids]
        self.billed = 0
        self.fails_after: int | None = None

    def _answer(self, request: Request) -> bytes | SourceError:
        if request.role == "lookup":
            return b'{"data": {"id": "42", "username": "desk", "name": "Desk"}}'
        if self.fails_after is not None and len(self.asked) > self.fails_after:
            return ServerFault("the server failed (500)")
        asked = asked_of(request)
        assert 5 <= int(asked["max_results"]) <= 100
        since, start = int(asked.get("since_id", 0)), int(asked.get("pagination_token", 0))
        newer = sorted(
            (each for each in self.tweets if int(each["id"]) > since), key=lambda each: -int(each["id"])
        )
        shown = newer[start : start + int(asked["max_results"])]
        self.billed += len(shown)
        meta: dict[str, Any] = {"result_count": len(shown)}
        if start + len(shown) < len(newer):
            meta["next_token"] = str(start + len(shown))
        return json.dumps({"data": shown, "meta": meta} if shown else {"meta": meta}).encode()


def account(api: Platform, **options: Any) -> Account:
    chosen = Options(**{"username": "desk", "bearer_token": TOKEN, **options})
    return Account(BUILDER.make("my-desk", chosen), chosen, api)


def test_without_a_token_there_is_no_source() -> None:
    with pytest.raises(ValueError, match="x needs bearer_token"):
        BUILDER.make("my-desk", Options(username="desk"))


@pytest.mark.parametrize("username", ["", "@", "desk/1", "a b", "a" * 16])
def test_a_username_that_cannot_be_one_is_refused_at_the_start(username: str) -> None:
    with pytest.raises(ValueError, match="username should be"):
        BUILDER.make("my-desk", Options(username=username, bearer_token=TOKEN))


async def test_every_question_carries_the_token_and_shows_it_to_nobody() -> None:
    desk = account(Api(100))
    await desk.poll()
    for request in desk.platform.asked:
        ((name, value),) = request.headers
        assert name == "Authorization"
        assert isinstance(value, Secret)
        assert value.reveal() == "Bearer made-up-token"
        assert "made-up-token" not in repr(request)
    assert "made-up-token" not in repr((desk.memory, desk.items, desk.source, desk.options))


async def test_the_account_is_looked_up_once_and_then_asked_for_what_is_newer() -> None:
    desk = account(Api(100, 101), username="@Desk")
    lookup, newest = await desk.poll()
    assert lookup.url == "https://api.x.com/2/users/by/username/Desk"
    assert newest.url.startswith("https://api.x.com/2/users/42/tweets?")
    assert "since_id" not in asked_of(newest)
    (again,) = await desk.poll()
    assert asked_of(again)["since_id"] == "101"


@pytest.mark.parametrize(
    ("replies", "reposts", "excluded"),
    [
        ("own", False, "retweets"),
        ("none", False, "replies,retweets"),
        ("all", True, None),
        ("none", True, "replies"),
    ],
)
async def test_what_is_not_wanted_is_not_paid_for(replies: Any, reposts: bool, excluded: str | None) -> None:
    desk = account(Api(100), replies=replies, reposts=reposts)
    _, newest = await desk.poll()
    assert asked_of(newest).get("exclude") == excluded


@given(gap=st.integers(0, 60), page_size=st.integers(5, 12))
@settings(max_examples=25)
async def test_nothing_of_a_gap_is_missed_nor_paid_for_twice(gap: int, page_size: int) -> None:
    api = Api(98, 99)
    desk = account(api, max_results=page_size)
    await desk.poll()
    gap = min(gap, page_size * 10)
    api.tweets += [tweet(100 + number) for number in range(gap)]
    await desk.poll()
    assert {str(number) for number in range(98, 100 + gap)} == set(desk.found)
    assert await desk.poll()
    assert api.billed == 2 + gap


async def test_a_read_that_breaks_off_in_a_gap_is_made_again() -> None:
    api = Api(99)
    desk = account(api, max_results=5)
    await desk.poll()
    api.tweets += [tweet(number) for number in range(100, 120)]
    api.fails_after = len(api.asked) + 2
    with pytest.raises(ServerFault):
        await desk.poll()
    assert desk.memory["newest"] == "99"
    api.fails_after = None
    await desk.poll()
    assert set(desk.found) == {str(number) for number in range(99, 120)}


@given(st.lists(st.integers(0, 40), max_size=12), st.integers(10, 120), st.integers(5, 100))
@settings(max_examples=40)
async def test_the_budget_of_a_month_is_never_passed(news: list[int], budget: int, page_size: int) -> None:
    api = Api(99)
    desk = account(api, monthly_posts=budget, max_results=page_size)
    newest = 99
    for count in news:
        api.tweets += [tweet(newest + number) for number in range(1, count + 1)]
        newest += count
        with suppress(BudgetSpent):
            await desk.poll()
    assert api.billed + 2 <= budget, "a look-up costs as much as two posts"


async def test_a_spent_budget_says_so_until_the_month_is_over_and_then_nothing_was_lost() -> None:
    api = Api(99)
    desk = account(api, monthly_posts=20)
    await desk.poll()
    api.tweets += [tweet(number) for number in range(100, 130)]
    await desk.poll()
    assert [problem.reason for problem in desk.problems] == ["not read yet: 20 of 20 posts read this month"]
    with pytest.raises(BudgetSpent, match="20 of 20 posts read this month") as spent:
        await desk.poll()
    assert spent.value.retry_after == datetime(2025, 11, 1, tzinfo=UTC) - NOON
    for month in (11, 12):
        with suppress(BudgetSpent):
            await desk.poll(datetime(2025, month, 1, tzinfo=UTC))
    assert set(desk.found) >= {str(number) for number in range(113, 130)}


async def test_near_the_end_of_the_budget_less_is_asked_for_and_never_less_than_the_api_gives() -> None:
    api = Api(*range(100, 180))
    desk = account(api, monthly_posts=50)
    _, newest = await desk.poll()
    assert asked_of(newest)["max_results"] == "48"
    with pytest.raises(BudgetSpent):
        await desk.poll()


async def test_an_edited_post_keeps_the_key_of_its_first_version() -> None:
    api = Api(100)
    desk = account(api)
    await desk.poll()
    api.tweets.append(tweet(105, text="Post 100, corrected", edit_history_tweet_ids=["100", "105"]))
    await desk.poll()
    assert [(item.key, item.title) for item in desk.items] == [
        ("100", "Post 100"),
        ("100", "Post 100, corrected"),
    ]


async def test_a_post_that_cannot_be_read_is_paid_for_once() -> None:
    api = Api(100)
    desk = account(api)
    await desk.poll()
    api.tweets.append(tweet(101, entities=None))
    for _ in range(3):
        await desk.poll()
    assert set(desk.found) == {"100"}
    assert api.billed == 2


PAGE = json.dumps(
    {"data": [tweet(1, entities={"urls": [{"url": "https://t.co/a"}]})], "meta": {"result_count": 1}}
)


@given(st.integers(0, len(PAGE) - 1), st.text(max_size=6), st.integers(0, 12))
@settings(max_examples=100)
def test_a_damaged_answer_raises_nothing_but_a_source_error(at: int, put: str, cut: int) -> None:
    chosen = Options(username="desk", bearer_token=TOKEN)
    source = BUILDER.make("my-desk", chosen)
    for role in ("list", "lookup", "older 3"):
        with suppress(SourceError):
            source.read(page(PAGE[:at] + put + PAGE[at + cut :], role=role), plan_of(chosen))
