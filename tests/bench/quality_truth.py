"""What a document is about by its own fields: agency, CFR parts, case numbers, heading. Never by words of title or abstract.

Each answer is yes, no, or None: the fields do not tell, and the document counts neither way. The one use of a title is to
rule out paperwork: a notice that asks leave to collect information is no act, whoever issues it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from tests.bench.quality_corpus import Fields

_CASE = re.compile(r"\b[AC]-\d{3}-\d{3}\b|\b(?:701|731)-TA-")
_INVESTIGATION = re.compile(r"\b\d{3}-(?:TA-)?\d|\bTA-\d{3}-")
_REMEDY_HEADING = re.compile(r"antidumping|countervailing|less than fair value", re.I)
_TRADE_DESKS = (
    "customs and border",
    "international trade commission",
    "international trade administration",
    "textile agreements",
)
_TARIFF_RIN = re.compile(r"\b06(?:94|25)-XC\d{3}\b")


def ad_cvd(fields: Fields) -> bool | None:
    """Yes: an ITA or ITC case number; 19 CFR 351 or 207; ITA's unit for it, or ITA under a remedy heading.

    No: any other agency, ITC with another kind of number (337, 332, TA-201), ITA under another heading. Not told: ITA or ITC
    with neither number nor heading.
    """
    if fields.paperwork:
        return False
    if _CASE.search(fields.numbers) or {(19, 351), (19, 207)} & set(fields.cfr):
        return True
    if _has(fields, "international trade administration"):
        if _has(fields, "enforcement and compliance"):
            return True
        return bool(_REMEDY_HEADING.search(fields.heading)) if fields.heading else None
    if _has(fields, "international trade commission"):
        return False if _INVESTIGATION.search(fields.numbers) else None
    return False


def tariff_action(fields: Fields) -> bool | None:
    """Yes: USTR with a docket or a notice of its own, BIS or ITA under a RIN 0694-XC or 0625-XC, 15 CFR 705, a
    presidential document under the heading "Trade".

    No: any other agency. Not told: presidential documents without a recorded heading, USTR jointly with others, and the
    desks that now and then act on tariffs and say so in no field: Customs, ITC, ITA, the textile committee.
    """
    if fields.paperwork:
        return False
    if _TARIFF_RIN.search(fields.numbers) or (15, 705) in fields.cfr:
        return True
    if fields.kind == "Presidential Document":
        return None if fields.heading is None else fields.heading.startswith("Trade")
    if _has(fields, "trade representative"):
        return None if ";" in fields.agencies else True
    return None if _has(fields, *_TRADE_DESKS) else False


def export_control(fields: Fields) -> bool | None:
    """Yes: BIS with 15 CFR 730 to 774, or a rule of BIS with no CFR part recorded and no tariff RIN; State with 22 CFR 120 to
    130 and no other part.

    No: any other agency. Not told: other documents of BIS, State without a CFR part or with several.
    """
    if fields.paperwork:
        return False
    if _has(fields, "industry and security"):
        regulated = any(title == 15 and 730 <= part <= 774 for title, part in fields.cfr)
        rule = fields.kind.endswith("Rule") and not fields.cfr and not _TARIFF_RIN.search(fields.numbers)
        return True if regulated or rule else None
    if _has(fields, "department of state", "state department"):
        arms = [title == 22 and 120 <= part <= 130 for title, part in fields.cfr]
        return (True if all(arms) else None if any(arms) else False) if arms else None
    return None if fields.kind == "Presidential Document" else False


def sanctions(fields: Fields) -> bool | None:
    """Yes: OFAC, or 31 CFR 500 to 599. No: any other agency. Not told: State without a CFR part, presidential documents."""
    if fields.paperwork:
        return False
    if _has(fields, "foreign assets control") or any(
        title == 31 and 500 <= part <= 599 for title, part in fields.cfr
    ):
        return True
    state = _has(fields, "department of state", "state department")
    return None if fields.kind == "Presidential Document" or (state and not fields.cfr) else False


def _has(fields: Fields, *names: str) -> bool:
    """Return whether an agency is named so, as printed ("Office of Foreign Assets Control") or by slug."""
    named = fields.agencies.lower().replace("-", " ")
    return any(name in named for name in names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Something that fields can tell, and the topics of which any one counts as a hit."""

    name: str
    truth: Callable[[Fields], bool | None]
    topics: tuple[str, ...]


SUBJECTS = (
    Subject(name="AD/CVD", truth=ad_cvd, topics=("ad-cvd",)),
    Subject(
        name="301, 232, other tariff acts",
        truth=tariff_action,
        topics=("tariffs", "section-301", "section-232", "ieepa-tariffs", "trade-agreements"),
    ),
    Subject(name="export controls", truth=export_control, topics=("export-controls",)),
    Subject(name="sanctions", truth=sanctions, topics=("sanctions",)),
)
