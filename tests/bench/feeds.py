"""CPU of polling many feeds, beside reader and urlwatch on the same feeds, each as a process of its own."""

import json
import os
import subprocess
import sys
import tempfile
import urllib.request
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.figures import ROOT, Figure, figure

COUNT = 500
PEERS = {"reader": "3.26", "urlwatch": "2.29"}
ROUNDS = ("cold", "304", "one new each")
# Ours may take at most this share of each peer's CPU.
GOALS = {
    ("reader", "cold"): 1 / 8,
    ("reader", "304"): 1 / 3,
    ("reader", "one new each"): 1 / 8,
    ("urlwatch", "cold"): 1.0,
    ("urlwatch", "304"): 1.0,
    ("urlwatch", "one new each"): 1.0,
}

_READER = """
import json, resource, sys, urllib.request
from reader import make_reader
port, count, path = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
def used():
    r = resource.getrusage(resource.RUSAGE_SELF)
    return r.ru_utime + r.ru_stime
reader = make_reader(path)
for number in range(count):
    reader.add_feed(f"http://127.0.0.1:{port}/feed/{number}")
rounds = []
for name in ("cold", "304", "one new each"):
    if name == "one new each":
        urllib.request.urlopen(f"http://127.0.0.1:{port}/next").close()
    began = used()
    reader.update_feeds(scheduled=False)
    rounds.append({"round": name, "seconds": used() - began})
entries = reader.get_entry_counts().total
assert entries == count * 21, entries
print(json.dumps(rounds))
"""


def polling() -> list[Figure]:
    """Return CPU seconds per 1,000 polls of ours against each peer, round by round."""
    python = _peers()
    with tempfile.TemporaryDirectory() as scratch:
        with _site() as port:
            ours = _run([sys.executable, "-m", "tests.bench.feed_polls", str(port), str(COUNT)])
        with _site() as port:
            store = str(Path(scratch) / "reader.sqlite3")
            theirs = {"reader": _run([python, "-c", _READER, str(port), str(COUNT), store])}
        with _site() as port:
            theirs["urlwatch"] = _urlwatch(python, port, Path(scratch))
    return [
        _figure(peer, round_name, ours[round_name], theirs[peer][round_name])
        for peer in PEERS
        for round_name in ROUNDS
    ]


def _figure(peer: str, round_name: str, ours: float, theirs: float) -> Figure:
    most = GOALS[peer, round_name]
    return figure(
        f"poll feeds, {round_name}",
        ours * 1000 / COUNT,
        "CPU s/1,000",
        peer=peer,
        version=PEERS[peer],
        ratio=ours / theirs,
        goal=f"<= {most:.2f}",
        met=ours / theirs <= most,
    )


def _peers() -> str:
    """Return the interpreter of an environment that has the peers; made once."""
    home = ROOT / "build" / "bench-peers"
    python = home / "bin" / "python"
    done = home / ".done"
    if not done.exists():
        print("Installing the peers of the benchmarks ...", file=sys.stderr)
        venv.create(home, with_pip=True, clear=True)
        # reader's own copy of feedparser wants this module and does not ask for it.
        wanted = [*(f"{name}=={version}" for name, version in PEERS.items()), "sgmllib3k==1.0.0"]
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *wanted]
        subprocess.run(pip, check=True)  # noqa: S603 (pinned names)
        done.touch()
    return str(python)


@contextmanager
def _site() -> Iterator[int]:
    command = [sys.executable, "-m", "tests.bench.feed_site", str(COUNT)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as site:  # noqa: S603 (our own program)
        try:
            assert site.stdout is not None
            yield int(site.stdout.readline())
        finally:
            site.terminate()


def _run(command: list[str]) -> dict[str, float]:
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)  # noqa: S603 (our own programs)
    return {each["round"]: each["seconds"] for each in json.loads(done.stdout.splitlines()[-1])}


def _urlwatch(python: str, port: int, scratch: Path) -> dict[str, float]:
    """Run urlwatch once for each round; it is a command, so its whole process counts."""
    jobs = scratch / "urls.yaml"
    jobs.write_text(
        "\n---\n".join(
            f"name: desk {number}\nurl: http://127.0.0.1:{port}/feed/{number}" for number in range(COUNT)
        ),
        encoding="utf-8",
    )
    config = scratch / "urlwatch.yaml"
    config.write_text("report:\n  stdout:\n    enabled: false\n", encoding="utf-8")
    command = [
        str(Path(python).parent / "urlwatch"),
        *("--urls", str(jobs), "--config", str(config), "--cache", str(scratch / "urlwatch.db")),
        *("--hooks", str(scratch / "none.py")),
    ]
    taken: dict[str, float] = {}
    for round_name in ROUNDS:
        if round_name == "one new each":
            urllib.request.urlopen(f"http://127.0.0.1:{port}/next").close()
        taken[round_name] = _processor_seconds(command)
    return taken


def _processor_seconds(command: list[str]) -> float:
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:  # noqa: S603 (pinned program)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, f"{command[0]} ended with {process.returncode}"
    return used.ru_utime + used.ru_stime
