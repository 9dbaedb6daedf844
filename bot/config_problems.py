"""What pydantic says about a configuration, in plain words and in the spelling of the file. It never repeats a value."""

import difflib
import json
import os
import re
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from bot.errors import ConfigProblem

Loc = tuple[int | str, ...]

_PLAIN = {
    "missing": "missing",
    "int_parsing": "should be a whole number",
    "int_type": "should be a whole number",
    "int_from_float": "should be a whole number",
    "int_parsing_size": "should be a whole number",
    "float_parsing": "should be a number",
    "float_type": "should be a number",
    "string_type": "should be text in quotes",
    "path_type": "should be text in quotes",
    "bool_parsing": "should be true or false",
    "bool_type": "should be true or false",
    "tuple_type": 'should be a list, for example ["a", "b"]',
    "too_short": "should not be an empty list",
    "model_type": "should be a table of settings",
    "model_attributes_type": "should be a table of settings",
}
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


def problem_of(error: ErrorDetails, settings: type[BaseModel], *, prefix: str) -> ConfigProblem:
    """Return what is to be changed. `prefix` is that of environment variables: one that set the value is named."""
    loc = error["loc"]
    is_table = error["type"] == "extra_forbidden" and isinstance(error["input"], dict)
    message, try_ = _message(error, settings)
    variable = _variable(loc, prefix)
    if variable and error["type"] != "missing":
        message += f" (set by {variable})"
    return ConfigProblem(place=_place(loc, is_table=is_table), message=message, try_=try_)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return `. Did you mean "…"?` for the nearest of the known words, or nothing."""
    near = difflib.get_close_matches(word.lower(), {one.lower(): one for one in known}, n=1)
    spelled = {one.lower(): one for one in known}
    return f'. Did you mean "{spelled[near[0]]}"?' if near else ""


def _message(error: ErrorDetails, settings: type[BaseModel]) -> tuple[str, str]:
    loc, kind = error["loc"], error["type"]
    if kind == "extra_forbidden":
        return _unknown(loc, settings)
    if kind == "missing" and loc == ("contact",):
        example = 'contact = "you@example.org" in the first line, so that the sites you read can reach you'
        return _PLAIN[kind], example
    if kind == "value_error":
        return error["msg"].removeprefix("Value error, "), ""
    said = re.sub(r"^Input should", "should", error["msg"])
    said = said.replace("greater than or equal to", "at least").replace("less than or equal to", "at most")
    return _PLAIN.get(kind, said), ""


def _unknown(loc: Loc, settings: type[BaseModel]) -> tuple[str, str]:
    *path, last = (str(part) for part in loc)
    siblings = _fields(settings, path)
    if path == ["sources"]:
        guess = did_you_mean(last, siblings)
        return (
            f"is not a source{guess}",
            'tradewire sources, or make it one with builder = "feed" (docs/sources.md)',
        )
    guess = did_you_mean(last, siblings)
    if path and not guess and last in _fields(settings, []):
        home = "the top of the file, above the first [table]"
        return f"is not a setting here, it belongs at {home}", ""
    tables = [name for name in _fields(settings, []) if last in _fields(settings, [name])]
    if not guess and tables and path != tables[:1]:
        return f"is not a setting here, it belongs under [{tables[0]}]", ""
    return f"is not a setting here{guess}", ""


def _fields(model: Any, path: list[str]) -> list[str]:
    """Return the keys of the table at `path`, none where there is no such table."""
    for key in path:
        found = [field.annotation for name, field in model.model_fields.items() if key in (name, field.alias)]
        if not found or not isinstance(found[0], type) or not issubclass(found[0], BaseModel):
            return []
        model = found[0]
    return [field.alias or name for name, field in model.model_fields.items()]


def _place(loc: Loc, *, is_table: bool) -> str:
    keys = [part if _BARE_KEY.fullmatch(part) else json.dumps(part) for part in loc if isinstance(part, str)]
    if is_table:
        return f"[{'.'.join(keys)}]"
    *path, last = keys
    entries = "".join(f", entry {part + 1}" for part in loc if isinstance(part, int))
    return (f"[{'.'.join(path)}] " if path else "") + last + entries


def _variable(loc: Loc, prefix: str) -> str | None:
    names = [str(part).replace("-", "_").upper() for part in loc]
    spelled = {name.upper().replace("-", "_") for name in os.environ}
    candidates = (prefix + "__".join(names[:length]) for length in range(len(names), 0, -1))
    return next((name for name in candidates if name in spelled), None)
