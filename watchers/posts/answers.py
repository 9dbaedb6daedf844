"""What a platform answers, read page by page: the questions for older pages, the records of one, what is left unread. Pure."""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import TypeVar

import msgspec

from watchers.calendar import Adaptive
from watchers.errors import NotSane
from watchers.item import Item
from watchers.sanity import json_body
from watchers.source import Page, Problem, Request

RHYTHM = Adaptive(
    zone="UTC", fastest=timedelta(minutes=2), slowest=timedelta(minutes=30), start=timedelta(minutes=5)
)
MAX_PAGES = 10
"""How many pages one poll reads. What a gap holds beyond them is read by the next one, or said to be unread."""

MAX_RECORDS = 1_000  # of one page; platforms give at most 100

OVERLAP = timedelta(hours=1)
"""Where there is no "since": how far before the last complete read the pages must reach back."""

NOTHING = msgspec.Raw(b"null")
"""Stands for a detail of a record that is not there."""

_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)

Answer = TypeVar("Answer")
Record = TypeVar("Record", bound=msgspec.Struct)


def answer_of(page: Page, shape: type[Answer]) -> Answer:
    """Return the answer in `page`. Raises Blocked, Truncated, or NotSane where it is not of that shape."""
    body = json_body(page)
    try:
        return msgspec.json.decode(body, type=shape)
    except _UNREADABLE as error:
        raise NotSane(f"not the answer that is due: {error}", url=page.url) from error


def detail(raw: msgspec.Raw, shape: type[Record]) -> Record | None:
    """Return a detail of a record, None where it is not there or not of that shape: no post is lost for it."""
    try:
        return msgspec.json.decode(raw, type=shape)
    except _UNREADABLE:
        return None


def read_each(
    raws: Sequence[msgspec.Raw], shape: type[Record], read: Callable[[Record], Item | str | None]
) -> tuple[tuple[Item, ...], tuple[Problem, ...]]:
    """Return the items of a page, each key once, and the records that could not be read.

    `read` returns None for a record that is not wanted, and says why where it cannot read one. Raises NotSane for more
    records than any platform puts on a page.
    """
    if len(raws) > MAX_RECORDS:
        raise NotSane(f"{len(raws):,} posts on one page")
    items: dict[str, Item] = {}
    problems: list[Problem] = []
    for position, raw in enumerate(raws, start=1):
        try:
            item = read(msgspec.json.decode(raw, type=shape))
        except _UNREADABLE as error:
            item = str(error)
        if isinstance(item, str):
            problems.append(Problem(record=f"post {position} of the page", reason=item))
        elif item is not None and item.key not in items:
            items[item.key] = item
    return tuple(items.values()), (*problems, *timeless(items.values()))


def timeless(items: Iterable[Item]) -> tuple[Problem, ...]:
    """Return a problem for each post without a time: every platform gives one, so it is missing or cannot be true."""
    reason = "no time, or none that can be true"
    return tuple(Problem(record=item.key, reason=reason) for item in items if item.official_at is None)


def order(post_id: str) -> tuple[int, str]:
    """Return what ids of one platform are compared by: numbers or strings, later ones are never shorter."""
    return len(post_id), post_id


def older_page(url: str, number: int, accept: str = "application/json") -> Request:
    """Return the question for page `number` of a listing; the newest is the first. Its role says which it is."""
    return Request(url=url, accept=accept, role="list" if number == 1 else f"older {number}")


def page_number(request: Request) -> int:
    """Return which page of its listing a request asks for."""
    digits = request.role.removeprefix("older ")
    return int(digits) if digits.isdecimal() and len(digits) < 5 else 1


def unread(pages: int) -> Problem:
    """Return what is said of a gap that is longer than one poll reads."""
    return Problem(record="older posts", reason=f"not read: the gap is longer than {pages} pages")
