"""Where configured values come from: the file, environment variables, secret files. It knows spelling, never meaning.

No error from here may hold a value, nor hang on to a library's error that does.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    NestedSecretsSettingsSource,
    PydanticBaseSettingsSource,
    SettingsError,
)

from bot.config_problems import did_you_mean
from bot.errors import ConfigError, ConfigProblem
from watchers.registry import all_sources

PREFIX = "TRADEWIRE_"
NESTED = "__"

SettingsT = TypeVar("SettingsT", bound=BaseSettings)


def field_name(key: str) -> str:
    """Return a source's key as variables and fields spell it, for neither can hold a dash."""
    return key.replace("-", "_")


def reading(
    settings: type[SettingsT],
    *,
    table: dict[str, Any],
    directories: Sequence[Path],
    noted: list[ConfigProblem],
    built: Sequence[str] = (),
) -> type[SettingsT]:
    """Return `settings` as a class that reads the environment, then secret files, then `table`: the library's way in.

    What cannot be decoded is added to `noted` while an instance is made, and read as absent. `built` are the keys of the
    sources that the operator made: variables may set their options too.
    """
    keys = {field_name(key): key for key in (*all_sources(), *built)}

    class Read(settings):  # type: ignore[valid-type, misc]  # a class made on the spot, of whichever settings
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,  # noqa: ARG003 -- named by the library; ours replaces it
            dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 -- there is no .env file
            file_secret_settings: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return (
                init_settings,
                _Environment(settings_cls, noted, keys),
                _SecretFiles(file_secret_settings, directories, noted, keys),
                _Table(settings_cls, table),
            )

    return Read


def read_file(file: Path) -> dict[str, Any]:
    """Return the file's tables. Raises ConfigError."""
    problem: ConfigProblem | None = None
    try:
        return tomllib.loads(file.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        problem = ConfigProblem(place="", message="there is no such file", try_="tradewire init")
    except UnicodeDecodeError as error:
        problem = ConfigProblem(place=f"byte {error.start + 1}", message="the file is not UTF-8 text")
    except OSError as error:
        problem = ConfigProblem(place="", message=f"cannot be read: {error.strerror}")
    except tomllib.TOMLDecodeError as error:
        said = re.fullmatch(
            r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", str(error), re.DOTALL
        )
        what, line, column = said.groups() if said else (str(error), None, None)
        place = f"line {line}, column {column}" if line else "at its end"
        problem = ConfigProblem(place=place, message=f"is not TOML: {what[:1].lower() + what[1:]}")
    raise ConfigError(str(file), [problem])


class _Table(PydanticBaseSettingsSource):
    """Tables as they were read."""

    def __init__(self, settings_cls: type[BaseSettings], table: dict[str, Any]) -> None:
        super().__init__(settings_cls)
        self._table = table

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:  # noqa: ARG002
        return None, field_name, False  # only sources that go field by field are asked

    def __call__(self) -> dict[str, Any]:
        return self._table


class _ByName(EnvSettingsSource):
    """Values whose names are spelled `fetch__deadline_seconds`. What cannot be decoded is noted; the rest is read."""

    noted: list[ConfigProblem]
    keys: Mapping[str, str]

    def prepare_field_value(
        self, field_name: str, field: FieldInfo, value: Any, value_is_complex: bool
    ) -> Any:
        try:
            return super().prepare_field_value(field_name, field, value, value_is_complex)
        except (ValueError, RecursionError):
            name = f"{self.env_prefix}{field_name}".lower()
        names = sorted(one for one in self.env_vars if one == name or one.startswith(name + NESTED))
        message = f"is not valid JSON (set by {', '.join(map(self._shown, names))})"
        self.noted.append(ConfigProblem(place=f"[{field_name}]", message=message))
        return None

    def __call__(self) -> dict[str, Any]:
        read = super().__call__()
        tables = read.get("sources")
        if isinstance(tables, dict):
            read["sources"] = {self.keys.get(name, name): table for name, table in tables.items()}
        return read

    def _shown(self, name: str) -> str:
        return name.upper()


class _Environment(_ByName):
    """Variables called `TRADEWIRE_FETCH__DEADLINE_SECONDS`.

    Only nested names that lead nowhere are refused: others may come from the platform, which names variables after
    services (`TRADEWIRE_PORT`).
    """

    def __init__(
        self, settings_cls: type[BaseSettings], noted: list[ConfigProblem], keys: Mapping[str, str]
    ) -> None:
        self.noted, self.keys = noted, keys
        super().__init__(settings_cls)
        for name in sorted(self.env_vars):
            known, nested, _ = name.removeprefix(PREFIX.lower()).partition(NESTED)
            if name.startswith(PREFIX.lower()) and nested and known not in settings_cls.model_fields:
                guess = did_you_mean(known, settings_cls.model_fields)
                noted.append(ConfigProblem(place=name.upper(), message=f"is not a setting{guess}"))
            source = nested_name(name)
            if source is not None and source not in keys:
                noted.append(ConfigProblem(place=name.upper(), message="there is no such source in the file"))
                self.env_vars = {one: value for one, value in self.env_vars.items() if one != name}


def nested_name(variable: str) -> str | None:
    """Return the source that a variable sets an option of, as variables spell it; None for any other variable."""
    start = f"{PREFIX}sources{NESTED}".lower()
    if not variable.startswith(start):
        return None
    source, nested, _ = variable.removeprefix(start).partition(NESTED)
    return source if nested else None


class _SecretFiles(_ByName, NestedSecretsSettingsSource):
    """Files called `store__url`. Others in the same directory are somebody else's and stay unread."""

    def __init__(
        self,
        given: PydanticBaseSettingsSource,
        directories: Sequence[Path],
        noted: list[ConfigProblem],
        keys: Mapping[str, str],
    ) -> None:
        self.noted, self.keys = noted, keys
        NestedSecretsSettingsSource.__init__(
            self,
            given,
            secrets_dir=list(directories),
            secrets_dir_missing="ok",
            secrets_prefix="",
            secrets_nested_delimiter=NESTED,
        )

    def _load_env_vars(self) -> Mapping[str, str | None]:
        found: dict[str, str | None] = {}
        for directory in self.secrets_paths:
            for file in self._iter_secret_files(directory):
                ours = file.name.partition(NESTED)[0].lower() in self.settings_cls.model_fields
                if ours and file.parent == directory:
                    found[file.name.lower()] = _read_secret(file)
        return found

    def _shown(self, name: str) -> str:
        return f"the secret file {name}"


def _read_secret(file: Path) -> str:
    reason = "is not UTF-8 text"
    try:
        return file.read_text(encoding="utf-8").strip()
    except OSError as error:
        reason = f"cannot be read: {error.strerror}"
    except UnicodeDecodeError:
        pass
    raise SettingsError(f"the secret file {file} {reason}")
