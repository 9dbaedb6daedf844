"""A match as a person can check it: the topic, then the text around every hit with the hit in brackets. Pure."""

from bot.core.document import Document
from bot.core.match import Evidence, Match
from bot.render.plain import Emphasis, as_is, wrap_styled
from bot.render.words import FIELD, loudness_words, without_controls

_CONTEXT = 40
_REASON_CHARS = 240


def explain(match: Match, document: Document, *, bold: Emphasis = as_is) -> str:
    """Return the topic, how loud and why, then each place that hit: `  title      …adding [Entity List] entries…`.

    In lines of at most 80 columns.
    """
    loud = without_controls(loudness_words(match.severity, match.reasons, limit=_REASON_CHARS))
    lines = wrap_styled(f"{bold(match.topic)}  ({loud})", "", " " * 4)
    for evidence in match.evidence:
        if evidence.end == 0:
            lines += _row(evidence.field, without_controls(evidence.words))
    for name, text in document.texts:
        hits = [evidence for evidence in match.evidence if evidence.field == name and evidence.end]
        for group in _neighbours(hits):
            lines += _row(FIELD.get(name, name), _around(text, group, bold))
    return "\n".join(lines)


def _row(name: str, text: str) -> list[str]:
    return wrap_styled(text, f"  {name:<10} ", " " * 13)


def _neighbours(hits: list[Evidence]) -> list[list[Evidence]]:
    """Group hits so close together that their contexts would overlap."""
    groups: list[list[Evidence]] = []
    reached = 0
    for hit in sorted(hits, key=lambda each: (each.start, -each.end)):
        if groups and hit.start - reached <= 2 * _CONTEXT:
            groups[-1].append(hit)
        else:
            groups.append([hit])
        reached = max(reached, hit.end)
    return groups


def _around(text: str, group: list[Evidence], bold: Emphasis) -> str:
    start, end = group[0].start, max(hit.end for hit in group)
    head, tail = max(0, start - _CONTEXT), min(len(text), end + _CONTEXT)
    pieces, place = [], head
    for hit_start, hit_end in _merged(group):
        pieces += [_clean(text[place:hit_start]), bold(f"[{_clean(text[hit_start:hit_end])}]")]
        place = hit_end
    pieces.append(_clean(text[place:tail]))
    return ("…" if head else "") + "".join(pieces) + ("…" if tail < len(text) else "")


def _clean(text: str) -> str:
    return without_controls(text)


def _merged(group: list[Evidence]) -> list[tuple[int, int]]:
    """Return the hits' spans with overlapping ones joined, so that brackets never interleave."""
    spans: list[tuple[int, int]] = []
    for hit in group:
        if spans and hit.start < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], hit.end))
        else:
            spans.append((hit.start, hit.end))
    return spans
