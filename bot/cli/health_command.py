"""`tradewire health`: whether a service is at work, for a container's health check. Looks into the store and asks nobody."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.cli.common import config_option, json_option, looking_into_store, read_settings, show
from bot.cli.root import Failed

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.core.attendance import Asked, Attendance


@click.command("health")
@config_option
@json_option
def command(config_path: Path | None, as_json: bool) -> int:
    """Exit with 0 while a running service keeps asking its sources, else with 1 and the reason.

    Looks at the store alone: it opens, it is of this version, and a source was asked no later than one was due, with ten
    minutes of grace. It does not matter what the sources answered, and a check by hand counts too.
    """
    from bot.clock import SystemClock
    from bot.core.attendance import attendance

    settings = read_settings(config_path)
    now = SystemClock().now()
    watched = sum(configured.enabled for _, configured in settings.watched().values())
    asked = _asked(settings, now)
    seen = attendance(asked)
    why_not = _why_not(seen, watched, now)
    if as_json:
        _print_json(seen, why_not, watched, len(asked))
    if why_not:
        raise Failed(why_not, try_="look at the log of `tradewire run`, and start it again")
    if not as_json:
        show(_words(settings, seen, now))
    return 0


def _asked(settings: "Settings", now: datetime) -> "tuple[Asked, ...]":
    """Return when each source that is switched on was asked, as far as one was, and when it is due again."""
    from bot.core.attendance import Asked
    from bot.core.health import as_of, next_poll_at
    from bot.store.lookups import source_states

    with looking_into_store(settings) as database, database.reading() as connection:
        states = {state.source: as_of(state, now) for state in source_states(connection)}
    return tuple(
        Asked(source=key, at=at, due=next_poll_at(source.rhythm, configured.every, states[key], at))
        for key, (source, configured) in settings.watched().items()
        if configured.enabled and key in states and (at := states[key].attempted_at)
    )


def _why_not(seen: "Attendance | None", watched: int, now: datetime) -> str | None:
    """Return why no service can be at work; None where one can."""
    from bot.render.words import span_words

    if not watched or (seen and seen.is_kept(now)):
        return None
    if seen is None:
        return "no source was asked yet"
    return (
        f"no source was asked for {span_words(now - seen.last.at)}; "
        f"the next was due {span_words(now - seen.due)} ago"
    )


def _words(settings: "Settings", seen: "Attendance | None", now: datetime) -> str:
    from bot.render.words import span_words

    if seen is None:
        return "The store can be read; no source is switched on."
    title = settings.watched()[seen.last.source][0].title
    next_one = f"in {span_words(seen.due - now)}" if seen.due > now else "now"
    return f"{title} was asked {span_words(now - seen.last.at)} ago, the next source is due {next_one}."


def _print_json(seen: "Attendance | None", why_not: str | None, watched: int, asked: int) -> None:
    from bot.render.jsonline import instant, line

    answer: dict[str, Any] = {
        "alive": why_not is None,
        "why_not": why_not,
        "source": seen.last.source if seen else None,
        "asked_at": instant(seen.last.at) if seen else None,
        "due_at": instant(seen.due) if seen else None,
        "sources": watched,
        "never_asked": watched - asked,
    }
    click.echo(line(answer))
