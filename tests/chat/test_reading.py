"""What lines of chat are read as: in both languages, in any order, and never with an error."""

from datetime import time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat import lexicon
from bot.chat.commands import (
    Check,
    Command,
    Follow,
    Help,
    ListSubscriptions,
    Misread,
    Mute,
    Problem,
    Search,
    Set,
    Status,
    Subscribe,
    Topics,
    Unmute,
    Unsubscribe,
    Why,
    WhyNot,
)
from bot.chat.reading import parse
from bot.core.channel import Burst
from bot.core.match import Severity
from bot.core.timing import INSTANT, Quiet, timing_of
from watchers.item import Stage


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("subscribe critical-minerals", Subscribe(names=("critical-minerals",))),
        ("/subscribe critical-minerals", Subscribe(names=("critical-minerals",))),
        ("/tradewire Subscribe  critical-minerals", Subscribe(names=("critical-minerals",))),
        ("/subscribe@tradewire_bot tariffs", Subscribe(names=("tariffs",))),
        (
            "subscribe critical-minerals, party-lists urgent daily 08:30",
            Subscribe(
                names=("critical-minerals", "party-lists"),
                min_severity=Severity.URGENT,
                timing=timing_of("daily 08:30"),
            ),
        ),
        (
            "subscribe 8:30 daily urgent filed critical minerals",
            Subscribe(
                names=("critical minerals",),
                min_severity=Severity.URGENT,
                min_stage=Stage.FILED,
                timing=timing_of("daily 08:30"),
            ),
        ),
        (
            "subscribe tariffs weekly mon 9:00",
            Subscribe(names=("tariffs",), timing=timing_of("weekly mon 09:00")),
        ),
        (
            "subscribe tariffs Friday weekly",
            Subscribe(names=("tariffs",), timing=timing_of("weekly fri 08:30")),
        ),
        ("subscribe tariffs instant", Subscribe(names=("tariffs",), timing=INSTANT)),
        ("subscribe tariffs daily 8pm", Subscribe(names=("tariffs",), timing=timing_of("daily 20:00"))),
        ("subscribe me to all topics", Subscribe(everything=True)),
        ("subscribe to tariffs", Subscribe(names=("to tariffs",))),
        ("subscribe all anyway", Subscribe(everything=True, anyway=True)),
        ("subscribe query gallium OR germanium", Subscribe(query="gallium OR germanium")),
        (
            'subscribe urgent query title:"Rare  Earth" OR daily anyway',
            Subscribe(min_severity=Severity.URGENT, query='title:"Rare  Earth" OR daily', anyway=True),
        ),
        (
            "订阅 关键矿产，实体清单 紧急 每天 08:30",
            Subscribe(
                names=("关键矿产", "实体清单"), min_severity=Severity.URGENT, timing=timing_of("daily 08:30")
            ),
        ),
        ("訂閱 關稅 每週一08：30", Subscribe(names=("關稅",), timing=timing_of("weekly mon 08:30"))),
        ("订阅关税 每小时", Subscribe(names=("关税",), timing=timing_of("hourly"))),
        ("ＳＵＢＳＣＲＩＢＥ　ｔａｒｉｆｆｓ", Subscribe(names=("ｔａｒｉｆｆｓ",))),
        ("订阅 关键词 镓 或 锗", Subscribe(query="镓 或 锗")),
        ("unsubscribe party-lists", Unsubscribe(names=("party-lists",))),
        ("unsubscribe all", Unsubscribe(everything=True)),
        ("退订 全部 仍然", Unsubscribe(everything=True, anyway=True)),
        ("unsubscribe query (broken", Unsubscribe(query="(broken")),
        ("list", ListSubscriptions()),
        ("subscriptions", ListSubscriptions()),
        ("列表", ListSubscriptions()),
        ("topic rare earths", Topics(word="rare earths")),
        ("主题 稀土", Topics(word="稀土")),
        ("check", Check()),
        ("check mofcom, bis-press", Check(words=("mofcom", "bis-press"))),
        ("search gallium OR germanium", Search(query="gallium OR germanium")),
        ("搜索 镓", Search(query="镓")),
        ("why", Why(what="latest")),
        ("why 7f3a", Why(what="7f3a")),
        ("why-not https://example.org/a,b", WhyNot(what="https://example.org/a,b")),
        ("why not https://example.org/a", WhyNot(what="https://example.org/a")),
        ("为何 最新", Why(what="latest")),
        ("mute", Mute(span=timedelta(hours=24))),
        ("mute 24h", Mute(span=timedelta(hours=24))),
        ("mute 3 days story 7f3a", Mute(span=timedelta(days=3), story="7f3a")),
        ("mute until 18:00", Mute(until=time(18))),
        ("mute story 7f3a", Mute(span=timedelta(hours=24), story="7f3a")),
        ("静音 24小时", Mute(span=timedelta(hours=24))),
        ("静音24小时", Mute(span=timedelta(hours=24))),
        ("unmute", Unmute()),
        ("unmute story 7f3a", Unmute(story="7f3a")),
        ("follow 7F3A", Follow(story="7f3a")),
        ("status", Status()),
        ("狀態", Status()),
        ("", Help()),
        ("help subscribe", Help(verb="subscribe")),
        ("帮助 订阅", Help(verb="subscribe")),
        ("/start", Help(welcome=True)),
        ("set zone beijing", Set(zone="Asia/Shanghai")),
        ("set zone europe/berlin", Set(zone="Europe/Berlin")),
        ("set zone New York", Set(zone="America/New_York")),
        ("zone 北京", Set(zone="Asia/Shanghai")),
        ("set language 中文", Set(language="zh")),
        ("set quiet 22:00-07:00", Set(quiet=Quiet(start=time(22), end=time(7)))),
        (
            "set quiet hours off",
            Misread(problem=Problem.VALUE, word="hours off", example="set quiet 22:00-07:00"),
        ),
        ("set quiet 10pm to 7am", Set(quiet=Quiet(start=time(22), end=time(7)))),
        ("set quiet off", Set(quiet_off=True)),
        ("set burst 5/10", Set(burst=Burst(alerts=5, minutes=10))),
        ("set resurface never", Set(resurface="never")),
        ("set briefs empty skip", Set(when_empty="skip")),
    ],
)
def test_a_line_is_read(line: str, command: Command) -> None:
    assert parse(line) == command


@pytest.mark.parametrize(
    ("line", "problem", "word"),
    [
        ("subscibe tariffs", Problem.VERB, "subscibe"),
        ("good morning", Problem.VERB, "good"),
        ("subscribe", Problem.NOTHING_NAMED, "subscribe"),
        ("subscribe to", Problem.NOTHING_NAMED, "subscribe"),
        ("subscribe daily", Problem.NOTHING_NAMED, "subscribe"),
        ("unsubscribe", Problem.NOTHING_NAMED, "unsubscribe"),
        ("subscribe tariffs urgent info", Problem.TWICE, "info"),
        ("subscribe tariffs daily weekly", Problem.TWICE, "weekly"),
        ("subscribe tariffs 08:30", Problem.TIME_ALONE, "08:30"),
        ("subscribe tariffs hourly 08:30", Problem.TIMING, "hourly"),
        ("subscribe query", Problem.NO_QUERY, ""),
        ("subscribe query (gallium", Problem.QUERY, "(gallium"),
        ("search", Problem.NO_QUERY, ""),
        ("whynot", Problem.NO_STORY, "whynot"),
        ("follow", Problem.NO_STORY, "follow"),
        ("follow that", Problem.NO_STORY, "that"),
        ("mute forever", Problem.SPAN, "forever"),
        ("mute 99999w", Problem.TOO_LONG, "90"),
        ("mute 0h", Problem.TOO_LONG, "90"),
        ("mute 3d until 18:00", Problem.TWICE, "mute"),
        ("set", Problem.SETTING, ""),
        ("set colour red", Problem.SETTING, "colour"),
        ("set zone Mars", Problem.VALUE, "Mars"),
        ("set zone CST", Problem.VALUE, "CST"),
        ("set burst 0/10", Problem.VALUE, "0/10"),
        ("set quiet 22:00", Problem.VALUE, "22:00"),
    ],
)
def test_what_is_not_understood_is_named(line: str, problem: Problem, word: str) -> None:
    read = parse(line)
    assert isinstance(read, Misread)
    assert (read.problem, read.word) == (problem, word)
    assert read.example


def test_a_mistyped_verb_has_a_neighbour() -> None:
    read = parse("subscibe tariffs")
    assert isinstance(read, Misread)
    assert read.near[0] == "subscribe"


@pytest.mark.parametrize("example", [*lexicon.EXAMPLES.values(), *lexicon.SETTING_EXAMPLES.values()])
def test_every_example_that_is_shown_works(example: str) -> None:
    assert not isinstance(parse(example), Misread)


ODDITIES = (
    "24",
    "08:30",
    ",",
    "，",
    "(",
    '"',
    "/",
    "@",
    "7f3a",
    "每周一08:30",
    "tradewire",
    "\u200b",
    "\ud800",
)
TABLES = (lexicon.VERBS, lexicon.MODES, lexicon.STAGES, lexicon.UNITS, lexicon.SETTINGS, lexicon.QUERY_WORDS)
WORDS = st.sampled_from([*(word for table in TABLES for word in table), *ODDITIES])


@given(st.text(max_size=80) | st.lists(WORDS | st.text(max_size=5), max_size=9).map(" ".join))
def test_any_line_is_a_command_or_a_misread(line: str) -> None:
    read = parse(line)
    assert isinstance(read, Command | Misread)
    if isinstance(read, Misread):
        assert read.example
