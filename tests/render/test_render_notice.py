"""Notices of incidents as blocks of text (golden files) and as JSON, and that no text, however hostile, breaks the page."""

import json
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.incident import SILENT, Phase, advice_for
from bot.core.notice import Notice
from bot.render.jsonline import line
from bot.render.notice import REASON, mark, notice_object, render
from tests.fakes.blocks import GOLDEN, check, check_golden
from watchers.errors import SourceError

ET, BEIJING = "America/New_York", "Asia/Shanghai"
SINCE = datetime(2026, 11, 23, 1, 5, tzinfo=UTC)
HOSTILE = "\x1b[31mRed\x1b]8;;https://evil.example\x07 \u202ereversed\u202c line\r\none\ttwo\x9b2J\u200b\ud800 \u2028end"

BLIND = Notice(
    incident="17",
    phase=Phase.OPENED,
    source="mofcom-announcements",
    title="MOFCOM announcements",
    kind="blocked",
    what="a check page instead of JSON",
    advice=advice_for("blocked"),
    since=SINCE,
    at=SINCE + timedelta(minutes=35),
    tries=3,
    last_good_at=SINCE - timedelta(minutes=15),
    last_good="商务部 海关总署公告2025年第61号 公布对境外相关稀土物项实施出口管制的决定",
    covered_by=(("Export control bureau", True),),
    topics=("critical-minerals", "party-lists"),
    next_try_at=SINCE + timedelta(minutes=65),
)
CHANGED = replace(
    BLIND,
    phase=Phase.CHANGED,
    kind="redesigned",
    what="no list on the page",
    advice=advice_for("redesigned"),
    at=SINCE + timedelta(days=1),
    tries=14,
    next_try_at=SINCE + timedelta(days=1, minutes=30),
)
STILL = replace(
    BLIND, phase=Phase.STILL, at=SINCE + timedelta(days=2), tries=1204, next_try_at=SINCE + timedelta(days=3)
)
BACK = replace(
    BLIND,
    phase=Phase.CLOSED,
    at=SINCE + timedelta(hours=5, minutes=45),
    blind_for=timedelta(hours=5, minutes=45),
    backfilled=2,
    alerts_late=1,
)
LATE = replace(
    BLIND,
    kind=SILENT,
    title="Federal Register",
    source="federal-register",
    what="nothing new for more than 2 days of its working time",
    advice=advice_for(SILENT),
    tries=0,
    last_good="Entity List Additions",
    covered_by=(("Public Inspection", True), ("Office of the Federal Register, mirror", False)),
    next_try_at=None,
)
BACK_AFTER_SILENCE = replace(
    LATE, phase=Phase.CLOSED, blind_for=timedelta(days=1), others_blind=("USTR press", "新华社")
)
REFUSED = replace(
    BLIND,
    phase=Phase.REFUSED,
    title="USTR press",
    kind="unreachable",
    what="no connection",
    blind_for=timedelta(hours=1),
)
ATTACK = replace(
    BLIND,
    title=HOSTILE,
    source=HOSTILE,
    kind=HOSTILE,
    what="商" * 100,
    advice="x" * 200,
    last_good=HOSTILE,
    covered_by=((HOSTILE, False),),
    topics=("t" * 120, HOSTILE),
)

CASES = {
    "notice-blind": (BLIND, BEIJING),
    "notice-changed": (CHANGED, BEIJING),
    "notice-still-blind": (STILL, ET),
    "notice-back": (BACK, BEIJING),
    "notice-late": (LATE, ET),
    "notice-back-after-silence": (BACK_AFTER_SILENCE, ET),
    "notice-refused-again": (REFUSED, ET),
    "notice-hostile": (ATTACK, BEIJING),
}


@pytest.mark.parametrize("name", CASES)
def test_a_notice_looks_as_it_was_reviewed(name: str) -> None:
    notice, zone = CASES[name]
    check_golden(name, render(notice, zone=zone))


def test_there_is_no_golden_notice_without_its_case() -> None:
    assert {path.stem for path in GOLDEN.glob("notice-*.txt")} == set(CASES)


@pytest.mark.parametrize("name", CASES)
def test_bold_changes_nothing_but_the_weight(name: str) -> None:
    notice, zone = CASES[name]
    styled = render(notice, zone=zone, bold=lambda text: f"<b>{text}</b>")
    assert styled.startswith("<b>")
    assert styled.replace("<b>", "").replace("</b>", "") == render(notice, zone=zone)


def lines(notice: Notice, zone: str = BEIJING) -> dict[str, str]:
    """Return a block's fields by label, each on one line."""
    found: dict[str, str] = {}
    label = ""
    for each in render(notice, zone=zone).split("\n"):
        label = each[:15].strip() or label
        found[label] = f"{found.get(label, '')} {each[15:].strip()}".strip()
    return found


@pytest.mark.parametrize(
    ("phase", "kind", "words"),
    [
        (Phase.OPENED, "slow", "BLIND"),
        (Phase.CHANGED, "slow", "BLIND"),
        (Phase.STILL, "slow", "STILL BLIND"),
        (Phase.CLOSED, "slow", "BACK"),
        (Phase.OPENED, SILENT, "LATE"),
        (Phase.STILL, SILENT, "STILL LATE"),
        (Phase.CLOSED, SILENT, "BACK"),
        (Phase.REFUSED, "slow", "REFUSED"),
    ],
)
def test_the_first_words_say_what_it_is(phase: Phase, kind: str, words: str) -> None:
    notice = replace(BLIND, phase=phase, kind=kind)
    assert mark(notice) == words
    assert render(notice, zone=ET).startswith(f"{words}  ")


def test_the_reason_is_in_plain_words_whatever_the_kind() -> None:
    def kinds(error: type[SourceError]) -> set[str]:
        return {error.kind}.union(*(kinds(each) for each in error.__subclasses__()))

    abstract = {"failed", "failing"}  # what only a narrower error is raised as
    assert set(REASON) == kinds(SourceError) - abstract | {SILENT}
    reasons = {kind: lines(replace(BLIND, kind=kind))["Reason"] for kind in REASON}
    assert len(set(reasons.values())) == len(REASON)
    assert lines(replace(BLIND, kind="new kind"))["Reason"].startswith("new kind: a check page")


def test_one_try_is_said_as_one() -> None:
    assert lines(replace(BLIND, tries=1))["Reason"].endswith("(1 try)")
    assert lines(STILL)["Reason"].endswith("(1,204 tries)")


def test_an_instant_of_another_day_is_said_with_its_day_in_the_readers_zone() -> None:
    head = render(BLIND, zone=BEIJING).split("\n")[0]
    assert head.endswith(", since 09:05 Beijing")
    assert render(BLIND, zone=ET).split("\n")[0].endswith(", since 20:05 ET")  # both on 22 Nov over there
    assert "since 22 Nov 2026 20:05 ET (2 d)" in render(STILL, zone=ET)


def test_a_source_that_nothing_covers_says_so() -> None:
    assert lines(replace(BLIND, covered_by=()))["Covered by"] == "no other source"


def test_topics_and_the_next_try_are_left_out_where_they_are_not_known() -> None:
    bare = lines(replace(BLIND, topics=(), next_try_at=None, last_good_at=None, last_good=None))
    assert not {"Missing", "Next try"} & set(bare)
    assert bare["Last good"] == "never read"


def test_what_came_in_meanwhile_is_counted() -> None:
    assert lines(BACK)["Back-filled"] == "2 items, 1 alert sent late"
    assert lines(replace(BACK, backfilled=1, alerts_late=0))["Back-filled"] == "1 item, no alert sent late"
    nothing = lines(replace(BACK, backfilled=0, alerts_late=0))
    assert nothing["Back-filled"] == "nothing new found, no alert sent late"


def test_other_blind_sources_are_named_up_to_ten_and_counted_beyond() -> None:
    named = tuple(f"S{number}" for number in range(11))
    assert lines(BACK)["Others"] == "all other sources are healthy"
    assert lines(replace(BACK, others_blind=named[:10]))["Others"].endswith("S8, S9")
    assert lines(replace(BACK, others_blind=named))["Others"] == "11 other sources still blind"


def test_only_what_lasts_ends_with_the_next_useful_command() -> None:
    for notice, _ in CASES.values():
        *_, last = render(notice, zone=ET).split("\n")
        assert notice.is_end or notice is ATTACK or last == f"  try: tradewire sources probe {notice.source}"
    assert "try:" not in render(BACK, zone=ET)


TEXT = st.one_of(
    st.text(st.characters(codec=None), max_size=120),
    st.lists(
        st.sampled_from(["商务部", "a" * 90, "\x1b[2J", "\u202e", "e\u0301" * 50, "👩‍👩‍👧", "\t", " x "])
    ).map("".join),
)


@settings(max_examples=60)
@given(TEXT, TEXT, st.sampled_from(Phase), st.sampled_from([SILENT, "blocked"]))
def test_no_text_breaks_the_page(text: str, other: str, phase: Phase, kind: str) -> None:
    notice = replace(
        BACK,
        phase=phase,
        kind=kind,
        title=text,
        what=other,
        source=text,
        last_good=other,
        covered_by=((text, True),),
        topics=(other,),
        others_blind=(text,),
    )
    check(render(notice, zone=ET))
    json.loads(line(notice_object(notice)))


def test_the_json_of_a_notice() -> None:
    assert notice_object(BACK) == {
        "incident": "17",
        "phase": "closed",
        "source": "mofcom-announcements",
        "title": "MOFCOM announcements",
        "kind": "blocked",
        "what": "a check page instead of JSON",
        "advice": "open the page in a browser; do not try to get round the check",
        "since": "2026-11-23T01:05:00.000Z",
        "at": "2026-11-23T06:50:00.000Z",
        "tries": 3,
        "last_good_at": "2026-11-23T00:50:00.000Z",
        "last_good": "商务部 海关总署公告2025年第61号 公布对境外相关稀土物项实施出口管制的决定",
        "covered_by": [{"title": "Export control bureau", "healthy": True}],
        "topics": ["critical-minerals", "party-lists"],
        "next_try_at": "2026-11-23T02:10:00.000Z",
        "blind_for_seconds": 20700,
        "backfilled": 2,
        "alerts_late": 1,
        "others_blind": [],
    }
    assert notice_object(BLIND)["blind_for_seconds"] is None


def test_the_json_of_a_notice_leaves_nothing_out() -> None:
    renamed = {"blind_for": "blind_for_seconds"}
    assert set(notice_object(BLIND)) == {renamed.get(each.name, each.name) for each in fields(Notice)}
