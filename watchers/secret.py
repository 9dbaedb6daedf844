"""A value that must not be seen: a token or key on its way to one request. Never printed, logged, compared or stored."""


class Secret:
    """Wraps a secret so that no `repr`, format or error can show it; `reveal` is called where it is sent and nowhere else."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def __repr__(self) -> str:
        """Return a mask."""
        return "Secret(…)"

    __str__ = __repr__

    def reveal(self) -> str:
        """Return the value itself."""
        return self._value
