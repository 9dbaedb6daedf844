"""A document made ready for queries: its texts spelled for searching and joined into one, its facts and codes by field. Pure."""

import re
from bisect import bisect_right
from collections.abc import Callable
from datetime import date
from functools import cached_property

from bot.core.document import Document
from bot.core.match import Evidence
from bot.core.query import codes
from bot.core.query.fields import slug
from bot.core.query.spelling import Spelled
from bot.core.text import has_han

# A Latin or other word counts as one, and so does each Han character.
_HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_DIGIT = re.compile("[0-9]")
_WORD_START = re.compile(rf"[{_HAN}]|[^\W{_HAN}]+")


class Prepared:
    """Made by `prepare`. `joined` is all searched texts as UTF-8, a line break between two: no term holds one."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.names = tuple(name for name, _ in document.texts)
        self._spelled = tuple(Spelled(text) for _, text in document.texts)
        encoded = [each.searched.encode("utf-8", "surrogatepass") for each in self._spelled]
        self.joined = b"\n".join(encoded)
        self._ascii = len(self.joined) == sum(len(each.searched) + 1 for each in self._spelled) - 1
        starts, at = [], 0
        for each in encoded:
            starts.append(at)
            at += len(each) + 1
        self.starts = starts
        self._codes: dict[str, dict[str, list[Evidence]]] = {}
        self._words: dict[int, list[int]] = {}

    def field_at(self, place: int) -> int:
        """Return which text a byte of `joined` belongs to, from 0."""
        return bisect_right(self.starts, place) - 1

    def name_at(self, place: int) -> str:
        """Return the name of the text that a byte of `joined` belongs to."""
        return self.names[self.field_at(place)]

    def evidence(self, start: int, end: int, lang: str) -> Evidence:
        """Return the hit at `joined[start:end]` as evidence: the original's own words and place."""
        field = self.field_at(start)
        spelled, base = self._spelled[field], self.starts[field]
        first, last = spelled.span(self._chars(base, start), self._chars(base, end))
        return Evidence(
            words=spelled.original[first:last], lang=lang, field=self.names[field], start=first, end=last
        )

    def _chars(self, base: int, place: int) -> int:
        if self._ascii:
            return place - base
        return len(self.joined[base:place].decode("utf-8", "surrogatepass"))

    def word_number(self, place: int) -> int:
        """Return which word of its text begins at, or holds, the byte `place`, counted from 1."""
        field = self.field_at(place)
        if field not in self._words:
            self._words[field] = [
                found.start() for found in _WORD_START.finditer(self._spelled[field].searched)
            ]
        return bisect_right(self._words[field], self._chars(self.starts[field], place))

    @cached_property
    def facts(self) -> dict[str, frozenset[str]]:
        """Return the values of each fact, in the form in which they are compared."""
        document = self.document
        return {
            "source": _slugs(document.source),
            "type": _slugs(document.kind),
            "agency": _slugs(*document.agencies),
            "stage": _slugs(document.stage),
            "lang": _slugs(document.lang),
        }

    def values(self, field: str) -> frozenset[str] | dict[str, list[Evidence]]:
        """Return the values of a fact or a kind of code; codes with all that contain them, and where each stands."""
        return self._code_values(field) if field in codes.EXAMPLES else self.facts[field]

    def fact_evidence(self, field: str, value: str) -> list[Evidence]:
        """Return where a code stands, or the fact as it is, at 0..0: it has no place in a text."""
        if field in codes.EXAMPLES:
            return self._code_values(field).get(value, [])
        return [_placeless(field, value)] if value in self.facts[field] else []

    def dates(self, field: str) -> tuple[date, ...]:
        """Return the legal dates of a kind."""
        return tuple(on for kind, on in self.document.dates if kind == field)

    def _code_values(self, kind: str) -> dict[str, list[Evidence]]:
        if kind not in self._codes:
            found: dict[str, list[Evidence]] = {}
            for name, text, chinese in self._numbered:
                for code in codes.in_text(kind, text, chinese=chinese):
                    hit = (
                        Evidence(
                            words=text[code.start : code.end],
                            lang="en",
                            field=name,
                            start=code.start,
                            end=code.end,
                        )
                        if code.end
                        else _placeless(kind, code.value)
                    )
                    for value in codes.lineage(kind, code.value):
                        found.setdefault(value, []).append(hit)
            for other, value in self.document.numbers:
                for each in codes.lineage(kind, value) if other == kind else ():
                    found.setdefault(each, []).append(_placeless(kind, value))
            self._codes[kind] = found
        return self._codes[kind]

    @cached_property
    def _numbered(self) -> tuple[tuple[str, str, bool], ...]:
        """Return the texts that may name codes, with their names and whether each is Chinese.

        No code is without a digit; Chinese texts write theirs as words, too.
        """
        return tuple(
            (name, text, self._is_chinese(text))
            for name, text in self.document.texts
            if not text.isascii() or _DIGIT.search(text)
        )

    def _is_chinese(self, text: str) -> bool:
        return self.document.lang == "zh" if self.document.lang else has_han(text)


def _placeless(field: str, value: str) -> Evidence:
    return Evidence(words=value, lang="", field=field, start=0, end=0)


def _slugs(*values: str) -> frozenset[str]:
    return frozenset(slug(value) for value in values if value)


def prepare(document: Document) -> Prepared:
    """Spell every text of a document for searching."""
    return Prepared(document)


Compare = Callable[[date, date], bool]
COMPARISONS: dict[str, Compare] = {
    "=": date.__eq__,
    "<": date.__lt__,
    "<=": date.__le__,
    ">": date.__gt__,
    ">=": date.__ge__,
}
