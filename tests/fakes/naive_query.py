"""What queries mean, said again as plainly as can be: no automaton, no keys, every part looked at. What the engine is held to."""

import re
from datetime import date

from bot.core.document import Document
from bot.core.query import codes
from bot.core.query.nodes import And, Fact, Near, Node, Not, Or, When, Words
from bot.core.text import fold, has_han

LATIN = "a-z0-9"
SLUGS = {"source": "source", "type": "kind", "stage": "stage", "lang": "lang"}

Hit = tuple[str, int, int]
"""The name of a text with a place in the original; or a fact, code or date as `field:value` at 0..0."""
_Found = tuple[int, int, int]
"""Which text from 0, and a place in it as it is searched."""


class Naive:
    """A document as the language sees it."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.folded = [fold(text) for _, text in document.texts]
        # Blanks and dashes are one class, and any number of them is one; here they keep their number, and the places.
        self.texts = [each.text.replace("-", " ") for each in self.folded]

    def hits(self, node: Node) -> set[Hit] | None:
        """Return what makes the query hold, None where it does not."""
        match node:
            case Words():
                return {self._shown(one) for one in self.words(node)} or None
            case Or():
                found = [each for each in map(self.hits, node.parts) if each is not None]
                return set().union(*found) if found else None
            case And():
                every = [self.hits(part) for part in node.parts]
                return None if None in every else set().union(*(each or () for each in every))
            case Not():
                return set() if self.hits(node.part) is None else None
            case Near():
                return {self._shown(one) for one in self._near(node)} or None
            case Fact():
                return self._fact(node.field, node.value) or None
            case When():
                return {(f"{node.field}:{on}", 0, 0) for on in self._dates(node)} or None

    def words(self, words: Words) -> list[_Found]:
        """Return the places of a term in all texts that it may stand in, left to right, none over another."""
        body = " +".join(map(re.escape, words.text.split(" ")))
        before = f"(?<![{LATIN}])" if re.match(f"[{LATIN}]", words.text) else ""
        after = f"(?![{LATIN}])" if re.search(f"[{LATIN}]\\Z", words.text) else ""
        term = re.compile(before + body + (f"[{LATIN}]*" if words.prefix else after))
        return [
            (which, each.start(), each.end())
            for which, (name, _) in enumerate(self.document.texts)
            if words.field in ("", "party", name)
            for each in term.finditer(self.texts[which])
        ]

    def _shown(self, found: _Found) -> Hit:
        which, start, end = found
        return (self.document.texts[which][0], *self.folded[which].span(start, end))

    def _near(self, node: Near) -> set[_Found]:
        """Look at every stretch of each text as long as the distance: where each part begins in it, all that do are hits."""
        parts = [{one for words in part for one in self.words(words)} for part in node.parts]
        found: set[_Found] = set()
        for which in range(len(self.texts)):
            begun = [{(self._word(one), *one) for one in part if one[0] == which} for part in parts]
            for first in {at for part in begun for at, *_ in part}:
                within = [[one for one in part if first <= one[0] <= first + node.distance] for part in begun]
                if all(within):
                    found.update(one[1:] for part in within for one in part)
        return found

    def _word(self, found: _Found) -> int:
        """Count the words that begin at a place or before it. Each Han character is a word."""
        which, start, _ = found
        text = self.texts[which]
        return sum(_begins_word(text, at) for at in range(start + 1))

    def _fact(self, field: str, value: str) -> set[Hit]:
        document = self.document
        if field in codes.KINDS:
            return self._codes(field, value)
        values = document.agencies if field == "agency" else (getattr(document, SLUGS[field]),)
        plain = {re.sub(r"[\W_]+", "-", fold(each).text).strip("-") for each in values if each}
        return {(f"{field}:{value}", 0, 0)} if value in plain else set()

    def _codes(self, kind: str, value: str) -> set[Hit]:
        found: set[Hit] = set()
        for name, text in self.document.texts:
            chinese = self.document.lang == "zh" if self.document.lang else has_han(text)
            for code in codes.in_text(kind, text, chinese=chinese):
                if value in codes.lineage(kind, code.value):
                    found.add((name, code.start, code.end) if code.end else (f"{kind}:{code.value}", 0, 0))
        for other, number in self.document.numbers:
            if other == kind and value in codes.lineage(kind, number):
                found.add((f"{kind}:{number}", 0, 0))
        return found

    def _dates(self, node: When) -> list[date]:
        compared = {
            "=": lambda on: on == node.on,
            "<": lambda on: on < node.on,
            "<=": lambda on: on <= node.on,
            ">": lambda on: on > node.on,
            ">=": lambda on: on >= node.on,
        }[node.comparison]
        return [on for kind, on in self.document.dates if kind == node.field and compared(on)]


def _begins_word(text: str, at: int) -> bool:
    if has_han(text[at]):
        return True
    return _goes_on(text[at]) and not (at and _goes_on(text[at - 1]))


def _goes_on(ch: str) -> bool:
    """Tell whether a character is of a word of several."""
    return not has_han(ch) and re.match(r"\w", ch) is not None
