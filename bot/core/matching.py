"""From an item or a pasted text to the topics that hit it. Pure: topics and documents in, matches out."""

from collections.abc import Iterable

from bot.core.document import Document
from bot.core.match import Match
from bot.core.query import evaluate, prepare
from bot.core.topic import Topic
from watchers.item import Item


def document_of(item: Item) -> Document:
    """Return what queries see of an item: title, abstract, subjects (joined by "; "), action and note, those that are there."""
    texts = (
        ("title", item.title),
        ("abstract", item.abstract),
        ("subjects", "; ".join(item.subjects)),
        ("action", item.action),
        ("note", item.note),
    )
    names = (name for agency in item.agencies for name in (agency.slug, agency.name))
    return Document(
        texts=tuple((name, text) for name, text in texts if text),
        source=item.source,
        kind=item.kind,
        agencies=tuple(name for name in names if name),
    )


def document_of_text(text: str) -> Document:
    """Return pasted text as a document with the single field `body`."""
    return Document(texts=(("body", text),))


def match_all(topics: Iterable[Topic], document: Document) -> tuple[Match, ...]:
    """Return a Match for every topic that hits, in the order of `topics`. The document is folded once for all of them."""
    prepared = prepare(document)
    hits = ((topic, evaluate(topic.query, prepared)) for topic in topics)
    return tuple(
        Match(topic=topic.key, severity=topic.severity, evidence=evidence)
        for topic, evidence in hits
        if evidence
    )
