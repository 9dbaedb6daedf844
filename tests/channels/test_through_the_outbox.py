"""Through the real outbox and store: doubt is looked into where a platform can be read, and a marked repeat where it cannot."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bot.channels.slack import Slack
from bot.channels.telegram import Telegram
from bot.channels.webhook import Hook, Webhook
from bot.core.channel import Burst, Channel
from bot.core.match import Severity
from bot.demo.slack_stand_in import SlackStandIn
from bot.demo.telegram_stand_in import TelegramStandIn
from bot.outbox import Outbox, Platform
from bot.render.phrases import SENT_AGAIN
from bot.store.alerts import put_alerts
from bot.store.channels import load_roster, save_channel
from bot.store.laying import Coverage
from bot.store.writer import Store
from tests.fakes import platform_faults as faults
from tests.fakes.http_site import http_site, reply
from tests.fakes.posts import FILED
from tests.fakes.virtual_time import VirtualTime


@pytest.fixture
def time() -> VirtualTime:
    return VirtualTime()


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await Store.open(f"sqlite:///{tmp_path / 'store.sqlite3'}")
    yield opened
    await opened.close()


def coverage(_: Connection, __: datetime) -> Coverage:
    return Coverage(read=0, sources=0, blind=(), last_read_at=None)


async def tell(store: Store, time: VirtualTime, address: str) -> None:
    """Lay an alert down for a channel."""

    def work(connection: Connection) -> None:
        save_channel(connection, Channel(address=address), now=time.now(), by="a test")
        put_alerts(connection, time.now(), [replace(FILED, channel=address)])

    await store.write(work)


async def drain_for(store: Store, time: VirtualTime, seconds: int, **platforms: Platform) -> None:
    """Drain again and again while so much time goes by."""
    outbox = Outbox(store=store, platforms=platforms, clock=time, coverage=coverage, patience_seconds=-1.0)
    for _ in range(seconds // 2):
        await outbox.drain()
        await time.sleep(2.0)


def told(server: SlackStandIn, channel: str) -> list[str]:
    """Return the keys of what stands in a channel itself."""
    posted = server.workspace.messages(channel)
    return [one.metadata["event_payload"]["key"] for one in posted if one.metadata and not one.thread_ts]


async def test_a_slack_post_whose_answer_was_lost_is_found_and_not_sent_twice(
    store: Store, time: VirtualTime, slack: Slack, slack_server: SlackStandIn, trade: str
) -> None:
    slack_server.between = faults.scripted("chat.postMessage", [faults.drop_after()])
    await tell(store, time, f"slack:{trade}")
    await drain_for(store, time, 60, slack=slack)
    (key,) = told(slack_server, trade)
    assert key.endswith("-1")
    assert "conversations.history" in {one.method for one in slack_server.workspace.log}


async def test_a_slack_post_that_never_arrived_is_seen_to_be_absent_and_sent_once(
    store: Store, time: VirtualTime, slack: Slack, slack_server: SlackStandIn, trade: str
) -> None:
    slack_server.between = faults.scripted("chat.postMessage", [faults.drop_before()])
    await tell(store, time, f"slack:{trade}")
    await drain_for(store, time, 60, slack=slack)
    (key,) = told(slack_server, trade)
    assert key.endswith("-1")
    (first, *_) = slack_server.workspace.messages(trade)
    assert SENT_AGAIN.say("en") not in str(first.blocks)


async def test_a_telegram_post_whose_answer_was_lost_is_sent_again_and_says_so(
    store: Store, time: VirtualTime, telegram: Telegram, telegram_server: TelegramStandIn, group: int
) -> None:
    telegram_server.between = faults.scripted("sendMessage", [faults.drop_after()])
    await tell(store, time, f"telegram:{group}")
    await drain_for(store, time, 60, telegram=telegram)
    first, second = telegram_server.chats.messages(group)
    assert SENT_AGAIN.say("en") not in first.text
    assert SENT_AGAIN.say("en") in second.text


async def test_a_telegram_group_that_moved_gets_its_post_at_its_new_place(
    store: Store, time: VirtualTime, telegram: Telegram, telegram_server: TelegramStandIn
) -> None:
    old = telegram_server.chats.add_group("Trade")
    new = telegram_server.migrate(old)
    await tell(store, time, f"telegram:{old}")
    await drain_for(store, time, 60, telegram=telegram)
    assert len(telegram_server.chats.messages(new)) == 1


async def test_a_bot_that_was_kicked_pauses_its_channel(
    store: Store, time: VirtualTime, telegram: Telegram, telegram_server: TelegramStandIn, group: int
) -> None:
    telegram_server.kick(group)
    await tell(store, time, f"telegram:{group}")
    await drain_for(store, time, 10, telegram=telegram)
    (channel,) = (await store.read(load_roster)).channels
    assert channel.paused == "Telegram answered: Forbidden: bot was kicked from the supergroup chat"


async def test_a_burst_at_a_webhook_ends_without_a_dead_letter(store: Store, time: VirtualTime) -> None:
    channel = Channel(address="webhook:desk", burst=Burst(alerts=1))
    alerts = [
        replace(FILED, channel=channel.address, story=f"7f{number}a", severity=Severity.NOTICE)
        for number in range(3)
    ]

    def work(connection: Connection) -> None:
        save_channel(connection, channel, now=time.now(), by="a test")
        put_alerts(connection, time.now(), alerts)

    await store.write(work)
    async with http_site() as site:
        site.on("/", reply())
        hooks = {"desk": Hook(url=site.url("/"), secret=b"made up")}
        async with Webhook(
            hooks, user_agent="Tradewire/0", allow_private_hosts=frozenset({"127.0.0.1"})
        ) as webhook:
            await drain_for(store, time, 1500, webhook=webhook)
    bodies = [json.loads(one.body) for one in site.asked]
    assert [each["type"] for each in bodies] == ["alert", "burst", "growth"]
    assert bodies[2]["changes"] == bodies[1]["data"]["key"]
    assert bodies[2]["data"]["burst"]["closed_at"]


async def test_a_webhook_that_failed_gets_the_same_post_at_its_next_time(
    store: Store, time: VirtualTime
) -> None:
    await tell(store, time, "webhook:desk")
    async with http_site() as site:
        site.on("/", reply(status=503), reply())
        hooks = {"desk": Hook(url=site.url("/"), secret=b"made up")}
        async with Webhook(
            hooks, user_agent="Tradewire/0", allow_private_hosts=frozenset({"127.0.0.1"})
        ) as webhook:
            await drain_for(store, time, 20, webhook=webhook)
    ids = [one.headers["webhook-id"] for one in site.asked]
    stamps = [int(one.headers["webhook-timestamp"]) for one in site.asked]
    assert len(ids) == 2
    assert len(set(ids)) == 1
    assert 5 <= stamps[1] - stamps[0] <= 7
