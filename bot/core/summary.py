"""What a person reads first: one sentence of the source's own, never a word of ours. Pure."""

import re

from watchers.item import Item

QUOTE_CHARS = 240

# A full stop after these ends no sentence. Single capitals (U.S., J.) are told by shape.
_ABBREVIATIONS = frozenset(
    re.findall(
        r"\S+",
        "no nos vol sec secs pt pts supp fed reg stat art para inc ltd co corp llc bros mr mrs ms dr jr sr st vs "
        "e.g i.e etc jan feb mar apr jun jul aug sep sept oct nov dec a.m p.m",
    )
)
_CLOSING = frozenset('"”’)]）」』】》')
_END = re.compile(r"[.!?](?=[\"”’)\]]?\s)|[。！？；]")

# Sentences that say under which law, not what. Source: openings of Register abstracts 2020-2026, seen 2026-11-23.
_BOILERPLATE = re.compile(
    r"^(the entity list \(supplement|the (?:ear|export administration regulations) \(.{0,60}\) impose|on august 13, 2018"
    r"|this (notice|document|rule) is (being )?(issued|published) (pursuant|under)|as required by the paperwork"
    r"|for immediate release|(media |press )?contacts?:|\W*###"
    r"|现将有关事项公告如下|公告未尽事宜|特此公告|来源：)",
    re.IGNORECASE,
)
# Clauses that open a Chinese sentence and only say why, under which law, with whose leave.
# Source: MOFCOM notices 2023-2026, seen 2026-11-23.
_PREAMBLE = re.compile(
    r"^(?:为[^，。]{0,120}|根据[^，。]{0,200}|依据[^，。]{0,200}|按照[^，。]{0,120}|履行[^，。]{0,60}|经[^，。]{0,40}批准)，"
)
_ONLY_PREAMBLE = re.compile(r"^(?:为维护国家安全|履行|根据《)[^，]{0,200}[。；]?$")
# What an act does, said in the words that acts use for it.
# Source: MOFCOM, GACC and Tariff Commission notices and BIS, OFAC and USTR documents 2020-2026, seen 2026-11-23.
_OPERATIVE = re.compile(
    r"决定(?:将|对|自|于|从|在|暂停|停止|取消|恢复|继续|采取|终止)|未经许可.{0,6}不得出口|禁止.{0,40}(?:出口|交易|投资|进口)"
    r"|加征|不予许可|移出.{0,20}(?:名单|清单)|列入.{0,30}(?:名单|清单)|(?:暂停|停止|恢复)实施|实施出口管制"
    r"|\b(?:amend|add|remov|impos|suspend|prohibit|determin|extend|withdraw|rescind|designat|requir)(?:s|es|ed|ing)?\b",
    re.IGNORECASE,
)
_BODY_SENTENCES = 60  # further down a body repeats, explains and thanks
_LEAST_CHARS = 12
_WORD = 16  # no abbreviation is longer


def sentences(text: str) -> tuple[str, ...]:
    """Return the sentences of `text` in order, each with its closing mark. English and Chinese marks count."""
    found: list[str] = []
    start = 0
    for mark in _END.finditer(text):
        if mark.group() == "." and _is_abbreviation(text[max(start, mark.start() - _WORD) : mark.start()]):
            continue
        end = mark.end() + (text[mark.end() : mark.end() + 1] in _CLOSING)
        found.append(text[start:end].strip())
        start = end
    found.append(text[start:].strip())
    return tuple(sentence for sentence in found if sentence)


def _is_abbreviation(before: str) -> bool:
    word = before.rpartition(" ")[2].lstrip('("“‘[').lower()
    return word in _ABBREVIATIONS or re.fullmatch(r"(?:[a-z]\.)*[a-z]", word) is not None


def quote(item: Item) -> str | None:
    """Return the sentence that says what the act does, at most `QUOTE_CHARS` long; None where the source gives no text.

    The first sentence of the abstract that is not about authority; a withdrawal's own note comes before it. Where there is
    only a body, the first of its sentences that says what is done, else the first that says anything. What the title says
    already, as that of a short post does, is not said again.
    """
    for text in (item.note, item.abstract):
        if text and (fresh := [each for each in _telling(text) or [text] if each not in item.title]):
            return shorten(fresh[0], QUOTE_CHARS)
    telling = [each for each in _telling(item.body or "")[:_BODY_SENTENCES] if each not in item.title]
    operative = [sentence for sentence in telling if _OPERATIVE.search(sentence)]
    return shorten((operative or telling)[0], QUOTE_CHARS) if telling else None


def _telling(text: str) -> list[str]:
    """Return the sentences that say more than an authority, each without the clauses that open it for form's sake."""
    # A line ends where a paragraph does: headings and addresses have no full stop, and are no part of what follows.
    each = (sentence for line in text.split("\n") for sentence in sentences(line))
    found = (without_preamble(sentence) for sentence in each if not _BOILERPLATE.match(sentence))
    said = (sentence for sentence in found if not _ONLY_PREAMBLE.match(sentence.removeprefix("…")))
    return [sentence for sentence in said if len(sentence) >= _LEAST_CHARS or _OPERATIVE.search(sentence)]


def without_preamble(sentence: str) -> str:
    """Return a Chinese sentence from the clause on that says what is done, an ellipsis for what stood before it."""
    rest = sentence
    while (opening := _PREAMBLE.match(rest)) and opening.end() < len(rest):
        rest = rest[opening.end() :]
    return sentence if rest is sentence else f"…{rest}"


def shorten(text: str, limit: int) -> str:
    """Return `text` cut at a word to at most `limit` characters, with an ellipsis where something was left out."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    cut = head.rfind(" ")
    return (head[:cut] if cut > limit // 2 else head).rstrip(" ,;:") + "…"
