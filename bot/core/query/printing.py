"""A query as text again, on one line: reading it gives the same query. Pure."""

import re

from bot.core.query.nodes import And, Fact, Near, Node, Not, Or, When, Words

_PLAIN_WORD = re.compile(r'[^\s"(),:*#+!|&/-][^\s"(),:*/]*')
_OPERATORS = frozenset({"or", "and", "not", "near", "或", "且", "非"})


def printed(node: Node) -> str:
    """Return the query as text."""
    match node:
        case Or():
            return " OR ".join(printed(part) for part in node.parts)
        case And():
            return " AND ".join(_inside(part) for part in node.parts)
        case Not():
            return f"NOT {_inside(node.part)}"
        case Near():
            parts = ", ".join(" OR ".join(map(printed, some)) for some in node.parts)
            return f"NEAR/{node.distance}({parts})"
        case When():
            return f"{node.field}:{node.comparison.removeprefix('=')}{node.on.isoformat()}"
        case Fact():
            return f"{node.field}:{node.value}"
        case Words():
            field = f"{node.field}:" if node.field else ""
            return field + _term(node.text, prefix=node.prefix)


def _inside(node: Node) -> str:
    """Return a part as it stands beside others: what joins less closely needs brackets."""
    return f"({printed(node)})" if isinstance(node, Or | And) else printed(node)


def _term(text: str, *, prefix: bool) -> str:
    star = "*" if prefix else ""
    if _PLAIN_WORD.fullmatch(text) and text not in _OPERATORS:
        return text + star
    return f'"{text}{star}"'
