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
    r"|为维护国家安全|根据《)",
    re.IGNORECASE,
)


def sentences(text: str) -> tuple[str, ...]:
    """Return the sentences of `text` in order, each with its closing mark. English and Chinese marks count."""
    found: list[str] = []
    start = 0
    for mark in _END.finditer(text):
        if mark.group() == "." and _is_abbreviation(text[start : mark.start()]):
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

    The first sentence of the abstract that is not about authority; a withdrawal's own note comes before it.
    """
    for text in (item.note, item.abstract):
        if text:
            telling = [sentence for sentence in sentences(text) if not _BOILERPLATE.match(sentence)]
            return shorten((telling or [text])[0], QUOTE_CHARS)
    return None


def shorten(text: str, limit: int) -> str:
    """Return `text` cut at a word to at most `limit` characters, with an ellipsis where something was left out."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    cut = head.rfind(" ")
    return (head[:cut] if cut > limit // 2 else head).rstrip(" ,;:") + "…"
