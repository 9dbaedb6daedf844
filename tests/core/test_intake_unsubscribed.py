"""Who unsubscribes hears no more of the stories that were told before, unless they follow them."""

from dataclasses import replace

from bot.core.decide import Reason
from bot.core.story import candidate_ids
from tests.fakes.items import MINERALS, Ledger, desk, filed, published, reasons

MINE = MINERALS.address


def test_a_channel_that_unsubscribed_hears_no_later_stage_unless_it_follows() -> None:
    ledger = Ledger()
    ledger.take(filed())
    gone = replace(MINERALS, subscriptions=())
    story = candidate_ids("fr:2023-23048")[0]
    for channel, reason in (
        (gone, Reason.NOT_SUBSCRIBED),
        (desk(MINE, "lists"), Reason.NOT_SUBSCRIBED),
        (replace(gone, followed=(story,)), Reason.NEW_STAGE),
    ):
        later = replace(ledger, channels=(channel,), alerts=list(ledger.alerts), seen=dict(ledger.seen))
        later.stories, later.story_of = dict(ledger.stories), dict(ledger.story_of)
        assert reasons(later.take(published())) == {MINE: reason}
