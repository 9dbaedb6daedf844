"""Tells systemd how the service stands: ready, stopping, alive. Does nothing where no service manager asked for it.

It must never say that a stuck service is alive: a restart is what helps then. The protocol is one datagram of lines to the
socket named by $NOTIFY_SOCKET. Source: man pages sd_notify(3) and sd_watchdog_enabled(3) of systemd 252, seen 2026-11-29.
"""

import asyncio
import logging
import os
import socket
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

log = logging.getLogger("tradewire.systemd")

SEND_SECONDS = 1.0
"""How long a full socket of the service manager may hold us up."""


def notify(*lines: str, environ: Mapping[str, str] = os.environ) -> None:
    """Send lines such as `READY=1` to the service manager. Without one, or where it cannot be reached, go on as ever."""
    address = environ.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):  # none, or one of another kind
        return
    if address.startswith("@"):  # how an abstract socket is spelt where a zero byte cannot be
        address = "\0" + address[1:]
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
            sender.settimeout(SEND_SECONDS)
            sender.sendto("\n".join(lines).encode(), address)
    except OSError as error:
        log.warning("the service manager could not be told", extra={"why": error.strerror or str(error)})


@contextmanager
def reloading() -> Iterator[None]:
    """Say that the configuration is being read, and then that the service is ready again."""
    notify("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1_000}")
    try:
        yield
    finally:
        notify("READY=1")


def watchdog_seconds(environ: Mapping[str, str] = os.environ) -> float | None:
    """Return how often the service manager wants to hear of us, at the least; None: it does not watch this process."""
    if environ.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        return None  # meant for the process that started us
    wanted = environ.get("WATCHDOG_USEC", "")
    return int(wanted) / 1e6 if wanted.isdecimal() and int(wanted) > 0 else None


async def attend(
    *, turned: asyncio.Event, stuck: Callable[[float], Sequence[str]], stop: asyncio.Event, what: str
) -> None:
    """Say that the service is ready once it has `turned`, that it is alive while nothing is `stuck`, and when it stops.

    `stuck` is asked with the time of the event loop's clock; `what` is the status while all is well. Returns after `stop`.
    """
    stopping = asyncio.create_task(stop.wait())
    ready = asyncio.create_task(turned.wait())
    try:
        await asyncio.wait([stopping, ready], return_when=asyncio.FIRST_COMPLETED)
        if turned.is_set():
            notify("READY=1", f"STATUS={what}")
        await _watch(stuck, stopping, what)
    finally:
        notify("STOPPING=1", "STATUS=finishing what is under way")
        stopping.cancel()
        ready.cancel()


async def _watch(stuck: Callable[[float], Sequence[str]], stopping: asyncio.Task[bool], what: str) -> None:
    """Say twice in every span of the watchdog's that we are alive, as long as we are, until `stopping` ends."""
    every = watchdog_seconds()
    if every is None:
        await stopping
        return
    loop = asyncio.get_running_loop()
    well = True
    while not stopping.done():
        still = tuple(stuck(loop.time()))
        if still:
            log.error("no progress; the watchdog is not told that we are alive", extra={"loops": still})
            notify(f"STATUS=no progress: {', '.join(still)}")
        else:
            notify("WATCHDOG=1", *(() if well else (f"STATUS={what}",)))
        well = not still
        await asyncio.wait([stopping], timeout=every / 2)
