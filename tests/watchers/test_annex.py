"""Annexes read by a worker: what it is given, what it may take, what becomes of it, and what its answers mean."""

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tests.fakes import documents
from watchers.annex.text import AnnexText, annex_text, kind_of
from watchers.errors import NotSane, ReaderFailed, TimedOut

NOTICE = "商务部公告2026年第12号\n1. 三菱造船株式会社（Mitsubishi Heavy Industries Shipbuilding Co.）"
WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

StandIn = Callable[[str], str]


@pytest.fixture
def stand_in(tmp_path: Path) -> StandIn:
    """Write a program that is run as `python` is, in place of the worker."""

    def write(code: str) -> str:
        path = tmp_path / f"stand_in_{len(list(tmp_path.iterdir()))}"
        path.write_text(f"#!{sys.executable} -S\nimport os, sys\n{code}\n", encoding="utf-8")
        path.chmod(0o700)
        return str(path)

    return write


class Desk:
    """Where stand-ins report that they run, each with its process id, and wait to be let go."""

    def __init__(self) -> None:
        self.port = 0
        self._arrived: asyncio.Queue[int] = asyncio.Queue()
        self._streams: dict[int, tuple[asyncio.StreamReader, asyncio.StreamWriter]] = {}

    @property
    def report(self) -> str:
        """The code by which a stand-in reports; its `desk` stays open for as long as the process lives."""
        return (
            "import socket\n"
            f"desk = socket.create_connection(('127.0.0.1', {self.port}))\n"
            "desk.sendall(b'%d\\n' % os.getpid())"
        )

    async def arrival(self) -> int:
        """Wait for the next report."""
        return await self._arrived.get()

    async def gone(self, pid: int) -> bool:
        """Wait until no process holds this one's connection any more."""
        return await self._streams[pid][0].read() == b""

    def let_go(self, pid: int) -> None:
        """Let this one go on."""
        self._streams[pid][1].write(b"go\n")

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        pid = int(await reader.readline())
        self._streams[pid] = (reader, writer)
        self._arrived.put_nowait(pid)

    async def close(self) -> None:
        for _, writer in list(self._streams.values()):
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    made = Desk()
    server = await asyncio.start_server(made.meet, "127.0.0.1", 0)
    async with server:
        made.port = server.sockets[0].getsockname()[1]
        yield made
        await made.close()


def is_there(pid: int) -> bool:
    """Tell whether there is such a process, be it only the remains of one that nobody waited for."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


# -- files, by the real worker


@pytest.mark.parametrize("away", [False, True])
async def test_a_pdf_is_read_wherever_the_service_was_started(
    away: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if away:
        monkeypatch.chdir(tmp_path)
    read = await annex_text(documents.pdf([NOTICE, "第二页"]), "pdf")
    assert read == AnnexText(text=f"{NOTICE}\n第二页", pages=2, cut=False)


async def test_a_word_file_is_read() -> None:
    read = await annex_text(documents.docx(["附件"], [[["序号", "名称"], ["1", "三菱造船"]]]), "docx")
    assert read == AnnexText(text="附件\n序号 | 名称\n1 | 三菱造船", pages=None, cut=False)


async def test_a_file_that_is_not_read_is_refused_with_the_reason() -> None:
    with pytest.raises(NotSane, match=r"^a web page in place of a Word file$"):
        await annex_text(b"<!doctype html><title>404</title>", "docx")


async def test_a_file_over_the_size_cap_is_refused_without_reading_on() -> None:
    with pytest.raises(NotSane, match="more than 50,000,000 bytes"):
        await annex_text(b"%PDF-1.7" + bytes(50_100_000), "pdf")


async def test_a_file_that_keeps_the_worker_busy_is_given_up_and_the_worker_killed(
    stand_in: StandIn, desk: Desk
) -> None:
    python = stand_in(f"{desk.report}\nos.execv({sys.executable!r}, [{sys.executable!r}, *sys.argv[1:]])")
    busy = b"%PDF-1.7" + b"\n1 0 obj" * 5_000_000  # some ten seconds of searching for its end
    with pytest.raises(TimedOut, match=r"^the annex could not be read within 0\.5 s$"):
        await annex_text(busy, "pdf", seconds=0.5, python=python)
    assert not is_there(await desk.arrival())


# -- what a worker may take


async def test_a_worker_is_stopped_at_its_memory_its_processor_time_and_its_first_file(
    stand_in: StandIn, tmp_path: Path
) -> None:
    python = stand_in(f"""
import json, resource
from pathlib import Path
from watchers.annex import worker
worker.set_limits()
stopped = []
try:
    bytearray(worker.MEMORY_BYTES)
except MemoryError:
    stopped.append("memory")
try:
    Path({str(tmp_path / "out")!r}).write_text("x")
except OSError:
    stopped.append("file")
stopped.append(str(resource.getrlimit(resource.RLIMIT_CPU)[0]) + " s")
print(json.dumps({{"text": " ".join(stopped)}}))""")
    assert (await annex_text(b"", "pdf", python=python)).text == "memory file 20 s"


async def test_a_worker_learns_nothing_of_our_environment(
    stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_TOKEN", "not-a-real-token")
    python = stand_in("import json\nprint(json.dumps({'text': ' '.join(os.environ)}))")
    names = set((await annex_text(b"", "pdf", python=python)).text.split())
    assert {"PATH", "PYTHONPATH"} <= names <= {"PATH", "PYTHONPATH", "LANG", "LC_CTYPE"}


async def test_two_workers_run_at_a_time_and_a_third_waits_for_its_turn(
    stand_in: StandIn, desk: Desk
) -> None:
    python = stand_in(f'{desk.report}\ndesk.recv(9)\nprint(\'{{"text": "read"}}\')')
    reading = [asyncio.create_task(annex_text(b"", "pdf", python=python)) for _ in range(3)]
    first, second = await desk.arrival(), await desk.arrival()
    # One that asks nobody for a turn, started last: the third would have reported before it.
    other = await asyncio.create_subprocess_exec(python, stdout=asyncio.subprocess.DEVNULL)
    assert await desk.arrival() == other.pid
    desk.let_go(first)
    third = await desk.arrival()
    for pid in (second, third, other.pid):
        desk.let_go(pid)
    assert [read.text for read in await asyncio.gather(*reading)] == ["read"] * 3
    await other.wait()


# -- what becomes of it


async def test_a_cancelled_caller_leaves_no_process(stand_in: StandIn, desk: Desk) -> None:
    reading = asyncio.create_task(
        annex_text(b"", "pdf", python=stand_in(f"{desk.report}\nwhile True: desk.recv(9)"))
    )
    pid = await desk.arrival()
    assert is_there(pid)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert not is_there(pid)


async def test_a_caller_cancelled_while_it_still_hands_over_the_file_leaves_no_process(
    stand_in: StandIn, desk: Desk
) -> None:
    python = stand_in(f"{desk.report}\nwhile True: desk.recv(9)")
    reading = asyncio.create_task(annex_text(bytes(10_000_000), "pdf", python=python))
    pid = await desk.arrival()
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert not is_there(pid)


async def test_a_caller_cancelled_before_its_turn_starts_nothing_and_gives_the_turn_back(
    stand_in: StandIn, desk: Desk
) -> None:
    python = stand_in(f'{desk.report}\ndesk.recv(9)\nprint(\'{{"text": "read"}}\')')
    reading = [asyncio.create_task(annex_text(b"", "pdf", python=python)) for _ in range(4)]
    running = [await desk.arrival(), await desk.arrival()]
    reading[2].cancel()
    for pid in running:
        desk.let_go(pid)
    desk.let_go(await desk.arrival())
    ends = await asyncio.gather(*reading, return_exceptions=True)
    assert [isinstance(end, asyncio.CancelledError) for end in ends] == [False, False, True, False]


async def test_what_a_worker_started_goes_with_it(stand_in: StandIn, desk: Desk) -> None:
    python = stand_in(f"if os.fork(): os._exit(0)\n{desk.report}\nwhile True: desk.recv(9)")
    with pytest.raises(TimedOut):
        await annex_text(b"", "pdf", seconds=0.3, python=python)
    assert await desk.gone(await desk.arrival())


async def test_a_worker_that_says_too_much_is_cut_short(stand_in: StandIn, desk: Desk) -> None:
    python = stand_in(f"{desk.report}\nwhile True: sys.stdout.write('x' * 65536)")
    with pytest.raises(ReaderFailed, match="says more than it may"):
        await annex_text(b"", "pdf", python=python)
    assert not is_there(await desk.arrival())


# -- what its answers mean


@pytest.mark.parametrize(
    ("code", "error", "message"),
    [
        ("os.kill(os.getpid(), 24)", TimedOut, "takes too much work"),
        ("os.kill(os.getpid(), 9)", ReaderFailed, r"broke down \(signal 9\)"),
        ("sys.exit(1)", ReaderFailed, r"broke down \(exit code 1\)"),
        ("", ReaderFailed, "no proper answer"),
        ("print('[]')", ReaderFailed, "no proper answer"),
        ("print('{\"text\": 7}')", ReaderFailed, "no proper answer"),
        ('sys.stdout.buffer.write(b\'{"text": "\\xff"}\')', ReaderFailed, "no proper answer"),
        ('print(\'{"error": "a\\\\nb\\\\u001b[31mc"}\')', NotSane, r"^a b \[31mc$"),
        ("print('{\"error\": \"' + 'x' * 999 + '\"}')", NotSane, "^x{200}$"),
    ],
)
async def test_a_worker_that_fails_is_an_error_in_one_line(
    code: str, error: type[NotSane], message: str, stand_in: StandIn
) -> None:
    with pytest.raises(error, match=message) as caught:
        await annex_text(b"", "pdf", python=stand_in(code))
    assert type(caught.value) is error
    assert "\n" not in caught.value.what


async def test_a_worker_that_cannot_be_started_is_our_failure(tmp_path: Path) -> None:
    with pytest.raises(ReaderFailed, match="could not be started"):
        await annex_text(b"", "pdf", python=str(tmp_path / "nowhere"))


async def test_a_worker_that_ends_before_it_has_read_its_file_is_heard(stand_in: StandIn) -> None:
    answer = json.dumps({"text": "enough", "pages": 1, "cut": True})
    read = await annex_text(bytes(5_000_000), "pdf", python=stand_in(f"print({answer!r})"))
    assert read == AnnexText(text="enough", pages=1, cut=True)


# -- which files are annexes that can be read


@pytest.mark.parametrize(
    ("url", "content_type", "head", "kind"),
    [
        ("https://a/f", "", documents.pdf(["x"]), "pdf"),
        ("https://a/f", "", documents.docx(["x"]), "docx"),
        ("https://a/f.docx", WORD_TYPE, documents.pdf(["x"]), "pdf"),
        ("https://a/f.pdf", "application/pdf", documents.docx(["x"]), "docx"),
        ("https://a/f", "", b"\xef\xbb\xbf\n%PDF-1.4", "pdf"),
        ("https://a/附件.DOCX?download=1#x", "application/octet-stream", b"PK\x03\x04", "docx"),
        ("https://a/f.pdf", "text/html", b"<html>", "pdf"),
        ("https://a/down?id=7", "Application/PDF; charset=utf-8", b"", "pdf"),
        ("https://a/down?id=7", WORD_TYPE, b"", "docx"),
        ("https://a/down?name=f.pdf", "application/octet-stream", b"", None),
        ("https://a/f.doc", "application/msword", b"\xd0\xcf\x11\xe0", None),
        ("https://a/f.xlsx", "", b"PK\x03\x04xl/workbook.xml", None),
        ("https://a/f.html", "text/html", b"<p>%PDF-1.7 word/", None),
        ("https://[/f", "", b"", None),
    ],
)
def test_the_kind_is_what_the_file_shows_else_its_name_else_its_type(
    url: str, content_type: str, head: bytes, kind: str | None
) -> None:
    assert kind_of(url, content_type, head) == kind
