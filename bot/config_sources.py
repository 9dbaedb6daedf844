"""The tables of sources in the configuration: the shipped ones', and those of sources that the operator makes by a builder."""

import json
import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, replace
from datetime import timedelta
from typing import Annotated, Any, get_type_hints
from urllib.parse import urlsplit

from annotated_types import Interval
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, create_model

from bot.config_problems import did_you_mean
from bot.config_reading import field_name
from bot.errors import ConfigProblem
from watchers.registry import all_builders, all_sources
from watchers.secret import Secret
from watchers.source import AnyBuilder, AnySource, Css

CLOSED = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, protected_namespaces=())


def _web_address(value: str) -> str:
    try:
        parts = urlsplit(value)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        raise ValueError("should be an http or https address") from None
    if not usable:
        raise ValueError("should be an http or https address")
    if "@" in parts.netloc:
        raise ValueError("may not carry a user name or password")
    return value


class SourceTable(BaseModel):
    """What every source has; its own options stand beside these."""

    model_config = CLOSED
    enabled: bool = True
    every_minutes: Annotated[int, Interval(ge=1, le=10_080)] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSettings:
    """How one source is watched. `every` is None where the source's own rhythm holds; `options` is its `Options`."""

    enabled: bool = True
    every: timedelta | None = None
    options: Any = None


def _table_of(key: str, options_type: type[Any]) -> Any:
    """Return the table of one source: what every source has, and its own options. A Secret is read as the library's own."""
    hints = get_type_hints(options_type, include_extras=True)
    options: dict[str, Any] = {}
    for field in fields(options_type):
        hint = _checked(hints[field.name])
        if field.name == "url" or field.name.endswith("_url"):
            hint = Annotated[hint, AfterValidator(_web_address)]
        if hint == Secret | None:
            hint = SecretStr | None
        required = field.default is MISSING
        options[field.name] = (hint, Field() if required else Field(default=field.default))
    return create_model(f"{key} table", __base__=SourceTable, **options)


def _checked(hint: Any) -> Any:
    """Return a type whose CSS selectors are looked at when they are set."""
    if hint == Css:
        return Annotated[str, AfterValidator(_css)]
    if hint == tuple[Css, ...]:
        return tuple[Annotated[str, AfterValidator(_css)], ...]
    return hint


def _css(value: str) -> str:
    from watchers.markup import check_selector  # loads the parser: only where a selector is set

    if value:
        check_selector(value)
    return value


def tables_of(sources: Mapping[str, AnySource], built: Mapping[str, AnyBuilder]) -> Any:
    """Return the model of `[sources]`: a table for each shipped source, and for each that the operator makes by a builder."""
    columns: dict[str, Any] = {}
    for key, source in sources.items():
        table = _table_of(key, source.options)
        columns[field_name(key)] = (table, Field(default_factory=table, alias=key))
    for key, builder in built.items():
        table = create_model(f"{key} table", __base__=_table_of(key, builder.options), builder=(str, ...))
        columns[field_name(key)] = (table, Field(alias=key))
    return create_model("SourceTables", __config__=CLOSED, **columns)


def settings_of(table: SourceTable, options_type: type[Any]) -> SourceSettings:
    values = {field.name: getattr(table, field.name) for field in fields(options_type)}
    options = {
        name: Secret(value.get_secret_value()) if isinstance(value, SecretStr) else value
        for name, value in values.items()
    }
    every = None if table.every_minutes is None else timedelta(minutes=table.every_minutes)
    return SourceSettings(enabled=table.enabled, every=every, options=options_type(**options))


def as_configured(source: AnySource, settings: SourceSettings) -> AnySource:
    """Return the source as it is with these settings: one that was opened is not expected to refuse."""
    if source.opened_by is None or getattr(settings.options, source.opened_by) is None:
        return source
    return replace(source, expects_refusal=False)


def built_in(table: dict[str, Any], problems: list[ConfigProblem]) -> dict[str, AnyBuilder]:
    """Return the builders that the file's own sources name, by key; what cannot be one is noted and left out of the file."""
    sources = table.get("sources")
    if not isinstance(sources, dict):
        return {}
    found: dict[str, AnyBuilder] = {}
    for key, options in list(sources.items()):
        if not isinstance(options, dict) or "builder" not in options:
            continue
        problem = _why_not_built(key, options["builder"])
        if problem is None:
            found[key] = all_builders()[options["builder"]]
        else:
            shown = key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else json.dumps(key)
            problems.append(ConfigProblem(place=f"[sources.{shown}] builder", message=problem))
            del sources[key]
    return found


def _why_not_built(key: str, builder: object) -> str | None:
    if key in all_sources():
        return "is for sources of your own; this one is shipped, so give yours another name"
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", key):
        return 'the name of a source is lower-case letters, digits and single dashes, for example "my-feed"'
    if hasattr(BaseModel, field_name(key)):
        return "is for sources of your own, and this name means something else here: give it another"
    if not isinstance(builder, str) or builder not in all_builders():
        guess = did_you_mean(builder, all_builders()) if isinstance(builder, str) else ""
        return f"should be one of {', '.join(all_builders())}{guess}"
    return None
