"""Notices of the Customs Tariff Commission of China's State Council, on its office's pages at the Ministry of Finance."""

from dataclasses import dataclass
from datetime import date, time, timedelta

from watchers.calendar import Rhythm, Slot
from watchers.chinese_article import article_request, read_article
from watchers.chinese_notices import ZONE, listed_rows, notices
from watchers.item import Item
from watchers.source import HTML, Article, Css, Facts, Found, Page, Plan, Request, Source

KEY = "tariff-commission"
MAX_BYTES = 3_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The list and how it and its pages are read.

    `base_url`: the list's page.
    `container`: CSS of the list.
    `rows`: CSS of its entries.
    `body`: CSS of an article's text, the first that is there.
    """

    base_url: str = "https://gss.mof.gov.cn/gzdt/zhengcefabu/"
    container: Css = "ul.liBox"
    rows: Css = "ul.liBox li"
    body: tuple[Css, ...] = ("div.my_doccontent", ".TRS_Editor")


def requests(plan: Plan[Options]) -> tuple[Request, ...]:
    """Ask for the list's first page."""
    return (Request(url=plan.options.base_url, accept=HTML, conditional=True),)


def read(page: Page, plan: Plan[Options]) -> Found:
    """Read the list, newest first."""
    rows = listed_rows(page, container=plan.options.container, rows=plan.options.rows)
    items, problems = notices(rows, source=KEY, now=plan.now, url=page.url)
    return Found(items=items, problems=problems)


def _ask(item: Item, _options: Options) -> Request | None:
    return article_request(item)


def _read(page: Page, item: Item, plan: Plan[Options]) -> Item:
    return read_article(page, item, now=plan.now, selectors=plan.options.body)


SOURCE = Source(
    key=KEY,
    title="Tariff Commission",
    issuer="Customs Tariff Commission of the State Council of China",
    home="https://gss.mof.gov.cn/gzdt/zhengcefabu/",
    # Its notices come minutes after the measures that they answer, at any hour and on holidays too.
    rhythm=Rhythm(
        zone=ZONE,
        days="every-day",
        slots=(
            Slot(start=time(8, 50), end=time(10, 30), every=timedelta(minutes=5)),
            Slot(start=time(16, 30), end=time(21, 30), every=timedelta(minutes=5)),
        ),
        otherwise=timedelta(minutes=20),
        off_days=timedelta(minutes=20),
    ),
    options=Options,
    requests=requests,
    read=read,
    article=Article(request=_ask, read=_read, max_bytes=MAX_BYTES, annexes=True),
    facts=Facts(
        path="gss.mof.gov.cn/gzdt/zhengcefabu/, the first page",
        identity="official number (`tariff-commission:announcement:2025:4`), else the address",
        limits="the number stands in the text, not in the list; a list has days without hours",
        seen=date(2026, 11, 23),
    ),
    lang="zh",
    quiet_for=timedelta(days=90),
    covers=("state-council",),
    max_bytes=MAX_BYTES,
)
