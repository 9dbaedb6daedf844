"""From an item on its source to a message on a platform: how soon, how many, at what cost beside the platforms' bare libraries.

The platforms are a server of our own in another process, or a function. `python -m tests.bench.deliveries` runs these alone.
"""

import asyncio
import io
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import aiohttp
import slack_sdk.version
import telegram
from slack_sdk.web.async_client import AsyncWebClient
from telegram.constants import ParseMode
from telegram.request import HTTPXRequest

from bot.app import open_app
from bot.channels.console import Console, for_programs
from bot.channels.slack import EVENT_TYPE, SLACK_LIMITS, Slack
from bot.channels.telegram import Telegram
from bot.clock import SystemClock
from bot.core.channel import Channel
from bot.core.match import Severity
from bot.core.pace import Limits
from bot.demo.register import Register
from bot.outbox import Drained, Outbox, Platform
from bot.render import slack as in_slack
from bot.render import telegram as in_telegram
from bot.store.writer import Store
from tests.bench.bare import rows_of, write_bare
from tests.bench.desks import (
    BOT_TOKEN,
    SUMMARY,
    TOKEN,
    AtOnce,
    addresses,
    chat_server,
    outbox_of,
    put,
    subscribe,
)
from tests.bench.feed_polls import processor_seconds
from tests.bench.figures import ROOT, Figure, figure, show
from tests.fakes import items
from tests.fakes.apps import LOOPBACK, settings_for
from tests.fakes.register_records import document

CHANNELS = 1_000
IN_FLIGHT = 64
TRIES = 3
LIMITED_SECONDS = 15.0
FULL = "TRADEWIRE_BENCH_FULL"
_SOURCE = "federal-register"


def deliveries() -> list[Figure]:
    """Return every figure of deliveries."""
    with chat_server() as server:
        return [
            *asyncio.run(latency(server)),
            asyncio.run(limited(server)),
            *asyncio.run(recorded(server)),
            asyncio.run(slack_cost(server)),
            asyncio.run(telegram_cost(server)),
            memory(),
        ]


async def _arrivals(server: str, since: float) -> list[float]:
    """Return after how many seconds each message came, replies aside; they are forgotten with that."""
    async with aiohttp.ClientSession() as session, session.get(f"{server}/arrivals") as answer:
        return sorted(at - since for at, reply in await answer.json() if not reply)


async def latency(server: str) -> list[Figure]:
    """Poll a document that a thousand channels must hear of; time each message's arrival after the end of the poll."""
    shares = {"p50": 0.50, "p95": 0.95, "p99": 0.99}
    tries: list[list[float]] = []
    async with Register() as register:
        with tempfile.TemporaryDirectory() as scratch:
            settings = settings_for(
                register.base_url,
                slack={"bot_token": TOKEN, "api_base_url": f"{server}/"},
                console={"enabled": False},
            )
            async with open_app(
                settings,
                console=lambda clock: Console(io.StringIO(), render=for_programs, now=clock.now),
                store_url=f"sqlite:///{scratch}/store.sqlite3",
                rules=LOOPBACK,
                limits=Limits(),
            ) as app:
                await app.poll([_SOURCE])  # the first read alerts nobody
                await subscribe(app.store, addresses("slack", CHANNELS))
                day = (SystemClock().now() - timedelta(days=1)).date().isoformat()
                for number in range(TRIES):
                    title = f"Additions of Entities to the Entity List, part {number}"
                    register.put_document(document(f"2026-1000{number}", day, title=title, abstract=SUMMARY))
                    polls = await app.poll([_SOURCE])
                    polled_at = time.monotonic()
                    assert polls[0].alerts == CHANNELS, polls[0]
                    await app.outbox.drain()
                    tries.append(await _arrivals(server, polled_at))
                    assert len(tries[-1]) == CHANNELS, len(tries[-1])
    bare = [await _bare_arrivals(server) for _ in range(TRIES)]

    def at(share: float, some: list[list[float]]) -> float:
        return statistics.median(one[min(int(len(one) * share), len(one) - 1)] for one in some)

    return [
        figure(
            f"poll's end to {CHANNELS:,} channels, {name}",
            at(share, tries) * 1e3,
            "ms",
            peer="bare slack_sdk",
            version=slack_sdk.version.__version__,
            ratio=at(share, tries) / at(share, bare),
            goal="<= 1000 ms" if name == "p95" else "",
            met=at(share, tries) <= 1.0 if name == "p95" else None,
        )
        for name, share in shares.items()
    ]


async def _bare_arrivals(server: str) -> list[float]:
    began = time.monotonic()
    await _bare_slack(server, CHANNELS)
    return await _arrivals(server, began)


async def limited(server: str) -> Figure:
    """Send as much as the platform's own limit over all channels lets through, for a while."""
    with tempfile.TemporaryDirectory() as scratch:
        store = await Store.open(f"sqlite:///{scratch}/store.sqlite3")
        wanted = addresses("slack", CHANNELS)
        await subscribe(store, wanted)
        await put(store, wanted, 1)
        stop = asyncio.Event()
        async with Slack(TOKEN, base_url=f"{server}/", limits=SLACK_LIMITS) as platform:
            asyncio.get_running_loop().call_later(LIMITED_SECONDS, stop.set)
            began = time.monotonic()
            await outbox_of(store, "slack", platform).drain(stop=stop)
        await store.close()
    came = [at for at in await _arrivals(server, began) if at <= LIMITED_SECONDS]
    limit = SLACK_LIMITS.overall
    assert limit is not None
    most = LIMITED_SECONDS / limit.interval.total_seconds() + limit.advance
    return figure(
        "messages a minute under Slack's limit",
        len(came) * 60 / LIMITED_SECONDS,
        "messages/min",
        peer="what the limit lets through",
        version="",
        ratio=len(came) / most,
        goal=">= 0.8",
        met=len(came) / most >= 0.8,
    )


async def recorded(server: str) -> list[Figure]:
    """Count deliveries recorded a second, on platforms without limits, against bare sqlite3 writing the rows that are left."""
    shapes = ((1_000, 5), (50, 100), (1, 500))
    found = [await _rate("at once", AtOnce(), "desk", *shape) for shape in shapes]
    async with Slack(TOKEN, base_url=f"{server}/", limits=Limits()) as platform:
        found += [await _rate("Slack", platform, "slack", *shape) for shape in ((1_000, 2), (50, 40))]
    await _arrivals(server, 0)
    return found


async def _rate(name: str, platform: Platform, scheme: str, channels: int, each: int) -> Figure:
    with tempfile.TemporaryDirectory() as scratch:
        file, before = Path(scratch) / "store.sqlite3", Path(scratch) / "before.sqlite3"
        store = await Store.open(f"sqlite:///{file}")
        wanted = addresses(scheme, channels)
        await subscribe(store, wanted)
        count = await put(store, wanted, each)
        store.database.copy_to(before)
        outbox = outbox_of(store, scheme, platform)
        seconds = await _timed(outbox.drain, count)
        await store.close()
        rows = {table: found for table, found in rows_of(file).items() if table in {"post", "delivery"}}
        count = len(rows["delivery"])
        rows["entry"] = rows_of(file)["entry"][-count:]
        began = time.perf_counter()
        write_bare(before, Path(scratch) / "bare.sqlite3", rows, turns=max(1, count // IN_FLIGHT))
        bare = time.perf_counter() - began
    alone = channels == 1
    return figure(
        f"deliveries, {name}, {channels:,} x {each}",
        count / seconds,
        "deliveries/s",
        peer="bare sqlite3, same rows",
        version="",
        ratio=bare / seconds,
        goal=">= 2000/s" if name == "at once" and not alone else "",
        met=count / seconds >= 2_000 if name == "at once" and not alone else None,
    )


async def _timed(drain: Callable[[], Awaitable[Drained]], count: int) -> float:
    began = time.perf_counter()
    drained = await drain()
    seconds = time.perf_counter() - began
    assert drained.sent == count, drained
    return seconds


async def _ours(name: str, platform: Platform, count: int) -> float:
    """Return the processor seconds that sending one alert to each of so many channels takes, with everything on record."""
    with tempfile.TemporaryDirectory() as scratch:
        store = await Store.open(f"sqlite:///{scratch}/store.sqlite3")
        wanted = addresses(name, count)
        await subscribe(store, wanted)
        await put(store, wanted, 1)
        outbox: Outbox = outbox_of(store, name, platform)
        began = processor_seconds()
        drained = await outbox.drain()
        taken = processor_seconds() - began
        assert drained.sent == count, drained
        await store.close()
    return taken


def _posting(platform: str) -> items.Posting:
    alert = items.alert(
        severity=Severity.NOTICE,
        title="Amendment of the Regulations on Class 1 Items, Entity List",
        summary=SUMMARY,
    )
    return items.posting(alert, channel=Channel(address=addresses(platform, 1)[0]))


async def _many(send: Callable[[int], Awaitable[object]], count: int) -> None:
    """Send so many messages, so many at once as our outbox does."""
    numbers = iter(range(count))

    async def some() -> None:
        for number in numbers:
            await send(number)

    await asyncio.gather(*(some() for _ in range(IN_FLIGHT)))


async def _bare_slack(server: str, count: int) -> float:
    """Return the processor seconds that the bare library takes for so many messages like ours."""
    message = in_slack.render(_posting("slack"))
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        web = AsyncWebClient(TOKEN, base_url=f"{server}/", session=session, retry_handlers=[])

        async def send(number: int) -> None:
            payload = {"event_type": EVENT_TYPE, "event_payload": {"key": f"post-{number}"}}
            await web.chat_postMessage(
                channel=f"C{number}",
                text=message.text,
                blocks=list(message.blocks),
                unfurl_links=False,
                unfurl_media=False,
                parse="none",
                metadata=payload,
            )

        began = processor_seconds()
        await _many(send, count)
        return processor_seconds() - began


async def slack_cost(server: str) -> Figure:
    """CPU for each message on Slack with the outbox, beside the bare library with a shared session."""
    count = 1_000
    ours, theirs = [], []
    for _ in range(TRIES):
        async with Slack(TOKEN, base_url=f"{server}/", limits=Limits()) as platform:
            platform.traits = replace(
                platform.traits, details=False
            )  # the bare library sends no replies either
            ours.append(await _ours("slack", platform, count))
        theirs.append(await _bare_slack(server, count))
    await _arrivals(server, 0)
    return _cost("Slack", ours, theirs, count, "bare slack_sdk", slack_sdk.version.__version__)


async def telegram_cost(server: str) -> Figure:
    """CPU for each message on Telegram with the outbox, beside the bare library."""
    count = 500
    ours, theirs = [], []
    for _ in range(TRIES):
        async with Telegram(BOT_TOKEN, base_url=f"{server}/bot", limits=Limits()) as platform:
            ours.append(await _ours("telegram", platform, count))
        theirs.append(await _bare_telegram(server, count))
    await _arrivals(server, 0)
    return _cost("Telegram", ours, theirs, count, "bare PTB", telegram.__version__)


async def _bare_telegram(server: str, count: int) -> float:
    html = in_telegram.render(_posting("telegram")).html
    request = HTTPXRequest(connection_pool_size=IN_FLIGHT, httpx_kwargs={"trust_env": False})
    bot = telegram.Bot(BOT_TOKEN, base_url=f"{server}/bot", request=request, get_updates_request=request)
    await request.initialize()

    async def send(number: int) -> None:
        await bot.send_message(-100_000 - number, html, parse_mode=ParseMode.HTML)

    try:
        began = processor_seconds()
        await _many(send, count)
        return processor_seconds() - began
    finally:
        await request.shutdown()


def _cost(name: str, ours: list[float], theirs: list[float], count: int, peer: str, version: str) -> Figure:
    mine, bare = statistics.median(ours), statistics.median(theirs)
    return figure(
        f"CPU per message, {name}",
        mine / count * 1e6,
        "us",
        peer=peer,
        version=version,
        ratio=mine / bare,
        goal="",
        met=None,
    )


def memory() -> Figure:
    """By how much a sender grows while it delivers, in a process of its own; 100,000 deliveries where `FULL` is set."""
    count = 100_000 if os.environ.get(FULL) else 30_000
    command = [sys.executable, "-m", "tests.bench.delivery_memory", str(count)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)  # noqa: S603 (our own program)
    steps = json.loads(done.stdout.splitlines()[-1])
    first, last = steps[0], steps[-1]
    grown = (last["mib"] - first["mib"]) * 100_000 / (last["count"] - first["count"])
    return figure(
        f"growth, deliveries {first['count'] // 1000}k to {count // 1000}k",
        grown,
        "MiB/100k",
        peer="the process after the first",
        version="",
        ratio=last["mib"] / first["mib"],
        goal="<= 1.10",
        met=last["mib"] / first["mib"] <= 1.10,
    )


if __name__ == "__main__":
    show(deliveries())
