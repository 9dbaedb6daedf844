"""Whether somebody still asks the sources."""

from datetime import UTC, datetime, timedelta

from bot.core.attendance import SLACK, Asked, attendance

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def asked(source: str, at: float, due: float) -> Asked:
    """Made in minutes after noon."""
    return Asked(source=source, at=NOON + at * MINUTE, due=NOON + due * MINUTE)


def test_where_no_source_was_ever_asked_there_is_nothing_to_say() -> None:
    assert attendance([]) is None


def test_the_next_source_that_was_due_must_have_been_asked_but_for_some_slack() -> None:
    seen = attendance([asked("quick", 0, 5), asked("slow", -30, 90)])
    assert seen is not None
    assert (seen.last.source, seen.due) == ("quick", NOON + 5 * MINUTE)
    assert seen.is_kept(NOON + 5 * MINUTE + SLACK)
    assert not seen.is_kept(NOON + 5 * MINUTE + SLACK + timedelta(seconds=1))


def test_one_source_that_hangs_does_not_speak_for_the_others() -> None:
    seen = attendance([asked("hangs", -60, -55), asked("quick", 0, 5)])
    assert seen is not None
    assert seen.due == NOON + 5 * MINUTE


def test_a_rhythm_of_days_is_no_reason_for_alarm_at_night() -> None:
    seen = attendance([asked("weekly", 0, 10_080)])
    assert seen is not None
    assert seen.is_kept(NOON + timedelta(days=6))


def test_where_everything_was_overdue_at_the_last_answer_the_slack_counts_from_there() -> None:
    seen = attendance([asked("one", 0, 0), asked("other", -9, -4)])
    assert seen is not None
    assert seen.is_kept(NOON + SLACK)
    assert not seen.is_kept(NOON + 2 * SLACK)
