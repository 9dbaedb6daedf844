"""The real Telegram library, pointed at a stand-in on loopback whatever proxies the environment names."""

from telegram import Bot
from telegram.request import HTTPXRequest

from bot.demo.telegram_stand_in import TelegramStandIn

TOKEN = "7000000001:abc"  # noqa: S105 (made up)


def request(*, read_timeout: float = 5) -> HTTPXRequest:
    """Return a connection that asks no proxy."""
    return HTTPXRequest(read_timeout=read_timeout, httpx_kwargs={"trust_env": False})


def bot_of(telegram: TelegramStandIn, *, token: str = TOKEN, read_timeout: float = 5) -> Bot:
    """Return a bot of `telegram`, to be used as a context."""
    return Bot(
        token,
        base_url=telegram.api_base_url,
        request=request(read_timeout=read_timeout),
        get_updates_request=request(),
    )
