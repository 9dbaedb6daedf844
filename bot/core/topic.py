"""Topics: a query with a name, a severity and examples, read from TOML text. It reads no files; `bot.topics` does."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from unicodedata import east_asian_width

from bot.core.match import Severity
from bot.core.matching import Matcher
from bot.core.query import Query, QueryError, prepare, read
from bot.core.query.explaining import why_not
from bot.core.query.lists import LISTS, ListError, of_lists
from bot.core.topic_value import Example, Rule, Topic

_KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_TABLE_KEYS = ("title", "title_zh", "severity", "query", *LISTS, "quiet", "rules", "least_weight", "examples")
_RULE_KEYS = ("when", "severity", "weight")
_EXAMPLE_LISTS = ("match", "ignore")
_EXAMPLE_KEYS = ("title", "abstract", "body", "agency", "type", "source", "stage", "lang", "severity")
_SEVERITIES = {severity.word: severity for severity in Severity}
_MAX_EXCERPT_CHARS = 160
_INLINE_DEPTH = 2  # examples.match.agency: from here on keys stand inside a line, not at its start
_TOML_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


class TopicError(ValueError):
    """A topic file that cannot be used: says which file, line and column (where known), topic and key, and what to do.

    `text` is the whole file; with a line and a column the message shows the place in it.
    """

    def __init__(
        self,
        problem: str,
        *,
        origin: str,
        topic: str = "",
        key: str = "",
        advice: str = "",
        line: int | None = None,
        column: int | None = None,
        text: str = "",
    ) -> None:
        self.problem, self.origin, self.topic, self.key = problem, origin, topic, key
        self.advice, self.line, self.column = advice, line, column
        place = ":".join(str(part) for part in (origin, line, column) if part is not None)
        words = ": ".join(part for part in (topic, key and f"`{key}`", problem) if part)
        shown = _excerpt(text, line, column) if line and column else ""
        super().__init__(f"{place}  {words}{shown}" + (f"\n  try: {advice}" if advice else ""))


def parse_topics(text: str, origin: str) -> tuple[Topic, ...]:
    """Read the topics of one TOML text, in its order, one table each. `origin` is how errors name it. Raises TopicError."""
    try:
        tables = tomllib.loads(text)
    except RecursionError:
        raise TopicError(
            "lists or tables nested too deeply", origin=origin, advice="a topic needs two levels"
        ) from None
    except ValueError as error:  # TOMLDecodeError is one; numbers of absurd length raise the bare class
        place = _TOML_PLACE.search(str(error))
        line, column = (int(place[1]), int(place[2])) if place and place[1] else (None, None)
        problem = f"not valid TOML: {_TOML_PLACE.sub('', str(error))}"
        if place and line is None:
            line = text.count("\n") + 1
        advice = 'write key = "text" or key = ["text", "text"], each topic under its own [name]'
        raise TopicError(problem, origin=origin, line=line, column=column, advice=advice, text=text) from None
    text = text.replace("\r\n", "\n")  # so are the values
    return tuple(_Reader(text=text, origin=origin, key=key).topic(table) for key, table in tables.items())


def lint(topic: Topic) -> tuple[str, ...]:
    """Run a topic's examples. Return a finding for each that fails and each missing list; empty if all is well."""
    return tuple(_findings(topic))


def _findings(topic: Topic) -> Iterator[str]:
    for name, examples in zip(_EXAMPLE_LISTS, (topic.match_examples, topic.ignore_examples), strict=True):
        if not examples:
            yield f'{topic.origin}  {topic.key}: no examples to {name}\n  try: add {name} = ["…"] under [{topic.key}.examples]'
    matcher = Matcher((topic,))
    for position, example in enumerate(topic.match_examples, 1):
        place = f'{topic.origin}  {topic.key}: example {position} of "match"'
        found = matcher.match(example.document)
        if not found:
            reason = (
                "; ".join(map(str, why_not(topic.query, prepare(example.document))))
                or "its weights are too low"
            )
            yield f"{place} does not match, {reason}\n  text: {example.title}"
        elif example.severity not in (None, found[0].severity):
            why = ", ".join(found[0].reasons) or "no rule holds"
            wanted = example.severity.word if example.severity else ""
            yield f"{place} comes out as {found[0].severity.word}, not {wanted} ({why})\n  text: {example.title}"
    for position, example in enumerate(topic.ignore_examples, 1):
        for match in matcher.match(example.document):
            hits = ", ".join(dict.fromkeys(hit.words for hit in match.evidence))
            yield f'{topic.origin}  {topic.key}: example {position} of "ignore" matches, hits: {hits}\n  text: {example.title}'


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """Turns one table into a Topic, and knows where in the text to point when it cannot."""

    text: str
    origin: str
    key: str

    def topic(self, table: object) -> Topic:
        if not _KEY.fullmatch(self.key):
            raise self._error(
                "not a topic name",
                advice="lower-case letters and digits joined by hyphens: critical-minerals",
            )
        if not isinstance(table, Mapping):
            raise self._error(
                "stands outside a topic",
                advice=f"write [{self.key}] for a topic of that name, its keys below it",
            )
        self._refuse_unknown(table, _TABLE_KEYS, "")
        title = self._text(table, "title")
        examples = table.get("examples", {})
        if not isinstance(examples, Mapping):
            raise self._error(
                "not a table",
                key="examples",
                advice=f"write [{self.key}.examples] with match and ignore below it",
            )
        self._refuse_unknown(examples, _EXAMPLE_LISTS, "examples.")
        return Topic(
            key=self.key,
            title=title,
            title_zh=self._text(table, "title_zh") if "title_zh" in table else title,
            severity=self._severity(table.get("severity", Severity.NOTICE.word)),
            query=self._query(table),
            match_examples=tuple(self._examples(examples, "match")),
            ignore_examples=tuple(self._examples(examples, "ignore")),
            origin=self.origin,
            quiet=self._read(table["quiet"], "quiet") if "quiet" in table else None,
            rules=tuple(self._rules(table.get("rules", []))),
            least_weight=self._weight(table.get("least_weight", 0), "least_weight"),
        )

    def _text(self, table: Mapping[str, object], key: str) -> str:
        value = table.get(key)
        if not isinstance(value, str) or not value.strip():
            problem = "missing" if value is None else "not a text" if not isinstance(value, str) else "empty"
            raise self._error(problem, key=key, advice=f'write {key} = "…", the name that alerts show')
        return value.strip()

    def _severity(self, value: object) -> Severity:
        if not isinstance(value, str) or value not in _SEVERITIES:
            raise self._error(
                f"unknown severity {value!r}", key="severity", advice="one of " + ", ".join(_SEVERITIES)
            )
        return _SEVERITIES[value]

    def _query(self, table: Mapping[str, object]) -> Query:
        lists = {key: table[key] for key in LISTS if key in table}
        if "query" in table and lists:
            raise self._error("both a query and lists", key="query", advice=f"leave out {', '.join(lists)}")
        if "query" in table:
            return self._read(table["query"], "query")
        try:
            return of_lists(lists)
        except ListError as error:
            problem = f"term {error.position}: {error.problem}" if error.position else error.problem
            raise self._error(problem, key=error.key, advice=error.advice, term=error.term) from None

    def _read(self, value: object, key: str) -> Query:
        if not isinstance(value, str):
            raise self._error("not a text", key=key, advice=f"write {key} = 'gallium OR germanium'")
        try:
            return read(value)
        except QueryError as error:
            raise self._error(
                error.problem, key=key, advice=error.advice, inside=(value, error.position)
            ) from None

    def _rules(self, value: object) -> Iterator[Rule]:
        advice = f"write [[{self.key}.rules]] with `when`, and `severity` or `weight`, below it"
        if not isinstance(value, list) or not all(isinstance(each, Mapping) for each in value):
            raise self._error("not a list of tables", key="rules", advice=advice)
        for position, each in enumerate(value, 1):
            self._refuse_unknown(each, _RULE_KEYS, "rules.")
            if "when" not in each or ("severity" in each) is ("weight" in each):
                raise self._error(
                    f"rule {position} has no `when`, or not one of `severity` and `weight`",
                    key="rules",
                    advice=advice,
                )
            severity = self._severity(each["severity"]) if "severity" in each else None
            weight = self._weight(each.get("weight", 0), "rules.weight")
            yield Rule(when=self._read(each["when"], "rules.when"), severity=severity, weight=weight)

    def _weight(self, value: object, key: str) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise self._error("not a whole number", key=key, advice=f"write {key.rpartition('.')[2]} = 2")
        return value

    def _examples(self, examples: Mapping[str, object], name: str) -> Iterator[Example]:
        values = examples.get(name, [])
        key = f"examples.{name}"
        if not isinstance(values, list):
            raise self._error("not a list", key=key, advice=f'write {name} = ["…", "…"]')
        for position, value in enumerate(values, 1):
            yield self._example(value, key, position)

    def _example(self, value: object, key: str, position: int) -> Example:
        table = {"title": value} if isinstance(value, str) else value
        texts = isinstance(table, Mapping) and all(isinstance(text, str) for text in table.values())
        if not isinstance(table, Mapping) or not texts or not str(table.get("title", "")).strip():
            advice = (
                'write "a title", or { title = "…", abstract = "…", agency = "…", type = "…", source = "…" }'
            )
            raise self._error(
                f"example {position} has no title, or a value that is not text", key=key, advice=advice
            )
        self._refuse_unknown(table, _EXAMPLE_KEYS, f"{key}.")
        facts = {name: str(text) for name, text in table.items()}
        severity = self._severity(facts.pop("severity")) if "severity" in facts else None
        facts["kind"] = facts.pop("type", "")
        return Example(severity=severity, **facts)

    def _refuse_unknown(self, table: Mapping[str, object], known: tuple[str, ...], path: str) -> None:
        for key in table:
            if key not in known:
                close = get_close_matches(key, known, 1)
                advice = f"did you mean `{close[0]}`?" if close else "keys are " + ", ".join(known)
                raise self._error("unknown key", key=path + key, advice=advice)

    def _error(
        self,
        problem: str,
        *,
        advice: str,
        key: str = "",
        term: str = "",
        inside: tuple[str, int] | None = None,
    ) -> TopicError:
        line, column = (self._inside(key, *inside) if inside else None) or self._place(key, term)
        return TopicError(
            problem,
            origin=self.origin,
            topic=self.key,
            key=key,
            advice=advice,
            line=line,
            column=column,
            text=self.text,
        )

    def _inside(self, key: str, value: str, position: int) -> tuple[int, int] | None:
        """Return the place of a character of a value that stands in the file as it is; None for one written with escapes."""
        begin = self.text.find(value, self._start(key) or 0) if value else -1
        return self._line_and_column(begin + position - 1) if begin >= 0 else None

    def _place(self, key: str, term: str) -> tuple[int | None, int | None]:
        """Point at the term, else the key, else the topic's header, as far as a plain search finds them (from 1)."""
        at = self._start(key)
        if at is None:
            return None, None
        at = (self._after(at, rf"[\"'](?={re.escape(term)}[\"'])") if term else None) or at
        return self._line_and_column(at)

    def _start(self, key: str) -> int | None:
        name = rf"[\"']?({re.escape(self.key)})[\"']?\s*"
        at = self._after(0, rf"^[ \t]*\[\s*{name}[\].]|^[ \t]*{name}=")
        if at is None:
            return None
        for depth, part in enumerate(key.split(".")):
            before = "^" if depth < _INLINE_DEPTH else "[{,]"
            at = self._after(at, rf"{before}\s*[\"']?({re.escape(part)})[\"']?\s*=") or at
        return at

    def _line_and_column(self, at: int) -> tuple[int, int]:
        return self.text.count("\n", 0, at) + 1, at - self.text.rfind("\n", 0, at)

    def _after(self, start: int, pattern: str) -> int | None:
        """Return where the pattern's group (or the pattern) begins, at or after `start`, before the next topic's header."""
        following = re.compile(
            rf"^[ \t]*\[(?!\s*[\"']?{re.escape(self.key)}\b).*\]\s*$", re.MULTILINE
        ).search(self.text, start)
        end = following.start() if following and start else len(self.text)
        found = re.compile(pattern, re.MULTILINE).search(self.text, start, end)
        return found.start(found.lastindex or 0) if found else None


def _excerpt(text: str, line: int, column: int) -> str:
    """Show a line with a caret under a column (both from 1); nothing where the line is too long to show or does not exist."""
    lines = text.split("\n")
    shown = lines[line - 1].rstrip() if line <= len(lines) else ""
    if not shown or len(shown) > _MAX_EXCERPT_CHARS:
        return ""
    number = f"  {line} | "
    # Wide characters take two cells on a terminal; an ideographic space keeps the caret under its character.
    below = "".join(
        "\t" if ch == "\t" else "\u3000" if east_asian_width(ch) in "WF" else " "
        for ch in shown[: column - 1]
    )
    return f"\n{number}{shown}\n{'| '.rjust(len(number))}{below}^"
