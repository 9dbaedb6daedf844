"""The announcements (公告) of China's Ministry of Commerce, in its archive of each year."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from watchers.addresses import canonical_url
from watchers.chinese_notices import ZONE
from watchers.errors import Redesigned
from watchers.jpaas import SHELL, configured, dated_rows, follow_shell, is_filled_by_script, shell, site
from watchers.mofcom import ISSUER, MAX_BYTES, Site, article, read_list, read_rows, rhythm
from watchers.rows import Row
from watchers.source import Css, Facts, Found, Page, Plan, Request, Source

KEY = "mofcom-announcements"
_NOTICE = re.compile("公告|通告|令|决定|通知")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options(Site):
    """The list and its pages (`Site`), and how a year's list is found.

    `list_path`: `{year}` stands for the year. Every year's list has ids of its own, so none are configured.
    `page_rows`: CSS of the entries where the page holds the list itself.
    """

    list_path: str = "/zcfb/blgg/gg/{year}/index.html"
    page_rows: Css = "li"


def requests(plan: Plan[Options]) -> tuple[Request, ...]:
    """Ask for the year's page; in January for that of the year before too, which also stands in for one not yet there."""
    today = plan.now.astimezone(ZoneInfo(ZONE)).date()
    options = plan.options
    this_year, last_year = (_year(options, today.year - ago) for ago in (0, 1))
    if today.month > 1:
        return (shell(this_year, otherwise=configured(options, this_year)),)
    before = shell(last_year)
    return before, shell(this_year, otherwise=(*configured(options, this_year), before))


def read(page: Page, plan: Plan[Options]) -> Found:
    """Read a year's list: the page itself where it holds the list, else what it says its list is asked for by."""
    if page.request.role != SHELL:
        return read_list(page, plan, key=KEY, list_url=_list_url(page))
    try:
        return Found(follow=(follow_shell(page, plan.options),))
    except Redesigned:
        if is_filled_by_script(page):
            raise
        return read_rows(_of_the_list(page, plan), page, plan, key=KEY)


def _of_the_list(page: Page, plan: Plan[Options]) -> tuple[Row, ...]:
    """Return the page's entries without the news beside them: what leads below the page, else what is called a notice.

    Raises Redesigned where there is neither.
    """
    rows = dated_rows(page, plan.options.page_rows)
    folder = canonical_url(page.url).rpartition("/")[0]
    listed = [row for row in rows if canonical_url(row.url).startswith(f"{folder}/")]
    listed = listed or [row for row in rows if _NOTICE.search(row.title)]
    if not listed:
        raise Redesigned("none of the dated links on the page is a notice", url=page.url)
    return tuple(listed)


def _year(options: Options, year: int) -> str:
    return site(options, options.list_path.replace("{year}", str(year)))


def _list_url(page: Page) -> str:
    """Return the address of the list that the gateway was asked for."""
    return next(
        (value for name, value in page.request.headers if name == "Referer" and isinstance(value, str)),
        page.url,
    )


SOURCE = Source(
    key=KEY,
    title="MOFCOM announcements",
    issuer=ISSUER,
    home="https://www.mofcom.gov.cn/zcfb/blgg/index.html",
    rhythm=rhythm(timedelta(minutes=10)),
    options=Options,
    requests=requests,
    read=read,
    article=article(),
    facts=Facts(
        path="the year's archive page, and where it is filled by script, the CMS gateway that it names",
        identity="official number (`mofcom:announcement:2025:61`), else the address",
        limits="not the first to have a notice; a new year's page may not be there before its first announcement",
        seen=date(2026, 11, 23),
    ),
    lang="zh",
    quiet_for=timedelta(days=30),
    covers=("mofcom-policy", "mofcom-export-control"),
    max_bytes=MAX_BYTES,
)
