"""Mastodon: no post between two polls is missed, whatever the instance sorts by; what is asked, and what is not kept."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.plans import plan_of
from tests.fakes.platforms import NOON, Account, Platform, asked_of, page
from watchers.builders.mastodon import BUILDER, Options
from watchers.errors import Empty, ServerFault, SourceError
from watchers.posts.answers import order
from watchers.source import Request

BASE = "https://social.example"


def status(number: int | str, text: str = "", **given: Any) -> dict[str, Any]:
    return {
        "id": str(number),
        "account": {"id": "7", "acct": "desk"},
        "url": f"{BASE}/@desk/{number}",
        "created_at": NOON.isoformat(),
        "content": f"<p>{text or f'Post {number}'}</p>",
        "visibility": "public",
        **given,
    }


class Instance(Platform):
    """An instance: newest first, or from `min_id` on, as Mastodon pages. `deaf` ones know no min_id."""

    def __init__(self, *statuses: dict[str, Any], cap: int = 40, deaf: bool = False) -> None:
        super().__init__(self._answer)
        self.statuses = list(statuses)
        self.cap, self.deaf = cap, deaf
        self.fails_after: int | None = None

    def _answer(self, request: Request) -> bytes | SourceError:
        if request.role == "lookup":
            return json.dumps({"id": "7", "acct": "desk"}).encode()
        if self.fails_after is not None and len(self.asked) > self.fails_after:
            return ServerFault("the server failed (500)")
        asked = asked_of(request)
        limit = min(int(asked["limit"]), self.cap)
        found = sorted(self.statuses, key=lambda each: order(each["id"]), reverse=True)
        if "max_id" in asked:
            found = [each for each in found if order(each["id"]) < order(asked["max_id"])]
        if "min_id" in asked and not self.deaf:
            found = [each for each in found if order(each["id"]) > order(asked["min_id"])][-limit:]
        return json.dumps(found[:limit]).encode()


def account(instance: Platform, **options: Any) -> Account:
    chosen = Options(**{"account": "desk", "base_url": f"{BASE}/", **options})
    return Account(BUILDER.make("my-desk", chosen), chosen, instance)


async def test_an_account_is_looked_up_once_and_again_when_another_is_wanted() -> None:
    desk = account(Instance(status(1)), account="@desk@Elsewhere.example")
    lookup, newest = await desk.poll()
    assert lookup.url == f"{BASE}/api/v1/accounts/lookup?acct=desk%40Elsewhere.example"
    assert (
        newest.url == f"{BASE}/api/v1/accounts/7/statuses?limit=40&exclude_replies=true&exclude_reblogs=true"
    )
    assert [request.role for request in await desk.poll()] == ["list"]
    desk.options = Options(account="other", base_url=BASE)
    assert [request.role for request in await desk.poll()] == ["lookup", "list"]


async def test_only_what_is_wanted_is_asked_for() -> None:
    desk = account(Instance(status(1)), replies="all", reposts=True, limit=20)
    _, newest = await desk.poll()
    assert asked_of(newest) == {"limit": "20"}


@given(
    first=st.integers(1, 9),
    gap=st.integers(0, 35),
    limit=st.integers(5, 12),
    cap=st.integers(5, 12),
    digits=st.sampled_from(["{}", "{:018}", "01H{:09}"]),
)
@settings(max_examples=40)
async def test_nothing_of_a_gap_is_missed_nor_read_twice(
    first: int, gap: int, limit: int, cap: int, digits: str
) -> None:
    instance = Instance(*(status(digits.format(95 + number)) for number in range(first)), cap=cap)
    desk = account(instance, limit=limit)
    await desk.poll()
    new = [status(digits.format(95 + first + number)) for number in range(gap)]
    instance.statuses += new
    desk.items.clear()
    await desk.poll()
    keys = [item.key for item in desk.items]
    assert {each["id"] for each in new} <= set(keys)
    assert len(keys) == len(set(keys))
    assert desk.memory["newest"] == instance.statuses[-1]["id"]


async def test_a_read_that_breaks_off_in_a_gap_goes_on_where_it_stopped() -> None:
    instance = Instance(status(100))
    desk = account(instance, limit=5)
    await desk.poll()
    instance.statuses += [status(number) for number in range(101, 140)]
    instance.fails_after = len(instance.asked) + 3
    with pytest.raises(ServerFault):
        await desk.poll()
    assert desk.memory["newest"] == "110", "two pages of five from 100 on"
    instance.fails_after = None
    await desk.poll()
    assert set(desk.found) == {str(number) for number in range(100, 140)}
    assert desk.memory["newest"] == "139"


async def test_a_gap_longer_than_ten_pages_is_caught_up_with_over_several_polls() -> None:
    instance = Instance(status(100))
    desk = account(instance, limit=5)
    await desk.poll()
    instance.statuses += [status(number) for number in range(101, 200)]
    assert len(await desk.poll()) == 10
    for _ in range(2):
        await desk.poll()
    assert set(desk.found) == {str(number) for number in range(100, 200)}


async def test_an_instance_that_knows_no_min_id_is_not_asked_for_ever() -> None:
    instance = Instance(status(100), deaf=True)
    desk = account(instance, limit=5)
    await desk.poll()
    instance.statuses += [status(number) for number in range(101, 130)]
    assert len(await desk.poll()) < 10


async def test_a_deleted_newest_post_hides_nothing() -> None:
    instance = Instance(status(100), status(101))
    desk = account(instance)
    await desk.poll()
    instance.statuses = [status(100), status(102)]
    assert len(await desk.poll()) == 1
    assert "102" in desk.found


async def test_an_edited_post_keeps_its_key_and_is_seen_although_nothing_is_new() -> None:
    instance = Instance(status(100, "26 entities"))
    desk = account(instance)
    await desk.poll()
    instance.statuses = [status(100, "27 entities", edited_at=NOON.isoformat())]
    await desk.poll()
    assert [(item.key, item.title) for item in desk.items] == [("100", "26 entities"), ("100", "27 entities")]


@pytest.mark.parametrize(
    ("answered", "kept"),
    [("7", {"own": True, "all": True, "none": False}), ("8", {"own": False, "all": True, "none": False})],
)
async def test_which_replies_are_kept_is_for_the_operator_to_say(
    answered: str, kept: dict[str, bool]
) -> None:
    for replies, is_kept in kept.items():
        told = status(100, in_reply_to_id="90", in_reply_to_account_id=answered)
        desk = account(Instance(told), replies=replies)
        await desk.poll()
        assert [item.kind for item in desk.items] == (["Reply"] if is_kept else [])


@pytest.mark.parametrize("visibility", ["private", "direct", "something new"])
async def test_what_was_not_meant_for_everybody_is_not_kept(visibility: str) -> None:
    hidden = status(101, visibility=visibility)
    desk = account(Instance(status(100), hidden, status(102, reblog=hidden)), reposts=True)
    await desk.poll()
    assert list(desk.found) == ["100"]


async def test_an_account_that_falls_silent_altogether_is_an_error_and_a_new_one_is_not() -> None:
    instance = Instance()
    desk = account(instance)
    await desk.poll()
    instance.statuses = [status(1)]
    await desk.poll()
    instance.statuses = []
    with pytest.raises(Empty):
        await desk.poll()


@pytest.mark.parametrize("name", ["", "@", "desk/../x", "a b", "desk@", "desk@host@host"])
def test_an_account_that_cannot_be_one_is_refused_at_the_start(name: str) -> None:
    with pytest.raises(ValueError, match="account should be a name"):
        BUILDER.make("my-desk", Options(account=name, base_url=BASE))


PAGE = json.dumps(
    [status(1, card={"url": "https://a.example", "title": "b"}, poll={"options": [{"title": "c"}]})]
)


@given(st.integers(0, len(PAGE) - 1), st.text(max_size=6), st.integers(0, 12))
@settings(max_examples=100)
def test_a_damaged_answer_raises_nothing_but_a_source_error(at: int, put: str, cut: int) -> None:
    chosen = Options(account="desk", base_url=BASE)
    source = BUILDER.make("my-desk", chosen)
    for role in ("list", "lookup", "older 3"):
        answer = page(PAGE[:at] + put + PAGE[at + cut :], role=role, url=f"{BASE}/x?min_id=0&max_id=9")
        with suppress(SourceError):
            source.read(answer, plan_of(chosen))
