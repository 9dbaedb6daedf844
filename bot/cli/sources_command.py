"""`tradewire sources`: every source with its state; `probe` and `record` look at one."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.cli.common import config_option, json_option, named_errors, open_store, read_settings, show
from bot.cli.sources_probe import probe_command, record_command
from bot.cli.state_words import is_silent, standing

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.config_sources import SourceSettings
    from bot.core.health import SourceState
    from bot.core.incident import Incident
    from watchers.source import AnySource


@click.group("sources", invoke_without_command=True)
@config_option
@json_option
@click.pass_context
def command(ctx: click.Context, config_path: Path | None, as_json: bool) -> int:
    """List the sources with their state, last read, last new item and next poll.

    `sources probe NAME` reads one now and says what came of it; `sources record NAME` keeps the pages for review.
    """
    if ctx.invoked_subcommand is not None:
        return 0
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


command.add_command(probe_command)
command.add_command(record_command)


def source_rows(settings: "Settings", now: datetime) -> Iterator[dict[str, Any]]:
    """Yield one object per source, enabled or not, in the order of the configuration. Instants are UTC with `Z`."""
    states, incidents = _memory(settings)
    for key, (source, configured) in settings.watched().items():
        yield _row(source, configured, states.get(key), incidents.get(key), now)


def _memory(settings: "Settings") -> "tuple[dict[str, SourceState], dict[str, Incident]]":
    from bot.errors import StoreMissing
    from bot.store.incidents import open_incidents
    from bot.store.lookups import source_states

    with named_errors():
        try:
            with open_store(settings) as database, database.reading() as connection:
                states = {state.source: state for state in source_states(connection)}
                return states, open_incidents(connection)
        except StoreMissing:  # no source has been read yet
            return {}, {}


def _row(
    source: "AnySource",
    configured: "SourceSettings",
    state: "SourceState | None",
    incident: "Incident | None",
    now: datetime,
) -> dict[str, Any]:
    from bot.core.health import SourceState, next_poll_at
    from bot.render.jsonline import instant

    state = state or SourceState(source=source.key)
    due = next_poll_at(source.rhythm, configured.every, state, now) if state.attempted_at else now
    return {
        "source": source.key,
        "title": source.title,
        "state": standing(source, configured, state, incident),
        "rhythm": _rhythm(source, configured),
        "last_read_at": instant(state.complete_at),
        "last_new_at": instant(state.new_at),
        "next_poll_at": instant(due) if configured.enabled else None,
        "blind_since": instant(state.blind_since),
        "silent_since": instant(incident.since) if incident is not None and is_silent(incident) else None,
        "error_kind": state.error_kind,
        "error": state.error_what,
        "failures": state.failures,
        "note": state.note,
        "home": source.home,
    }


def _rhythm(source: "AnySource", configured: "SourceSettings") -> str:
    from bot.render.words import one_unit
    from watchers.calendar import Adaptive

    rhythm = source.rhythm
    if configured.every:
        fastest = slowest = configured.every
    elif isinstance(rhythm, Adaptive):
        fastest, slowest = rhythm.fastest, rhythm.slowest
    else:
        fastest = min((slot.every for slot in rhythm.slots), default=rhythm.otherwise)
        slowest = max(rhythm.otherwise, rhythm.off_days)
    number, unit = one_unit(fastest).split()
    if fastest == slowest:
        return f"{number} {unit}"
    slow = one_unit(slowest)
    return f"{number} to {slow}" if slow.endswith(f" {unit}") else f"{number} {unit} to {slow}"


def _print_table(rows: list[dict[str, Any]], zone: str, now: datetime) -> None:
    columns = "{:<9}{:<24}{:<14}{:<12}{:<12}{}"
    click.echo(columns.format("State", "Source", "Every", "Last new", "Last read", "Next poll").rstrip())
    for row in rows:
        when = [_moment(row[name], zone, now) for name in ("last_new_at", "last_read_at", "next_poll_at")]
        show(columns.format(row["state"], row["title"][:23], row["rhythm"], *when).rstrip())
        for line in _lines_below(row, zone, now):
            show(f"{'':<9}{line}")
    if any(row["state"] == "learning" for row in rows):
        click.echo("learning: the first complete read is still to come; it will not alert.")
    unwell = next((row for row in rows if row["state"] in {"BLIND", "late"}), None)
    if unwell:
        click.echo(f"try: tradewire sources probe {unwell['source']}")


def _lines_below(row: dict[str, Any], zone: str, now: datetime) -> Iterator[str]:
    if row["blind_since"]:
        yield f"since {_moment(row['blind_since'], zone, now)}, {row['error_kind']}: {row['error']}"
    if row["silent_since"]:
        yield f"nothing new for longer than usual, since {_moment(row['silent_since'], zone, now)}"
    if row["note"]:
        yield f"in part: {row['note']}"


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
