"""What is due becomes posts, in one transaction: alerts, bursts that grow and close, briefs at their time and not before."""

import json
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.core.brief import Brief
from bot.core.channel import Burst, Subscription
from bot.core.delivery import Outcome, Sent
from bot.core.incident import Phase
from bot.core.match import Severity
from bot.core.notice import Notice
from bot.core.platform import Platforms, Traits
from bot.core.posting import Burst as ToldBurst
from bot.core.posting import Kind, Posting
from bot.core.timing import Quiet, timing_of
from bot.store import schema
from bot.store.alerts import put_notice
from bot.store.channels import BURST
from bot.store.database import Database
from bot.store.laying import Coverage
from bot.store.turn import Brought, take_turn
from tests.fakes.ledger import CONSOLE, NOON, PLAIN, SLACK, channel, claim, decide, record, rows, save, turn

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
GIVE_UP = Sent(outcome=Outcome.GIVE_UP, detail="too long")
THREADED: Platforms = {CONSOLE: Traits(threads=True)}
TWO = channel(burst=Burst(alerts=2, minutes=10))
DAILY = timing_of("daily 08:30")
BRIEFED = channel(subscriptions=(Subscription(timing=DAILY),))
MORNING = datetime(2026, 11, 23, 13, 30, tzinfo=UTC)
"""Half past eight in Washington on the day of these tests, a Monday."""
BLIND = Coverage(read=2, sources=3, blind=(("The desk", NOON),), last_read_at=NOON)


NOTICE = Notice(
    incident="incident:1",
    phase=Phase.OPENED,
    source="gazette",
    title="The gazette",
    kind="unreachable",
    what="no answer",
    advice="wait",
    at=NOON,
    since=NOON,
    tries=3,
    last_good_at=None,
    last_good=None,
)


def sent(number: int) -> Sent:
    return Sent(outcome=Outcome.SENT, platform_ref=f"m{number}")


def send_all(database: Database, *, now: datetime = NOON, platforms: Platforms = THREADED) -> list[Posting]:
    """Send until nothing goes any more; each message is named after its post."""
    postings: list[Posting] = []
    while claimed := claim(database, now=now, platforms=platforms):
        for each in claimed:
            postings.append(each)
            record(database, each, sent(each.id), now=now, platforms=platforms)
    return postings


def kinds(postings: list[Posting]) -> list[tuple[Kind, int, str | None]]:
    """(kind, how many alerts it tells anew, the message that it changes) of each."""
    return [(each.kind, len(each.alerts), each.target) for each in postings]


def timers(database: Database) -> dict[str, datetime]:
    found = rows(database, select(schema.brief.c.timing, schema.brief.c.next_at))
    return {row["timing"]: row["next_at"] for row in found}


def endings(database: Database) -> list[str]:
    table = schema.alert
    found = rows(database, select(table.c.ending).where(table.c.state == "dropped").order_by(table.c.id))
    return [row["ending"] for row in found]


def lay_out(database: Database, *, now: datetime, coverage: Coverage) -> None:
    with database.writing() as connection:
        take_turn(connection, Brought(), PLAIN, None, coverage=lambda _: coverage, now=now)


# -- alerts


def test_a_notice_is_posted_as_it_is_and_crowds_nobody(database: Database) -> None:
    save(database, TWO)
    with database.writing() as connection:
        for _ in range(4):
            put_notice(connection, NOON, NOTICE, [CONSOLE])
    decide(database, "1")
    found = send_all(database)
    assert [each.kind for each in found] == [*[Kind.NOTICE] * 4, Kind.ALERT]
    assert {each.told for each in found[:4]} == {NOTICE}


def test_what_is_quiet_waits_for_its_hour_and_is_told_then(database: Database) -> None:
    save(database, channel(quiet=Quiet(start=time(22), end=time(7))))
    decide(database, "1", not_before=NOON + MINUTE)
    found = turn(database, room=9)
    assert (found.taken, found.due_at) == ((), NOON + MINUTE)
    assert len(claim(database, now=NOON + MINUTE)) == 1


def test_alerts_of_a_channel_that_is_not_there_wait_and_hold_up_nobody(database: Database) -> None:
    for number in range(600):
        decide(database, f"gone-{number}", to="webhook:gone")
    save(database, channel())
    decide(database, "here")
    platforms = {"webhook": Traits(), CONSOLE: Traits()}
    assert [each.alerts for each in claim(database, platforms=platforms)] == [(601,)]
    save(database, channel("webhook:gone"))
    assert len(claim(database, platforms=platforms)) == 1


# -- bursts


def test_a_burst_grows_by_changing_its_message_and_says_when_it_is_over(database: Database) -> None:
    save(database, TWO)
    for number in range(5):
        decide(database, str(number))
    assert kinds(send_all(database)) == [(Kind.ALERT, 1, None), (Kind.ALERT, 1, None), (Kind.BURST, 3, None)]
    decide(database, "5")
    (growth,) = send_all(database, now=NOON + MINUTE)
    assert kinds([growth]) == [(Kind.GROWTH, 1, "m3")]
    assert isinstance(growth.told, ToldBurst)
    assert [each.key for each in growth.told.alerts] == ["2", "3", "4", "5"]
    assert (growth.told.since, growth.told.closed_at) == (NOON, None)
    assert timers(database) == {BURST: NOON + 11 * MINUTE}
    assert send_all(database, now=NOON + 11 * MINUTE - SECOND) == []
    (closed,) = send_all(database, now=NOON + 11 * MINUTE)
    assert kinds([closed]) == [(Kind.GROWTH, 0, "m3")]
    assert isinstance(closed.told, ToldBurst)
    assert (len(closed.told.alerts), closed.told.closed_at) == (4, NOON + 11 * MINUTE)
    assert timers(database) == {}


def test_what_comes_while_a_burst_waits_to_be_sent_joins_it(database: Database) -> None:
    save(database, TWO)
    for number in range(9):
        decide(database, str(number))
        turn(database, platforms=THREADED)
    assert kinds(send_all(database)) == [(Kind.ALERT, 1, None), (Kind.ALERT, 1, None), (Kind.BURST, 7, None)]


def test_after_a_quiet_while_alerts_go_alone_again_and_the_next_burst_is_another(database: Database) -> None:
    save(database, TWO)
    for number in range(3):
        decide(database, str(number))
    send_all(database)
    later = NOON + 20 * MINUTE
    assert kinds(send_all(database, now=later)) == [(Kind.GROWTH, 0, "m3")]
    for number in range(3):
        decide(database, f"later-{number}", at=later)
    found = send_all(database, now=later)
    assert kinds(found) == [(Kind.ALERT, 1, None), (Kind.ALERT, 1, None), (Kind.BURST, 1, None)]


def test_a_burst_that_never_came_is_followed_by_a_new_one_with_all_that_waited(database: Database) -> None:
    save(database, TWO)
    for number in range(3):
        decide(database, str(number))
    send_all(database)
    later = NOON + 20 * MINUTE
    send_all(database, now=later)  # the first burst is closed
    for number in range(3):
        decide(database, f"later-{number}", at=later)
    for _ in range(2):
        (each,) = claim(database, now=later, platforms=THREADED)
        record(database, each, sent(each.id), now=later, platforms=THREADED)
    (burst,) = claim(database, now=later, platforms=THREADED)
    for number in range(2):
        decide(database, f"more-{number}", at=later)
    record(database, burst, GIVE_UP, now=later, platforms=THREADED)
    found = send_all(database, now=later)
    assert kinds(found) == [(Kind.BURST, 2, None)]
    decide(database, "last", at=later)
    assert kinds(send_all(database, now=later)) == [(Kind.GROWTH, 1, f"m{found[0].id}")]


def test_a_burst_that_is_over_and_never_came_is_not_spoken_of(database: Database) -> None:
    save(database, TWO)
    for number in range(3):
        decide(database, str(number))
    for _ in range(2):
        send = claim(database, platforms=THREADED)
        record(database, send[0], sent(send[0].id), platforms=THREADED)
    (burst,) = claim(database, platforms=THREADED)
    record(database, burst, GIVE_UP, platforms=THREADED)
    assert send_all(database, now=NOON + 20 * MINUTE) == []
    assert timers(database) == {}


def test_replies_count_towards_a_burst_only_where_the_channel_sees_them(database: Database) -> None:
    for platforms, kind in ((THREADED, Kind.ALERT), (PLAIN, Kind.BURST)):
        name = CONSOLE if platforms is THREADED else SLACK
        save(database, channel(name, burst=Burst(alerts=2)))
        for revision in (1, 2, 3):
            decide(database, "1", to=name, revision=revision)
            found = send_all(database, platforms=platforms)
        assert [each.kind for each in found] == [kind]


def test_what_a_clock_that_was_ahead_sent_makes_no_burst(database: Database) -> None:
    save(database, TWO)
    ahead = NOON + timedelta(days=400)
    for number in range(2):
        decide(database, str(number), at=ahead)
    send_all(database, now=ahead)
    decide(database, "now")
    assert [each.kind for each in send_all(database)] == [Kind.ALERT]


# -- briefs


def test_a_brief_gathers_what_waited_for_it_at_its_time(database: Database) -> None:
    save(database, BRIEFED)
    decide(database, "1", timing=DAILY)
    decide(database, "loud", timing=DAILY, severity=Severity.URGENT)
    assert timers(database) == {"daily 08:30": MORNING}
    found = turn(database, now=MORNING - SECOND, room=9)
    assert (found.taken, found.due_at) == ((), MORNING)
    (brief,) = claim(database, now=MORNING)
    assert (brief.kind, brief.alerts) == (Kind.BRIEF, (1, 2))
    assert isinstance(brief.told, Brief)
    assert [each.key for each in brief.told.alerts] == ["loud", "1"]
    assert (brief.told.read, brief.told.sources, brief.told.at) == (3, 3, MORNING)
    assert timers(database) == {"daily 08:30": MORNING + timedelta(days=1)}


def test_after_days_of_downtime_there_is_one_brief_and_not_many(database: Database) -> None:
    hourly = Subscription(what="tariffs", timing=timing_of("hourly"))
    save(database, channel(subscriptions=(*BRIEFED.subscriptions, hourly)))
    decide(database, "1", timing=DAILY)
    decide(database, "2", timing=hourly.timing)
    back = MORNING + timedelta(days=9, hours=2)
    found = send_all(database, now=back)
    assert sorted(each.alerts for each in found) == [(1,), (2,)]
    assert timers(database) == {
        "daily 08:30": MORNING + timedelta(days=10),
        "hourly": back.replace(minute=0) + timedelta(hours=1),
    }


@pytest.mark.parametrize(
    ("words", "changes", "coverage", "comes"),
    [
        ("daily 08:30", {}, None, True),
        ("daily 08:30", {"when_empty": "skip"}, None, False),
        ("daily 08:30", {"when_empty": "skip"}, BLIND, True),
        ("daily 08:30", {"paused": "by @ann"}, BLIND, False),
        ("hourly", {}, BLIND, False),
        ("weekly mon 08:30", {}, None, True),
    ],
)
def test_a_brief_of_nothing_comes_where_it_was_asked_for_or_a_source_is_blind(
    database: Database, words: str, changes: dict[str, Any], coverage: Coverage | None, comes: bool
) -> None:
    timing = timing_of(words)
    save(database, channel(subscriptions=(Subscription(timing=timing),), **changes))
    well = Coverage(read=3, sources=3, blind=(), last_read_at=NOON)
    lay_out(database, now=MORNING, coverage=coverage or well)
    bodies = [json.loads(row["body"]) for row in rows(database, select(schema.post.c.body))]
    assert len(bodies) == comes
    assert all(len(body["blind"]) == (coverage is BLIND) for body in bodies)


def test_what_was_muted_while_it_waited_for_its_brief_is_dropped(database: Database) -> None:
    save(database, BRIEFED)
    decide(database, "1", timing=DAILY)
    decide(database, "2", timing=DAILY)
    muted = channel(subscriptions=BRIEFED.subscriptions, muted=(("1", MORNING + MINUTE),))
    save(database, muted)
    assert [each.alerts for each in send_all(database, now=MORNING)] == [(2,)]
    assert endings(database) == ["its story is muted"]


def test_an_alert_that_cannot_be_read_keeps_back_no_brief(database: Database) -> None:
    save(database, BRIEFED)
    for key in ("1", "2"):
        decide(database, key, timing=DAILY)
    with database.writing() as connection:
        connection.execute(update(schema.alert).where(schema.alert.c.id == 1).values(body="{}"))
    assert [each.alerts for each in send_all(database, now=MORNING)] == [(2,)]
    assert [ending.partition(":")[0] for ending in endings(database)] == ["it cannot be read any more"]


def test_a_brief_that_a_clock_that_was_ahead_put_off_comes_when_the_clock_is_right(
    database: Database,
) -> None:
    save(database, BRIEFED, at=NOON + timedelta(days=400))
    decide(database, "1", timing=DAILY)
    assert [each.kind for each in send_all(database)] == [Kind.BRIEF]
    assert timers(database) == {"daily 08:30": MORNING}


def test_briefs_of_a_platform_that_is_not_here_wait_for_it(database: Database) -> None:
    save(database, channel(SLACK, subscriptions=BRIEFED.subscriptions))
    decide(database, "1", to=SLACK, timing=DAILY)
    assert claim(database, CONSOLE, now=MORNING + MINUTE) == ()
    assert [each.kind for each in claim(database, SLACK, now=MORNING + MINUTE)] == [Kind.BRIEF]
