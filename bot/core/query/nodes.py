"""A query as a tree, made by `all_of`, `any_of`, `negated` and `near`. They bring it to one form: equal queries are equal."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Union


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A word or phrase, folded, with single blanks; or the start of one. `field` is a text field, `party`, or "" for any text."""

    text: str
    prefix: bool = False
    field: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A fact of the document: its source, stage, a code. `value` is in the one form in which it is compared."""

    field: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """A legal date of the document, compared: `comparison` is one of `=`, `<`, `<=`, `>`, `>=`."""

    field: str
    comparison: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """Words near each other in one text: of each part one, all beginning at most `distance` words apart."""

    distance: int
    parts: tuple[tuple[Words, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class And:
    """Each of at least two parts."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Or:
    """At least one of at least two parts."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    """The absence of its part."""

    part: "Node"


Leaf = Words | Fact | When | Near
Node = Union[Leaf, And, Or, Not]  # noqa: UP007 (the names are not known yet where they are used)


def all_of(parts: Iterable[Node]) -> Node:
    """Return what asks for each of the parts (at least one)."""
    flat = _flat(parts, And)
    return flat[0] if len(flat) == 1 else And(parts=flat)


def any_of(parts: Iterable[Node]) -> Node:
    """Return what asks for at least one of the parts (at least one)."""
    flat = _flat(parts, Or)
    return flat[0] if len(flat) == 1 else Or(parts=flat)


def _flat(parts: Iterable[Node], kind: type[And] | type[Or]) -> tuple[Node, ...]:
    found: dict[Node, None] = {}
    for part in parts:
        for each in part.parts if isinstance(part, kind) else (part,):
            found[each] = None
    return tuple(found)


def negated(part: Node) -> Node:
    """Return what asks for the absence of `part`."""
    return part.part if isinstance(part, Not) else Not(part=part)


def near(distance: int, parts: Iterable[Iterable[Words]]) -> Node:
    """Return what asks for one of each part (at least one part, none empty), near each other. One part is near itself."""
    found = tuple(dict.fromkeys(tuple(dict.fromkeys(part)) for part in parts))
    return any_of(found[0]) if len(found) == 1 else Near(distance=distance, parts=found)


def bound(node: Node, field: str) -> Node:
    """Return the query with all words in it that are bound to no text yet bound to `field`."""
    match node:
        case Words():
            return node if node.field else replace(node, field=field)
        case Near():
            return near(
                node.distance,
                (
                    (each if each.field else replace(each, field=field) for each in some)
                    for some in node.parts
                ),
            )
        case And():
            return all_of(bound(part, field) for part in node.parts)
        case Or():
            return any_of(bound(part, field) for part in node.parts)
        case Not():
            return negated(bound(node.part, field))
        case _:
            return node


def looks_for_something(node: Node) -> bool:
    """Tell whether nothing but what is there can satisfy the query: it does not hold for an empty document."""
    match node:
        case And():
            return any(map(looks_for_something, node.parts))
        case Or():
            return all(map(looks_for_something, node.parts))
        case Not():
            return False
        case _:
            return True


def depth_of(node: Node) -> int:
    """Return how many levels the tree has."""
    match node:
        case And() | Or():
            return 1 + max(map(depth_of, node.parts))
        case Not():
            return 1 + depth_of(node.part)
        case _:
            return 1


def leaves(node: Node) -> Iterator[Leaf]:
    """Yield all words, facts, dates and NEARs of the tree, in their order."""
    match node:
        case And() | Or():
            for part in node.parts:
                yield from leaves(part)
        case Not():
            yield from leaves(node.part)
        case _:
            yield node


def wanted_words(node: Node) -> Iterator[Words]:
    """Yield the words that a document may be looked for by: all but those that must be absent."""
    match node:
        case And() | Or():
            for part in node.parts:
                yield from wanted_words(part)
        case Not():
            return
        case _:
            yield from words_of(node)


def words_of(node: Node) -> Iterator[Words]:
    """Yield all words of the tree, those in NEARs too."""
    for leaf in leaves(node):
        if isinstance(leaf, Words):
            yield leaf
        elif isinstance(leaf, Near):
            for part in leaf.parts:
                yield from part
