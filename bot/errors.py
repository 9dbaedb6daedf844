"""What can go wrong, as classes by what the operator can do about it. No message here may hold a secret.

TradewireError
├── ConfigError     the configuration must be changed; nothing was started
└── StoreError      the store must be looked at; nothing was lost that was there
    └── StoreMissing    there is none yet: nothing was ever read

What goes wrong with a source is in watchers/errors.py: it is a value there, and never stops the others.
"""

from collections.abc import Iterable
from dataclasses import dataclass


class TradewireError(Exception):
    """Something that the operator must know of, said without secrets and without a traceback."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigProblem:
    """One thing to change: where, in the spelling of the file (`[fetch] deadline_seconds`, empty for the file as a whole),
    what is wrong with it, and what to do about it (empty where the message says it all).
    """

    place: str
    message: str
    try_: str = ""


class ConfigError(TradewireError):
    """The configuration cannot be used. `problems` holds everything that is wrong with `file`, in the order of the file."""

    def __init__(self, file: str, problems: Iterable[ConfigProblem]) -> None:
        self.file = file
        self.problems = tuple(problems)
        said = "; ".join(f"{one.place} {one.message}".strip() for one in self.problems)
        super().__init__(f"{file}: {said}")


class StoreError(TradewireError):
    """The store cannot be used. `message` says why, `try_` what to do about it."""

    def __init__(self, message: str, *, try_: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.try_ = try_


class StoreMissing(StoreError):
    """There is no store yet, and none was to be made."""
