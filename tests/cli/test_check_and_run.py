"""`check`, `run`, `status`, `sources` and `why` as processes, against a Register in this one."""

import asyncio
import base64
import json
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.demo.register import Register
from tests.cli.conftest import Ran, environment
from tests.fakes.apps import DESKS, others_off
from tests.fakes.http_site import http_site, reply
from watchers.sources import federal_register

HOOK_SECRET = f"whsec_{base64.b64encode(bytes(32)).decode()}"
RunAsync = Callable[..., Awaitable[Ran]]


def configure(directory: Path, register: Register, more: str = "") -> None:
    (directory / "config.toml").write_text(
        'contact = "test@example.org"\n'
        '[fetch]\nallow_private_hosts = ["127.0.0.1"]\n'
        f"{others_off(*DESKS)}"
        f'[sources.federal-register]\nbase_url = "{register.base_url}"\n'
        f'[sources.public-inspection]\nbase_url = "{register.base_url}"\n{more}',
        encoding="utf-8",
    )


def today(offset: int = 0) -> str:
    return (datetime.now(UTC).date() + timedelta(days=offset)).isoformat()


def document(number: str, title: str = "Additions to the Entity List", **fields: Any) -> dict[str, Any]:
    blank = dict.fromkeys(federal_register.FIELDS)
    return (
        blank
        | {
            "document_number": number,
            "title": title,
            "type": "Rule",
            "publication_date": today(-1),
            "agencies": [],
        }
        | fields
    )


async def test_the_first_check_learns_and_the_second_tells(tmp_path: Path, tradewire_async: RunAsync) -> None:
    async with Register([document("2026-30001")]) as register:
        configure(tmp_path, register)
        first = await tradewire_async("check")
        assert first.code == 0, first.err
        assert "baseline, will not alert" in first.out
        assert "0 new items, 0 alerts sent" in first.out
        register.put_document(document("2026-30002", "Revisions to the Unverified List"))
        second = await tradewire_async("check")
        assert second.code == 0
        assert "Revisions to the Unverified List" in second.out
        assert "1 new item, 1 alert sent to the console." in second.out
        third = await tradewire_async("check")
        assert "0 new items, 0 alerts sent." in third.out
        why = await tradewire_async("why", "latest")
        assert "[Unverified List]" in why.out
        assert "Delivery  console: try 1 sent" in why.out
        assert (await tradewire_async("why", "2026-30001")).out.count("every channel: baseline") == 1
        status = json.loads((await tradewire_async("status", "--json")).out)
        assert status["alerts"]["sent"] == 1
        assert status["sources"] == {"federal-register": "healthy", "public-inspection": "healthy"}


async def test_check_in_json_prints_alerts_only_and_reports_on_stderr(
    tmp_path: Path, tradewire_async: RunAsync
) -> None:
    async with Register([]) as register:
        configure(tmp_path, register)
        first = await tradewire_async("check", "--json")
        assert (first.code, first.out) == (0, "")
        register.put_document(document("2026-30002"))
        second = await tradewire_async("check", "--json")
        (alert,) = [json.loads(line) for line in second.out.splitlines()]
        assert alert["refs"][0] == "fr:2026-30002"
        assert "1 alert sent" in second.err


async def test_a_dry_run_shows_what_would_be_sent_and_stores_nothing(
    tmp_path: Path, tradewire_async: RunAsync
) -> None:
    async with Register([]) as register:
        configure(tmp_path, register)
        await tradewire_async("check")
        register.put_document(document("2026-30002"))
        rehearsed = await tradewire_async("check", "--dry-run")
        assert "Additions to the Entity List" in rehearsed.out
        assert "1 alert would be sent" in rehearsed.out
        connection = sqlite3.connect(tmp_path / "tradewire.sqlite3")
        try:
            assert connection.execute("SELECT count(*) FROM seen").fetchone() == (0,)
        finally:
            connection.close()
        real = await tradewire_async("check")
        assert "1 alert sent" in real.out


async def test_a_dry_run_sends_nothing_to_any_platform_and_says_what_would_go_where(
    tmp_path: Path, tradewire_async: RunAsync
) -> None:
    async with Register([]) as register, http_site() as site:
        hook = site.url("/hook")
        configure(
            tmp_path,
            register,
            f'[webhooks.desk]\nurl = "{hook}"\nsecret = "{HOOK_SECRET}"\n'
            '[[subscriptions]]\nchannel = "webhook:desk"\ntopics = ["*"]\n',
        )
        first = await tradewire_async("check")
        assert first.code == 0, first.err
        register.put_document(document("2026-30002"))
        rehearsed = await tradewire_async("check", "--dry-run")
        assert rehearsed.code == 0, rehearsed.err
        assert site.asked == []
        assert "To webhook:desk:\n" in rehearsed.out
        assert "2 alerts would be sent to the console, webhook:desk." in rehearsed.out
        site.on("/hook", reply(b""))
        real = await tradewire_async("check")
        assert [each.target for each in site.asked] == ["/hook"]
        assert "2 alerts sent to the console, webhook:desk." in real.out


async def test_a_webhook_whose_secret_is_none_is_a_problem_of_the_configuration(
    tmp_path: Path, tradewire_async: RunAsync
) -> None:
    async with Register([]) as register:
        hook = '[webhooks.desk]\nurl = "https://desk.example/hook"\nsecret = "not-a-secret"\n'
        configure(tmp_path, register, hook)
        ran = await tradewire_async("check")
    assert ran.code == 78
    assert "[webhooks.desk] secret   should be whsec_ and 24 to 64 bytes in base64" in ran.err
    assert "not-a-secret" not in ran.err


async def test_a_source_that_fails_is_named_with_its_reason_the_other_goes_on_and_the_exit_code_is_one(
    tmp_path: Path, tradewire_async: RunAsync
) -> None:
    async with Register([document("2026-30001")]) as register:
        configure(tmp_path, register)
        register.answer_with(
            "/api/v1/public-inspection-documents", 200, "<html>Request Access</html>", "text/html"
        )
        ran = await tradewire_async("check")
        assert ran.code == 1
        assert re.search(
            r"^Public Inspection +BLIND  blocked: a check page instead of JSON$", ran.out, re.MULTILINE
        )
        assert re.search(r"^Federal Register +ok", ran.out, re.MULTILINE)
        assert "Public Inspection could not be read: open the page in a browser" in ran.out
        assert "Traceback" not in ran.err
        listed = await tradewire_async("sources")
        assert re.search(r"^BLIND +Public Inspection", listed.out, re.MULTILINE)
        assert "blocked: a check page instead of JSON" in listed.out
        rows = [json.loads(line) for line in (await tradewire_async("sources", "--json")).out.splitlines()]
        assert {row["source"]: row["state"] for row in rows if row["state"] != "paused"} == {
            "federal-register": "healthy",
            "public-inspection": "BLIND",
        }
        again = await tradewire_async("check")
        assert again.code == 0, "the next poll catches up"


async def test_one_source_can_be_checked_alone_and_a_misspelt_one_is_refused(
    tmp_path: Path, tradewire_async: RunAsync
) -> None:
    async with Register([]) as register:
        configure(tmp_path, register)
        ran = await tradewire_async("check", "--source", "federal-register")
        assert ran.code == 0
        assert "Public Inspection" not in ran.out
        wrong = await tradewire_async("check", "--source", "federal")
        assert wrong.code == 1
        assert 'no enabled source is called "federal"' in wrong.err
        assert "federal-register, public-inspection" in wrong.err


async def test_why_of_something_unknown_says_what_to_try(tmp_path: Path, tradewire_async: RunAsync) -> None:
    async with Register([]) as register:
        configure(tmp_path, register)
        before = await tradewire_async("why", "2026-99999")
        assert before.code == 1
        assert "no store at" in before.err
        await tradewire_async("check")
        ran = await tradewire_async("why", "2026-99999")
        assert ran.code == 1
        assert 'nothing in the store is called "2026-99999"' in ran.err
        assert "try: " in ran.err


async def test_the_service_polls_tells_and_stops_within_ten_seconds_of_a_sigterm(tmp_path: Path) -> None:
    async with Register([document("2026-30001")]) as register:
        configure(tmp_path, register, "every_minutes = 1\n")
        child = await start(tmp_path)
        await asyncio.wait_for(register.arrived(2), 30)
        await settled(tmp_path, "SELECT count(*) FROM source_state WHERE learned_at IS NOT NULL", 2)
        child.send_signal(signal.SIGTERM)
        out, err = await asyncio.wait_for(child.communicate(), 10)
        assert child.returncode == 0, err.decode()
        assert b"stopped, nothing lost" in err
        assert out == b""
        register.put_document(document("2026-30002"))
        again = await start(tmp_path)
        await settled(tmp_path, "SELECT count(*) FROM post WHERE state = 'sent'", 1)
        again.send_signal(signal.SIGINT)
        out, err = await asyncio.wait_for(again.communicate(), 10)
        assert again.returncode == 0
        assert b"Additions to the Entity List" in out


async def test_a_check_beside_a_running_service_counts_what_either_sent(
    tmp_path: Path, tradewire_async: RunAsync
) -> None:
    async with Register([document("2026-30001")]) as register:
        configure(tmp_path, register)
        child = await start(tmp_path)
        await settled(tmp_path, "SELECT count(*) FROM source_state WHERE learned_at IS NOT NULL", 2)
        register.put_document(document("2026-30002"))
        ran = await tradewire_async("check")
        assert ran.code == 0, ran.err
        counts = re.search(
            r"1 new item, (\d) alerts? sent(?:[^,.]*)(?:, (\d) by the running service)?[.]", ran.out
        )
        held = re.search(r"(\d) more are with another process", ran.out)
        assert counts, ran.out
        assert int(counts[1]) + int(counts[2] or 0) + int(held[1] if held else 0) == 1, ran.out
        await settled(tmp_path, "SELECT count(*) FROM post WHERE state = 'sent'", 1)
        child.send_signal(signal.SIGTERM)
        out, _ = await asyncio.wait_for(child.communicate(), 10)
        assert (ran.out.count("Additions") > 0) is not (b"Additions" in out)


async def test_a_service_stopped_in_the_middle_of_a_poll_ends_in_time_and_the_next_start_catches_up(
    tmp_path: Path,
) -> None:
    documents = [document(f"2026-300{number:02}", "A notice of no interest") for number in range(12)]
    async with Register(documents) as register:
        configure(tmp_path, register)
        with (tmp_path / "config.toml").open("a", encoding="utf-8") as file:
            file.write("enabled = false\n")
        text = (tmp_path / "config.toml").read_text(encoding="utf-8")
        (tmp_path / "config.toml").write_text(
            text.replace("[sources.public-inspection]", "per_page = 10\n[sources.public-inspection]")
        )
        register.stall_after(1)
        child = await start(tmp_path)
        await asyncio.wait_for(register.arrived(2), 30)
        child.send_signal(signal.SIGTERM)
        _, err = await asyncio.wait_for(child.communicate(), 10)
        assert child.returncode == 0
        assert b"cut short" in err
        register.release()
        again = await start(tmp_path)
        await settled(tmp_path, "SELECT count(*) FROM seen", 12)
        again.send_signal(signal.SIGTERM)
        await asyncio.wait_for(again.communicate(), 10)


@pytest.mark.parametrize("arguments", [["check"], ["run"]])
async def test_a_store_that_cannot_be_opened_is_an_error_line_that_says_what_to_do(
    tmp_path: Path, tradewire_async: RunAsync, arguments: list[str]
) -> None:
    async with Register([]) as register:
        configure(tmp_path, register, '\n[store]\nurl = "sqlite:///nowhere/store.sqlite3"\n')
        ran = await tradewire_async(*arguments)
        assert ran.code == 1
        assert ran.err.startswith("error: ")
        assert "nowhere/store.sqlite3" in ran.err
        assert "try: check that the directory exists" in ran.err


async def start(directory: Path) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot.cli",
        "run",
        cwd=directory,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


async def settled(directory: Path, question: str, count: int) -> None:
    """Wait until the store answers `question` with `count`; the test's own time limit ends a wait in vain."""
    while True:
        try:
            connection = sqlite3.connect(directory / "tradewire.sqlite3")
            try:
                if connection.execute(question).fetchone() == (count,):
                    return
            finally:
                connection.close()
        except sqlite3.OperationalError:
            pass  # not created yet
        await asyncio.sleep(0.05)
