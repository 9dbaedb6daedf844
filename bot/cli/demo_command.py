"""`tradewire demo`: real history through the real pipeline, from bundled recordings served on loopback."""

import asyncio
import shutil
import sys
import tempfile
import textwrap
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.common import bold_for, invoked_as, json_option, log_only_errors, named_errors
from bot.cli.root import Failed

if TYPE_CHECKING:
    from bot.demo.chats import Chats
    from bot.demo.recording import Moment
    from bot.demo.replay import Replayed

ZONE = "America/New_York"
STORE_NAME = "demo.sqlite3"
_CONFIG = f'contact = "demo@localhost"\n\n[store]\nurl = "sqlite:///{STORE_NAME}"\n'


@click.command("demo")
@click.option(
    "--keep",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Keep the demo's store and a configuration there, to ask `why` of it.",
)
@click.option(
    "--channels",
    "with_chats",
    is_flag=True,
    help="Post to a Slack and a Telegram on loopback too, and print what their members see.",
)
@json_option
def command(keep: Path | None, with_chats: bool, as_json: bool) -> int:
    """Replay July 2023 to April 2024: gallium, chip rules, the Entity List, the cloud proposal.

    The real watchers, store, matching, stories and console run against sites on loopback that serve recordings in the
    real shapes: posts, Chinese notices, press, the Federal Register. One of them turns us away for a while. No token, no
    network. It polls twice at the end to show that nothing repeats.
    """
    began = time.monotonic()
    log_only_errors()
    if keep:
        _refuse_to_replace(keep / "config.toml")
    with tempfile.TemporaryDirectory(prefix="tradewire-demo-") as scratch:
        store = _fresh_store(keep or Path(scratch))
        with named_errors():
            replayed = asyncio.run(_replay(store, with_chats=with_chats, as_json=as_json))
    if keep:
        (keep / "config.toml").write_text(_CONFIG, encoding="utf-8")
    _sum_up(replayed, time.monotonic() - began, keep, as_json=as_json)
    return 0 if replayed.ok else 1


async def _replay(store: Path, *, with_chats: bool, as_json: bool) -> "Replayed":
    from bot.channels.console import Console, for_people, for_programs
    from bot.demo.replay import replay

    bold = bold_for(sys.stdout)
    if not as_json:
        click.echo("Replaying 3 Jul 2023 to 4 Apr 2024 from bundled recordings, no network used.\n")

    def on_moment(moment: "Moment") -> None:
        if moment.label and not as_json:
            click.echo(f"{_heading(moment.label)}\n")

    render = for_programs if as_json else for_people(bold=bold)
    return await replay(
        store_url=f"sqlite:///{store}",
        console=lambda clock: Console(
            sys.stdout, render=render, now=clock.now, notes=sys.stderr if as_json else None
        ),
        on_moment=on_moment,
        on_chats=_show_chats if with_chats else None,
    )


def _show_chats(chats: "Chats") -> None:
    for name, lines in chats.transcripts(ZONE):
        click.echo(f"{_heading(name)}\n", err=False)
        click.echo("\n".join(lines) + "\n")


def _heading(label: str) -> str:
    return textwrap.fill(label, 80, initial_indent="── ", subsequent_indent="   ")


def _fresh_store(directory: Path) -> Path:
    """Return the address of a store that does not exist yet; an earlier demo's is removed."""
    directory.mkdir(parents=True, exist_ok=True)
    store = directory / STORE_NAME
    for left in directory.glob(f"{STORE_NAME}*"):
        left.unlink()
    return store.resolve()


def _refuse_to_replace(config: Path) -> None:
    """Fail where an operator's own configuration stands in the place of the demo's."""
    if config.exists() and config.read_bytes() != _CONFIG.encode():
        raise Failed(
            f"{config} is there and is not the demo's: it is left as it is",
            try_=f"tradewire demo --keep {config.parent / 'demo'}",
        )


def _sum_up(replayed: "Replayed", seconds: float, keep: Path | None, *, as_json: bool) -> None:
    again = "nothing new" if replayed.again == 0 else f"{replayed.again} REPEATED"
    click.echo(
        f"{replayed.stories} stories, {replayed.alerts} alerts out of {replayed.items} items, "
        f"{replayed.notices} notices of a blind source.\n"
        f"Second pass: {again}. {seconds:.1f} s",
        err=as_json,
    )
    for poll in replayed.polls:
        if not poll.ok:
            click.echo(f"{poll.source.title}: {poll.error or poll.problems}", err=True)
    if as_json:
        return
    name = invoked_as()
    first = (
        f"{name} why latest --config {keep / 'config.toml'}"
        if keep
        else f'{name} match "China restricts gallium; 对镓实施出口管制"'
    )
    width = shutil.get_terminal_size().columns
    commands = [first, f"{name} topics show cloud-iaas", f"{name} init"]
    joined = "Try:  " + "  |  ".join(commands)
    click.echo(
        joined if len(joined) <= min(width, 80) else "Try:\n" + "\n".join(f"  {each}" for each in commands)
    )
