"""What the commands on channels share: the store open for changes, who is asking, and how a channel is shown."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from bot.cli.common import named_errors, read_settings, say
from bot.cli.root import Failed

if TYPE_CHECKING:
    from bot.chat.asked import Asked
    from bot.chat.changes import Configured, NotSubscribed
    from bot.chat.here import Here
    from bot.chat.topic_choice import Ambiguous, Unknown
    from bot.chat.voice import Voice
    from bot.core.channel import Channel
    from bot.core.topic_value import Topic
    from bot.store.writer import Store

BY = "the command line"
Result = TypeVar("Result")


def address(_ctx: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    """Return a channel's address as typed; refuse what is none."""
    from bot.core.channel import checked_address

    try:
        return value if value is None else checked_address(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


def with_store(config_path: Path | None, work: "Callable[[Store], Awaitable[Result]]") -> Result:
    """Run `work` on the configured store, which is made where there is none yet, and close it again."""
    from bot.store.writer import Store

    url = read_settings(config_path).store.url.get_secret_value()

    async def run() -> Result:
        store = await Store.open(url)
        try:
            return await work(store)
        finally:
            await store.close()

    with named_errors():
        return asyncio.run(run())


async def here_at(store: "Store", channel: str) -> "Here":
    """Return the surroundings of what is asked here for a channel."""
    from bot.chat.here import here_for
    from bot.clock import SystemClock

    return await here_for(store, asked_for(channel), SystemClock().now())


def asked_for(channel: str) -> "Asked":
    """Return a question about a channel as the command line asks it."""
    from bot.chat.asked import Asked
    from bot.core.channel import platform_of

    return Asked(
        platform=platform_of(channel), channel=channel, user="cli", user_name=BY, prefix="tradewire "
    )


def not_chosen(choice: "Ambiguous | Unknown") -> Failed:
    """Return why no topic was found under a name."""
    from bot.chat.topic_choice import Ambiguous

    if isinstance(choice, Ambiguous):
        keys = ", ".join(topic.key for topic in choice.topics)
        return Failed(
            f'"{choice.typed}" fits {len(choice.topics)} topics: {keys}', try_="write the whole key"
        )
    near = ", ".join(each.topic.key for each in choice.near)
    hint = f"did you mean {near}?" if near else "tradewire topics"
    return Failed(f'there is no topic "{choice.typed}"', try_=hint)


def not_done(why: "Configured | NotSubscribed", channel: str) -> Failed:
    """Return why a subscription was not changed."""
    from bot.chat.answers_changes import named
    from bot.chat.changes import Configured

    what = named(_voice("UTC"), why.what)
    if isinstance(why, Configured):
        return Failed(f'"{what}" stands in the configuration of {channel}', try_="change it in config.toml")
    return Failed(f'{channel} has no subscription to "{what}"', try_=f"tradewire subscriptions {channel}")


def note_unreachable(config_path: Path | None, *addresses: str) -> None:
    """Say of which channels the platform is not configured, so that nothing is sent there yet."""
    from bot.core.channel import CONSOLE, platform_of

    settings = read_settings(config_path)
    tables = {"slack": settings.slack, "telegram": settings.telegram}
    for address in addresses:
        platform, _, name = address.partition(":")
        if platform_of(address) == CONSOLE:
            missing = "" if settings.console.enabled else "[console] is switched off in the configuration"
        elif platform == "webhook":
            missing = (
                "" if name in settings.webhooks else f"there is no [webhooks.{name}] in the configuration"
            )
        else:
            table = tables[platform]
            has = table is not None and table.bot_token is not None
            missing = "" if has else f"there is no [{platform}] with a bot_token in the configuration"
        if missing:
            say(f"note: {missing}; until then nothing is sent to {address}")


def names(channel: "Channel", whats: "Iterable[str]") -> str:
    """Return how people call what is subscribed to, one after the other."""
    from bot.chat.answers_changes import named

    return ", ".join(named(_voice(channel.zone), what) for what in whats)


def _voice(zone: str) -> "Voice":
    from bot.chat.voice import Voice
    from bot.clock import SystemClock

    return Voice(now=SystemClock().now(), zone=zone, prefix="tradewire ")


def state_lines(channel: "Channel") -> list[str]:
    """Return all that a channel gets, and what keeps it back, one line each."""
    from bot.chat.answers_changes import hushed, state

    voice = _voice(channel.zone)
    first, *rows = [line.text for line in (*state(voice, channel), *hushed(voice, channel))]
    return [first, *(f"  {row}" for row in rows)]


def topics_of(config_path: Path | None) -> "tuple[Topic, ...]":
    """Return the topics in force."""
    from bot.topics import load

    with named_errors():
        return load(read_settings(config_path).topics.directory)
