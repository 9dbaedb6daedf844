"""`tradewire import`: read channels and subscriptions back from a file that `tradewire export subscriptions` wrote."""

import sys
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.channels import BY, note_unreachable, topics_of, with_store
from bot.cli.common import config_option, say, show
from bot.cli.root import Failed

if TYPE_CHECKING:
    from bot.core.channel import Channel
    from bot.store.writer import Connection, Store

_NOT_IN_FILES = frozenset({"address", "subscriptions", "muted_until", "muted_by", "muted", "ops"})


@click.command("import")
@click.argument("file", metavar="FILE")
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@config_option
def command(file: str, dry_run: bool, config_path: Path | None) -> int:
    """Read channels and subscriptions from FILE (`-` for standard input).

    A channel in the file gets what the file says and no more; other channels, mutes and what stands in the configuration stay.
    Where anything is wrong with the file, nothing is changed and all of it is named.
    """
    text = _text(file)
    channels = _channels(file, text, config_path)

    async def work(store: "Store") -> "list[tuple[Channel, Channel]]":
        return await (store.read if dry_run else store.write)(change)

    def change(connection: "Connection") -> "list[tuple[Channel, Channel]]":
        from bot.clock import SystemClock
        from bot.core.channel import Channel
        from bot.store.channels import load_channel, save_channel

        pairs = []
        for wanted in channels:
            before = load_channel(connection, wanted.address) or Channel(address=wanted.address)
            after = _joined(before, wanted)
            pairs.append((before, after))
            if after != before and not dry_run:
                save_channel(connection, after, now=SystemClock().now(), by=f"{BY}, by a file")
        return pairs

    _report(with_store(config_path, work), dry_run=dry_run)
    note_unreachable(config_path, *(each.address for each in channels))
    return 0


def _text(file: str) -> str:
    try:
        return sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise Failed(f"{file} is not UTF-8 text") from None
    except OSError as error:
        raise Failed(
            f"{file}: {error.strerror or error}", try_="tradewire export subscriptions > FILE"
        ) from None


def _channels(file: str, text: str, config_path: Path | None) -> "tuple[Channel, ...]":
    from bot.core.subscription_file import SubscriptionFileError, read

    try:
        return read(text, [topic.key for topic in topics_of(config_path)])
    except SubscriptionFileError as error:
        count = len(error.problems)
        lines = [f"{file}: {count} problem{'s' if count > 1 else ''}; nothing was changed"]
        for each in error.problems:
            at = f"line {each.line}  " if each.line else ""
            lines.append(
                f"  {at}{each.place}  {each.message}" + (f"\n    try: {each.try_}" if each.try_ else "")
            )
        raise Failed("\n".join(lines)) from None


def _joined(before: "Channel", wanted: "Channel") -> "Channel":
    """Return the channel as the file wants it, with what no file holds as it was."""
    configured = tuple(each for each in before.subscriptions if each.configured)
    mine = {each.what for each in configured}
    asked = tuple(each for each in wanted.subscriptions if each.what not in mine)
    return replace(
        wanted,
        subscriptions=(*configured, *asked),
        muted_until=before.muted_until,
        muted_by=before.muted_by,
        muted=before.muted,
        ops=before.ops,
    )


def _report(pairs: "list[tuple[Channel, Channel]]", *, dry_run: bool) -> None:
    changed = [(before, after) for before, after in pairs if before != after]
    for before, after in changed:
        show(after.address)
        for line in _differences(before, after):
            show(f"  {line}")
    verb = "would change" if dry_run else "changed"
    show(f"{len(changed)} of {len(pairs)} channels {verb}.")
    say("try: tradewire subscriptions")


def _differences(before: "Channel", after: "Channel") -> Iterator[str]:
    """Yield what is another than before, one line each."""
    old, new = ({each.what: each for each in channel.subscriptions} for channel in (before, after))
    for what in (*old, *(each for each in new if each not in old)):
        if what not in new:
            yield f"removed  {what}"
        elif what not in old:
            yield f"added    {what}"
        elif old[what] != new[what]:
            yield f"changed  {what}"
    for each in fields(before):
        if each.name not in _NOT_IN_FILES and getattr(before, each.name) != getattr(after, each.name):
            yield f"set      {each.name}"
    if before.subscriptions != after.subscriptions and old == new:
        yield "changed  the order"
