"""Addresses as they may stand behind a link in somebody's chat. Pure; it fetches nothing."""

from urllib.parse import quote, urlsplit

MAX_ADDRESS_CHARS = 1_000
"""Escaped as markup. Longer ones are not linked: no source has any, and three of them would fill a message."""

# What an address may hold as it is. `|`, `<` and `>` end a Slack link, `*` and a backtick could begin an emphasis.
_KEPT = "%/:?#[]@!$&'()+,;=~-._"


def linkable(url: str) -> str | None:
    """Return an address that ends neither a link nor an attribute early: whatever could is percent-encoded.

    None for what is no web address, or too long. Source: Slack, formatting text for app surfaces (links), seen 2026-11-29.
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not host:
        return None
    encoded = quote(url.strip(), safe=_KEPT, errors="replace")
    written = len(encoded) + encoded.count("&") * len("amp;")
    return encoded if written <= MAX_ADDRESS_CHARS else None
