"""Codes with hierarchy (tariff headings, ECCNs, places in the CFR, dockets, official numbers): how they are written, found in a
text, and which contain which. Pure; every pattern is bounded, so that no text makes it slow.

A Chinese control code looks exactly like an ECCN: the language of the text decides, unless the word ECCN stands before it.
Source: the forms of official numbers gathered from Register texts, announcements and tariff schedules, seen 2026-11-23.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from bot.core.text import fold
from watchers.chinese_numbers import notice_numbers
from watchers.item import Ref
from watchers.refs import found_refs

EXAMPLES = {
    "hts": "hts:8541 or hts:8541.43.0010",
    "eccn": "eccn:3A090 or eccn:3A090.a",
    "control": "control:1C902 or control:1C902.a",
    "cfr": "cfr:15/744 or cfr:15/744.11",
    "docket": "docket:USTR or docket:USTR-2024-0016",
    "rin": "rin:0694 or rin:0694-AJ53",
    "eo": "eo:14257",
    "fr": "fr:2025-19508",
    "mofcom": "mofcom:2025-61",
    "case": "case:A-570 or case:A-570-898",
}
KINDS = tuple(EXAMPLES)
_FROM_REFS = frozenset({"cfr", "docket", "rin", "eo", "fr"})

_CLASS = r"[0-9][A-EY][0-9]{3}(?:\.[a-z0-9]{1,4}){0,5}"
_ASCII, _DIGITS = re.IGNORECASE | re.ASCII, re.compile("[0-9]+")
_WRITTEN = {
    "eccn": re.compile(r"[0-9]|[0-9][A-EY]|" + _CLASS, _ASCII),
    "control": re.compile(r"[0-9]|[0-9][A-EY]|" + _CLASS, _ASCII),
    "cfr": re.compile(r"(\d{1,2})(?:/| ?CFR ?(?:part ?)?)(\d{1,4}(?:\.\d{1,4})?)|(\d{1,2})", _ASCII),
    "docket": re.compile(r"[A-Z]{2,6}(?:-[A-Z0-9]{1,6}){0,5}|\d{6}(?:-\d{4})?", _ASCII),
    "rin": re.compile(r"\d{4}(?:-X?[A-Z]{1,2}\d{2,3})?", _ASCII),
    "eo": re.compile(r"\d{4,5}", _ASCII),
    "fr": re.compile(r"(?:[CRE]\d{0,2}-)?(?:\d{4}-\d{5}|[A-Z]?\d{1,2}-\d{3,5})", _ASCII),
    "mofcom": re.compile(r"(\d{4})(?:-0{0,3}(\d{1,4}))?", _ASCII),
    "case": re.compile(r"[AC](?:-\d{3}(?:-\d{3})?)?", _ASCII),
}
_DOCKET_WORDS = re.compile(r"^dockets?(?: (?:id|nos?|numbers?))?[.:]{0,2} *", re.IGNORECASE)
_MOST = 200  # codes of one kind in one text

# Chinese texts write a code right beside their characters: only Latin letters and digits make it longer.
_NOT_INSIDE, _NOT_LONGER = r"(?<![A-Za-z0-9_.-])", r"(?![A-Za-z0-9_-]|\.\d)"
_HTS = re.compile(rf"{_NOT_INSIDE}\d{{4}}\.\d{{2}}\.\d{{2}}(?:\.?\d{{2}})?{_NOT_LONGER}")
# Nearly no text has either: looking for these first is several times faster.
_LOOKS_DOTTED = re.compile(r"\d\.\d\d\.\d")
_HTS_MARKS = ("HTS", "HS", "eading", "税", "编号", "编码")
_HTS_NAME = (
    r"(?:\b(?:HTS(?:US)?|HS|[Ss]ub-?headings?|[Hh]eadings?)"
    r"(?: ?(?:codes?|numbers?|Nos?\.?|headings?|subheadings?))?|税则号列|海关商品编号|商品编码|税目)[:：]? {0,2}"
)
_HTS_NUMBER = r"\d{4}(?:[.\d]{0,9}\d)?"
_NAMED_HTS = re.compile(
    rf"{_HTS_NAME}(?P<list>{_HTS_NUMBER}(?:(?:, | and |, and | or |、|和|,){_HTS_NUMBER}){{0,30}})"
)
_HTS_IN_LIST = re.compile(_HTS_NUMBER)
_CODED = re.compile(rf"{_NOT_INSIDE}{_CLASS}(?![A-Za-z0-9_-])")
_LOOKS_CODED = re.compile(r"[0-9][A-EY][0-9]{3}")
_ECCN_BEFORE = re.compile(r"ECCNs?[\s:：]{0,3}(?:[\w.]{1,14}(?:, | and | or |, and )){0,20}$")
_CASE = re.compile(r"(?<![A-Za-z0-9_-])[AC]-\d{3}-\d{3}(?![A-Za-z0-9_-])", re.ASCII)
_DASH_SIGNS = "‐‑‒–—−－"
_LOOKS_CASED = re.compile(rf"[AC][-{_DASH_SIGNS}][0-9]{{3}}")
_DASHES = str.maketrans(dict.fromkeys(_DASH_SIGNS, "-"))
_HTS_LENGTHS = (2, 4, 6, 8, 10)
_CHAPTER = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A code that a text names at `start`..`end`, in the form in which it is compared."""

    value: str
    start: int
    end: int


def wanted(kind: str, written: str) -> str | None:
    """Return a code that a query asks for in the form in which it is compared; None for what is none."""
    plain = fold(written).text.strip()
    if kind == "hts":
        digits = plain.replace(".", "").replace(" ", "")
        fits = _DIGITS.fullmatch(digits) and len(digits) in _HTS_LENGTHS
        return digits if fits else None
    found = _WRITTEN[kind].fullmatch(plain)
    if not found:
        return None
    if kind == "cfr":
        return found[3] or f"{found[1]}/{found[2]}"
    if kind == "mofcom":
        return f"{found[1]}-{found[2]}" if found[2] else found[1]
    return plain


def lineage(kind: str, value: str) -> tuple[str, ...]:
    """Return a code with everything that contains it, all in the form in which they are compared."""
    if kind == "hts":
        return tuple(value[:length] for length in _HTS_LENGTHS if length <= len(value))
    if kind in {"eccn", "control"}:
        group, *rest = value.split(".")
        inside = (".".join((group, *rest[:count])) for count in range(1, len(rest) + 1))
        return tuple(dict.fromkeys((group[0], group[:2], group, *inside)))
    if kind == "cfr":
        title, _, place = value.partition("/")
        part = place.partition(".")[0]
        return tuple(dict.fromkeys((title, f"{title}/{part}", value))) if place else (title,)
    if kind in {"docket", "rin", "mofcom", "case"}:
        parts = value.split("-")
        return tuple("-".join(parts[:count]) for count in range(1, len(parts) + 1))
    return (value,)


def of_ref(ref: Ref) -> tuple[str, str] | None:
    """Return kind and value of an official number that an item carries, None for one that no field asks for."""
    if ref.kind not in _FROM_REFS:
        return None
    # Some desks print what it is before a docket: `Docket No. 240119-0020`.
    value = _DOCKET_WORDS.sub("", ref.value) if ref.kind == "docket" else ref.value
    return ref.kind, wanted(ref.kind, value) or value.lower()


def of_act(ref: str) -> tuple[str, str] | None:
    """Return kind and value of the number by which an act is known (`mofcom:announcement:2025:61`), None for others."""
    issuer, _, rest = ref.partition(":")
    if issuer == "fr":
        return "fr", rest.lower()
    if issuer == "mofcom" and rest.startswith("announcement:"):
        _, year, number = rest.split(":")[:3]
        return "mofcom", f"{year}-{number}"
    return None


def in_text(kind: str, text: str, *, chinese: bool) -> tuple[Code, ...]:
    """Return the codes of a kind that a text names, in its order, at most 200. `chinese`: the text is, so its classes are."""
    found = sorted(set(_FINDERS[kind](text, kind, chinese)), key=lambda code: (code.start, code.end))
    return tuple(found[:_MOST])


def _hts(text: str, _kind: str, _chinese: bool) -> Iterator[Code]:
    for found in _HTS.finditer(text) if _LOOKS_DOTTED.search(text) else ():
        yield Code(value=re.sub(r"\D", "", found[0]), start=found.start(), end=found.end())
    for named in _NAMED_HTS.finditer(text) if any(mark in text for mark in _HTS_MARKS) else ():
        begin = named.start("list")
        for each in _HTS_IN_LIST.finditer(named["list"]):
            digits = each[0].replace(".", "")
            if len(digits) in _HTS_LENGTHS:
                yield Code(value=digits, start=begin + each.start(), end=begin + each.end())


def _classes(text: str, kind: str, chinese: bool) -> Iterator[Code]:
    """Yield ECCNs, or Chinese control codes: in a Chinese text a class is Chinese unless it is called an ECCN."""
    for found in _CODED.finditer(text) if _LOOKS_CODED.search(text) else ():
        called = bool(_ECCN_BEFORE.search(text, max(0, found.start() - 200), found.start()))
        if (kind == "eccn") is (called or not chinese):
            yield Code(value=found[0].rstrip(".").lower(), start=found.start(), end=found.end())


def _cases(text: str, _kind: str, _chinese: bool) -> Iterator[Code]:
    for found in _CASE.finditer(text.translate(_DASHES)) if _LOOKS_CASED.search(text) else ():
        yield Code(value=found[0].lower(), start=found.start(), end=found.end())


def _numbers(text: str, kind: str, _chinese: bool) -> Iterator[Code]:
    """Yield official numbers that stand in the text in so many words, without their places."""
    for ref in _refs(text):
        if ref.kind == kind:
            yield Code(value=ref.value.lower(), start=0, end=0)


@lru_cache(maxsize=16)
def _refs(text: str) -> tuple[Ref, ...]:
    """Return all numbers of a text: it is asked for one kind after the other."""
    return found_refs(text)


def _announcements(text: str, _kind: str, _chinese: bool) -> Iterator[Code]:
    for number in notice_numbers(text):
        act = of_act(number.ref)
        if act:
            yield Code(value=act[1], start=number.start, end=number.end)


_FINDERS = {
    "hts": _hts,
    "eccn": _classes,
    "control": _classes,
    "case": _cases,
    "mofcom": _announcements,
    **dict.fromkeys(_FROM_REFS, _numbers),
}
