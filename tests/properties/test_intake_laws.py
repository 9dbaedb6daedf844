"""Laws of the intake: whatever pages come in whatever order, nothing is told twice and everything has its one reason."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.decide import Reason
from bot.core.intake import EVERY_CHANNEL
from bot.core.match import Severity
from tests.fakes.items import (
    DESK,
    EVERYTHING,
    LISTS,
    MINERALS,
    REGISTER,
    TODAY,
    Ledger,
    corrected,
    desk,
    filed,
    legal_date,
    published,
    withdrawn,
)
from watchers.item import DateKind, Item, Stage

CHANNELS = (MINERALS, LISTS, EVERYTHING, desk("loud", min_severity=Severity.URGENT))
TITLES = ("Gallium", "Entity List", "Gallium on the Entity List", "Airworthiness Directives")
NUMBERS = ("2023-10001", "2023-10002")
CORRECTIONS = ("C1-2023-10001", "2023-10003")


def versions(number: str) -> Iterator[Item]:
    """Yield one document as any page may show it: filed, taken back, in the Register, correcting, edited, with other dates."""
    for title, days, day in product(TITLES, (0, 1, 30), (19, 20)):
        said: dict[str, Any] = {
            "title": title,
            "official_on": TODAY - timedelta(days=days),
            "official_at": None,
        }
        dated = said | {"dates": (legal_date(DateKind.PUBLICATION, date(2023, 10, day)),)}
        named = {"corrects": (f"fr:{NUMBERS[0]}",)} if number.startswith("C1-") else {}
        yield filed(number, **dated | named)
        yield published(number, **dated | named)
        yield withdrawn(number, **said | named)
        yield published(number, stage=Stage.PROPOSED, **dated | named)
        yield from (corrected(number, of, **dated) for of in NUMBERS if of != number)


ITEMS = [item for number in (*NUMBERS, *CORRECTIONS) for item in versions(number)]


def pages_of(source: str) -> st.SearchStrategy[list[Item]]:
    """Return pages of one source, each document on them once."""
    shown = st.sampled_from([item for item in ITEMS if item.source == source])
    return st.lists(shown, min_size=1, max_size=4, unique_by=lambda item: item.key)


PAGES = st.one_of(pages_of(DESK), pages_of(REGISTER))
RUNS = st.lists(st.tuples(PAGES, st.sampled_from((False, False, False, True))), min_size=1, max_size=8)
Run = list[tuple[list[Item], bool]]


def run(pages: Run, *, again: bool = False) -> Ledger:
    ledger = Ledger(channels=CHANNELS)
    for page, learning in pages:
        ledger.take(*page, learning=learning)
        if again:
            writes = ledger.take(*page, learning=learning)
            assert writes.unchanged == len(page)
            assert [writes.revisions, writes.decisions, writes.alerts, writes.steps] == [[], [], [], []]
    return ledger


@settings(max_examples=200)
@given(RUNS)
def test_a_page_read_again_changes_nothing(pages: Run) -> None:
    assert run(pages, again=True).alerts == run(pages).alerts


@settings(max_examples=200)
@given(RUNS)
def test_every_revision_has_one_reason_per_channel_and_the_told_ones_are_the_alerts(
    pages: Run,
) -> None:
    ledger = run(pages)
    decided: dict[tuple[str, str, int], list[str]] = {}
    for source, each in ledger.decisions:
        decided.setdefault((source, each.key, each.revision), []).append(each.channel)
    every = sorted(channel.address for channel in CHANNELS)
    assert all(sorted(channels) in ([EVERY_CHANNEL], every) for channels in decided.values())
    assert sorted(decided) == sorted(
        (each.item.source, each.item.key, each.revision) for each in ledger.revisions
    )

    told = [(each.story, each.channel, each.reason) for _, each in ledger.decisions if each.reason.is_told]
    assert told == [(each.story, each.channel, each.reason) for each in ledger.alerts]


@settings(max_examples=200)
@given(RUNS)
def test_the_identity_of_an_alert_is_unique_and_stories_go_up_one_revision_at_a_time(
    pages: Run,
) -> None:
    ledger = run(pages)
    identities = Counter((each.story, each.revision, each.channel) for each in ledger.alerts)
    assert set(identities.values()) <= {1}
    for known in ledger.stories.values():
        assert len(set(known.steps)) == len(known.steps)
        assert ledger.story_of[known.ref] == known.id
        revisions = [step.story.revision for step, _ in ledger.steps if step.story.id == known.id]
        assert revisions == list(range(1, known.revision + 1))


@settings(max_examples=200)
@given(RUNS)
def test_a_channel_hears_of_a_documents_stage_once_unless_it_changed_or_was_filed_anew(
    pages: Run,
) -> None:
    ledger = run(pages)
    heard: dict[tuple[str, str, str, Stage], int] = {}
    for each in ledger.alerts:
        place = (each.story, each.channel, each.document, each.stage)
        if place in heard and each.reason not in {Reason.DATES_CHANGED, Reason.REVISED}:
            undone = {Stage.FILED: Stage.WITHDRAWN, Stage.WITHDRAWN: Stage.FILED}[each.stage]
            between = range(heard[place], each.revision)
            assert any(
                item.stage is undone and item.ref == each.document
                for step, item in ledger.steps
                if step.story.id == each.story and step.story.revision in between
            )
        heard[place] = each.revision


@settings(max_examples=200)
@given(RUNS)
def test_after_the_first_alert_every_other_says_what_the_channel_heard_last(
    pages: Run,
) -> None:
    heard: dict[tuple[str, str], Stage] = {}
    for each in run(pages).alerts:
        assert each.prior_stage == heard.get((each.story, each.channel))
        assert (each.reason is Reason.FIRST) == (each.prior_stage is None)
        heard[each.story, each.channel] = each.stage


@settings(max_examples=200)
@given(RUNS)
def test_a_page_cut_into_smaller_ones_in_the_order_of_events_gives_the_same_alerts(
    pages: Run,
) -> None:
    whole = run(pages)
    apart = [([item], learning) for page, learning in pages for item in _by_age(page)]
    cut = run(apart)
    assert cut.alerts == whole.alerts
    assert cut.decisions == whole.decisions


def _by_age(page: list[Item]) -> list[Item]:
    """Return a page's items as they are told: oldest first, corrections after what they may correct."""
    return sorted(page, key=lambda item: (item.official_on or date.max, bool(item.corrects)))


@settings(max_examples=200)
@given(RUNS)
def test_what_is_learned_or_stale_alerts_nobody_new(pages: Run) -> None:
    ledger = Ledger(channels=CHANNELS)
    for page, learning in pages:
        told = {(each.story, each.channel) for each in ledger.alerts}
        writes = ledger.take(*page, learning=learning)
        if learning:
            assert writes.alerts == []
        for alert in writes.alerts:
            is_old = alert.official_on is not None and alert.official_on < TODAY - timedelta(days=7)
            assert not is_old or (alert.story, alert.channel) in told | {
                (each.story, each.channel) for each in writes.alerts if each.revision < alert.revision
            }
