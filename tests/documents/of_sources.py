"""What docs/sources.md and config.example.toml say of each source and builder, from the sources themselves."""

import json
import re
import textwrap
from collections.abc import Iterator
from dataclasses import MISSING, Field, fields
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.cli.guides import GUIDES
from bot.render.words import one_unit
from tests.documents.of_delivery import states_table
from watchers.calendar import Adaptive, Rhythm
from watchers.registry import all_builders, all_sources
from watchers.source import AnyBuilder, AnySource

ROOT = Path(__file__).resolve().parents[2]
WIDTH = 118

_ZONES = {"America/New_York": "ET", "Asia/Shanghai": "Beijing", "UTC": "UTC"}
_EXAMPLES = {
    "url": "https://example.org/news",
    "actor": "agency.example",
    "account": "agency",
    "channel": "agency_channel",
    "username": "agency",
    "base_url": "https://social.example",
}
_SAID = re.compile(r"`(?P<names>\w+(?:`, `\w+)*)`: (?P<text>.*?)(?=\s`\w+(?:`, `\w+)*`: |\Z)", re.DOTALL)


def sources_table() -> str:
    """Return a table of the shipped sources: what is asked, how often, what identifies an item, limits, when it was checked."""
    head = "| source | what is asked | how often | identity | known limits | facts of |\n|---|---|---|---|---|---|\n"
    return head + "".join(_row(source) for source in all_sources().values())


def builders_table() -> str:
    """Return the same of the builders."""
    head = "| builder | what is asked | identity | known limits | facts of |\n|---|---|---|---|---|\n"
    return head + "".join(
        f"| `{builder.key}`: {builder.title} | {builder.facts.path} | {builder.facts.identity} | "
        f"{builder.facts.limits} | {builder.facts.seen.isoformat()} |\n"
        for builder in all_builders().values()
    )


def _row(source: AnySource) -> str:
    facts = source.facts
    name = f"[{source.title}]({source.home})<br>`{source.key}`"
    return (
        f"| {name} | {facts.path} | {rhythm_words(source.rhythm)} | {facts.identity} | {facts.limits} | "
        f"{facts.seen.isoformat()} |\n"
    )


def rhythm_words(rhythm: Rhythm | Adaptive) -> str:
    """Return a rhythm as a reader of the documents wants it: when how often, in whose time."""
    zone = _ZONES[rhythm.zone]
    if isinstance(rhythm, Adaptive):
        return (
            f"every {one_unit(rhythm.fastest)} while there is news, down to every {one_unit(rhythm.slowest)}"
        )
    slots: dict[timedelta, list[str]] = {}
    for slot in rhythm.slots:
        slots.setdefault(slot.every, []).append(f"{slot.start:%H:%M}–{slot.end:%H:%M}")
    busy = [f"{', '.join(times)} {zone} every {one_unit(every)}" for every, times in slots.items()]
    days = {"us-federal": "federal business days", "china": "Chinese working days", "every-day": ""}[
        rhythm.days
    ]
    calm = f"{'else ' if busy else ''}every {one_unit(rhythm.otherwise)}"
    off = f"other days every {one_unit(rhythm.off_days)}" if rhythm.days != "every-day" else ""
    return "; ".join(filter(None, [*busy, calm, off])) + (f" ({days})" if days else "")


def settings_of_sources() -> str:
    """Return the tables of every shipped source, each key with its default, commented out."""
    return "\n\n".join("\n".join(_section(source)) for source in all_sources().values())


def settings_of_builders() -> str:
    """Return an example of a source by each builder, commented out as a whole."""
    return "\n\n".join("\n".join(_built(builder)) for builder in all_builders().values())


def _section(source: AnySource) -> Iterator[str]:
    yield f"[sources.{source.key}]"
    yield from _comment(f"{source.title}: {source.facts.path}.")
    yield "# enabled = true"
    yield "# every_minutes = 15"
    yield from _options(source.options)


def _built(builder: AnyBuilder) -> Iterator[str]:
    """Yield an example that is set in, so that it stands apart from the settings that can be switched on line by line."""
    yield from _comment(f"{builder.title}: {builder.facts.path}.")
    yield f"#   [sources.my-{builder.key}]"
    yield f'#   builder = "{builder.key}"'
    for line in _options(builder.options):
        is_setting = re.match(r"# \w+ = ", line)
        yield f"#   {line.removeprefix('# ')}" if is_setting else f"#   {line}".rstrip()


def _options(options: type[Any]) -> Iterator[str]:
    said = _said(options)
    told = ""
    for field in sorted(fields(options), key=_is_required, reverse=True):
        text = said[field.name]
        if text != told:
            yield ""
            yield from _comment(
                text[0].upper() + text[1:] + (" Must be given." if _is_required(field) else "")
            )
        told = text
        yield f"# {field.name} = {_example(field)}"


def _said(options: type[Any]) -> dict[str, str]:
    """Return what the docstrings of an options class, and of those it builds on, say of each option."""
    said: dict[str, str] = {}
    for each in reversed(options.__mro__):
        for found in _SAID.finditer(" ".join((each.__doc__ or "").split())):
            text = re.sub(r" Source: facts gathered.*", "", found["text"]).strip()
            said |= dict.fromkeys(found["names"].split("`, `"), text)
    return said


def _is_required(field: Field[Any]) -> bool:
    return field.default is MISSING


def _example(field: Field[Any]) -> str:
    if _is_required(field):
        return json.dumps(_EXAMPLES[field.name])
    return '"…"' if field.default is None else _toml(field.default)


def _toml(value: Any) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    return json.dumps(value, ensure_ascii=False)


def _comment(text: str) -> Iterator[str]:
    return (f"# {line}" for line in textwrap.wrap(text, WIDTH - 2, break_on_hyphens=False))


PARTS = {
    "docs/sources.md": {"sources": sources_table, "builders": builders_table},
    "config.example.toml": {"sources": settings_of_sources, "builders": settings_of_builders},
    "docs/delivery.md": {"states": states_table},
    "README.md": {"slack": lambda: GUIDES["slack"], "telegram": lambda: GUIDES["telegram"]},
}
"""What is written where: the name of a part stands in the document's own marks, `written: NAME` and `end: NAME`."""


def written(document: str) -> str:
    """Return a document with its parts written anew."""
    text = (ROOT / document).read_text(encoding="utf-8")
    for name, part in PARTS[document].items():
        place = re.compile(rf"(written: {name}\b[^\n]*\n).*?(\n[^\n]*end: {name}\b)", re.DOTALL)
        said = part().strip()
        text, found = place.subn(lambda marks, said=said: f"{marks[1]}\n{said}\n{marks[2]}", text)
        assert found == 1, f"{document} has no place for {name}"
    return text
