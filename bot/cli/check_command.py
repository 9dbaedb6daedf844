"""`tradewire check`: the manual check. Poll now, deliver what is due, say how each source did."""

import asyncio
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from bot.cli import completing
from bot.cli.common import bold_for, config_option, json_option, log_only_errors, named_errors, read_settings
from bot.cli.root import Failed

if TYPE_CHECKING:
    from datetime import datetime

    from bot.app import App
    from bot.channels.console import Render
    from bot.clock import Clock
    from bot.config import Settings
    from bot.core.posting import Posting
    from bot.outbox import Drained
    from bot.pipeline import Poll


@click.command("check")
@config_option
@click.option(
    "--source",
    "only",
    multiple=True,
    metavar="KEY",
    shell_complete=completing.sources,
    help="Read only this source. May be given several times.",
)
@click.option(
    "--dry-run", is_flag=True, help="Show what would be sent. Stores nothing, sends nothing elsewhere."
)
@json_option
def command(config_path: Path | None, only: tuple[str, ...], dry_run: bool, as_json: bool) -> int:
    """Read all sources now and send what is due.

    The first read of a source is baseline: it is stored and does not alert. Alerts go to stdout; with --json the
    report goes to stderr. Exit code 1 if a source could not be read or an alert could not be sent.
    """
    settings = read_settings(config_path)
    log_only_errors()
    with named_errors(), ExitStack() as stack:
        url = _rehearsal(settings, stack) if dry_run else None
        polls, drained, by_others = asyncio.run(_check(settings, only, url, as_json=as_json))
    _sum_up(polls, drained, by_others, sys.stderr if as_json else sys.stdout, dry_run=dry_run)
    return 1 if drained.dead or not all(poll.ok for poll in polls) else 0


async def _check(
    settings: "Settings", only: tuple[str, ...], store_url: str | None, *, as_json: bool
) -> "tuple[tuple[Poll, ...], Drained, int]":
    """Return the polls, what was sent, and how many alerts another process sent meanwhile."""
    from bot.app import open_app
    from bot.channels.console import Console
    from bot.cli.progress import Progress
    from bot.store.lookups import alerts_sent

    report = sys.stderr if as_json else sys.stdout
    async with open_app(
        settings,
        store_url=store_url,
        rehearsal=store_url is not None,
        console=lambda clock: Console(
            sys.stdout,
            render=_renderer(as_json, rehearsal=store_url is not None),
            now=clock.now,
            notes=sys.stderr if as_json else None,
        ),
    ) as app:
        keys = _wanted(app, only)
        if store_url:
            keys = _free(app, keys, report)
        progress = Progress(report, count=len(keys))
        before = await app.store.read(alerts_sent)
        polls, drained = await app.check(
            keys,
            on_poll=progress.on_poll,
            on_page=progress.on_page,
            on_sent=lambda posting: _print_sent(posting, app.clock) if as_json and not store_url else None,
        )
        return polls, drained, await app.store.read(alerts_sent) - before - drained.sent


def _print_sent(posting: "Posting", clock: "Clock") -> None:
    """Print what went to another channel than the console, which prints its own: a program wants to read all of it."""
    from bot.channels.console import for_programs
    from bot.core.channel import CONSOLE
    from bot.core.posting import Kind

    if posting.channel.platform != CONSOLE and posting.alerts and posting.kind is not Kind.NOTICE:
        click.echo(for_programs(posting, clock.now()))


def _renderer(as_json: bool, *, rehearsal: bool) -> "Render":
    """Return what writes posts; in a rehearsal it says to people where each would go, where that is not the console."""
    from bot.channels.console import for_people, for_programs
    from bot.core.channel import CONSOLE
    from bot.render.words import without_controls

    if as_json:
        return for_programs
    render = for_people(bold=bold_for(sys.stdout))

    def with_place(posting: "Posting", now: "datetime") -> str:
        place = (
            "" if posting.channel.address == CONSOLE else f"To {without_controls(posting.channel.name)}:\n"
        )
        return place + render(posting, now)

    return with_place if rehearsal else render


def _wanted(app: "App", only: tuple[str, ...]) -> tuple[str, ...]:
    unknown = [key for key in only if key not in app.sources]
    if unknown:
        raise Failed(
            f'no enabled source is called "{unknown[0]}"; there are {", ".join(app.sources)}',
            try_="tradewire sources",
        )
    return only or tuple(app.sources)


def _free(app: "App", keys: tuple[str, ...], report: TextIO) -> tuple[str, ...]:
    """Return the sources that cost nothing to read: a rehearsal does not pay, and could not remember what it paid."""
    paid = [key for key in keys if app.sources[key][0].counted_in]
    for key in paid:
        click.echo(f"{app.sources[key][0].title} is left out: reading it costs money.", file=report)
    return tuple(key for key in keys if key not in paid)


def _rehearsal(settings: "Settings", stack: ExitStack) -> str:
    """Return the address of a throw-away copy of the store; of none, where there is none yet."""
    from bot.cli.common import open_store
    from bot.errors import StoreMissing

    directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tradewire-dry-run-")))
    copy = directory / "copy.sqlite3"
    with suppress(StoreMissing), open_store(settings) as database:
        database.copy_to(copy)
    return f"sqlite:///{copy}"


def _where(drained: "Drained") -> str:
    """Return where alerts went, in words."""
    from bot.core.channel import CONSOLE
    from bot.render.words import without_controls

    names = [
        without_controls("the console" if name == CONSOLE else name) for name in sorted(drained.channels)
    ]
    if not names:
        return ""
    return f" to {', '.join(names)}" if len(names) <= _NAMED else f" to {len(names)} channels"


_NAMED = 3
"""How many channels are named where alerts went to several."""


def _sum_up(
    polls: "tuple[Poll, ...]", drained: "Drained", by_others: int, report: TextIO, *, dry_run: bool
) -> None:
    from bot.render.words import count_words
    from bot.store.turn import SEND_LEASE

    click.echo(f"{', '.join(_counts(polls, drained, by_others, dry_run=dry_run))}.", file=report)
    if dry_run:
        click.echo("This was a rehearsal: nothing was sent, and nothing is stored.", file=report)
    if drained.notices:
        click.echo(
            f"{count_words(drained.notices, 'notice')} of sources that are blind or back, or of channels.",
            file=report,
        )
    if drained.elsewhere:
        click.echo(
            f"{drained.elsewhere} more are with another process; if it died, they go out after {SEND_LEASE.seconds} s.",
            file=report,
        )
    if any(poll.learned and poll.error is None for poll in polls):
        click.echo("First read done: from now on new items alert.", file=report)
    failed = [poll for poll in polls if poll.error and not poll.is_refused_as_expected]
    for poll in failed:
        if poll.error:
            click.echo(f"{poll.source.title} could not be read: {poll.error.advice}.", file=report)
    if failed:
        click.echo(f"try: tradewire sources probe {failed[0].source.key}", file=report)


def _counts(polls: "tuple[Poll, ...]", drained: "Drained", by_others: int, *, dry_run: bool) -> Iterator[str]:
    from bot.render.words import count_words

    yield count_words(sum(poll.new for poll in polls if not poll.learned), "new item")
    verb = "would be sent" if dry_run else "sent"
    yield f"{count_words(drained.sent, 'alert')} {verb}{_where(drained)}"
    if by_others > 0:
        yield f"{by_others} by the running service"
    if drained.retry:
        yield f"{drained.retry} to be tried again"
    if drained.dead:
        yield f"{drained.dead} given up"
