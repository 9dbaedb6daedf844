"""One policy act, told by its documents: which step an item is, and what the story becomes by it. Pure.

Stories are one per official number for now: a filing and its publication share it, a correction belongs to what it corrects.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.core.match import Severity
from watchers.item import Item, LegalDate, Stage

_IN_THE_REGISTER = frozenset({Stage.PROPOSED, Stage.PUBLISHED, Stage.CORRECTED})
_AT_THE_DESK = frozenset({Stage.FILED, Stage.WITHDRAWN})
_ID_LENGTHS = (4, 6, 8, 12, 16)


MAX_ALSO = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class AlsoAt:
    """Another place where the same act stands: which source showed it, and its address."""

    source: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A policy act. `id` is what people type (`7f3a`); `ref` is the official number; `revision` counts told steps.

    `steps` are the `ref@stage` pairs that its documents have taken, so that none is taken twice. `also` are further places
    that carry what `url` carries: a copy is folded in, and always shown. `learnt`: nothing but first reads brought it so far,
    so that nobody could be told.
    """

    id: str
    ref: str
    stage: Stage
    revision: int
    title: str
    url: str
    topics: tuple[str, ...] = ()
    severity: Severity = Severity.INFO
    dates: tuple[LegalDate, ...] = ()
    steps: tuple[str, ...] = ()
    also: tuple[AlsoAt, ...] = ()
    learnt: bool = False


class Move(StrEnum):
    """What an item does to a story."""

    BEGINS = "begins"
    STAGE = "stage"
    DATES = "dates"
    TEXT = "text"
    EDIT = "edit"
    FLAPS = "flaps"
    ALSO = "also at"
    SUPERSEDED = "superseded"

    @property
    def is_news(self) -> bool:
        """Tell whether the story moved, as opposed to a mere edit, a copy, or a stage that was already passed."""
        return self in {Move.BEGINS, Move.STAGE, Move.DATES, Move.TEXT}


def documents(item: Item) -> tuple[str, ...]:
    """Return the official numbers by which the item's story may be known already, the surest first.

    Its own number goes first: a correction that was filed under its own number stays in the thread that told of the filing.
    """
    return (*names(item), *item.corrects)


def names(item: Item) -> tuple[str, ...]:
    """Return every name of the act itself that `item` tells of, the surest first."""
    return tuple(dict.fromkeys((item.ref, *item.aliases)))


def begun_ref(item: Item) -> str:
    """Return the official number of the story that `item` begins: a correction begins the story of what it corrects."""
    return item.corrects[0] if item.corrects else item.ref


def candidate_ids(ref: str) -> tuple[str, ...]:
    """Return the ids that a story with this official number may get, shortest first."""
    digest = hashlib.sha256(ref.encode("utf-8", "surrogatepass")).hexdigest()
    return tuple(digest[:length] for length in _ID_LENGTHS)


def begin(item: Item, taken: frozenset[str]) -> Story:
    """Return a story at revision 0 that has taken no step yet. `taken` are ids in use by other stories."""
    ref = begun_ref(item)
    free = next((each for each in candidate_ids(ref) if each not in taken), candidate_ids(ref)[-1])
    return Story(id=free, ref=ref, stage=item.stage, revision=0, title=item.title, url=item.url)


def move_of(
    story: Story, item: Item, *, dates_changed: bool, text_changed: bool = False, is_new: bool = False
) -> Move:
    """Tell what `item` does to `story`. `dates_changed`, `text_changed`: readers know other legal dates, or words, of it.

    `is_new`: the item was never seen before, so a step that is taken already was taken by another copy of it.
    What the desk changes is news only while the filing stands: not once it is taken back, nor once it is in the Register.
    """
    taken = _is_taken(story, item)
    repeats = item.stage is Stage.UNCONFIRMED and story.revision > 0 and story.stage is not Stage.UNCONFIRMED
    if is_new and (taken or repeats):
        return Move.ALSO
    if repeats:
        return Move.EDIT
    if taken and (not (dates_changed or text_changed) or item.stage is Stage.WITHDRAWN):
        return Move.EDIT
    passed = any(step in story.steps for stage in _IN_THE_REGISTER for step in _steps(item, stage))
    if passed and item.stage in _AT_THE_DESK:
        return Move.SUPERSEDED
    if taken:
        return Move.DATES if dates_changed else Move.TEXT
    return Move.BEGINS if story.revision == 0 else Move.STAGE


def advance(
    story: Story, item: Item, *, topics: tuple[str, ...], severity: Severity, learning: bool = False
) -> Story:
    """Return the story after the news that `item` carries, one revision on. `learning`: in a first read, which alerts nobody.

    A withdrawn filing may be filed again and the other way round, so each clears the other's step.
    An original that arrives after its correction is told, yet leaves the story corrected; likewise a correction that is
    only filed, or taken back, leaves an act in the Register where it stands.
    """
    cleared = {Stage.FILED: Stage.WITHDRAWN, Stage.WITHDRAWN: Stage.FILED}.get(item.stage)
    gone = _steps(item, cleared) if cleared else ()
    is_original = item.ref == story.ref
    return replace(
        story,
        stage=story.stage if _stands(story.stage, item.stage) else item.stage,
        revision=story.revision + 1,
        title=item.title if is_original else story.title,
        url=item.url if is_original else story.url,
        topics=tuple(dict.fromkeys((*story.topics, *topics))),
        severity=max(story.severity, severity),
        dates=item.dates if is_original or not story.dates else story.dates,
        steps=_with_steps([step for step in story.steps if step not in gone], item),
        learnt=learning and (story.learnt or story.revision == 0),
    )


def _stands(reached: Stage, brought: Stage) -> bool:
    """Tell whether a story that has reached a stage keeps it although one of its documents brings another."""
    if brought in _AT_THE_DESK:
        return reached in _IN_THE_REGISTER
    return reached is Stage.CORRECTED and brought in _IN_THE_REGISTER


def also_at(story: Story, item: Item) -> Story:
    """Return the story with this copy's address noted; the same story where it is noted already, or is its own address."""
    place = AlsoAt(source=item.source, url=item.url)
    story = replace(story, steps=_with_steps(story.steps, item))
    if item.url == story.url or place in story.also or len(story.also) >= MAX_ALSO:
        return story
    return replace(story, also=(*story.also, place))


def _is_taken(story: Story, item: Item) -> bool:
    """Tell whether the item's step was taken: by its number, or by its address unless under another number.

    An address may be used again for the next document.
    """
    own = set(_steps(item, item.stage))
    taken = {step for step in story.steps if step.endswith(f"@{item.stage.value}")}
    own_numbers = _numbers(own)
    if own_numbers and _numbers(taken):
        return not own_numbers.isdisjoint(taken)
    return not own.isdisjoint(taken)


def _numbers(steps: set[str]) -> set[str]:
    return {step for step in steps if not step.startswith("url:")}


def _with_steps(steps: Iterable[str], item: Item) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*steps, *_steps(item, item.stage))))


def _steps(item: Item, stage: Stage) -> tuple[str, ...]:
    """Return a step by every name of the act: a copy elsewhere may be known by any one of them alone."""
    return tuple(f"{name}@{stage.value}" for name in names(item))
