"""`tradewire sources` and what looks closer: probe and record, as an operator uses them when a source is blind."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Ran
from tests.fakes.apps import others_off
from tests.fakes.http_site import HttpSite, http_site, reply
from watchers.registry import all_sources

RunAsync = Callable[..., Awaitable[Ran]]

FEED = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>Desk</title><link>https://desk.example/</link>
<item><guid>1</guid><title>Gallium licences</title><link>https://desk.example/1</link>
<pubDate>Mon, 23 Nov 2026 08:00:00 GMT</pubDate></item></channel></rss>"""
CHECK_PAGE = b"<html><head><title>Just a moment...</title></head><body>Checking your browser</body></html>"


def configure(directory: Path, site: HttpSite) -> None:
    (directory / "config.toml").write_text(
        'contact = "test@example.org"\n[fetch]\nallow_private_hosts = ["127.0.0.1"]\n'
        f'{others_off()}[sources.desk]\nbuilder = "feed"\nurl = "{site.url("/feed")}"\ntitle = "The desk"\n',
        encoding="utf-8",
    )


@pytest.fixture
async def site(tmp_path: Path):
    async with http_site() as running:
        running.on("/feed", reply(FEED, headers={"Content-Type": "application/rss+xml"}))
        configure(tmp_path, running)
        yield running


async def test_every_source_is_listed_with_its_state_and_fits_a_terminal(
    tmp_path: Path, site: HttpSite, tradewire_async: RunAsync
) -> None:
    await tradewire_async("check")
    ran = await tradewire_async("sources")
    assert ran.code == 0
    assert len([line for line in ran.out.splitlines() if line.startswith("paused")]) == len(all_sources())
    (desk,) = (line for line in ran.out.splitlines() if "The desk" in line)
    assert desk.startswith("healthy")
    assert max(map(len, ran.out.splitlines())) <= 80


async def test_probe_says_what_was_asked_what_came_and_what_was_found_and_stores_nothing(
    tmp_path: Path, site: HttpSite, tradewire_async: RunAsync
) -> None:
    ran = await tradewire_async("sources", "probe", "desk")
    assert ran.code == 0
    for said in (
        site.url("/feed"),
        f"200, {len(FEED):,} bytes",
        "1 item\n",
        "Gallium licences",
        "can be read",
    ):
        assert said in ran.out
    assert not (tmp_path / "tradewire.sqlite3").exists()
    looks = [
        json.loads(line)
        for line in (await tradewire_async("sources", "probe", "desk", "--json")).out.splitlines()
    ]
    assert looks[0]["found"]["items"][0]["title"] == "Gallium licences"


async def test_probe_of_a_blind_source_says_why_and_shows_how_the_page_begins(
    tmp_path: Path, site: HttpSite, tradewire_async: RunAsync
) -> None:
    site.on("/feed", reply(CHECK_PAGE, headers={"Content-Type": "text/html"}))
    ran = await tradewire_async("sources", "probe", "desk")
    assert ran.code == 1
    assert "blocked: " in ran.out
    assert "try: open the page in a browser" in ran.out
    assert "it begins: " in ran.out
    assert "Checking your browser" in ran.out
    assert "The desk cannot be read" in ran.out
    assert "Traceback" not in ran.err


async def test_record_keeps_the_page_byte_for_byte_with_what_was_found_on_it(
    tmp_path: Path, site: HttpSite, tradewire_async: RunAsync
) -> None:
    ran = await tradewire_async("sources", "record", "desk", "--to", "kept")
    assert ran.code == 0
    assert (tmp_path / "kept/desk/01-list.xml").read_bytes() == FEED
    case = json.loads((tmp_path / "kept/desk/01-list.case.json").read_text(encoding="utf-8"))
    assert (case["role"], case["content_type"]) == ("list", "application/rss+xml")
    found = json.loads((tmp_path / "kept/desk/01-list.expected.json").read_text(encoding="utf-8"))
    assert [item["title"] for item in found["items"]] == ["Gallium licences"]


async def test_a_page_that_cannot_be_read_is_kept_too(
    tmp_path: Path, site: HttpSite, tradewire_async: RunAsync
) -> None:
    site.on("/feed", reply(CHECK_PAGE, headers={"Content-Type": "text/html"}))
    ran = await tradewire_async("sources", "record", "desk")
    assert ran.code == 1
    folder = tmp_path / "recordings/desk"
    assert (folder / "01-list.html").read_bytes() == CHECK_PAGE
    assert json.loads((folder / "01-list.expected.json").read_text(encoding="utf-8"))["error"] == "blocked"


async def test_a_misspelt_source_gets_a_suggestion(
    tmp_path: Path, site: HttpSite, tradewire_async: RunAsync
) -> None:
    ran = await tradewire_async("sources", "probe", "mofcom-polic")
    assert (ran.code, ran.out) == (1, "")
    assert 'did you mean "mofcom-policy"?' in ran.err
