"""What happened to a text stage by stage, as lines of at most 80 columns: what was read, what was missed and why. Pure."""

from bot.core.document import Document
from bot.core.near_miss import NearMiss
from bot.core.query.spelling import Spelled
from bot.core.summary import shorten
from bot.render.plain import Emphasis, as_is, wrap
from bot.render.words import FIELD, without_controls
from watchers.item import Item

_FOLDED_CHARS = 200
_WORDS_SHOWN = 6
_FAILURE_CHARS = 240


def parsed_lines(document: Document, item: Item | None = None) -> list[str]:
    """Return what was read: each text with its length, then kind, agencies, numbers and dates of an item."""
    texts = ", ".join(f"{FIELD.get(name, name)} {len(text):,}" for name, text in document.texts)
    lines = wrap(f"Parsed    {texts or 'nothing'} (characters)", "", " " * 10)
    if item is None:
        return lines
    agencies = ", ".join(agency.name for agency in item.agencies)
    facts = [f"{item.kind or 'of no kind'}, {document.stage}, {document.lang}"]
    facts += [f"by {agencies}"] if agencies else []
    facts += [", ".join(f"{kind}:{value}" for kind, value in document.numbers)] if document.numbers else []
    facts += [", ".join(f"{kind}:{on.isoformat()}" for kind, on in document.dates)] if document.dates else []
    return lines + [line for fact in facts for line in wrap(fact, " " * 10)]


def folded_lines(document: Document) -> list[str]:
    """Return the beginning of each text as it is searched."""
    lines = []
    for name, text in document.texts:
        stretch = shorten(Spelled(text[: 4 * _FOLDED_CHARS]).searched, _FOLDED_CHARS)
        lines += wrap(f"Folded    {FIELD.get(name, name)}: {stretch}", "", " " * 10)
    return lines


def missed_lines(miss: NearMiss, *, bold: Emphasis = as_is) -> list[str]:
    """Return a topic that does not match: its words that stand there, and each part of the query that failed."""
    title = f"{bold(without_controls(miss.topic))}  (no match)"
    more = len(miss.words) - _WORDS_SHOWN
    words = ", ".join(f"[{word}]" for word in miss.words[:_WORDS_SHOWN]) + (f" +{more}" if more > 0 else "")
    lines = wrap(f"found      {words}", "  ", " " * 13) if words else []
    for failure in miss.failures:
        lines += wrap(f"failed     {shorten(str(failure), _FAILURE_CHARS)}", "  ", " " * 13)
    return [title, *lines]


def missed_object(miss: NearMiss) -> dict[str, object]:
    """Return the same as the object that scripts rely on."""
    return {
        "topic": miss.topic,
        "words": list(miss.words),
        "failed": [str(failure) for failure in miss.failures],
    }
