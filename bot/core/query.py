"""The query language: what a term means, and whether a document is hit. The one place for both; it never reads files or settings.

A query is three lists of terms: `any` (at least one), `all` (each of them), `none` (not one).
A term is a word or phrase in either script (`rare earth`), a prefix (`licen*`), either of them bound to a text field
(`title:tariff*`), or a filter on a fact of the document (`agency:industry-and-security-bureau`, `source:…`, `type:…`).
Searching is linear in the text for each term: plain substring search, then a look at the neighbours.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice

from bot.core.document import Document
from bot.core.match import Evidence
from bot.core.text import Folded, fold, has_han

LISTS = ("any", "all", "none")
TEXT_FIELDS = ("title", "abstract", "subjects", "action", "note", "body", "annex")
FILTERS = ("source", "agency", "type")
MAX_TERM_CHARS = 200
MAX_EVIDENCE = 50

_FIELD_TERM = re.compile(r"([A-Za-z_]+):(.*)", re.DOTALL)
_WORD = re.compile("[a-z0-9]++")
_BLANKS = re.compile(" {2,}")

# (place of the field in the document, start, end, field name, words, lang): sorts in reading order, filters last.
_Hit = tuple[int, int, int, str, str, str]


class QueryError(ValueError):
    """A query that cannot be used: what is wrong, what to do, and where.

    `key` is the list ("" for the query as a whole), `position` the term's place in it from 1 (None for the list as a whole).
    """

    def __init__(
        self, problem: str, *, advice: str, key: str = "", position: int | None = None, term: str = ""
    ) -> None:
        self.problem, self.advice, self.key, self.position, self.term = problem, advice, key, position, term
        place = f"term {position} of `{key}`: " if position else f"`{key}`: " if key else ""
        super().__init__(f"{place}{problem}\n  try: {advice}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One compiled term: the text as written, the field it is bound to (empty for every text field), and what to look for.

    `needle` is folded, with single spaces for blanks and dashes; for a filter it is the slug of the value.
    """

    written: str
    field: str
    needle: str
    prefix: bool
    lang: str

    @property
    def is_filter(self) -> bool:
        """Tell whether this term asks for a fact of the document instead of words in its texts."""
        return self.field in FILTERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A compiled query, made by `parse`. At least one of `any_of` and `all_of` is not empty."""

    any_of: tuple[Term, ...] = ()
    all_of: tuple[Term, ...] = ()
    none_of: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Field:
    """One text, folded for searching: blanks and dashes are single spaces in `searched`."""

    name: str
    original: str
    searched: str
    folded: Folded
    places: tuple[int, ...] | None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where `searched[start:end]` (not empty) stands in the original."""
        if self.places is None:
            return self.folded.span(start, end)
        return self.folded.span(self.places[start], self.places[end - 1] + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A document folded once, so that many queries can look at it. Made by `prepare`.

    `everything` is all searched texts, to rule out at once the terms that stand nowhere: nearly all of them.
    """

    fields: tuple[_Field, ...]
    everything: str
    facts: Mapping[str, frozenset[str]]


def parse(table: Mapping[str, object]) -> Query:
    """Compile the lists `any`, `all` and `none`. Raises QueryError for anything that is not a usable query."""
    for key in table:
        if key not in LISTS:
            close = get_close_matches(str(key), LISTS, 1)
            advice = f"did you mean `{close[0]}`?" if close else "use `any`, `all` and `none`"
            raise QueryError("unknown key", advice=advice, key=str(key))
    lists = {key: _terms(key, table[key]) for key in LISTS if key in table}
    if not lists.get("any") and not lists.get("all"):
        raise QueryError("nothing to look for", advice='add `any = ["…"]` or `all = ["…"]`')
    return Query(any_of=lists.get("any", ()), all_of=lists.get("all", ()), none_of=lists.get("none", ()))


def prepare(document: Document) -> Prepared:
    """Fold every text and fact of a document."""
    facts = {
        "source": frozenset((_slug(document.source),)),
        "type": frozenset((_slug(document.kind),)),
        "agency": frozenset(_slug(agency) for agency in document.agencies),
    }
    texts = tuple(_field(name, text) for name, text in document.texts)
    return Prepared(fields=texts, everything="\n".join(text.searched for text in texts), facts=facts)


def evaluate(query: Query, document: Document | Prepared) -> tuple[Evidence, ...] | None:
    """Return what made the document match, or None where it does not match.

    Evidence stands in reading order, each span once, at most 50: hits in texts first, then filters.
    """
    prepared = document if isinstance(document, Prepared) else prepare(document)
    if any(_first(term, prepared) for term in _possible(query.none_of, prepared)):
        return None
    found: set[_Hit] = set()
    for term in query.all_of:
        hits = _some(term, prepared)
        if not hits:
            return None
        found.update(hits)
    wanted = len(query.any_of) == 0
    for term in _possible(query.any_of, prepared):
        hits = _some(term, prepared)
        wanted = wanted or bool(hits)
        found.update(hits)
    if not wanted:
        return None
    return tuple(_evidence(hit) for hit in sorted(found)[:MAX_EVIDENCE])


def why_not(query: Query, document: Document | Prepared) -> str | None:
    """Say in a few words why the document does not match, or return None where it does."""
    prepared = document if isinstance(document, Prepared) else prepare(document)
    for term in query.none_of:
        hit = _first(term, prepared)
        if hit:
            return f'`none` term "{term.written}" hits: {_evidence(hit).words}'
    for term in query.all_of:
        if not _first(term, prepared):
            return f'`all` term "{term.written}" does not hit'
    if query.any_of and not any(_first(term, prepared) for term in query.any_of):
        return "no `any` term hits"
    return None


def _terms(key: str, value: object) -> tuple[Term, ...]:
    if not isinstance(value, list | tuple):
        raise QueryError(
            "not a list of terms", advice=f'write {key} = ["first term", "second term"]', key=key
        )
    if not value:
        raise QueryError("the list is empty", advice="add a term, or leave the key out", key=key)
    compiled: dict[Term, None] = {}
    for position, written in enumerate(value, 1):
        if not isinstance(written, str):
            raise QueryError(
                f"not text but {type(written).__name__}",
                advice="put the term in quotes",
                key=key,
                position=position,
            )
        problem = _problem(written)
        if problem:
            raise QueryError(problem[0], advice=problem[1], key=key, position=position, term=written)
        compiled[_compile(written)] = None
    return tuple(compiled)


def _problem(written: str) -> tuple[str, str] | None:
    """Say what is wrong with a term and what to do, or return None."""
    if len(written) > MAX_TERM_CHARS:
        return (
            f"{len(written)} characters, at most {MAX_TERM_CHARS}",
            "use the few words that tell it from others",
        )
    field, body = _split(written)
    if field and field not in (*TEXT_FIELDS, *FILTERS):
        known = (*TEXT_FIELDS, *FILTERS)
        close = get_close_matches(field, known, 1)
        return (
            f'unknown field "{field}"',
            f"did you mean `{close[0]}:`?" if close else f"fields are {', '.join(known)}",
        )
    return _body_problem(written, body, is_filter=field in FILTERS)


def _body_problem(written: str, body: str, *, is_filter: bool) -> tuple[str, str] | None:
    stem = body.removesuffix("*")
    folded = fold(stem).text
    if body == "*":
        return '"*" alone would hit everything', "write the start of a word before it: licen*"
    if not folded.strip():
        return "empty term", "write a word, or take the term out"
    if "*" in stem or (is_filter and stem != body):
        where = "in a filter" if is_filter else "inside a term"
        return f'"*" {where}: "{written}"', "write a filter in full; elsewhere put * at the end: licen*"
    if not any(ch.isalnum() for ch in folded):
        return f'only punctuation: "{written}"', "write a word with letters or digits"
    if stem != body and not folded[-1].isalnum():
        return (
            f'"*" does not follow a letter or digit: "{written}"',
            "write it right after the start of a word: licen*",
        )
    return None


def _split(written: str) -> tuple[str, str]:
    """Return the field (lower case, empty for none) and the body of a term, without the quotes that may stand around it."""
    bound = _FIELD_TERM.fullmatch(written.strip())
    field, body = (bound[1].lower(), bound[2].strip()) if bound else ("", written.strip())
    if len(body) > 1 and body[0] == body[-1] == '"':
        body = body[1:-1].strip()
    return field, body


def _compile(written: str) -> Term:
    field, body = _split(written)
    if field in FILTERS:
        return Term(written=written, field=field, needle=_slug(body), prefix=False, lang="")
    needle = _spaced(fold(body.removesuffix("*")).text)[0].strip()
    lang = "zh" if has_han(needle) else "en"
    return Term(written=written, field=field, needle=needle, prefix=body.endswith("*"), lang=lang)


def _spaced(folded: str) -> tuple[str, tuple[int, ...] | None]:
    """Turn each run of blanks and dashes into one space; also return each character's place in `folded`, None where all stay."""
    text = folded.replace("-", " ")
    if "  " not in text:
        return text, None
    kept = tuple(at for at, ch in enumerate(text) if ch != " " or at == 0 or text[at - 1] != " ")
    return _BLANKS.sub(" ", text), kept


def _field(name: str, text: str) -> _Field:
    folded = fold(text)
    searched, places = _spaced(folded.text)
    return _Field(name=name, original=text, searched=searched, folded=folded, places=places)


def _slug(value: str) -> str:
    """Bring a slug and a printed name to one form: `Industry and Security Bureau` is `industry-and-security-bureau`."""
    return re.sub(r"[\W_]+", "-", fold(value).text).strip("-")


def _first(term: Term, prepared: Prepared) -> _Hit | None:
    return next(_hits(term, prepared), None)


def _some(term: Term, prepared: Prepared) -> tuple[_Hit, ...]:
    """Return the first hits in reading order: a term's later hits could not be among the first of the whole query either."""
    return tuple(islice(_hits(term, prepared), MAX_EVIDENCE))


def _possible(terms: tuple[Term, ...], prepared: Prepared) -> list[Term]:
    """Return the terms that may hit: nearly all of a topic's words stand nowhere in a document, and this rules them out."""
    everything = prepared.everything
    return [term for term in terms if term.needle in everything or term.field in FILTERS]


def _hits(term: Term, prepared: Prepared) -> Iterator[_Hit]:
    """Yield every hit of a term, in reading order, each place once."""
    if term.is_filter:
        if term.needle in prepared.facts[term.field]:
            yield len(prepared.fields), 0, 0, term.field, _split(term.written)[1], ""
        return
    for order, field in enumerate(prepared.fields):
        if term.field in ("", field.name):
            last = (-1, -1)
            for found in _places(term, field.searched):
                start, end = field.span(*found)
                if (start, end) != last:  # one original character may fold to several that all hit
                    last = (start, end)
                    yield order, start, end, field.name, field.original[start:end], term.lang


def _places(term: Term, text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of a term in a searched text, left to right, none overlapping another."""
    needle = term.needle
    at = text.find(needle)
    while at >= 0:
        end = at + len(needle)
        if _word(needle[0]) and at and _word(text[at - 1]):
            end = 0
        elif term.prefix:
            end = _after_word(text, end)
        elif _word(needle[-1]) and _word(text[end : end + 1]):
            end = 0
        if end:
            yield at, end
        at = text.find(needle, end or at + 1)


def _word(ch: str) -> bool:
    """Tell whether `ch` (may be empty) is an ASCII letter or digit: only these make a word longer. Han never does."""
    return ch.isascii() and ch.isalnum()


def _after_word(text: str, at: int) -> int:
    rest = _WORD.match(text, at)
    return rest.end() if rest else at


def _evidence(hit: _Hit) -> Evidence:
    _, start, end, field, words, lang = hit
    return Evidence(words=words, lang=lang, field=field, start=start, end=end)
