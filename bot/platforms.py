"""The platforms that the configuration names, opened for as long as they are used. A platform's library is loaded only for it."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

from bot.clock import Clock
from bot.config import Settings
from bot.config_channels import WebhookTable
from bot.core.channel import CONSOLE
from bot.core.pace import Limits
from bot.errors import ConfigError, ConfigProblem
from bot.outbox import Platform

if TYPE_CHECKING:
    from bot.channels.webhook import Hook


def configured_platforms(settings: Settings) -> tuple[str, ...]:
    """Return the names of the platforms that the configuration has what it takes to reach."""
    has = {
        CONSOLE: settings.console.enabled,
        "slack": settings.slack is not None and settings.slack.bot_token is not None,
        "telegram": settings.telegram is not None and settings.telegram.bot_token is not None,
        "webhook": bool(settings.webhooks),
    }
    return tuple(name for name, configured in has.items() if configured)


@asynccontextmanager
async def open_platforms(
    settings: Settings,
    clock: Clock,
    *,
    console: Callable[[Clock], Platform],
    user_agent: str,
    limits: Limits | None = None,
    rehearsal: bool = False,
) -> AsyncIterator[dict[str, Platform]]:
    """Open every configured platform, by name, and close them again. Asks no platform anything. Raises ConfigError.

    `limits` hold in the place of the chat platforms' own. In a `rehearsal` the console stands for each of them.
    """
    if rehearsal:
        yield {name: console(clock) for name in configured_platforms(settings)}
        return
    async with AsyncExitStack() as stack:
        platforms: dict[str, Platform] = {}
        if settings.console.enabled:
            platforms[CONSOLE] = console(clock)
        if settings.slack is not None and settings.slack.bot_token is not None:
            from bot.channels.slack import SLACK_LIMITS, Slack

            token = settings.slack.bot_token.get_secret_value()
            slack = Slack(token, base_url=settings.slack.api_base_url, limits=limits or SLACK_LIMITS)
            platforms["slack"] = await stack.enter_async_context(slack)
        if settings.telegram is not None and settings.telegram.bot_token is not None:
            from bot.channels.telegram import TELEGRAM_LIMITS, Telegram

            token = settings.telegram.bot_token.get_secret_value()
            telegram = Telegram(
                token, base_url=settings.telegram.api_base_url, limits=limits or TELEGRAM_LIMITS
            )
            platforms["telegram"] = await stack.enter_async_context(telegram)
        if settings.webhooks:
            from bot.channels.webhook import Webhook

            hooks = {name: _hook(name, table) for name, table in settings.webhooks.items()}
            webhook = Webhook(
                hooks,
                user_agent=user_agent,
                allow_private_hosts=frozenset(settings.fetch.allow_private_hosts),
            )
            platforms["webhook"] = await stack.enter_async_context(webhook)
        yield platforms


def _hook(name: str, table: WebhookTable) -> "Hook":
    from bot.channels.webhook import Hook, secret_of

    try:
        secret = secret_of(table.secret.get_secret_value() if table.secret else "")
    except ValueError as error:
        problem = ConfigProblem(place=f"[webhooks.{name}] secret", message=str(error))
        raise ConfigError("the configuration", [problem]) from None
    return Hook(url=table.url.get_secret_value(), secret=secret)
