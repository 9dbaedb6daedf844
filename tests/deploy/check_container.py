"""The image as it is built and run: the Dockerfile's own steps in a bare tree, then the service in it, as its user.

Not collected with the other tests, because it installs everything anew and needs root. `.ci/run` runs it by name.
"""

import asyncio
import os
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.demo.register import Register
from tests.cli.test_check_and_run import configure, document, settled
from tests.deploy.dockerfile import Stage, read
from tests.deploy.image import ROOT, Image, as_user

pytestmark = pytest.mark.timeout(900)

END_SECONDS = 60
"""A limit for the test, not a promise."""

# PR_SET_MDWE with PR_MDWE_REFUSE_EXEC_GAIN: what MemoryDenyWriteExecute= asks for, by the kernel's own means.
# Source: man page PR_SET_MDWE(2const), Linux 6.3 and newer, seen 2026-11-29.
CONFINED = """
import ctypes, os, sys
libc = ctypes.CDLL(None, use_errno=True)
if libc.prctl(65, 1, 0, 0, 0):
    sys.exit("this kernel cannot refuse memory that is written and run: " + os.strerror(ctypes.get_errno()))
os.execvp(sys.argv[1], sys.argv[1:])
"""
NATIVE = "import aiohttp, lxml.etree, msgspec, pydantic, pypdf, selectolax, slack_sdk, sqlalchemy, telegram, trafilatura"


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """The image, how it is run, and a folder for this test's volume and configuration."""

    image: Image
    stage: Stage
    folder: Path

    def command(self, *arguments: str) -> list[str]:
        mounts = {
            "/var/lib/tradewire": self.folder,
            "/etc/tradewire": self.folder / "configuration",
        }
        return self.image.command(self.stage, list(arguments), mounts)

    def run(self, *arguments: str) -> str:
        done = subprocess.run(  # noqa: S603 -- our own program
            self.command(*arguments), capture_output=True, text=True, check=False, timeout=300
        )
        assert done.returncode == 0, f"{arguments}\n{done.stdout}\n{done.stderr}"
        return done.stdout


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> tuple[Image, Stage]:
    assert os.geteuid() == 0, "only root may mount; run this check as root"
    folder = tmp_path_factory.mktemp("image")
    builder_stage, final_stage = read(ROOT / "deploy" / "Dockerfile")
    builder, final = Image(folder / "builder"), Image(folder / "final")
    builder.build(builder_stage, {})
    final.build(final_stage, {builder_stage.name: builder})
    return final, final_stage


@pytest.fixture
def built(image: tuple[Image, Stage], tmp_path: Path) -> Built:
    made, stage = image
    (tmp_path / "configuration").mkdir()
    os.chown(tmp_path, *stage.user)
    return Built(image=made, stage=stage, folder=tmp_path)


def test_the_image_holds_the_program_and_nothing_of_its_making(built: Built) -> None:
    assert built.run("tradewire", "--version").startswith("tradewire, version ")
    assert built.run("sh", "-c", "ls -A / | grep -cx -e src -e dist || true").strip() == "0"
    assert built.run("sh", "-c", "id -u; id -g; echo ${HOME:-no home}").split("\n")[:3] == [
        "10001",
        "10001",
        "no home",
    ]


def test_the_tree_cannot_be_written_to_but_for_the_store_and_tmp(built: Built) -> None:
    tried = "for each in / /opt/tradewire /etc /var/lib/tradewire /tmp; do touch $each/x 2>/dev/null && echo $each; done; :"
    assert built.run("sh", "-c", tried).split() == ["/var/lib/tradewire", "/tmp"]


def test_no_native_module_needs_memory_that_is_written_and_run(built: Built) -> None:
    built.run("python", "-c", CONFINED, "python", "-c", NATIVE)
    assert "Entity List" in built.run("python", "-c", CONFINED, "tradewire", "demo")


async def test_the_service_runs_as_process_1_answers_health_takes_a_check_by_hand_and_ends_when_told(
    built: Built,
) -> None:
    async with Register([document("2026-30001")]) as register:
        configure(built.folder / "configuration", register)
        service = await asyncio.create_subprocess_exec(
            *built.command(*built.stage.entrypoint, *built.stage.command),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        store = built.folder / "tradewire.sqlite3"
        while not store.exists():  # looked at any sooner it would be ours
            assert service.returncode is None, (await service.communicate())[1].decode()
            await asyncio.sleep(0.05)
        await settled(built.folder, "SELECT count(*) FROM source_state WHERE learned_at IS NOT NULL", 2)
        (first,) = children(service.pid)
        health = await within(first, built.stage, *built.stage.health)
        assert health[0] == 0, health
        assert "was asked" in health[1]
        register.put_document(document("2026-30002"))
        check = await within(first, built.stage, "tradewire", "check")
        assert check[0] == 0, check
        assert "1 new item" in check[1]
        # Sent by whichever of the two comes to it first; what counts is that it was, and once.
        await settled(built.folder, "SELECT count(*) FROM alert WHERE state = 'posted'", 1)
        os.kill(first, getattr(signal, built.stage.stop_signal))
        _, err = await asyncio.wait_for(service.communicate(), END_SECONDS)
        assert service.returncode == 0, err.decode()
        assert b"stopped, nothing lost" in err


def children(process: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


async def within(process: int, stage: Stage, *arguments: str) -> tuple[int | None, str]:
    """Run a command in the container of its process 1, as `docker exec` does, and return its exit code and what it said."""
    entered = ["/usr/bin/nsenter", f"--target={process}", "--mount", "--pid", "--root", "--wd"]
    child = await asyncio.create_subprocess_exec(
        *entered,
        *as_user(stage, list(arguments)),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    out, _ = await asyncio.wait_for(child.communicate(), END_SECONDS)
    return child.returncode, out.decode()
