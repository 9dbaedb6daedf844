"""A query as three lists of words, for topics that need no more: `any` (one of them), `all` (each), `none` (not one). Pure."""

import re
from collections.abc import Mapping
from difflib import get_close_matches

from bot.core.query.engine import Query
from bot.core.query.errors import QueryError
from bot.core.query.nodes import Node, all_of, any_of, negated
from bot.core.query.printing import printed
from bot.core.query.reading import MAX_QUERY_CHARS, read

LISTS = ("any", "all", "none")
_BOUND = re.compile(r"([A-Za-z_]+:)\s*(.*)", re.DOTALL)


class ListError(ValueError):
    """Lists that are no query. `key` is the list, `position` the term's place in it from 1 (None for the list as a whole)."""

    def __init__(
        self, problem: str, *, advice: str, key: str = "", position: int | None = None, term: str = ""
    ) -> None:
        self.problem, self.advice, self.key, self.position, self.term = problem, advice, key, position, term
        super().__init__(problem)


def of_lists(table: Mapping[str, object]) -> Query:
    """Return the query that the lists `any`, `all` and `none` make. Raises ListError for anything that is no usable query."""
    for key in table:
        if key not in LISTS:
            close = get_close_matches(str(key), LISTS, 1)
            advice = f"did you mean `{close[0]}`?" if close else "use `any`, `all` and `none`"
            raise ListError("unknown key", advice=advice, key=str(key))
    lists = {key: _terms(key, table[key]) for key in LISTS if key in table}
    parts = list(lists.get("all", ()))
    if "any" in lists:
        parts.append(any_of(lists["any"]))
    if not parts:
        raise ListError("nothing to look for", advice='write query = "…", or any = ["…"]')
    parts += [negated(each) for each in lists.get("none", ())]
    node = all_of(parts)
    if len(printed(node)) > MAX_QUERY_CHARS:
        raise ListError(
            f"more than {MAX_QUERY_CHARS:,} characters in all", advice="split it into several topics"
        )
    return Query(node=node)


def _terms(key: str, value: object) -> tuple[Node, ...]:
    if not isinstance(value, list | tuple):
        raise ListError("not a list of terms", advice=f'write {key} = ["first term", "second term"]', key=key)
    if not value:
        raise ListError("the list is empty", advice="add a term, or leave the key out", key=key)
    return tuple(_term(key, position, written) for position, written in enumerate(value, 1))


def _term(key: str, position: int, written: object) -> Node:
    if not isinstance(written, str):
        problem = f"not text but {type(written).__name__}"
        raise ListError(problem, advice="put the term in quotes", key=key, position=position)
    found = _BOUND.fullmatch(written.strip())
    field, words = (found[1], found[2]) if found else ("", written)
    words = words.strip()
    if len(words) > 1 and words[0] == words[-1] == '"':
        words = words[1:-1]
    text = f'{field}"{words.replace(chr(34), " ")}"'
    try:
        return read(text.replace("\n", " ")).node
    except QueryError as error:
        raise ListError(
            error.problem, advice=error.advice, key=key, position=position, term=written
        ) from None
