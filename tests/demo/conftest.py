"""An empty loopback register, an empty Slack and an empty Telegram, and clients of them."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import aiohttp
import httpx
import pytest
from slack_sdk.web.async_client import AsyncWebClient
from telegram import Bot

from bot.demo.register import Register
from bot.demo.slack_stand_in import SlackStandIn
from bot.demo.telegram_stand_in import TelegramStandIn
from tests.fakes.telegram_bots import TOKEN, bot_of

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
async def register() -> AsyncIterator[Register]:
    async with Register() as opened:
        yield opened


@pytest.fixture
async def client(register: Register) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=register.base_url, trust_env=False) as opened:
        yield opened


@pytest.fixture
async def slack() -> AsyncIterator[SlackStandIn]:
    async with SlackStandIn(now=lambda: NOON, bot_token="xoxb-1", app_token="xapp-1") as opened:
        yield opened


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
def web(slack: SlackStandIn, session: aiohttp.ClientSession) -> AsyncWebClient:
    return AsyncWebClient(token="xoxb-1", base_url=slack.api_base_url, session=session, retry_handlers=[])


@pytest.fixture
def channel(slack: SlackStandIn) -> str:
    return slack.workspace.add_channel("trade")


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramStandIn]:
    async with TelegramStandIn(now=lambda: NOON, bot_token=TOKEN) as opened:
        yield opened


@pytest.fixture
async def bot(telegram: TelegramStandIn) -> AsyncIterator[Bot]:
    async with bot_of(telegram) as opened:
        yield opened


@pytest.fixture
def group(telegram: TelegramStandIn) -> int:
    return telegram.chats.add_supergroup("Trade", topics=("Controls", "Tariffs"))


@pytest.fixture
def ana(telegram: TelegramStandIn) -> int:
    return telegram.chats.add_user("Ana")
