"""What commands share: reading the configuration, opening the store to look, deciding whether to print bold."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

import click

from bot.cli.root import CONFIG_EXIT, Failed, is_styled

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.core.query import Query
    from bot.core.topic_value import Topic
    from bot.store.database import Database

Command = TypeVar("Command", bound=Callable[..., Any])


def config_option(command: Command) -> Command:
    """Add `--config FILE`."""
    option = click.option(
        "--config",
        "config_path",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help="The configuration to use. Otherwise $TRADEWIRE_CONFIG, otherwise ./config.toml.",
    )
    return option(command)


def json_option(command: Command) -> Command:
    """Add `--json`."""
    return click.option(
        "--json", "as_json", is_flag=True, help="Print JSON, one object per line, and nothing else."
    )(command)


def read_settings(config_path: Path | None) -> "Settings":
    """Return the settings, or fail with every problem of the configuration listed, exit code 78."""
    from bot.config import format_config_error, load
    from bot.errors import ConfigError

    try:
        return load(config_path)
    except ConfigError as error:
        raise Failed(format_config_error(error), exit_code=CONFIG_EXIT) from None


@contextmanager
def named_errors() -> Iterator[None]:
    """Turn what the store, a topic file or the configuration's own channels report into an error line with what to do."""
    from bot.core.topic import TopicError
    from bot.errors import ConfigError, StoreError

    try:
        yield
    except StoreError as error:
        raise Failed(str(error), try_=error.try_) from None
    except TopicError as error:
        raise Failed(str(error), exit_code=CONFIG_EXIT) from None
    except ConfigError as error:
        from bot.config import format_config_error

        raise Failed(format_config_error(error), exit_code=CONFIG_EXIT) from None


@contextmanager
def looking_into_store(settings: "Settings") -> Iterator["Database"]:
    """Give the store for reading. One that does not exist yet is an error that says what to do."""
    with named_errors(), open_store(settings) as database:
        yield database


@contextmanager
def open_store(settings: "Settings") -> Iterator["Database"]:
    """Give the store that is there. Raises StoreError; StoreMissing where there is none yet."""
    from bot.store.database import Database

    database = Database.open(settings.store.url.get_secret_value(), create=False)
    try:
        yield database
    finally:
        database.close()


def log_only_errors() -> None:
    """Keep the log out of a command's output: what went wrong is in its report. Defects still show, on stderr."""
    from bot import logs

    logs.configure("error")


def load_topics(config_path: Path | None) -> "tuple[Topic, ...]":
    """Return the topics in force: the shipped ones, and the operator's where a configuration is at hand."""
    from bot.topics import load

    directory = read_settings(config_path).topics.directory if has_config(config_path) else None
    with named_errors():
        return load(directory)


def read_query(words: str) -> "Query":
    """Return the query. Raises Failed with the place of what cannot be read, and what to write instead."""
    from bot.core.query import QueryError, read

    try:
        return read(words)
    except QueryError as error:
        said = f"position {error.position} of the query cannot be read: {error.problem}\n{error.shown}"
        raise Failed(said, try_=error.advice, exit_code=2) from None


def topic_named(key: str, config_path: Path | None, *, try_: str) -> "Topic":
    """Return the topic in force with this key. Raises Failed, with `try_` and the nearest key as what to do."""
    import difflib

    topics = {topic.key: topic for topic in load_topics(config_path)}
    if key not in topics:
        close = difflib.get_close_matches(key, topics, n=1, cutoff=0.4)
        raise Failed(f'there is no topic "{key}"', try_=f"{try_} {close[0]}" if close else "tradewire topics")
    return topics[key]


def has_config(config_path: Path | None) -> bool:
    """Tell whether a configuration was named or lies where it is looked for."""
    return config_path is not None or "TRADEWIRE_CONFIG" in os.environ or Path("config.toml").exists()


def bold_for(stream: TextIO) -> Callable[[str], str]:
    """Return how to emphasise on `stream`: bold on a terminal that shows it, nothing elsewhere."""
    if not is_styled(stream):
        return str
    return lambda text: click.style(text, bold=True)


def show(line: str = "", *, file: TextIO | None = None) -> None:
    """Print one line to stdout (or `file`) without anything that a terminal would obey: most of what is shown is from outside."""
    from bot.render.words import without_controls

    click.echo(without_controls(line), file=file)


def say(text: str = "") -> None:
    """Print a note for people, to stderr."""
    click.echo(text, err=True)


def invoked_as() -> str:
    """Return the program as a person can type it here: the name where it is on the path, else the way it was called."""
    import shutil

    called = sys.argv[0]
    if Path(called).name != "tradewire" or shutil.which("tradewire"):
        return "tradewire"
    return os.path.relpath(called) if not os.path.relpath(called).startswith("..") else called
