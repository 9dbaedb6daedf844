"""Official numbers of Chinese notices, found in text, and the act references that they make. Pure.

A number names its act only together with its series: the Ministry of Commerce (MOFCOM) counts its announcements anew each
year, alone and with others in one series, and so do the customs (GACC) and the Tariff Commission in series of their own,
so `2025年第57号` alone names nothing and is never read. A joint notice carries the number of the issuer named first; where
that is none of ours, or a foreign ministry of the same name, the number is left alone, for a wrong reference would merge two
acts. Must never raise, whatever the text, and takes time in proportion to its length.

Source: official numbers as printed by the issuers and as press and law firms write them, facts gathered 2026-11-23.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from watchers.chinese_numbers_english import HEAD, Item, english_items

# -- folding, character by character, so that every place in the folded text is the same place in the original

_SIMPLIFIED = dict(
    zip(
        "務關總業國碼軍裝備發實體單機會稅則員運輸號聯與農監財環態應個門貨幣於佈決對記問讀負責訪談評論",
        "务关总业国码军装备发实体单机会税则员运输号联与农监财环态应个门货币于布决对记问读负责访谈评论",
        strict=True,
    )
)
_ALIKE = dict.fromkeys("○◯零", "〇") | dict.fromkeys("〔［【〖﹝[", "(") | dict.fromkeys("〕］】〗﹞]", ")")
_ALIKE |= dict.fromkeys("–—−‑‒", "-") | dict.fromkeys("\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\xad", " ")
_ALIKE |= {"’": "'", "№": "#"}
_WIDE = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
# Text taken out of a PDF holds radicals (U+2F00 to U+2FD5) that look like the characters and are not.
_RADICALS = {chr(code): unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}
_FOLD = str.maketrans(_RADICALS | _WIDE | _SIMPLIFIED | _ALIKE)


def _folded(text: str) -> str:
    """Return the folded text; nearly no English text has anything to fold."""
    return text if text.isascii() and "[" not in text and "]" not in text else text.translate(_FOLD)


# -- who numbers what

_SERIES = {
    "商务部": {"公告": "mofcom:announcement", "令": "mofcom:order"},
    "不可靠实体清单工作机制": {"公告": "mofcom:uel"},
    "海关总署": {"公告": "gacc:announcement"},
    "国务院关税税则委员会": {"公告": "tariff-commission:announcement"},
    "税委会": {"公告": "tariff-commission:announcement"},
    "交通运输部": {"公告": "mot:announcement"},
    "国务院": {"令": "state-council:order"},
    "国": {"令": "state-council:order"},  # as a number writes it: 国令第803号
    "外交部": {"令": "mfa:order"},
}
_NUMBERED_THROUGH = frozenset({"国务院", "国", "外交部"})  # without a year
_ISSUE_JOINTLY = frozenset({"商务部", "海关总署", "交通运输部"})

_ORGANS = (
    "海关总署|科学技术部|科技部|工业和信息化部|工信部|国家密码管理局|国家密码局|中央军委装备发展部|国家发展和改革委员会"
    "|国家发展改革委|发展改革委|财政部|外交部|公安部|交通运输部|国家税务总局|税务总局|国家市场监督管理总局|市场监管总局"
    "|质检总局|农业农村部|农业部|生态环境部|环境保护部|自然资源部|中国人民银行|人民银行|国家外汇管理局|国家外汇局"
    "|国家卫生健康委员会|国家卫生健康委|国家原子能机构|应急管理部|文化和旅游部|司法部|教育部|水利部"
)
_AND = "[、和与及/·]|会同"
_ORGAN_END = rf"(?:委员会|办公室|总局|部|局|署|委|办)(?=[\s(0-9]|{_AND}|,|联合|公\s?告|令|等|$)"
_OTHER_ORGAN = rf"(?:国家|中央|中国|全国)[一-鿿]{{1,16}}?{_ORGAN_END}"
# Behind a blank or a joining mark any other may stand, unless the words there are about something.
_ANY_ORGAN = rf"(?:(?!关于|转发|根据|依据|按照|印发|的|就|对)[一-鿿]){{2,16}}?{_ORGAN_END}"
_APART = rf"(?:\s{{1,8}}(?:(?:{_AND})\s{{0,8}})?|(?:{_AND})\s{{0,8}})"
_JOINED = re.compile(
    rf"(?:{_APART}?(?:中华人民共和国)?(?:{_ORGANS}|{_OTHER_ORGAN})|{_APART}(?:中华人民共和国)?{_ANY_ORGAN}){{0,12}}"
    r"(?:\s{0,8}等\s{0,2}[0-9一二三四五六七八九十]{0,3}个?(?:部门|部委|单位|机构))?"
)
_LED_BY = re.compile(rf"(?P<organ>商务部|{_ORGANS})(?:[\s,]|{_AND}){{0,6}}(?:中华人民共和国)?$")
_LED_BY_ANY = re.compile(rf"[部局署委](?:[ \t\xa0\u3000]|,|{_AND}){{1,6}}(?:中华人民共和国)?$")
_OUR_COUNTRY = ("中国", "我国", "中华人民共和国")
_OTHER_COUNTRIES = ("国", "美", "泰", "印度", "印尼", "缅甸", "柬埔寨", "巴基斯坦")

# -- the parts of a number

_DIGITS = "〇一二三四五六七八九"
_YEAR = rf"[0-9]{{4}}|[{_DIGITS}Oo0]{{4}}"
_KIND = re.compile(r"\s{0,8}(?:联合)?(公\s{0,3}告|令)")
_KIND_AFTER = re.compile(r"\s{0,8}(?:\)\s{0,8})?(?:联合)?(公\s{0,3}告|令)")
_ITEM = re.compile(
    rf"\s{{0,8}}(?:\(\s{{0,8}})?(?:(?P<year>{_YEAR})\s{{0,8}}(?:\)|年(?:\s{{0,8}}\))?|(?=第))\s{{0,8}})?"
    rf"(?P<own>(?:第\s{{0,8}})?(?P<number>[0-9]{{1,4}}|[{_DIGITS}十百]{{1,7}})\s{{0,8}}(?P<mark>号)?)"
)
_NEXT = re.compile(r"\s{0,8}(?:(?:公告|令)\s{0,8})?(?:以及|[、,和及与]|(?P<through>[至到~-]))")
_MOST = 60  # numbers in one list

_COUNTED = re.compile(
    r"(?:(?P<hundreds>[一二两三四五六七八九])百)?"
    r"(?:〇|(?P<tens>(?P<many>[一二三四五六七八九])?十))?(?P<ones>[一二三四五六七八九])?"
)
_ZEROS = str.maketrans("Oo0", "〇〇〇")
_VALUE = {character: value for value, character in enumerate(_DIGITS)} | {"两": 2}

_HEAD = re.compile(
    "不可靠实体清单工作机制|国务院关税税则委员会|税委会|商务部|海关总署|交通运输部|国务院|外交部|(?<![一-鿿])国(?=令第)"
    f"|{HEAD}"
)
_ENGLISH_HEAD = re.compile(HEAD)

# -- what a title is of

_LABEL = re.compile(r"(?:文号|字号)[\s():]{0,6}(?:中华人民共和国)?\s{0,4}$")
_OPENING = re.compile(r"[\s(《]{0,4}(?:中华人民共和国|中国|China's|The|the)?\s{0,4}")
_GOES_ON = re.compile(r"\)?\s|\s{0,4}\)?(?:$|[:(《-]|关于)|\)?(?P<says>公布|发布|决定|对)")
_CALLED = re.compile(r"(?:公告|决定|通知|令|裁定|清单|名单|目录|措施|调查)[》”)]?\s{0,4}$")
_EN_GOES_ON = re.compile(
    r"(?i)\s{0,4}\)?(?:\s{0,4}$|\s{0,4}[:(-]|\s{1,4}(?:on|regarding|concerning|announcing|decision)\b)"
)
_BRACKET = re.compile(r"\(\s{0,4}(?:中华人民共和国)?\s{0,4}$")
_BRACKET_END = re.compile(r"\s{0,4}\)\s{0,4}")
_TALK = re.compile(
    r"答问|答(?!卷).{0,6}问|解读|问答|发言人|记者会|发布会|吹风会|负责人就|负责人谈|一图|访谈|评论(?!意见)"
    r"|(?i:spokes|\banswers?\b|q&a|press\s{1,3}conference|\bexplain|interpretation)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeNumber:
    """A number found: the reference of the act it names, and where it stands (code points of the text as given).

    The first number of a list begins where its issuer does; the others are only themselves (`56号`).
    """

    ref: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Phrase:
    """An issuer with the numbers that it governs."""

    start: int
    end: int
    numbers: tuple[NoticeNumber, ...]


def notice_numbers(text: str) -> tuple[NoticeNumber, ...]:
    """Return every official number in `text`, in reading order, each reference once, where it stands first.

    Lists are read whole (`商务部公告2025年第55、56号`), each number with the year named with it or last before it. Years
    outside 1990 to 2099 and the number 0 are no numbers.
    """
    first: dict[str, NoticeNumber] = {}
    for phrase in _phrases(_folded(text)):
        for number in phrase.numbers:
            first.setdefault(number.ref, number)
    return tuple(first.values())


def notice_ref(text: str) -> str | None:
    """Return the reference of the notice that `text`, a title or the lines at the head of a page, is itself of.

    That is the one number behind the word 文号 or 字号, else the one that a title begins with, else the one in the bracket
    that ends it. None where the text names several there, or only speaks of a notice, as answers and explanations do.
    """
    folded = _folded(text).strip()
    phrases = tuple(_phrases(folded))
    own = next((one for one in phrases if _LABEL.search(folded[max(0, one.start - 24) : one.start])), None)
    if own is None and phrases and (_is_called_by(folded, phrases[0]) or _TALK.search(folded) is None):
        if _begins(folded, phrases[0]):
            own = phrases[0]
        elif _ends(folded, phrases[-1]):
            own = phrases[-1]
    return own.numbers[0].ref if own is not None and len(own.numbers) == 1 else None


def chinese_integer(text: str) -> int | None:
    """Return what a Chinese numeral says: counted (`六十一`, `一百零五`) or digit by digit (`二〇二五`); None if it is none.

    Reads up to 999 where counted, up to eight digits otherwise; ○ and 零 are as good as 〇.
    """
    folded = text.translate(_FOLD)
    if 1 <= len(folded) <= 8 and all(character in _DIGITS for character in folded):
        return int("".join(str(_VALUE[character]) for character in folded))
    found = _COUNTED.fullmatch(folded)
    if found is None or not folded:
        return None
    hundreds, tens, many, ones = found["hundreds"], found["tens"], found["many"], found["ones"]
    if tens is None and bool(ones) != ("〇" in folded):  # 一百五 is said for 150 and never printed
        return None
    return 100 * _VALUE[hundreds or "〇"] + (10 * _VALUE[many or "一"] if tens else 0) + _VALUE[ones or "〇"]


def is_called_by_number(title: str) -> bool:
    """Tell whether `title` begins with a notice's own number and ends as those of notices do, whatever words are between."""
    folded = _folded(title).strip()
    phrase = next(_phrases(folded), None)
    return phrase is not None and _is_called_by(folded, phrase)


def _is_called_by(folded: str, phrase: _Phrase) -> bool:
    return _begins(folded, phrase) and _CALLED.search(folded, phrase.end) is not None


def _begins(folded: str, phrase: _Phrase) -> bool:
    if _OPENING.fullmatch(folded, 0, phrase.start) is None:
        return False
    if folded[phrase.start].isascii():
        return _EN_GOES_ON.match(folded, phrase.end) is not None
    found = _GOES_ON.match(folded, phrase.end)
    # Right behind the number a verb may as well begin what others say of it.
    return found is not None and (found["says"] is None or _CALLED.search(folded, phrase.end) is not None)


def _ends(folded: str, phrase: _Phrase) -> bool:
    opened = _BRACKET.search(folded[: phrase.start], max(0, phrase.start - 24))
    if opened is None or _BRACKET_END.fullmatch(folded, phrase.end) is None:
        return False
    title = folded[: opened.start()].rstrip()
    # 关于废止《…》（…）: the number is that of what it repeals
    return not title.endswith("》") or title.startswith("《")


def _phrases(folded: str) -> Iterator[_Phrase]:
    place, heads = 0, _ENGLISH_HEAD if folded.isascii() else _HEAD
    while head := heads.search(folded, place):
        if head[0] in _SERIES:
            phrase = _chinese(folded, head.start(), head[0])
        else:
            items, end = english_items(folded, *head.span())
            phrase = _phrase("mofcom:announcement", head.start(), end, items)
        if phrase is not None:
            yield phrase
        place = phrase.end if phrase is not None else head.end()


def _chinese(folded: str, start: int, name: str) -> _Phrase | None:
    if _is_foreign(folded, start) or (name in _ISSUE_JOINTLY and _is_led(folded, start, name)):
        return None
    end = start + len(name)
    if name == "商务部" and (joined := _JOINED.match(folded, end)):
        end = joined.end()
    kind = _KIND.match(folded, end)
    items, end = _items(folded, kind.end() if kind else end, dated=name not in _NUMBERED_THROUGH)
    if items and kind is None and (kind := _KIND_AFTER.match(folded, end)):
        end = kind.end()
    series = _SERIES[name].get("".join(kind[1].split())) if kind else None
    return _phrase(series, start, end, items) if series and items else None


def _is_foreign(folded: str, start: int) -> bool:
    before = folded[max(0, start - 8) : start]
    return before.endswith(_OTHER_COUNTRIES) and not before.endswith(_OUR_COUNTRY)


def _is_led(folded: str, start: int, name: str) -> bool:
    """Tell whether another issuer stands before this one, as in 财政部 海关总署公告."""
    before = folded[max(0, start - 32) : start]
    leader = _LED_BY.search(before)
    if leader is not None:
        return leader["organ"] != name
    return name != "商务部" and _LED_BY_ANY.search(before) is not None


def _items(folded: str, place: int, *, dated: bool) -> tuple[list[Item], int]:
    """Read numbers up to the last one that has its 号. A year holds until another is named."""
    read: list[Item] = []
    whole = 0  # how many of them, and up to where, are closed by a 号
    end = place
    year: int | None = None
    through = False
    while len(read) < _MOST and (item := _ITEM.match(folded, place)):
        year = _integer(item["year"]) if item["year"] else year
        number = _integer(item["number"])
        if number is None or (year is None if dated else item["year"] or not item["own"].startswith("第")):
            break
        span = number - read[-1][1] if through and not item["year"] else 1
        first = number - span + 1 if 1 <= span <= _MOST else number
        read += [(year, one, item.start("own"), item.end("own")) for one in range(first, number + 1)]
        if item["mark"]:
            whole, end = len(read), item.end()
        following = _NEXT.match(folded, item.end())
        if following is None:
            break
        place, through = following.end(), following["through"] is not None
    return read[:whole], end


def _integer(text: str) -> int | None:
    return int(text) if text.isdigit() and text.isascii() else chinese_integer(text.translate(_ZEROS))


def _phrase(series: str, start: int, end: int, items: list[Item]) -> _Phrase | None:
    numbers: list[NoticeNumber] = []
    for year, number, item_start, item_end in items:
        if number < 1 or (year is not None and not 1990 <= year <= 2099):
            continue
        ref = f"{series}:{number}" if year is None else f"{series}:{year}:{number}"
        stop = end if len(items) == 1 else item_end
        numbers.append(NoticeNumber(ref=ref, start=item_start if numbers else start, end=stop))
    return _Phrase(start=start, end=end, numbers=tuple(numbers)) if numbers else None
