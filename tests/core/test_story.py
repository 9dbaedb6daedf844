"""A story is one policy act: which documents tell it, which step each takes, and that no step is taken twice."""

import hashlib
from datetime import date
from itertools import pairwise

import pytest

from bot.core.match import Severity
from bot.core.story import Move, Story, advance, begin, begun_ref, candidate_ids, documents, move_of
from tests.fakes.items import corrected, filed, legal_date, published, withdrawn
from watchers.item import DateKind, Item, Stage


def take(story: Story, item: Item) -> Story:
    return advance(story, item, topics=("minerals",), severity=Severity.NOTICE)


def told(*items: Item) -> Story:
    """Return the story that the items make one after another, the first of which begins it."""
    story = begin(items[0], frozenset())
    for item in items:
        assert move_of(story, item, dates_changed=False).is_news
        story = take(story, item)
    return story


def move(story: Story, item: Item, *, dates_changed: bool = False) -> Move:
    return move_of(story, item, dates_changed=dates_changed)


def test_a_filing_and_its_publication_are_one_story_with_two_steps() -> None:
    story = told(filed(), published())
    assert story.steps == ("fr:2023-23048@filed", "fr:2023-23048@published")
    assert (story.ref, story.stage, story.revision) == ("fr:2023-23048", Stage.PUBLISHED, 2)


def test_the_first_item_begins_a_story_and_the_next_stage_moves_it() -> None:
    story = begin(filed(), frozenset())
    assert (story.revision, story.steps, story.stage) == (0, (), Stage.FILED)
    assert move(story, filed()) is Move.BEGINS
    assert move(take(story, filed()), published()) is Move.STAGE
    assert move(take(story, filed()), published(stage=Stage.PROPOSED)) is Move.STAGE


def test_the_same_filing_again_is_no_move() -> None:
    assert move(told(filed()), filed()) is Move.EDIT
    assert not Move.EDIT.is_news


def test_moved_dates_are_news_while_the_filing_stands() -> None:
    assert move(told(filed()), filed(), dates_changed=True) is Move.DATES
    assert move(told(filed(), published()), published(), dates_changed=True) is Move.DATES
    assert Move.DATES.is_news


def test_dates_of_a_filing_that_was_taken_back_are_no_news() -> None:
    assert move(told(filed(), withdrawn()), withdrawn(), dates_changed=True) is Move.EDIT


def test_dates_that_move_at_the_desk_after_publication_are_superseded() -> None:
    story = told(filed(), published())
    assert move(story, filed(), dates_changed=True) is Move.SUPERSEDED
    assert move(story, filed(), dates_changed=False) is Move.EDIT


@pytest.mark.parametrize("stage", [Stage.PUBLISHED, Stage.PROPOSED])
def test_what_is_in_the_register_is_neither_filed_nor_withdrawn_any_more(stage: Stage) -> None:
    story = told(published(stage=stage))
    assert move(story, filed()) is Move.SUPERSEDED
    assert move(story, withdrawn()) is Move.SUPERSEDED
    assert not Move.SUPERSEDED.is_news


def test_a_filing_can_be_withdrawn_and_filed_again_any_number_of_times() -> None:
    story = told(filed(), withdrawn(), filed(), withdrawn())
    assert (story.stage, story.revision) == (Stage.WITHDRAWN, 4)
    assert story.steps == ("fr:2023-23048@withdrawn",)
    assert move(story, withdrawn()) is Move.EDIT
    assert move(story, filed()) is Move.STAGE


def test_a_correction_is_looked_for_under_its_own_number_first() -> None:
    item = corrected("2023-99999")
    assert documents(item) == ("fr:2023-99999", "fr:2023-23048")
    assert documents(filed()) == ("fr:2023-23048",)


def test_a_correction_that_arrives_alone_begins_the_story_of_what_it_corrects() -> None:
    assert begun_ref(corrected()) == "fr:2023-23048"
    assert begun_ref(filed()) == "fr:2023-23048"
    assert begin(corrected(), frozenset()).id == begin(filed(), frozenset()).id


def test_a_correction_keeps_the_title_address_and_dates_of_the_original() -> None:
    dates = (legal_date(DateKind.EFFECTIVE, date(2023, 11, 17)),)
    original = published(dates=dates)
    correction = corrected(dates=(legal_date(DateKind.PUBLICATION, date(2023, 10, 25)),))
    story = told(original, correction)
    assert (story.title, story.url, story.dates) == (original.title, original.url, dates)
    assert story.stage is Stage.CORRECTED


def test_a_correction_gives_dates_to_a_story_that_has_none() -> None:
    dates = (legal_date(DateKind.EFFECTIVE, date(2023, 11, 17)),)
    assert told(published(), corrected(dates=dates)).dates == dates


@pytest.mark.parametrize("stage", [Stage.PUBLISHED, Stage.PROPOSED, Stage.FILED])
def test_an_original_that_arrives_after_its_correction_leaves_the_story_corrected(stage: Stage) -> None:
    original = published(stage=stage)
    story = told(corrected(), original)
    assert (story.stage, story.title, story.url) == (Stage.CORRECTED, original.title, original.url)


def test_a_second_correction_is_a_step_of_its_own() -> None:
    story = told(published(), corrected(), corrected("C2-2023-23048"))
    assert story.revision == 3
    assert story.steps[1:] == ("fr:C1-2023-23048@corrected", "fr:C2-2023-23048@corrected")


def test_a_correction_that_is_filed_or_taken_back_does_not_unpublish_the_act() -> None:
    at_the_desk = {"corrects": ("fr:2023-23048",)}
    story = told(published(), filed("C1-2023-23048", **at_the_desk))
    assert story.stage is Stage.PUBLISHED
    assert move(story, withdrawn("C1-2023-23048", **at_the_desk)) is Move.STAGE
    assert take(story, withdrawn("C1-2023-23048", **at_the_desk)).stage is Stage.PUBLISHED


def test_a_story_that_a_filed_correction_began_follows_it() -> None:
    at_the_desk = {"corrects": ("fr:2023-23048",)}
    story = told(filed("C1-2023-23048", **at_the_desk), withdrawn("C1-2023-23048", **at_the_desk))
    assert story.stage is Stage.WITHDRAWN


def test_topics_gather_and_the_severity_only_rises() -> None:
    story = begin(filed(), frozenset())
    story = advance(story, filed(), topics=("a", "b"), severity=Severity.URGENT)
    story = advance(story, published(), topics=("b", "c"), severity=Severity.INFO)
    assert (story.topics, story.severity) == (("a", "b", "c"), Severity.URGENT)


def test_taking_a_step_again_for_its_dates_adds_a_revision_and_no_step() -> None:
    story = told(filed())
    again = take(story, filed(dates=(legal_date(DateKind.PUBLICATION, date(2023, 10, 20)),)))
    assert (again.revision, again.steps) == (2, story.steps)
    assert again.dates[0].on == date(2023, 10, 20)


def test_ids_are_the_beginning_of_a_hash_and_grow_until_one_is_free() -> None:
    ids = candidate_ids("fr:2023-23048")
    digest = hashlib.sha256(b"fr:2023-23048").hexdigest()
    assert all(digest.startswith(each) for each in ids)
    assert [len(each) for each in ids] == [4, 6, 8, 12, 16]
    for taken, free in pairwise(ids):
        assert begin(filed(), frozenset(ids[: ids.index(taken) + 1])).id == free


def test_a_story_whose_ids_are_all_taken_gets_the_longest() -> None:
    ids = candidate_ids("fr:2023-23048")
    assert begin(filed(), frozenset(ids)).id == ids[-1]


def test_a_number_that_no_encoding_takes_still_has_ids() -> None:
    assert len(candidate_ids("fr:\ud800")[0]) == 4
