"""What the ops channel is told when a channel or a platform takes nothing from us any more. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class SetbackKind(StrEnum):
    """What went wrong: a channel refuses us and is paused, or a platform refuses our credential."""

    CHANNEL = "channel"
    CREDENTIAL = "credential"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setback:
    """A channel that is paused (`subject` is its address, `name` what people call it), or a platform that refuses our credential.

    `why` is the platform's own answer, in one line without secrets; `given_up` how many posts ended with it. `at` is aware, UTC.
    """

    kind: SetbackKind
    subject: str
    name: str
    why: str
    given_up: int
    at: datetime
