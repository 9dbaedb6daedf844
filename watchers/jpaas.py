"""Lists of the CMS "jpaas", which most Chinese ministries use: a page of script, and the gateway that fills it. Pure.

The page says by which ids its list is asked for; they change when a site is rebuilt, so they are read anew each time, and those
that are configured stand in where the page does not say. No script is run, and nothing is asked that the page would not ask.

Source: public clients of www.mofcom.gov.cn and aqygzj.mofcom.gov.cn, and of sister sites, seen 2026-11-23.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from html import unescape
from typing import TYPE_CHECKING, Annotated, Literal
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit
from zoneinfo import ZoneInfo

import msgspec
from annotated_types import Interval

from watchers.chinese_notices import ZONE, json_text, rows_of
from watchers.errors import Empty, NotSane, Redesigned
from watchers.markup import absolute, open_html, parse, plain_title
from watchers.rows import Row
from watchers.source import HTML, Css, Page, Problem, Request

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

SHELL = "shell"

_NAMES = ("parseType", "webId", "tplSetId", "pageType", "tagId", "editType", "pageId")
_NEEDED = ("webId", "tplSetId", "tagId", "pageId")
_PAGING = frozenset(("paramJson", "pageNo", "pageSize"))
_MAX_UNITS, _MAX_UNIT_CHARS, _MAX_VALUE_CHARS = 100, 4_000, 200
_LIST_TAG = re.compile("列表|list", re.IGNORECASE)
_WORDS_CHARS, _MAX_DIGITS = 100, 7

Query = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A list of such a site, and how the gateway is asked for it.

    `base_url`: the site.
    `list_path`: the list's page, below it.
    `gateway_path`: the gateway, where the list's page does not name one.
    `web_id`, `template_id`, `tag`, `page_id`, `parse_type`: the list's ids, used where its page names none. Without
    `page_id` nothing stands in. `tag` also tells which of several lists on the page is meant.
    `rows`: CSS of the entries in what the gateway answers.
    `paging`: how a further page is asked for.
    `page_size`: how many entries a further page is to have, where the first does not say how many it has.
    `max_pages`: how many pages one poll reads after a gap.
    """

    base_url: str = "https://www.mofcom.gov.cn"
    list_path: str = "/"
    gateway_path: str = "/api-gateway/jpaas-publish-server/front/page/build/unit"
    web_id: str = "8f43c7ad3afc411fb56f281724b73708"
    template_id: str = "52551ea0e2c14bca8c84792f7aa37ead"
    tag: str = "分页列表"
    page_id: str = ""
    parse_type: str = "bulidstatic"  # the CMS's own spelling
    rows: Css = "li:not(.pagination *)"
    paging: Literal["paramJson", "plain", "none"] = "paramJson"
    page_size: Annotated[int, Interval(ge=1, le=100)] = 15
    max_pages: Annotated[int, Interval(ge=1, le=5)] = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """The rows of one page of a list. `more`: by its own count the list goes on behind them. `size`: how many a page has."""

    rows: tuple[Row, ...] = ()
    more: bool = False
    size: int | None = None
    problems: tuple[Problem, ...] = ()


class _Data(msgspec.Struct):
    html: str | None = None


class _Answer(msgspec.Struct):
    code: str | int | None = None
    success: bool | None = None
    data: _Data | None = None
    msg: str | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pagination:
    rows: int
    number: int
    count: int


def site(column: Column, path: str) -> str:
    """Return the address of a page of the column's site."""
    return f"{column.base_url.rstrip('/')}/{path.lstrip('/')}"


def shell(list_url: str, *, otherwise: tuple[Request, ...] = ()) -> Request:
    """Return the question for the page that holds a list's ids. Always read: the list itself may have changed without it."""
    return Request(url=list_url, accept=HTML, role=SHELL, otherwise=otherwise)


def configured(column: Column, list_url: str) -> tuple[Request, ...]:
    """Return the question for the list by its configured ids, none where they are not complete."""
    ids = (column.web_id, column.template_id, column.tag, column.page_id)
    if not all(ids):
        return ()
    unit = dict(zip(_NEEDED, ids, strict=True)) | {"parseType": column.parse_type}
    return (_ask(site(column, column.gateway_path), _query(unit), list_url),)


def follow_shell(page: Page, column: Column, *, otherwise: tuple[Request, ...] = ()) -> Request:
    """Return the question for the list that a shell page shows.

    The configured ids are asked for in its place, and then `otherwise`. Raises what `open_html` raises, and Redesigned
    where no list is named on the page, or several and not the one that is meant.
    """
    tree = open_html(page)
    node, unit = _list_unit(tree, column.tag)
    gateway = absolute(page.request.url, node.attributes.get("url") or "")
    if gateway is None or urlsplit(gateway)[:2] != urlsplit(page.request.url)[:2]:
        gateway = site(column, column.gateway_path)
    asked = _ask(gateway, _query({"parseType": column.parse_type} | unit), page.url)
    others = (other for other in (*configured(column, page.url), *otherwise) if other.url != asked.url)
    return replace(asked, otherwise=tuple(others))


def page_number(request: Request) -> int:
    """Return which page of its list a request asks for."""
    digits = request.role.removeprefix("list ")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 4 else 1


def next_page(request: Request, column: Column, size: int | None) -> Request:
    """Return the question for the page behind the one that `request` asks for, in the `size` that this one has.

    Pages of two sizes would leave a gap between them, or overlap.
    """
    number, size = page_number(request) + 1, size or column.page_size
    parts = urlsplit(request.url)
    query = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] not in _PAGING]
    if column.paging == "paramJson":
        query.append(("paramJson", f'{{"pageNo":{number},"pageSize":{size}}}'))
    else:
        query += [("pageNo", str(number)), ("pageSize", str(size))]
    url = urlunsplit(parts._replace(query=urlencode(query, quote_via=quote)))
    return Request(url=url, role=f"list {number}", headers=request.headers)


def goes_on(listed: Listed, column: Column, complete_at: datetime | None) -> bool:
    """Tell whether the list must be read further: its last dated row is as new as the last complete read (aware, or None)."""
    days = [row.on for row in listed.rows if row.on is not None]
    if complete_at is None or not days or not listed.more or column.paging == "none":
        return False
    # A day is all that rows say: others of the day of the last read may stand behind them.
    return days[-1] >= complete_at.astimezone(ZoneInfo(ZONE)).date()


def read_answer(page: Page, column: Column, list_url: str) -> Listed:
    """Return the rows of an answer of the gateway. Their links are relative to `list_url`, where they are shown.

    An answer to a question for a further page that brings another page has no rows, and that is a problem of it.

    Raises Blocked and Truncated as `json_body` does; NotSane where the gateway says no, or answers in another shape, or
    carries fewer rows than it says; Empty where there are no rows; Redesigned where none of them has a date.
    """
    tree = parse(_html(page))
    pagination = _pagination(tree)
    number = page_number(page.request)
    if pagination is not None and pagination.number != number:
        what = f"page {pagination.number} came for page {number}"
        if number == 1:
            raise NotSane(what, url=page.url)
        return Listed(problems=(Problem(record="older pages", reason=f"{what}: see `paging`"),))
    rows = rows_of(tree, list_url, column.rows)
    _check_rows(tree, column, rows, pagination, page.url)
    more = pagination is not None and pagination.number * pagination.rows < pagination.count
    problems: tuple[Problem, ...] = ()
    if pagination is None and column.paging != "none":
        problems = (Problem(record="pages of the list", reason="the answer does not say how many there are"),)
    size = pagination.rows if pagination else None
    return Listed(rows=rows, more=more, size=size, problems=problems)


def dated_rows(page: Page, rows: str) -> tuple[Row, ...]:
    """Return the rows with a date of a page that is not filled by script; what has none is navigation.

    `rows` is their CSS. Raises what `open_html` raises, and Redesigned where there is no such row.
    """
    dated = tuple(row for row in rows_of(open_html(page), page.url, rows) if row.on is not None)
    if not dated:
        raise Redesigned("neither a list nor the ids of one", url=page.url)
    return dated


def is_filled_by_script(page: Page) -> bool:
    """Tell whether a page names lists that a script fills, readable or not. Raises what `open_html` raises."""
    return open_html(page).css_first("[querydata]:not(.pagination)") is not None


# -- what a shell says


def _list_unit(tree: "LexborHTMLParser", tag: str) -> "tuple[LexborNode, dict[str, str]]":
    """Return the one unit of a page that is the list meant, and where it stands."""
    nodes = tree.css("[querydata]")[:_MAX_UNITS]
    units = [(node, unit) for node in nodes if (unit := _unit(node)) is not None]
    for chosen in (
        [one for one in units if one[1]["tagId"] == tag],
        [one for one in units if _LIST_TAG.search(one[1]["tagId"])],
        units,
    ):
        if len({_query(unit) for _, unit in chosen}) == 1:
            return chosen[0]
    if not units:
        raise Redesigned("the page does not say by which ids its list is asked for")
    raise Redesigned(f"{len(units)} lists on the page, and which of them is {tag!r} cannot be told")


def _unit(node: "LexborNode") -> dict[str, str] | None:
    """Return the ids that an element carries: JSON, in double or in single quotes, escaped once too often or not."""
    text = (node.attributes.get("querydata") or "")[: _MAX_UNIT_CHARS + 1]
    if len(text) > _MAX_UNIT_CHARS:
        return None
    ids = _object(text)
    kept = {name: value for name in _NAMES if (value := ids.get(name)) and len(value) <= _MAX_VALUE_CHARS}
    return kept if all(name in kept for name in _NEEDED) else None


def _object(text: str) -> dict[str, str]:
    """Return the texts and numbers of a flat JSON object, by name; nothing where it is none."""
    text = unescape(text) if "&" in text else text
    for spelled in (text, text.replace("'", '"')):
        try:
            found = msgspec.json.decode(spelled, type=dict[str, str | int | None])
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            continue
        return {name: str(value) for name, value in found.items() if value is not None}
    return {}


def _query(unit: dict[str, str]) -> Query:
    told = {"pageType": "column", "editType": "null"} | unit
    return tuple((name, told[name]) for name in _NAMES if name in told)


def _ask(gateway: str, query: Query, list_url: str) -> Request:
    # Without the referring page the gateway answers 403.
    # It is never asked conditionally: whether a further page must be read depends on when the last was.
    url = f"{gateway}?{urlencode(query, quote_via=quote)}"
    return Request(url=url, role="list 1", headers=(("Referer", list_url),))


# -- what the gateway says


def _html(page: Page) -> str:
    try:
        answer = msgspec.json.decode(json_text(page), type=_Answer)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise NotSane(f"not the gateway's answer: {error}", url=page.url) from error
    if answer.success is not True or str(answer.code) != "200":
        words = plain_title(answer.msg or answer.message or "no reason given")[:_WORDS_CHARS]
        raise NotSane(f"the gateway says no (code {str(answer.code)[:20]}): {words}", url=page.url)
    if answer.data is None or answer.data.html is None:
        raise Redesigned("the gateway's answer holds no list", url=page.url)
    return answer.data.html


def _pagination(tree: "LexborHTMLParser") -> _Pagination | None:
    """Return what the list says of its pages; None where it says nothing, or nothing that can be."""
    node = tree.css_first("div.pagination")
    if node is None:
        return None
    attributes = node.attributes
    said = {name: value for name in ("rows", "pageno", "count") if (value := attributes.get(name))}
    inside = _object((attributes.get("querydata") or "")[:_MAX_UNIT_CHARS])
    said = {name.lower(): value for name, value in inside.items()} | said
    rows, number, count = (_count(said.get(name)) for name in ("rows", "pageno", "count"))
    if not rows or not number or count is None:
        return None
    return _Pagination(rows=rows, number=number, count=count)


def _count(text: str | None) -> int | None:
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS else None


def _check_rows(
    tree: "LexborHTMLParser", column: Column, rows: tuple[Row, ...], said: _Pagination | None, url: str
) -> None:
    if not rows:
        raise Empty("the list has no entries", url=url)
    if all(row.on is None for row in rows):
        raise Redesigned("no entry of the list has a date", url=url)
    if said is not None:
        due = min(said.rows, said.count - (said.number - 1) * said.rows)
        there = sum(node.css_first("a[href]") is not None for node in tree.css(column.rows))
        if there < due:
            raise NotSane(f"incomplete: it says {due} entries and carries {there}", url=url)
