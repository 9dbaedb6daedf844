"""Why a query does not match, in Chinese; what was typed stays as it was typed. Pure."""

from collections.abc import Iterable

from bot.core.match import Evidence
from bot.core.query.explaining import Failure, Fault
from bot.render.words import field_words

FORMS = {
    Fault.EXCLUDED: "NOT 不成立：{found}",
    Fault.FAR: "{part} 不成立：相隔太远，或不在同一段文字里",
    Fault.FAR_ABSENT: "NEAR/{count} 不成立：没有 {part}",
    Fault.ABSENT: "没有 {part}",
    Fault.ELSEWHERE: "没有 {part}（它在：{found}）",
    Fault.INSIDE: "没有 {part}（只在更长的词里；在词尾加 * 可以命中）",
    Fault.UNKNOWN: "{part} 不成立",
    Fault.NOTHING: "{part} 不成立：没有这一项",
    Fault.OTHER: "{part} 不成立：实为 {found}",
    Fault.NO_DATE: "{part} 不成立：没有这个日期",
    Fault.OTHER_DATE: "{part} 不成立：{found}",
    Fault.NONE_OF: "{count} 个选项都不成立：{part}",
    Fault.NONE_NEAR: "没有选项成立；{nearest}",
    Fault.TOO_LIGHT: "成立的规则权重不足 {count}",
}


def in_chinese(failure: Failure) -> str:
    """Return what failed in Chinese."""
    found: Iterable[str] = failure.found or map(_shown, failure.hits)
    if failure.fault is Fault.ELSEWHERE:
        found = (field_words(name, "zh") for name in failure.found)
    nearest = "；".join(map(in_chinese, failure.nearest))
    return FORMS[failure.fault].format(
        part=failure.part, found="、".join(found), count=failure.count, nearest=nearest
    )


def _shown(hit: Evidence) -> str:
    field = field_words(hit.field, "zh")
    return f"{field}中有“{hit.words}”" if hit.end else f"{field} 为 {hit.words}"
