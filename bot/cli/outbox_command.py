"""`tradewire outbox`: what waits to be sent, what is in doubt, what was given up; and trying it again."""

import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.cli.common import config_option, json_option, looking_into_store, read_settings, show
from bot.cli.root import Failed

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.core.delivery import State
    from bot.store.queue import QueueRow

_MOST = 200


@click.group("outbox", invoke_without_command=True)
@config_option
@json_option
@click.pass_context
def command(ctx: click.Context, config_path: Path | None, as_json: bool) -> int:
    """Show what waits to be sent. `outbox uncertain`, `outbox dead` and `outbox retry` look closer."""
    if ctx.invoked_subcommand is not None:
        return 0
    from bot.clock import SystemClock
    from bot.core.delivery import State
    from bot.render.words import instant_words
    from bot.store.queue import count_posts, resting

    settings = read_settings(config_path)
    with looking_into_store(settings) as database, database.reading() as connection:
        counts = count_posts(connection)
        rests = resting(connection, SystemClock().now())
    if as_json:
        from bot.render.jsonline import instant, line

        still = [{"scope": each.scope, "until": instant(each.until), "why": each.why} for each in rests]
        click.echo(line({"posts": {state.value: counts.get(state, 0) for state in State}, "resting": still}))
        return 0
    for state in State:
        show(f"{state.value:<10} {counts.get(state, 0):>8,}")
    zone = settings.console.zone.key
    for each in rests:
        why = f": {each.why}" if each.why else ""
        show(f"{each.scope} rests until {instant_words(each.until, zone, with_day=True)}{why}")
    if counts.get(State.DEAD):
        show("try: tradewire outbox dead")
    return 0


@command.command("uncertain")
@config_option
@json_option
def uncertain(config_path: Path | None, as_json: bool) -> int:
    """Show posts of which nobody knows whether they arrived. They are looked for, or sent once more, by themselves."""
    from bot.core.delivery import State

    return _list(read_settings(config_path), [State.UNCERTAIN], as_json=as_json)


@command.command("dead")
@config_option
@json_option
def dead(config_path: Path | None, as_json: bool) -> int:
    """Show posts that were given up, each with the reason."""
    from bot.core.delivery import State

    return _list(read_settings(config_path), [State.DEAD], as_json=as_json)


@command.command("retry")
@click.argument("posts", nargs=-1, type=int)
@click.option("--channel", metavar="ADDRESS", help="All that were given up for this channel.")
@click.option("--all", "everything", is_flag=True, help="All that were given up.")
@config_option
def retry(posts: tuple[int, ...], channel: str | None, everything: bool, config_path: Path | None) -> int:
    """Send again what was given up: POSTS by number, a channel's, or all. A running service takes them at once."""
    from bot.clock import SystemClock
    from bot.render.words import count_words
    from bot.store.channels import load_channel
    from bot.store.queue import drive

    if not posts and channel is None and not everything:
        raise Failed(
            "which ones?", try_="tradewire outbox dead, then tradewire outbox retry NUMBER", exit_code=2
        )
    settings = read_settings(config_path)
    with looking_into_store(settings) as database, database.writing() as connection:
        if channel is not None and (known := load_channel(connection, channel)) and known.paused:
            raise Failed(
                f"{channel} is paused: {known.paused}", try_=f"tradewire subscriptions resume {channel}"
            )
        found = drive(connection, posts=posts, channel=channel, now=SystemClock().now(), by=getpass.getuser())
    missing = [post for post in posts if post not in found]
    show(f"{count_words(len(found), 'post')} will be sent again.")
    if missing:
        raise Failed(f"{missing[0]} was not given up", try_="tradewire outbox dead")
    return 0


def _list(settings: "Settings", states: "list[State]", *, as_json: bool) -> int:
    from bot.store.queue import queue

    with looking_into_store(settings) as database, database.reading() as connection:
        rows = queue(connection, states, limit=_MOST)
    if as_json:
        from bot.render.jsonline import line

        for row in rows:
            click.echo(line(_as_object(row)))
        return 0
    for row in rows:
        show(_as_text(row, settings.console.zone.key))
    if not rows:
        show(f"None is {states[0].value}.")
    elif states[0].is_end:
        show("try: tradewire outbox retry NUMBER, or --channel ADDRESS")
    return 0


def _as_text(row: "QueueRow", zone: str) -> str:
    from bot.render.words import count_words, instant_words

    story = f" of {row.story}" if row.story else ""
    told = f", {count_words(row.alerts, 'alert')}" if row.alerts != 1 else ""
    at = instant_words(row.ended_at or row.due_at, zone, with_day=True, seconds=False)
    why = f": {row.why}" if row.why else ""
    return (
        f"{row.id:>6}  {row.channel}  {row.kind}{story}{told}, {count_words(row.attempt, 'try')}, {at}{why}"
    )


def _as_object(row: "QueueRow") -> dict[str, Any]:
    from bot.render.jsonline import instant

    return {
        "post": row.id,
        "channel": row.channel,
        "kind": row.kind,
        "story": row.story,
        "state": row.state,
        "attempts": row.attempt,
        "doubts": row.doubts,
        "alerts": row.alerts,
        "created_at": instant(row.created_at),
        "due_at": instant(row.due_at),
        "ended_at": instant(row.ended_at),
        "why": row.why,
    }
