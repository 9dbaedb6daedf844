"""Folding: one plain form of a text for searching, with an exact way back. It decides nothing and never changes what is shown."""

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache, lru_cache

_HAN_RANGES = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f\U00030000-\U000323af"
_HAN = re.compile(f"[{_HAN_RANGES}]")
_CONVERTED = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF))
# Han characters among letters above which a text counts as Chinese: low, because Chinese notices spell out foreign company names.

_SIGNS = str.maketrans(
    {
        **dict.fromkeys("\u2212\u2043", "-"),
        **dict.fromkeys("‘’‚‛′‵ʼ", "'"),
        **dict.fromkeys("“”„‟«»″‶「」『』〝〞〟", '"'),
        **dict.fromkeys("〔❨", "("),
        **dict.fromkeys("〕❩", ")"),
    }
)
_NOT_DASHES = "\u301c\u3030\u30a0"  # wave dashes and the kana double hyphen are letters' company, not dashes
# More marks on one letter than any script needs (Unicode's stream-safe limit); ordering more would take quadratic time.
_MAX_CLUSTER_CHARS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """A folded text and its map. Offsets are code points, ends exclusive.

    `pieces` are `(start, end, exact)` in the original, for the stretch of `text` that begins at the same place of `starts`:
    either one to one from `start` (exact), or every character of it made of `start`..`end`. Without pieces nothing moved.
    """

    text: str
    pieces: tuple[tuple[int, int, bool], ...] = ()
    starts: tuple[int, ...] = ()

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where `text[start:end]` stands in the original; a non-empty span never maps to an empty one.

        `0 <= start <= end <= len(text)` must hold. An empty span maps to an empty one.
        """
        if not self.pieces:
            return start, end
        if start == end:
            place = self._around(start - 1)[1] if start else self._around(0)[0]
            return place, place
        return self._around(start)[0], self._around(end - 1)[1]

    def _around(self, at: int) -> tuple[int, int]:
        """Return the original span that the folded character at `at` was made of."""
        index = bisect_right(self.starts, at) - 1
        start, end, exact = self.pieces[index]
        if exact:
            start += at - self.starts[index]
            end = start + 1
        return start, end


@cache
def simplified() -> dict[int, str]:
    """Return the simplified form of each traditional character, one for one whatever stands around it.

    OpenCC's own conversion looks at whole words, so that a character may come out otherwise at the edge of a term than inside
    a text. Other words (軟體, 软件) are other words here.
    """
    from opencc import OpenCC  # its dictionaries are read once, where Chinese is first met

    every = [chr(point) for start, end in _CONVERTED for point in range(start, end + 1)]
    converted = OpenCC("t2s").convert("\n".join(every)).split("\n")
    table = {
        ord(before): after
        for before, after in zip(every, converted, strict=True)
        if before != after and len(after) == 1
    }
    return {
        before: table.get(ord(after), after) for before, after in table.items()
    }  # what is folded stays as it is


def has_han(text: str) -> bool:
    """Tell whether any character of `text` is a Han ideograph."""
    return not text.isascii() and _HAN.search(text) is not None


def fold(text: str) -> Folded:
    """Fold case, width, accents of Latin letters, dashes, quotes, brackets and blanks; drop invisible characters.

    Folding a folded text changes nothing. Any string is accepted, lone surrogates and control characters included; linear time.
    Traditional characters become the simplified ones.
    """
    whole = _PLAIN.match(text)
    if not text or (whole and whole.end() == len(text)):
        return Folded(text=_plain(text))
    writer = _Writer()
    at = 0
    for reading in _READINGS.finditer(text):
        _feed(writer, text, at, reading.start())
        writer.skip(reading.end())
        at = reading.end()
    _feed(writer, text, at, len(text))
    return writer.finish()


def _feed(writer: "_Writer", text: str, at: int, end: int) -> None:
    while at < end:
        plain = _PLAIN.match(text, at, end)
        if plain:
            writer.copy(_plain(plain.group()), at)
            at = plain.end()
        else:
            writer.feed(_unfolded(text[at]), at)
            at += 1


@lru_cache(maxsize=16_384)
def _unfolded(ch: str) -> str:
    """Return the decomposed, case-folded form of one character, marks still on; empty for an invisible one."""
    before, now = "", ch
    while now != before:
        before = now
        now = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", now).casefold())
        now = "".join(_sign(part) for part in now).translate(simplified())
    return now


def _sign(ch: str) -> str:
    """Map blanks, dashes, quotes and brackets to one form each, and invisible characters to nothing."""
    if ch.isspace():
        return " "
    category = unicodedata.category(ch)
    if category == "Pd" and ch not in _NOT_DASHES:
        return "-"
    # Format characters (zero width, bidi, soft hyphen), variation selectors and the grapheme joiner are never seen.
    if category == "Cf" or "\ufe00" <= ch <= "\ufe0f" or "\U000e0100" <= ch <= "\U000e01ef" or ch == "\u034f":
        return ""
    return ch.translate(_SIGNS)


# How a character is read, put behind it by a copying reader: 国(guó)家. A vowel with a tone tells it from a name in brackets.
_TONES = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ"
_READINGS = re.compile(
    rf"(?<=[{_HAN_RANGES}])(?:[(（](?=[a-zü]{{0,6}}[{_TONES}])[a-zü{_TONES}]{{1,7}}[)）])+"
)

# Characters that fold one to one whatever stands around them, words joined by single spaces: they are copied in one go.
_COMMON_SIGNS = "‘’“”‐‑–—，：；（）！？〔〕「」"
_ONE_TO_ONE = str.maketrans({ch: _unfolded(ch) for ch in _COMMON_SIGNS})
_PLAIN_CHARS = f"[!-~、。《》{_COMMON_SIGNS}\u4e00-\u9fff]"
_PLAIN = re.compile(f"{_PLAIN_CHARS}++(?: {_PLAIN_CHARS}++)*+")


_FEW = 20


def _plain(text: str) -> str:
    """Fold a text that `_PLAIN` matched."""
    lowered = text.lower()
    if lowered.isascii():
        return lowered
    table = _plain_table()
    moved = [ch for ch in set(lowered) if ch > "\x7f" and ord(ch) in table]
    if len(moved) > _FEW:
        return lowered.translate(table)
    for ch in moved:  # typographic signs in a Latin text: several times faster than looking at each character
        lowered = lowered.replace(ch, table[ord(ch)])
    return lowered


@cache
def _plain_table() -> dict[int, str]:
    return _ONE_TO_ONE | simplified()


def _sheds_marks(ch: str) -> bool:
    """Tell whether marks after `ch` are accents to drop. Kana, hangul, Cyrillic and Indic letters need theirs."""
    return ch < "\u0250"


class _Writer:
    """Collects folded pieces. Characters that may compose with the next ones wait in `_pending` until a new letter starts."""

    __slots__ = ("_at", "_base", "_end", "_parts", "_pending", "_pieces", "_start", "_starts")

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._pieces: list[tuple[int, int, bool]] = []
        self._starts: list[int] = []
        self._at = 0
        self._base = "\uffff"  # no letter yet: a mark at the very start stays
        self._pending = ""
        self._start = self._end = 0

    def copy(self, text: str, start: int) -> None:
        """Take folded characters that stand one to one for the original ones from `start`."""
        self._flush()
        self._emit(text, start, start + len(text), exact=True)
        self._base = text[-1]

    def feed(self, decomposed: str, at: int) -> None:
        """Take the decomposed form of the original character at `at`."""
        for ch in decomposed:
            if unicodedata.category(ch)[0] == "M":
                self._mark(ch, at)
            elif self._pending and "\u1160" <= ch <= "\u11ff":  # hangul vowels and finals compose like marks
                self._join(ch, at)
                self._base = ch
            elif ch == " " == self._base:
                self._stretch(at + 1)
            else:
                self._flush()
                self._pending, self._start, self._end = ch, at, at + 1
                self._base = ch

    def skip(self, end: int) -> None:
        """Let what stands before `end` be a part of the last character."""
        self._stretch(end)

    def finish(self) -> Folded:
        """Return everything taken so far."""
        self._flush()
        return Folded(text="".join(self._parts), pieces=tuple(self._pieces), starts=tuple(self._starts))

    def _mark(self, ch: str, at: int) -> None:
        if _sheds_marks(self._base):
            self._stretch(at + 1)
        elif self._pending:
            self._join(ch, at)
        else:
            self._pending, self._start, self._end = ch, at, at + 1

    def _join(self, ch: str, at: int) -> None:
        if len(self._pending) < _MAX_CLUSTER_CHARS:
            self._pending += ch
        self._end = at + 1

    def _stretch(self, end: int) -> None:
        """Let the last character reach to `end`: what stands there folds into it."""
        if self._pending:
            self._end = end
            return
        at, (start, stop, exact) = self._starts.pop(), self._pieces.pop()
        kept = self._at - at - 1 if exact else 0
        if kept:
            self._starts.append(at)
            self._pieces.append((start, stop - 1, True))
        self._starts.append(at + kept)
        self._pieces.append((start + kept, end, False))

    def _flush(self) -> None:
        if self._pending:
            one = len(self._pending) == 1
            folded = self._pending if one else unicodedata.normalize("NFKC", self._pending)
            self._emit(folded, self._start, self._end, exact=False)
            self._pending = ""

    def _emit(self, text: str, start: int, end: int, *, exact: bool) -> None:
        self._parts.append(text)
        self._pieces.append((start, end, exact))
        self._starts.append(self._at)
        self._at += len(text)
