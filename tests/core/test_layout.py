"""Waiting alerts become posts: alone, in a thread, in a burst that grows, or not at all."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.channel import Burst, Channel
from bot.core.decide import Reason
from bot.core.layout import Laid, OpenBurst, Standing, Waiting, in_order, lay_out
from bot.core.match import Severity
from bot.core.posting import RANK, URGENT_RANK, Kind
from tests.fakes.items import NOON, alert
from watchers.item import Stage

NOTICE, URGENT = Severity.NOTICE, Severity.URGENT
TWO = Channel(address="console", burst=Burst(alerts=2))
NONE = Standing()


def waiting(*stories: str, severity: Severity = NOTICE, first: int = 1) -> list[Waiting]:
    """Return alerts of these stories, in order; `!` before a story makes its alert urgent."""
    return [
        Waiting(
            id=number,
            alert=alert(
                story=story.removeprefix("!"), severity=URGENT if story.startswith("!") else severity
            ),
        )
        for number, story in enumerate(stories, first)
    ]


def laid_out(
    some: list[Waiting], standing: Standing = NONE, *, channel: Channel = TWO, threads: bool = True
) -> Laid:
    return lay_out(channel, some, standing, next_id=100, threads=threads, now=NOON)


def told(laid: Laid) -> list[tuple[Kind, int | None, list[int]]]:
    """(kind, root, alerts) of each post."""
    return [(post.kind, post.root, post.alerts) for post in laid.posts]


def test_the_first_few_go_alone_and_the_rest_as_one_that_grows() -> None:
    laid = laid_out(waiting("a", "b", "c", "d", "e"))
    assert told(laid) == [
        (Kind.ALERT, None, [1]),
        (Kind.ALERT, None, [2]),
        (Kind.BURST, None, [3, 4, 5]),
    ]
    assert [(post.id, post.head, post.rank) for post in laid.posts] == [
        (100, True, RANK),
        (101, True, RANK),
        (102, False, RANK),
    ]


def test_those_that_went_alone_lately_count() -> None:
    assert told(laid_out(waiting("a"), Standing(lately=1))) == [(Kind.ALERT, None, [1])]
    assert told(laid_out(waiting("a"), Standing(lately=2))) == [(Kind.BURST, None, [1])]


def test_an_open_burst_is_joined_while_it_was_not_taken_and_grows_after() -> None:
    joined = laid_out(waiting("a", "b"), Standing(lately=2, burst=OpenBurst(root=7, joinable=9)))
    assert (joined.posts, joined.joins) == ([], [(1, 9), (2, 9)])
    grown = laid_out(waiting("a", "b"), Standing(lately=2, burst=OpenBurst(root=7, joinable=None)))
    assert (told(grown), grown.joins) == ([(Kind.GROWTH, 7, [1, 2])], [])


def test_urgent_ones_always_go_alone_and_do_not_count() -> None:
    laid = laid_out(waiting("!a", "!b", "c", "!d", "e", "f", "!g"))
    assert told(laid) == [
        (Kind.ALERT, None, [1]),
        (Kind.ALERT, None, [2]),
        (Kind.ALERT, None, [3]),
        (Kind.ALERT, None, [4]),
        (Kind.ALERT, None, [5]),
        (Kind.BURST, None, [6]),
        (Kind.ALERT, None, [7]),
    ]
    assert [post.rank for post in laid.posts] == [
        URGENT_RANK,
        URGENT_RANK,
        RANK,
        URGENT_RANK,
        RANK,
        RANK,
        URGENT_RANK,
    ]


def test_what_continues_a_story_goes_under_its_head_and_crowds_nobody_where_there_are_threads() -> None:
    standing = Standing(heads={"a": 42}, lately=2)
    laid = laid_out(waiting("a", "a"), standing)
    assert told(laid) == [(Kind.ALERT, 42, [1]), (Kind.ALERT, 42, [2])]
    assert [post.head for post in laid.posts] == [False, False]
    assert told(laid_out(waiting("a", "a"), standing, threads=False)) == [(Kind.BURST, None, [1, 2])]


def test_a_story_that_goes_on_in_the_same_turn_goes_under_its_own_head() -> None:
    laid = laid_out(waiting("a", "b", "a", "a"))
    assert [(post.id, post.root, post.head) for post in laid.posts] == [
        (100, None, True),
        (101, None, True),
        (102, 100, False),
        (103, 100, False),
    ]


def test_an_urgent_reply_lifts_the_head_of_its_thread() -> None:
    assert laid_out(waiting("!a", "b"), Standing(heads={"a": 42})).raised == [42]
    assert laid_out(waiting("a", "!a")).raised == [100]
    assert laid_out(waiting("!a")).raised == []
    assert laid_out(waiting("a", "a")).raised == []


@pytest.mark.parametrize(
    ("changes", "reasons"),
    [
        ({"paused": "by @ann"}, [Reason.PAUSED, Reason.PAUSED, Reason.PAUSED]),
        ({"muted": (("a", NOON + timedelta(minutes=1)),)}, [Reason.STORY_MUTED]),
        ({"muted": (("a", NOON),)}, []),
        ({"muted_until": NOON + timedelta(minutes=1)}, [Reason.MUTED, Reason.MUTED]),
        ({"muted_until": NOON}, []),
    ],
)
def test_what_was_muted_or_paused_meanwhile_is_dropped_with_its_reason(
    changes: dict[str, Any], reasons: list[Reason]
) -> None:
    channel = Channel(address="console", **changes)
    laid = laid_out(waiting("a", "b", "!c"), channel=channel)
    assert [reason for _, reason in laid.dropped] == reasons
    assert len(laid.posts) + len(laid.dropped) == 3


def test_a_brief_reads_the_loudest_first_and_claims_last_else_as_they_came() -> None:
    some = [
        alert(key="1", severity=NOTICE),
        alert(key="2", severity=URGENT, stage=Stage.UNCONFIRMED),
        alert(key="3", severity=URGENT),
        alert(key="4", severity=NOTICE),
        alert(key="5", severity=NOTICE, stage=Stage.UNCONFIRMED),
    ]
    assert [each.key for each in in_order(some)] == ["3", "1", "4", "2", "5"]


@settings(max_examples=150)
@given(
    st.lists(st.sampled_from(["a", "b", "c", "!a", "!b", "!d"]), max_size=12),
    st.integers(0, 3),
    st.booleans(),
    st.sampled_from([None, OpenBurst(root=7, joinable=None), OpenBurst(root=7, joinable=9)]),
)
def test_every_alert_has_exactly_one_place_and_no_burst_comes_before_the_first_few(
    stories: list[str], lately: int, threads: bool, burst: OpenBurst | None
) -> None:
    some = waiting(*stories)
    laid = laid_out(some, Standing(lately=lately, burst=burst, heads={"c": 42}), threads=threads)
    placed = [number for post in laid.posts for number in post.alerts]
    placed += [number for number, _ in laid.joins] + [each.id for each, _ in laid.dropped]
    assert sorted(placed) == [each.id for each in some]
    assert [post.id for post in laid.posts] == list(range(100, 100 + len(laid.posts)))
    alone = [post for post in laid.posts if post.kind is Kind.ALERT]
    crowding = [post for post in alone if post.rank == RANK and not (threads and post.root)]
    bursts = [post for post in laid.posts if post.kind in {Kind.BURST, Kind.GROWTH}]
    assert len(bursts) <= 1
    assert len(crowding) <= max(0, TWO.burst.alerts - lately)
    assert not bursts or len(crowding) + lately >= TWO.burst.alerts
