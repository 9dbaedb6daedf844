"""What a draft of a query would have brought, beside what today's topic brings: counted and judged by labels. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.core.archive import FLOOD_PER_DAY
from bot.core.document import Document
from bot.core.matching import Matcher
from bot.core.query import TEXT_FIELDS, codes
from bot.core.text import has_han
from bot.core.topic_value import Topic

_DRAFT, _TODAY = "draft", "today"
_SPANS = (1, 7, 30, 365)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A document to try queries on: how it is called, its day where it has one, and whether people found it relevant."""

    document: Document
    title: str
    name: str = ""
    on: date | None = None
    label: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How hits agree with labels: `labelled` of the `hits` were judged, `right` of those are relevant, of `relevant` in all."""

    hits: int
    labelled: int
    right: int
    relevant: int

    @property
    def precision(self) -> float | None:
        """Return which share of the judged hits is relevant, None where none was judged."""
        return self.right / self.labelled if self.labelled else None

    @property
    def recall(self) -> float | None:
        """Return which share of what is relevant was hit, None where nothing is known to be."""
        return self.right / self.relevant if self.relevant else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """What came out. `today`, `adds` and `drops` are empty where there is no topic to compare with; newest first.

    `by_day` holds days with a hit, oldest first; `begin` and `days` are what was looked at, with a hit or without.
    """

    draft: Score
    today: Score | None
    hits: tuple[Record, ...]
    adds: tuple[Record, ...]
    drops: tuple[Record, ...]
    by_day: tuple[tuple[date, int], ...]
    begin: date | None
    days: int

    @property
    def per_day(self) -> float:
        """Return how many documents the draft hits a day."""
        return self.draft.hits / max(1, self.days)

    def in_spans(self, most: int) -> tuple[int, tuple[tuple[date, int], ...]]:
        """Return hits in at most `most` spans of equal length, those without a hit too: days in a span, then first day and count.

        A span is a day, a week, 30 days or a year of 365; years may be more than `most`.
        """
        if self.begin is None:
            return 1, ()
        length = next((each for each in _SPANS if -(-self.days // each) <= most), _SPANS[-1])
        counts = Counter[int]()
        for on, hits in self.by_day:
            counts[(on - self.begin).days // length] += hits
        first = (self.begin + timedelta(days=start) for start in range(0, self.days, length))
        return length, tuple((day, counts[number]) for number, day in enumerate(first))

    @property
    def is_flood(self) -> bool:
        """Tell whether this is more than anybody reads."""
        return self.days > 0 and self.per_day > FLOOD_PER_DAY


class Trial:
    """Takes documents one by one and remembers those that anything hits. `begin`: since when there could have been any."""

    def __init__(self, draft: Topic, today: Topic | None = None, *, begin: date | None = None) -> None:
        topics = [replace(draft, key=_DRAFT), *([replace(today, key=_TODAY)] if today else [])]
        self._matcher = Matcher(topics)
        self._compares = today is not None
        self._begin, self._end = begin, begin
        self._relevant = 0
        self._found: dict[str, list[Record]] = {"both": [], _DRAFT: [], _TODAY: []}

    def take(self, record: Record) -> None:
        """Ask both queries of a document."""
        if record.on is not None:
            self._begin = min(self._begin or record.on, record.on)
            self._end = max(self._end or record.on, record.on)
        self._relevant += record.label is True
        keys = {match.topic for match in self._matcher.match(record.document)}
        if keys:
            self._found["both" if len(keys) > 1 else keys.pop()].append(record)

    def result(self) -> Backtest:
        """Return what came out so far."""
        both, adds, drops = (self._found[key] for key in ("both", _DRAFT, _TODAY))
        hits = [*both, *adds]
        by_day = Counter(record.on for record in hits if record.on)
        return Backtest(
            draft=self._score(hits),
            today=self._score([*both, *drops]) if self._compares else None,
            hits=_newest(hits),
            adds=_newest(adds) if self._compares else (),
            drops=_newest(drops),
            by_day=tuple(sorted(by_day.items())),
            begin=self._begin,
            days=(self._end - self._begin).days + 1 if self._begin and self._end else 0,
        )

    def _score(self, hits: list[Record]) -> Score:
        labels = [record.label for record in hits if record.label is not None]
        return Score(hits=len(hits), labelled=len(labels), right=sum(labels), relevant=self._relevant)


def _newest(records: Iterable[Record]) -> tuple[Record, ...]:
    return tuple(sorted(records, key=lambda record: record.on or date.min, reverse=True))


def record_of(fields: object) -> Record:
    """Return the document that an object of a JSONL file describes. Raises ValueError, saying what is wrong with it."""
    if not isinstance(fields, dict):
        raise ValueError("no object")
    title = _text(fields, "title")
    if not title:
        raise ValueError("no title")
    label = fields.get("label")
    if label is not None and not isinstance(label, bool):
        raise ValueError("label is neither true nor false")
    on = _day(_text(fields, "date"))
    name = _text(fields, "number") or _text(fields, "id")
    number = codes.wanted("fr", name) if name else None
    document = Document(
        texts=tuple((field, text) for field in TEXT_FIELDS if (text := _text(fields, field))),
        source=_text(fields, "source"),
        kind=_text(fields, "type"),
        agencies=_agencies(fields),
        stage=_text(fields, "stage"),
        lang="zh" if has_han(title) else "en",
        numbers=(("fr", number),) if number else (),
        dates=(("published", on),) if on else (),
    )
    return Record(document=document, title=title, name=name or _text(fields, "url"), on=on, label=label)


def _text(fields: dict[str, object], field: str) -> str:
    value = fields.get(field)
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool) and field in {"number", "id"}:
        return str(value)
    if not isinstance(value, str):
        raise ValueError(f"{field} is no text")
    return value


def _agencies(fields: dict[str, object]) -> tuple[str, ...]:
    value = fields.get("agencies", fields.get("agency"))
    every = value if isinstance(value, list) else [value] if value else []
    if not all(isinstance(each, str) for each in every):
        raise ValueError("agencies is no list of texts")
    return tuple(every)


def _day(written: str) -> date | None:
    if not written:
        return None
    try:
        return date.fromisoformat(written[:10])
    except ValueError:
        raise ValueError(f'"{written[:20]}" is no date') from None
