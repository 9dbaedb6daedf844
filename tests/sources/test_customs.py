"""GACC: expected to refuse, asked once a day, and read if it ever answers."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.fakes.notice_pages import page
from tests.fakes.plans import plan_of
from watchers.calendar import next_poll
from watchers.errors import Blocked
from watchers.registry import all_sources
from watchers.source import HTML
from watchers.sources.customs import SOURCE, Options


def test_being_refused_is_its_known_state_and_others_carry_its_notices() -> None:
    assert SOURCE.expects_refusal
    assert set(SOURCE.covers) <= all_sources().keys()
    assert "MOFCOM" in SOURCE.facts.limits


def test_it_is_asked_once_a_day() -> None:
    now = datetime(2025, 10, 3, 1, 0, tzinfo=UTC)
    assert next_poll(SOURCE.rhythm, now) - now == timedelta(days=1)


def test_its_list_is_asked_for() -> None:
    (request,) = SOURCE.requests(plan_of(Options()))
    assert (request.url, request.accept) == (
        "https://www.customs.gov.cn/customs/302249/302266/index.html",
        HTML,
    )


@pytest.mark.parametrize(
    "body",
    [
        b'<html><head><script src="/4QbVtADbnLVIc/c.js" r="m"></script></head><body><script>$_ts={};</script></body></html>',
        b"<html><head><title>Access Denied</title></head><body>Reference #18</body></html>",
    ],
)
def test_its_check_with_status_200_is_a_refusal(body: bytes) -> None:
    with pytest.raises(Blocked):
        SOURCE.read(page(body, Options().base_url, role="list"), plan_of(Options()))
