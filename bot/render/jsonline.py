"""An alert as the JSON object that scripts rely on. Keys only grow; docs/json.md describes them. Pure."""

import json
import re
from datetime import UTC, datetime
from typing import Any

from bot.core.alert import Alert
from bot.core.match import Evidence, Match

# What json.dumps leaves as it is although no encoding takes it (lone surrogates), a terminal obeys it, or readers of lines
# end a line there.
_TO_ESCAPE = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def alert_object(alert: Alert, *, sent_at: datetime, repeat: bool = False) -> dict[str, Any]:
    """Return the alert's object. Instants are UTC with `Z`, calendar dates are dates, absent is None."""
    return {
        "story": alert.story,
        "revision": alert.revision,
        "stage": alert.stage.value,
        "prior_stage": alert.prior_stage.value if alert.prior_stage else None,
        "topics": list(alert.topics),
        "severity": alert.severity.word,
        "title": alert.title,
        "story_title": alert.story_title,
        "summary": alert.summary,
        "source": alert.source,
        "kind": alert.kind,
        "url": alert.url,
        "refs": [alert.document, *(f"{ref.kind}:{ref.value}" for ref in alert.refs)],
        "agencies": [agency.name for agency in alert.agencies],
        "dates": [
            {"kind": legal.kind.value, "on": legal.on.isoformat(), "evidence": legal.evidence}
            for legal in alert.dates
        ],
        "author": alert.author,
        "corrects": list(alert.corrects),
        "also_at": list(alert.also_at),
        "changes": [
            {"field": each.field, "removed": each.removed, "added": each.added}
            for each in (alert.redline.changes if alert.redline else ())
        ],
        "parties": [],
        "evidence": [
            {"topic": match.topic, **evidence_object(evidence)}
            for match in alert.matches
            for evidence in match.evidence
        ],
        "reasons": [
            {"topic": match.topic, "severity": match.severity.word, "why": why}
            for match in alert.matches
            for why in match.reasons
        ],
        "reason": alert.reason.value,
        "channel": alert.channel,
        "official_at": instant(alert.official_at),
        "official_on": alert.official_on.isoformat() if alert.official_on else None,
        "first_seen_at": instant(alert.first_seen_at),
        "sent_at": instant(sent_at),
        "repeat": repeat,
    }


def match_object(match: Match) -> dict[str, Any]:
    """Return a match's object: topic, severity and every hit."""
    return {
        "topic": match.topic,
        "severity": match.severity.word,
        "evidence": [evidence_object(evidence) for evidence in match.evidence],
        "reasons": list(match.reasons),
    }


def evidence_object(evidence: Evidence) -> dict[str, Any]:
    """Return a hit's object. Offsets are code points in the original text of the field, end exclusive."""
    return {
        "words": evidence.words,
        "lang": evidence.lang,
        "field": evidence.field,
        "start": evidence.start,
        "end": evidence.end,
    }


def instant(at: datetime | None) -> str | None:
    """Return an aware instant as `2023-10-17T20:15:00.000Z`."""
    if at is None:
        return None
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def line(value: object) -> str:
    """Return one line of JSON that any UTF stream takes: non-ASCII as it is, controls and lone surrogates as escapes."""
    text = json.dumps(value, ensure_ascii=False)
    return _TO_ESCAPE.sub(lambda found: f"\\u{ord(found.group()):04x}", text)
