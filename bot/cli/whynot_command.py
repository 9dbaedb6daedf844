"""`tradewire whynot`: why something did not come to a channel: what was decided, and what failed in each of its topics."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.cli.common import (
    bold_for,
    config_option,
    json_option,
    load_topics,
    looking_into_store,
    read_settings,
)
from bot.cli.explained import Named, named
from bot.cli.root import Failed

if TYPE_CHECKING:
    from bot.core.channel import Channel
    from bot.core.near_miss import NearMiss

_SHOWN = 5
_EVERY_CHANNEL = "*"


@click.command("whynot")
@click.argument("what")
@click.option(
    "--channel", "address", metavar="CHANNEL", help="This channel alone, as `subscriptions` lists it."
)
@config_option
@json_option
def command(what: str, address: str | None, config_path: Path | None, as_json: bool) -> int:
    """Say why WHAT did not come to each channel: what was decided, which part of which query failed.

    WHAT is a document number, an item's address, a story's id, a file's name, `-` or the text itself.
    """
    from bot.core.near_miss import missed, subscribed
    from bot.store.channels import load_roster

    settings = read_settings(config_path)
    found = named(what, config_path)
    topics = load_topics(config_path)
    with looking_into_store(settings) as database, database.reading() as connection:
        channels = load_roster(connection).channels
    if address is not None:
        channels = tuple(channel for channel in channels if channel.address == address)
        if not channels:
            raise Failed(f'there is no channel "{address}"', try_="tradewire subscriptions")
    for channel in channels:
        misses = missed(subscribed(topics, channel), found.document)
        if as_json:
            _print_json(found, channel, misses)
        else:
            _print_text(found, channel, misses)
    return 0


def _reason(found: Named, channel: "Channel") -> str | None:
    """Return what was decided last for the channel, None for what was never decided."""
    decisions = found.trail.decisions if found.trail else ()
    mine = [each.reason for each in decisions if each.channel in (channel.address, _EVERY_CHANNEL)]
    return mine[-1] if mine else None


def _print_json(found: Named, channel: "Channel", misses: "tuple[NearMiss, ...]") -> None:
    from bot.render.jsonline import line
    from bot.render.stages import missed_object

    told: dict[str, Any] = {
        "channel": channel.address,
        "item": found.trail.key if found.trail else None,
        "reason": _reason(found, channel),
        "missed": [missed_object(miss) for miss in misses],
    }
    click.echo(line(told))


def _print_text(found: Named, channel: "Channel", misses: "tuple[NearMiss, ...]") -> None:
    from bot.render.stages import missed_lines
    from bot.render.words import without_controls

    bold = bold_for(sys.stdout)
    reason = _reason(found, channel)
    decided = f"decided: {reason}" if reason else "never decided: this is not in the store"
    click.echo(f"{bold(without_controls(channel.address))}  {decided}")
    for miss in misses[:_SHOWN]:
        click.echo("\n".join(missed_lines(miss, bold=bold)))
    if not misses:
        click.echo("  no topic that it subscribes to is missed")
    if len(misses) > _SHOWN:
        click.echo(f"and {len(misses) - _SHOWN} more topics do not match")
