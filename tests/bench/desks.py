"""What the benchmarks of deliveries share: channels, alerts that wait for them, a platform in memory, a chat server."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from bot.clock import SystemClock
from bot.core.channel import Burst, Channel, Subscription
from bot.core.delivery import CANNOT_LOOK, Outcome, Sent
from bot.core.match import Severity
from bot.core.platform import Traits
from bot.core.posting import Posting
from bot.outbox import Outbox, Platform
from bot.store.alerts import put_alerts
from bot.store.channels import save_channel
from bot.store.laying import Coverage
from bot.store.writer import Store
from tests.bench.figures import ROOT
from tests.fakes import items

TOKEN = "xoxb-1-2-bench"  # noqa: S105 (of a workspace that is our own server)
BOT_TOKEN = "1:bench"  # noqa: S105 (likewise)
SUMMARY = (
    "The Bureau amends the regulations on items of this class and asks for comments on the amendment. " * 4
)
_SEEN_WELL = Coverage(read=1, sources=1, blind=(), last_read_at=None)


def addresses(platform: str, count: int) -> tuple[str, ...]:
    """Return so many addresses of channels on a platform."""
    form = "telegram:-{}" if platform == "telegram" else f"{platform}:C{{}}"
    return tuple(form.format(100_000 + number) for number in range(count))


class AtOnce:
    """A platform in memory that takes every post at once."""

    traits = Traits()

    async def send(self, posting: Posting) -> Sent:
        """Take a post."""
        return Sent(outcome=Outcome.SENT, platform_ref=str(posting.id))

    async def look(self, posting: Posting, since: datetime) -> Sent:
        """Say that it cannot be read back."""
        return CANNOT_LOOK


def outbox_of(store: Store, name: str, platform: Platform) -> Outbox:
    """Return an outbox that sends on one platform."""
    return Outbox(
        store=store, platforms={name: platform}, clock=SystemClock(), coverage=lambda *_: _SEEN_WELL
    )


async def subscribe(store: Store, wanted: Sequence[str]) -> None:
    """Let these channels ask for everything at once, however much it is."""
    now = SystemClock().now()
    channels = [
        Channel(address=each, subscriptions=(Subscription(),), burst=Burst(alerts=1_000_000, minutes=1))
        for each in wanted
    ]

    def save(connection: object) -> None:
        for channel in channels:
            save_channel(connection, channel, now=now, by="a benchmark")  # type: ignore[arg-type]

    await store.write(save)


async def put(store: Store, wanted: Sequence[str], each: int, *, first: int = 0) -> int:
    """Lay down `each` alerts for each of these channels, of stories numbered from `first` on; return how many in all."""
    now = SystemClock().now()
    for number in range(first, first + each):
        alerts = [
            items.alert(
                story=f"s{number}",
                key=f"2026-{number:05}",
                channel=channel,
                severity=Severity.NOTICE,
                title=f"Amendment of the Regulations on Class {number} Items, Entity List",
                summary=SUMMARY,
            )
            for channel in wanted
        ]
        await store.write(lambda connection, alerts=alerts: put_alerts(connection, now, alerts))
    return each * len(wanted)


@contextmanager
def chat_server() -> Iterator[str]:
    """Start the chat server and give its address, without a slash at its end."""
    command = [sys.executable, "-m", "tests.bench.chat_server"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:  # noqa: S603 (our own program)
        try:
            assert server.stdout is not None
            yield f"http://127.0.0.1:{int(server.stdout.readline())}"
        finally:
            server.terminate()
