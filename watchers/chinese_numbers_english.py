"""Numbers of Chinese notices as English text writes them: `MOFCOM and GACC Announcement No. 18 of 2025`. Pure.

A part of `watchers.chinese_numbers`, which has folded the text and makes the references; not for use elsewhere. Only what
stands with the Ministry of Commerce in one phrase is read: press and law firms write `Announcement No. 29` of everyone.
"""

import re

Item = tuple[int | None, int, int, int]
"""A number found: its year (None where the series has none), itself, and where it starts and ends in the text."""

_ISSUER = (
    r"(?:MOFCOM|Mofcom|(?i:Ministry\s{1,3}of\s{1,3}Commerce|Commerce\s{1,3}Ministry))(?:\s{1,3}\(MOFCOM\))?"
    r"(?:\s{1,3}of\s{1,3}(?:the\s{1,3})?(?:People's\s{1,3}Republic\s{1,3}of\s{1,3}China|PRC|China))?(?:\s{1,3}\(MOFCOM\))?"
)
HEAD = rf"\b{_ISSUER}|(?i:\bannouncements?\b)"

_ISSUED_BY = re.compile(
    r",?\s{1,3}(?:jointly\s{1,3})?(?:issued\s{1,3})?(?:of|by|from)\s{1,3}(?:the\s{1,3})?(?:China's\s|Chinese\s|PRC\s)?"
    rf"{_ISSUER}(?!\s{{1,3}}of\s)"
    r"(?:(?:,|,?\s{1,3}and|\s{1,3}&)\s{1,3}(?:the\s{1,3})?(?:General\s{1,3}Administration\s{1,3}of\s{1,3}Customs|GACC|MIIT|MOST"
    r"|Ministry\s{1,3}of\s{1,3}(?:Science\s{1,3}and|Industry\s{1,3}and\s{1,3}Information)\s{1,3}Technology"
    r"|State\s{1,3}Cryptography\s{1,3}Administration)\b){0,4}"
)
_OTHER_COUNTRY = re.compile(
    r"\b(?:Thai|Thailand|Cambodia|Cambodian|Myanmar|India|Indian|Iraq|Iraqi|Saudi|US)(?:'s)?\s{1,3}$"
)
_LED_BY = re.compile(
    r"\b(?:GACC|Customs|MOF|Finance|NDRC|MIIT|Commission|Transport)\)?(?:,|\s&|,?\sand)\s{1,3}(?:the\s)?$"
)
_WORD = re.compile(r"\s{0,3}('s|[,&/]|\(?[A-Za-z][A-Za-z'-]{0,30}\)?)")
_KINDS = frozenset({"announcement", "announcements", "notice", "notices"})
_LINKS = frozenset({"and", "&", ",", "/", "with"})
_SMALL = frozenset({"the", "of", "for", "'s", "public", "joint"})
_OTHERS = frozenset({"customs", "ministry", "commission", "council", "department"})
_MOST_WORDS = 24  # between the issuer and the kind

_NO = r"(?:Nos?\b\.?|Numbers?\b|#)\s{0,3}"
_LIST = rf"[0-9]{{1,4}}(?:\s{{0,3}}(?:,\s{{0,3}}and|,|and|&)\s{{0,3}}(?:{_NO})?[0-9]{{1,4}}){{0,30}}"
_NUMBERS = re.compile(
    rf"(?i)\s{{0,3}}(?:\(?(?P<before>[0-9]{{4}})\)?,?\s{{0,3}}{_NO}(?P<first>{_LIST})(?![0-9])|(?:{_NO})?"
    rf"(?P<second>{_LIST})(?:\s{{0,3}}(?:of|[/,])\s{{0,3}}|\s{{1,3}}|(?=\())(?P<open>\()?(?P<after>[0-9]{{4}})(?![0-9])(?(open)\)))"
)
_NEXT = re.compile(
    rf"(?i)\s{{0,3}}(?:,\s{{0,3}}and|,|and|&)\s{{0,3}}(?:announcements?\s{{1,3}})?(?={_NO}|[0-9]{{1,4}}/)"
)
_NUMBER = re.compile(r"[0-9]{1,4}")
_MOST_GROUPS = 20


def english_items(folded: str, start: int, end: int) -> tuple[list[Item], int]:
    """Return the announcements of MOFCOM named around `HEAD` at `start` to `end`, and where their phrase ends.

    No numbers where the phrase names none, or someone else's.
    """
    if folded[start:end].lower().startswith("announcement"):
        return _of_the_ministry(folded, end)
    before = folded[max(0, start - 40) : start]
    if _OTHER_COUNTRY.search(before) or _LED_BY.search(before):
        return [], end
    return _after_the_ministry(folded, end)


def _of_the_ministry(folded: str, place: int) -> tuple[list[Item], int]:
    """Read `Announcement No. 61 of 2025 of the Ministry of Commerce`."""
    items, end = _items(folded, place)
    issued = _ISSUED_BY.match(folded, end) if items else None
    return (items, issued.end()) if issued else ([], place)


def _after_the_ministry(folded: str, place: int) -> tuple[list[Item], int]:
    """Read further issuers, or a verb, then the kind and the numbers: `and GACC jointly issued Announcement No. 70 of 2025`."""
    joint = spoken = False
    for _ in range(_MOST_WORDS):
        word = _WORD.match(folded, place)
        if word is None:
            break
        place, said = word.end(), word[1].lower()
        if said in _KINDS:
            items, end = _items(folded, place)
            if items:
                return items, end
        if said in _LINKS:
            joint = True
        elif said not in _SMALL:
            named = not word[1].islower()
            if (spoken or not joint) if named else said in _OTHERS:
                break  # a notice of someone else, of which ours speaks
            spoken = not named
    return [], place


def _items(folded: str, place: int) -> tuple[list[Item], int]:
    items: list[Item] = []
    end = place
    for _ in range(_MOST_GROUPS):
        found = _NUMBERS.match(folded, place)
        if found is None:
            break
        year, group = (found["before"], "first") if found["before"] else (found["after"], "second")
        end = found.end()
        listed = _NUMBER.finditer(folded, *found.span(group))
        items += [(int(year), int(one[0]), one.start(), one.end()) for one in listed]
        following = _NEXT.match(folded, end)
        if following is None:
            break
        place = following.end()
    return items, end
