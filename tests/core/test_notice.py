"""What a notice takes from an incident, and that it comes back from the store as it was."""

from datetime import UTC, datetime, timedelta

from bot.core.incident import SILENT, Failed, Incident, Phase, Read, judge
from bot.core.notice import Notice, compose
from bot.store.rows import pack, unpack

SINCE = datetime(2026, 11, 23, 1, 5, tzinfo=UTC)
TOLD = SINCE + timedelta(minutes=35)
OPEN = Incident(
    source="mofcom-announcements",
    kind="blocked",
    what="a check page instead of a list",
    since=SINCE,
    told_at=TOLD,
    tries=3,
    last_good_at=SINCE - timedelta(minutes=15),
    last_good="商务部公告2026年第61号",
)


def notice(incident: Incident = OPEN, phase: Phase = Phase.OPENED) -> Notice:
    return compose(
        incident,
        phase,
        incident_id="17",
        title="MOFCOM announcements",
        at=incident.closed_at or TOLD,
        covered_by=(("Export control bureau", True), ("Ministry of Commerce, English", False)),
        topics=("critical-minerals", "party-lists"),
        next_try_at=TOLD + timedelta(minutes=30),
        backfilled=2,
        alerts_late=1,
        others_blind=("USTR press",),
    )


def test_a_notice_holds_what_the_incident_knows() -> None:
    told = notice()
    assert (told.incident, told.phase, told.source) == ("17", Phase.OPENED, "mofcom-announcements")
    assert (told.kind, told.what, told.since, told.tries) == (OPEN.kind, OPEN.what, SINCE, 3)
    assert (told.last_good_at, told.last_good) == (OPEN.last_good_at, "商务部公告2026年第61号")
    assert told.advice == "open the page in a browser; do not try to get round the check"
    assert (told.blind_for, told.is_end) == (None, False)


def test_an_end_says_how_long_it_lasted() -> None:
    closed = judge(OPEN, Read(new_at=None), source=OPEN.source, now=SINCE + timedelta(hours=5, minutes=45))
    assert closed.incident is not None
    assert closed.notice is Phase.CLOSED
    told = notice(closed.incident, closed.notice)
    assert (told.blind_for, told.is_end) == (timedelta(hours=5, minutes=45), True)


def test_an_end_before_its_beginning_lasted_no_time() -> None:
    known = Failed(kind="blocked", what="refused (403)", expects_refusal=True)
    closed = judge(OPEN, known, source=OPEN.source, now=SINCE - timedelta(hours=1))
    assert closed.incident is not None
    told = notice(closed.incident, Phase.REFUSED)
    assert (told.blind_for, told.is_end) == (timedelta(), True)


def test_a_silence_brings_its_own_advice() -> None:
    silent = Incident(source="x", kind=SILENT, what="nothing new", since=SINCE, told_at=TOLD)
    assert notice(silent).advice.startswith("open the page: if it shows something newer")


def test_a_notice_comes_back_from_the_store_as_it_was() -> None:
    end = notice(
        Incident(
            source="x",
            kind="slow",
            what="took over 30 s",
            since=SINCE,
            told_at=TOLD,
            closed_at=TOLD + timedelta(days=3, microseconds=5),
        ),
        Phase.CLOSED,
    )
    bare = compose(OPEN, Phase.STILL, incident_id="1", title="x", at=TOLD)
    for each in (notice(), end, bare):
        assert unpack(pack(each), Notice) == each


def test_an_incident_comes_back_from_the_store_as_it_was() -> None:
    told = judge(
        Incident(source="x", kind="slow", what="took over 30 s", since=SINCE, tries=2),
        Failed(kind="slow", what="took over 30 s"),
        source="x",
        now=TOLD,
    ).incident
    assert told is not None
    assert told.told
    assert unpack(pack(told), Incident) == told
