"""An empty loopback register and a client of it."""

from collections.abc import AsyncIterator

import httpx
import pytest

from bot.demo.register import Register


@pytest.fixture
async def register() -> AsyncIterator[Register]:
    async with Register() as opened:
        yield opened


@pytest.fixture
async def client(register: Register) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=register.base_url, trust_env=False) as opened:
        yield opened
