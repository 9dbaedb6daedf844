"""A posting as one JSON object, whatever it tells. Keys only grow; docs/json.md describes them. Pure."""

from datetime import datetime
from typing import Any

from bot.core.alert import Alert
from bot.core.brief import Brief
from bot.core.notice import Notice
from bot.core.posting import Burst, Head, Posting
from bot.core.setback import Setback
from bot.render.jsonline import alert_object, instant
from bot.render.notice import notice_object
from bot.render.setback import setback_object


def posting_object(posting: Posting) -> dict[str, Any]:
    """Return a posting's object: what it is, and what it tells under `alert`, `head`, `brief`, `burst`, `notice` or `setback`."""
    return {
        "kind": posting.kind.value,
        "key": posting.key,
        "channel": posting.channel.address,
        "at": instant(posting.at),
        "repeat": posting.repeat,
        **_told(posting),
    }


def _told(posting: Posting) -> dict[str, Any]:
    told = posting.told
    match told:
        case Alert():
            return {"alert": alert_object(told, sent_at=posting.at, repeat=posting.repeat)}
        case Head():
            return {"head": head_object(told)}
        case Brief():
            return {"brief": brief_object(told, sent_at=posting.at)}
        case Burst():
            return {"burst": burst_object(told, sent_at=posting.at)}
        case Notice():
            return {"notice": notice_object(told)}
        case Setback():
            return {"setback": setback_object(told)}


def head_object(head: Head) -> dict[str, Any]:
    """Return the object of a thread's head: which alert began it, which is the newest, and when that was told."""
    return {
        "story": head.newest.story,
        "first": {"revision": head.first.revision, "stage": head.first.stage.value},
        "newest": {"revision": head.newest.revision, "stage": head.newest.stage.value},
        "updated_at": instant(head.updated_at),
    }


def brief_object(brief: Brief, *, sent_at: datetime) -> dict[str, Any]:
    """Return a brief's object, with every alert of it."""
    return {
        "timing": brief.timing.words,
        "at": instant(brief.at),
        "alerts": [alert_object(alert, sent_at=sent_at) for alert in brief.alerts],
        "read": brief.read,
        "sources": brief.sources,
        "blind": [{"title": title, "since": instant(since)} for title, since in brief.blind],
        "last_read_at": instant(brief.last_read_at),
    }


def burst_object(burst: Burst, *, sent_at: datetime) -> dict[str, Any]:
    """Return a burst's object, with every alert of it so far."""
    return {
        "since": instant(burst.since),
        "until": instant(burst.until),
        "closed_at": instant(burst.closed_at),
        "alerts": [alert_object(alert, sent_at=sent_at) for alert in burst.alerts],
    }
