"""Names that a shell completes: topics and sources. Read from the names of files, so that pressing a key stays instant."""

import os
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

_ROOT = Path(__file__).parents[2]


def topics(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Return the keys of topics that begin so, the operator's own among them."""
    shipped = [path.stem for path in (_ROOT / "bot" / "topics").glob("*.toml")]
    file, table = _configuration(ctx)
    directory = _table(table, "topics").get("directory")
    own = (file.parent / str(directory)).glob("*.toml") if directory else ()
    return _fitting([*shipped, *(key for path in own for key in _read(path))], incomplete)


def sources(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Return the keys of sources that begin so, the operator's own among them."""
    modules = (_ROOT / "watchers" / "sources").glob("[a-z]*.py")
    shipped = [path.stem.replace("_", "-") for path in modules]
    _, table = _configuration(ctx)
    return _fitting([*shipped, *_table(table, "sources")], incomplete)


def _fitting(names: Iterable[str], incomplete: str) -> list[str]:
    return sorted({name for name in names if name.startswith(incomplete)})


def _configuration(ctx: click.Context) -> tuple[Path, dict[str, Any]]:
    named = ctx.params.get("config_path") or os.environ.get("TRADEWIRE_CONFIG") or "config.toml"
    return Path(named), _read(Path(named))


def _read(path: Path) -> dict[str, Any]:
    """Return what a TOML file holds; nothing for one that cannot be read: whoever completes a word is told so soon enough."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _table(table: dict[str, Any], name: str) -> dict[str, Any]:
    found = table.get(name)
    return found if isinstance(found, dict) else {}
