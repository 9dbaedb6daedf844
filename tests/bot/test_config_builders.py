"""Sources of the operator's own: a table of the configuration is enough to watch a feed, a page or an account."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bot.config import Settings, format_config_error, load
from bot.errors import ConfigError
from tests.fakes import feed_pages
from tests.fakes.plans import plan_of
from watchers.builders import feed, page, x
from watchers.registry import all_sources

SECRET = "not-to-be-repeated-3f9c"  # noqa: S105 -- made up, and the point of some tests below
Write = Callable[[str], Path]

FEED = """
[sources.trade-desk]
builder = "feed"
url = "https://www.agency.example/feed.xml"
official = true
keep = ["gallium"]
every_minutes = 10
"""
PAGE = """
[sources.press-list]
builder = "page"
url = "https://www.agency.example/news/"
title = "Agency press"
row = "ul.news > li"
date_order = "dmy"
full_text = true
body = [".text"]
enabled = false
"""
ACCOUNT = """
[sources.agency-posts]
builder = "x"
username = "agency"
"""


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def _write(text: str) -> Path:
        path = tmp_path / "config.toml"
        path.write_text('contact = "ops@example.org"\n' + text, encoding="utf-8")
        return path

    return _write


def settings_of(path: Path, secrets: Path | None = None) -> Settings:
    return load(path, secret_directories=[secrets] if secrets else [])


def test_a_feed_is_watched_from_the_configuration_alone(write: Write) -> None:
    source, settings = settings_of(write(FEED)).watched()["trade-desk"]
    assert (settings.enabled, settings.every) == (True, timedelta(minutes=10))
    assert settings.options == feed.Options(
        url="https://www.agency.example/feed.xml", official=True, keep=("gallium",)
    )
    plan = plan_of(settings.options)
    assert [request.url for request in source.requests(plan)] == ["https://www.agency.example/feed.xml"]
    body = feed_pages.rss("<item><title>Gallium</title></item><item><title>Zinc</title></item>")
    assert [(item.source, item.title) for item in source.read(feed_pages.page(body), plan).items] == [
        ("trade-desk", "Gallium")
    ]


def test_a_page_is_watched_from_the_configuration_alone(write: Write) -> None:
    source, settings = settings_of(write(PAGE)).watched()["press-list"]
    assert (source.key, source.title, settings.enabled) == ("press-list", "Agency press", False)
    assert isinstance(settings.options, page.Options)
    assert (settings.options.row, settings.options.date_order) == ("ul.news > li", "dmy")
    assert settings.options.body == (".text",)
    assert source.article is not None
    body = '<html><body><ul class="news"><li><a href="/1">Gallium</a> 09/10/2026</li></ul></body></html>'
    (item,) = source.read(feed_pages.page(body), plan_of(settings.options)).items
    assert str(item.official_on) == "2026-10-09"


def test_own_sources_stand_beside_the_shipped_ones(write: Write) -> None:
    watched = settings_of(write(f'{FEED}{PAGE}{ACCOUNT}bearer_token = "{SECRET}"\n')).watched()
    assert watched.keys() == {*all_sources(), "trade-desk", "press-list", "agency-posts"}
    assert all(source.key == key for key, (source, _) in watched.items())


def test_the_environment_sets_an_option_of_an_own_source_even_one_that_must_be_given(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write('[sources.trade-desk]\nbuilder = "feed"\nfresh_days = 3\n')
    with pytest.raises(ConfigError, match=r"\[sources.trade-desk\] url missing"):
        settings_of(path)
    monkeypatch.setenv("TRADEWIRE_SOURCES__TRADE_DESK__URL", "https://mirror.example/feed.xml")
    monkeypatch.setenv("TRADEWIRE_SOURCES__TRADE_DESK__KEEP", '["tariff", "关税"]')
    options = settings_of(path).source("trade-desk").options
    assert (options.url, options.keep, options.fresh_days) == (
        "https://mirror.example/feed.xml",
        ("tariff", "关税"),
        3,
    )


@pytest.mark.parametrize("place", ["environment", "secret file", "file"])
def test_a_secret_of_an_own_source_is_read_and_never_shown(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    text = ACCOUNT
    if place == "environment":
        monkeypatch.setenv("TRADEWIRE_SOURCES__AGENCY_POSTS__BEARER_TOKEN", SECRET)
    elif place == "secret file":
        (secrets / "sources__agency_posts__bearer_token").write_text(f"{SECRET}\n", encoding="utf-8")
    else:
        text += f'bearer_token = "{SECRET}"\n'
    settings = settings_of(write(text), secrets)
    source, chosen = settings.watched()["agency-posts"]
    assert isinstance(chosen.options, x.Options)
    assert chosen.options.bearer_token is not None
    assert chosen.options.bearer_token.reveal() == SECRET
    assert SECRET not in repr(settings) + str(settings) + settings.model_dump_json() + repr(chosen) + repr(
        source
    )


@pytest.mark.parametrize(
    "text",
    [
        f'[sources.agency-posts]\nbuilder = "x"\nusername = "agency"\nbearer_token = ["{SECRET}"]\n',
        f'[sources.agency-posts]\nbuilder = "x"\nbearer_token = "{SECRET}"\n',
        f'[sources.trade-desk]\nbuilder = "{SECRET}"\n',
        f'[sources.trade-desk]\nbuilder = "feed"\nurl = "https://me:{SECRET}@a.example/"\n',
        f'[sources.trade-desk]\nbuilder = "feed"\nurl = "https://a.example/"\nlang = "{SECRET}"\n',
        f'[sources.trade-desk]\nbuilder = "feed"\nurl = "https://a.example/"\nzone = "{SECRET}"\n',
    ],
)
def test_a_refused_value_of_an_own_source_is_repeated_nowhere(write: Write, text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        settings_of(write(text))
    assert SECRET not in format_config_error(caught.value) + repr(caught.value) + str(caught.value)
    assert caught.value.__cause__ is None


def test_one_bad_own_source_does_not_hide_what_is_wrong_elsewhere(write: Write) -> None:
    text = '[sources.a]\nbuilder = "fed"\n[sources.b]\nbuilder = "feed"\n[log]\nlevel = "loud"\n'
    with pytest.raises(ConfigError) as caught:
        settings_of(write(text))
    assert [problem.place for problem in caught.value.problems] == [
        "[sources.a] builder",
        "[sources.b] url",
        "[log] level",
    ]


HEAD = 'contact = "ops@example.org"\n'


def problems(tmp_path: Path, text: str) -> list[tuple[str, str]]:
    """Return the places and messages of what is wrong with a file."""
    path = tmp_path / "config.toml"
    path.write_text(HEAD + text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load(path, secret_directories=[])
    return [(one.place, one.message) for one in caught.value.problems]


def test_a_builder_that_is_no_text_is_refused(tmp_path: Path) -> None:
    ((place, _),) = problems(tmp_path, '[sources.my-feed]\nbuilder = ["feed"]\n')  # TypeError: unhashable
    assert place == "[sources.my-feed] builder"


def test_a_misspelt_option_of_an_own_source_gets_a_suggestion(tmp_path: Path) -> None:
    told = problems(
        tmp_path, '[sources.my-feed]\nbuilder = "feed"\nurl = "https://a.example/"\nkeeep = ["x"]\n'
    )
    assert told == [("[sources.my-feed] keeep", 'is not a setting here. Did you mean "keep"?')]


@pytest.mark.parametrize("name", ["copy", "json", "dict", "model-config", "model-fields"])
def test_a_name_that_means_something_else_is_refused(tmp_path: Path, name: str) -> None:
    ((place, message),) = problems(
        tmp_path, f'[sources.{name}]\nbuilder = "feed"\nurl = "https://a.example/"\n'
    )
    assert place == f"[sources.{name}] builder"
    assert "give it another" in message


def test_a_variable_of_a_source_that_is_not_there_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRADEWIRE_SOURCES__GONE_FEED__URL", "https://a.example/")
    ((place, message),) = problems(tmp_path, "")
    assert place == "TRADEWIRE_SOURCES__GONE_FEED__URL"
    assert message == "there is no such source in the file"


def test_a_table_of_an_unknown_source_says_how_to_make_one_of_your_own(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(HEAD + '[sources.my-feed]\nurl = "https://a.example/feed"\n', encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load(path, secret_directories=[])
    (problem,) = caught.value.problems
    assert (problem.place, problem.message) == ("[sources.my-feed]", "is not a source")
    assert 'builder = "feed"' in problem.try_


@pytest.mark.parametrize("selector", ["ul > > li", "a["])
def test_a_selector_of_a_shipped_source_that_is_none_is_refused_where_it_is_set(
    tmp_path: Path, selector: str
) -> None:
    told = problems(tmp_path, f'[sources.ustr-press]\nrow = "{selector}"\narticle_body = ["{selector}"]\n')
    assert [place for place, _ in told] == [
        "[sources.ustr-press] row",
        "[sources.ustr-press] article_body, entry 1",
    ]
    assert all("not a CSS selector" in message for _, message in told)


def test_a_refusal_is_not_expected_of_a_source_that_a_key_opens(write: Write) -> None:
    shut = settings_of(write("")).watched()["commerce-press"][0]
    opened = settings_of(write(f'[sources.commerce-press]\napi_key = "{SECRET}"\n')).watched()
    assert (shut.expects_refusal, opened["commerce-press"][0].expects_refusal) == (True, False)
    assert opened["customs"][0].expects_refusal, "nothing opens that one"
