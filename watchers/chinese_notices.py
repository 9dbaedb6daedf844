"""Notices of Chinese ministries as a list shows them: what kind each is, which act it names, and items made of them. Pure.

Only a notice is known by its number. An answer or an explanation speaks of the numbers of others, and one of these taken for
its own would merge it with the act that it is about.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from watchers.addresses import canonical_url, url_ref
from watchers.charset import decode
from watchers.chinese_numbers import NoticeNumber, is_called_by_number, notice_numbers, notice_ref
from watchers.errors import Empty, Redesigned, WrongCharset
from watchers.item import Item, Link, Ref, Stage
from watchers.markup import absolute, base_of, looks_garbled, open_html, plain_title
from watchers.rows import Row, select_rows
from watchers.sanity import json_body, not_in_the_future
from watchers.source import HTML, Page, Problem, Request

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

ZONE = "Asia/Shanghai"
LANG = "zh"

ANNOUNCEMENT, ORDER, ANSWER, INTERPRETATION, RELEASE = (
    "Announcement",
    "Order",
    "Spokesperson answer",
    "Interpretation",
    "Release",
)
_HAN = re.compile(r"[㐀-䶿一-鿿豈-﫿]")
_ANSWER = re.compile(r"发言人|答记者问|负责人就|负责人谈|记者会|新闻发布会|吹风会|答.{0,6}记者")
_INTERPRETATION = re.compile(r"解读|一图|图解|答问|问答|访谈|评论(?!意见)")
_ORDER = re.compile(r"[部院局署席]令(?=\s{0,4}(?:[0-9〇○零一二三四五六七八九第（(〔]|$))|^令")
_FILE = re.compile(r"\.(?:pdf|docx?|xlsx?|wps|zip)(?:\?|$)", re.IGNORECASE)
_SHORTEST_NUMBER = 6  # `56号`, out of a list of numbers, says nothing by itself
_MOST_MENTIONED = 10
_MAX_LINKS = 4_000


def kind_of(title: str, ref: str = "") -> str:
    """Return what the issuer calls what stands under `title`; `ref` is the act's reference, where it has a number."""
    if not is_called_by_number(title):
        if _ANSWER.search(title):
            return ANSWER
        if _INTERPRETATION.search(title):
            return INTERPRETATION
    if ref:
        return ORDER if ":order:" in ref else ANNOUNCEMENT
    if not title.endswith("公告") and _ORDER.search(title):
        return ORDER
    return ANNOUNCEMENT if "公告" in title else RELEASE


def speaks_of_others(kind: str) -> bool:
    """Tell whether an item of this kind is about notices, and none itself."""
    return kind in (ANSWER, INTERPRETATION)


def check_chinese(texts: Iterable[str], url: str) -> None:
    """Raise WrongCharset where `texts`, all from the page at `url`, hold no Chinese character, or are garbled."""
    joined = "\n".join(texts)
    if not _HAN.search(joined):
        raise WrongCharset("no Chinese character in it", url=url)
    if looks_garbled(joined):
        raise WrongCharset("it was decoded as what it is not", url=url)


def number_refs(text: str) -> tuple[Ref, ...]:
    """Return the official numbers that stand in `text`, as printed there, at most ten."""
    words = (_printed(text, number) for number in notice_numbers(text))
    printed = dict.fromkeys(number for number in words if len(number) >= _SHORTEST_NUMBER)
    return tuple(Ref(kind="notice", value=value) for value in printed)[:_MOST_MENTIONED]


def own_number(text: str) -> tuple[str, tuple[Ref, ...]] | None:
    """Return the reference of the notice that `text`, a title, is of, and its number as printed; None where it names none."""
    ref = notice_ref(text)
    if ref is None:
        return None
    printed = (_printed(text, number) for number in notice_numbers(text) if number.ref == ref)
    return ref, tuple(Ref(kind="notice", value=value) for value in printed)


def _printed(text: str, number: NoticeNumber) -> str:
    words = " ".join(text[number.start : number.end].split())
    behind = text[number.end : number.end + 1]
    is_open = max(words.rfind("("), words.rfind("（")) > max(words.rfind(")"), words.rfind("）"))
    return words + behind if is_open and behind in (")", "）") else words


def json_text(page: Page) -> str:
    """Return the text of a page where JSON is due. Raises what `json_body` raises, and NotSane for no known encoding."""
    body = json_body(page)
    try:
        return body.decode("utf-8-sig")  # JSON is UTF-8, whatever the header says
    except UnicodeDecodeError:
        return decode(body, page.headers.get("content-type"))


def rows_of(tree: "LexborHTMLParser", base_url: str, rows: str) -> tuple[Row, ...]:
    """Return the rows that the CSS selector `rows` names; their titles are whole where the links' `title` has them so.

    Lists show what fits into a line, or the first of two. Source: facts on these sites gathered 2026-11-23.
    """
    found = select_rows(tree, base_url, row=rows, zone=ZONE)
    base = base_of(tree, base_url)
    links = tree.css("a[href][title]")[:_MAX_LINKS]
    titles = {
        absolute(base, link.attributes.get("href") or ""): link.attributes.get("title") for link in links
    }
    return tuple(_with_whole_title(row, plain_title(titles.get(row.url) or "")) for row in found)


def _with_whole_title(row: Row, title: str) -> Row:
    shown, whole = "".join(row.title.split()), "".join(title.split())
    return replace(row, title=title) if len(whole) > len(shown) and whole.startswith(shown) else row


def listed_rows(page: Page, *, container: str, rows: str) -> tuple[Row, ...]:
    """Return the rows of a list that is not filled by script; `container` and `rows` are CSS.

    Raises what `open_html` raises, Redesigned where there is no container, Empty where there are no rows in it.
    """
    tree = open_html(page)
    if tree.css_first(container) is None:
        raise Redesigned(f"no {container} on the page", url=page.url)
    found = rows_of(tree, page.url, rows)
    if not found:
        raise Empty("the list has no entries", url=page.url)
    if all(row.on is None for row in found):
        raise Redesigned("no entry of the list has a date", url=page.url)
    return found


def notices(
    rows: Iterable[Row], *, source: str, now: datetime, url: str
) -> tuple[tuple[Item, ...], tuple[Problem, ...]]:
    """Return an item for each row of the list at `url`, each page once whatever its scheme, and what was wrong with a row.

    A date that cannot be true yet at `now` (aware) is left out. Raises WrongCharset, as `check_chinese` does.
    """
    rows = tuple(rows)
    check_chinese((row.title for row in rows), url)
    items: dict[str, Item] = {}
    problems: list[Problem] = []
    for row in rows:
        item = _item(row, source)
        if item.official_on is not None and not not_in_the_future(item.official_on, now, ZONE):
            problems.append(
                Problem(record=item.key, reason=f"dated {item.official_on}, which is yet to come")
            )
            item = _item(replace(row, on=None, at=None), source)
        known = items.get(item.key)
        if known is None or (known.official_on is None and item.official_on is not None):
            items[item.key] = item
    return tuple(items.values()), tuple(problems)


def article_request(item: Item) -> Request | None:
    """Return the question for an item's own page; None where its address is that of a file."""
    return None if _FILE.search(item.url) else Request(url=item.url, accept=HTML, role="article")


def _item(row: Row, source: str) -> Item:
    address = url_ref(row.url)
    kind = kind_of(row.title)
    about = speaks_of_others(kind)
    own = None if about else own_number(row.title)
    ref, refs = own or (address, number_refs(row.title) if about else ())
    return Item(
        source=source,
        key=canonical_url(row.url),
        ref=ref,
        aliases=(address,) if own else (),
        stage=Stage.ANNOUNCED,
        kind=kind_of(row.title, ref if own else ""),
        title=row.title,
        url=row.url,
        lang=LANG,
        official_at=row.at,
        official_on=row.on,
        refs=refs,
        links=(Link(kind="attachment", url=row.url, title=row.title),) if _FILE.search(row.url) else (),
    )
