"""What a reader can ask for by a button under an alert: one form for every platform, written here and read here. Pure.

The form (`why:7f3a`) is the value of a Slack option and button, and Telegram's callback data, which holds 64 bytes at most.
"""

import re
from dataclasses import dataclass
from enum import StrEnum


class Wish(StrEnum):
    """What is asked for, in the order of the buttons. The value is what stands before the story."""

    WHY = "why"
    FOLLOW = "follow"
    MUTE_24_HOURS = "mute24"
    RELEVANT = "rel"
    NOT_RELEVANT = "nrel"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A wish about one story."""

    wish: Wish
    story: str

    @property
    def value(self) -> str:
        """Return the form that a button carries; `asked_of` reads it."""
        return f"{self.wish.value}:{self.story}"


_FORM = re.compile(rf"({'|'.join(Wish)}):([0-9a-f]{{4,40}})")


def asked_of(value: str) -> Asked | None:
    """Return what a button's value asks for, None for anything that no button of ours carries."""
    found = _FORM.fullmatch(value)
    return Asked(wish=Wish(found[1]), story=found[2]) if found else None
