"""What the process is asked for by signals: to stop, and to read the configuration again."""

import asyncio
import os
import signal
import sys
from types import FrameType


def heed(loop: asyncio.AbstractEventLoop, *, stop: asyncio.Event, again: asyncio.Event) -> None:
    """Let SIGTERM and SIGINT set `stop`, and SIGHUP `again`.

    Not by the loop's own handlers: those end with it, and a second signal would then kill us. A terminal that is closed sends
    SIGHUP too: nobody is left to read what we print, and we stop.
    """
    terminal = sys.stdin.fileno() if sys.stdin and sys.stdin.isatty() else None

    def ask(number: int, _frame: FrameType | None) -> None:
        reads_again = number == signal.SIGHUP and not (terminal is not None and _is_gone(terminal))
        if not loop.is_closed():
            loop.call_soon_threadsafe((again if reads_again else stop).set)

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, ask)


def _is_gone(terminal: int) -> bool:
    try:
        os.tcgetpgrp(terminal)
    except OSError:
        return True
    return False
