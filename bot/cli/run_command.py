"""`tradewire run`: the service."""

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.common import bold_for, config_option, json_option, named_errors, read_settings, say

if TYPE_CHECKING:
    from bot.config import Settings


@click.command("run")
@config_option
@json_option
def command(config_path: Path | None, as_json: bool) -> int:
    """Run the service: poll by each source's calendar, send, until stopped.

    Alerts go to stdout, the log to stderr. SIGTERM and Ctrl-C finish what is under way and end within ten seconds.
    SIGHUP reads topics, the watch list and configured subscriptions again; what is wrong in them is said, and changes nothing.
    """
    settings = read_settings(config_path)
    from bot import logs
    from bot.app import open_app
    from bot.channels.console import Console, for_people, for_programs
    from bot.config import load
    from bot.render.words import count_words

    logs.configure(settings.log.level, settings.log.format)
    render = for_programs if as_json else for_people(bold=bold_for(sys.stdout))

    async def serve() -> None:
        async with open_app(
            settings,
            console=lambda clock: Console(
                sys.stdout, render=render, now=clock.now, notes=sys.stderr if as_json else None
            ),
        ) as app:
            say(f"Watching {count_words(len(app.sources), 'source')}; {_where(settings)}. Stop with Ctrl-C.")
            await app.serve(lambda: load(config_path))

    with named_errors():
        asyncio.run(serve())
    return 0


def _where(settings: "Settings") -> str:
    """Return where alerts go, for the first line that a person sees."""
    chats = [name for name, table in (("Slack", settings.slack), ("Telegram", settings.telegram)) if table]
    named = [
        *chats,
        *(["webhooks"] if settings.webhooks else []),
        *(["the console"] if settings.console.enabled else []),
    ]
    return f"alerts go to {', '.join(named)}" if named else "alerts go nowhere: no channel is configured"
