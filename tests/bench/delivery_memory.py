"""Delivers many alerts through the outbox, as a process of its own: `python -m tests.bench.delivery_memory COUNT`.

Prints as JSON how much memory it holds, and how long it took, after every 5,000 deliveries from the tenth thousand on.
"""

import asyncio
import gc
import json
import os
import sys
import tempfile
import time
from pathlib import Path

from bot.store.writer import Store
from tests.bench.desks import AtOnce, addresses, outbox_of, put, subscribe

_AT_ONCE = 5_000
_WARM = 10_000  # until then caches fill
_CHANNELS = 1_000


def resident_mib() -> float:
    """Return how much memory this process holds."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


async def main() -> None:
    """Deliver, and print what was measured on the way."""
    count, steps = int(sys.argv[1]), []
    with tempfile.TemporaryDirectory() as scratch:
        store = await Store.open(f"sqlite:///{scratch}/store.sqlite3")
        wanted = addresses("desk", _CHANNELS)
        await subscribe(store, wanted)
        outbox = outbox_of(store, "desk", AtOnce())
        began = time.perf_counter()
        for done in range(_AT_ONCE, count + 1, _AT_ONCE):
            each = _AT_ONCE // _CHANNELS
            await put(store, wanted, each, first=(done - _AT_ONCE) // _CHANNELS)
            drained = await outbox.drain()
            assert drained.sent == _AT_ONCE, drained
            if done >= _WARM:
                gc.collect()
                steps.append({"count": done, "mib": resident_mib(), "seconds": time.perf_counter() - began})
        await store.close()
    print(json.dumps(steps))


if __name__ == "__main__":
    asyncio.run(main())
