"""What an operator's own feed and an operator's own list page have in common: options, names, dates, articles. Pure.

Their items go by the address of their page. It never takes a word of a title for an official number: anybody may write one.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Annotated, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from annotated_types import Interval

from watchers.addresses import canonical_url, url_ref
from watchers.article_text import attachments, main_text
from watchers.calendar import Adaptive
from watchers.charset import decode
from watchers.errors import Redesigned, WrongCharset
from watchers.item import Item, Link, Stage
from watchers.markup import check_selector, looks_garbled, open_html, plain_title
from watchers.posts import language, source_title
from watchers.sanity import AHEAD, check_not_front, not_in_the_future
from watchers.source import HTML, Article, Facts, Found, Language, Page, Plan, Problem, Request, Source

_MAX_NAME_CHARS = 1_000
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_LATIN = re.compile("[\xa1-\xff]")
_MANY_ACCENTS = 8
_FILE = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|zip|wps)\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnOptions:
    """What is watched, and what its items are.

    `url`: the address that is read.
    `title`: what the source is called (default: its name in the configuration).
    `official`: it speaks for an issuer, so its items announce; others are unconfirmed.
    `kind`: what one item is called.
    `lang`: "en" or "zh" (default: each item tells).
    `zone`: the issuer's time zone, by which days begin (default: UTC, and a time without a zone is left alone).
    `fresh_days`: how old an item may be, counted from the last complete read, and still alert.
    `full_text`: whether each new item's own page is read too.
    `body`: CSS selectors of the text there; the first that finds any wins, and the files linked in it are read too (default:
    the text is found by itself).
    `max_bytes`: how large a page may be, unpacked.
    """

    url: str
    title: str = ""
    official: bool = False
    kind: str = "Article"
    lang: Language | None = None
    zone: str | None = None
    fresh_days: Annotated[int, Interval(ge=1, le=365)] = 7
    full_text: bool = False
    body: tuple[str, ...] = ()
    max_bytes: Annotated[int, Interval(ge=10_000, le=100_000_000)] = 5_000_000


Own = TypeVar("Own", bound=OwnOptions)


def own_source(
    key: str,
    options: Own,
    *,
    requests: Callable[[Plan[Own]], tuple[Request, ...]],
    read: Callable[..., Found],
    facts: Facts,
) -> Source[Own]:
    """Return the source `key`. `read` is called with a page, a plan and `key` by name.

    Raises ValueError, naming the option, for one that cannot be meant.
    """
    checked_selectors(body=options.body)
    return Source(
        key=key,
        title=source_title(options.title.strip(), key.replace("-", " ")),
        issuer=_host(options.url),
        home=options.url,
        rhythm=_rhythm(zone_of(options)),
        options=type(options),
        requests=requests,
        read=partial(read, key=key),
        facts=replace(facts, path=options.url),
        article=Article(request=_article_request, read=_read_article, annexes=True)
        if options.full_text
        else None,
        lang=options.lang or "en",
        fresh_for=timedelta(days=options.fresh_days),
        max_bytes=options.max_bytes,
    )


def checked_selectors(**selectors: Iterable[str]) -> None:
    """Raise ValueError, naming the option, where one of its selectors cannot be used."""
    for option, listed in selectors.items():
        for selector in listed:
            try:
                check_selector(selector)
            except ValueError as error:
                raise ValueError(f"{option} is {error}") from None


def zone_of(options: OwnOptions) -> str:
    """Return the zone in which days begin."""
    return options.zone or "UTC"


def _host(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("url should be an http or https address")
    return parts.hostname.removeprefix("www.")


def _rhythm(zone: str) -> Adaptive:
    try:
        ZoneInfo(zone)
    except (LookupError, ValueError, OSError):  # OSError: "America" is a directory
        example = '"Asia/Shanghai"'
        raise ValueError(f"zone should be the name of a time zone, for example {example}") from None
    return Adaptive(
        zone=zone, fastest=timedelta(minutes=5), slowest=timedelta(hours=2), start=timedelta(minutes=20)
    )


# -- items


def stage_of(options: OwnOptions) -> Stage:
    """Return where the acts stand that its items tell of."""
    return Stage.ANNOUNCED if options.official else Stage.UNCONFIRMED


def language_of(options: OwnOptions, tag: str | None, title: str) -> str:
    """Return the language of an item: the configured one, else that of `tag`. What is tagged English, as whole feeds are by
    their makers' defaults, is Chinese where its title is; without a tag the title alone tells.
    """
    if options.lang:
        return options.lang
    if title.isascii():
        return language(tag, "")
    told = language(tag, title)
    return language(None, title) if told == "en" else told


def believed(
    name: str, at: datetime | None, on: date | None, plan: Plan[Own], problems: list[Problem]
) -> tuple[datetime | None, date | None]:
    """Return an item's instant (aware) and day, or neither where they lie more than two days ahead: that is a Problem."""
    if at is not None and at > plan.now + AHEAD:
        shown = at.isoformat(timespec="minutes")
    elif on is not None and not not_in_the_future(on, plan.now, zone_of(plan.options)):
        shown = on.isoformat()
    else:
        return at, on
    problems.append(
        Problem(record=name[:200], reason=f"dated {shown}, which is still to come: taken as undated")
    )
    return None, None


def link_ref(url: str) -> str:
    """Return the reference of what `url` leads to."""
    return _with_fragment(url_ref(url), url)


def link_key(url: str) -> str:
    """Return the key of what `url` leads to, for whoever has no better one."""
    return _with_fragment(canonical_url(url), url)


def _with_fragment(name: str, url: str) -> str:
    """What comes after `#` may be all that tells two articles apart: paragraphs of a page, or pages made by a script."""
    fragment = url.partition("#")[2]
    return short_name(f"{name}#{fragment}" if fragment else name)


def short_name(name: str) -> str:
    """Return a key or reference as it is, or shortened so that it still is no other one's."""
    if len(name) <= _MAX_NAME_CHARS:
        return name
    return f"{name[: _MAX_NAME_CHARS - 40]}…{print_of(name)}"


def print_of(text: str) -> str:
    """Return a short print that tells one text from another."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def check_words(titles: Iterable[str], options: OwnOptions) -> None:
    """Raise WrongCharset where the titles are garbled, or none has a Chinese character although Chinese is due."""
    text = " ".join(titles)
    # Every language writes most of its letters without an accent; a title has lost what would tell more.
    accented = 0 if text.isascii() else len(_LATIN.findall(text))
    if looks_garbled(text) or (accented >= _MANY_ACCENTS and accented * 4 >= len(text) - text.count(" ")):
        raise WrongCharset("the titles are garbled: they were read in a wrong encoding")
    if options.lang == "zh" and text and not _HAN.search(text):
        raise WrongCharset("no title has a Chinese character, and Chinese is due")


def file_links(urls: Iterable[str]) -> tuple[Link, ...]:
    """Return those of `urls` that are documents, as attachments."""
    return tuple(Link(kind="attachment", url=url) for url in urls if _is_file(url))


def _is_file(url: str) -> bool:
    return _FILE.search(urlsplit(url).path) is not None


# -- memory


def remembered(plan: Plan[Own], asked: str) -> Mapping[str, str]:
    """Return what earlier polls remembered of the same question `asked`; nothing once the operator asks something else."""
    return plan.memory if plan.memory.get("asked") == asked else {}


def to_remember(plan: Plan[Own], asked: str, **told: str) -> dict[str, str]:
    """Return what is to be written down: those of `told` that are not known yet. All is forgotten with another question."""
    known = remembered(plan, asked)
    fresh = {} if known else dict.fromkeys(plan.memory, "") | {"asked": asked}
    return fresh | {name: text for name, text in told.items() if known.get(name, "") != text}


# -- articles


def _article_request(item: Item, _options: OwnOptions) -> Request | None:
    # An item without a page of its own goes by another name than an address.
    has_page = item.ref.startswith("url:") and not _is_file(item.url)
    return Request(url=item.url, accept=HTML, role="article") if has_page else None


def _read_article(page: Page, item: Item, plan: Plan[Own]) -> Item:
    """Return the item with the text of its page and the files that the text links.

    Raises Moved where the page leads to the front page of its site, Redesigned where it has no text, WrongCharset.
    """
    check_not_front(page, item)
    tree = open_html(page)
    selectors = plan.options.body
    text = main_text(decode(page.body, page.headers.get("content-type")), selectors=selectors)
    if text is None:
        raise Redesigned("its page has no text" + (f" at {', '.join(selectors)}" if selectors else ""))
    if looks_garbled(text):
        raise WrongCharset("its text is garbled: it was read in a wrong encoding")
    within = next((selector for selector in selectors if tree.css_first(selector) is not None), None)
    files = attachments(tree, page.url, within=within) if within else ()
    links = {link.url: link for link in item.links}
    for url, name in files:
        links.setdefault(url, Link(kind="attachment", url=url, title=plain_title(name) or None))
    return replace(item, body=text, links=tuple(links.values()))
