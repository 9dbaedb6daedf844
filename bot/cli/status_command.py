"""`tradewire status`: how sources and alerts stand."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.common import config_option, json_option, looking_into_store, read_settings

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.store.lookups import Overview


@click.command("status")
@config_option
@json_option
def command(config_path: Path | None, as_json: bool) -> int:
    """Say how sources and alerts stand: who is blind, what is waiting, how fast alerts went out."""
    from bot.clock import SystemClock
    from bot.store.lookups import overview

    settings = read_settings(config_path)
    with looking_into_store(settings) as database, database.reading() as connection:
        seen = overview(connection, now=SystemClock().now())
    if as_json:
        _print_json(settings, seen)
    else:
        _print_text(settings, seen)
    return 0


def _paused(settings: "Settings") -> set[str]:
    return {key for key, (_, configured) in settings.watched().items() if not configured.enabled}


def _print_json(settings: "Settings", seen: "Overview") -> None:
    from bot.core.health import state_word
    from bot.render.jsonline import instant, line

    paused = _paused(settings)
    click.echo(
        line(
            {
                "items": seen.items,
                "stories": seen.stories,
                "sources": {
                    each.source: state_word(each, enabled=each.source not in paused) for each in seen.states
                },
                "alerts": {
                    "sent": seen.sent,
                    "sent_last_day": seen.sent_last_day,
                    "waiting": seen.waiting,
                    "sending": seen.sending,
                    "dead": seen.dead,
                    "uncertain": seen.uncertain,
                },
                "last_sent_at": instant(seen.last_sent_at),
                "seconds_to_send": {
                    "p50": percentile(seen.seconds_to_send, 0.5),
                    "p95": percentile(seen.seconds_to_send, 0.95),
                    "count": len(seen.seconds_to_send),
                },
            }
        )
    )


def _print_text(settings: "Settings", seen: "Overview") -> None:
    from bot.core.health import state_word
    from bot.render.words import count_words, instant_words, span_words

    paused = _paused(settings)
    words = {each.source: state_word(each, enabled=each.source not in paused) for each in seen.states}
    healthy = sum(word in {"healthy", "learning"} for word in words.values())
    blind = [name for name, word in words.items() if word == "BLIND"]
    click.echo(
        f"Sources   {healthy} of {len(words)} read" + (f"   BLIND {', '.join(blind)}" if blind else "")
    )
    click.echo(f"Archive   {count_words(seen.items, 'item')}, {count_words(seen.stories, 'story')}")
    click.echo(
        f"Alerts    {seen.sent_last_day} sent in 24 h, {seen.sent} in all, {seen.waiting + seen.sending} waiting, "
        f"{seen.dead} given up, {seen.uncertain} uncertain"
    )
    if seen.last_sent_at:
        click.echo(f"Last      {instant_words(seen.last_sent_at, settings.console.zone.key, with_day=True)}")
    middle, most = percentile(seen.seconds_to_send, 0.5), percentile(seen.seconds_to_send, 0.95)
    if middle is not None and most is not None:
        spans = (span_words(timedelta(seconds=value)) for value in (middle, most))
        click.echo("Speed     official to sent: median {}, 95% within {} (last 7 days)".format(*spans))
    if blind:
        click.echo("try: tradewire sources")


def percentile(ordered: Sequence[float], share: float) -> float | None:
    """Return the smallest value that `share` of the ordered values do not exceed; None of none."""
    if not ordered:
        return None
    position = min(len(ordered) - 1, max(0, -(-len(ordered) * round(share * 100) // 100) - 1))
    return ordered[position]
