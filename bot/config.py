"""What the operator decides: one TOML file, `TRADEWIRE_` environment variables and secret files, read into one frozen value.

It must never print a value that could be a secret, read anything after `load`, or be imported where only a constant is
needed: pydantic takes a while to import. Only the wiring and the commands load a configuration.
"""

import json
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from annotated_types import Interval, MaxLen, MinLen
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    create_model,
)
from pydantic_settings import (
    BaseSettings,
    SettingsConfigDict,
    SettingsError,
)

from bot.config_channels import (
    AccessTable,
    OpsTable,
    SlackTable,
    SubscriptionTable,
    TelegramTable,
    WebhookTable,
    severity_of,
    unreachable,
    with_secrets,
)
from bot.config_problems import did_you_mean, problem_of
from bot.config_reading import NESTED, PREFIX, field_name, read_file, reading
from bot.config_sources import CLOSED, SourceSettings, as_configured, built_in, settings_of, tables_of
from bot.core.match import Severity
from bot.core.watch_list import MOST_PARTIES, WatchList, checked_party
from bot.errors import ConfigError, ConfigProblem
from watchers.registry import all_builders, all_sources
from watchers.source import AnyBuilder, AnySource

FILE_VARIABLE = "TRADEWIRE_CONFIG"
DEFAULT_FILE = Path("config.toml")
RUN_SECRETS = Path("/run/secrets")


def checked_contact(value: str) -> str:
    """A contact stands in the User-Agent as a comment, so brackets and anything but plain characters would break it."""
    if not re.fullmatch(r"https?://[^\s/]+\S*|[^\s@]+@[^\s@]+", value):
        raise ValueError("should be an e-mail address or the address of a web page")
    if not re.fullmatch(r"[!#-'*-\[\]-~]{1,200}", value):
        raise ValueError(
            "should be plain ASCII of at most 200 characters, without brackets, quotes and backslashes"
        )
    return value


def _store_url(value: SecretStr) -> SecretStr:
    url = value.get_secret_value()
    scheme, _, rest = url.partition(":")
    if scheme not in ("sqlite", "sqlite+pysqlite"):
        raise ValueError('only SQLite for now, for example "sqlite:///tradewire.sqlite3"')
    if rest in ("//", "///", "///:memory:"):
        raise ValueError('names no file to keep things in, for example "sqlite:///tradewire.sqlite3"')
    if not rest.startswith("///"):
        raise ValueError('a SQLite address has three slashes before its path: "sqlite:///tradewire.sqlite3"')
    return value


def _zone(value: object) -> ZoneInfo:
    if isinstance(value, ZoneInfo):
        return value
    try:
        if isinstance(value, str) and value:
            return ZoneInfo(value)
    except (LookupError, ValueError, OSError):  # OSError: "America" is a directory
        pass
    guess = did_you_mean(value, available_timezones()) if isinstance(value, str) else ""
    raise ValueError(f'should be the name of a time zone, for example "America/New_York"{guess}')


def _host(value: str) -> str:
    if re.search(r"[\s/@\[\]?#]", value) or re.fullmatch(r"[^:]*:\d*", value) or not value:
        raise ValueError('should be a host name or an IP address alone, for example "feeds.internal"')
    return value


class StoreTable(BaseModel):
    """Where everything is kept. After `load` a path in `url` is absolute."""

    model_config = CLOSED
    url: Annotated[SecretStr, AfterValidator(_store_url)] = SecretStr("sqlite:///tradewire.sqlite3")


class ConsoleTable(BaseModel):
    """The console channel."""

    model_config = CLOSED
    enabled: bool = True
    topics: Annotated[tuple[str, ...], MinLen(1)] = ("*",)
    min_severity: Annotated[Severity, BeforeValidator(severity_of)] = Severity.INFO
    zone: Annotated[ZoneInfo, BeforeValidator(_zone)] = ZoneInfo("America/New_York")


class TopicsTable(BaseModel):
    """Topics of one's own, besides the shipped ones. After `load` the directory is absolute and exists."""

    model_config = CLOSED
    directory: Path | None = None


class WatchListTable(BaseModel):
    """Parties that make any match that names them louder."""

    model_config = CLOSED
    parties: Annotated[tuple[Annotated[str, AfterValidator(checked_party)], ...], MaxLen(MOST_PARTIES)] = ()
    severity: Annotated[Severity, BeforeValidator(severity_of)] = Severity.URGENT

    @property
    def value(self) -> WatchList:
        """Return the list as topics take it."""
        return WatchList(parties=self.parties, severity=self.severity)


class FetchTable(BaseModel):
    """How pages are read."""

    model_config = CLOSED
    deadline_seconds: Annotated[float, Interval(ge=1, le=300)] = 30
    max_wire_bytes: Annotated[int, Interval(ge=100_000, le=100_000_000)] = 5_000_000
    allow_private_hosts: tuple[Annotated[str, AfterValidator(_host)], ...] = ()


class LogTable(BaseModel):
    """What is logged, and how."""

    model_config = CLOSED
    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["text", "json"] = "text"


if TYPE_CHECKING:

    class SourceTables(BaseModel):
        """One table per source, by `field_name` of its key."""

else:
    SourceTables = tables_of(all_sources(), {})


class Settings(BaseSettings):
    """Everything the operator decided. `load` makes one; a test may make one from keyword arguments."""

    model_config = SettingsConfigDict(
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        env_prefix=PREFIX,
        env_nested_delimiter=NESTED,
    )

    contact: Annotated[str, AfterValidator(checked_contact)]
    console: ConsoleTable = ConsoleTable()
    slack: SlackTable | None = None
    telegram: TelegramTable | None = None
    webhooks: dict[Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")], WebhookTable] = Field(
        default_factory=dict
    )
    subscriptions: tuple[SubscriptionTable, ...] = ()
    access: AccessTable = AccessTable()
    ops: OpsTable = OpsTable()
    topics: TopicsTable = TopicsTable()
    watch_list: WatchListTable = WatchListTable()
    sources: SourceTables = SourceTables()
    store: StoreTable = StoreTable()
    fetch: FetchTable = FetchTable()
    log: LogTable = LogTable()

    def watched(self) -> dict[str, tuple[AnySource, SourceSettings]]:
        """Return every source by key, shipped or built, switched on or off, and how it is watched.

        Raises ConfigError for options of a builder that cannot be meant.
        """
        found: dict[str, tuple[AnySource, SourceSettings]] = {}
        problems: list[ConfigProblem] = []
        for key, source in all_sources().items():
            settings = settings_of(getattr(self.sources, field_name(key)), source.options)
            found[key] = (as_configured(source, settings), settings)
        for key, builder in self.built().items():
            settings = settings_of(getattr(self.sources, field_name(key)), builder.options)
            try:
                found[key] = (builder.make(key, settings.options), settings)
            except ValueError as error:
                problems.append(ConfigProblem(place=f"[sources.{key}]", message=str(error)))
        if problems:
            raise ConfigError("the configuration", problems)
        return found

    def source(self, key: str) -> SourceSettings:
        """Return how the source `key` is watched. Raises KeyError where there is none."""
        return self.watched()[key][1]

    def built(self) -> dict[str, AnyBuilder]:
        """Return the builders of the operator's own sources, by the source's key."""
        named = {
            info.alias or name: getattr(getattr(self.sources, name), "builder", None)
            for name, info in type(self.sources).model_fields.items()
        }
        return {key: all_builders()[builder] for key, builder in named.items() if builder}


def load(path: Path | None = None, *, secret_directories: Sequence[Path] | None = None) -> Settings:
    """Return the settings in `path` (default: $TRADEWIRE_CONFIG, else ./config.toml), the environment and secret files.

    The environment goes before secret files, they before the file. `secret_directories`, the later one first, default to
    $CREDENTIALS_DIRECTORY and /run/secrets. Raises ConfigError with everything that is wrong.
    """
    file = path or Path(os.environ.get(FILE_VARIABLE) or DEFAULT_FILE)
    problems: list[ConfigProblem] = []
    table = read_file(file)
    built = built_in(table, problems)
    if secret_directories is None:
        credentials = os.environ.get("CREDENTIALS_DIRECTORY")
        secret_directories = [RUN_SECRETS, *([Path(credentials)] if credentials else [])]
    wanted = with_sources(built) if built else Settings
    reader = reading(wanted, table=table, directories=secret_directories, noted=problems, built=tuple(built))
    settings: Settings | None = None
    try:
        settings = reader()  # type: ignore[call-arg]  # the values come from its sources
    except ValidationError as error:
        told = error.errors(include_url=False, include_context=False)
        problems += [problem_of(one, wanted, prefix=PREFIX) for one in told]
    except SettingsError as error:  # the secret directories; it names a directory and never holds a value
        problems.append(ConfigProblem(place="", message=str(error)))
    # Raised out here, so that no library error, which may carry the value, hangs on to ours.
    if settings is None or problems:
        raise ConfigError(str(file), problems)
    settled = _settle(settings, wanted, file)
    try:
        settled.watched()
    except ConfigError as error:
        raise ConfigError(str(file), error.problems) from None
    return settled


def with_sources(built: Mapping[str, AnyBuilder]) -> type[Settings]:
    """Return settings that have a table for each of these sources too, by key."""
    tables = tables_of(all_sources(), built)
    made: type[Settings] = create_model(
        "Settings", __base__=Settings, sources=(tables, Field(default_factory=tables))
    )
    return made


def _settle(read: Settings, wanted: type[Settings], file: Path) -> Settings:
    """Return plain Settings whose paths no longer depend on where the process stands. Raises ConfigError."""
    base = file.absolute().parent
    store = read.store.model_copy(update={"url": SecretStr(_absolute_url(read.store.url, base))})
    topics = read.topics
    if topics.directory is not None:
        topics = topics.model_copy(update={"directory": base / topics.directory.expanduser()})
        if not (topics.directory and topics.directory.is_dir()):
            problem = ConfigProblem(
                place="[topics] directory", message=f"is not a directory: {topics.directory}"
            )
            raise ConfigError(str(file), [problem])
    values = {name: getattr(read, name) for name in Settings.model_fields} | _reachable(read, file)
    return wanted.model_construct(**{**values, "store": store, "topics": topics})


def _reachable(read: Settings, file: Path) -> dict[str, object]:
    """Return the tables of the platforms with their secrets. Raises ConfigError for what is missing, all of it at once."""
    problems: list[ConfigProblem] = []
    hooks = {f"webhooks.{name}": table for name, table in read.webhooks.items()}
    chats = {name: table for name in ("slack", "telegram") if (table := getattr(read, name)) is not None}
    tables = with_secrets(chats | hooks, file.absolute().parent, problems)
    problems += unreachable(read.subscriptions, read.ops, chats.keys(), read.webhooks.keys())
    if problems:
        raise ConfigError(str(file), problems)
    return {
        **{name: tables[name] for name in chats},
        "webhooks": {name: tables[f"webhooks.{name}"] for name in read.webhooks},
    }


def _absolute_url(secret: SecretStr, base: Path) -> str:
    url = secret.get_secret_value()
    scheme, slashes, rest = url.partition(":///")
    path, mark, query = rest.partition("?")
    if not slashes or not path or path == ":memory:" or path.startswith("file:"):
        return url
    return f"{scheme}:///{base / path}{mark}{query}"


def format_config_error(error: ConfigError) -> str:
    """Return the error as it is printed: what and where, one line per problem, then what to do. No final line break."""
    places = [one.place for one in error.problems if one.place]
    width = max((len(place) for place in places), default=0)
    if len(error.problems) == 1 and not places:
        lines = [f"error: {error.file}: {error.problems[0].message}"]
    else:
        count = f"{len(error.problems)} problem{'s' if len(error.problems) > 1 else ''}"
        lines = [f"error: {error.file}: {count}"]
        lines += [f"  {one.place:<{width}}   {one.message}" for one in error.problems]
    lines += [f"  try: {advice}" for advice in dict.fromkeys(one.try_ for one in error.problems) if advice]
    return "\n".join(lines)


def starter_config(contact: str) -> str:
    """Return the text of a first configuration: official sources to the console. It loads as it stands."""
    return f"""\
# Tradewire. Every setting, with its default, stands in config.example.toml.
# The sites that are read see this contact in each request, and write to it before they block you.
contact = {json.dumps(contact)}

[console]
min_severity = "info"       # info, notice or urgent
zone = "America/New_York"   # the time zone of what is printed
"""
