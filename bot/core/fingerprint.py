"""What counts as a change of an item: a versioned hash over what the issuer says, not over how the page is dressed. Pure."""

import hashlib
import json

from watchers.item import DateKind, Item

VERSION = "2"
"""Raised when the hash covers something else. Hashes of different versions are never compared, so nobody is alerted by it:
what moved meanwhile shows in its stage and its dates."""


def fingerprint(item: Item) -> str:
    """Return `version:hash` over the item's content. Absent fields do not count, nor do links and counters."""
    content = {
        "stage": item.stage.value,
        "kind": item.kind,
        "title": item.title,
        "abstract": item.abstract,
        "action": item.action,
        "dates_text": item.dates_text,
        "note": item.note,
        "body": item.body,
        "annexes": [[annex.title, annex.text] for annex in item.annexes],
        "author": item.author,
        "agencies": [agency.name for agency in item.agencies],
        "dates": dates_key(item),
        "refs": [f"{ref.kind}:{ref.value}" for ref in item.refs],
        "corrects": list(item.corrects),
    }
    present = {name: value for name, value in content.items() if value}
    text = json.dumps(present, ensure_ascii=False, sort_keys=True)
    return f"{VERSION}:{hashlib.blake2b(text.encode('utf-8', 'surrogatepass'), digest_size=16).hexdigest()}"


def dates_key(item: Item) -> str:
    """Return the item's legal dates in one comparable line, such as `effective=2023-10-17 publication=2023-10-19`."""
    return " ".join(sorted(f"{legal.kind.value}={legal.on.isoformat()}" for legal in item.dates))


def differs(old: str, new: str) -> bool:
    """Tell whether two fingerprints of one item mean that it changed."""
    return old != new and is_comparable(old, new)


def is_comparable(old: str, new: str) -> bool:
    """Tell whether two fingerprints were made in the same way."""
    return old.partition(":")[0] == new.partition(":")[0]


def dates_moved(old: str, new: str) -> bool:
    """Tell whether a date stands elsewhere in one `dates_key` than in the other; that one has more of them tells nothing."""
    return any(
        not (one <= other or other <= one)
        for one, other in ((_days(old, kind), _days(new, kind)) for kind in DateKind)
    )


def _days(key: str, kind: DateKind) -> frozenset[str]:
    return frozenset(each for each in key.split() if each.startswith(f"{kind.value}="))
