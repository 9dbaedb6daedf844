"""Policy releases (政策发布) of China's Ministry of Commerce."""

from dataclasses import dataclass
from datetime import date, timedelta

from watchers.jpaas import SHELL, configured, follow_shell, shell, site
from watchers.mofcom import ISSUER, MAX_BYTES, Site, article, read_list, rhythm
from watchers.source import Facts, Found, Page, Plan, Request, Source

KEY = "mofcom-policy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options(Site):
    """The list and its pages (`Site`); its ids stand in where its own page does not say them."""

    list_path: str = "/zwgk/zcfb/index.html"
    page_id: str = "fc8bdff48fa345a48b651c1285b70b8f"


def requests(plan: Plan[Options]) -> tuple[Request, ...]:
    """Ask for the page that says how its list is asked for; without it, for the list by the configured ids."""
    list_url = _list_url(plan)
    return (shell(list_url, otherwise=configured(plan.options, list_url)),)


def read(page: Page, plan: Plan[Options]) -> Found:
    """Read the list's ids, then the list."""
    if page.request.role == SHELL:
        return Found(follow=(follow_shell(page, plan.options),))
    return read_list(page, plan, key=KEY, list_url=_list_url(plan))


def _list_url(plan: Plan[Options]) -> str:
    return site(plan.options, plan.options.list_path)


SOURCE = Source(
    key=KEY,
    title="MOFCOM policy releases",
    issuer=ISSUER,
    home="https://www.mofcom.gov.cn/zwgk/zcfb/index.html",
    rhythm=rhythm(timedelta(minutes=3)),
    options=Options,
    requests=requests,
    read=read,
    article=article(),
    facts=Facts(
        path="the list's page for its ids, then the CMS gateway that fills it: newest first, 15 a page, more after a gap",
        identity="official number (`mofcom:announcement:2025:61`), else the address",
        limits="a list has days without hours; where the page names no ids, the configured ones are asked for",
        seen=date(2026, 11, 23),
    ),
    lang="zh",
    quiet_for=timedelta(days=14),
    covers=("mofcom-announcements", "mofcom-export-control"),
    max_bytes=MAX_BYTES,
)
