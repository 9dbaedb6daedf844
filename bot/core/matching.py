"""From an item or a pasted text to the topics that hit it. Pure: topics and documents in, matches out."""

from collections.abc import Iterable

from bot.core.document import Document
from bot.core.match import QUIET, Match, Severity
from bot.core.query import Engine, codes, evidence_of, prepare
from bot.core.query.engine import Scan
from bot.core.query.printing import printed
from bot.core.topic_value import Rule, Topic
from watchers.item import DateKind, Item

MAX_FIELD_CHARS = 60_000
"""How much of a body, and of all annexes together, is searched: what an act is about stands before that."""

_DATES = {
    DateKind.PUBLICATION: "published",
    DateKind.EFFECTIVE: "effective",
    DateKind.COMMENTS_CLOSE: "comments",
    DateKind.SIGNING: "signed",
}


def document_of(item: Item) -> Document:
    """Return what queries see of an item, those that are there: title, abstract, subjects (joined by "; "), action, note,
    body, and annex (the texts of all annexes).
    """
    texts = (
        ("title", item.title),
        ("abstract", item.abstract),
        ("subjects", "; ".join(item.subjects)),
        ("action", item.action),
        ("note", item.note),
        ("body", (item.body or "")[:MAX_FIELD_CHARS]),
        ("annex", "\n".join(annex.text for annex in item.annexes)[:MAX_FIELD_CHARS]),
    )
    names = (name for agency in item.agencies for name in (agency.slug, agency.name))
    numbers = (*map(codes.of_ref, item.refs), *map(codes.of_act, (item.ref, *item.aliases)))
    return Document(
        texts=tuple((name, text) for name, text in texts if text),
        source=item.source,
        kind=item.kind,
        agencies=tuple(name for name in names if name),
        stage=item.stage.value,
        lang=item.lang,
        numbers=tuple(dict.fromkeys(each for each in numbers if each)),
        dates=tuple((_DATES[each.kind], each.on) for each in item.dates),
    )


def document_of_text(text: str) -> Document:
    """Return pasted text as a document with the single field `body`."""
    return Document(texts=(("body", text),))


class Matcher:
    """Topics, ready to be asked of any number of documents. It never changes: other topics need another one."""

    def __init__(self, topics: Iterable[Topic], raises: Iterable[Rule] = ()) -> None:
        """Take the topics, and rules that raise every one of them alike."""
        self.topics, self.raises = tuple(topics), tuple(raises)
        rules = (rule for topic in self.topics for rule in topic.rules)
        also = [rule.when.node for rule in (*rules, *self.raises)]
        also += [topic.quiet.node for topic in self.topics if topic.quiet]
        self._engine = Engine((topic.query.node for topic in self.topics), also)

    def match(self, document: Document) -> tuple[Match, ...]:
        """Return a Match for every topic that hits, in the order of the topics. The document is read once for all of them."""
        prepared = prepare(document)
        scan = self._engine.scan(prepared)
        found = []
        for number, hits in self._engine.matching(scan):
            topic = self.topics[number]
            if not _weighs_enough(topic, scan):
                continue
            severity, reasons = _loudness(topic, self.raises, scan)
            found.append(
                Match(
                    topic=topic.key, severity=severity, evidence=evidence_of(prepared, hits), reasons=reasons
                )
            )
        return tuple(found)


def _weighs_enough(topic: Topic, scan: Scan) -> bool:
    if not topic.least_weight:
        return True
    return sum(rule.weight for rule in topic.rules if scan.holds(rule.when.node)) >= topic.least_weight


def _loudness(topic: Topic, raises: tuple[Rule, ...], scan: Scan) -> tuple[Severity, tuple[str, ...]]:
    """Return how loud a match is, and by which rules it is not as loud as the topic itself."""
    if topic.quiet and scan.holds(topic.quiet.node):
        return Severity.INFO, (f"{QUIET}{printed(topic.quiet.node)}",)
    louder = [rule for rule in (*topic.rules, *raises) if rule.severity and rule.severity > topic.severity]
    held = [rule for rule in louder if scan.holds(rule.when.node)]
    severity = max((rule.severity for rule in held if rule.severity), default=topic.severity)
    return severity, tuple(rule.why or printed(rule.when.node) for rule in held if rule.severity is severity)
