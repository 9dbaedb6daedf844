"""A query as people type it into a chat: one line of words, read into the lists that `bot.core.query` evaluates. Pure.

`gallium OR germanium`, `"rare earth" AND licen*`, `title:tariff NOT steel`. Words that stand side by side must all be there.
What the lists cannot hold (brackets, NEAR, a mix of OR and AND) is refused with its place.
"""

import re
from dataclasses import dataclass
from unicodedata import east_asian_width

from bot.core.query import Query, QueryError, parse

MAX_QUERY_CHARS = 400
EXAMPLE = "gallium OR germanium"

_QUOTES = str.maketrans(
    dict.fromkeys("“”„‟«»「」『』＂", '"') | {"（": "(", "）": ")", "：": ":", "\u3000": " "}
)
_TOKEN = re.compile(r'(?:[^\s"()]*"[^"]*"?|[^\s"()]+|[()])')
_OPERATORS = {"or": "or", "或": "or", "and": "and", "且": "and", "not": "not", "非": "not"}
_NEAR = re.compile(r"near(/\d+)?", re.IGNORECASE)


class QueryTextError(ValueError):
    """A line that is no query. `position` counts characters from 1; `advice` says what to write instead."""

    def __init__(self, problem: str, *, text: str, position: int, advice: str) -> None:
        self.problem, self.text, self.position, self.advice = problem, text, position, advice
        super().__init__(f"position {position}: {problem}\n  try: {advice}")

    @property
    def caret(self) -> str:
        """Return the blanks that bring `^` under the place, in a script of one width; wide characters take a wide blank."""
        before = self.text[: self.position - 1]
        return "".join("\u3000" if east_asian_width(each) in "WF" else " " for each in before)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Token:
    """A piece of the line. `at` counts from 1."""

    text: str
    at: int

    @property
    def operator(self) -> str | None:
        """Return `or`, `and` or `not` where the piece joins others."""
        return _OPERATORS.get(self.text.casefold())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Terms:
    """The terms of a line: those that are wanted, those that must be absent, and whether `or` joins the first."""

    wanted: tuple[_Token, ...]
    unwanted: tuple[_Token, ...]
    alternatives: bool


def from_text(text: str) -> Query:
    """Compile one line of words. Raises QueryTextError for anything that today's lists cannot hold."""
    plain = text.translate(_QUOTES)
    if not plain.strip():
        raise QueryTextError("there is nothing to look for", text=text, position=1, advice=EXAMPLE)
    if len(text) > MAX_QUERY_CHARS:
        raise QueryTextError(
            f"a query has at most {MAX_QUERY_CHARS} characters",
            text=text,
            position=MAX_QUERY_CHARS + 1,
            advice="make it a topic file, or use fewer words",
        )
    tokens = [_Token(text=found.group(), at=found.start() + 1) for found in _TOKEN.finditer(plain)]
    _refuse_unreadable(tokens, text)
    terms = _joined(tokens, text)
    lists = {"any" if terms.alternatives else "all": terms.wanted, "none": terms.unwanted}
    try:
        return parse({name: [each.text for each in some] for name, some in lists.items() if some})
    except QueryError as error:
        at = lists[error.key][error.position - 1].at if error.position else 1
        raise QueryTextError(error.problem, text=text, position=at, advice=error.advice) from None


def _refuse_unreadable(tokens: list[_Token], text: str) -> None:
    """Refuse brackets, NEAR, and a quotation that is never closed."""
    for token in tokens:
        if token.text.count('"') % 2:
            at = token.at + token.text.index('"')
            raise QueryTextError(
                "this quotation is never closed", text=text, position=at, advice='put " after the last word'
            )
        if _NEAR.fullmatch(token.text):
            raise QueryTextError(
                "NEAR cannot be read yet", text=text, position=token.at, advice="join the words by AND"
            )
    for token in tokens:
        if token.text in {"(", ")"}:
            raise QueryTextError(
                _bracket_problem(token, tokens),
                text=text,
                position=token.at,
                advice="use OR alone, or AND alone, without brackets",
            )


def _bracket_problem(token: _Token, tokens: list[_Token]) -> str:
    opened, closed = (sum(each.text == sign for each in tokens) for sign in "()")
    if token.text == "(" and opened > closed:
        return "this bracket is never closed"
    if token.text == ")":
        return "this bracket was never opened"
    return "brackets cannot be read yet"


def _joined(tokens: list[_Token], text: str) -> _Terms:
    """Sort the pieces into terms. Two terms side by side are joined by `and`."""
    wanted: list[_Token] = []
    unwanted: list[_Token] = []
    joins: dict[str, _Token] = {}
    operator: _Token | None = None
    negated = False
    for token in tokens:
        if token.operator == "not" and not negated and (operator is None or operator.operator == "and"):
            operator, negated = token, True
        elif token.operator is not None:
            if operator is not None or not wanted:
                raise _misplaced(token, text)
            operator = token
        elif negated:
            unwanted.append(token)
            operator, negated = None, False
        else:
            if wanted:
                joins.setdefault(operator.operator or "and" if operator else "and", operator or token)
            wanted.append(token)
            operator = None
    if operator is not None:
        raise _misplaced(operator, text)
    if len(joins) > 1:
        raise _mixed(joins, text)
    if not wanted:
        raise QueryTextError(
            "only words that must be absent", text=text, position=1, advice="add a word to look for"
        )
    return _Terms(wanted=tuple(wanted), unwanted=tuple(unwanted), alternatives="or" in joins)


def _misplaced(token: _Token, text: str) -> QueryTextError:
    return QueryTextError(
        f"{token.text.upper()} joins nothing here",
        text=text,
        position=token.at,
        advice=f'write a word on both sides, or put the word in quotation marks: "{token.text}"',
    )


def _mixed(joins: dict[str, _Token], text: str) -> QueryTextError:
    later = max(joins.values(), key=lambda each: each.at)
    if later.operator is None or any(each.operator is None for each in joins.values()):
        advice = 'put words that belong together in quotation marks: "rare earth" OR gallium'
    else:
        advice = "use OR alone, or AND alone; subscribe twice for both"
    return QueryTextError("OR and AND cannot be mixed yet", text=text, position=later.at, advice=advice)
