"""`tradewire why`: what happened to an item or a story, stage by stage, from the ledger."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from bot.cli.common import (
    bold_for,
    config_option,
    has_config,
    json_option,
    named_errors,
    open_store,
    read_settings,
)
from bot.cli.root import Failed

if TYPE_CHECKING:
    from bot.store.lookups import Trail


@click.command("why")
@click.argument("what")
@config_option
@json_option
def command(what: str, config_path: Path | None, as_json: bool) -> int:
    """Say why an item or a story was told, or why not.

    WHAT is a story's id (7f3a), a document number (2024-01580), an item's address, or `latest`. Any other text is explained as
    by `match`: which topics would hit it.
    """
    from bot.core.asked_about import is_text

    may_be_text = what != "latest" and is_text(what)
    trails = _trails(what, config_path, needs_store=not may_be_text)
    if not trails and may_be_text:
        from bot.cli.match_command import command as match

        return cast(
            "int",
            click.get_current_context().invoke(match, text=what, config_path=config_path, as_json=as_json),
        )
    if not trails:
        raise Failed(
            f'nothing in the store is called "{what}"',
            try_="tradewire sources (was it read?), or tradewire match with its text",
        )
    if as_json:
        from bot.render.jsonline import line

        for trail in trails:
            click.echo(line(_as_object(trail)))
        return 0
    zone = read_settings(config_path).console.zone.key
    click.echo("\n\n".join(_as_text(trail, zone) for trail in trails))
    return 0


def _trails(what: str, config_path: Path | None, *, needs_store: bool) -> "tuple[Trail, ...]":
    """Return what is on record under this name. Where none is needed there may be no store, nor a configuration."""
    from bot.errors import StoreMissing
    from bot.store.lookups import find_trails

    if not needs_store and not has_config(config_path):
        return ()
    with named_errors():
        try:
            with open_store(read_settings(config_path)) as database, database.reading() as connection:
                return find_trails(connection, what)
        except StoreMissing:
            if needs_store:
                raise
            return ()


def _as_text(trail: "Trail", zone: str) -> str:
    from bot.core.matching import document_of
    from bot.render.explain import explain
    from bot.render.stages import parsed_lines
    from bot.render.words import instant_words, without_controls

    bold = bold_for(sys.stdout)
    story = f"  story {trail.story}" if trail.story else ""
    lines = [
        bold(without_controls(trail.title)),
        without_controls(f"{trail.source}  {trail.key}{story}"),
        without_controls(trail.url),
    ]
    lines += [f"Also at   {url}" for url in trail.also_at]
    for page in trail.pages:
        at = instant_words(page.fetched_at, zone, with_day=True)
        address, _, asked = page.url.partition("?")
        lines.append(without_controls(f"Fetched   {address}{asked and '?…'}, {at} ({page.status})"))
    seen = instant_words(trail.first_seen_at, zone, with_day=True)
    lines.append(f"Seen      {seen}" + (f", revision {trail.revision}" if trail.revision > 1 else ""))
    document = document_of(trail.item) if trail.item else None
    if document:
        lines += parsed_lines(document, trail.item)
    if trail.matches and document:
        lines += ["Matched", *(explain(match, document, bold=bold) for match in trail.matches)]
    elif not trail.matches:
        lines.append("Matched   no topic")
    for each in trail.decisions:
        where = "every channel" if each.channel == "*" else each.channel
        revision = f" (revision {each.revision})" if trail.revision > 1 else ""
        lines.append(f"Decided   {where}: {each.reason}{revision}")
    for each_send in trail.sends:
        at = (
            instant_words(each_send.finished_at, zone, with_day=True)
            if each_send.finished_at
            else "under way"
        )
        detail = f", {without_controls(each_send.detail)}" if each_send.detail else ""
        lines.append(
            f"Delivery  {each_send.channel}: try {each_send.attempt} {each_send.outcome} {at}{detail}"
        )
    return "\n".join(lines)


def _as_object(trail: "Trail") -> dict[str, Any]:
    from bot.render.jsonline import instant, match_object

    return {
        "source": trail.source,
        "key": trail.key,
        "title": trail.title,
        "url": trail.url,
        "story": trail.story,
        "also_at": list(trail.also_at),
        "pages": [
            {
                "url": page.url,
                "fetched_at": instant(page.fetched_at),
                "status": page.status,
                "sha256": page.sha256,
            }
            for page in trail.pages
        ],
        "revision": trail.revision,
        "first_seen_at": instant(trail.first_seen_at),
        "official_at": instant(trail.official_at),
        "matches": [match_object(match) for match in trail.matches],
        "decisions": [
            {
                "revision": each.revision,
                "channel": each.channel,
                "reason": each.reason,
                "decided_at": instant(each.decided_at),
            }
            for each in trail.decisions
        ],
        "deliveries": [
            {
                "channel": each.channel,
                "state": each.state,
                "attempt": each.attempt,
                "outcome": each.outcome,
                "finished_at": instant(each.finished_at),
                "detail": each.detail,
            }
            for each in trail.sends
        ],
    }
