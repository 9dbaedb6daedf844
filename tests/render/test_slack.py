"""Slack messages keep Slack's limits, say what the design says, and let no text from outside do anything but be read."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from slack_sdk.models.blocks import Block

from bot.core.actions import asked_of
from bot.core.decide import Reason
from bot.core.posting import Burst, Head, Kind, Posting
from bot.core.redline import redline
from bot.render import words_zh
from bot.render.addresses import linkable
from bot.render.slack import SlackMessage, render
from bot.render.slack_text import escaped
from bot.render.words import STAGE
from tests.fakes.hostile import PIECES, posts
from tests.fakes.posts import ANNOUNCED, BRIEF, CLAIMED, FILED, PUBLISHED, cases, post
from watchers.item import Stage

_TOKEN = re.compile(r"<([^<>]*)>")
_DATE = re.compile(r"!date\^(\d+)\^\{date_short_pretty\} \{time\}\|([^<>|]+)")
_LINK = re.compile(r"(https?://[^<>|\s]+)(?:\|([^<>|]+))?", re.IGNORECASE)
_EMPHASIS = re.compile(r"(?<![^\W_])_|_(?![^\W_])|[~`]")


def texts(message: SlackMessage) -> list[str]:
    """Return every mrkdwn text of a message."""
    found: list[str] = []

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            if value.get("type") == "mrkdwn":
                found.append(value["text"])
            for each in value.values():
                walk(each)
        elif isinstance(value, list | tuple):
            for each in value:
                walk(each)

    walk(message.blocks)
    return found


def shown(text: str) -> str:
    """Return what a reader sees of a text, checking that nothing in it is a token but our own dates and links."""

    def label(found: re.Match[str]) -> str:
        date, link = _DATE.fullmatch(found[1]), _LINK.fullmatch(found[1])
        assert date or link, found[0]
        return (date[2] if date else "") or (link[2] or link[1] if link else "")

    return _TOKEN.sub(label, text)


def check(posting: Posting) -> None:
    message = render(posting)
    for block in message.blocks:
        parsed = Block.parse(block)
        assert parsed is not None
        parsed.to_dict()  # raises where a limit is passed
    written = texts(message)
    assert all(0 < len(text) <= 3_000 for text in written)
    assert sum(map(len, written)) <= 12_000
    assert 0 < len(message.text) <= 4_000
    for text in (*written, message.text):
        seen = shown(text)
        assert not set("<>@|") & set(seen), seen
        assert not _EMPHASIS.search(seen), seen
        assert all(line.count("*") % 2 == 0 for line in seen.split("\n")), seen
        assert all(each.isprintable() or each in "\n\u200b" for each in seen), seen
    if posting.kind in {Kind.ALERT, Kind.EDIT}:
        assert len(message.blocks) <= 4
        if posting.thread is None:
            assert sum(len(shown(text)) for text in written) <= 1_200


@settings(max_examples=250)
@given(posts())
def test_no_text_from_outside_passes_a_limit_or_becomes_anything_but_text(posting: Posting) -> None:
    check(posting)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_reviewed_case_keeps_the_limits(language: Any) -> None:
    for each in cases(language).values():
        for posting in each:
            check(posting)


@pytest.mark.parametrize("piece", PIECES)
def test_a_hostile_title_stays_in_its_place(piece: str) -> None:
    check(post(replace(FILED, title=f"{piece} and {piece}", summary=piece * 9)))


def test_the_menu_and_the_buttons_ask_for_the_same_things() -> None:
    head = render(post(FILED)).blocks[0]["accessory"]
    details = render(post(FILED, Kind.DETAILS, thread="1")).blocks[-1]
    values = [each["value"] for each in head["options"]]
    assert values == ["why:7f3a", "follow:7f3a", "mute24:7f3a", "rel:7f3a", "nrel:7f3a"]
    assert [each["value"] for each in details["elements"]] == values
    assert all(asked_of(each) for each in values)
    assert head["action_id"] == "alert_menu"


def test_a_reply_is_shown_in_the_channel_only_where_it_resurfaces() -> None:
    assert not render(post(PUBLISHED, thread="1")).reply_broadcast
    assert render(post(PUBLISHED, thread="1", resurfaces=True)).reply_broadcast
    assert not render(
        post(PUBLISHED, resurfaces=True)
    ).reply_broadcast  # it begins a thread: the channel sees it anyway


def test_a_reply_that_the_channel_sees_names_its_act() -> None:
    assert "Entity List Additions" not in texts(render(post(PUBLISHED, thread="1")))[0]
    assert "Entity List Additions" in texts(render(post(PUBLISHED, thread="1", resurfaces=True)))[0]


@pytest.mark.parametrize("stage", Stage)
def test_the_first_word_of_a_reply_is_the_stage(stage: Stage) -> None:
    for language, table in (("en", STAGE), ("zh", words_zh.STAGE)):
        told = post(replace(PUBLISHED, stage=stage), thread="1", language=language)  # type: ignore[arg-type]
        assert texts(render(told))[0].startswith(f"*{table[stage]}")


def test_a_change_of_text_is_told_by_what_was_removed_and_added() -> None:
    changed = replace(
        PUBLISHED,
        reason=Reason.REVISED,
        prior_stage=Stage.PUBLISHED,
        redline=redline({"title": "13 entities"}, {"title": "14 entities"}),
    )
    (text,) = texts(render(post(changed, thread="1")))
    assert text.startswith(
        "*Published · text changed*: <https://www.federalregister.gov/d/2023-23048|88 FR 71991>."
    )
    assert "− removed from the title: “13 entities”\n+ added to the title: “14 entities”" in text


def test_a_withdrawal_is_told_with_its_note_and_no_number_of_its_own() -> None:
    note = "An agency letter requesting withdrawal of this document was received."
    gone = replace(PUBLISHED, stage=Stage.WITHDRAWN, reason=Reason.WITHDRAWN, dates=(), refs=(), summary=note)
    (text,) = texts(render(post(gone, thread="1")))
    assert shown(text) == f"*Withdrawn* Thu 19 Oct 2023: 2023-23048.\n“{note}”"


def test_a_correction_is_told_under_its_own_title_and_number() -> None:
    correction = replace(
        PUBLISHED,
        stage=Stage.CORRECTED,
        reason=Reason.CORRECTED,
        prior_stage=Stage.PUBLISHED,
        title="Entity List Additions; Correction",
        document="fr:C1-2023-23048",
        refs=(),
        corrects=("fr:2023-23048",),
        dates=(),
        summary=None,
    )
    first, title, *_ = shown(texts(render(post(correction, thread="1")))[0]).split("\n")
    assert first == "*Corrected* Thu 19 Oct 2023 as C1-2023-23048."
    assert title == "*Entity List Additions; Correction*"


def test_no_date_is_lost_where_dates_changed() -> None:
    moved = replace(PUBLISHED, reason=Reason.DATES_CHANGED)
    (text,) = texts(render(post(moved, thread="1")))
    assert shown(text).split("\n") == [
        "*Published · dates changed*: 88 FR 71991.",
        "*Effective* Tue 17 Oct 2023 · *Published* Thu 19 Oct 2023",
    ]


def test_a_change_that_is_made_twice_is_one_change() -> None:
    head = Head(first=FILED, newest=PUBLISHED, updated_at=PUBLISHED.first_seen_at)
    again, once = (render(post(head, Kind.EDIT, repeat=repeat)) for repeat in (True, False))
    assert again == once


def test_a_second_try_says_what_is_not_known() -> None:
    for kind in (Kind.ALERT, Kind.DETAILS):
        assert any("Sent again: whether" in text for text in texts(render(post(FILED, kind, repeat=True))))
    assert any("重新发送" in text for text in texts(render(post(FILED, repeat=True, language="zh"))))


def test_only_instants_are_shown_by_the_readers_own_clock() -> None:
    head = Head(first=FILED, newest=PUBLISHED, updated_at=datetime(2023, 10, 19, 12, 46, tzinfo=UTC))
    instants = {int(at.timestamp()) for at in (FILED.official_at, head.updated_at) if at}
    for posting in (
        post(FILED),
        post(PUBLISHED, thread="1"),
        post(head, Kind.EDIT),
        post(FILED, Kind.DETAILS),
    ):
        found = [date for text in texts(render(posting)) for date in _DATE.findall(text)]
        assert {int(unix) for unix, _ in found} <= instants
        assert not [words for _, words in found if words.startswith(("Tue", "Thu"))]


_RELATIVE = re.compile(
    r"\b(today|tomorrow|yesterday|ago|tonight|now|soon|(?:in|within) \d+ (?:days?|hours?|min))\b"
    r"|(?<!\d s )(?<!\d min )(?<!\d h )(?<!\d d )\blater\b|今天|明天|昨天|今日|目前|天内|小时内"
)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("stage", Stage)
def test_no_word_of_a_head_goes_stale(stage: Stage, language: Any) -> None:
    newest = replace(PUBLISHED, stage=stage)
    for first in (FILED, CLAIMED, ANNOUNCED):
        head = Head(first=first, newest=newest, updated_at=newest.first_seen_at + timedelta(days=3))
        for posting in (post(first, language=language), post(head, Kind.EDIT, language=language)):
            for text in texts(render(posting)):
                assert not _RELATIVE.search(shown(text)), text


def test_a_withdrawn_act_has_no_dates_left_in_its_head() -> None:
    gone = replace(PUBLISHED, stage=Stage.WITHDRAWN, reason=Reason.WITHDRAWN, dates=())
    head = Head(first=FILED, newest=gone, updated_at=gone.first_seen_at)
    first, *rest = (shown(text) for text in texts(render(post(head, Kind.EDIT))))
    assert first.startswith("*URGENT · Withdrawn 19 Oct 2023* (filed 17 Oct)\n")
    assert not any("Effective" in text for text in rest)


def test_moved_dates_take_the_place_of_the_old_ones_in_the_head() -> None:
    moved = replace(FILED, reason=Reason.DATES_CHANGED, prior_stage=Stage.FILED, dates=FILED.dates[:1])
    head = Head(first=FILED, newest=moved, updated_at=moved.first_seen_at)
    first, body, *_ = (shown(text) for text in texts(render(post(head, Kind.EDIT))))
    assert first.startswith("*URGENT · Filed for public inspection · dates changed*\n")
    assert "Publishes" in body
    assert "Effective" not in body


def test_what_the_quiet_hours_held_is_not_called_slow() -> None:
    held = replace(FILED, not_before=FILED.first_seen_at + timedelta(hours=9))
    *_, small = texts(render(post(held, at=FILED.first_seen_at + timedelta(hours=9))))
    assert small.endswith("seen 40 s later, held for quiet hours")


def test_a_claim_is_never_urgent_and_says_whose_it_is() -> None:
    claim = replace(CLAIMED, severity=FILED.severity, author="@desk.example", kind="Post")
    message = render(post(claim))
    assert message.text.startswith("UNCONFIRMED, post: ")
    assert "No official document found. *Source* ＠desk.example (post, may be deleted)" in texts(message)[1]


def test_a_brief_shows_fifteen_lines_and_counts_the_others() -> None:
    lines = texts(render(post(replace(BRIEF, alerts=(FILED,) * 27), Kind.BRIEF)))[0].split("\n")
    assert "27 new" in lines[0]
    assert len(lines) == 1 + 15 + 1
    assert lines[-1] == "12 more"


def test_a_burst_of_any_size_fits_and_counts_what_it_leaves_out() -> None:
    burst = Burst(alerts=(ANNOUNCED,) * 400, since=BRIEF.at, until=BRIEF.at + timedelta(minutes=10))
    posting = post(burst, Kind.GROWTH)
    check(posting)
    lines = [line for text in texts(render(posting)) for line in text.split("\n")]
    assert lines[0].startswith("*400 alerts in 10 min (08:30 to 08:40 ET)")
    assert lines[-1] == f"{400 - (len(lines) - 2)} more"


def test_an_address_is_linked_only_where_it_can_end_nothing_early() -> None:
    assert (
        linkable("https://a.example/x?a=1&b=2|3>4<5 6*") == "https://a.example/x?a=1&b=2%7C3%3E4%3C5%206%2A"
    )
    assert linkable("https://a.example/%7C") == "https://a.example/%7C"
    assert linkable("https://a.example/" + "x" * 1_000) is None
    assert [linkable(url) for url in ("javascript:x", "http://[bad", "//a.example", "", "https://")] == [
        None
    ] * 5


def test_names_of_files_and_accounts_stay_readable() -> None:
    assert escaped("snake_case_name and 12:30:45") == "snake_case_name and 12:30:45"
    assert escaped("_it_ *b* ~s~ `c` :fire: a|b") == "＿it＿ ∗b∗ ∼s∼ ˋcˋ ∶fire: a¦b"
    assert escaped("<!channel> & co") == "&lt;!channel&gt; &amp; co"
