"""What the operator writes is read as meant, or refused with the place, the reason and no secret in it."""

import io
import logging
import tomllib
from dataclasses import fields
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pydantic import BaseModel

from bot import logs
from bot.config import Settings, format_config_error, load, starter_config
from bot.config_sources import SourceTable
from bot.core.match import Severity
from bot.errors import ConfigError
from watchers.registry import all_sources

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "config.example.toml"
BAD = Path(__file__).parent / "bad_config"
SECRET = "xoxb-7788-recognisable-secret"  # noqa: S105 -- the point of the tests below
MINIMAL = 'contact = "ops@example.org"\n'


@pytest.fixture
def write(tmp_path: Path):
    def _write(text: str = "", *, name: str = "config.toml") -> Path:
        path = tmp_path / name
        path.write_text(MINIMAL + text, encoding="utf-8")
        return path

    return _write


def refusal(path: Path) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        load(path, secret_directories=[])
    return caught.value


# -- bad files


@pytest.mark.parametrize("path", sorted(BAD.glob("*.toml")), ids=lambda path: path.stem)
def test_a_bad_file_is_refused_with_the_expected_words(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(BAD)
    told = format_config_error(refusal(Path(path.name))) + "\n"
    expected = path.with_suffix(".txt")
    if not expected.exists():
        expected.write_text(told, encoding="utf-8")
        pytest.fail(f"wrote {expected.name}: review it")
    assert told == expected.read_text(encoding="utf-8")
    assert "not-to-be-repeated" not in told


def test_no_expected_message_is_left_without_its_bad_file() -> None:
    assert {path.stem for path in BAD.glob("*.txt")} == {path.stem for path in BAD.glob("*.toml")}


def test_a_missing_file_says_how_to_make_one(tmp_path: Path) -> None:
    error = refusal(tmp_path / "config.toml")
    told = format_config_error(error)
    assert told == f"error: {tmp_path}/config.toml: there is no such file\n  try: tradewire init"


def test_a_directory_in_the_place_of_the_file_is_refused(tmp_path: Path) -> None:
    assert "cannot be read" in str(refusal(tmp_path))


def test_all_problems_of_file_and_environment_are_told_at_once(
    write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRADEWIRE_STORE", "{not json")
    monkeypatch.setenv("TRADEWIRE_LOG__FORMAT", "xml")
    monkeypatch.setenv("TRADEWIRE_FETHC__DEADLINE_SECONDS", "5")
    monkeypatch.setenv("TRADEWIRE_SOURCES__FEDERAL_REGISTER__AGENCIES", "bis")
    error = refusal(write('[console]\nzone = "Nowhere/At_All"\n[fetch]\nretries = 3\n'))
    assert [(one.place, one.message) for one in error.problems] == [
        ("TRADEWIRE_FETHC__DEADLINE_SECONDS", 'is not a setting. Did you mean "fetch"?'),
        ("[sources]", "is not valid JSON (set by TRADEWIRE_SOURCES__FEDERAL_REGISTER__AGENCIES)"),
        ("[store]", "is not valid JSON (set by TRADEWIRE_STORE)"),
        ("[console] zone", 'should be the name of a time zone, for example "America/New_York"'),
        ("[fetch] retries", "is not a setting here"),
        ("[log] format", "should be 'text' or 'json' (set by TRADEWIRE_LOG__FORMAT)"),
    ]


# -- secrets


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        (f'[store]\nurl = ["{SECRET}"]\n', {}),
        (f'[store]\nurl = {{ password = "{SECRET}" }}\n', {}),
        (f'[store]\nurl = "postgresql://u:{SECRET}@db/x"\n', {}),
        (f'[store]\nurl = "sqlite://{SECRET}"\n', {}),
        (f'[store]\npassword = "{SECRET}"\n', {}),
        (f'[slack]\nbot_token = "{SECRET}"\n', {}),
        (f'[console]\nzone = "{SECRET}"\ntopics = "{SECRET}"\nmin_severity = "{SECRET}"\n', {}),
        (f'[fetch]\ndeadline_seconds = "{SECRET}"\nallow_private_hosts = ["https://{SECRET}/"]\n', {}),
        (f'[sources.federal-register]\nbase_url = "https://me:{SECRET}@host/"\nper_page = "{SECRET}"\n', {}),
        (f'[store]\nurl = "{SECRET}\n', {}),
        ("", {"TRADEWIRE_STORE": f'{{"url": "{SECRET}"'}),
        ("", {"TRADEWIRE_STORE": SECRET}),
        ("", {"TRADEWIRE_STORE": f'["{SECRET}"]'}),
        ("", {"TRADEWIRE_STORE__URL": SECRET}),
        ("", {"TRADEWIRE_STORE__URL__PASSWORD": SECRET}),
        ("", {"TRADEWIRE_CONTACT": f"{SECRET} "}),
        ("", {"TRADEWIRE_SLACK__BOT_TOKEN": SECRET}),
        ("", {"TRADEWIRE_SOURCES": f'{{"{{{SECRET}"'}),
    ],
)
def test_a_refused_secret_is_repeated_nowhere(
    write, logging_restored: None, monkeypatch: pytest.MonkeyPatch, text: str, variables: dict[str, str]
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    error = refusal(write(text))
    stream = io.StringIO()
    logs.configure("debug", "json", stream)
    logging.getLogger("tradewire").error("refused", exc_info=error)
    assert error.problems
    for told in (str(error), repr(error), format_config_error(error), stream.getvalue()):
        assert SECRET not in told
    assert error.__cause__ is None
    assert error.__context__ is None


def test_an_accepted_secret_does_not_show_in_the_settings(write) -> None:
    settings = load(write(f'[store]\nurl = "sqlite:////tmp/{SECRET}.sqlite3"\n'), secret_directories=[])
    assert settings.store.url.get_secret_value() == f"sqlite:////tmp/{SECRET}.sqlite3"
    assert SECRET not in repr(settings) + str(settings) + settings.model_dump_json()


# -- where values come from


def test_the_environment_goes_before_secret_files_and_they_before_the_file(
    write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write('[log]\nlevel = "error"\nformat = "json"\n[fetch]\ndeadline_seconds = 5\n')
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "log__level").write_text("warning\n", encoding="utf-8")
    (secrets / "store__url").write_text("sqlite:////var/x.sqlite3\n", encoding="utf-8")
    (secrets / "fetch__deadline_seconds").write_text("6", encoding="utf-8")
    monkeypatch.setenv("TRADEWIRE_FETCH__DEADLINE_SECONDS", "7")
    settings = load(path, secret_directories=[tmp_path / "absent", secrets])
    assert (settings.log.level, settings.log.format) == ("warning", "json")
    assert settings.fetch.deadline_seconds == 7
    assert settings.store.url.get_secret_value() == "sqlite:////var/x.sqlite3"


def test_systemd_credentials_are_read_from_where_they_are_when_loading(
    write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "contact").write_text("desk@example.org", encoding="utf-8")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert load(write()).contact == "desk@example.org"


def test_other_peoples_secret_files_are_left_unread(write, tmp_path: Path) -> None:
    secrets = tmp_path / "secrets"
    (secrets / "deeper").mkdir(parents=True)
    (secrets / "keytab").write_bytes(b"\xff\xfe\x00")
    (secrets / "deeper" / "contact").write_bytes(b"\xff\xfe\x00")
    assert load(write(), secret_directories=[secrets]).contact == "ops@example.org"


def test_a_secret_file_that_is_no_text_is_refused_by_name(write, tmp_path: Path) -> None:
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "store__url").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="store__url is not UTF-8 text"):
        load(write(), secret_directories=[secrets])


def test_a_source_is_set_from_the_environment_by_json_and_by_name(
    write, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write("[sources.federal-register]\nper_page = 20\nlookback_days = 9\n")
    monkeypatch.setenv("TRADEWIRE_SOURCES", '{"public-inspection": {"enabled": false, "every_minutes": 5}}')
    monkeypatch.setenv("TRADEWIRE_SOURCES__FEDERAL_REGISTER__AGENCIES", '["one", "two"]')
    monkeypatch.setenv("TRADEWIRE_SOURCES__FEDERAL_REGISTER__PER_PAGE", "30")
    settings = load(path, secret_directories=[])
    inspection = settings.source("public-inspection")
    assert (inspection.enabled, inspection.every) == (False, timedelta(minutes=5))
    register = settings.source("federal-register")
    assert (register.enabled, register.every) == (True, None)
    assert (register.options.agencies, register.options.per_page, register.options.lookback_days) == (
        ("one", "two"),
        30,
        9,
    )


def test_a_variable_of_the_platform_is_not_taken_for_a_setting(
    write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRADEWIRE_PORT", "tcp://10.0.0.1:8383")
    assert load(write(), secret_directories=[]).contact == "ops@example.org"


def test_the_file_is_the_one_given_or_named_by_the_environment_or_in_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("given", "named", "config"):
        (tmp_path / f"{name}.toml").write_text(f'contact = "{name}@example.org"', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert load().contact == "config@example.org"
    monkeypatch.setenv("TRADEWIRE_CONFIG", "named.toml")
    assert load().contact == "named@example.org"
    assert load(Path("given.toml")).contact == "given@example.org"


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b"\xef\xbb\xbf" + MINIMAL.replace("\n", "\r\n").encode())
    assert load(path).contact == "ops@example.org"


# -- what comes out


def test_paths_are_relative_to_the_file_and_not_to_where_the_process_stands(
    write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine").mkdir()
    path = write('[store]\nurl = "sqlite:///kept/x.sqlite3?timeout=5"\n[topics]\ndirectory = "mine"\n')
    monkeypatch.chdir("/")
    settings = load(path, secret_directories=[])
    assert settings.store.url.get_secret_value() == f"sqlite:///{tmp_path}/kept/x.sqlite3?timeout=5"
    assert settings.topics.directory == tmp_path / "mine"


def test_a_store_with_an_absolute_path_stays_as_written(write) -> None:
    url = "sqlite:////abs/x.sqlite3"
    settings = load(write(f'[store]\nurl = "{url}"\n'), secret_directories=[])
    assert settings.store.url.get_secret_value() == url


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///", "sqlite:///:memory:"])
def test_a_store_that_would_be_gone_after_the_command_is_refused(write, url: str) -> None:
    with pytest.raises(ConfigError, match=r"\[store\] url names no file"):
        load(write(f'[store]\nurl = "{url}"\n'), secret_directories=[])


def test_defaults_watch_everything_and_print_it() -> None:
    settings = Settings(contact="ops@example.org")
    assert settings.console.enabled
    assert settings.console.topics == ("*",)
    assert settings.console.min_severity is Severity.INFO
    assert settings.console.zone == ZoneInfo("America/New_York")
    assert all(settings.source(key).enabled for key in all_sources())
    assert all(settings.source(key).options == source.options() for key, source in all_sources().items())


def test_settings_come_out_plain_and_frozen(write) -> None:
    settings = load(write('[console]\nmin_severity = "urgent"\n'), secret_directories=[])
    assert type(settings) is Settings
    assert settings.console.min_severity is Severity.URGENT
    with pytest.raises(ValueError, match="frozen"):
        settings.contact = "other@example.org"


@pytest.mark.parametrize(
    "contact", ["ops@example.org", "root@localhost", "https://example.org/bot?who=us", "a'b+c@example.org"]
)
def test_a_contact_is_an_address_of_mail_or_web(contact: str) -> None:
    assert load_text(starter_config(contact)).contact == contact


@pytest.mark.parametrize(
    "contact", ["", "me", "ops@example.org\\r\\nX: y", "café@example.org", "a" * 200 + "@b"]
)
def test_what_cannot_stand_in_a_header_is_no_contact(tmp_path: Path, contact: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(f'contact = "{contact}"', encoding="utf-8")
    assert [one.place for one in refusal(path).problems] == ["contact"]


def load_text(text: str) -> Settings:
    return Settings(**tomllib.loads(text))


def test_the_first_configuration_loads_and_is_short(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(starter_config("ops@example.org"), encoding="utf-8")
    assert load(path, secret_directories=[]) == load_text(starter_config("ops@example.org")).model_copy(
        update={"store": load(path, secret_directories=[]).store}
    )
    assert sum(1 for line in path.read_text().splitlines() if line and not line.startswith("#")) <= 6


def test_no_source_option_hides_a_setting_that_all_sources_have() -> None:
    for source in all_sources().values():
        assert not {field.name for field in fields(source.options)} & {
            *SourceTable.model_fields,
            *dir(BaseModel),
        }
