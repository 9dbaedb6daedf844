"""`tradewire status`: how sources, alerts and channels stand."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.common import config_option, json_option, looking_into_store, read_settings, show
from bot.cli.state_words import standing

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.core.incident import Incident
    from bot.store.channel_lookups import Standing
    from bot.store.lookups import Overview


@click.command("status")
@config_option
@json_option
def command(config_path: Path | None, as_json: bool) -> int:
    """Say how sources, alerts and channels stand: who is blind or paused, what is waiting, how fast alerts went out."""
    from bot.clock import SystemClock
    from bot.platforms import configured_platforms
    from bot.store.channel_lookups import standing_of_channels
    from bot.store.incidents import open_incidents
    from bot.store.lookups import overview

    settings = read_settings(config_path)
    with looking_into_store(settings) as database, database.reading() as connection:
        now = SystemClock().now()
        seen = overview(connection, now=now)
        channels = standing_of_channels(connection, frozenset(configured_platforms(settings)), now=now)
        incidents = open_incidents(connection)
    words = _words(settings, seen, incidents)
    if as_json:
        _print_json(words, seen, channels)
    else:
        _print_text(settings, words, seen, channels)
    return 0


def _words(settings: "Settings", seen: "Overview", incidents: "Mapping[str, Incident]") -> dict[str, str]:
    """Return how each source stands that is configured and was ever polled, by key."""
    states = {state.source: state for state in seen.states}
    return {
        key: standing(source, configured, states[key], incidents.get(key))
        for key, (source, configured) in settings.watched().items()
        if key in states
    }


def _print_json(words: dict[str, str], seen: "Overview", channels: "Standing") -> None:
    from bot.cli.channels_standing import as_object
    from bot.render.jsonline import instant, line

    click.echo(
        line(
            {
                "items": seen.items,
                "stories": seen.stories,
                "sources": words,
                "alerts": {
                    "sent": seen.sent,
                    "sent_last_day": seen.sent_last_day,
                    "waiting": seen.waiting,
                    "sending": seen.sending,
                    "dead": seen.dead,
                    "uncertain": seen.uncertain,
                },
                "channels": as_object(channels),
                "last_sent_at": instant(seen.last_sent_at),
                "seconds_to_send": {
                    "p50": percentile(seen.seconds_to_send, 0.5),
                    "p95": percentile(seen.seconds_to_send, 0.95),
                    "count": len(seen.seconds_to_send),
                },
            }
        )
    )


def _print_text(settings: "Settings", words: dict[str, str], seen: "Overview", channels: "Standing") -> None:
    from bot.cli.channels_standing import advice, lines
    from bot.render.words import count_words, instant_words, span_words

    asked = {name: word for name, word in words.items() if word not in {"paused", "refused"}}
    named = {word: [name for name in asked if asked[name] == word] for word in ("BLIND", "late")}
    blind = named["BLIND"]
    troubled = "".join(f"   {word} {', '.join(names)}" for word, names in named.items() if names)
    click.echo(f"Sources   {len(asked) - len(blind)} of {len(asked)} read{troubled}")
    click.echo(f"Archive   {count_words(seen.items, 'item')}, {count_words(seen.stories, 'story')}")
    click.echo(
        f"Alerts    {seen.sent_last_day} sent in 24 h, {seen.sent} in all, {seen.waiting + seen.sending} waiting, "
        f"{seen.dead} given up, {seen.uncertain} uncertain"
    )
    for text in lines(channels, settings.console.zone.key):
        show(text)
    if seen.last_sent_at:
        click.echo(f"Last      {instant_words(seen.last_sent_at, settings.console.zone.key, with_day=True)}")
    middle, most = percentile(seen.seconds_to_send, 0.5), percentile(seen.seconds_to_send, 0.95)
    if middle is not None and most is not None:
        spans = (span_words(timedelta(seconds=value)) for value in (middle, most))
        click.echo("Speed     official to sent: median {}, 95% within {} (last 7 days)".format(*spans))
    for command in (*(["tradewire sources"] if troubled else []), *advice(channels)):
        show(f"try: {command}")


def percentile(ordered: Sequence[float], share: float) -> float | None:
    """Return the smallest value that `share` of the ordered values do not exceed; None of none."""
    if not ordered:
        return None
    position = min(len(ordered) - 1, max(0, -(-len(ordered) * round(share * 100) // 100) - 1))
    return ordered[position]
