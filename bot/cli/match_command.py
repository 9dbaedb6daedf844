"""`tradewire match`: which topics a text matches, by which words, and which come near it."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli import completing
from bot.cli.common import (
    bold_for,
    config_option,
    has_config,
    json_option,
    load_topics,
    read_query,
    read_settings,
    topic_named,
)
from bot.cli.explained import Named, named

if TYPE_CHECKING:
    from bot.core.match import Match
    from bot.core.near_miss import NearMiss
    from bot.core.topic_value import Rule, Topic

_NEAR_SHOWN = 3


@click.command("match")
@click.argument("text")
@click.option(
    "--topic",
    metavar="KEY",
    help="Explain this topic alone, also where it does not match.",
    shell_complete=completing.topics,
)
@click.option("--query", metavar="QUERY", help="Explain these words of your own alone.")
@click.option("--folded", is_flag=True, help="Show the beginning of each text as it is searched.")
@config_option
@json_option
def command(
    text: str, topic: str | None, query: str | None, folded: bool, config_path: Path | None, as_json: bool
) -> int:
    """Explain which topics TEXT matches, by which words and where, and which come near.

    TEXT is the text itself, a file's name, `-` for standard input, or the address or number of an item in the store, or a
    story's id.
    """
    from bot.core.matching import Matcher
    from bot.core.near_miss import missed, near

    if topic and query:
        raise click.UsageError("--topic and --query exclude each other")
    found = named(text, config_path)
    topics = _topics(topic, query, config_path)
    matches = Matcher(topics, _raises(config_path)).match(found.document)
    misses = missed(topics, found.document)
    shown = misses if topic or query else near(misses)
    if as_json:
        _print_json(found, matches, shown)
    else:
        _print_text(found, matches, shown, folded=folded, everything=bool(topic or query))
    return 0


def _topics(key: str | None, query: str | None, config_path: Path | None) -> "tuple[Topic, ...]":
    from bot.core.own_queries import topic_of_query

    if query is not None:
        read_query(query)
        return (topic_of_query(query),)
    if key is not None:
        return (topic_named(key, config_path, try_="tradewire match --topic"),)
    return load_topics(config_path)


def _raises(config_path: Path | None) -> "tuple[Rule, ...]":
    from bot.core.watch_list import raises_of

    return raises_of(read_settings(config_path).watch_list.value) if has_config(config_path) else ()


def _print_json(found: Named, matches: "tuple[Match, ...]", misses: "tuple[NearMiss, ...]") -> None:
    from bot.render.jsonline import line, match_object
    from bot.render.stages import missed_object

    text = "\n".join(text for _, text in found.document.texts)
    near = [missed_object(miss) for miss in misses]
    click.echo(line({"text": text, "matches": [match_object(match) for match in matches], "near": near}))


def _print_text(
    found: Named,
    matches: "tuple[Match, ...]",
    misses: "tuple[NearMiss, ...]",
    *,
    folded: bool,
    everything: bool,
) -> None:
    from bot.render.explain import explain
    from bot.render.stages import folded_lines, missed_lines, parsed_lines

    bold = bold_for(sys.stdout)
    if found.item is not None:
        click.echo("\n".join(parsed_lines(found.document, found.item)))
    if folded:
        click.echo("\n".join(folded_lines(found.document)))
    for match in matches:
        click.echo(explain(match, found.document, bold=bold))
    if not matches:
        click.echo("No topic matches.")
        if not misses:
            click.echo("try: tradewire topics", err=True)
    shown = misses if everything else misses[:_NEAR_SHOWN]
    if shown and not everything:
        click.echo("Near")
    for miss in shown:
        click.echo("\n".join(missed_lines(miss, bold=bold)))
    if len(misses) > len(shown):
        click.echo(f"and {len(misses) - len(shown)} more, of which some word stands there: match --topic KEY")
