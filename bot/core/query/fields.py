"""The fields of the language and what may stand behind each: texts, facts, codes, dates. Pure."""

import re
from datetime import date
from difflib import get_close_matches

from bot.core.query import codes
from bot.core.text import fold
from watchers.item import Stage

TEXT_FIELDS = ("title", "abstract", "subjects", "action", "note", "body", "annex")
FACTS = ("source", "agency", "type", "stage", "lang")
DATES = ("effective", "comments", "published", "signed")
PARTY = "party"
FIELDS = (*TEXT_FIELDS, *FACTS, PARTY, *codes.KINDS, *DATES)
_LANGUAGES = ("en", "zh")
_DATE = re.compile(r"(>=|<=|=|>|<)?\s*(\d{4})-(\d{1,2})-(\d{1,2})")
# What stands at the end of a company's name and tells nobody apart.
_ENDINGS = re.compile(
    r"[\s,.;]+(?:co|company|corp|corporation|inc|incorporated|ltd|limited|llc|l\.l\.c|plc|gmbh|ag|sa|s\.a|bv|b\.v|nv|jsc|ooo|pte|pty)\.?$"
    r"|(?:股份有限公司|有限责任公司|有限公司|株式会社)$"
)


class ValueProblem(ValueError):
    """A value that its field cannot have: what is wrong, and what to write instead."""

    def __init__(self, problem: str, advice: str) -> None:
        self.problem, self.advice = problem, advice
        super().__init__(problem)


def field_problem(name: str) -> ValueProblem | None:
    """Return what is wrong with a field's name, None where there is such a field."""
    if name in FIELDS:
        return None
    close = get_close_matches(name, FIELDS, 1)
    every = ", ".join(f"{each}:" for each in FIELDS)
    advice = f"did you mean `{close[0]}:`?" if close else f"put it in quotation marks, or use one of {every}"
    return ValueProblem(f'there is no field "{name}"', advice)


def slug(value: str) -> str:
    """Bring a slug and a printed name to one form: `Industry and Security Bureau` is `industry-and-security-bureau`."""
    return re.sub(r"[\W_]+", "-", fold(value).text).strip("-")


_STAGES = tuple(slug(stage.value) for stage in Stage)


def fact_value(field: str, written: str) -> str:
    """Return the value of a fact or code in the form in which it is compared. Raises ValueProblem."""
    if field in codes.KINDS:
        value = codes.wanted(field, written)
        if value is None:
            raise ValueProblem(
                f'"{written}" is nothing that {field}: can be', f"write it like {codes.EXAMPLES[field]}"
            )
        return value
    if "*" in written:
        raise ValueProblem(f'"*" in {field}:', "write the whole value")
    value = slug(written)
    if not value:
        raise ValueProblem(f"{field}: without a value", f"write {field}:VALUE")
    if field == "stage" and value not in _STAGES:
        close = get_close_matches(value, _STAGES, 1)
        advice = f"did you mean {close[0]}?" if close else "one of " + ", ".join(_STAGES)
        raise ValueProblem(f'there is no stage "{written}"', advice)
    if field == "lang" and value not in _LANGUAGES:
        raise ValueProblem(f'there is no language "{written}"', "one of " + ", ".join(_LANGUAGES))
    return value


def compared_date(field: str, written: str) -> tuple[str, date]:
    """Return the comparison and the date of `>2026-01-01`. Raises ValueProblem."""
    found = _DATE.fullmatch(fold(written).text.strip())
    try:
        if found:
            return found[1] or "=", date(int(found[2]), int(found[3]), int(found[4]))
    except ValueError:
        pass
    raise ValueProblem(
        f'"{written}" is no date for {field}:', f"write {field}:>2026-01-31, or >=, <, <=, or the date alone"
    )


def party_name(folded: str) -> str:
    """Return a party's name without the words for its kind of company, which one source prints and another leaves out."""
    name = folded.strip(" ,.;")
    while (shorter := _ENDINGS.sub("", name).strip(" ,.;")) and shorter != name:
        name = shorter
    return name
