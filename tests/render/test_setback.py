"""A channel that takes nothing any more, and a platform that refuses us, in words for whoever runs Tradewire."""

from datetime import UTC, datetime

import pytest

from bot.core.channel import Channel, Language
from bot.core.posting import Kind, Posting
from bot.core.setback import Setback, SetbackKind
from bot.render import console, slack, telegram
from bot.render.objects import posting_object

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
PAUSED = Setback(
    kind=SetbackKind.CHANNEL,
    subject="slack:C0123",
    name="#desk <!channel>",
    why="Slack says is_archived",
    given_up=3,
    at=NOON,
)
REFUSED = Setback(
    kind=SetbackKind.CREDENTIAL,
    subject="slack",
    name="Slack",
    why="Slack says token_revoked",
    given_up=0,
    at=NOON,
)


def posting(setback: Setback, language: Language = "en") -> Posting:
    channel = Channel(address="telegram:1", language=language)
    return Posting(id=7, attempt=1, kind=Kind.NOTICE, channel=channel, told=setback, at=NOON)


def test_a_paused_channel_is_told_with_what_it_cost_and_what_to_do() -> None:
    assert console.render(posting(PAUSED)).splitlines() == [
        "PAUSED  #desk <!channel>",
        "  Why          Slack says is_archived",
        "  Given up     3 posts",
        "  You can      tradewire subscriptions resume slack:C0123; tradewire outbox",
        "               retry --channel slack:C0123",
    ]


def test_a_refused_credential_says_that_nothing_is_lost() -> None:
    said = telegram.render(posting(REFUSED))
    assert said.html.startswith("<b>NOT SENDING · Slack</b>\n<b>Why</b> Slack says token_revoked")
    assert "nothing is lost" in said.html
    assert said.keyboard == ()


@pytest.mark.parametrize("setback", [PAUSED, REFUSED])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_it_fits_slack_in_both_languages_and_calls_nobody(setback: Setback, language: Language) -> None:
    said = slack.render(posting(setback, language))
    assert said.text
    assert "<!channel>" not in f"{said.text}{said.blocks}"
    assert "<!channel>" not in telegram.render(posting(setback, language)).html


def test_as_an_object_it_keeps_every_fact() -> None:
    assert posting_object(posting(PAUSED))["setback"] == {
        "kind": "channel",
        "subject": "slack:C0123",
        "name": "#desk <!channel>",
        "why": "Slack says is_archived",
        "given_up": 3,
        "at": "2026-11-23T12:00:00.000Z",
    }
