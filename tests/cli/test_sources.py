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
    assert case["options"]["url"] == site.url("/feed"), "so that it can be read again as it was"
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


async def test_what_a_site_says_never_reaches_the_terminal_as_a_command(
    tmp_path: Path, site: HttpSite, tradewire_async: RunAsync
) -> None:
    hostile = FEED.replace(b"<guid>1</guid>", "<guid>g\u202e\u009b2J1</guid>".encode())
    site.on(
        "/feed", reply(hostile, headers={"Content-Type": "application/rss+xml; x=\u009b31m\x1b]0;owned\x07"})
    )
    told = [
        await tradewire_async("sources", "probe", "desk"),
        await tradewire_async("check"),
        await tradewire_async("sources"),
        await tradewire_async("why", "https://desk.example/1"),
    ]
    assert [ran.code for ran in told] == [0] * 4, told
    for ran in told:
        assert not set(ran.out) & {"\x1b", "\x07", "\u009b", "\u202e"}


async def test_each_page_has_its_own_error_and_what_stands_in_can_be_read(
    tmp_path: Path, site: HttpSite, tradewire_async: RunAsync
) -> None:
    site.on("/bis", reply(CHECK_PAGE, headers={"Content-Type": "text/html"}))
    site.on("/mirror", reply(b"<html><body>\xe4</body></html>", headers={"Content-Type": "text/html"}))
    (tmp_path / "config.toml").write_text(
        'contact = "test@example.org"\n[fetch]\nallow_private_hosts = ["127.0.0.1"]\n'
        f"{others_off('bis-press')}[sources.bis-press]\n"
        f'base_url = "{site.url("/bis")}"\nmirror_url = "{site.url("/mirror")}"\n',
        encoding="utf-8",
    )
    ran = await tradewire_async("sources", "record", "bis-press")
    assert ran.code == 1
    folder = tmp_path / "recordings/bis-press"
    errors = [
        json.loads(path.read_text(encoding="utf-8"))["error"]
        for path in sorted(folder.glob("*.expected.json"))
    ]
    assert errors == ["blocked", "not sane"]


async def test_a_source_that_another_page_stands_in_for_can_be_read(
    tmp_path: Path, site: HttpSite, tradewire_async: RunAsync
) -> None:
    site.on("/gone", reply(status=404))
    (tmp_path / "config.toml").write_text(
        'contact = "test@example.org"\n[fetch]\nallow_private_hosts = ["127.0.0.1"]\n'
        f"{others_off('treasury-press')}[sources.treasury-press]\n"
        f'base_url = "{site.url("/gone")}"\ntopic_url = "{site.url("/feed")}"\n',
        encoding="utf-8",
    )
    ran = await tradewire_async("sources", "probe", "treasury-press", "--in-full", "0")
    assert ran.code == 0, ran.out
    assert "moved: " in ran.out
    assert "Treasury press can be read, by what stands in for a page that cannot." in ran.out


POSTS = {
    "data": [{"id": "100", "text": "One", "created_at": "2026-11-23T08:00:00Z"}],
    "meta": {"result_count": 1},
}


def configure_paid(directory: Path, site: HttpSite) -> None:
    site.on("/2/users/by/username/desk", reply(b'{"data": {"id": "42"}}', headers=JSON))
    site.on("/2/users/42/tweets", reply(json.dumps(POSTS).encode(), headers=JSON))
    (directory / "config.toml").write_text(
        'contact = "test@example.org"\n[fetch]\nallow_private_hosts = ["127.0.0.1"]\n'
        f'{others_off()}[sources.paid]\nbuilder = "x"\nusername = "desk"\nbearer_token = "made-up"\n'
        f'monthly_posts = 10\nbase_url = "{site.url("").rstrip("/")}"\n',
        encoding="utf-8",
    )


JSON = {"Content-Type": "application/json"}


async def test_a_look_at_a_paid_source_counts_against_its_budget(
    tmp_path: Path, site: HttpSite, tradewire_async: RunAsync
) -> None:
    configure_paid(tmp_path, site)
    probes = [await tradewire_async("sources", "probe", "paid") for _ in range(3)]
    assert [ran.code for ran in probes] == [0, 0, 1], probes
    assert "6 of 10 posts read this month" in probes[2].out
    assert "made-up" not in "".join(ran.out + ran.err for ran in probes)


async def test_a_rehearsal_pays_for_nothing_and_leaves_no_store_behind(
    tmp_path: Path, site: HttpSite, tradewire_async: RunAsync
) -> None:
    configure_paid(tmp_path, site)
    ran = await tradewire_async("check", "--dry-run")
    assert ran.code == 0
    assert "@desk is left out: reading it costs money." in ran.out
    assert site.pages == []
    assert not (tmp_path / "tradewire.sqlite3").exists()


async def test_status_says_of_each_source_what_the_list_of_sources_says(
    tmp_path: Path, site: HttpSite, tradewire_async: RunAsync
) -> None:
    with (tmp_path / "config.toml").open("a", encoding="utf-8") as config:
        config.write(
            '[sources.gone]\nbuilder = "feed"\ntitle = "Gone"\n'
            f'url = "{site.url("/gone")}"\n[sources.off]\nbuilder = "feed"\nenabled = false\nurl = "{site.url("/feed")}"\n'
        )
    await tradewire_async("check")
    listed = [json.loads(line) for line in (await tradewire_async("sources", "--json")).out.splitlines()]
    states = {row["source"]: row["state"] for row in listed if row["source"] in {"desk", "gone"}}
    assert json.loads((await tradewire_async("status", "--json")).out)["sources"] == states
    assert states == {"desk": "healthy", "gone": "BLIND"}
    said = (await tradewire_async("status")).out.splitlines()
    assert said[0] == "Sources   1 of 2 read   BLIND gone"
    assert said[-1] == "try: tradewire sources"
