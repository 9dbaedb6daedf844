"""`tradewire match`: which topics a text matches, and by which words."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.common import (
    bold_for,
    config_option,
    json_option,
    load_topics,
    looking_into_store,
    read_settings,
)
from bot.cli.root import Failed

if TYPE_CHECKING:
    from bot.core.document import Document
    from bot.core.match import Match


@click.command("match")
@click.argument("text")
@config_option
@json_option
def command(text: str, config_path: Path | None, as_json: bool) -> int:
    """Explain which topics TEXT matches, by which words and where.

    TEXT is the text itself, a file's name, `-` for standard input, or the address or number of an item in the store.
    """
    from bot.core.matching import match_all

    document = _document(text, config_path)
    matches = match_all(load_topics(config_path), document)
    if as_json:
        _print_json(document, matches)
    else:
        _print_text(document, matches)
    return 0


def _document(text: str, config_path: Path | None) -> "Document":
    from bot.core.matching import document_of_text

    if text == "-":
        return document_of_text(sys.stdin.read())
    if text.startswith(("http://", "https://")):
        return _stored(text, config_path)
    path = Path(text)
    try:
        if path.is_file():
            return document_of_text(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise Failed(f"{path} is not UTF-8 text") from None
    except OSError:  # too long for a file's name: then it is the text
        pass
    return document_of_text(text)


def _stored(url: str, config_path: Path | None) -> "Document":
    from bot.core.matching import document_of
    from bot.store.lookups import find_trails

    with looking_into_store(read_settings(config_path)) as database, database.reading() as connection:
        trails = find_trails(connection, url)
    found = next((trail.item for trail in trails if trail.item), None)
    if found is None:
        raise Failed(
            f"no item with the address {url} is in the store", try_="tradewire match with its text instead"
        )
    return document_of(found)


def _print_json(document: "Document", matches: "tuple[Match, ...]") -> None:
    from bot.render.jsonline import line, match_object

    text = "\n".join(text for _, text in document.texts)
    click.echo(line({"text": text, "matches": [match_object(match) for match in matches]}))


def _print_text(document: "Document", matches: "tuple[Match, ...]") -> None:
    from bot.render.explain import explain

    if not matches:
        click.echo("No topic matches.")
        click.echo("try: tradewire topics", err=True)
        return
    bold = bold_for(sys.stdout)
    for match in matches:
        click.echo(explain(match, document, bold=bold))
