"""A Slack and a Telegram on loopback for the replay: one channel, one group, and what their members saw in the end."""

from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from bot.config_channels import SlackTable, SubscriptionTable, TelegramTable
from bot.core.channel import ALL_TOPICS
from bot.core.match import Severity
from bot.demo.slack_stand_in import SlackStandIn
from bot.demo.telegram_stand_in import TelegramStandIn
from bot.demo.transcript import slack_transcript, telegram_transcript

_BOT, _APP, _TELEGRAM = "xoxb-demo", "xapp-demo", "1:demo"
_TOPIC = "critical-minerals"


class Chats:
    """Both platforms, running; use as `async with Chats(now=…) as chats`. `now` is the replay's time."""

    def __init__(self, *, now: Callable[[], datetime]) -> None:
        self._stack = AsyncExitStack()
        self.slack = SlackStandIn(now=now, bot_token=_BOT, app_token=_APP)
        self.telegram = TelegramStandIn(now=now, bot_token=_TELEGRAM)
        self._compliance = self.slack.workspace.add_channel("compliance")
        self._minerals = self.telegram.chats.add_supergroup("Minerals desk")
        self.telegram.chats.set_member(self._minerals, self.telegram.chats.add_user("Mei"), "creator")

    async def __aenter__(self) -> Self:
        await self._stack.enter_async_context(self.slack)
        await self._stack.enter_async_context(self.telegram)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    def settings(self) -> dict[str, Any]:
        """Return the configuration's tables that lead to them, with what both are subscribed to."""
        slack = SlackTable.model_validate(
            {"bot_token": _BOT, "app_token": _APP, "api_base_url": self.slack.api_base_url}
        )
        telegram = TelegramTable.model_validate(
            {"bot_token": _TELEGRAM, "api_base_url": self.telegram.api_base_url}
        )
        everything = SubscriptionTable(
            channel=f"slack:{self._compliance}", topics=(ALL_TOPICS,), severity=Severity.INFO
        )
        minerals = SubscriptionTable(channel=f"telegram:{self._minerals}", topics=(_TOPIC,))
        return {"slack": slack, "telegram": telegram, "subscriptions": (everything, minerals)}

    def transcripts(self, zone: str) -> list[tuple[str, list[str]]]:
        """Return for each place its name and what a member saw there, thread by thread."""
        return [
            (
                "Slack, #compliance, all topics",
                slack_transcript(self.slack.workspace, self._compliance, zone=zone),
            ),
            (
                f"Telegram, Minerals desk, {_TOPIC}",
                telegram_transcript(self.telegram.chats, self._minerals, zone=zone),
            ),
        ]
