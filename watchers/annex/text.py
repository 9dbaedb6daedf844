"""Gives the text of an annex: a PDF or Word file that a notice keeps its list in.

The file is read by a process of its own (watchers.annex.worker) with little memory, little time and nothing to reach. This
module must never read one itself: a file that brings its reader down brings down that process and nothing else.
"""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from weakref import WeakKeyDictionary

import msgspec

from watchers.errors import NotSane, ReaderFailed, TimedOut

Kind = Literal["pdf", "docx"]

_AT_ONCE = 2
_MAX_ANSWER_BYTES = 4_000_000  # the longest text that a worker gives, and room for what JSON adds
_MAX_REASON_CHARS = 200
_STEP = 1 << 16
_PACKAGES = str(Path(__file__).resolve().parents[2])

_MEDIA_TYPES: dict[str, Kind] = {
    "application/pdf": "pdf",
    "application/x-pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
}

_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnexText:
    """What an annex says: lines of plain text, a table's row as one line with cells joined by " | ".

    `pages` is None where the format has none. `cut`: the annex says more than was read.
    """

    text: str
    pages: int | None
    cut: bool


def kind_of(url: str, content_type: str, head: bytes) -> Kind | None:
    """Return which kind of annex this is, None for one that is not read.

    `head` is the beginning of the file or all of it. What it shows goes first, then the name in `url`, then `content_type`,
    the header's value: servers send every attachment as application/octet-stream. A file that only goes by the name of a
    kind is given that kind, so that `annex_text` can say what came in its place.
    """
    start = head[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"%PDF-"):
        return "pdf"
    if start.startswith(b"PK\x03\x04") and b"word/" in head:
        return "docx"
    path = re.split(r"[?#]", url, maxsplit=1)[0].lower()
    if path.endswith(".pdf"):
        return "pdf"
    if path.endswith(".docx"):
        return "docx"
    return _MEDIA_TYPES.get(content_type.partition(";")[0].strip().lower())


async def annex_text(
    body: bytes, kind: Kind, *, seconds: float = 20.0, python: str = sys.executable
) -> AnnexText:
    """Return the text of the file `body`, read by a worker that `python` runs.

    At most two workers run at a time; `seconds` is what one may take, the wait for its turn not counted. The worker is gone
    when this returns, raises or is cancelled.
    Raises NotSane for a file that is not read (locked, damaged, a scan, too large, not of this kind), TimedOut for one that
    takes too long, ReaderFailed where the worker itself failed.
    """
    turn = _turns.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(_AT_ONCE))
    try:
        async with turn, _worker(python, kind) as process, asyncio.timeout(seconds):
            answer = await _exchange(process, body)
            code = await process.wait()
    except TimeoutError as error:
        raise TimedOut(f"the annex could not be read within {seconds:g} s") from error
    return _text(answer, code)


@asynccontextmanager
async def _worker(python: str, kind: Kind) -> AsyncIterator[asyncio.subprocess.Process]:
    """Start a worker. Whatever happens inside, it is gone and its pipes are closed afterwards."""
    try:
        process = await asyncio.create_subprocess_exec(
            *(python, "-P", "-B", "-m", "watchers.annex.worker", kind),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=_surroundings(),
            start_new_session=True,
        )
    except OSError as error:
        raise ReaderFailed("the reader of annexes could not be started") from error
    try:
        yield process
    except BaseException:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        raise
    finally:
        stdin, stdout = _pipes(process)
        stdin.close()
        while await stdout.read(_STEP):  # with something left in the pipe, its end would not be noticed
            pass
        await process.wait()


def _surroundings() -> dict[str, str]:
    """Return the worker's environment: what Python needs to start and to find this package, and nothing that we know."""
    return {"PATH": os.defpath, "PYTHONPATH": _PACKAGES, "LANG": "C.UTF-8"}


async def _exchange(process: asyncio.subprocess.Process, body: bytes) -> bytes:
    """Give the worker its file, which it reads before it says anything, and return what it says."""
    stdin, stdout = _pipes(process)
    with suppress(ConnectionError):  # it has ended already: then its answer, or the lack of one, tells why
        stdin.write(body)
        await stdin.drain()
    stdin.close()
    answer = bytearray()
    while piece := await stdout.read(_STEP):
        answer += piece
        if len(answer) > _MAX_ANSWER_BYTES:
            raise ReaderFailed("the reader of annexes says more than it may")
    return bytes(answer)


def _pipes(process: asyncio.subprocess.Process) -> tuple[asyncio.StreamWriter, asyncio.StreamReader]:
    if process.stdin is None or process.stdout is None:
        raise AssertionError("started without pipes")
    return process.stdin, process.stdout


def _text(answer: bytes, code: int) -> AnnexText:
    """Return what the worker's answer means. It has read a stranger's file, so what it says is checked."""
    if code == -signal.SIGXCPU:
        raise TimedOut("the annex takes too much work to read")
    if code:
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        raise ReaderFailed(f"the reader of annexes broke down ({how})")
    try:
        read = msgspec.json.decode(answer, type=_Answer)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ReaderFailed("the reader of annexes gave no proper answer") from error
    if read.error is not None:
        raise NotSane(_one_line(read.error))
    return AnnexText(text=read.text, pages=read.pages, cut=read.cut)


class _Answer(msgspec.Struct):
    text: str = ""
    pages: int | None = None
    cut: bool = False
    error: str | None = None


def _one_line(text: str) -> str:
    shown = "".join(char if char.isprintable() else " " for char in text[:_MAX_REASON_CHARS])
    return " ".join(shown.split()) or "the annex is not read"
