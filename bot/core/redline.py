"""What changed between two revisions of an item's texts, short enough to be read in a thread. Pure; it judges no meaning.

Texts are compared as `fold` leaves them, so blanks, quotes, dashes, width and case make no change. Sentences are compared
first, then the words (Han: characters) of those that differ. A sentence of which little stayed is shown as replaced.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, chain, pairwise, zip_longest

from bot.core.alignment import Aligner, Hunk
from bot.core.summary import shorten
from bot.core.text import fold

MAX_CHANGES = 5
MAX_SIDE_CHARS = 240

_ORDER = ("title", "kind", "action", "dates", "abstract", "note", "subjects", "body", "annex")
_CONTEXT_TOKENS, _CONTEXT_CHARS = 8, 30
_JOINED_OVER = 3  # equal tokens between two changes that are shown as one
_STAYED = 0.4  # of a stretch in which several things changed; where less stayed, it was replaced

_HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
# Every character that is no blank belongs to a token, so that tokens joined are the text without its blanks.
_TOKEN = re.compile(
    rf"[{_HAN}]|[0-9]{{1,20}}(?:[.,][0-9]{{1,20}}){{0,8}}|[^\W_{_HAN}]{{1,40}}|\S",
)
_ENDS = frozenset(".!?;。")
_SENTENCE_TOKENS = 4
_MEANS = frozenset("%‰‱&@#§")  # punctuation to Unicode, not to a reader of tariffs


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One place that changed, each side with a few unchanged words around it; a side that holds nothing is empty.

    At most `MAX_SIDE_CHARS` each, "…" where text was left out. `material`: more than punctuation changed.
    """

    field: str
    removed: str
    added: str
    material: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Redline:
    """At most `MAX_CHANGES` changes in reading order, material ones preferred, and how many `more` there are."""

    changes: tuple[Passage, ...] = ()
    more: int = 0


def redline(before: Mapping[str, str], after: Mapping[str, str]) -> Redline:
    """Return the difference between two sets of named texts; a name that one side lacks counts as an empty text there.

    Any string is accepted. Time grows with the length of the texts: about 1 ms for each 1,000 characters that differ,
    three times that in scripts other than Latin and Han.
    """
    names = sorted(before.keys() | after.keys(), key=_rank)
    places = [place for name in names for place in _places(name, before.get(name, ""), after.get(name, ""))]
    preferred = sorted(range(len(places)), key=lambda at: not places[at].material)[:MAX_CHANGES]
    shown = [places[at] for at in sorted(preferred)]
    return Redline(changes=tuple(place.change() for place in shown), more=len(places) - len(shown))


def is_material(found: Redline) -> bool:
    """Tell whether anything but punctuation changed."""
    return any(change.material for change in found.changes)


def _rank(name: str) -> tuple[int, str]:
    return (_ORDER.index(name) if name in _ORDER else len(_ORDER)), name


class _Text:
    """A text as it is compared, in folded tokens, with the way back to how it is shown."""

    __slots__ = ("_folded", "_shown", "tokens")

    def __init__(self, text: str) -> None:
        self._shown = " ".join(text.split())
        self._folded = fold(self._shown)
        self.tokens: list[str] = _TOKEN.findall(self._folded.text)

    def piece(self, start: int, end: int, low: int, high: int) -> str:
        """Return the tokens `start:end` as they are shown, with unchanged ones around that lie within `low:high`."""
        if start == end:
            return ""
        head = start - self._context(self.tokens[max(low, start - _CONTEXT_TOKENS) : start][::-1])
        tail = end + self._context(self.tokens[end : min(high, end + _CONTEXT_TOKENS)])
        first, last = self._span(head, tail)
        before, after = "…" if head else "", "…" if tail < len(self.tokens) else ""
        return shorten(before + self._shown[first:last] + after, MAX_SIDE_CHARS)

    def _context(self, outward: list[str]) -> int:
        """Return how many tokens of context a few words are, counted from the change on."""
        return bisect_right(list(accumulate(len(token) + 1 for token in outward)), _CONTEXT_CHARS)

    def _span(self, start: int, end: int) -> tuple[int, int]:
        """Return where the tokens `start:end` stand in the shown text; there is at least one."""
        first = sum(map(len, self.tokens[:start]))
        last = first + sum(map(len, self.tokens[start:end])) - 1
        runs = list(accumulate(map(len, self._folded.text.split(" "))))
        place = first + bisect_right(runs, first), last + bisect_right(runs, last) + 1
        return self._folded.span(*place)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """A change that was found, not yet put into words. `around` are the ends of the changes before and after it."""

    field: str
    one: _Text
    other: _Text
    flipped: bool
    hunk: Hunk
    around: Hunk
    material: bool

    def change(self) -> Passage:
        (i1, i2, j1, j2), (i0, i3, j0, j3) = self.hunk, self.around
        sides = self.one.piece(i1, i2, i0, i3), self.other.piece(j1, j2, j0, j3)
        removed, added = reversed(sides) if self.flipped else sides
        return Passage(field=self.field, removed=removed, added=added, material=self.material)


def _places(name: str, before: str, after: str) -> list[_Place]:
    if before == after:
        return []
    one, other = _Text(before), _Text(after)
    # Always compared in the same order, so that the way back shows the same places.
    flipped = one.tokens > other.tokens
    if flipped:
        one, other = other, one
    hunks = _shown(_compare(one.tokens, other.tokens), one.tokens, other.tokens)
    ends = len(one.tokens), len(other.tokens)
    edges = [(0, 0, 0, 0), *(hunk for hunk, _ in hunks), (ends[0], ends[0], ends[1], ends[1])]
    return [
        _Place(
            field=name,
            one=one,
            other=other,
            flipped=flipped,
            hunk=hunk,
            around=(edges[at][1], edges[at + 2][0], edges[at][3], edges[at + 2][2]),
            material=material,
        )
        for at, (hunk, material) in enumerate(hunks)
    ]


def _compare(one: list[str], other: list[str]) -> list[Hunk]:
    """Return the changed stretches of tokens, in order: sentences first, then inside those that differ."""
    ends, other_ends = _sentence_ends(one), _sentence_ends(other)
    tokens = Aligner(one, other)
    found: list[Hunk] = []
    for i1, i2, j1, j2 in Aligner(_sentences(one, ends), _sentences(other, other_ends)).align():
        stretch = ends[i1], ends[i2], other_ends[j1], other_ends[j2]
        found += _readable(tokens.align_within(stretch), one, other)
    return found


def _sentence_ends(tokens: list[str]) -> list[int]:
    """Return where sentences begin, and where the last one ends. Very short ones (U.S., 1.) go with what follows."""
    ends = [0]
    for at in [at for at, token in enumerate(tokens, 1) if token in _ENDS]:
        if at - ends[-1] >= _SENTENCE_TOKENS:
            ends.append(at)
    return ends if ends[-1] == len(tokens) else [*ends, len(tokens)]


def _sentences(tokens: list[str], ends: list[int]) -> list[str]:
    return ["".join(tokens[start:end]) for start, end in pairwise(ends)]


def _readable(hunks: list[Hunk], one: list[str], other: list[str]) -> list[Hunk]:
    """Return one hunk in place of many where little of the stretch that they span stayed."""
    if len(hunks) < 2:
        return hunks
    whole = hunks[0][0], hunks[-1][1], hunks[0][2], hunks[-1][3]
    spanned = _chars(one, whole[0], whole[1])
    stayed = spanned - sum(_chars(one, i1, i2) for i1, i2, _, _ in hunks)
    return [whole] if stayed < _STAYED * max(spanned, _chars(other, whole[2], whole[3])) else hunks


def _chars(tokens: list[str], start: int, end: int) -> int:
    return sum(map(len, tokens[start:end]))


def _shown(hunks: list[Hunk], one: list[str], other: list[str]) -> list[tuple[Hunk, bool]]:
    """Return the hunks to show, and which are material: none that differs in blanks alone, those that nearly touch as one."""
    found: list[tuple[Hunk, bool]] = []
    for i1, i2, j1, j2 in hunks:
        removed, added = one[i1:i2], other[j1:j2]
        if "".join(removed) == "".join(added):
            continue
        material = _says_more(removed, added)
        (start, end, other_start, other_end), earlier = found[-1] if found else ((i1, i1, j1, j1), False)
        if found and i1 - end <= _JOINED_OVER and j1 - other_end <= _JOINED_OVER:
            found[-1] = (start, i2, other_start, j2), material or earlier
        else:
            found.append(((i1, i2, j1, j2), material))
    return found


def _says_more(removed: list[str], added: list[str]) -> bool:
    """Tell whether two runs of tokens differ in more than blanks and punctuation."""
    return any(left != right for left, right in zip_longest(_said(removed), _said(added)))


def _said(tokens: list[str]) -> Iterator[str]:
    return chain.from_iterable(token for token in tokens if not _is_punctuation(token))


@lru_cache(maxsize=4_096)
def _is_punctuation(token: str) -> bool:
    return len(token) == 1 and token not in _MEANS and unicodedata.category(token)[0] == "P"
