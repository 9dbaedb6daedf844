"""Values to text columns and back."""

from typing import TypeVar

import msgspec

from bot.errors import StoreError

Value = TypeVar("Value")


def pack(value: object) -> str:
    """Return `value` (a dataclass or a tuple of them) as JSON text."""
    return msgspec.json.encode(value).decode()


def unpack(text: str, shape: type[Value]) -> Value:
    """Return the value that `pack` wrote. Raises StoreError if the text is of another shape."""
    try:
        return msgspec.json.decode(text, type=shape)
    except msgspec.DecodeError as error:
        raise StoreError(
            f"the store holds a {shape.__name__} that cannot be read: {error}",
            try_="restore the store from a backup",
        ) from error
