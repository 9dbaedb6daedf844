"""What a query looks at: named text fields and the facts that field filters ask about."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The searchable view of an item or of pasted text.

    `texts` are `(field name, original text)` pairs in reading order; names are those of `bot.core.query.TEXT_FIELDS`.
    `agencies` holds slugs and printed names alike. Facts compare folded values, so case and dashes do not matter.
    `numbers` are `(kind of code, value)` pairs and `dates` `(date field, date)` pairs, of the fields that the language has.
    """

    texts: tuple[tuple[str, str], ...]
    source: str = ""
    kind: str = ""
    agencies: tuple[str, ...] = field(default=())
    stage: str = ""
    lang: str = ""
    numbers: tuple[tuple[str, str], ...] = ()
    dates: tuple[tuple[str, date], ...] = ()
