"""What the outbox must know of a platform to send to it, whichever it is. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.pace import Limits
from bot.core.posting import Kind

NO_LIMITS = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What the outbox must know of a platform.

    `looks`: it can be read back for what we sent. `repeatable`: it knows a repeated message by its key, so that sending twice
    is sending once. `threads`: what continues a story is not seen in the channel itself. `edits`: the head of a thread is kept up
    to date. `details`: a first reply carries what did not fit.
    """

    looks: bool = False
    repeatable: bool = False
    threads: bool = False
    edits: bool = False
    details: bool = False
    limits: Limits = NO_LIMITS


EDITING = frozenset({"slack", "telegram"})
"""The platforms on which a message can be changed later."""

Platforms = Mapping[str, Traits]


REPEATABLE = frozenset({Kind.EDIT, Kind.GROWTH})
"""Posts that change a message: doing it twice is doing it once."""


def is_repeatable(kind: Kind, traits: Traits) -> bool:
    """Tell whether sending a post of this kind twice is the same as sending it once."""
    return traits.repeatable or kind in REPEATABLE
