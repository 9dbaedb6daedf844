"""From an item or a pasted text to the topics that hit it. Pure: topics and documents in, matches out."""

from collections.abc import Iterable

from bot.core.document import Document
from bot.core.match import Match
from bot.core.query import evaluate, prepare
from bot.core.topic import Topic
from watchers.item import Item

MAX_FIELD_CHARS = 60_000
"""How much of a body, and of all annexes together, is searched: what an act is about stands before that."""


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
