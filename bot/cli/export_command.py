"""`tradewire export`: subscriptions as TOML; the evidence of a story or of a channel as JSON lines."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from bot.cli.common import config_option, looking_into_store, read_settings, say
from bot.cli.root import Failed


@click.group("export")
def command() -> None:
    """Write out what is on record, to be kept elsewhere."""


@command.command("subscriptions")
@config_option
def subscriptions(config_path: Path | None) -> int:
    """Write the channels and what they subscribe to as TOML. What stands in the configuration is not in it, nor are mutes."""
    from bot.core.subscription_file import written
    from bot.store.channels import load_roster

    with looking_into_store(read_settings(config_path)) as database, database.reading() as connection:
        channels = load_roster(connection).channels
    click.echo(written(channels), nl=False)
    say("try: tradewire import FILE --dry-run")
    return 0


@command.command("story")
@click.argument("story")
@config_option
def story(story: str, config_path: Path | None) -> int:
    """Write the evidence of STORY (its id, such as 7f3a): what was read when, decided, and sent when and to whom.

    One JSON object per line. The first names the last hash of the chain, the others the entries that seal them; `tradewire
    verify` checks the chain.
    """
    from bot.store.evidence_pack import evidence_of_story

    return _export(config_path, story, evidence_of_story, "tradewire why latest")


@command.command("channel")
@click.argument("address")
@config_option
def channel(address: str, config_path: Path | None) -> int:
    """Write the evidence of the channel at ADDRESS: what it asked for when, and all that was sent to it, or not."""
    from bot.store.evidence_pack import evidence_of_channel

    return _export(config_path, address, evidence_of_channel, "tradewire subscriptions")


def _export(
    config_path: Path | None, name: str, evidence_of: Callable[..., Iterator[dict[str, Any]]], try_: str
) -> int:
    from bot.render.jsonline import line

    settings = read_settings(config_path)
    count = 0
    with looking_into_store(settings) as database, database.reading() as connection:
        for record in evidence_of(connection, name):
            click.echo(line({key: _plain(value) for key, value in record.items()}))
            count += 1
    if not count:
        raise Failed(f'nothing on record is called "{name}"', try_=try_)
    return 0


def _plain(value: Any) -> Any:
    from bot.render.jsonline import instant

    if isinstance(value, datetime):
        return instant(value)
    return value.isoformat() if isinstance(value, date) else value
