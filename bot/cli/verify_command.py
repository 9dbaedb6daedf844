"""`tradewire verify`: prove that nothing was lost, from what is on record."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.cli.common import config_option, json_option, looking_into_store, read_settings, show

if TYPE_CHECKING:
    from bot.store.verified import Verified

_SHOWN = 20


@click.command("verify")
@config_option
@json_option
def command(config_path: Path | None, as_json: bool) -> int:
    """Prove that every item and every channel came to exactly one end.

    Every decision is looked at again under the rules and subscriptions of its time, every alert must have one end (sent, dropped
    for a reason, dead, or waiting), and the chain of entries must be whole. Exit code 1 if anything does not come out.
    """
    from bot.store.verify import verify

    settings = read_settings(config_path)
    with (
        looking_into_store(settings) as database,
        database.reading() as connection,
        click.progressbar(
            length=1, label="Looking at items", file=sys.stderr, hidden=not sys.stderr.isatty()
        ) as bar,
    ):

        def progress(done: int, count: int) -> None:
            bar.length = count
            bar.update(done - bar.pos)

        found = verify(connection, progress=progress)
    if as_json:
        from bot.render.jsonline import line

        click.echo(line(as_object(found)))
    else:
        _print(found)
    return 1 if found.gaps else 0


def as_object(found: "Verified") -> dict[str, Any]:
    """Return what verifying came to as the object that scripts rely on."""
    return {
        "items": found.items,
        "unsealed": found.unsealed,
        "subscriptions": found.subscriptions,
        "alerts": found.alerts,
        "ended": found.ended,
        "pending": found.pending,
        "gaps": len(found.gaps),
        "uncertain": found.uncertain,
        "chain": {
            "entries": found.entries,
            "head": found.head,
            "intact": found.broken_at is None,
            "broken_at": found.broken_at,
        },
        "problems": [{"subject": each.subject, "what": each.what} for each in found.gaps],
    }


def _print(found: "Verified") -> None:
    from bot.render.words import count_words

    before = f", {found.unsealed:,} of them from before the chain" if found.unsealed else ""
    show(f"Items     {found.items:,} revisions looked at{before}")
    show(f"Alerts    {found.alerts:,} decided, {found.ended:,} ended, {found.pending:,} waiting")
    show(f"Sends     {found.uncertain:,} of unknown outcome")
    whole = "whole" if found.broken_at is None else f"BROKEN at entry {found.broken_at:,}"
    show(f"Chain     {found.entries:,} entries, {whole}, ends with {found.head[:16]}")
    for gap in found.gaps[:_SHOWN]:
        show(f"GAP       {gap.subject}: {gap.what}")
    if len(found.gaps) > _SHOWN:
        show(f"          and {len(found.gaps) - _SHOWN:,} more: tradewire verify --json")
    if found.gaps:
        show(f"{count_words(len(found.gaps), 'gap')}.")
    else:
        show(f"No gap: each came to one end. {count_words(found.subscriptions, 'subscription')} in force.")
