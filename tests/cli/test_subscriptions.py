"""Subscriptions on the command line: asked for, listed, ended, paused, written to a file and read back."""

import json

import pytest

TOPIC = "critical-minerals"


@pytest.fixture
def ready(tradewire):
    """A configured directory, its store made by the first subscription."""
    assert tradewire("init").code == 0
    return tradewire


def test_a_channel_is_subscribed_and_listed(ready) -> None:
    done = ready(
        "subscribe", "slack:C0123", TOPIC, "party lists", "--severity", "notice", "--when", "daily 08:30"
    )
    assert done.code == 0, done.err
    lines = done.out.splitlines()
    assert lines[0] == "slack:C0123 is now subscribed to critical-minerals, party-lists."
    assert lines[1].startswith("Nothing in the archive would have come.")
    assert lines[2] == "This channel now gets 2 subscriptions:"
    assert lines[3].startswith("  critical-minerals  notice or louder, daily 08:30, by the command line, ")
    listed = ready("subscriptions", "slack:C0123")
    assert listed.out.splitlines()[0] == "slack:C0123"
    assert (
        json.loads(ready("subscriptions", "slack:C0123", "--json").out)["subscriptions"][0]["what"] == TOPIC
    )
    assert json.loads(ready("subscriptions", "--json").out)["channel"] == "slack:C0123"
    again = ready("subscribe", "slack:C0123", TOPIC)
    assert "was already subscribed" in again.out


def test_mistakes_are_named_with_what_to_do(ready) -> None:
    for arguments, code, said in (
        (("subscribe", "somewhere", TOPIC), 2, "should be console, slack:CHANNEL-ID"),
        (("subscribe", "slack:C0123"), 2, "say what: a topic, all, or --query TEXT"),
        (("subscribe", "slack:C0123", "minrals"), 1, "did you mean critical-minerals, sanctions?"),
        (("subscribe", "slack:C0123", "c"), 1, '"c" fits 7 topics: chips-ai, cloud-iaas, connected-vehicles'),
        (("subscribe", "slack:C0123", "--query", "a OR (b"), 2, "  a OR (b\n       ^"),
        (("subscribe", "slack:C0123", TOPIC, "--when", "noon"), 2, "none of instant, hourly"),
        (("unsubscribe", "slack:C0123", TOPIC), 1, 'has no subscription to "critical-minerals"'),
        (("unsubscribe", "slack:C0123"), 2, "say what"),
        (("subscriptions", "pause", "slack:C0123"), 1, "was never subscribed"),
        (("import", "no-such.toml"), 1, "No such file"),
    ):
        ran = ready(*arguments)
        assert (ran.code, ran.out) == (code, ""), (arguments, ran)
        assert said in ran.err, ran.err
        assert "Traceback" not in ran.err


def test_what_was_asked_for_can_end(ready) -> None:
    ready("subscribe", "slack:C0123", TOPIC, "tariffs", "--query", "gallium OR germanium")
    ended = ready("unsubscribe", "slack:C0123", "--query", "gallium OR germanium")
    assert ended.out.splitlines()[0] == "slack:C0123 is no longer subscribed to gallium OR germanium."
    assert "This channel gets nothing now." in ready("unsubscribe", "slack:C0123", "--all").out
    ready("subscribe", "slack:C0123", TOPIC)
    assert "This channel gets nothing now." in ready("unsubscribe", "slack:C0123", "all").out
    assert "has no subscriptions to end" in ready("unsubscribe", "slack:C0123", "--all").out


def test_a_subscription_is_called_as_it_was_asked_for(ready) -> None:
    """A star in somebody's words is no subscription to all topics, and that one has a name of its own."""
    done = ready("subscribe", "slack:C0123", "all", "--query", "licen*")
    assert done.out.splitlines()[0] == "slack:C0123 is now subscribed to all topics, licen*."
    ended = ready("unsubscribe", "slack:C0123", "--all")
    assert ended.out.splitlines()[0] == "slack:C0123 is no longer subscribed to all topics, licen*."


def test_a_channel_is_paused_and_resumed(ready) -> None:
    ready("subscribe", "slack:C0123", TOPIC)
    assert ready("subscriptions", "pause", "slack:C0123").code == 0
    assert "PAUSED: paused by the command line" in ready("subscriptions").out
    assert ready("subscriptions", "resume", "slack:C0123").code == 0
    assert "PAUSED" not in ready("subscriptions").out


def test_subscriptions_go_to_a_file_and_back(ready, tmp_path) -> None:
    ready("subscribe", "slack:C0123", TOPIC, "--severity", "urgent")
    ready("subscribe", "telegram:-100123/7", "--query", '"rare earth*" OR gallium')
    first = ready("export", "subscriptions")
    assert first.code == 0
    (tmp_path / "kept.toml").write_text(first.out, encoding="utf-8")
    ready("unsubscribe", "slack:C0123", "--all")
    ready("subscribe", "telegram:-100123/7", "tariffs")
    tried = ready("import", "kept.toml", "--dry-run")
    assert tried.out.splitlines() == [
        "slack:C0123",
        "  added    critical-minerals",
        "telegram:-100123/7",
        "  removed  tariffs",
        "2 of 2 channels would change.",
    ]
    done = ready("import", "-", stdin=first.out)
    assert done.out.splitlines()[-1] == "2 of 2 channels changed."
    assert ready("export", "subscriptions").out == first.out
    assert ready("import", "kept.toml").out == "0 of 2 channels changed.\n"


def test_a_file_with_mistakes_changes_nothing(ready, tmp_path) -> None:
    ready("subscribe", "slack:C0123", TOPIC)
    before = ready("export", "subscriptions").out
    broken = before.replace('"critical-minerals"', '"mineralz"').replace("America/New_York", "Mars")
    ran = ready("import", "-", stdin=broken)
    assert ran.code == 1
    assert "-: 2 problems; nothing was changed" in ran.err
    assert 'no topic is called "mineralz"' in ran.err
    assert "line 6  [[channel]] slack:C0123: zone" in ran.err
    assert ready("export", "subscriptions").out == before


def test_a_channel_whose_platform_is_not_configured_is_named(ready, tmp_path) -> None:
    for channel, missing in (
        ("slack:C0123", "there is no [slack] with a bot_token in the configuration"),
        ("telegram:-100123/4", "there is no [telegram] with a bot_token in the configuration"),
        ("webhook:desk", "there is no [webhooks.desk] in the configuration"),
    ):
        done = ready("subscribe", channel, TOPIC)
        assert done.code == 0
        assert f"note: {missing}; until then nothing is sent to {channel}" in done.err
    assert "note:" not in ready("subscribe", "console", TOPIC).err
    kept = tmp_path / "kept.toml"
    kept.write_text(ready("export", "subscriptions").out)
    assert "nothing is sent to webhook:desk" in ready("import", str(kept)).err


def test_who_subscribes_a_paused_channel_hears_how_it_goes_on(ready) -> None:
    ready("subscribe", "slack:C0123", TOPIC)
    ready("subscriptions", "pause", "slack:C0123")
    again = ready("subscribe", "slack:C0123", "tariffs").out
    assert "PAUSED: paused by the command line. Nothing is sent here." in again
    assert "tradewire subscriptions resume slack:C0123" in again
