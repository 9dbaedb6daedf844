"""`tradewire search`: what the archive holds on a query, newest first."""

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.archive_reading import catch_up, since_of, texts
from bot.cli.common import (
    config_option,
    json_option,
    looking_into_store,
    read_query,
    read_settings,
    say,
    show,
)

if TYPE_CHECKING:
    from bot.core.archive import Place


@click.command("search")
@click.argument("query")
@click.option("--since", metavar="DATE", help="Only what is dated on this day or later: 2026-01-31.")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="At most so many.")
@config_option
@json_option
def command(query: str, since: str | None, limit: int, config_path: Path | None, as_json: bool) -> int:
    """Find the items of the archive that QUERY hits, newest first.

    QUERY is in the language of topics: 'gallium OR 镓', 'NEAR/10(cloud, China)', 'title:tariff* AND type:rule'.
    """
    from bot.store.archive import hits

    asked, begin = read_query(query), since_of(since)
    with looking_into_store(read_settings(config_path)) as database:
        catch_up(database)
        looked = texts(database, (asked,), since=begin, label="Reading")
        found = list(islice((place for each in looked for place in hits(asked, (each,))), limit))
    for place in found:
        _print(place, as_json)
    if not as_json:
        _conclude(found, limit)
    return 0


def _print(place: "Place", as_json: bool) -> None:
    from bot.render.jsonline import line
    from bot.render.plain import wrap

    if as_json:
        click.echo(line(as_object(place)))
        return
    day = place.on or place.at.date()
    head = f"{day.isoformat()}  {place.stage.value:<12}{place.story or '-':<6}"
    click.echo("\n".join(wrap(place.title, head, " " * 12)))
    show(f"            {place.url}")


def as_object(place: "Place") -> dict[str, object]:
    """Return a found item as the object that `--json` prints."""
    from bot.render.jsonline import instant

    return {
        "source": place.source,
        "key": place.key,
        "title": place.title,
        "url": place.url,
        "story": place.story,
        "stage": place.stage.value,
        "at": instant(place.at),
        "official_on": place.on.isoformat() if place.on else None,
    }


def _conclude(found: "list[Place]", limit: int) -> None:
    if not found:
        say("Nothing in the archive matches.")
        return
    more = "These are the newest; more with --limit. " if len(found) == limit else ""
    story = next((place.story for place in found if place.story), None)
    say(f"{len(found)} found. {more}try: tradewire why {story or found[0].url}")
