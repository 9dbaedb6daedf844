"""What a query looks at: named text fields and the facts that field filters ask about."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The searchable view of an item or of pasted text.

    `texts` are `(field name, original text)` pairs in reading order; names are those of
    `bot.core.query.TEXT_FIELDS`.
    `agencies` holds slugs and printed names alike. Filters compare folded values, so case and dashes do not matter.
    """

    texts: tuple[tuple[str, str], ...]
    source: str = ""
    kind: str = ""
    agencies: tuple[str, ...] = field(default=())
