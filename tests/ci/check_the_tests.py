"""The rules that hold for every test do hold."""

import asyncio
import os
import socket
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def test_no_connection_leaves_this_machine() -> None:
    with (
        socket.socket() as tcp,
        socket.socket(type=socket.SOCK_DGRAM) as udp,
    ):
        with pytest.raises(RuntimeError, match=r"socket\.connect to 192\.0\.2\.1"):
            tcp.connect(("192.0.2.1", 80))
        with pytest.raises(RuntimeError, match=r"socket\.connect_ex to 192\.0\.2\.1"):
            tcp.connect_ex(("192.0.2.1", 80))
        with pytest.raises(RuntimeError, match=r"socket\.sendto to 192\.0\.2\.1"):
            udp.sendto(b"x", ("192.0.2.1", 53))


async def test_no_name_is_looked_up_elsewhere() -> None:
    with pytest.raises(RuntimeError, match=r"looking up example\.org"):
        await asyncio.get_running_loop().getaddrinfo("example.org", 443)


async def test_connections_within_this_machine_work() -> None:
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    async with server:
        reader, writer = await asyncio.open_connection("localhost", server.sockets[0].getsockname()[1])
        assert await reader.read() == b""
        writer.close()
        await writer.wait_closed()


def test_no_setting_comes_in_from_outside() -> None:
    assert [name for name in os.environ if name.startswith("TRADEWIRE_")] == []


@pytest.fixture
def run(tmp_path: Path):
    """Run pytest on a folder of its own under the same conftest, return (exit code, output)."""

    def _run(text: str, *more: str, **environment: str) -> tuple[int, str]:
        (tmp_path / "conftest.py").write_text((ROOT / "tests" / "conftest.py").read_text(encoding="utf-8"))
        (tmp_path / "pytest.ini").write_text(
            "[pytest]\naddopts = --strict-markers -p no:cacheprovider -p no:cov\n"
        )
        (tmp_path / "test_x.py").write_text("import pytest\n" + textwrap.dedent(text))
        done = subprocess.run(  # noqa: S603 -- our own interpreter and file
            [sys.executable, "-m", "pytest", "-q", *more],
            cwd=tmp_path,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=50,
        )
        return done.returncode, done.stdout + done.stderr

    return _run


SKIPPED = """
    def test_runs(): pass

    @pytest.mark.skip(reason="not today")
    def test_is_skipped(): pass

    @pytest.mark.xfail
    def test_is_known_to_fail(): assert False
"""


@pytest.mark.parametrize("workers", ["0", "2"])
def test_where_none_may_a_skipped_test_fails_the_run_by_name(run, workers: str) -> None:
    assert run(SKIPPED, "-n", workers)[0] == 0
    code, output = run(SKIPPED, "-n", workers, TRADEWIRE_NO_SKIPS="1")
    assert code == 1
    assert "none may be: test_x.py::test_is_skipped" in output
    assert "none may be: test_x.py::test_is_known_to_fail" in output


def test_where_none_may_a_skipped_module_fails_the_run_by_name(run) -> None:
    text = 'pytest.skip("not here", allow_module_level=True)'
    code, output = run("def test_runs(): pass", "test_x.py", TRADEWIRE_NO_SKIPS="1")
    assert (code, "none may be" in output) == (0, False)
    code, output = run(text, TRADEWIRE_NO_SKIPS="1")
    assert code != 0
    assert "none may be: test_x.py" in output


@pytest.mark.parametrize("workers", ["0", "2"])
def test_tests_on_absent_material_are_counted_and_not_skipped(run, tmp_path: Path, workers: str) -> None:
    text = """
        def test_runs(): pass

        @pytest.mark.corpus
        def test_reads(corpus): assert corpus.is_dir()
    """
    code, output = run(text, "-n", workers, TRADEWIRE_CORPUS=str(tmp_path / "absent"), TRADEWIRE_NO_SKIPS="1")
    assert code == 0
    assert "recorded corpus absent: 1 tests not run" in output
    code, output = run(text, "-n", workers, TRADEWIRE_CORPUS=str(tmp_path))
    assert code == 0
    assert "2 passed" in output
