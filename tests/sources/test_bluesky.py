"""Bluesky: what is asked and when no more, whatever lies between two polls; what is never read as something else."""

import json
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.plans import plan_of
from tests.fakes.platforms import NOON, Account, Platform, asked_of, page
from watchers.builders.bluesky import BUILDER, Options
from watchers.errors import Empty, NotSane, SourceError
from watchers.source import Request

DID, OTHER = "did:plc:watched", "did:plc:other"
MINUTE = timedelta(minutes=1)


def entry(number: int, at: datetime, *, did: str = DID, reason: str = "", **record: Any) -> dict[str, Any]:
    stamp = at.isoformat()
    made: dict[str, Any] = {
        "post": {
            "uri": f"at://{did}/app.bsky.feed.post/post{number}",
            "author": {"did": did, "handle": "desk.example" if did == DID else "other.example"},
            "record": {"text": f"Post {number}", "createdAt": stamp, **record},
            "indexedAt": stamp,
        }
    }
    if reason:
        made["reason"] = {"$type": f"app.bsky.feed.defs#{reason}", "indexedAt": stamp}
    return made


def reply_to(root: str, parent: str) -> dict[str, Any]:
    uris = (f"at://{did}/app.bsky.feed.post/some" for did in (root, parent))
    return dict(zip(("root", "parent"), ({"uri": uri, "cid": "x"} for uri in uris), strict=True))


class Network(Platform):
    """The network: entries newest first, pages by cursor."""

    def __init__(self, entries: Iterable[dict[str, Any]] = ()) -> None:
        super().__init__(self._answer)
        self.entries = list(entries)
        self.pinned: list[dict[str, Any]] = []

    def _answer(self, request: Request) -> bytes:
        asked = asked_of(request)
        if request.role == "resolve":
            return json.dumps({"did": DID if asked["handle"] == "desk.example" else OTHER}).encode()
        start, limit = int(asked.get("cursor", 0)), int(asked["limit"])
        shown = self.entries[start : start + limit]
        more = {"cursor": str(start + limit)} if start + limit < len(self.entries) else {}
        return json.dumps({"feed": (self.pinned if not start else []) + shown, **more}).encode()


def account(network: Network, **options: Any) -> Account:
    chosen = Options(**{"actor": "desk.example", "base_url": "https://api.example/", **options})
    return Account(BUILDER.make("my-desk", chosen), chosen, network)


async def test_a_handle_is_resolved_once_and_the_account_is_asked_for_by_its_did() -> None:
    network = Network([entry(1, NOON)])
    desk = account(network, actor="@Desk.Example")
    first, second = await desk.poll()
    assert first.url == "https://api.example/xrpc/com.atproto.identity.resolveHandle?handle=desk.example"
    assert asked_of(second) == {
        "actor": DID,
        "limit": "50",
        "filter": "posts_and_author_threads",
        "includePins": "false",
    }
    assert [request.role for request in await desk.poll()] == ["list"]


async def test_another_handle_in_the_configuration_is_resolved_anew() -> None:
    network = Network([entry(1, NOON)])
    desk = account(network)
    await desk.poll()
    network.entries = [entry(1, NOON, did=OTHER)]
    desk.options = Options(actor="other.example", base_url="https://api.example/")
    assert [request.role for request in await desk.poll()] == ["resolve", "list"]
    assert desk.items[-1].ref == f"at://{OTHER}/app.bsky.feed.post/post1"


async def test_a_did_needs_no_resolving() -> None:
    desk = account(Network([entry(1, NOON)]), actor=DID)
    assert [asked_of(request)["actor"] for request in await desk.poll()] == [DID]


@pytest.mark.parametrize(
    ("replies", "filter_"),
    [("own", "posts_and_author_threads"), ("all", "posts_with_replies"), ("none", "posts_no_replies")],
)
async def test_the_network_is_asked_for_no_more_replies_than_wanted(replies: Any, filter_: str) -> None:
    desk = account(Network([entry(1, NOON)]), actor=DID, replies=replies, limit=7)
    (request,) = await desk.poll()
    assert asked_of(request)["filter"] == filter_
    assert asked_of(request)["limit"] == "7"


async def test_the_first_read_is_one_page_and_a_later_one_stops_where_it_reaches_back() -> None:
    network = Network(entry(number, NOON - number * MINUTE) for number in range(500))
    desk = account(network, actor=DID, limit=8)
    assert len(await desk.poll()) == 1
    assert len(await desk.poll(NOON + MINUTE)) == 8, "an hour before the last read, at eight minutes a page"


@given(gap=st.integers(0, 25), limit=st.integers(5, 12), pins=st.integers(0, 2), reposts=st.booleans())
@settings(max_examples=25)
async def test_nothing_of_a_gap_is_missed_whatever_is_pinned_or_passed_on(
    gap: int, limit: int, pins: int, reposts: bool
) -> None:
    old = [entry(number, NOON - timedelta(hours=2 + number)) for number in range(30)]
    network = Network(old)
    network.pinned = [
        entry(number, NOON - timedelta(days=300), reason="reasonPin") for number in range(900, 900 + pins)
    ]
    desk = account(network, actor=DID, limit=limit, reposts=reposts)
    await desk.poll()
    later = NOON + timedelta(hours=9)
    new = [entry(1_000 + number, later - number * 20 * MINUTE) for number in range(gap)]
    passed_on = [
        entry(number, later - MINUTE, did=OTHER, reason="reasonRepost") for number in range(gap // 3)
    ]
    network.entries = passed_on + new + old
    await desk.poll(later)
    assert {f"post{1_000 + number}" for number in range(gap)} <= set(desk.found)
    assert sum(item.kind == "Repost" for item in desk.items) == (len(passed_on) if reposts else 0)
    assert desk.problems == []


async def test_a_gap_longer_than_ten_pages_is_told() -> None:
    network = Network(entry(number, NOON) for number in range(10))
    desk = account(network, actor=DID, limit=5)
    await desk.poll()
    network.entries = [entry(number, NOON + MINUTE) for number in range(100, 200)]
    assert len(await desk.poll(NOON + 2 * MINUTE)) == 10
    assert [problem.reason for problem in desk.problems] == ["not read: the gap is longer than 10 pages"]


async def test_a_post_pinned_and_in_its_place_is_one_item() -> None:
    network = Network([entry(2, NOON), entry(1, NOON - MINUTE)])
    network.pinned = [entry(1, NOON - MINUTE, reason="reasonPin")]
    desk = account(network, actor=DID)
    await desk.poll()
    assert sorted(item.key for item in desk.items) == ["post1", "post2"]


@pytest.mark.parametrize(
    ("root", "parent", "kept"),
    [
        (DID, DID, {"own": True, "all": True, "none": False}),
        (OTHER, DID, {"own": False, "all": True, "none": False}),
        (OTHER, OTHER, {"own": False, "all": True, "none": False}),
    ],
)
async def test_which_replies_are_kept_is_for_the_operator_to_say(
    root: str, parent: str, kept: dict[str, bool]
) -> None:
    for replies, is_kept in kept.items():
        desk = account(Network([entry(1, NOON, reply=reply_to(root, parent))]), actor=DID, replies=replies)
        await desk.poll()
        assert [item.kind for item in desk.items] == (["Reply"] if is_kept else [])


async def test_an_account_that_falls_silent_altogether_is_an_error_and_a_new_one_is_not() -> None:
    network = Network()
    desk = account(network)
    await desk.poll()
    network.entries = [entry(1, NOON)]
    await desk.poll()
    network.entries = []
    with pytest.raises(Empty):
        await desk.poll()


@pytest.mark.parametrize(
    "actor", ["", "desk", "desk example.com", "https://bsky.app/profile/a.b", "did:", "@"]
)
def test_an_actor_that_cannot_be_one_is_refused_at_the_start(actor: str) -> None:
    with pytest.raises(ValueError, match="actor should be a handle"):
        BUILDER.make("my-desk", Options(actor=actor))


async def test_a_server_that_hands_out_the_same_page_for_ever_is_left() -> None:
    body = json.dumps({"feed": [entry(1, NOON + MINUTE)], "cursor": "same"}).encode()
    chosen = Options(actor=DID)
    desk = Account(BUILDER.make("my-desk", chosen), chosen, Platform(lambda _request: body))
    await desk.poll()
    with pytest.raises(NotSane):
        await desk.poll()


FEED = json.dumps({"feed": [entry(1, NOON, embed={"$type": "x", "images": [{"alt": "a"}]})]}).encode()


@given(st.integers(0, len(FEED) - 1), st.binary(max_size=6), st.integers(0, 12))
@settings(max_examples=100)
def test_a_damaged_answer_raises_nothing_but_a_source_error(at: int, put: bytes, cut: int) -> None:
    source = BUILDER.make("my-desk", Options(actor=DID))
    for role in ("list", "resolve", "older 3"):
        with suppress(SourceError):
            source.read(page(FEED[:at] + put + FEED[at + cut :], role=role), plan_of(Options(actor=DID)))
