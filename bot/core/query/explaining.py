"""Why a query does not match a document: which part failed, and what was found instead. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from bot.core.match import Evidence
from bot.core.query.engine import Query, Scan, evidence_of
from bot.core.query.nodes import And, Fact, Near, Node, Not, Or, When, Words, words_of
from bot.core.query.prepared import Prepared
from bot.core.query.printing import printed

_MOST_NAMED = 3


class Fault(Enum):
    """What can keep a query from matching; the value says it in English, of the fields of a Failure."""

    EXCLUDED = "NOT fails: {found}"
    FAR = "{part} fails: they stand too far apart, or in different texts"
    FAR_ABSENT = "NEAR/{count} fails: {part} stands nowhere"
    ABSENT = "{part} stands nowhere"
    ELSEWHERE = "{part} stands nowhere (it stands in {found})"
    INSIDE = "{part} stands nowhere (it stands only inside longer words; words* would hit)"
    UNKNOWN = "{part} is not so"
    NOTHING = "{part} is not so: it has none"
    OTHER = "{part} is not so: it is {found}"
    NO_DATE = "{part} is not so: no such date"
    OTHER_DATE = "{part} is not so: {found}"
    NONE_OF = "none of {count} alternatives holds: {part}"
    NONE_NEAR = "none of the alternatives holds; {nearest}"
    TOO_LIGHT = "the rules that hold weigh less than {count}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A part of a query that does not hold. `part` is written as it is typed, `found` stands there instead.

    `hits` are what must be absent and is not, `nearest` the alternatives that come nearest to holding.
    """

    fault: Fault
    part: str = ""
    found: tuple[str, ...] = ()
    count: int = 0
    hits: tuple[Evidence, ...] = ()
    nearest: tuple["Failure", ...] = ()

    def __str__(self) -> str:
        """Say it in English."""
        found = ", ".join(self.found or map(_shown, self.hits))
        nearest = "; ".join(map(str, self.nearest))
        return self.fault.value.format(part=self.part, found=found, count=self.count, nearest=nearest)


def why_not(query: Query, prepared: Prepared) -> tuple[Failure, ...]:
    """Return what keeps the query from matching; empty where it matches."""
    scan = query.engine.scan(prepared)
    return tuple(dict.fromkeys(_failures(query.node, scan)))


def _failures(node: Node, scan: Scan) -> Iterator[Failure]:
    if scan.hits(node) is not None:
        return
    match node:
        case And():
            for part in node.parts:
                yield from _failures(part, scan)
        case Or():
            yield _none_of(node, scan)
        case Not():
            hits = evidence_of(scan.prepared, scan.hits(node.part) or ())[:_MOST_NAMED]
            once = {(hit.field, hit.words): hit for hit in hits}
            yield Failure(fault=Fault.EXCLUDED, hits=tuple(once.values()))
        case Near():
            yield _too_far(node, scan)
        case Words():
            yield _elsewhere(node, scan) or Failure(fault=Fault.ABSENT, part=printed(node))
        case Fact():
            values = scan.prepared.facts.get(node.field)
            fault = Fault.OTHER if values else Fault.UNKNOWN if values is None else Fault.NOTHING
            yield Failure(fault=fault, part=printed(node), found=tuple(sorted(values or ())))
        case When():
            on = tuple(each.isoformat() for each in scan.prepared.dates(node.field))
            fault = Fault.OTHER_DATE if on else Fault.NO_DATE
            yield Failure(fault=fault, part=printed(node), found=on)


def _none_of(node: Or, scan: Scan) -> Failure:
    """Name a few of the alternatives, and those that would hit in another text or as a part of a longer word."""
    words = [part for part in node.parts if isinstance(part, Words)]
    near = [failure for part in words if (failure := _elsewhere(part, scan))]
    for part in node.parts:
        if not isinstance(part, Words) and _is_near(part, scan):
            near += _failures(part, scan)
    if near:
        return Failure(fault=Fault.NONE_NEAR, nearest=tuple(near[:_MOST_NAMED]))
    count = len(node.parts)
    named = ", ".join(printed(part) for part in node.parts[:_MOST_NAMED])
    return Failure(fault=Fault.NONE_OF, count=count, part=named + (", …" if count > _MOST_NAMED else ""))


def _is_near(node: Node, scan: Scan) -> bool:
    """Tell whether some word of the query stands in the document."""
    return any(scan.words(words) for words in words_of(node))


def _elsewhere(words: Words, scan: Scan) -> Failure | None:
    places = scan.places.get(words.text)
    if not places:
        return None
    if words.field:
        names = {scan.prepared.name_at(start) for start, _ in places}
        return Failure(fault=Fault.ELSEWHERE, part=printed(words), found=tuple(sorted(names)))
    return Failure(fault=Fault.INSIDE, part=printed(words))


def _too_far(node: Near, scan: Scan) -> Failure:
    missing = [part for part in node.parts if not any(scan.words(words) for words in part)]
    if missing:
        named = ", ".join(" OR ".join(map(printed, part)) for part in missing)
        return Failure(fault=Fault.FAR_ABSENT, part=named, count=node.distance)
    return Failure(fault=Fault.FAR, part=printed(node))


def _shown(hit: Evidence) -> str:
    return f'"{hit.words}" stands in the {hit.field}' if hit.end else f"{hit.field} is {hit.words}"
