"""What Chinese official pages say about a notice in so many words: its labelled fields, and when it takes effect. Pure.

Reads lines of visible text. A date that a notice gives of another act is not its own, so whatever may be of another is left.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from watchers.dates import find_date
from watchers.item import Agency, DateKind, LegalDate

_LABELS = {
    "issuer": ("发布单位", "发文单位", "发布机构", "发文机关", "发文机构", "制发机关"),
    "number": ("发布文号", "发文字号", "发文文号", "文件字号", "文号"),
    "on": ("发文日期", "成文日期"),
    "posted": ("发布日期", "发布时间"),
}
_FIELD_OF = {label: field for field, labels in _LABELS.items() for label in labels}
# A label stands at the beginning of a line, in 【】, or behind a blank or a border of cells; its characters may be spread out.
_LABEL = re.compile(
    r"(?:^|(?<=[\s|【\[】\]]))[【\[]?\s?(?P<label>"
    + "|".join(r"\s?".join(label) for label in _FIELD_OF)
    + r")\s?(?:[】\]]\s?[:：|]?|[:：]\s?\|?|\s?\|)\s?"
)
_ANOTHER_LABEL = re.compile(r"【|(?:^|\s)(?:[一-鿿]{2,6}|[一-鿿](?:\s[一-鿿]){1,3})\s?[:：]")
_AROUND = " |:：;；/【】[]"
_MAX_LINES, _MAX_LINE_CHARS, _MAX_VALUE_CHARS = 400, 400, 120
_HAN = re.compile("[一-鿿]")
_BETWEEN_ISSUERS = re.compile(r"[、,，\s]+")
_MAX_AGENCIES = 12

_SENTENCES = re.compile(r"[。；;！!\n]")
_FROM = r"\s?起\s?(?:正式)?\s?(?:实施|施行|执行|生效)(?=[,，、。;；)）\s]|\Z)"
_FROM_DAY = re.compile(
    r"自\s?(?P<day>[0-9〇○零一二三四五六七八九][^自,，]{4,22}?日)(?:\s?[0-9]{1,2}[时點点](?:[0-9]{1,2}分)?)?"
    + _FROM
)
_FROM_NOTICE = re.compile(r"自\s?(?:本\w{1,6}?)?\s?(?:公布|发布|印发)之日" + _FROM)
# Whose date it is cannot be told where a number stands before it in the sentence, or one of these words in the clause.
_NUMBER = re.compile(r"[0-9〇○零一二三四五六七八九十百]\s?号")
_OF_ANOTHER = re.compile(r"根据|依据|依照|按照|原定|曾|此前|已于|已自|该(?:公告|令|办法|规定|通知|决定)")
_ACT = re.compile(r"《(?P<name>[^《》]{1,80})》\s?将?\s?$")
_LONGEST_BACK = timedelta(days=31)
_MAX_SENTENCE, _MAX_EVIDENCE = 400, 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """The labelled fields of a page, as printed; empty where there are none.

    `on` is the date of the notice, `posted` that on which the site put it up.
    """

    issuer: str = ""
    number: str = ""
    on: date | None = None
    posted: date | None = None

    def or_else(self, other: "Fields") -> "Fields":
        """Return these fields, those that are missing taken from `other`."""
        return Fields(
            issuer=self.issuer or other.issuer,
            number=self.number or other.number,
            on=self.on or other.on,
            posted=self.posted or other.posted,
        )


def read_fields(lines: Sequence[str]) -> tuple[Fields, frozenset[int]]:
    """Return the labelled fields in `lines`, the first of each, and which lines hold nothing else.

    Read are 【发布文号】, 发布文号：, cells of a table (joined by ` | `), and values that stand on the line below. Only the first
    400 lines are looked at.
    """
    found: dict[str, str] = {}
    used: set[int] = set()
    for place, line in enumerate(lines[:_MAX_LINES]):
        below = lines[place + 1] if place + 1 < len(lines) else ""
        labelled = _labelled(line)
        if labelled and not labelled[-1][1] and not _LABEL.search(below):
            labelled[-1] = (labelled[-1][0], below.strip(_AROUND))
            used.add(place + 1)
        for field, value in labelled:
            if len(value) <= _MAX_VALUE_CHARS and _can_be(field, value):
                found.setdefault(field, value)
        if labelled and _LABEL.match(line):
            used.add(place)
    on, posted = (find_date(found.get(name, "")) for name in ("on", "posted"))
    fields = Fields(issuer=found.get("issuer", ""), number=found.get("number", ""), on=on, posted=posted)
    return fields, frozenset(used)


def _can_be(field: str, value: str) -> bool:
    """Tell whether a value is what its label says; a table's heading may have the same word."""
    if field == "issuer":
        return bool(value)
    return (_NUMBER.search(value) if field == "number" else find_date(value)) is not None


def _labelled(line: str) -> list[tuple[str, str]]:
    """Return the fields that stand in one line, with their values."""
    matches = list(_LABEL.finditer(line)) if len(line) <= _MAX_LINE_CHARS else []
    ends = [match.start() for match in matches[1:]] + [len(line)]
    return [
        (
            _FIELD_OF["".join(match["label"].split())],
            _value(line[match.end() : end]),
        )
        for match, end in zip(matches, ends, strict=False)
    ]


def _value(text: str) -> str:
    """Return what stands behind a label, up to the next cell or label, one of ours or not."""
    text = text.partition(" | ")[0].strip(_AROUND)
    label = _ANOTHER_LABEL.search(text)
    return text[: label.start()].strip(_AROUND) if label else text


def agencies(issuer: str) -> tuple[Agency, ...]:
    """Return the agencies that a field of issuers names, in its order."""
    names = dict.fromkeys(name for name in _BETWEEN_ISSUERS.split(issuer) if _HAN.search(name))
    return tuple(Agency(name=name) for name in names)[:_MAX_AGENCIES]


def effective_dates(text: str, announced_on: date | None, *, title: str = "") -> tuple[LegalDate, ...]:
    """Return the days from which a notice says that it takes effect, each once, with the sentence that says so.

    `自公布之日起` is `announced_on`, and nothing where that is not known. A day more than a month before it is another's, and
    so is that of an act in 《》 which the notice's `title` does not name.
    """
    found: dict[date, LegalDate] = {}
    for sentence in map(str.strip, _SENTENCES.split(text)):
        if "自" not in sentence or "起" not in sentence or len(sentence) > _MAX_SENTENCE:
            continue
        matches = (*_FROM_DAY.finditer(sentence), *_FROM_NOTICE.finditer(sentence))
        for match in sorted(matches, key=re.Match.start):
            on = find_date(match["day"]) if "day" in match.groupdict() else announced_on
            if on is None or not _is_its_own(sentence[: match.start()], title):
                continue
            if announced_on is None or on >= announced_on - _LONGEST_BACK:
                found.setdefault(on, _effective(on, sentence, match))
    return tuple(found.values())


def _is_its_own(before: str, title: str) -> bool:
    act = _ACT.search(before)
    if act is not None and act["name"] not in title:
        return False
    clause = max(before.rfind("，"), before.rfind(",")) + 1
    return _NUMBER.search(before) is None and _OF_ANOTHER.search(before, clause) is None


def _effective(on: date, sentence: str, match: re.Match[str]) -> LegalDate:
    start = max(0, match.end() - _MAX_EVIDENCE)
    return LegalDate(kind=DateKind.EFFECTIVE, on=on, evidence=sentence[start : start + _MAX_EVIDENCE])
