"""`tradewire help [COMMAND | exit-codes | slack | telegram]`."""

import click

from bot.cli.guides import GUIDES
from bot.cli.root import EXIT_CODES, Failed

_PAGES = {"exit-codes": EXIT_CODES, **GUIDES}


@click.command("help")
@click.argument("word", required=False)
@click.pass_context
def command(ctx: click.Context, word: str | None) -> int:
    """Show help on a command, on exit-codes, or on how to add slack or telegram."""
    parent = ctx.parent
    if parent is None or not isinstance(parent.command, click.Group):
        raise Failed("there is nothing to show help on")
    if word is None:
        click.echo(parent.get_help())
    elif word in _PAGES:
        click.echo(_PAGES[word], nl=False)
    else:
        found = parent.command.get_command(parent, word)
        if found is None:
            raise Failed(f'there is no command "{word}"', try_="tradewire --help", exit_code=2)
        click.echo(found.get_help(click.Context(found, info_name=word, parent=parent)))
    return 0
