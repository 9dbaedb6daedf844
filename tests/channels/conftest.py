"""An empty Slack and an empty Telegram on loopback, and the platforms that send to them."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from bot.channels.slack import Slack
from bot.channels.telegram import Telegram
from bot.demo.slack_stand_in import SlackStandIn
from bot.demo.telegram_stand_in import TelegramStandIn

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SLACK_TOKEN = "xoxb-" + "123456789-" * 2 + "MadeUpForTheTests"
TELEGRAM_TOKEN = "7123456789:" + "made-up_" * 5


@pytest.fixture
async def slack_server() -> AsyncIterator[SlackStandIn]:
    async with SlackStandIn(now=lambda: NOON, bot_token=SLACK_TOKEN, app_token="xapp-1") as opened:
        yield opened


@pytest.fixture
async def slack(slack_server: SlackStandIn) -> AsyncIterator[Slack]:
    async with Slack(SLACK_TOKEN, base_url=slack_server.api_base_url) as opened:
        yield opened


@pytest.fixture
async def hasty_slack(slack_server: SlackStandIn) -> AsyncIterator[Slack]:
    """One that soon gives up waiting."""
    async with Slack(SLACK_TOKEN, base_url=slack_server.api_base_url, seconds=0.5) as opened:
        yield opened


@pytest.fixture
def trade(slack_server: SlackStandIn) -> str:
    """A channel."""
    return slack_server.workspace.add_channel("trade")


@pytest.fixture
async def telegram_server() -> AsyncIterator[TelegramStandIn]:
    async with TelegramStandIn(now=lambda: NOON, bot_token=TELEGRAM_TOKEN) as opened:
        yield opened


@pytest.fixture
async def telegram(telegram_server: TelegramStandIn) -> AsyncIterator[Telegram]:
    async with Telegram(TELEGRAM_TOKEN, base_url=telegram_server.api_base_url) as opened:
        yield opened


@pytest.fixture
async def hasty_telegram(telegram_server: TelegramStandIn) -> AsyncIterator[Telegram]:
    """One that soon gives up waiting."""
    async with Telegram(TELEGRAM_TOKEN, base_url=telegram_server.api_base_url, seconds=0.5) as opened:
        yield opened


@pytest.fixture
def group(telegram_server: TelegramStandIn) -> int:
    """A forum with two topics."""
    return telegram_server.chats.add_supergroup("Trade", topics=("Controls", "Tariffs"))
