"""A match as a person can check it: the topic, then the text around every hit with the hit in brackets. Pure."""

from bot.core.document import Document
from bot.core.match import Evidence, Match
from bot.render.plain import Emphasis, as_is
from bot.render.words import FIELD, without_controls

_CONTEXT = 40


def explain(match: Match, document: Document, *, bold: Emphasis = as_is) -> str:
    """Return the topic's line and one line per place that hit: `  title      …adding [Entity List] entries…`."""
    because = f": {without_controls('; '.join(match.reasons))}" if match.reasons else ""
    lines = [f"{bold(match.topic)}  ({match.severity.word}{because})"]
    lines += [_filter_line(evidence) for evidence in match.evidence if evidence.end == 0]
    for name, text in document.texts:
        hits = [evidence for evidence in match.evidence if evidence.field == name and evidence.end]
        lines += [
            f"  {FIELD.get(name, name):<10} {_around(text, group, bold)}" for group in _neighbours(hits)
        ]
    return "\n".join(lines)


def _filter_line(evidence: Evidence) -> str:
    return f"  {evidence.field:<10} {evidence.words}"


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
