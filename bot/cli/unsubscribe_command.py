"""`tradewire unsubscribe`: end subscriptions of a channel."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli import completing
from bot.cli.channels import address, here_at, names, not_chosen, not_done, state_lines, topics_of, with_store
from bot.cli.common import config_option, say, show
from bot.cli.root import Failed

if TYPE_CHECKING:
    from bot.chat.subscribing import Done
    from bot.store.writer import Store


@click.command("unsubscribe")
@click.argument("channel", callback=address)
@click.argument("topics", nargs=-1, metavar="[TOPIC]...", shell_complete=completing.topics)
@click.option("--query", metavar="TEXT", help="Words of your own, as they were subscribed to.")
@click.option(
    "--all", "everything", is_flag=True, help="Everything that does not stand in the configuration."
)
@config_option
def command(
    channel: str, topics: tuple[str, ...], query: str | None, everything: bool, config_path: Path | None
) -> int:
    """End CHANNEL's subscriptions to topics, to a query, or to everything (`all`)."""
    from bot.chat.commands import Unsubscribe
    from bot.chat.lexicon import ALL

    if not (topics or query or everything):
        raise click.UsageError("say what: a topic, --query TEXT, or --all")
    named = tuple(topic for topic in topics if topic.casefold() not in ALL)
    everything = everything or len(named) < len(topics)
    asked = Unsubscribe(names=named, query=query, everything=everything, anyway=True)
    known = topics_of(config_path)

    async def work(store: "Store") -> "Done":
        from bot.chat.subscribing import Done, Unconfirmed, unsubscribe
        from bot.chat.topic_choice import Ambiguous, Unknown

        done = await unsubscribe(store, known, asked, await here_at(store, channel))
        if isinstance(done, Done):
            return done
        if isinstance(done, Ambiguous | Unknown):
            raise not_chosen(done)
        if isinstance(done, Unconfirmed):
            raise Failed("everything would end", try_=f"tradewire unsubscribe {channel} --all")
        raise not_done(done, channel)

    done = with_store(config_path, work)
    if done.changed.anything:
        show(f"{channel} is no longer subscribed to {names(done.changed.after, done.whats)}.")
    else:
        show(f"{channel} has no subscriptions to end.")
    for text in state_lines(done.changed.after):
        show(text)
    say("try: tradewire subscriptions")
    return 0
