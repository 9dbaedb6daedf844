"""Which sources exist, and which builders: every module that exports `SOURCE` or `BUILDER`. There is no list to keep."""

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from types import ModuleType
from typing import Any

import watchers.builders
import watchers.sources
from watchers.source import AnyBuilder, AnySource


@cache
def all_sources() -> dict[str, AnySource]:
    """Return every shipped source by key, in order of key."""
    found: list[AnySource] = list(_exported(watchers.sources, "SOURCE"))
    return {source.key: source for source in sorted(found, key=lambda source: source.key)}


@cache
def all_builders() -> dict[str, AnyBuilder]:
    """Return every builder by key, in order of key."""
    found: list[AnyBuilder] = list(_exported(watchers.builders, "BUILDER"))
    return {builder.key: builder for builder in sorted(found, key=lambda builder: builder.key)}


def _exported(package: ModuleType, name: str) -> Iterator[Any]:
    for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        module = importlib.import_module(found.name)
        if hasattr(module, name):
            yield getattr(module, name)
