"""Which sources exist: every module in `watchers.sources` that exports `SOURCE`. There is no list to keep."""

import importlib
import pkgutil
from functools import cache

import watchers.sources
from watchers.source import AnySource


@cache
def all_sources() -> dict[str, AnySource]:
    """Return every source by key, in order of key."""
    modules = (
        importlib.import_module(found.name)
        for found in pkgutil.iter_modules(watchers.sources.__path__, "watchers.sources.")
    )
    sources: list[AnySource] = [module.SOURCE for module in modules if hasattr(module, "SOURCE")]
    return {source.key: source for source in sorted(sources, key=lambda source: source.key)}
