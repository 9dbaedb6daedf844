"""How channels stand, in `tradewire status`: as lines of at most 80 columns where the words allow it, and as an object."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from bot.cli.guides import GUIDES

if TYPE_CHECKING:
    from bot.store.channel_lookups import Standing

_INDENT = " " * 10


def lines(standing: "Standing", zone: str) -> Iterator[str]:
    """Yield a line for all channels, and one for each that is not told and each platform that rests. Times in `zone`."""
    from bot.render.words import instant_words

    yield (
        f"Channels  {standing.delivering} of {len(standing.channels)} delivering, "
        f"{standing.sent_last_day} posts in 24 h, {standing.waiting} waiting, "
        f"{standing.failed} failed, {standing.uncertain} uncertain"
    )
    for each in standing.paused:
        yield from _wrapped(f"PAUSED {_named(each.address, each.title)}: {each.paused}")
    for each in standing.unconfigured:
        where = _named(each.address, each.title)
        yield from _wrapped(f"WAITING {where}: the configuration leads to no {each.platform}")
    for rest in standing.resting:
        until = instant_words(rest.until, zone, with_day=True, seconds=False)
        yield from _wrapped(f"RESTING {rest.scope} until {until}{f': {rest.why}' if rest.why else ''}")


def advice(standing: "Standing") -> Iterator[str]:
    """Yield what can be done about it, the most useful first."""
    yield from (f"tradewire help {rest.scope}" for rest in standing.resting if rest.scope in GUIDES)
    if standing.paused:
        yield f"tradewire subscriptions resume {standing.paused[0].address}"
    if standing.failed:
        yield "tradewire outbox dead"


def as_object(standing: "Standing") -> dict[str, Any]:
    """Return the object that scripts rely on."""
    from bot.render.jsonline import instant

    return {
        "count": len(standing.channels),
        "delivering": standing.delivering,
        "posts": {
            "sent_last_day": standing.sent_last_day,
            "waiting": standing.waiting,
            "failed": standing.failed,
            "uncertain": standing.uncertain,
        },
        "paused": [
            {"channel": each.address, "title": each.title or None, "why": each.paused}
            for each in standing.paused
        ],
        "unconfigured": [each.address for each in standing.unconfigured],
        "resting": [
            {"platform": each.scope, "until": instant(each.until), "why": each.why}
            for each in standing.resting
        ],
    }


def _wrapped(text: str) -> Iterator[str]:
    from bot.render.plain import wrap

    yield from wrap(text, _INDENT, f"{_INDENT}  ")


def _named(address: str, title: str) -> str:
    return f"{address} {title}" if title else address
