"""What somebody asks about: something by its name, or a text. Pure."""

import re

_NAME = re.compile(r"(?=.*[0-9])[A-Za-z0-9:._-]{3,80}|[0-9a-f]{4,8}")


def is_address(asked: str) -> bool:
    """Tell whether it is the address of a page."""
    return asked.startswith(("http://", "https://"))


def is_text(asked: str) -> bool:
    """Tell whether it can only be a text: neither an address nor a name."""
    return not is_address(asked) and not is_name(asked)


def is_name(asked: str) -> bool:
    """Tell whether it looks like a document's number (`2024-01580`, `fr:2024-01580`) or a story's id (`7f3a`)."""
    return _NAME.fullmatch(asked) is not None
