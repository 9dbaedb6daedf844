"""How a burst ends: where its message can be changed it says so, and only once it is out."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from bot.core.channel import Burst
from bot.core.delivery import Outcome, Sent
from bot.core.platform import Traits
from bot.store import schema
from bot.store.database import Database
from tests.fakes.ledger import NOON, channel, claim, item, record, rows, save, store_items, turn

CALM = timedelta(minutes=11)


def burst_on(database: Database, address: str) -> None:
    """Let the second of two alerts at once become a burst, and the first be told."""
    save(database, channel(address, burst=Burst(alerts=1)))
    store_items(database, item(1), item(2), channels=[address])


def told(database: Database, platform: str, ref: str | None, *, at: datetime = NOON) -> list[str]:
    """Let everything that may go be told; return the kinds of what was."""
    traits = {platform: Traits(edits=ref is not None)}
    kinds: list[str] = []
    while sent := claim(database, platform, now=at, platforms=traits):
        for each in sent:
            answer = Sent(outcome=Outcome.SENT, platform_ref=ref)
            record(database, each, answer, now=at, platforms=traits)
            kinds.append(each.kind.value)
    return kinds


def states(database: Database) -> list[dict[str, Any]]:
    post = schema.post
    return rows(database, select(post.c.kind, post.c.state).order_by(post.c.id))


def test_a_burst_says_that_it_is_over(database: Database) -> None:
    burst_on(database, "telegram:1")
    assert told(database, "telegram", "7") == ["alert", "burst"]
    assert told(database, "telegram", "7", at=NOON + CALM) == ["growth"]
    assert told(database, "telegram", "7", at=NOON + 2 * CALM) == []


def test_where_no_message_can_be_changed_it_ends_in_silence_and_leaves_nothing_dead(
    database: Database,
) -> None:
    burst_on(database, "webhook:desk")
    assert told(database, "webhook", None) == ["alert", "burst"]
    assert told(database, "webhook", None, at=NOON + CALM) == []
    assert {row["state"] for row in states(database)} == {"sent"}


def test_a_burst_that_is_not_out_yet_is_not_over(database: Database) -> None:
    burst_on(database, "webhook:desk")
    turn(database, platforms={"webhook": Traits()})
    assert told(database, "webhook", None, at=NOON + CALM) == ["alert", "burst"]
    assert told(database, "webhook", None, at=NOON + 3 * CALM) == []
    assert {row["state"] for row in states(database)} == {"sent"}
