"""Channels as a file: what is written is read back the same, and everything wrong with a file is named with its line."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.channel import Burst, Channel, Subscription
from bot.core.match import Severity
from bot.core.subscription_file import SubscriptionFileError, kept, read, written
from bot.core.timing import Quiet, timing_of
from watchers.item import Stage

TOPICS = ("critical-minerals", "party-lists", "tariffs")
TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
CLOCK = st.times().map(lambda at: time(at.hour, at.minute))
SUBSCRIPTION = st.builds(
    Subscription,
    what=st.sampled_from(["*", *TOPICS, 'query:gallium OR "rare earth"', "query:镓"]),
    min_severity=st.sampled_from(Severity),
    min_stage=st.sampled_from(Stage),
    timing=st.sampled_from(["instant", "hourly", "daily 08:30", "weekly fri 23:59"]).map(timing_of),
    by=TEXT,
    since=st.none()
    | st.integers(10**15, 2 * 10**15).map(
        lambda at: datetime.fromtimestamp(0, UTC) + timedelta(microseconds=at)
    ),
    configured=st.booleans(),
)
CHANNEL = st.builds(
    Channel,
    address=st.integers(100, 999).map(lambda number: f"slack:C{number}"),
    title=TEXT,
    subscriptions=st.lists(SUBSCRIPTION, max_size=4, unique_by=lambda each: each.what).map(tuple),
    language=st.sampled_from(["en", "zh"]),
    zone=st.sampled_from(["America/New_York", "Asia/Shanghai", "UTC"]),
    quiet=st.none() | st.builds(Quiet, start=CLOCK, end=CLOCK),
    burst=st.builds(Burst, alerts=st.integers(1, 100), minutes=st.integers(1, 1_440)),
    resurface=st.sampled_from(["legal", "always", "never"]),
    when_empty=st.sampled_from(["line", "skip"]),
    followed=st.sampled_from([(), ("7f3a",), ("7f3a", "beef01")]),
    paused=st.none() | TEXT,
    ops=st.booleans(),
)


@given(st.lists(CHANNEL, max_size=3, unique_by=lambda each: each.address))
def test_what_is_written_is_read_back_the_same(channels: list[Channel]) -> None:
    text = written(channels)
    back = read(text, TOPICS)
    wanted = [kept(channel) for channel in channels]
    assert [each for each in wanted if each in back] == list(back)
    assert all(each in back for each in wanted if each.subscriptions)
    assert written(back) == text


def test_a_file_is_for_people_to_read() -> None:
    channel = Channel(
        address="slack:C0123",
        title="#law",
        subscriptions=(
            Subscription(
                what="query:gallium OR germanium",
                min_severity=Severity.NOTICE,
                timing=timing_of("daily 08:30"),
                by="Mei",
                since=datetime(2026, 11, 29, 8, 30, tzinfo=UTC),
            ),
        ),
    )
    assert written([channel]).partition("\n")[2] == (
        '\n[[channel]]\naddress = "slack:C0123"\ntitle = "#law"\nlanguage = "en"\nzone = "America/New_York"\n'
        'burst = "5/10"\nresurface = "legal"\nwhen_empty = "line"\n\n[[channel.subscription]]\n'
        'query = "gallium OR germanium"\nseverity = "notice"\nstage = "unconfirmed"\nwhen = "daily 08:30"\n'
        'by = "Mei"\nsince = 2026-11-29T08:30:00Z\n'
    )


BROKEN = """\
[[channel]]
address = "slack:C0123"
colour = "red"
zone = "Mars"

[[channel.subscription]]
topic = "tarifs"

[[channel.subscription]]
query = "(gallium"
severity = "loud"

[[channel.subscription]]
topic = "tariffs"
when = "daily noon"

[[channel]]
address = "somewhere"

[[channel]]
address = "slack:C0123"
quiet = "always"
"""


def test_every_problem_is_named_with_its_line() -> None:
    with pytest.raises(SubscriptionFileError) as caught:
        read(BROKEN, TOPICS)
    found = [(each.line, each.place.rpartition(": ")[2], each.message) for each in caught.value.problems]
    assert found == [
        (3, "colour", "unknown key"),
        (4, "zone", 'no time zone is called "Mars"; write one like Asia/Shanghai'),
        (7, "topic", 'no topic is called "tarifs"; did you mean "tariffs"?'),
        (10, "query", "position 1: this bracket is never closed"),
        (15, "when", '"noon" does not go with daily'),
        (
            18,
            "address",
            "should be console, slack:CHANNEL-ID, telegram:CHAT-ID, telegram:CHAT-ID/TOPIC-ID or webhook:NAME",
        ),
        (22, "quiet", '"always" is no span of hours; write 22:00 to 07:00'),
        (21, "address", "the same address as a channel before it"),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[channel]\n", "not valid TOML"),
        ('channel = "x"\n', "should be [[channel]] tables"),
        ("[[channel]]\n", "missing"),
        ("[[channel]]\naddress = 7\n", "should be a text in quotation marks"),
        ('[[channel]]\naddress = "console"\nfollowed = ["x"]\n', "should be a list of stories' ids"),
        ('[[channel]]\naddress = "console"\nsubscription = 1\n', "should be [[channel.subscription]] tables"),
        (
            '[[channel]]\naddress = "console"\n[[channel.subscription]]\n',
            "should have either a topic or a query",
        ),
        (
            '[[channel]]\naddress = "console"\n[[channel.subscription]]\ntopic = "*"\nsince = "today"\n',
            "should be an instant with its zone",
        ),
    ],
)
def test_a_file_of_another_shape_is_refused(text: str, message: str) -> None:
    with pytest.raises(SubscriptionFileError) as caught:
        read(text, TOPICS)
    assert message in caught.value.problems[0].message


@given(st.text(max_size=60) | st.text(alphabet='[]=".\nchanel topicsub', max_size=60))
def test_any_text_is_a_file_or_refused_as_one(text: str) -> None:
    assert _read_or_refused(text)


def _read_or_refused(text: str) -> bool:
    try:
        return read(text, TOPICS) is not None
    except SubscriptionFileError as error:
        return bool(error.problems)
