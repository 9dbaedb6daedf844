"""From the text of a query to its tree, or to the place of what is wrong with it. Nothing else reads the language.

The grammar is in `grammar.lark`; the parser works without recursion, so that no nesting can exhaust it.
"""

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib import resources
from typing import cast

from lark import Lark, Token, Transformer, UnexpectedInput, UnexpectedToken

from bot.core.query.engine import Query
from bot.core.query.errors import QueryError
from bot.core.query.fields import (
    DATES,
    PARTY,
    TEXT_FIELDS,
    ValueProblem,
    compared_date,
    fact_value,
    field_problem,
    party_name,
)
from bot.core.query.nodes import (
    Fact,
    Node,
    Or,
    When,
    Words,
    all_of,
    any_of,
    bound,
    looks_for_something,
    near,
    negated,
)
from bot.core.query.printing import printed
from bot.core.query.spelling import needle_of

MAX_QUERY_CHARS = 100_000
MAX_TERM_CHARS = 200
MAX_DEPTH = 40
MAX_DISTANCE = 1_000
EXAMPLE = "gallium OR germanium"

_TYPED = str.maketrans(
    dict.fromkeys("“”„‟«»「」『』〝〞〟＂″", '"')
    | {"（": "(", "）": ")", "：": ":", "，": ",", "＊": "*", "﹡": "*"}
)
_BRACKETS = re.compile(r'[()]|"[^"]*"?')
_NEAR = re.compile(r"near(?:/(\d+))?", re.IGNORECASE)
_PIECES = re.compile(r'"[^"]*"|[()]|[^\s"()]+')
_NEGATION = re.compile(r"not|非", re.IGNORECASE)
_ALTERNATIVE = re.compile(r"or|或|\|{1,2}", re.IGNORECASE)
_OPERATOR = re.compile(r"or|and|not|或|且|非|[|&]{1,2}", re.IGNORECASE)


def read(text: str) -> Query:
    """Read a query. In one of several lines, those that start with `#` are comments. Raises QueryError."""
    return Query(node=_read(text))


@lru_cache(maxsize=65_536)
def _read(text: str) -> Node:
    plain = _without_comments(text.translate(_TYPED))
    _refuse(text, plain)
    try:
        parsed: object = _parser().parse(plain)
    except _Misfit as misfit:
        raise QueryError(misfit.problem, text=text, position=misfit.position, advice=misfit.advice) from None
    except UnexpectedInput as error:
        raise _explained(error, text, plain) from None
    node: Node = cast("Node", parsed)
    _refuse_emptiness(node, text, plain)
    if len(printed(node)) > MAX_QUERY_CHARS:  # as text again it must be readable: that is how it is kept
        raise _too_long(text, len(printed(node)), "written out")
    return node


def _without_comments(plain: str) -> str:
    """Blank out lines that start with `#`, so that all places stay; a text of one line has no comments."""
    if "\n" not in plain or "#" not in plain:
        return plain
    lines = plain.split("\n")
    return "\n".join(" " * len(line) if line.lstrip().startswith("#") else line for line in lines)


def _refuse(text: str, plain: str) -> None:
    """Refuse what is too long, empty, never closed, or nested too deeply, before it is parsed."""
    if len(text) > MAX_QUERY_CHARS:
        raise _too_long(text, len(text))
    if not plain.strip():
        raise QueryError("there is nothing to look for", text=text, position=1, advice=EXAMPLE)
    problem = _bracket_problem(plain)
    if problem:
        raise QueryError(problem[1], text=text, position=problem[0], advice=problem[2])


def _too_long(text: str, length: int, how: str = "") -> QueryError:
    return QueryError(
        f"a query has at most {MAX_QUERY_CHARS:,} characters, this one has {length:,}" + (how and f" {how}"),
        text=text[: MAX_QUERY_CHARS + 1],
        position=1,
        advice="split it into several topics",
    )


def _bracket_problem(plain: str) -> tuple[int, str, str] | None:
    """Return position, problem and advice for the first bracket or quotation without its other half, or too deep inside."""
    opened: list[int] = []
    for found in _BRACKETS.finditer(plain):
        position = found.start() + 1
        if found[0][0] == '"':
            if len(found[0]) == 1 or found[0][-1] != '"':
                return position, "this quotation is never closed", 'put " after the last word'
        elif found[0] == "(":
            opened.append(position)
        elif not opened:
            return position, "this bracket was never opened", "take it out, or put ( before"
        else:
            opened.pop()
        if len(opened) > MAX_DEPTH:
            return (
                position,
                f"more than {MAX_DEPTH} brackets inside each other",
                "take out those that change nothing",
            )
    return (opened[-1], "this bracket is never closed", "put ) where it ends") if opened else None


def _refuse_emptiness(node: Node, text: str, plain: str) -> None:
    """Refuse a query that everything satisfies in which something is absent."""
    if looks_for_something(node):
        return
    words = (
        "one side of OR asks only that something is absent"
        if isinstance(node, Or)
        else "only words that must be absent"
    )
    raise QueryError(
        words,
        text=text,
        position=_lonely_not(plain),
        advice=f"add what to look for: {EXAMPLE} NOT arsenide",
    )


def _lonely_not(plain: str) -> int:
    """Return where NOT stands with nothing before it that it could take something from; 1 where none does."""
    before = "("
    for found in _PIECES.finditer(plain):
        if _NEGATION.fullmatch(found[0]) and (before == "(" or _ALTERNATIVE.fullmatch(before)):
            return found.start() + 1
        before = found[0]
    return 1


def _explained(error: UnexpectedInput, text: str, plain: str) -> QueryError:
    """Say what the parser stumbled over: an operator that joins nothing, a comma, a bracket without words."""
    at = getattr(error, "pos_in_stream", None) or 0
    if isinstance(error, UnexpectedToken) and error.token.type == "$END":
        at = len(plain.rstrip())
        last = _last_piece(plain[:at])
        return _misplaced(last, text, at - len(last) + 1)
    piece = re.match(r'[^\s"(),]+|.', plain[at:], re.DOTALL)
    return _misplaced(piece[0] if piece else "", text, at + 1)


def _last_piece(plain: str) -> str:
    found = re.search(r'[^\s"(),]+$|.$', plain, re.DOTALL)
    return found[0] if found else ""


def _misplaced(piece: str, text: str, position: int) -> QueryError:
    if piece == ")" and re.search(r"near/\d+\s*\([^()]*$", text[: position - 1], re.IGNORECASE):
        problem, advice = (
            "NEAR needs at least two parts",
            "write them with commas between: NEAR/10(export, cloud)",
        )
    elif piece == ",":
        problem, advice = (
            "a comma stands only between the parts of NEAR",
            "write OR or AND, or put the words in quotation marks",
        )
    elif _OPERATOR.fullmatch(piece):
        problem = f"{piece.upper()} joins nothing here"
        advice = f'write a word on both sides, or put the word in quotation marks: "{piece}"'
    elif piece in "()":
        problem, advice = (
            "nothing stands in these brackets" if piece == ")" else "a bracket cannot stand here",
            EXAMPLE,
        )
    elif piece.endswith(":"):
        problem, advice = f"{piece} has no value", f"write it without a blank: {piece}VALUE"
    else:
        problem, advice = (
            f'"{piece[:40]}" cannot stand here',
            "in NEAR write words, or words joined by OR, with commas between",
        )
    return QueryError(problem, text=text, position=max(1, position), advice=advice)


class _Misfit(Exception):
    """A token that means nothing. `position` counts from 1."""

    def __init__(self, token: Token, problem: str, advice: str) -> None:
        self.problem, self.advice = problem, advice
        self.position = (token.start_pos or 0) + 1
        super().__init__(problem)


class _Builder(Transformer[Token, Node]):
    """Turns what the grammar found into a tree, from the inside out, while it is parsed."""

    def start(self, parts: Sequence[Node]) -> Node:
        return parts[0]

    def any(self, parts: Sequence[Node]) -> Node:
        return any_of(parts)

    def all(self, parts: Sequence[Node]) -> Node:
        return all_of(parts)

    def negation(self, parts: Sequence[Node]) -> Node:
        return negated(parts[0])

    def scoped(self, parts: tuple[Token, Node]) -> Node:
        token, node = parts
        field = _field(token)
        if field not in TEXT_FIELDS:
            raise _Misfit(
                token, f"{field}: cannot stand before a bracket", f"write {field}: before each value"
            )
        return bound(node, field)

    def near(self, parts: Sequence[Token | tuple[Words, ...]]) -> Node:
        head, *rest = parts
        distance = _distance(cast("Token", head))
        some = [part for part in rest if isinstance(part, tuple)]
        if not all(isinstance(term, Words) for part in some for term in part):
            raise _Misfit(
                cast("Token", head), "NEAR takes only words", "write facts and dates beside it, joined by AND"
            )
        return near(distance, some)

    def part(self, terms: Sequence[Words]) -> tuple[Words, ...]:
        return tuple(terms)

    def term(self, tokens: Sequence[Token]) -> Node:
        *before, token = tokens
        field = _field(before[0]) if before else ""
        try:
            return _term(field, token)
        except ValueProblem as problem:
            raise _Misfit(before[0] if before else token, problem.problem, problem.advice) from None


def _field(token: Token) -> str:
    name = token[:-1].lower()
    problem = field_problem(name)
    if problem:
        raise _Misfit(token, problem.problem, problem.advice)
    return name


def _distance(token: Token) -> int:
    found = _NEAR.fullmatch(token)
    if not found or not found[1]:
        raise _Misfit(
            token, "NEAR does not say how near", "write at most how many words apart: NEAR/10(export, cloud)"
        )
    if not 1 <= int(found[1]) <= MAX_DISTANCE:
        raise _Misfit(
            token,
            f"NEAR/{found[1]} is not between 1 and {MAX_DISTANCE:,} words",
            "write NEAR/10(export, cloud)",
        )
    return int(found[1])


def _term(field: str, token: Token) -> Node:
    """Return what a word or quotation asks for. Raises ValueProblem."""
    written = token[1:-1] if token.type == "PHRASE" else str(token)
    if field in DATES:
        comparison, on = compared_date(field, written)
        return When(field=field, comparison=comparison, on=on)
    if field and field not in TEXT_FIELDS and field != PARTY:
        return Fact(field=field, value=fact_value(field, written))
    if token.type == "WORD" and not field:
        _refuse_lookalikes(written)
    return _words(field, written)


def _refuse_lookalikes(written: str) -> None:
    """Refuse a word that looks like an operator that is written otherwise."""
    if _NEAR.fullmatch(written) and "/" in written:
        raise ValueProblem(f"{written} stands before no bracket", f"write {written}(export, cloud)")
    if _OPERATOR.fullmatch(written):
        advice = f'write a word on both sides, or put the word in quotation marks: "{written}"'
        raise ValueProblem(f"{written.upper()} joins nothing here", advice)
    if written[0] in "-+!" and written[1:2].isalnum():
        word = written[1:]
        advice = f"write {word}" if written[0] == "+" else f"write NOT {word}"
        raise ValueProblem(f'"{written}" starts with a sign', advice)


def _words(field: str, written: str) -> Words:
    stem = written.strip().removesuffix("*")
    text = needle_of(stem)
    if field == PARTY and stem == written.strip():
        text = party_name(text)
    problem = _words_problem(written.strip(), stem, text)
    if problem:
        raise ValueProblem(*problem)
    return Words(text=text, prefix=stem != written.strip(), field=field)


def _words_problem(written: str, stem: str, text: str) -> tuple[str, str] | None:
    length = max(len(written), len(text))  # a character may fold to several
    if length > MAX_TERM_CHARS:
        return (
            f"{length:,} characters in one term, at most {MAX_TERM_CHARS}",
            "use the few words that tell it from others",
        )
    if written == "*":
        return '"*" alone would hit everything', "write the start of a word before it: licen*"
    if "*" in text:
        return f'"*" inside a term: "{written}"', "put * only at the end: licen*"
    if not text:
        return "an empty term", "write a word, or take the term out"
    if not any(ch.isalnum() for ch in text):
        return f'only punctuation: "{written}"', "write a word with letters or digits"
    if stem != written and not (stem[-1:].isalnum() and text[-1].isalnum()):
        return (
            f'"*" does not follow a letter or digit: "{written}"',
            "write it right after the start of a word: licen*",
        )
    return None


@cache
def _parser() -> Lark:
    grammar = resources.files(__package__).joinpath("grammar.lark").read_text("utf-8")
    return Lark(grammar, parser="lalr", lexer="contextual", maybe_placeholders=False, transformer=_Builder())
