"""What the command line says of channels on Slack and Telegram: where alerts went, how channels stand, how to set one up."""

import json
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from bot.demo.register import Register
from bot.demo.slack_stand_in import SlackStandIn
from bot.demo.telegram_stand_in import TelegramStandIn
from tests.cli.conftest import Ran
from tests.cli.test_check_and_run import configure, document

RunAsync = Callable[..., Awaitable[Ran]]


class Desk:
    """A Register, a Slack and a Telegram, and a configuration with a channel on each. `invited`: the bot is in Slack's."""

    def __init__(self, directory: Path, *, invited: bool = True, is_revoked: bool = False) -> None:
        self._stack = AsyncExitStack()
        self._directory, self._token = directory, "xoxb-old" if is_revoked else "xoxb-a"
        self.register = Register([document("2026-30001")])
        self.slack = SlackStandIn(now=lambda: datetime.now(UTC), bot_token="xoxb-a", app_token="xapp-a")
        self.telegram = TelegramStandIn(now=lambda: datetime.now(UTC), bot_token="1:a")
        self.trade = self.slack.workspace.add_channel("trade", has_bot=invited)
        self.group = self.telegram.chats.add_supergroup("Desk")

    @property
    def everywhere(self) -> str:
        """All channels, as they are named."""
        return f"the console, slack:{self.trade}, telegram:{self.group}"

    async def __aenter__(self) -> Self:
        for server in (self.register, self.slack, self.telegram):
            await self._stack.enter_async_context(server)
        configure(
            self._directory,
            self.register,
            f'[slack]\nbot_token = "{self._token}"\napp_token = "xapp-a"\napi_base_url = "{self.slack.api_base_url}"\n'
            f'[telegram]\nbot_token = "1:a"\napi_base_url = "{self.telegram.api_base_url}"\n'
            f'[[subscriptions]]\nchannel = "slack:{self.trade}"\ntopics = ["*"]\n'
            f'[[subscriptions]]\nchannel = "telegram:{self.group}"\ntopics = ["*"]\n',
        )
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self._stack.aclose()


async def test_a_check_says_where_its_alerts_went(tmp_path: Path, tradewire_async: RunAsync) -> None:
    async with Desk(tmp_path) as desk:
        await tradewire_async("check")
        desk.register.put_document(document("2026-30002"))
        ran = await tradewire_async("check")
        assert ran.code == 0, ran.err
        assert f"1 new item, 3 alerts sent to {desk.everywhere}." in ran.out
        assert "Additions" in desk.slack.workspace.messages(desk.trade)[0].text
        assert "Additions" in desk.telegram.chats.messages(desk.group)[0].text


async def test_a_check_in_json_prints_one_object_for_each_alert_and_channel(
    tmp_path: Path, tradewire_async: RunAsync
) -> None:
    async with Desk(tmp_path) as desk:
        await tradewire_async("check")
        desk.register.put_document(document("2026-30002"))
        ran = await tradewire_async("check", "--json")
        told = [json.loads(line) for line in ran.out.splitlines()]
        assert sorted(each["channel"] for each in told) == [
            "console",
            f"slack:{desk.trade}",
            f"telegram:{desk.group}",
        ]
        assert {(each["refs"][0], each["reason"]) for each in told} == {("fr:2026-30002", "first")}


async def test_a_dry_run_sends_nothing_to_any_platform_and_counts_what_it_would_send(
    tmp_path: Path, tradewire_async: RunAsync
) -> None:
    async with Desk(tmp_path) as desk:
        await tradewire_async("check")
        desk.register.put_document(document("2026-30002"))
        ran = await tradewire_async("check", "--dry-run")
        assert f"3 alerts would be sent to {desk.everywhere}." in ran.out
        assert "nothing was sent" in ran.out
        assert desk.slack.workspace.messages(desk.trade) == ()
        assert desk.telegram.chats.messages(desk.group) == ()
        assert f"3 alerts sent to {desk.everywhere}." in (await tradewire_async("check")).out


async def test_status_says_that_every_channel_is_delivering(
    tmp_path: Path, tradewire_async: RunAsync
) -> None:
    async with Desk(tmp_path) as desk:
        await tradewire_async("check")
        desk.register.put_document(document("2026-30002"))
        await tradewire_async("check")
        ran = await tradewire_async("status")
        line = "Channels  3 of 3 delivering, 4 posts in 24 h, 0 waiting, 0 failed, 0 uncertain"
        assert line in ran.out.splitlines(), "Slack has the details as a reply"
        assert json.loads((await tradewire_async("status", "--json")).out)["channels"] == {
            "count": 3,
            "delivering": 3,
            "posts": {"sent_last_day": 4, "waiting": 0, "failed": 0, "uncertain": 0},
            "paused": [],
            "unconfigured": [],
            "resting": [],
        }


async def test_status_names_a_paused_channel_with_the_reason_and_what_to_do(
    tmp_path: Path, tradewire_async: RunAsync
) -> None:
    async with Desk(tmp_path, invited=False) as desk:
        await tradewire_async("check")
        desk.register.put_document(document("2026-30002"))
        checked = await tradewire_async("check")
        assert checked.code == 1
        assert f"2 alerts sent to the console, telegram:{desk.group}, 1 given up." in checked.out
        ran = await tradewire_async("status")
        assert "Channels  2 of 3 delivering" in ran.out
        assert f"          PAUSED slack:{desk.trade}: Slack answered not_in_channel" in ran.out
        assert f"try: tradewire subscriptions resume slack:{desk.trade}" in ran.out
        channels = json.loads((await tradewire_async("status", "--json")).out)["channels"]
        assert [each["channel"] for each in channels["paused"]] == [f"slack:{desk.trade}"]


async def test_status_names_a_platform_that_rests(tmp_path: Path, tradewire_async: RunAsync) -> None:
    async with Desk(tmp_path, is_revoked=True) as desk:
        await tradewire_async("check")
        desk.register.put_document(document("2026-30002"))
        await tradewire_async("check")
        ran = await tradewire_async("status")
        assert "Channels  2 of 3 delivering" in ran.out
        assert "          RESTING slack until " in ran.out
        assert max(map(len, ran.out.splitlines())) <= 80
        (rest,) = json.loads((await tradewire_async("status", "--json")).out)["channels"]["resting"]
        assert rest["platform"] == "slack"


async def test_status_names_a_channel_that_the_configuration_no_longer_leads_to(
    tmp_path: Path, tradewire_async: RunAsync
) -> None:
    async with Desk(tmp_path):
        await tradewire_async("subscribe", "webhook:desk", "party-lists")
        await tradewire_async("check")
        ran = await tradewire_async("status")
        assert "WAITING webhook:desk: the configuration leads to no webhook" in ran.out
