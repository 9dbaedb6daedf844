"""An alert says why it is that loud, in one short stretch of its small print, on every channel and in both languages."""

from dataclasses import replace
from typing import Any

import pytest

from bot.core.alert import Alert
from bot.core.match import Match, Severity
from bot.render import jsonline, plain, slack, telegram
from tests.fakes.posts import CLAIMED, FILED, hit, post

RULE = 'type:rule AND "entity list"'


def because(*reasons: str, severity: Severity = Severity.URGENT, told: Alert = FILED) -> Alert:
    match = Match(topic="party-lists", severity=severity, evidence=(hit("Entity List"),), reasons=reasons)
    return replace(told, matches=(match,))


@pytest.mark.parametrize(
    ("language", "said"), [("en", "urgent: watched party: 华为"), ("zh", "紧急：关注名单：华为")]
)
def test_every_channel_says_which_watched_party_made_it_urgent(language: Any, said: str) -> None:
    alert = because("watched party: 华为")
    assert said in str(slack.render(post(alert, language=language)).blocks)
    assert said in telegram.render(post(alert, language=language)).html
    block = plain.render(alert, sent_at=alert.first_seen_at, zone="America/New_York", language=language)
    assert said in block


def test_a_rule_is_quoted_and_a_long_one_is_cut() -> None:
    short = str(slack.render(post(because(RULE))).blocks)
    assert f"urgent: {RULE}" in short
    long = " OR ".join(f"gallium{number}" for number in range(40))
    (context,) = (each for each in slack.render(post(because(long))).blocks if each["type"] == "context")
    text = context["elements"][0]["text"]
    assert "urgent: gallium0 OR gallium1" in text
    assert "gallium12" not in text


def test_a_severity_of_the_topics_own_is_not_explained() -> None:
    assert "urgent:" not in str(slack.render(post(FILED)).blocks)
    assert "Severity" not in plain.render(FILED, sent_at=FILED.first_seen_at, zone="America/New_York")


def test_a_claim_is_never_urgent_so_no_rule_explains_it() -> None:
    claim = because(RULE, told=replace(CLAIMED, severity=Severity.NOTICE))
    assert RULE not in str(slack.render(post(claim)).blocks)


def test_the_json_of_an_alert_has_every_rule_with_its_topic() -> None:
    told = jsonline.alert_object(because(RULE, "watched party: ZTE"), sent_at=FILED.first_seen_at)
    assert told["reasons"] == [
        {"topic": "party-lists", "severity": "urgent", "why": RULE},
        {"topic": "party-lists", "severity": "urgent", "why": "watched party: ZTE"},
    ]
