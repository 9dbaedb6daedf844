"""`tradewire init`: a configuration to start from."""

import getpass
import socket
from pathlib import Path

import click

from bot.cli.common import invoked_as
from bot.cli.root import Failed


@click.command("init")
@click.option(
    "--contact", metavar="EMAIL", help="Who a site's operator can write to; it goes into every request."
)
@click.option("--force", is_flag=True, help="Overwrite a configuration that is there.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), default=Path("config.toml"))
def command(contact: str | None, force: bool, file: Path) -> int:
    """Write a config.toml to start from: all sources on, alerts on the console, no token needed."""
    from bot.config import checked_contact, starter_config

    try:
        contact_shown = checked_contact(contact or f"{getpass.getuser()}@{socket.getfqdn()}")
    except ValueError as error:
        raise Failed(f"the contact {error}", try_=f"{invoked_as()} init --contact you@example.org") from None
    if file.exists() and not force:
        raise Failed(f"{file} is already there", try_=f"{invoked_as()} init --force, or edit it")
    text = starter_config(contact_shown)
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Failed(f"{file} cannot be written: {error.strerror}") from None
    click.echo(f"Wrote {file} ({len(text.splitlines())} lines, console channel, all sources on).")
    if contact is None:
        click.echo("Sites can see who asks: check the contact in its first lines, or use --contact.")
    click.echo(f"No token needed. Next:  {invoked_as()} check  |  {invoked_as()} run")
    return 0
