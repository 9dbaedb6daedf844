"""Alerts as blocks of text: what they look like (golden files), and that no text, however hostile, breaks the page."""

from datetime import UTC, date, datetime, timedelta

import pytest
import wcwidth
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.alert import Alert
from bot.core.decide import Reason
from bot.core.match import Evidence, Severity
from bot.core.redline import redline
from bot.render.plain import cut, render, without_controls
from tests.fakes.blocks import GOLDEN, check, check_golden
from tests.fakes.items import alert, legal_date, match
from watchers.item import Agency, DateKind, Ref, Stage

ET, BEIJING = "America/New_York", "Asia/Shanghai"
BUREAU = Agency(name="Industry and Security Bureau", slug="industry-and-security-bureau")
REFS = (
    Ref(kind="docket", value="231013-0245"),
    Ref(kind="rin", value="0694-AJ41"),
    Ref(kind="cfr", value="15/744"),
)
EFFECTIVE = legal_date(DateKind.EFFECTIVE, date(2023, 10, 17))
PUBLISHES = legal_date(DateKind.PUBLICATION, date(2023, 10, 19))
HOSTILE = "\x1b[31mRed\x1b]8;;https://evil.example\x07 \u202ereversed\u202c\u2066 line\r\none\ttwo\x9b2J\u200b\ud800 \u2028end"


def evidence(words: str, field: str = "title", lang: str = "en") -> Evidence:
    return Evidence(words=words, lang=lang, field=field, start=0, end=len(words))


FILED = alert(
    summary="In this rule, the Bureau of Industry and Security (BIS) amends the Export Administration Regulations "
    "(EAR) by adding 13 entities to the Entity List under the destination of the People's Republic of China.",
    refs=REFS,
    dates=(PUBLISHES, EFFECTIVE),
)

PUBLISHED = alert(
    stage=Stage.PUBLISHED,
    prior_stage=Stage.FILED,
    revision=2,
    reason=Reason.NEW_STAGE,
    refs=(Ref(kind="citation", value="88 FR 71991"), *REFS),
    dates=(PUBLISHES, EFFECTIVE),
    matches=(),
    official_at=None,
    official_on=date(2023, 10, 19),
    first_seen_at=datetime(2023, 10, 19, 9, 5, tzinfo=UTC),
)

PROPOSED = alert(
    story="91be",
    stage=Stage.PROPOSED,
    severity=Severity.NOTICE,
    topics=("cloud-iaas", "semiconductors-ai"),
    title="Taking Additional Steps To Address the National Emergency With Respect to Significant Malicious "
    "Cyber-Enabled Activities",
    summary="The Department of Commerce is issuing this proposed rule to solicit comment.",
    kind="Proposed Rule",
    url="https://www.federalregister.gov/d/2024-01580",
    document="fr:2024-01580",
    refs=(
        Ref(kind="docket", value="Docket No. 240119-0020"),
        Ref(kind="cfr", value="15/7"),
        Ref(kind="eo", value="13984"),
    ),
    dates=(
        legal_date(DateKind.PUBLICATION, date(2024, 1, 29)),
        legal_date(DateKind.COMMENTS_CLOSE, date(2024, 4, 29)),
        legal_date(DateKind.SIGNING, date(2024, 1, 23)),
    ),
    matches=(
        match(
            "cloud-iaas",
            evidence=(
                evidence("Infrastructure as a Service", "abstract"),
                evidence("IaaS", "abstract"),
                evidence("cloud", "subjects"),
                evidence("foreign resellers", "abstract"),
                evidence("customer identification", "abstract"),
            ),
        ),
        match("semiconductors-ai", evidence=(evidence("large AI model", "abstract"),)),
    ),
    official_at=None,
    official_on=date(2024, 1, 29),
    first_seen_at=datetime(2024, 1, 29, 11, 2, tzinfo=UTC),
)

CORRECTED = alert(
    revision=3,
    stage=Stage.CORRECTED,
    prior_stage=Stage.PUBLISHED,
    reason=Reason.CORRECTED,
    title="Entity List Additions; Correction",
    url="https://www.federalregister.gov/d/C1-2023-23048",
    document="fr:C1-2023-23048",
    corrects=("fr:2023-23048", "fr:2023-23049"),
    dates=(legal_date(DateKind.PUBLICATION, date(2023, 11, 20)),),
    agencies=(Agency(name="Commerce Department"), BUREAU),
    official_at=None,
    official_on=date(2023, 11, 20),
    first_seen_at=datetime(2023, 11, 20, 10, 0, tzinfo=UTC),
)

WITHDRAWN = alert(
    revision=2,
    stage=Stage.WITHDRAWN,
    prior_stage=Stage.FILED,
    reason=Reason.WITHDRAWN,
    summary="An agency letter requesting withdrawal of this document was received after placement on public inspection.",
    agencies=(),
    official_at=None,
    official_on=None,
)

DATES_CHANGED = alert(
    revision=2,
    prior_stage=Stage.FILED,
    reason=Reason.DATES_CHANGED,
    dates=(legal_date(DateKind.PUBLICATION, date(2023, 10, 20)),),
)

CHINESE = alert(
    story="2c41",
    stage=Stage.ANNOUNCED,
    topics=("critical-minerals",),
    title="关于对镓、锗相关物项实施出口管制的公告",
    summary="根据《中华人民共和国出口管制法》《中华人民共和国对外贸易法》《中华人民共和国海关法》有关规定，"
    "为维护国家安全和利益，经国务院批准，决定对镓、锗相关物项实施出口管制。",
    kind="公告",
    source="mofcom-announcements",
    url="https://www.mofcom.gov.cn/zcfb/dwmygl/art/2023/art_52b9a321087f402bb3d310d18b07967e.html",
    lang="zh",
    document="mofcom:announcement:2023:23",
    agencies=(Agency(name="商务部"), Agency(name="海关总署")),
    dates=(legal_date(DateKind.EFFECTIVE, date(2023, 8, 1)),),
    matches=(
        match(
            "critical-minerals",
            evidence=(
                evidence("镓", lang="zh"),
                evidence("锗", lang="zh"),
                evidence("出口管制", "abstract", "zh"),
            ),
        ),
    ),
    official_at=None,
    official_on=date(2023, 7, 3),
    first_seen_at=datetime(2023, 7, 3, 10, 0, tzinfo=UTC),
)

ATTACK = alert(
    topics=tuple(f"a-rather-long-topic-name-{number}" for number in range(6)),
    title=f"{HOSTILE} {'Donaudampfschifffahrt' * 9}",
    summary=HOSTILE,
    kind="Rule\nURGENT  Filed",
    url="https://example.org/" + "path/" * 56,
    document=f"fr:{HOSTILE}",
    refs=(Ref(kind="rin", value=HOSTILE), Ref(kind="docket", value="9" * 200)),
    agencies=(Agency(name=HOSTILE), Agency(name="商" * 100)),
    matches=(match(evidence=(evidence(HOSTILE), evidence("x" * 300))),),
)

UNCONFIRMED = alert(
    story="ab2f",
    stage=Stage.UNCONFIRMED,
    severity=Severity.NOTICE,
    topics=("cloud-iaas",),
    title="WSJ: the US considers rules under which cloud providers must ask for permission",
    kind="Post",
    source="chip-desk",
    url="https://bsky.app/profile/did:plc:made/post/3made",
    document="post:bluesky:did:plc:made/3made",
    author="@chip-desk.example",
    agencies=(),
    matches=(match("cloud-iaas", "cloud providers", start=0),),
    official_at=datetime(2023, 7, 4, 21, 12, tzinfo=UTC),
    official_on=date(2023, 7, 4),
    first_seen_at=datetime(2023, 7, 4, 21, 15, tzinfo=UTC),
)

EDITED = alert(
    revision=2,
    stage=Stage.ANNOUNCED,
    prior_stage=Stage.ANNOUNCED,
    reason=Reason.REVISED,
    title="Commerce Adds 14 Entities to the Entity List",
    kind="Press release",
    source="bis-press",
    url="https://www.bis.gov/press-release/commerce-adds-entities",
    document="url:https://www.bis.gov/press-release/commerce-adds-entities",
    agencies=(Agency(name="Bureau of Industry and Security"),),
    also_at=(
        "https://www.commerce.gov/news/press-releases/2023/10/commerce-adds-entities",
        "https://content.govdelivery.com/accounts/USDOC/bulletins/1",
    ),
    redline=redline(
        {
            "title": "Commerce Adds 13 Entities to the Entity List",
            "body": "The rule takes effect on October 17, 2023.",
        },
        {
            "title": "Commerce Adds 14 Entities to the Entity List",
            "body": "The rule takes effect on October 19, 2023.",
        },
    ),
    official_at=None,
    official_on=date(2023, 10, 17),
)

CASES = {
    "unconfirmed-post": (UNCONFIRMED, ET),
    "edited": (EDITED, ET),
    "filed-urgent": (FILED, ET),
    "published-after-filing": (PUBLISHED, ET),
    "proposed": (PROPOSED, ET),
    "corrected": (CORRECTED, ET),
    "withdrawn-with-a-note": (WITHDRAWN, BEIJING),
    "dates-changed": (DATES_CHANGED, ET),
    "chinese": (CHINESE, BEIJING),
    "hostile": (ATTACK, ET),
}


def block(given_alert: Alert, zone: str = ET, **more: object) -> str:
    sent_at = given_alert.first_seen_at + timedelta(seconds=2)
    return render(given_alert, sent_at=sent_at, zone=zone, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", CASES)
def test_an_alert_looks_as_it_was_reviewed(name: str) -> None:
    given_alert, zone = CASES[name]
    check_golden(name, block(given_alert, zone))


def test_there_is_no_golden_file_without_its_case() -> None:
    assert {path.stem for path in GOLDEN.glob("*.txt") if not path.stem.startswith("notice-")} == set(CASES)


@pytest.mark.parametrize("name", CASES)
def test_bold_changes_nothing_but_the_weight(name: str) -> None:
    given_alert, zone = CASES[name]
    styled = block(given_alert, zone, bold=lambda line: f"\x1b[1m{line}\x1b[0m")
    assert styled.replace("\x1b[1m", "").replace("\x1b[0m", "") == block(given_alert, zone)
    for line in styled.split("\n"):
        assert line.count("\x1b[1m") == line.count("\x1b[0m")


def test_moved_dates_are_told_as_such_even_where_a_correction_was_told_in_between() -> None:
    moved = alert(reason=Reason.DATES_CHANGED, stage=Stage.PUBLISHED, prior_stage=Stage.CORRECTED)
    assert block(moved).startswith("        Published (dates changed)  ")


def test_a_repeated_alert_says_what_is_not_known() -> None:
    *_, last = block(FILED, repeat=True).split("\n")
    assert last == "  Sent again: whether the first try arrived is not known."


def test_only_the_first_alert_of_an_urgent_story_is_marked() -> None:
    assert block(FILED).startswith("URGENT  Filed for public inspection  ")
    assert block(PUBLISHED).startswith("        Published (was: filed)  ")
    assert block(alert(severity=Severity.NOTICE)).startswith("        Filed for public inspection  ")


def test_topics_that_do_not_fit_beside_the_stage_stand_below_it() -> None:
    first, second, *_ = block(alert(topics=("semiconductors-ai", "export-controls", "party-lists"))).split(
        "\n"
    )
    assert first == "URGENT  Filed for public inspection"
    assert second == "        [semiconductors-ai, export-controls, party-lists]  7f3a"


@pytest.mark.parametrize(("topic_chars", "lines"), [(35, 1), (36, 2)])
def test_two_columns_at_least_stand_between_the_stage_and_its_topics(topic_chars: int, lines: int) -> None:
    head = block(alert(topics=("t" * topic_chars,))).partition("\nEntity List")[0].split("\n")
    assert len(head) == lines
    assert "Filed for public inspection [" not in head[0]


def test_no_date_is_lost_whatever_its_kind() -> None:
    dates = tuple(legal_date(kind, date(2023, 10, 20)) for kind in DateKind)
    assert block(alert(dates=dates)).count("Fri 20 Oct 2023") == len(DateKind)


@pytest.mark.parametrize("stage", Stage)
def test_every_stage_can_be_told_as_first_and_as_last(stage: Stage) -> None:
    check(block(alert(stage=stage)))
    check(block(alert(stage=Stage.CORRECTED, prior_stage=stage)))


def times(**changes: object) -> str:
    """Return what a block says last, on one line."""
    _, _, said = block(alert(**changes)).partition("\n  Times        ")
    return " ".join(said.split())


def test_times_are_told_as_differences() -> None:
    assert times() == "filed 16:15:00 ET, seen 40 s later, sent 2 s after"
    assert times(stage=Stage.ANNOUNCED).startswith("official 16:15:00 ET, seen 40 s later")


def test_a_filing_that_was_seen_on_another_day_is_told_with_its_day() -> None:
    seen = datetime(2023, 10, 18, 12, 0, tzinfo=UTC)
    assert (
        times(first_seen_at=seen) == "filed 17 Oct 2023 16:15:00 ET, seen 15 h 45 min later, sent 2 s after"
    )


def test_an_item_without_an_official_time_is_told_by_when_it_was_seen() -> None:
    assert times(official_at=None) == "seen 17 Oct 2023 16:15:40 ET, sent 2 s after"


def test_white_space_of_every_kind_keeps_words_apart() -> None:
    assert without_controls("a\nb\tc\u00a0d\u3000e\u2028f\r\ng") == "a b c d e f  g"
    assert without_controls("\x1b[1m\u202e\u2066\u200b\x9b\x07\ud800ok") == "[1mok"


def test_an_alert_without_a_title_is_still_a_block() -> None:
    check(block(alert(title="", url="", kind="", agencies=(), document="fr:")))


TEXT = st.one_of(
    st.text(st.characters(codec=None), max_size=120),
    st.lists(
        st.sampled_from(
            ["商务部", "a" * 90, "\x1b[2J", "\u202e", "e\u0301" * 50, "👩‍👩‍👧", "🇺🇸", "\t", " x "]
        ),
        max_size=9,
    ).map("".join),
)


@settings(max_examples=150)
@given(TEXT, TEXT, st.lists(st.from_regex(r"[a-z]{1,90}", fullmatch=True), min_size=1, max_size=5))
def test_no_text_breaks_the_page(text: str, other: str, topics: list[str]) -> None:
    check(
        block(
            alert(
                title=text,
                summary=other,
                kind=other,
                document=f"fr:{text}",
                agencies=(Agency(name=text),),
                refs=(Ref(kind="rin", value=other),),
                topics=tuple(topics),
                matches=(match(evidence=(evidence(text),)),),
            )
        )
    )


def test_a_document_whose_own_title_says_less_names_its_story() -> None:
    correction = alert(title="Technical Correction", story_title="Export Controls on Gallium")
    assert "\n  Story        Export Controls on Gallium\n" in block(correction)
    assert "  Story " not in block(alert())


@given(st.text(max_size=60).map(without_controls), st.integers(2, 40))
def test_what_is_cut_fits_and_what_fits_is_not_cut(text: str, columns: int) -> None:
    shown = cut(text, columns)
    assert wcwidth.width(shown) <= columns
    if wcwidth.width(text) <= columns:
        assert shown == text
    else:
        assert shown.endswith("…")
