"""Notices of China's General Administration of Customs (GACC), whose site refuses programs.

It is asked once a day, so that the day it answers is noticed. Its check must never be got round.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from watchers.calendar import Rhythm
from watchers.chinese_article import article_request, read_article
from watchers.chinese_notices import ZONE, listed_rows, notices
from watchers.item import Item
from watchers.source import HTML, Article, Css, Facts, Found, Page, Plan, Request, Source

KEY = "customs"
MAX_BYTES = 3_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The list and how it and its pages are read.

    `base_url`: the list's page.
    `container`: CSS of the list.
    `rows`: CSS of its entries.
    `body`: CSS of an article's text, the first that is there.
    `published`: CSS of where an article says when it was published.
    """

    base_url: str = "https://www.customs.gov.cn/customs/302249/302266/index.html"
    container: Css = '[class^="conList_ul"]'
    rows: Css = '[class^="conList_ul"] li'
    body: tuple[Css, ...] = (".easysite-news-peruse",)
    published: Css = ".easysite-news-describe"


def requests(plan: Plan[Options]) -> tuple[Request, ...]:
    """Ask for the list's first page."""
    return (Request(url=plan.options.base_url, accept=HTML, conditional=True),)


def read(page: Page, plan: Plan[Options]) -> Found:
    """Read the list, should it ever come."""
    rows = listed_rows(page, container=plan.options.container, rows=plan.options.rows)
    items, problems = notices(rows, source=KEY, now=plan.now, url=page.url)
    return Found(items=items, problems=problems)


def _ask(item: Item, _options: Options) -> Request | None:
    return article_request(item)


def _read(page: Page, item: Item, plan: Plan[Options]) -> Item:
    options = plan.options
    return read_article(page, item, now=plan.now, selectors=options.body, published=options.published)


SOURCE = Source(
    key=KEY,
    title="China Customs (GACC)",
    issuer="General Administration of Customs of the People's Republic of China",
    home="https://www.customs.gov.cn/customs/302249/302266/index.html",
    rhythm=Rhythm(
        zone=ZONE, days="every-day", slots=(), otherwise=timedelta(days=1), off_days=timedelta(days=1)
    ),
    options=Options,
    requests=requests,
    read=read,
    article=Article(request=_ask, read=_read, max_bytes=MAX_BYTES, annexes=True),
    facts=Facts(
        path="www.customs.gov.cn/customs/302249/302266/index.html (海关法规), the first page",
        identity="official number (`gacc:announcement:2025:29`), else the address",
        limits="answers 412 to programs, so it is expected to be refused; most export-control notices are joint with MOFCOM,"
        " which carries them",
        seen=date(2026, 11, 23),
    ),
    lang="zh",
    covers=("mofcom-announcements", "mofcom-policy"),
    expects_refusal=True,
    max_bytes=MAX_BYTES,
)
