"""`tradewire subscribe`: let a channel be told of topics, or of words of one's own."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli import completing
from bot.cli.channels import (
    address,
    here_at,
    names,
    not_chosen,
    not_done,
    note_unreachable,
    state_lines,
    topics_of,
    with_store,
)
from bot.cli.common import config_option, read_query, say, show
from bot.cli.root import Failed

if TYPE_CHECKING:
    from bot.chat.subscribing import Done
    from bot.core.timing import Timing
    from bot.store.writer import Store

_SEVERITIES = ("info", "notice", "urgent")
_STAGES = ("unconfirmed", "announced", "proposed", "filed", "published")


@click.command("subscribe")
@click.argument("channel", callback=address)
@click.argument("topics", nargs=-1, metavar="[TOPIC]...", shell_complete=completing.topics)
@click.option("--query", metavar="TEXT", help="Words of your own: gallium OR germanium.")
@click.option("--severity", type=click.Choice(_SEVERITIES), help="The least severity.")
@click.option("--stage", type=click.Choice(_STAGES), help="The least stage: at least so sure.")
@click.option("--when", metavar="TIMING", help="instant, hourly, 'daily 08:30' or 'weekly mon 08:30'.")
@click.option("--force", is_flag=True, help="However many alerts it brings.")
@config_option
def command(
    channel: str,
    topics: tuple[str, ...],
    query: str | None,
    severity: str | None,
    stage: str | None,
    when: str | None,
    force: bool,
    config_path: Path | None,
) -> int:
    """Subscribe CHANNEL to topics, to `all` of them, or to a query.

    CHANNEL is console, slack:ID, telegram:ID, telegram:ID/TOPIC or webhook:NAME. Options that are left out stay as they are.
    """
    from bot.chat.commands import Subscribe
    from bot.chat.lexicon import ALL, SEVERITIES, STAGES

    named = tuple(topic for topic in topics if topic.casefold() not in ALL)
    if query is not None:
        read_query(query)
    asked = Subscribe(
        names=named,
        everything=len(named) < len(topics),
        query=query,
        min_severity=SEVERITIES[severity] if severity else None,
        min_stage=STAGES[stage] if stage else None,
        timing=_timing(when),
        anyway=force,
    )
    if not topics and query is None:
        raise click.UsageError("say what: a topic, all, or --query TEXT")
    known = topics_of(config_path)

    async def work(store: "Store") -> "Done":
        from bot.chat.subscribing import Done, Flood, subscribe
        from bot.chat.topic_choice import Ambiguous, Unknown

        done = await subscribe(store, known, asked, await here_at(store, channel))
        if isinstance(done, Done):
            return done
        if isinstance(done, Ambiguous | Unknown):
            raise not_chosen(done)
        if isinstance(done, Flood):
            raise Failed(
                f"this would have sent {done.volume.acts:,} alerts in the last {max(1, round(done.volume.days))} days",
                try_="narrow it, or add --force",
            )
        raise not_done(done, channel)

    _report(with_store(config_path, work))
    note_unreachable(config_path, channel)
    return 0


def _timing(words: str | None) -> "Timing | None":
    from bot.core.timing import timing_of

    try:
        return timing_of(words) if words and words.strip() else None
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--when") from None


def _report(done: "Done") -> None:
    from bot.chat.answers_changes import volume_lines
    from bot.chat.voice import Voice
    from bot.clock import SystemClock

    channel = done.changed.after
    voice = Voice(now=SystemClock().now(), zone=channel.zone)
    state = "is now" if done.changed.anything else "was already"
    show(f"{channel.address} {state} subscribed to {names(channel, done.whats)}.")
    if done.volume is not None:
        for line in volume_lines(voice, done.volume):
            show(line.text)
    for text in state_lines(channel):
        show(text)
    say(f"try: tradewire subscriptions {channel.address}")
