"""Polls the benchmark's feeds with the whole pipeline on, as a process of its own: `python -m tests.bench.feed_polls PORT COUNT`.

Prints the processor seconds of each round as JSON: a first read, one with nothing changed, one with a new entry in each feed.
"""

import asyncio
import io
import json
import resource
import sys
import tempfile
import urllib.request
from pathlib import Path

from bot.app import open_app
from bot.channels.console import Console, for_programs
from bot.config import load
from watchers.fetch import FetchRules

_RULES = FetchRules(
    user_agent="Tradewire benchmark",
    seconds_between_requests=0,
    attempts=1,
    allow_private_hosts=frozenset({"127.0.0.1"}),
)


def processor_seconds() -> float:
    """Return what this process has taken so far, in user and system time."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def settings_text(port: int, count: int) -> str:
    """Return a configuration with every feed as a source of its own."""
    tables = "".join(
        f'[sources.desk-{number}]\nbuilder = "feed"\nurl = "http://127.0.0.1:{port}/feed/{number}"\n'
        for number in range(count)
    )
    return f'contact = "bench@example.org"\n{tables}'


async def main() -> None:
    """Poll three rounds and print what each took, with what came of it."""
    port, count = int(sys.argv[1]), int(sys.argv[2])
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch) / "config.toml"
        file.write_text(settings_text(port, count), encoding="utf-8")
        settings = load(file, secret_directories=[])
        async with open_app(
            settings,
            rules=_RULES,
            console=lambda clock: Console(io.StringIO(), render=for_programs, now=clock.now),
        ) as app:
            keys = [key for key in app.sources if key.startswith("desk-")]
            rounds = []
            for name in ("cold", "304", "one new each"):
                if name == "one new each":
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/next").close()  # noqa: ASYNC210 (our own server; nothing else runs)
                began = processor_seconds()
                polls, _ = await app.check(keys)
                took = processor_seconds() - began
                assert all(poll.ok for poll in polls), [poll.error for poll in polls if not poll.ok][:3]
                rounds.append({"round": name, "seconds": took, "new": sum(poll.new for poll in polls)})
        print(json.dumps(rounds))


if __name__ == "__main__":
    asyncio.run(main())
