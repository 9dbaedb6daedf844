"""No token stands in an answer, in what a platform shows of itself, or in the log, however much is logged and goes wrong."""

import io
from typing import Any

import pytest

from bot import logs
from bot.channels.slack import Slack
from bot.channels.telegram import Telegram
from bot.core.posting import Posting
from bot.demo.loopback import straight
from bot.demo.slack_stand_in import SlackStandIn
from bot.demo.telegram_stand_in import TelegramStandIn
from tests.channels import test_slack, test_telegram
from tests.channels.conftest import NOON, SLACK_TOKEN, TELEGRAM_TOKEN
from tests.fakes import platform_faults as faults

pytestmark = pytest.mark.usefixtures("logging_restored")

TROUBLES = [
    straight,
    faults.rate_limited(1),
    faults.ok_false("invalid_auth"),
    faults.bot_api_error(401, "Unauthorized"),
    faults.bot_api_error(400, "Bad Request: can't parse entities"),
    faults.server_error(),
    faults.server_error(content_type="text/plain"),
    faults.drop_before(),
    faults.hang_before(),
]


def broken(posting: Posting) -> Any:
    raise ZeroDivisionError(posting.key)


async def test_slack_keeps_its_token(hasty_slack: Slack, slack_server: SlackStandIn, trade: str) -> None:
    logs.configure("debug", "json", stream := io.StringIO())
    answers = []
    for trouble in TROUBLES:
        slack_server.between = trouble
        answers += [
            await hasty_slack.send(test_slack.to(trade)),
            await hasty_slack.look(test_slack.to(trade), NOON),
        ]
    async with Slack(SLACK_TOKEN, base_url="http://127.0.0.1:1/api/", render=broken) as other:
        answers.append(await other.send(test_slack.to(trade)))

    assert SLACK_TOKEN not in stream.getvalue() + repr(answers) + repr(hasty_slack)
    assert "cannot be written" in stream.getvalue()


async def test_telegram_keeps_its_token(
    hasty_telegram: Telegram, telegram_server: TelegramStandIn, group: int
) -> None:
    logs.configure("debug", "json", stream := io.StringIO())
    answers = []
    for trouble in TROUBLES:
        telegram_server.between = trouble
        answers.append(await hasty_telegram.send(test_telegram.to(group)))
    await telegram_server.__aexit__(None, None, None)
    answers.append(await hasty_telegram.send(test_telegram.to(group)))
    assert TELEGRAM_TOKEN.partition(":")[2] not in stream.getvalue() + repr(answers) + repr(hasty_telegram)
    assert "upstream is away" in stream.getvalue()  # what the library logs was looked at
