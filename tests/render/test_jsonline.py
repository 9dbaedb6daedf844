"""The JSON that scripts rely on: its keys, its instants, one line whatever the text."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.render.jsonline import alert_object, instant, line, match_object
from tests.fakes.items import alert, legal_date, match
from watchers.item import DateKind, Ref, Stage

SENT = datetime(2023, 10, 17, 20, 15, 42, tzinfo=UTC)
PROMISED = {
    *(
        "story",
        "stage",
        "topics",
        "severity",
        "title",
        "summary",
        "source",
        "url",
        "refs",
        "dates",
        "parties",
    ),
    *("evidence", "reasons", "reason", "channel", "official_at", "first_seen_at", "sent_at"),
}


def spoken(**changes: Any) -> dict[str, Any]:
    found = json.loads(line(alert_object(alert(**changes), sent_at=SENT)))
    assert isinstance(found, dict)
    return found


def test_every_promised_key_is_there_even_where_nothing_is_known() -> None:
    bare = spoken(summary=None, matches=(), official_at=None, official_on=None, agencies=())
    assert bare.keys() >= PROMISED
    assert bare.keys() == spoken().keys()
    assert (bare["official_at"], bare["official_on"], bare["summary"]) == (None, None, None)


def test_an_alert_reads_like_this() -> None:
    dates = (legal_date(DateKind.EFFECTIVE, date(2023, 10, 17)),)
    assert spoken(refs=(Ref(kind="rin", value="0694-AJ41"),), dates=dates, corrects=("fr:2023-1",)) == {
        "story": "7f3a",
        "revision": 1,
        "stage": "filed",
        "prior_stage": None,
        "topics": ["party-lists"],
        "severity": "urgent",
        "title": "Entity List Additions",
        "story_title": "Entity List Additions",
        "summary": None,
        "source": "public-inspection",
        "kind": "Rule",
        "url": "https://www.federalregister.gov/d/2023-23048",
        "refs": ["fr:2023-23048", "rin:0694-AJ41"],
        "agencies": ["Industry and Security Bureau"],
        "dates": [{"kind": "effective", "on": "2023-10-17", "evidence": "effective_on"}],
        "author": None,
        "corrects": ["fr:2023-1"],
        "also_at": [],
        "changes": [],
        "parties": [],
        "evidence": [
            {
                "topic": "party-lists",
                "words": "Entity List",
                "lang": "en",
                "field": "title",
                "start": 0,
                "end": 11,
            }
        ],
        "reasons": [],
        "reason": "first",
        "channel": "console",
        "official_at": "2023-10-17T20:15:00.000Z",
        "official_on": "2023-10-17",
        "first_seen_at": "2023-10-17T20:15:40.000Z",
        "sent_at": "2023-10-17T20:15:42.000Z",
        "repeat": False,
    }


def test_a_later_stage_names_the_earlier_and_a_repeat_says_so() -> None:
    assert spoken(prior_stage=Stage.FILED)["prior_stage"] == "filed"
    assert alert_object(alert(), sent_at=SENT, repeat=True)["repeat"] is True


@settings(max_examples=50)
@given(st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2100, 1, 1)), st.integers(-23, 23))  # noqa: DTZ001 -- the zone is added below
def test_every_instant_is_utc_and_ends_in_z(naive: datetime, hours: int) -> None:
    at = naive.replace(tzinfo=timezone(timedelta(hours=hours)))
    text = instant(at)
    assert text is not None
    assert text.endswith("Z")
    assert abs(datetime.fromisoformat(text.replace("Z", "+00:00")) - at) < timedelta(milliseconds=1)
    assert len(text) == len("2023-10-17T20:15:00.000Z")


def test_a_match_reads_like_this() -> None:
    assert match_object(match()) == {
        "topic": "minerals",
        "severity": "urgent",
        "evidence": [{"words": "Gallium", "lang": "en", "field": "title", "start": 19, "end": 26}],
        "reasons": [],
    }


def test_chinese_stays_readable() -> None:
    assert line({"title": "关于对镓、锗相关物项"}) == '{"title": "关于对镓、锗相关物项"}'


@pytest.mark.parametrize("each", ["\x1b", "\x7f", "\x85", "\x9b", "\u2028", "\u2029", "\ud800", "\n"])
def test_what_ends_lines_drives_terminals_or_has_no_encoding_is_escaped(each: str) -> None:
    text = line({"title": f"a{each}b"})
    assert each not in text
    assert len(text.splitlines()) == 1
    assert text.encode("utf-8")
    assert json.loads(text) == {"title": f"a{each}b"}


@settings(max_examples=200)
@given(st.text(st.characters(codec=None)))
def test_any_text_comes_back_from_one_line(text: str) -> None:
    spoken = line([text])
    assert len(spoken.splitlines()) == 1
    assert json.loads(spoken.encode("utf-8")) == json.loads(json.dumps([text]))
