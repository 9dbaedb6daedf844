"""From a page's items to everything that is written about them: who is told what, and why not."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from bot.core.decide import Reason
from bot.core.intake import EVERY_CHANNEL
from bot.core.match import Severity
from bot.core.story import Move, candidate_ids
from tests.fakes.items import (
    DESK,
    EVERYTHING,
    LISTS,
    MINERALS,
    NOON,
    REGISTER,
    TODAY,
    Ledger,
    corrected,
    desk,
    filed,
    legal_date,
    published,
    reasons,
    withdrawn,
)
from watchers.item import DateKind, LegalDate, Ref, Stage

MINE, THEIRS = MINERALS.address, LISTS.address
UNRELATED = "Airworthiness Directives"


def moved(day: int) -> tuple[LegalDate, ...]:
    return (legal_date(DateKind.PUBLICATION, date(2023, 10, day)),)


# -- what alerts


def test_a_match_begins_a_story_and_alerts_the_channel_that_wants_it() -> None:
    ledger = Ledger()
    writes = ledger.take(filed())
    assert reasons(writes) == {MINE: Reason.FIRST, THEIRS: Reason.NOT_SUBSCRIBED}
    (alert,) = writes.alerts
    story = candidate_ids("fr:2023-23048")[0]
    assert (alert.story, alert.revision, alert.channel) == (story, 1, MINE)
    assert (alert.stage, alert.prior_stage, alert.severity) == (Stage.FILED, None, Severity.URGENT)
    assert (alert.topics, alert.first_seen_at) == (("minerals",), NOON)
    assert writes.documents == {"fr:2023-23048": story}
    assert [(step.key, step.revision, step.move) for step in writes.steps] == [("2023-23048", 1, Move.BEGINS)]
    assert [(each.revision, each.story, each.matches[0].topic) for each in writes.revisions] == [
        (1, story, "minerals")
    ]


def test_publication_after_filing_is_a_new_stage_of_the_same_story() -> None:
    ledger = Ledger()
    ledger.take(filed())
    (alert,) = ledger.take(published()).alerts
    assert (alert.reason, alert.revision, alert.prior_stage) == (Reason.NEW_STAGE, 2, Stage.FILED)
    assert len(ledger.stories) == 1


def test_a_correction_goes_into_the_thread_of_what_it_corrects() -> None:
    ledger = Ledger()
    ledger.take(published())
    (alert,) = ledger.take(corrected(title="Technical Correction")).alerts
    assert (alert.reason, alert.corrects, alert.matches) == (Reason.CORRECTED, ("fr:2023-23048",), ())
    assert (alert.title, alert.story_title) == ("Technical Correction", "Export Controls on Gallium")
    assert alert.topics == ("minerals",)


def test_a_correction_filed_under_its_own_number_stays_in_its_own_thread() -> None:
    ledger = Ledger()
    ledger.take(published())
    own = ledger.take(filed("2023-25000")).alerts[0].story
    (alert,) = ledger.take(corrected("2023-25000")).alerts
    assert alert.story == own != ledger.story_of["fr:2023-23048"]


def test_an_original_that_arrives_after_its_correction_joins_its_story() -> None:
    ledger = Ledger()
    ledger.take(corrected())
    (alert,) = ledger.take(published()).alerts
    assert (alert.reason, alert.prior_stage) == (Reason.NEW_STAGE, Stage.CORRECTED)
    (story,) = ledger.stories.values()
    assert story.stage is Stage.CORRECTED


def test_a_correction_of_a_correction_joins_the_story_whose_original_was_never_seen() -> None:
    ledger = Ledger()
    ledger.take(corrected("2023-30000"))
    ledger.take(corrected("2023-31000", of="2023-30000"))
    assert set(ledger.story_of) == {"fr:2023-23048", "fr:2023-30000", "fr:2023-31000"}
    assert len(set(ledger.story_of.values())) == 1


def test_a_withdrawal_is_told_to_whom_the_filing_was_told() -> None:
    ledger = Ledger()
    ledger.take(filed())
    writes = ledger.take(withdrawn())
    assert reasons(writes) == {MINE: Reason.WITHDRAWN, THEIRS: Reason.NOT_SUBSCRIBED}
    assert writes.alerts[0].prior_stage is Stage.FILED
    assert reasons(ledger.take(filed())) == {MINE: Reason.NEW_STAGE, THEIRS: Reason.NOT_SUBSCRIBED}


def test_a_withdrawal_of_what_was_never_told_is_not_told() -> None:
    writes = Ledger().take(withdrawn())
    assert reasons(writes)[MINE] is Reason.NEVER_TOLD
    assert writes.alerts == []


def test_a_withdrawn_filing_whose_dates_are_emptied_later_is_told_once() -> None:
    ledger = Ledger()
    ledger.take(filed())
    ledger.take(withdrawn(dates=moved(19), note="The agency withdrew it."))
    assert reasons(ledger.take(withdrawn(note="The agency withdrew it.")))[MINE] is Reason.EDITED
    assert [reason for reason, _ in ledger.told()] == [Reason.FIRST, Reason.WITHDRAWN]


def test_a_moved_date_is_told_with_the_new_date() -> None:
    ledger = Ledger()
    ledger.take(filed())
    (alert,) = ledger.take(filed(dates=moved(20))).alerts
    assert (alert.reason, alert.dates, alert.prior_stage) == (Reason.DATES_CHANGED, moved(20), Stage.FILED)


def test_a_date_that_moves_at_the_desk_after_publication_does_not_unpublish() -> None:
    ledger = Ledger()
    ledger.take(filed())
    ledger.take(published())
    writes = ledger.take(filed(dates=moved(20)))
    assert reasons(writes)[MINE] is Reason.SUPERSEDED
    assert writes.stories == {}


def test_a_changed_text_is_told_with_what_changed_to_whom_it_was_told() -> None:
    ledger = Ledger()
    ledger.take(published(abstract="It adds entities."))
    writes = ledger.take(published(abstract="It adds two entities."))
    assert reasons(writes) == {MINE: Reason.REVISED, THEIRS: Reason.NOT_SUBSCRIBED}
    (alert,) = writes.alerts
    assert alert.redline is not None
    assert [(each.field, each.added) for each in alert.redline.changes] == [
        ("abstract", "It adds two entities.")
    ]
    assert [each.revision for each in writes.revisions] == [2]


@pytest.mark.parametrize(
    "changed",
    [
        {"abstract": "It adds , entities"},
        {"significant": True},
        {"refs": (Ref(kind="rin", value="0694-AJ35"),)},
    ],
)
def test_a_change_that_no_reader_would_notice_is_kept_and_told_to_nobody(changed: dict[str, Any]) -> None:
    ledger = Ledger()
    ledger.take(published(abstract="It adds entities."))
    writes = ledger.take(published(**{"abstract": "It adds entities."} | changed))
    assert writes.alerts == []
    assert all(reason is not Reason.REVISED for reason in reasons(writes).values())


def test_a_filing_found_after_its_publication_is_superseded() -> None:
    ledger = Ledger()
    ledger.take(published())
    assert reasons(ledger.take(filed()))[MINE] is Reason.SUPERSEDED
    assert len(ledger.told()) == 1


# -- who is told


def test_channels_with_other_topics_and_severities_are_decided_each_for_itself() -> None:
    loud = desk("loud", min_severity=Severity.URGENT)
    ledger = Ledger(channels=(MINERALS, LISTS, loud, EVERYTHING))
    writes = ledger.take(filed(title="Entity List Additions"))
    assert reasons(writes) == {
        MINE: Reason.NOT_SUBSCRIBED,
        THEIRS: Reason.FIRST,
        "loud": Reason.BELOW_SEVERITY,
        "all": Reason.FIRST,
    }
    assert {each.severity for each in writes.alerts} == {Severity.NOTICE}


def test_a_channel_is_alerted_as_loud_as_its_own_topics_are() -> None:
    ledger = Ledger()
    writes = ledger.take(filed(title="Entity List Additions and Gallium"))
    assert {each.channel: each.severity for each in writes.alerts} == {
        MINE: Severity.URGENT,
        THEIRS: Severity.NOTICE,
    }


def test_a_channel_told_before_hears_later_stages_without_its_words() -> None:
    ledger = Ledger(channels=(desk(MINERALS.address, "minerals", min_severity=Severity.URGENT), LISTS))
    ledger.take(filed())
    (alert,) = ledger.take(published(title=UNRELATED)).alerts
    assert (alert.channel, alert.reason, alert.matches) == (MINE, Reason.NEW_STAGE, ())
    assert (alert.topics, alert.severity) == (("minerals",), Severity.URGENT)


def test_a_channel_that_first_hears_of_a_story_at_a_later_stage_gets_a_first_alert() -> None:
    ledger = Ledger()
    ledger.take(filed())
    writes = ledger.take(published(abstract="Also adds to the Entity List."))
    assert reasons(writes) == {MINE: Reason.NEW_STAGE, THEIRS: Reason.FIRST}


def test_an_item_that_matches_nothing_is_decided_once_for_all_channels() -> None:
    writes = Ledger().take(filed(title=UNRELATED))
    assert reasons(writes) == {EVERY_CHANNEL: Reason.NO_MATCH}
    assert (writes.decisions[0].story, writes.stories, writes.documents) == (None, {}, {})
    assert writes.revisions[0].story is None


def test_without_channels_a_match_still_makes_a_story() -> None:
    writes = Ledger(channels=()).take(filed())
    assert len(writes.stories) == 1
    assert (writes.decisions, writes.alerts) == ([], [])


# -- what does not alert


def test_a_source_that_is_learning_never_alerts_yet_remembers_its_stories() -> None:
    ledger = Ledger()
    assert reasons(ledger.take(filed(), learning=True, complete_at=None)) == {EVERY_CHANNEL: Reason.BASELINE}
    writes = ledger.take(filed("2023-1", title=UNRELATED), learning=True, complete_at=None)
    assert reasons(writes) == {EVERY_CHANNEL: Reason.BASELINE}
    assert ledger.alerts == []
    assert reasons(ledger.take(published()))[MINE] is Reason.FIRST


def test_what_is_older_than_the_freshness_limit_never_alerts() -> None:
    ledger = Ledger()
    old = filed(official_at=NOON - timedelta(days=8), official_on=date(2023, 10, 9))
    writes = ledger.take(old)
    assert reasons(writes) == {EVERY_CHANNEL: Reason.STALE}
    assert writes.decisions[0].story in writes.stories


@pytest.mark.parametrize(("seconds", "reason"), [(0, Reason.FIRST), (1, Reason.STALE)])
def test_freshness_is_measured_from_the_last_complete_read(seconds: int, reason: Reason) -> None:
    complete_at = NOON - timedelta(days=30)
    item = filed(official_at=complete_at - timedelta(days=7, seconds=seconds))
    assert set(reasons(Ledger().take(item, complete_at=complete_at)).values()) & {Reason.FIRST, reason} == {
        reason
    }


@pytest.mark.parametrize(("day", "reason"), [(10, Reason.FIRST), (9, Reason.STALE)])
def test_the_freshness_of_a_date_without_a_time_is_measured_in_the_issuers_zone(
    day: int, reason: Reason
) -> None:
    late = datetime(2023, 10, 18, 3, 0, tzinfo=UTC)  # still the 17th in Washington
    writes = Ledger().take(published(official_on=date(2023, 10, day)), complete_at=late)
    assert reason in reasons(writes).values()


def test_an_item_without_any_date_is_not_stale() -> None:
    assert reasons(Ledger().take(published(official_on=None)))[MINE] is Reason.FIRST


def test_before_the_first_complete_read_freshness_is_measured_from_now() -> None:
    item = filed(official_at=NOON - timedelta(days=8))
    assert reasons(Ledger().take(item, complete_at=None)) == {EVERY_CHANNEL: Reason.STALE}


def test_a_channel_hears_how_a_story_goes_on_however_long_ago_the_filing_was_made() -> None:
    ledger = Ledger()
    ledger.take(filed(title="Entity List and Gallium"))
    ledger.alerts = [each for each in ledger.alerts if each.channel == MINE]
    later = NOON + timedelta(days=9)
    back = withdrawn(
        title="Entity List and Gallium",
        official_at=NOON,
        official_on=TODAY,
        note="Withdrawn at the agency's request.",
    )
    writes = ledger.take(back, seen_at=later, complete_at=later - timedelta(hours=1))
    assert reasons(writes) == {MINE: Reason.WITHDRAWN, THEIRS: Reason.STALE}


# -- what one batch is to the next


def test_the_same_batch_again_changes_nothing() -> None:
    ledger = Ledger()
    ledger.take(filed(), filed("2023-2", title=UNRELATED))
    writes = ledger.take(filed(), filed("2023-2", title=UNRELATED))
    assert writes.unchanged == 2
    assert (writes.revisions, writes.decisions, writes.alerts, writes.steps) == ([], [], [], [])


def test_an_item_twice_in_one_batch_counts_once() -> None:
    writes = Ledger().take(filed(), filed())
    assert (len(writes.revisions), len(writes.alerts), writes.unchanged) == (1, 1, 1)


def test_a_filing_and_its_withdrawal_in_one_batch_are_told_in_order() -> None:
    writes = Ledger().take(withdrawn(), filed())
    assert [(each.reason, each.revision) for each in writes.alerts] == [
        (Reason.FIRST, 1),
        (Reason.WITHDRAWN, 2),
    ]


def test_inside_a_batch_the_oldest_is_told_first_and_a_correction_after_its_original() -> None:
    newer = published("2023-3", official_on=date(2023, 10, 16))
    older = published("2023-2", official_on=date(2023, 10, 13))
    writes = Ledger().take(corrected(), published(), newer, older)
    assert [each.document for each in writes.alerts] == [
        "fr:2023-2",
        "fr:2023-3",
        "fr:2023-23048",
        "fr:C1-2023-23048",
    ]


def test_instants_of_one_day_are_compared_as_instants_whatever_their_offset() -> None:
    eastern = timezone(timedelta(hours=-4))
    first = filed("2023-1", official_at=datetime(2023, 10, 17, 8, 45, tzinfo=eastern))
    second = filed("2023-2", official_at=datetime(2023, 10, 17, 12, 46, tzinfo=UTC))
    third = filed("2023-3", official_at=datetime(2023, 10, 17, 8, 47, tzinfo=eastern))
    writes = Ledger().take(third, second, first)
    assert [each.key for each in writes.alerts] == ["2023-1", "2023-2", "2023-3"]


def test_a_new_way_of_hashing_alerts_nobody() -> None:
    ledger = Ledger()
    ledger.take(filed())
    seen = ledger.seen[DESK, "2023-23048"]
    ledger.seen[DESK, "2023-23048"] = replace(seen, fingerprint="0:older")
    writes = ledger.take(filed(title="Read in another way"))
    assert (writes.unchanged, writes.alerts, writes.revisions) == (1, [], [])


def test_another_date_is_told_whatever_way_of_hashing_went_before() -> None:
    ledger = Ledger()
    ledger.take(filed(), published("2023-1", dates=moved(20)), published("2023-2", dates=moved(20)))
    for key, seen in ledger.seen.items():
        ledger.seen[key] = replace(seen, fingerprint="0:older")
    day = LegalDate(kind=DateKind.COMMENTS_CLOSE, on=date(2023, 12, 1), evidence="x")
    writes = ledger.take(
        filed(stage=Stage.WITHDRAWN),
        published("2023-1", dates=moved(21)),
        published("2023-2", dates=(*moved(20), day)),
    )
    assert [(each.key, each.reason) for each in writes.alerts] == [
        ("2023-1", Reason.DATES_CHANGED),
        ("2023-23048", Reason.WITHDRAWN),
    ]
    assert writes.unchanged == 1  # the last has one date more than its older reader found, and none elsewhere


def test_the_same_key_of_another_source_is_another_item() -> None:
    ledger = Ledger()
    ledger.take(filed())
    assert [each.revision for each in ledger.take(published()).revisions] == [1]
    assert set(ledger.seen) == {(DESK, "2023-23048"), (REGISTER, "2023-23048")}


def test_two_stories_that_begin_in_one_batch_never_share_an_id() -> None:
    first_with: dict[str, str] = {}
    number = twin = ""
    for number in (f"2023-{count:05}" for count in range(5_000)):
        twin = first_with.setdefault(candidate_ids(f"fr:{number}")[0], number)
        if twin != number:
            break
    writes = Ledger().take(filed(twin), filed(number))
    assert [each.story for each in writes.alerts] == [
        candidate_ids(f"fr:{twin}")[0],
        candidate_ids(f"fr:{number}")[1],
    ]


def test_a_new_story_never_takes_the_id_of_an_old_one() -> None:
    ledger = Ledger()
    short = candidate_ids("fr:2023-2")[0]
    ledger.stories[short] = replace(
        next(iter(Ledger().take(filed()).stories.values())), id=short, ref="fr:other"
    )
    writes = ledger.take(filed("2023-2"))
    assert writes.alerts[0].story == candidate_ids("fr:2023-2")[1]
    assert ledger.stories[short].ref == "fr:other"
