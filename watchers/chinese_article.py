"""A notice's own page, in any of the layouts under which a Chinese ministry keeps it: text, number, dates, annexes. Pure.

The same notice stands at several addresses; its official number is what makes them one, so it is looked for everywhere that it
may stand, and taken only from where a page says that it is its own.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from watchers.addresses import url_ref
from watchers.article_text import attachments, main_text
from watchers.charset import decode
from watchers.chinese_fields import Fields, agencies, effective_dates, read_fields
from watchers.chinese_notices import (
    ZONE,
    article_request,
    check_chinese,
    kind_of,
    number_refs,
    own_number,
    speaks_of_others,
)
from watchers.dates import agreeing, find_date, find_instant
from watchers.errors import Redesigned
from watchers.item import DateKind, Item, LegalDate, Link, Ref
from watchers.markup import absolute, base_of, open_html, plain_title, visible_text
from watchers.sanity import not_in_the_future
from watchers.source import Page

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

__all__ = ["article_request", "read_article"]

# When it was published; `createDate` and `MakeTime` are when the page was made.
# Source: public clients of mofcom.gov.cn, mof.gov.cn and www.gov.cn, seen 2026-11-23.
_PUBLISHED = "meta[name=PubDate i], meta[name=firstpublishedtime i]"
_DAY_AND_TIME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})-(?=[0-9]{2}:)")
_TITLES = "meta[name=ArticleTitle i]"
_HEADINGS = "h1, h2, .art-title, .title"
_MAX_HEADINGS = 8
_ELSEWHERE = (
    "header, footer, nav, aside, [class^=foot i], [id^=foot i], [class*=footer i], [class*=sidebar i]"
)
_BOX_LEVELS = 2  # how far around an article its files are looked for

_GAPS = re.compile(r"\n{3,}")
_LETTERS = re.compile(r"[^0-9A-Za-z㐀-䶿一-鿿]")
_TAIL_CHARS, _FEWEST_CHARS = 12, 6
_SIGNATURE = re.compile(
    r"\s{0,8}[0-9〇○零一二三四五六七八九]{4}\s?年\s?[0-9〇○零一二三四五六七八九十]{1,3}\s?月\s?[0-9〇○零一二三四五六七八九十]{1,3}\s?日\s{0,8}"
)
_FIELD_LINES, _HEAD_LINES, _HEAD_CHARS = 30, 10, 120
_TITLE_END = re.compile(r"(?:公告|决定|通知|令|规定|办法|清单)[》”]?\Z")
_SURROUNDING = re.compile(r"(?:中华人民共和国)|[\s()（）\[\]【】〔〕《》:：]")
_PAGE_CHARS, _FEWEST_TEXT, _MAX_PARTS, _WHEN_CHARS = 60_000, 40, 10, 200

# Lines that tell of the page and not of the notice.
_SOURCE_BAR = re.compile(r"(?:文章|信息)?来源\s?[:：]")
_FURNITURE = re.compile(
    r"(?:文章|信息)?来源\s?[:：].{0,60}类型\s?[:：].{0,60}"
    r"|[（(【]?(?:责任)?编辑\s?[:：].{0,30}"
    r"|[（(【]?(?:浏览|访问|点击|阅读)(?:次数|量|数|人数)?\s?[:：].{0,30}"
    r"|分享(?:到|至)?(?:\s?[:：].{0,60})?"
    r"|字[体号]\s?[:：].{0,30}"
    r"|扫一扫.{0,40}"
    r"|(?:打印|关闭|收藏|纠错|返回顶部|返回|本页|窗口|页面|[\s|｜【】\[\]()（）])++"
)
_FURNITURE_CHARS = 120


def read_article(
    page: Page, item: Item, *, now: datetime, selectors: tuple[str, ...], published: str | None = None
) -> Item:
    """Return `item` with what its own page says: text, number, issuers, dates and files. `now` is aware.

    The first of `selectors` (CSS) under which there is text is the article; `published` (CSS) is where the page shows when it
    was published, if not in its head. Reading again changes nothing.

    Raises what `open_html` raises; WrongCharset for text without Chinese, or garbled; Redesigned where there is no article,
    or none that could be this item's.
    """
    tree = open_html(page)
    lines = _article(page, tree, item, selectors).split("\n")
    check_chinese(lines, page.url)
    kept, fields = _without_fields(lines, tree)
    when = _published(tree, published, now)
    title = _full_title(item.title, tree)
    is_about = speaks_of_others(kind_of(title))
    body = _GAPS.sub("\n\n", "\n".join(kept)).strip()
    ref, refs = _identity(item, title, body, tree, kept, fields)
    issued, posted = (
        on if on and not_in_the_future(on, now, ZONE) else None
        for on in (fields.on or _signed_on(kept), fields.posted)
    )
    shown = item.official_on or posted or _day(when)
    official_on = max(filter(None, (issued, shown)), default=None)
    moments = (when if isinstance(when, datetime) else None, item.official_at)
    return replace(
        item,
        ref=ref,
        aliases=(url_ref(item.url),) if ref != url_ref(item.url) else (),
        kind=kind_of(title, "" if ref == url_ref(item.url) else ref),
        title=title,
        body=body,
        official_at=next((at for at in moments if agreeing(at, official_on, ZONE)), None),
        official_on=official_on,
        agencies=agencies(fields.issuer) or item.agencies,
        dates=() if is_about else _dates(body, title, issued, shown),
        refs=refs,
        links=_links(tree, page.url, item, selectors),
    )


def _dates(body: str, title: str, issued: date | None, shown: date | None) -> tuple[LegalDate, ...]:
    """Return from when the notice takes effect, and its own date where it was put up on a later day."""
    effective = effective_dates(body, issued or shown, title=title)
    if issued is None or shown is None or issued >= shown:
        return effective
    return (*effective, LegalDate(kind=DateKind.SIGNING, on=issued, evidence=issued.isoformat()))


def _signed_on(lines: Sequence[str]) -> date | None:
    """Return the date below the text of a notice, which is its own. Lists and files may stand behind it."""
    signed = [line for line in lines if _SIGNATURE.fullmatch(line)]
    return find_date(signed[0]) if len(signed) == 1 else None


def _article(page: Page, tree: "LexborHTMLParser", item: Item, selectors: tuple[str, ...]) -> str:
    text = main_text(decode(page.body, page.headers.get("content-type")), selectors=selectors)
    given = ("\n".join(map(visible_text, tree.css(selector)[:_MAX_PARTS])) for selector in selectors)
    longest = max(given, key=len, default="")
    if text is not None and len(longest) >= _FEWEST_TEXT:
        return text
    if longest and any(attachments(tree, page.url, within=selector) for selector in selectors):
        return longest  # a notice that is but a file
    # What else looks like an article may be the words of a page that says there is none.
    whole = visible_text(tree.body)[:_PAGE_CHARS] if tree.body is not None else ""
    if text is None or _letters(item.title)[-_TAIL_CHARS:] not in _letters(whole):
        raise Redesigned("no article of this title on the page", url=page.url)
    return text


def _without_fields(lines: list[str], tree: "LexborHTMLParser") -> tuple[list[str], Fields]:
    """Return the lines of the article that are its text, and the fields of its head or, if they are not there, of the page."""
    above_text = next((place for place, line in enumerate(lines) if "。" in line), len(lines))
    fields, used = read_fields(lines[: min(above_text, _FIELD_LINES)])
    if not (fields.number and fields.issuer and fields.on) and tree.body is not None:
        fields = fields.or_else(read_fields(_above(lines, tree.body))[0])
    kept = [
        line
        for place, line in enumerate(lines)
        if place not in used and not _is_furniture(line, is_first=place < _HEAD_LINES)
    ]
    return kept, fields


def _above(lines: list[str], body: "LexborNode") -> list[str]:
    """Return the lines of the page above those of the article: below them, other notices may be named."""
    page = [line for line in visible_text(body)[:_PAGE_CHARS].split("\n") if line]
    first = max(lines[:_HEAD_LINES], key=len)
    sentence = next((place for place, line in enumerate(page) if "。" in line), len(page))
    return page[: page.index(first) if first in page else sentence]


def _is_furniture(line: str, *, is_first: bool) -> bool:
    if not line or len(line) > _FURNITURE_CHARS:
        return False
    return _FURNITURE.fullmatch(line) is not None or (is_first and _SOURCE_BAR.match(line) is not None)


# -- which notice it is


def _identity(
    item: Item, title: str, body: str, tree: "LexborHTMLParser", lines: Sequence[str], fields: Fields
) -> tuple[str, tuple[Ref, ...]]:
    """Return the item's reference and the numbers that it carries or, if it is about notices, speaks of."""
    if speaks_of_others(kind_of(title)):
        return url_ref(item.url), number_refs(f"{title}\n{body}")
    named = _of_field(fields)
    for text in _titles(title, tree) if named is None else ():
        named = named or own_number(text)
    named = named or _of_head(lines)
    if named is not None:
        return named
    return url_ref(item.url), (Ref(kind="notice", value=fields.number),) if fields.number else ()


def _of_field(fields: Fields) -> tuple[str, tuple[Ref, ...]] | None:
    """Return what the field of the number says; an issuer that it leaves out stands in the other field."""
    if not fields.number:
        return None
    for text in (fields.number, f"{fields.issuer}{fields.number}"):
        named = own_number(f"文号:{text}")
        if named is not None:
            return named[0], (Ref(kind="notice", value=fields.number),)
    return None


def _titles(title: str, tree: "LexborHTMLParser") -> list[str]:
    """Return the titles of the page's article, the surest first. Another heading may be of another notice."""
    found = [title]
    found += [plain_title(node.attributes.get("content") or "") for node in tree.css(_TITLES)[:1]]
    headings = [plain_title(visible_text(node)) for node in tree.css(_HEADINGS)[:_MAX_HEADINGS]]
    found += [heading for heading in headings if _is_same(heading, title)]
    head = tree.css_first("title")
    return found + ([plain_title(head.text())] if head is not None and _is_same(head.text(), title) else [])


def _of_head(lines: Sequence[str]) -> tuple[str, tuple[Ref, ...]] | None:
    """Return the number that stands in lines of its own above the first sentence, in up to three."""
    head: list[str] = []
    for line in lines:
        if "。" in line or len(line) > _HEAD_CHARS or len(head) >= _HEAD_LINES:
            break
        head += [line] if line else []
    joined = (
        " ".join(head[start : start + count]) for count in (1, 2, 3) for start in range(len(head) - count + 1)
    )
    for text in joined:
        named = own_number(text)
        if named is not None and (_TITLE_END.search(text) or _is_number_alone(text, named[1])):
            return named
    return None


def _is_number_alone(text: str, refs: tuple[Ref, ...]) -> bool:
    printed = refs[0].value if refs else ""
    return _SURROUNDING.sub("", text) == _SURROUNDING.sub("", printed)


def _is_same(one: str, other: str) -> bool:
    """Tell whether two titles are of the same text: one may carry a number or the site's name, or be cut short."""
    short, long = sorted((_letters(one), _letters(other)), key=len)
    return len(short) >= _FEWEST_CHARS and short in long


def _letters(text: str) -> str:
    return _LETTERS.sub("", text)


def _full_title(title: str, tree: "LexborHTMLParser") -> str:
    """Return the title as the page has it in full, where the list cut it short."""
    cut = title.rstrip(" .…")
    node = tree.css_first(_TITLES) if cut != title else None
    whole = plain_title(node.attributes.get("content") or "") if node is not None else ""
    return whole if len(whole) > len(cut) and whole.startswith(cut) else title


# -- when, and what belongs to it


def _published(tree: "LexborHTMLParser", shown: str | None, now: datetime) -> datetime | date | None:
    """Return when the page says that it was published; a day alone where the time is how a system writes a day."""
    said = [node.attributes.get("content") or "" for node in tree.css(_PUBLISHED)]
    said += [visible_text(node) for node in tree.css(shown)[:1]] if shown else []
    for text in said:
        plain = _DAY_AND_TIME.sub(r"\1 ", text.strip()[:_WHEN_CHARS])
        on, at = find_date(plain), find_instant(plain, ZONE)
        if on is not None and not_in_the_future(on, now, ZONE):
            is_day = at is None or at.astimezone(ZoneInfo(ZONE)).time() == time()
            return on if is_day else at
    return None


def _day(published: datetime | date | None) -> date | None:
    return published.astimezone(ZoneInfo(ZONE)).date() if isinstance(published, datetime) else published


def _links(tree: "LexborHTMLParser", url: str, item: Item, selectors: tuple[str, ...]) -> tuple[Link, ...]:
    elsewhere = {address for address, _ in attachments(tree, url, within=_ELSEWHERE)}
    near = _addresses_near(tree, url, selectors)
    files = [Link(kind="attachment", url=address, title=title) for address, title in attachments(tree, url)]
    others = (link for link in item.links if link.kind != "attachment")
    return (
        *others,
        *(link for link in files if link.url not in elsewhere and (near is None or link.url in near)),
    )


def _addresses_near(
    tree: "LexborHTMLParser", url: str, selectors: tuple[str, ...]
) -> frozenset[str | None] | None:
    """Return what is linked in the box around the article; None where the article stands in no box of its own."""
    node = next((node for selector in selectors for node in tree.css(selector)[:1]), None)
    box = None
    for _ in range(_BOX_LEVELS):
        node = node.parent if node is not None else None
        if node is None or node.tag in ("body", "html"):
            break
        box = node
    if box is None:
        return None
    base = base_of(tree, url)
    return frozenset(absolute(base, link.attributes.get("href") or "") for link in box.css("a[href]"))
