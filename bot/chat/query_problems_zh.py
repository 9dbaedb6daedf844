"""What `bot.core.query` says of a text that is no query, in Chinese: the problem, and what to write instead. Pure.

`{}` stands for what differs, a word that was typed or a list of fields, in both languages in the same order.
"""

import re
from functools import cache

FORMS: dict[str, str] = {
    "there is nothing to look for": "没有要找的词",
    "a query has at most {} characters, this one has {} written out": "查询最多 {} 个字符，这个展开后有 {} 个",
    "a query has at most {} characters, this one has {}": "查询最多 {} 个字符，这个有 {} 个",
    "split it into several topics": "请分成几个主题",
    "this quotation is never closed": "这个引号没有闭合",
    'put " after the last word': '在最后一个词后面加 "',
    "this bracket is never closed": "这个括号没有闭合",
    "put ) where it ends": "在结束处加 )",
    "this bracket was never opened": "这个括号没有对应的左括号",
    "take it out, or put ( before": "去掉它，或在前面加 (",
    "more than {} brackets inside each other": "括号嵌套超过 {} 层",
    "take out those that change nothing": "请去掉不起作用的括号",
    "nothing stands in these brackets": "括号里没有内容",
    "a bracket cannot stand here": "这里不能有括号",
    "only words that must be absent": "只写了要排除的词",
    "one side of OR asks only that something is absent": "OR 的一边只写了要排除的词",
    "add what to look for: {}": "请加上要找的词：{}",
    "NEAR needs at least two parts": "NEAR 至少要有两部分",
    "write them with commas between: {}": "各部分之间用逗号：{}",
    "NEAR takes only words": "NEAR 里只能写词",
    "write facts and dates beside it, joined by AND": "其他条件和日期写在旁边，用 AND 连接",
    "NEAR does not say how near": "NEAR 没有说明相隔多远",
    "write at most how many words apart: {}": "请写明最多相隔几个词：{}",
    "NEAR/{} is not between {} and {} words": "NEAR/{} 不在 {} 到 {} 个词之间",
    "a comma stands only between the parts of NEAR": "逗号只用在 NEAR 的各部分之间",
    "write OR or AND, or put the words in quotation marks": "请用 OR 或 AND，或把这些词放进引号",
    "{} joins nothing here": "{} 在这里没有连接任何词",
    'write a word on both sides, or put the word in quotation marks: "{}"': '请在两边都写词，或把它放进引号："{}"',
    "{} has no value": "{} 后面没有值",
    "write it without a blank: {}": "中间不要空格：{}",
    '"{}" cannot stand here': "“{}”不能写在这里",
    "in NEAR write words, or words joined by OR, with commas between": "NEAR 里写词，或用 OR 连接的词，之间用逗号",
    "{}: cannot stand before a bracket": "{}: 不能用在括号前",
    "write {}: before each value": "请在每个值前面写 {}:",
    "{} stands before no bracket": "{} 后面没有括号",
    '"{}" starts with a sign': "“{}”以符号开头",
    "{} characters in one term, at most {}": "一个词有 {} 个字符，最多 {} 个",
    "use the few words that tell it from others": "请只写最能区分的几个词",
    '"*" alone would hit everything': '单独的 "*" 会命中一切',
    "write the start of a word before it: {}": "请在前面写词的开头：{}",
    '"*" inside a term: "{}"': '"*" 在词的中间：“{}”',
    "put * only at the end: {}": "* 只能放在末尾：{}",
    '"*" does not follow a letter or digit: "{}"': '"*" 前面不是字母或数字：“{}”',
    "write it right after the start of a word: {}": "请紧跟在词的开头后面写：{}",
    "an empty term": "空的词",
    "write a word, or take the term out": "请写一个词，或去掉它",
    'only punctuation: "{}"': "只有标点：“{}”",
    "write a word with letters or digits": "请写有字母或数字的词",
    'there is no field "{}"': "没有“{}”这个字段",
    "put it in quotation marks, or use one of {}": "请放进引号，或用这些字段之一：{}",
    'there is no stage "{}"': "没有“{}”这个阶段",
    'there is no language "{}"': "没有“{}”这种语言",
    '"{}" is nothing that {}: can be': "“{}”不能作为 {}: 的值",
    "write it like {} or {}": "请这样写：{} 或 {}",
    "write it like {}": "请这样写：{}",
    '"*" in {}:': '{}: 里不能用 "*"',
    "write the whole value": "请写完整的值",
    "{}: without a value": "{}: 后面没有值",
    '"{}" is no date for {}:': "“{}”不能作为 {}: 的日期",
    "write {}:>2026-01-31, or >=, <, <=, or the date alone": "请写 {}:>2026-01-31，也可以用 >=、<、<=，或只写日期",
    "did you mean `{}`?": "是不是想写 {}？",
    "did you mean {}?": "是不是想写 {}？",
    "one of {}": "可以是：{}",
    "write {}": "请写 {}",
}


def in_chinese(said: str) -> str:
    """Return a problem or an advice in Chinese; what is an example and no sentence stays as it is."""
    for pattern, chinese in _forms():
        found = pattern.fullmatch(said)
        if found:
            return chinese.format(*found.groups())
    return said


@cache
def _forms() -> tuple[tuple[re.Pattern[str], str], ...]:
    # The longest texts first: `write {}` would fit others too.
    ordered = sorted(FORMS.items(), key=lambda form: -len(form[0].replace("{}", "")))
    return tuple(
        (re.compile("(.*)".join(map(re.escape, english.split("{}"))), re.DOTALL), chinese)
        for english, chinese in ordered
    )
