"""Notices of the export-control bureau (安全与管制局) of China's Ministry of Commerce."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from watchers.jpaas import SHELL, configured, dated_rows, follow_shell, shell, site
from watchers.mofcom import ISSUER, MAX_BYTES, Site, article, read_list, read_rows, rhythm
from watchers.source import HTML, Css, Facts, Found, Page, Plan, Request, Source

KEY = "mofcom-export-control"
HOME = "home"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options(Site):
    """The bureau's list and its pages (`Site`), and its home page, which shows the newest of it and more.

    `home_path`: the home page.
    `home_rows`: CSS of the entries in its blocks.
    """

    base_url: str = "https://aqygzj.mofcom.gov.cn"
    list_path: str = "/flzc/gzjgfxwj/index.html"
    web_id: str = "b28941ad4e064442856787562c9a4961"
    template_id: str = "DDBav9QvwJVbs9iznQVmO"
    tag: str = "信息列表"
    page_id: str = "79d6d2c4e44d458180d37dd4f0996645"
    home_path: str = "/"
    home_rows: Css = "li"


def requests(plan: Plan[Options]) -> tuple[Request, ...]:
    """Ask for the list, and for the home page: each stands in for the other, so that one alone still tells of notices."""
    list_url = _list_url(plan)
    ids, home = configured(plan.options, list_url), _home(plan)
    return shell(list_url, otherwise=(*ids, home)), replace(home, otherwise=ids)


def read(page: Page, plan: Plan[Options]) -> Found:
    """Read the list's ids and then the list, or the blocks of the home page."""
    options = plan.options
    if page.request.role == SHELL:
        return Found(follow=(follow_shell(page, options, otherwise=(_home(plan),)),))
    if page.request.role == HOME:
        return read_rows(dated_rows(page, options.home_rows), page, plan, key=KEY)
    return read_list(page, plan, key=KEY, list_url=_list_url(plan))


def _list_url(plan: Plan[Options]) -> str:
    return site(plan.options, plan.options.list_path)


def _home(plan: Plan[Options]) -> Request:
    return Request(url=site(plan.options, plan.options.home_path), accept=HTML, role=HOME, conditional=True)


SOURCE = Source(
    key=KEY,
    title="MOFCOM export control",
    issuer=ISSUER,
    home="https://aqygzj.mofcom.gov.cn/flzc/gzjgfxwj/index.html",
    rhythm=rhythm(timedelta(minutes=3)),
    options=Options,
    requests=requests,
    read=read,
    article=article(),
    facts=Facts(
        path="the bureau's list by its page and the CMS gateway, and the blocks of its home page",
        identity="official number (`mofcom:uel:2025:8`), else the address",
        limits="the home page holds a few of each block; a list has days without hours",
        seen=date(2026, 11, 23),
    ),
    lang="zh",
    quiet_for=timedelta(days=45),
    covers=("mofcom-policy", "mofcom-announcements"),
    max_bytes=MAX_BYTES,
)
