"""Official numbers: how they are written, which act they name, and where a text names them in so many words. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from watchers.item import Ref

# C = correction, R = republication, each of the document whose number follows.
# Source: 108,098 Federal Register titles and numbers 2020-2026, seen 2026-11-23.
_AMENDING_NUMBER = re.compile(r"[CR]\d{0,2}-(?P<base>\d{4}-\d{1,5}|[A-Z]?\d{1,2}-\d{1,5})")


def fr_ref(document_number: str) -> str:
    """Return the act reference of a Federal Register document number, the same for its filing and its publication."""
    return f"fr:{document_number}"


def amended_number(document_number: str) -> str | None:
    """Return the number that a correction's or republication's own number names (`C1-2023-27742` → `2023-27742`)."""
    found = _AMENDING_NUMBER.fullmatch(document_number)
    return found["base"] if found else None


# -- numbers in running text. Every repetition is bounded, so that no text makes this slow.
# Source: the forms of official numbers gathered from Register texts, press releases and trade messages, 2026-11-23.

_MOST = 100  # refs of one text
_MOST_IN_A_LIST = 20
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—−"), "-")
_BLANKS = dict.fromkeys(map(ord, "\t\r\n\xa0\u2007\u2009\u202f\u3000"), " ")
_PLAIN = str.maketrans(_DASHES | _BLANKS)

_START, _END = r"(?<![\w.-])", r"(?![\w-])"  # a number, not the tail or the head of another
_NUMBERED = r"(?: ?[Nn](?:o|umber)s?\.?)?:? {0,2}"
_FR_NUMBER = rf"(?:[CRE]\d{{0,2}}-)?(?:19|20)\d{{2}}-\d{{5}}{_END}"
_DOCKET = rf"{_START}[A-Z]{{2,6}}(?:-[A-Z0-9]{{2,5}}){{0,2}}-\d{{4}}-(?:[A-Z]{{1,3}}-)?\d{{4,5}}{_END}"
_DESK_DOCKET = rf"{_START}\d{{6}}-\d{{4}}{_END}"
_SECTION = (
    r"(?:\.\d{1,4}(?![\d.]*\d))?(?:\([A-Za-z0-9]{1,4}\)){0,5}(?![\w(]|,\d| ?(?:CFR|C\.F\.R|FR|F\.R|Fed)\b)"
)
# The desks of trade policy: of others only what is called a docket is one.
_DESKS = ("BIS", "USTR", "ITA", "USCBP", "TREAS", "DOD")
_PRESIDENTIAL = r"(?:1\d{4}|[6-9]\d{3})(?![\d,]*\d)"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Form:
    """One kind of number: what an `item` is, where it, or a list of it, is named (`listed`), and what needs no name (`alone`).

    A text without any of its `marks` names none, and is not looked through.
    """

    kind: str
    marks: tuple[str, ...]
    item: re.Pattern[str]
    listed: re.Pattern[str]
    alone: re.Pattern[str] | None = None


def _form(
    kind: str,
    marks: tuple[str, ...],
    lead: str,
    item: str,
    *,
    more: str = "",
    tail: str = "",
    alone: str | None = None,
) -> _Form:
    """Return a form. `more` is what its other numbers in a list look like, where not every number could be one."""
    list_of = rf"{item}(?:(?: ?[,;] ?(?:and |or )?| (?:and|or) )(?:{more or item})){{0,{_MOST_IN_A_LIST}}}"
    return _Form(
        kind=kind,
        marks=marks,
        item=re.compile(item),
        listed=re.compile(rf"{lead}(?P<found>{list_of}){tail}"),
        alone=re.compile(alone) if alone else None,
    )


_FORMS = (
    _form(
        "fr",
        ("Doc", "federalregister.gov/"),
        rf"\b(?:FR|Federal Register) Doc(?:ument)?s?\.?{_NUMBERED}",
        _FR_NUMBER,
        alone=rf"federalregister\.gov/(?:d/|documents/\d{{4}}/\d{{2}}/\d{{2}}/)?(?P<found>{_FR_NUMBER})",
    ),
    _form(
        "citation",
        (" FR ", " F.R. ", " Fed."),
        r"(?<![\w.,$-])",
        r"[1-9]\d{0,2} (?:FR|F\.R\.|Fed\. ?Reg\.) {1,2}\d{1,3}(?:,\d{3}|\d{0,3})(?![\w-])",
    ),
    _form(
        "docket",
        ("ocket", *(f"{desk}-" for desk in _DESKS)),
        rf"\b[Dd]ockets?(?: ID)?s?{_NUMBERED}",
        rf"(?:{_DOCKET}|{_DESK_DOCKET})",
        alone=rf"(?P<found>{_START}(?:{'|'.join(_DESKS)})-\d{{4}}-(?:[A-Z]{{2}}-)?\d{{4,5}}{_END})",
    ),
    _form(
        "rin",
        ("RIN", "Regulation Identifier"),
        rf"\b(?:X?RIN|Regulation Identifier Number)s?{_NUMBERED}",
        rf"{_START}\d{{4}}-(?:[A-Z]{{2}}\d{{2}}|X[A-Z]\d{{3}}){_END}",
    ),
    _form(
        "cfr",
        (" CFR", " C.F.R."),
        r"(?<![\w.])(?P<title>[1-9]\d?) (?:CFR|C\.F\.R\.) ?(?:[Pp]arts?|[Ss]ections?|§{1,2})? ?",
        rf"\d{{1,4}}{_SECTION}",
        more=rf"\d{{3}}{_SECTION}",  # "part 744, 30 days after"
        tail=r"(?! ?-| (?:to|through) \d)",
    ),
    _form(
        "eo",
        ("Executive Order", "EO", "E.O"),
        rf"\bExecutive Orders?(?: \(E\.?O\.?\))?{_NUMBERED}",
        _PRESIDENTIAL,
        alone=r"(?<![A-Za-z.])E\.?O\.? ?(?P<found>1\d{4})(?![\d,]*\d)",
    ),
    _form("proclamation", ("Proclamation",), rf"\bProclamations?{_NUMBERED}", _PRESIDENTIAL),
    _form(
        "csms",
        ("CSMS",),
        rf"\bCSMS(?: [Mm]essages?)?(?: ?#)?{_NUMBERED}",
        r"#? ?(?:\d{2}-\d{6}|\d{8})(?!\d|[.-]\d)",
    ),
)


_MARKS = re.compile("|".join(sorted({re.escape(mark.split()[0]) for form in _FORMS for mark in form.marks})))
"""What no text is without that names a number: looked for first, as nearly no text has any of them."""


def found_refs(text: str) -> tuple[Ref, ...]:
    """Return the official numbers that `text` names in so many words, each once, in its order, at most 100.

    Kinds: fr (a Federal Register document number), citation (`90 FR 47201`), docket (without the word), rin, cfr (title and
    part, `15/744`), eo, proclamation, csms. A number counts only together with the word that says what it is, or in an address
    of the Register; a range of parts (`15 CFR parts 730-774`) names no part. Takes time in proportion to the text.
    """
    if not _MARKS.search(text):
        return ()
    found = sorted(_found(text.translate(_PLAIN)), key=lambda one: one[0])
    return tuple(dict.fromkeys(ref for _, ref in found))[:_MOST]


def _found(plain: str) -> Iterator[tuple[int, Ref]]:
    for form in _FORMS:
        if not any(mark in plain for mark in form.marks):
            continue
        for match in form.listed.finditer(plain):
            for number in form.item.finditer(match["found"]):
                title = match["title"] if form.kind == "cfr" else ""
                yield (
                    match.start("found") + number.start(),
                    Ref(kind=form.kind, value=_spelled(form.kind, number[0], title)),
                )
        for match in form.alone.finditer(plain) if form.alone else ():
            yield match.start("found"), Ref(kind=form.kind, value=match["found"])


def _spelled(kind: str, number: str, title: str) -> str:
    """Return a number in the one spelling in which it is compared. `title` is that of a place in the Code."""
    if kind == "citation":
        volume, _, page = number.partition(" ")
        return f"{volume} FR {re.sub('[^0-9]', '', page)}"
    if kind == "cfr":
        return f"{title}/{number.partition('.')[0].partition('(')[0]}"
    return number.lstrip("# ")
