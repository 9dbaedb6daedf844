"""What `match` and `whynot` are asked about: an item of the store by its number, address or story, else a text. Reads only."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli.common import has_config, looking_into_store, named_errors, open_store, read_settings
from bot.cli.root import Failed

if TYPE_CHECKING:
    from bot.core.document import Document
    from bot.store.lookups import Trail
    from watchers.item import Item


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What was found: what queries see of it, and the item with its trail where it stands in the store."""

    document: "Document"
    item: "Item | None" = None
    trail: "Trail | None" = None


def named(text: str, config_path: Path | None) -> Named:
    """Return what `text` names: standard input, a file, an item of the store, or else the text itself."""
    from bot.core.asked_about import is_address, is_name
    from bot.core.matching import document_of_text

    if text == "-":
        return Named(document=document_of_text(sys.stdin.read()))
    if is_address(text):
        found = _stored(text, config_path)
        if found is None:
            raise Failed(
                f"no item with the address {text} is in the store",
                try_="tradewire match with its text instead",
            )
        return found
    path = Path(text)
    try:
        if path.is_file():
            return Named(document=document_of_text(path.read_text(encoding="utf-8")))
    except UnicodeDecodeError:
        raise Failed(f"{path} is not UTF-8 text") from None
    except (OSError, ValueError):  # too long for a file's name, or no name at all: then it is the text
        pass
    found = _stored(text, config_path) if is_name(text) and has_config(config_path) else None
    return found or Named(document=document_of_text(text))


def _stored(word: str, config_path: Path | None) -> Named | None:
    from bot.core.matching import document_of
    from bot.errors import StoreMissing
    from bot.store.lookups import find_trails

    is_address = "//" in word
    settings = read_settings(config_path)
    try:
        opened = looking_into_store(settings) if is_address else open_store(settings)
        with opened as database, named_errors(), database.reading() as connection:
            trails = find_trails(connection, word)
    except StoreMissing:  # a word that could be a number: without a store it is a text
        return None
    found = next((trail for trail in trails if trail.item), None)
    if found is None or found.item is None:
        return None
    return Named(document=document_of(found.item), item=found.item, trail=found)
