"""The demo's story arrives in order and once, through the real watchers, with one source blind for a day in between."""

import asyncio
import json
import sqlite3
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.clock import Clock
from bot.core.alert import Alert
from bot.core.decide import Reason
from bot.core.delivery import CANNOT_LOOK, Outcome, Sent
from bot.core.incident import Phase
from bot.core.match import Severity
from bot.core.notice import Notice
from bot.core.platform import Traits
from bot.core.posting import Posting
from bot.demo.recording import Moment
from bot.demo.replay import Replayed, replay
from watchers.item import DateKind, Stage

NO_23 = "mofcom:announcement:2023:23"
NO_39 = "mofcom:announcement:2023:39"
NO_66 = "mofcom:announcement:2023:66"

STORY = [
    ("2023-07-03 10:02", "mofcom-policy", Stage.ANNOUNCED, Reason.FIRST, "关于对镓、锗相关物项实施出口管制"),
    ("2023-07-04 21:15", "chip-desk", Stage.UNCONFIRMED, Reason.FIRST, "WSJ: the US considers rules"),
    ("2023-07-05 08:50", "press-digest", Stage.UNCONFIRMED, Reason.FIRST, "US considers limits on Chinese"),
    ("2023-08-09 20:10", "white-house", Stage.ANNOUNCED, Reason.FIRST, "Executive Order on Addressing"),
    ("2023-10-16 12:47", "public-inspection", Stage.FILED, Reason.FIRST, "Existing Validated End-User"),
    ("2023-10-17 20:17", "bis-press", Stage.ANNOUNCED, Reason.FIRST, "Commerce Strengthens Restrictions"),
    ("2023-10-17 20:17", "federal-register", Stage.PUBLISHED, Reason.NEW_STAGE, "Existing Validated End-"),
    ("2023-10-17 20:17", "public-inspection", Stage.FILED, Reason.FIRST, "Entity List Additions"),
    ("2023-10-19 12:47", "federal-register", Stage.PUBLISHED, Reason.NEW_STAGE, "Entity List Additions"),
    ("2023-10-19 12:47", "public-inspection", Stage.FILED, Reason.FIRST, "Export Controls on Semiconductor"),
    ("2023-10-19 12:47", "public-inspection", Stage.FILED, Reason.FIRST, "Implementation of Additional"),
    ("2023-10-20 10:05", "mofcom-policy", Stage.ANNOUNCED, Reason.FIRST, "商务部 海关总署公告2023年第39号"),
    ("2023-10-25 10:10", "federal-register", Stage.PUBLISHED, Reason.NEW_STAGE, "Implementation of Addit"),
    ("2023-10-25 10:10", "federal-register", Stage.PUBLISHED, Reason.NEW_STAGE, "Export Controls on Semi"),
    ("2023-11-08 11:10", "federal-register", Stage.CORRECTED, Reason.CORRECTED, "Existing Validated End-"),
    ("2023-12-29 09:35", "mofcom-policy", Stage.ANNOUNCED, Reason.FIRST, "商务部 海关总署公告2023年第66号"),
    ("2024-01-26 13:47", "public-inspection", Stage.FILED, Reason.FIRST, "Taking Additional Steps"),
    ("2024-01-29 11:10", "federal-register", Stage.PROPOSED, Reason.NEW_STAGE, "Taking Additional Steps"),
    ("2024-03-29 12:47", "public-inspection", Stage.FILED, Reason.FIRST, "Implementation of Additional"),
    ("2024-04-04 10:10", "bis-press", Stage.ANNOUNCED, Reason.FIRST, "Commerce Releases Clarifications"),
    ("2024-04-04 10:10", "federal-register", Stage.PUBLISHED, Reason.NEW_STAGE, "Implementation of Addit"),
]


@dataclass(slots=True)
class Taped:
    """A channel that keeps what it was told, and when it was; `last` is how long that was when the last moment began."""

    clock: Clock | None = None
    told: list[tuple[datetime, Alert | Notice]] = field(default_factory=list)
    moments: list[Moment] = field(default_factory=list)
    traits = Traits()

    async def send(self, posting: Posting) -> Sent:
        assert self.clock is not None
        assert isinstance(posting.told, Alert | Notice)
        self.told.append((self.clock.now(), posting.told))
        return Sent(outcome=Outcome.SENT)

    async def look(self, posting: Posting, since: datetime) -> Sent:
        return CANNOT_LOOK

    @property
    def alerts(self) -> list[tuple[datetime, Alert]]:
        return [(at, told) for at, told in self.told if isinstance(told, Alert)]

    @property
    def notices(self) -> list[tuple[datetime, Notice]]:
        return [(at, told) for at, told in self.told if isinstance(told, Notice)]

    def alert_of(self, ref: str) -> Alert:
        """Return the one alert of an act. Raises ValueError unless it was told exactly once."""
        (alert,) = (alert for _, alert in self.alerts if alert.document == ref)
        return alert


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """A demo that was run: what it told, what it came to, and its store."""

    tape: Taped
    replayed: Replayed
    store: Path

    def stories(self) -> dict[str, dict[str, Any]]:
        """Return all stories, told or not, by their official numbers."""
        connection = sqlite3.connect(self.store)
        try:
            bodies = [json.loads(body) for (body,) in connection.execute("SELECT body FROM story")]
        finally:
            connection.close()
        return {body["ref"]: body for body in bodies}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    store = tmp_path_factory.mktemp("replay") / "demo.sqlite3"
    tape = Taped()

    def taped(clock: Clock) -> Taped:
        tape.clock = clock
        return tape

    replayed = asyncio.run(
        replay(store_url=f"sqlite:///{store}", console=taped, on_moment=tape.moments.append)
    )
    return Demo(tape=tape, replayed=replayed, store=store)


def test_the_story_arrives_in_order_and_once(demo: Demo) -> None:
    told = [
        (f"{at:%Y-%m-%d %H:%M}", alert.source, alert.stage, alert.reason, alert.title)
        for at, alert in demo.tape.alerts
    ]
    assert [each[:4] for each in told] == [each[:4] for each in STORY]
    for (*_, title), (*_, start) in zip(told, STORY, strict=True):
        assert title.startswith(start)


def test_a_second_pass_repeats_nothing_and_every_source_can_be_read(demo: Demo) -> None:
    replayed = demo.replayed
    assert replayed.ok
    assert replayed.again == 0
    assert (replayed.stories, replayed.alerts, replayed.notices) == (14, len(STORY), 2)
    assert len(replayed.polls) == 18
    assert [poll.source.key for poll in replayed.polls if poll.problems or poll.error] == []


def test_what_no_topic_is_about_is_most_of_what_is_read(demo: Demo) -> None:
    assert demo.replayed.items > 150
    assert all(alert.matches or alert.prior_stage for _, alert in demo.tape.alerts)


def test_one_source_is_blind_once_and_comes_back_and_none_is_ever_late(demo: Demo) -> None:
    assert [(f"{at:%d %b %H:%M}", told.source, told.phase, told.kind) for at, told in demo.tape.notices] == [
        ("19 Oct 13:31", "mofcom-announcements", Phase.OPENED, "blocked"),
        ("20 Oct 10:05", "mofcom-announcements", Phase.CLOSED, "blocked"),
    ]
    opened, closed = (told for _, told in demo.tape.notices)
    assert opened.tries == 2
    assert opened.covered_by == (("MOFCOM policy releases", True), ("MOFCOM export control", True))
    assert (closed.tries, closed.blind_for) == (3, timedelta(hours=21, minutes=5))
    assert (closed.backfilled, closed.alerts_late, closed.others_blind) == (1, 0, ())


def test_gallium_is_one_story_that_stands_at_three_places(demo: Demo) -> None:
    alert = demo.tape.alert_of(NO_23)
    assert [(legal.kind, legal.on.isoformat()) for legal in alert.dates] == [
        (DateKind.EFFECTIVE, "2023-08-01")
    ]
    assert alert.topics == ("critical-minerals", "export-controls")
    story = demo.stories()[NO_23]
    assert story["url"] == alert.url
    assert [place["source"] for place in story["also"]] == ["mofcom-export-control", "mofcom-announcements"]


def test_graphite_is_told_once_though_the_blind_list_brings_it_too(demo: Demo) -> None:
    alert = demo.tape.alert_of(NO_39)
    assert [legal.on.isoformat() for legal in alert.dates] == ["2023-12-01"]
    story = demo.stories()[NO_39]
    assert [place["source"] for place in story["also"]] == ["mofcom-export-control"]


def test_the_catalogue_is_about_minerals_by_its_annex_alone(demo: Demo) -> None:
    alert = demo.tape.alert_of(NO_66)
    fields = {match.topic: {hit.field for hit in match.evidence} for match in alert.matches}
    assert fields["critical-minerals"] == {"annex"}
    assert "title" in fields["export-controls"]
    assert [legal.on.isoformat() for legal in alert.dates] == ["2024-01-01"]


def test_what_is_only_reported_stays_unconfirmed_and_apart(demo: Demo) -> None:
    reported = [alert for _, alert in demo.tape.alerts if alert.stage is Stage.UNCONFIRMED]
    assert [(alert.source, alert.topics) for alert in reported] == [
        ("chip-desk", ("chips-ai", "cloud-iaas")),
        ("press-digest", ("chips-ai", "cloud-iaas")),
    ]
    assert reported[0].author == "@chip-desk.example"
    assert len({alert.story for alert in reported}) == 2


def test_the_validated_end_user_rule_is_filed_published_and_corrected_in_one_story(demo: Demo) -> None:
    steps = [alert for _, alert in demo.tape.alerts if alert.title.startswith("Existing Validated")]
    assert len({alert.story for alert in steps}) == 1
    assert [alert.revision for alert in steps] == [1, 2, 3]
    assert steps[-1].corrects == ("fr:2023-22873",)


def test_only_rules_and_announcements_are_urgent_and_each_says_why(demo: Demo) -> None:
    urgent = [alert for _, alert in demo.tape.alerts if alert.severity is Severity.URGENT]
    assert {alert.source for alert in urgent} == {"mofcom-policy", "public-inspection", "federal-register"}
    assert all(any(match.reasons for match in alert.matches) for alert in urgent)
    assert {alert.title for alert in urgent if "party-lists" in alert.topics} == {"Entity List Additions"}
