"""What a topic is, as a value: a query with a name, rules for how loud it is, and examples. `bot.core.topic` reads TOML."""

from dataclasses import dataclass

from bot.core.document import Document
from bot.core.match import Severity
from bot.core.query.engine import Query
from bot.core.text import has_han


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A document in miniature that a topic must match, or must ignore. `severity` is what a match must come out as, if given."""

    title: str
    abstract: str = ""
    body: str = ""
    agency: str = ""
    kind: str = ""
    source: str = ""
    stage: str = ""
    lang: str = ""
    severity: Severity | None = None

    @property
    def document(self) -> Document:
        """Return what the query looks at."""
        texts = (("title", self.title), ("abstract", self.abstract), ("body", self.body))
        return Document(
            texts=tuple(pair for pair in texts if pair[1]),
            source=self.source,
            kind=self.kind,
            agencies=(self.agency,) if self.agency else (),
            stage=self.stage,
            lang=self.lang or ("zh" if has_han(self.title) else "en"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What raises a topic where `when` holds too: to a severity, or by a weight. `why`, if given, is shown instead of `when`."""

    when: Query
    severity: Severity | None = None
    weight: int = 0
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One thing to be alerted about. `key` is kebab-case and names it everywhere; `origin` is the file it came from.

    A match has the loudest severity of its own and of the rules that hold, and is info where `quiet` holds. With a
    `least_weight` an item matches only if the weights of the rules that hold add up to it.
    """

    key: str
    title: str
    title_zh: str
    severity: Severity
    query: Query
    match_examples: tuple[Example, ...]
    ignore_examples: tuple[Example, ...]
    origin: str
    quiet: Query | None = None
    rules: tuple[Rule, ...] = ()
    least_weight: int = 0
