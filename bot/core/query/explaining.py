"""Why a query does not match a document: which part failed, and what was found instead. Pure."""

from collections.abc import Iterator

from bot.core.query.engine import Query, Scan
from bot.core.query.nodes import And, Fact, Near, Node, Not, Or, When, Words, words_of
from bot.core.query.prepared import Prepared
from bot.core.query.printing import printed

_MOST_NAMED = 3


def why_not(query: Query, prepared: Prepared) -> tuple[str, ...]:
    """Return what keeps the query from matching, one line each; empty where it matches."""
    scan = query.engine.scan(prepared)
    return tuple(dict.fromkeys(_failures(query.node, scan)))


def _failures(node: Node, scan: Scan) -> Iterator[str]:
    if scan.hits(node) is not None:
        return
    match node:
        case And():
            for part in node.parts:
                yield from _failures(part, scan)
        case Or():
            yield _none_of(node, scan)
        case Not():
            hits = scan.hits(node.part) or []
            shown = ", ".join(dict.fromkeys(_shown(scan, hit) for hit in hits[:_MOST_NAMED]))
            yield f"NOT fails: {shown}"
        case Near():
            yield _too_far(node, scan)
        case Words():
            yield f"{printed(node)} stands nowhere" + _elsewhere(node, scan)
        case Fact():
            values = scan.prepared.facts.get(node.field)
            has = "it has none" if not values else f"it is {', '.join(sorted(values))}"
            yield f"{printed(node)} is not so" + (f": {has}" if values is not None else "")
        case When():
            on = ", ".join(each.isoformat() for each in scan.prepared.dates(node.field)) or "no such date"
            yield f"{printed(node)} is not so: {on}"


def _none_of(node: Or, scan: Scan) -> str:
    """Name a few of the alternatives, and those that would hit in another text or as a part of a longer word."""
    near = [f"{printed(part)}{_elsewhere(part, scan)}" for part in node.parts if isinstance(part, Words)]
    near = [text for text in near if text.endswith(")")]
    for part in node.parts:
        if not isinstance(part, Words) and _is_near(part, scan):
            near += _failures(part, scan)
    if near:
        return "none of the alternatives holds; " + "; ".join(near[:_MOST_NAMED])
    count = len(node.parts)
    named = ", ".join(printed(part) for part in node.parts[:_MOST_NAMED])
    return f"none of {count} alternatives holds: {named}" + (", …" if count > _MOST_NAMED else "")


def _is_near(node: Node, scan: Scan) -> bool:
    """Tell whether some word of the query stands in the document."""
    return any(scan.words(words) for words in words_of(node))


def _elsewhere(words: Words, scan: Scan) -> str:
    places = scan.places.get(words.text)
    if not places:
        return ""
    if words.field:
        names = sorted({scan.prepared.name_at(start) for start, _ in places})
        return f" (it stands in {', '.join(names)})"
    return " (it stands only inside longer words; words* would hit)"


def _too_far(node: Near, scan: Scan) -> str:
    missing = [part for part in node.parts if not any(scan.words(words) for words in part)]
    if missing:
        named = ", ".join(" OR ".join(map(printed, part)) for part in missing)
        return f"NEAR/{node.distance} fails: {named} stands nowhere"
    return f"{printed(node)} fails: they stand too far apart, or in different texts"


def _shown(scan: Scan, hit: object) -> str:
    if isinstance(hit, tuple):
        evidence = scan.prepared.evidence(*hit)
        return f'"{evidence.words}" stands in the {evidence.field}'
    field, words = getattr(hit, "field", ""), getattr(hit, "words", "")
    return f"{field} is {words}"
