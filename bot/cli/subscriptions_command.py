"""`tradewire subscriptions`: what each channel gets; `pause` and `resume` of a channel."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.cli.channels import BY, address, asked_for, state_lines, with_store
from bot.cli.common import config_option, json_option, looking_into_store, read_settings, say, show
from bot.cli.root import Failed

if TYPE_CHECKING:
    from bot.core.channel import Channel
    from bot.store.writer import Connection, Store

PAUSED_BY_HAND = f"paused by {BY}"


class _Listing(click.Group):
    """Takes the address of a channel where a command could stand, and lists that channel."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; what is none is an address to list."""
        if args[0] in self.commands:
            return super().resolve_command(ctx, args)
        return "list", self.commands["list"], args


@click.group("subscriptions", cls=_Listing, invoke_without_command=True)
@config_option
@json_option
@click.pass_context
def command(ctx: click.Context, config_path: Path | None, as_json: bool) -> int:
    """List what each channel gets, or one: `subscriptions slack:C0123`. `pause CHANNEL`, `resume CHANNEL`."""
    if ctx.invoked_subcommand is None:
        return _list(None, config_path, as_json=as_json)
    return 0


@command.command("list", hidden=True)
@click.argument("channel", callback=address)
@config_option
@json_option
@click.pass_context
def list_one(ctx: click.Context, channel: str, config_path: Path | None, as_json: bool) -> int:
    """List what one channel gets."""
    above = ctx.parent.params if ctx.parent else {}
    return _list(
        channel, config_path or above.get("config_path"), as_json=as_json or bool(above.get("as_json"))
    )


def _list(wanted: str | None, config_path: Path | None, *, as_json: bool) -> int:
    from bot.store.channels import load_roster

    with looking_into_store(read_settings(config_path)) as database, database.reading() as connection:
        channels = load_roster(connection).channels
    if wanted is not None:
        channels = tuple(each for each in channels if each.address == wanted)
        if not channels:
            raise Failed(
                f"{wanted} was never subscribed to anything", try_=f"tradewire subscribe {wanted} TOPIC"
            )
    for channel in channels:
        if as_json:
            from bot.render.jsonline import line

            click.echo(line(_as_object(channel)))
        else:
            _show(channel)
    if not channels:
        say("No channel has a subscription.")
        say("try: tradewire subscribe CHANNEL TOPIC")
    return 0


def _show(channel: "Channel") -> None:
    title = f"  {channel.title}" if channel.title else ""
    show(f"{channel.address}{title}")
    for text in state_lines(channel):
        show(f"  {text}")


def _as_object(channel: "Channel") -> dict[str, Any]:
    from bot.render.jsonline import instant

    return {
        "channel": channel.address,
        "title": channel.title or None,
        "language": channel.language,
        "zone": channel.zone,
        "quiet": channel.quiet.words if channel.quiet else None,
        "burst": {"alerts": channel.burst.alerts, "minutes": channel.burst.minutes},
        "resurface": channel.resurface,
        "when_empty": channel.when_empty,
        "muted_until": instant(channel.muted_until),
        "paused": channel.paused,
        "ops": channel.ops,
        "followed": list(channel.followed),
        "subscriptions": [
            {
                "what": each.what,
                "severity": each.min_severity.word,
                "stage": each.min_stage.value,
                "when": each.timing.words,
                "by": each.by or None,
                "since": instant(each.since),
                "configured": each.configured,
            }
            for each in channel.subscriptions
        ],
    }


@command.command("pause")
@click.argument("channel", callback=address)
@config_option
def pause(channel: str, config_path: Path | None) -> int:
    """Send nothing to CHANNEL until it is resumed. What would have been sent is not sent later."""
    _change(channel, config_path, lambda found: replace(found, paused=PAUSED_BY_HAND))
    show(f"{channel} is paused: nothing is sent there.")
    say(f"try: tradewire subscriptions resume {channel}")
    return 0


@command.command("resume")
@click.argument("channel", callback=address)
@config_option
def resume(channel: str, config_path: Path | None) -> int:
    """Send to CHANNEL again, also where its platform had refused us."""
    _change(channel, config_path, lambda found: replace(found, paused=None))
    show(f"{channel} is told again from now on.")
    say(f"try: tradewire subscriptions {channel}")
    return 0


def _change(channel: str, config_path: Path | None, make: "Callable[[Channel], Channel]") -> None:
    """Change a channel that there is. Fails where there is none."""

    async def work(store: "Store") -> bool:
        from bot.clock import SystemClock
        from bot.store.channels import load_channel, save_channel

        def change(connection: "Connection") -> bool:
            found = load_channel(connection, channel)
            if found is None:
                return False
            by = asked_for(channel).by
            save_channel(connection, make(found), now=SystemClock().now(), by=by)
            return True

        return await store.write(change)

    if not with_store(config_path, work):
        raise Failed(f"{channel} was never subscribed to anything", try_="tradewire subscriptions")
