"""Values to text columns and back."""

from typing import TypeVar

import msgspec

Value = TypeVar("Value")


def pack(value: object) -> str:
    """Return `value` (a dataclass or a tuple of them) as JSON text."""
    return msgspec.json.encode(value).decode()


def unpack(text: str, shape: type[Value]) -> Value:
    """Return the value that `pack` wrote. Raises msgspec.ValidationError if the text is of another shape."""
    return msgspec.json.decode(text, type=shape)
