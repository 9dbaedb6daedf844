"""Where two sequences differ, found in time that grows with their length and never with its square. Pure; it knows no words.

Elements that occur once on both sides anchor the comparison. Only short stretches between anchors, up to a fixed amount of
work in all, go to difflib, which finds more and would be quadratic or worse. What is left counts as differing as a whole.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher

Hunk = tuple[int, int, int, int]
"""Elements `[0]:[1]` of one sequence stand where elements `[2]:[3]` of the other do."""

_WINDOW = 4_000  # pairs of elements that one call of difflib may have to look at
_WORK = 60_000  # the same for all calls of one aligner
_CALL = 100  # what a call costs, however short, in the same measure
_DEPTH = 2


class Aligner:
    """Compares two sequences and stretches of them, within one amount of work. The result is exact in what it calls equal."""

    def __init__(self, one: Sequence[str], other: Sequence[str]) -> None:
        self._one, self._other = one, other
        self._work = _WORK

    def align(self) -> list[Hunk]:
        """Return the hunks that differ between the whole sequences, in order; between hunks both sides are equal."""
        return self.align_within((0, len(self._one), 0, len(self._other)))

    def align_within(self, stretch: Hunk, depth: int = _DEPTH) -> list[Hunk]:
        """Return the hunks that differ within a stretch, in order, narrowing it down by anchors `depth` times at most."""
        i1, i2, j1, j2 = self._trimmed(*stretch)
        pairs = (i2 - i1) * (j2 - j1)
        if pairs <= 1:
            return [(i1, i2, j1, j2)] if (i1, j1) != (i2, j2) else []
        if pairs <= _WINDOW:
            return self._searched(i1, i2, j1, j2)
        anchors = self._anchors(i1, i2, j1, j2) if depth else []
        if not anchors:
            return [(i1, i2, j1, j2)]
        gaps = _between([*((i, j, 1) for i, j in anchors), (i2, j2, 0)], i1, j1)
        return [hunk for gap in gaps for hunk in self.align_within(gap, depth - 1)]

    def _trimmed(self, i1: int, i2: int, j1: int, j2: int) -> Hunk:
        one, other = self._one, self._other
        while i1 < i2 and j1 < j2 and one[i1] == other[j1]:
            i1, j1 = i1 + 1, j1 + 1
        while i1 < i2 and j1 < j2 and one[i2 - 1] == other[j2 - 1]:
            i2, j2 = i2 - 1, j2 - 1
        return i1, i2, j1, j2

    def _searched(self, i1: int, i2: int, j1: int, j2: int) -> list[Hunk]:
        cost = (i2 - i1) * (j2 - j1) + _CALL
        if cost > self._work:
            return [(i1, i2, j1, j2)]
        self._work -= cost
        matcher = SequenceMatcher(None, self._one[i1:i2], self._other[j1:j2], autojunk=False)
        return _between([(i1 + i, j1 + j, size) for i, j, size in matcher.get_matching_blocks()], i1, j1)

    def _anchors(self, i1: int, i2: int, j1: int, j2: int) -> list[tuple[int, int]]:
        """Return the longest rising run of pairs of elements that occur once in each stretch."""
        in_one, in_other = Counter(self._one[i1:i2]), Counter(self._other[j1:j2])
        once = {each for each, count in in_one.items() if count == 1 and in_other.get(each) == 1}
        if not once:
            return []
        where = {self._other[j]: j for j in range(j1, j2) if self._other[j] in once}
        return _rising([(i, where[self._one[i]]) for i in range(i1, i2) if self._one[i] in once])


def _between(blocks: list[tuple[int, int, int]], i: int, j: int) -> list[Hunk]:
    """Return the stretches that lie before and between matching blocks, from (i, j) on. The last block has no size."""
    found: list[Hunk] = []
    for at, other_at, size in blocks:
        if i < at or j < other_at:
            found.append((i, at, j, other_at))
        i, j = at + size, other_at + size
    return found


def _rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest part of `pairs` (rising in the first) that rises in the second too."""
    lows: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for at, (_, value) in enumerate(pairs):
        length = bisect_left(lows, value)
        before.append(last[length - 1] if length else -1)
        if length == len(lows):
            lows.append(value)
            last.append(at)
        else:
            lows[length], last[length] = value, at
    found: list[tuple[int, int]] = []
    at = last[-1] if last else -1
    while at >= 0:
        found.append(pairs[at])
        at = before[at]
    return found[::-1]
