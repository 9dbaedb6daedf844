"""`tradewire sources`: every source with its state."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.cli.common import config_option, json_option, named_errors, open_store, read_settings

if TYPE_CHECKING:
    from bot.config import Settings, SourceSettings
    from bot.core.health import SourceState
    from watchers.source import AnySource


@click.command("sources")
@config_option
@json_option
def command(config_path: Path | None, as_json: bool) -> int:
    """List the sources with their state, last read, last new item and next poll."""
    from bot.clock import SystemClock

    settings = read_settings(config_path)
    now = SystemClock().now()
    rows = list(source_rows(settings, now))
    if as_json:
        from bot.render.jsonline import line

        for row in rows:
            click.echo(line(row))
        return 0
    _print_table(rows, settings.console.zone.key, now)
    return 0


def source_rows(settings: "Settings", now: datetime) -> Iterator[dict[str, Any]]:
    """Yield one object per source, enabled or not, by key. Instants are UTC with `Z`."""
    from watchers.registry import all_sources

    states = {state.source: state for state in _states(settings)}
    for key, source in all_sources().items():
        yield _row(source, settings.source(key), states.get(key), now)


def _states(settings: "Settings") -> "tuple[SourceState, ...]":
    from bot.errors import StoreMissing
    from bot.store.lookups import source_states

    with named_errors():
        try:
            with open_store(settings) as database, database.reading() as connection:
                return source_states(connection)
        except StoreMissing:  # no source has been read yet
            return ()


def _row(
    source: "AnySource", configured: "SourceSettings", state: "SourceState | None", now: datetime
) -> dict[str, Any]:
    from bot.core.health import SourceState, state_word
    from bot.render.jsonline import instant

    state = state or SourceState(source=source.key)
    return {
        "source": source.key,
        "title": source.title,
        "state": state_word(state, enabled=configured.enabled),
        "rhythm": _rhythm(source, configured),
        "last_read_at": instant(state.complete_at),
        "last_new_at": instant(state.new_at),
        "next_poll_at": instant(_next_poll(source, configured, state, now)),
        "blind_since": instant(state.blind_since),
        "error_kind": state.error_kind,
        "error": state.error_what,
        "failures": state.failures,
        "home": source.home,
    }


def _rhythm(source: "AnySource", configured: "SourceSettings") -> str:
    from bot.render.words import span_words

    if configured.every:
        return f"every {span_words(configured.every)}"
    fastest = min((slot.every for slot in source.rhythm.slots), default=source.rhythm.otherwise)
    return f"{span_words(fastest)} to {span_words(source.rhythm.off_days)}"


def _next_poll(
    source: "AnySource", configured: "SourceSettings", state: "SourceState", now: datetime
) -> datetime | None:
    """Return when a running service would ask next; None for a paused source."""
    from watchers.calendar import next_poll

    if not configured.enabled:
        return None
    if state.attempted_at is None:
        return now
    by_rhythm = (
        state.attempted_at + configured.every
        if configured.every
        else next_poll(source.rhythm, state.attempted_at)
    )
    return max(by_rhythm, state.not_before or by_rhythm, now)


def _print_table(rows: list[dict[str, Any]], zone: str, now: datetime) -> None:
    columns = "{:<9}{:<20}{:<19}{:<12}{:<12}{}"
    click.echo(
        columns.format("State", "Source", "Asked every", "Last new", "Last read", "Next poll").rstrip()
    )
    for row in rows:
        when = [_moment(row[name], zone, now) for name in ("last_new_at", "last_read_at", "next_poll_at")]
        click.echo(columns.format(row["state"], row["title"], row["rhythm"], *when).rstrip())
        if row["blind_since"]:
            since = _moment(row["blind_since"], zone, now)
            click.echo(f"{'':<9}since {since}, {row['error_kind']}: {row['error']}")
    if any(row["state"] == "learning" for row in rows):
        click.echo("learning: the first complete read is still to come; it will not alert.")


def _moment(text: str | None, zone: str, now: datetime) -> str:
    """Return a time of day where it is today's in the reader's zone, else the day."""
    from zoneinfo import ZoneInfo

    from bot.render.words import day_words, instant_words

    if text is None:
        return "never"
    at = datetime.fromisoformat(text)
    day = at.astimezone(ZoneInfo(zone)).date()
    today = now.astimezone(ZoneInfo(zone)).date()
    return instant_words(at, zone, with_day=False, seconds=False) if day == today else day_words(day)
