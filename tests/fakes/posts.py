"""Posts as channels get them: the six cases of the design with what an alert carries of them, a brief, a quiet day, a burst.

Real facts: 88 FR 71991, MOFCOM Nos 23 of 2023 and 70 of 2025, the report of 4 July 2023. Made up: minutes, ids, incidents.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from bot.core.alert import Alert
from bot.core.brief import Brief
from bot.core.channel import Channel, Language
from bot.core.decide import Reason
from bot.core.incident import Phase, advice_for
from bot.core.match import Evidence, Match, Severity
from bot.core.notice import Notice
from bot.core.posting import Burst, Head, Kind, Posting, Told
from bot.core.timing import Mode, Timing
from watchers.item import Agency, DateKind, LegalDate, Ref, Stage

ET, BEIJING = "America/New_York", "Asia/Shanghai"


def hit(words: str, field: str = "title", lang: str = "en") -> Evidence:
    """Return a hit of `words`."""
    return Evidence(words=words, lang=lang, field=field, start=0, end=len(words))


def on(kind: DateKind, day: date, evidence: str) -> LegalDate:
    """Return a legal date."""
    return LegalDate(kind=kind, on=day, evidence=evidence)


FILED = Alert(
    story="7f3a",
    revision=1,
    channel="slack:C0123",
    reason=Reason.FIRST,
    stage=Stage.FILED,
    prior_stage=None,
    severity=Severity.URGENT,
    topics=("party-lists",),
    title="Entity List Additions",
    story_title="Entity List Additions",
    summary="In this rule, the Bureau of Industry and Security (BIS) amends the Export Administration Regulations (EAR) by "
    "adding 13 entities to the Entity List under the destination of the People's Republic of China (China).",
    kind="Rule",
    source="public-inspection",
    key="2023-23048",
    url="https://www.federalregister.gov/d/2023-23048",
    lang="en",
    document="fr:2023-23048",
    refs=(
        Ref(kind="docket", value="231013-0245"),
        Ref(kind="rin", value="0694-AJ41"),
        Ref(kind="cfr", value="15/744"),
    ),
    agencies=(
        Agency(name="Commerce Department", slug="commerce-department"),
        Agency(name="Industry and Security Bureau", slug="industry-and-security-bureau"),
    ),
    dates=(
        on(DateKind.PUBLICATION, date(2023, 10, 19), "publication_date"),
        on(DateKind.EFFECTIVE, date(2023, 10, 17), "This rule is effective October 17, 2023."),
    ),
    corrects=(),
    matches=(Match(topic="party-lists", severity=Severity.URGENT, evidence=(hit("Entity List"),)),),
    official_at=datetime(2023, 10, 17, 20, 15, tzinfo=UTC),
    official_on=date(2023, 10, 17),
    first_seen_at=datetime(2023, 10, 17, 20, 15, 40, tzinfo=UTC),
)

PUBLISHED = replace(
    FILED,
    revision=2,
    reason=Reason.NEW_STAGE,
    stage=Stage.PUBLISHED,
    prior_stage=Stage.FILED,
    source="federal-register",
    refs=(Ref(kind="citation", value="88 FR 71991"), *FILED.refs),
    official_at=None,
    official_on=date(2023, 10, 19),
    first_seen_at=datetime(2023, 10, 19, 12, 46, tzinfo=UTC),
)

ANNOUNCED = Alert(
    story="2c41",
    revision=1,
    channel="slack:C0123",
    reason=Reason.FIRST,
    stage=Stage.ANNOUNCED,
    prior_stage=None,
    severity=Severity.URGENT,
    topics=("critical-minerals",),
    title="关于对镓、锗相关物项实施出口管制的公告",
    story_title="关于对镓、锗相关物项实施出口管制的公告",
    summary="满足以下特性的物项，未经许可，不得出口",
    kind="公告",
    source="mofcom-announcements",
    key="art_52b9a321087f402bb3d310d18b07967e",
    url="https://www.mofcom.gov.cn/zcfb/dwmygl/art/2023/art_52b9a321087f402bb3d310d18b07967e.html",
    lang="zh",
    document="mofcom:announcement:2023:23",
    refs=(Ref(kind="notice", value="商务部 海关总署公告2023年第23号"),),
    agencies=(Agency(name="商务部"), Agency(name="海关总署")),
    dates=(on(DateKind.EFFECTIVE, date(2023, 8, 1), "本公告自2023年8月1日起正式实施"),),
    corrects=(),
    matches=(
        Match(
            topic="critical-minerals",
            severity=Severity.URGENT,
            evidence=(hit("镓", lang="zh"), hit("锗", lang="zh"), hit("出口管制", lang="zh")),
        ),
    ),
    official_at=None,
    official_on=date(2023, 7, 3),
    first_seen_at=datetime(2023, 7, 3, 10, 0, tzinfo=UTC),
    also_at=("https://aqygzj.mofcom.gov.cn/qdml/art/2023/art_c2ae3d2061e14e97ba608de1ed565f78.html",),
)

CLAIMED = Alert(
    story="91be",
    revision=1,
    channel="slack:C0123",
    reason=Reason.FIRST,
    stage=Stage.UNCONFIRMED,
    prior_stage=None,
    severity=Severity.NOTICE,
    topics=("cloud-iaas",),
    title="US considers permission requirement for cloud services to Chinese AI firms, WSJ reports",
    story_title="US considers permission requirement for cloud services to Chinese AI firms, WSJ reports",
    summary=None,
    kind="Press report",
    source="technode",
    key="2023/07/05/us-to-restrict-chinese-companies-access-to-cloud-computing-services",
    url="https://technode.com/2023/07/05/us-to-restrict-chinese-companies-access-to-cloud-computing-services/",
    lang="en",
    document="url:technode.com/2023/07/05/us-to-restrict-chinese-companies-access-to-cloud-computing-services",
    refs=(),
    agencies=(),
    dates=(),
    corrects=(),
    matches=(
        Match(topic="cloud-iaas", severity=Severity.NOTICE, evidence=(hit("cloud services"), hit("Chinese"))),
    ),
    official_at=datetime(2023, 7, 5, 3, 20, tzinfo=UTC),
    official_on=date(2023, 7, 5),
    first_seen_at=datetime(2023, 7, 5, 3, 24, tzinfo=UTC),
)

PROPOSED = replace(
    CLAIMED,
    revision=2,
    reason=Reason.NEW_STAGE,
    stage=Stage.PROPOSED,
    prior_stage=Stage.UNCONFIRMED,
    title="Taking Additional Steps To Address the National Emergency With Respect to Significant Malicious "
    "Cyber-Enabled Activities",
    summary="The Department of Commerce is issuing this proposed rule to solicit comment.",
    kind="Proposed Rule",
    source="federal-register",
    key="2024-01580",
    url="https://www.federalregister.gov/d/2024-01580",
    document="fr:2024-01580",
    refs=(
        Ref(kind="citation", value="89 FR 5698"),
        Ref(kind="rin", value="0694-AJ35"),
        Ref(kind="cfr", value="15/7"),
    ),
    agencies=FILED.agencies,
    dates=(
        on(DateKind.PUBLICATION, date(2024, 1, 29), "publication_date"),
        on(DateKind.COMMENTS_CLOSE, date(2024, 4, 29), "Comments must be received by April 29, 2024."),
    ),
    matches=(
        Match(
            topic="cloud-iaas",
            severity=Severity.NOTICE,
            evidence=(hit("Infrastructure as a Service", "abstract"), hit("IaaS", "abstract")),
        ),
    ),
    official_at=None,
    official_on=date(2024, 1, 29),
    first_seen_at=datetime(2024, 1, 29, 11, 2, tzinfo=UTC),
)

SUSPENDED = replace(
    ANNOUNCED,
    story="5d07",
    stage=Stage.SUSPENDED,
    title="关于暂停实施部分出口管制措施的公告",
    story_title="关于暂停实施部分出口管制措施的公告",
    summary="自即日起至2026年11月10日，商务部公告2025年第55号、56号、57号、58号、61号、62号公告暂停实施。",
    key="art_b1ec77dd3f0d4762952904df7cdaadec",
    url="https://www.mofcom.gov.cn/zwgk/zcfb/art/2025/art_b1ec77dd3f0d4762952904df7cdaadec.html",
    document="mofcom:announcement:2025:70",
    refs=(Ref(kind="notice", value="商务部 海关总署公告2025年第70号"),),
    dates=(on(DateKind.EFFECTIVE, date(2025, 11, 7), "自即日起"),),
    matches=(
        Match(topic="critical-minerals", severity=Severity.URGENT, evidence=(hit("稀土", "body", "zh"),)),
    ),
    official_on=date(2025, 11, 7),
    first_seen_at=datetime(2025, 11, 7, 9, 30, tzinfo=UTC),
    also_at=(),
)

_SINCE = datetime(2026, 11, 23, 1, 5, tzinfo=UTC)

BLIND = Notice(
    incident="17",
    phase=Phase.OPENED,
    source="mofcom-announcements",
    title="MOFCOM announcements",
    kind="blocked",
    what="a check page instead of the list",
    advice=advice_for("blocked"),
    since=_SINCE,
    at=_SINCE + timedelta(minutes=30),
    tries=3,
    last_good_at=_SINCE - timedelta(minutes=15),
    last_good="商务部 海关总署公告2025年第72号",
    covered_by=(("Export control bureau", True),),
    topics=("critical-minerals", "party-lists"),
    next_try_at=_SINCE + timedelta(minutes=60),
)
BACK = replace(
    BLIND,
    phase=Phase.CLOSED,
    at=_SINCE + timedelta(hours=5, minutes=45),
    blind_for=timedelta(hours=5, minutes=45),
    backfilled=2,
    alerts_late=1,
)

BRIEF = Brief(
    timing=Timing(mode=Mode.DAILY, at=time(8, 30)),
    at=datetime(2026, 11, 23, 13, 30, tzinfo=UTC),
    alerts=(PUBLISHED, ANNOUNCED, CLAIMED),
    read=24,
    sources=25,
    blind=(("USTR press", datetime(2026, 11, 20, 19, 10, tzinfo=UTC)),),
    last_read_at=datetime(2026, 11, 23, 13, 29, tzinfo=UTC),
)
QUIET = replace(BRIEF, alerts=(), read=25, blind=())
BURST = Burst(
    alerts=tuple(replace(PUBLISHED, severity=Severity.NOTICE, story=f"7f{number}a") for number in range(4)),
    since=datetime(2023, 10, 17, 20, 15, tzinfo=UTC),
    until=datetime(2023, 10, 17, 20, 25, tzinfo=UTC),
    closed_at=datetime(2023, 10, 17, 20, 41, tzinfo=UTC),
)


def post(told: Told, kind: Kind = Kind.ALERT, *, language: Language = "en", **changes: Any) -> Posting:
    """Return a post of `told` to a channel in Washington, or of a Chinese reader in Beijing, two seconds after it was seen."""
    zone = BEIJING if language == "zh" else ET
    facts: dict[str, Any] = {
        "id": 12,
        "attempt": 1,
        "kind": kind,
        "channel": Channel(address="slack:C0123", language=language, zone=zone),
        "told": told,
        "at": _told_at(told),
    }
    return Posting(**facts | changes)


def _told_at(told: Told) -> datetime:
    match told:
        case Alert():
            return told.first_seen_at + timedelta(seconds=2)
        case Head():
            return told.updated_at + timedelta(seconds=2)
        case Burst():
            return told.until
        case Brief() | Notice():
            return told.at


def cases(language: Language) -> dict[str, tuple[Posting, ...]]:
    """Return each case with its posts in the order in which a channel gets them."""
    edited = Head(first=FILED, newest=PUBLISHED, updated_at=PUBLISHED.first_seen_at + timedelta(seconds=2))
    confirmed = Head(first=CLAIMED, newest=PROPOSED, updated_at=PROPOSED.first_seen_at + timedelta(seconds=2))

    def reply(told: Alert) -> Posting:
        return post(told, language=language, thread="1697573742.000100")

    def edit(told: Head) -> Posting:
        return post(told, Kind.EDIT, language=language, target="1697573742.000100")

    def detailed(told: Alert) -> tuple[Posting, ...]:
        thread = post(told, Kind.DETAILS, language=language, thread="1697573742.000100")
        return (post(told, language=language), thread)

    return {
        "a-filed": detailed(FILED),
        "b-published": (reply(PUBLISHED), edit(edited)),
        "c-announced": detailed(ANNOUNCED),
        "d-claimed": (*detailed(CLAIMED), reply(PROPOSED), edit(confirmed)),
        "e-suspended": detailed(SUSPENDED),
        "f-blind-and-back": (
            post(BLIND, Kind.NOTICE, language=language),
            post(BACK, Kind.NOTICE, language=language, thread="1795395960.000300", resurfaces=True),
        ),
        "brief": (post(BRIEF, Kind.BRIEF, language=language),),
        "quiet-day": (post(QUIET, Kind.BRIEF, language=language),),
        "burst": (
            post(replace(BURST, alerts=BURST.alerts[:1], closed_at=None), Kind.BURST, language=language),
            post(BURST, Kind.GROWTH, language=language, target="1697573900.000400"),
        ),
    }
