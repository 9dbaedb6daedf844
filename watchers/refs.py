"""Official numbers: how they are written and which act they name. Pure."""

import re

# C = correction, R = republication, each of the document whose number follows.
# Source: 108,098 Federal Register titles and numbers 2020-2026, seen 2026-11-23.
_AMENDING_NUMBER = re.compile(r"[CR]\d{0,2}-(?P<base>\d{4}-\d{1,5}|[A-Z]?\d{1,2}-\d{1,5})")


def fr_ref(document_number: str) -> str:
    """Return the act reference of a Federal Register document number, the same for its filing and its publication."""
    return f"fr:{document_number}"


def amended_number(document_number: str) -> str | None:
    """Return the number that a correction's or republication's own number names (`C1-2023-27742` → `2023-27742`)."""
    found = _AMENDING_NUMBER.fullmatch(document_number)
    return found["base"] if found else None
