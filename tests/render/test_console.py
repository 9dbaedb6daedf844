"""Any post as a block of text and as JSON: it fits a terminal in both languages, and no text breaks it."""

import json
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.posting import Burst, Kind, Posting
from bot.render import console, plain
from bot.render.jsonline import line
from bot.render.objects import posting_object
from tests.fakes.blocks import check
from tests.fakes.hostile import posts
from tests.fakes.posts import BRIEF, FILED, post


@settings(max_examples=150)
@given(posts(st.just("https://example.org/a")))
def test_no_text_breaks_the_page(posting: Posting) -> None:
    check(console.render(posting))
    read = json.loads(line(posting_object(posting)))
    assert read["kind"] == posting.kind.value
    assert len({"alert", "head", "brief", "burst", "notice"} & set(read)) == 1


def test_an_alert_looks_as_it_always_did() -> None:
    posting = post(FILED)
    assert console.render(posting) == plain.render(FILED, sent_at=posting.at, zone=posting.channel.zone)


def test_a_second_try_is_said_once() -> None:
    assert console.render(post(FILED, repeat=True)).count("Sent again") == 1
    assert console.render(post(BRIEF, Kind.BRIEF, repeat=True)).endswith(
        "\n  Sent again: whether the first try arrived is not known."
    )


def test_a_brief_shows_fifteen_alerts_and_counts_the_others() -> None:
    text = console.render(post(replace(BRIEF, alerts=(FILED,) * 27), Kind.BRIEF))
    assert text.count("Entity List Additions") == 15
    assert "\n  12 more\n" in text


def test_a_burst_tells_its_hours_with_days_where_they_differ() -> None:
    burst = Burst(alerts=(FILED,), since=FILED.first_seen_at, until=BRIEF.at)
    assert "(17 Oct 2023 16:15 ET to 23 Nov 2026 08:30 ET)" in " ".join(
        console.render(post(burst, Kind.BURST)).split()
    )


def test_bold_changes_nothing_but_the_weight() -> None:
    for told, kind in ((FILED, Kind.ALERT), (BRIEF, Kind.BRIEF)):
        posting = post(told, kind)
        styled = console.render(posting, bold=lambda text: f"<b>{text}</b>")
        assert styled.replace("<b>", "").replace("</b>", "") == console.render(posting)


def test_the_json_of_a_post_names_it() -> None:
    found = posting_object(post(FILED, repeat=True))
    assert {name: found[name] for name in ("kind", "key", "channel", "repeat")} == {
        "kind": "alert",
        "key": "post-12",
        "channel": "slack:C0123",
        "repeat": True,
    }
    assert found["alert"]["repeat"] is True
    assert found["alert"]["sent_at"] == found["at"] == "2023-10-17T20:15:42.000Z"
