"""Loads the program once, then forks for every command line: real processes, without half a second of imports in each.

`python -m tests.cli.forker SOCKET` answers on a socket: a line of JSON comes (an `Order`), the id of the new process goes back,
and its exit code once it has ended. What starts from nothing is tested by test_first_steps.py, the services and the wheel.
"""

import atexit
import gc
import importlib
import os
import pkgutil
import random
import select
import signal
import socket
import sys
import threading
from pathlib import Path

import msgspec

ROOT = Path(__file__).resolve().parents[2]
_LEFT_OUT = ("__main__", "migrations", "systemd")


class Order(msgspec.Struct, kw_only=True):
    """A command line, where it runs, and the files that are its standard streams."""

    arguments: tuple[str, ...]
    directory: str
    env: dict[str, str]
    stdin: str
    stdout: str
    stderr: str


def load() -> None:
    """Import every module of the program."""
    for package in ("bot", "watchers"):
        for found in pkgutil.walk_packages([str(ROOT / package)], f"{package}."):
            if not any(part in found.name for part in _LEFT_OUT):
                importlib.import_module(found.name)


def serve(listener: socket.socket) -> None:
    """Fork for every order, until our standard input ends. A process in between waits for each: several may be under way."""
    while True:
        ready, _, _ = select.select([listener, sys.stdin], [], [])
        if sys.stdin in ready:
            os._exit(0)
        connection, _ = listener.accept()
        if os.fork():
            connection.close()
            continue
        listener.close()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        with connection, connection.makefile("rb") as lines:
            order = msgspec.json.decode(lines.readline(), type=Order)
            pid = os.fork()
            if pid == 0:
                become(order)
                return
            connection.sendall(b"%d\n" % pid)
            _, status = os.waitpid(pid, 0)
            connection.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))
        os._exit(0)


def become(order: Order) -> None:
    """Be the process that was asked for, up to the call of the program."""
    os.chdir(order.directory)
    os.environ.clear()
    os.environ.update(order.env)
    new = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    for number, (path, flags) in enumerate(
        ((order.stdin, os.O_RDONLY), (order.stdout, new), (order.stderr, new))
    ):
        opened = os.open(path, flags, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    random.seed()  # otherwise all would draw the same
    sys.path[0] = order.directory  # as `python -m bot.cli` has it
    sys.argv = [str(ROOT / "bot" / "cli" / "__main__.py"), *order.arguments]


def main() -> None:
    """Load, say so, and serve. Only a fork comes back from that: it runs its command line, and ends as any Python does."""
    load()
    assert threading.active_count() == 1, "a thread would not live on in a fork"
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(sys.argv[1])
    listener.listen()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those in between
    gc.collect()
    gc.freeze()  # what is loaded is garbage in no fork: none looks through it, and so none copies it
    print("ready", flush=True)
    serve(listener)
    run()


def run() -> None:
    """Run the command line and end, with all that Python does then but taking apart what was loaded before the fork."""
    code: object = 1
    try:
        importlib.import_module("bot.cli").main()
    except SystemExit as asked:
        code = asked.code
    threading._shutdown()  # type: ignore[attr-defined]  # waits for threads, as the end of a process does
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(code if isinstance(code, int) else int(code is not None))


if __name__ == "__main__":
    main()
