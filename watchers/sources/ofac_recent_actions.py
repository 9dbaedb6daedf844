"""OFAC recent actions: designations, removals, licences, in the words of the sanctions desk, with the names of who is listed."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from urllib.parse import urlsplit

from watchers.addresses import url_ref
from watchers.calendar import Rhythm, Slot
from watchers.govdelivery import bulletin_of, leads_to, read_bulletin, read_bulletins
from watchers.item import Agency, Item, Stage
from watchers.markup import absolute, open_html
from watchers.press import (
    ZONE,
    Desk,
    Listed,
    Places,
    article_request,
    check_options,
    local_day,
    read_rows,
    stand_in,
    to_items,
)
from watchers.press_release import read_article
from watchers.rows import Row
from watchers.source import FEED, HTML, Article, Css, Facts, Found, Page, Plan, Request, Source

KEY = "ofac-recent-actions"
_MAX_PAGES = 5
_SUBJECT_CHARS = 200
# An action is numbered by its day, and by `_33` or so where there are several.
_ACTION = re.compile(r"/recent-actions/(?P<name>20\d{6}(?:_\d{1,3}[a-z]?)?)(?![\w-])")
_CORRECTS = re.compile(r"correct(?:ed|ion)\b", re.IGNORECASE)
_PAGE = re.compile(r"(?:^|&)page=(\d{1,3})(?:&|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options(Places):
    """Where the list is, and what is where on its pages (`Places`).

    `base_url`: the list.
    `feed_url`: the mailed notices of the same actions, asked where the list cannot be read.
    `next_page`: on the list, the link to older actions, followed after a gap.
    """

    base_url: str = "https://ofac.treasury.gov/recent-actions"
    feed_url: str = "https://public.govdelivery.com/topics/USTREAS_61/feed.rss"
    next_page: Css = "a[rel=next], a.usa-pagination__next-page"
    # Source: recorded markup of 2026-07 and clients of the site, facts gathered 2026-11-23.
    row: Css = ".search-result.views-row"
    link: Css = 'a[href*="/recent-actions/20"]'
    title: Css = 'a[href*="/recent-actions/20"]'
    container: Css = ".view-content, .view-empty"
    link_contains: str = "/recent-actions/20"
    article_title: Css = "h1.uswds-page-title"
    article_date: Css = ".field--name-field-release-date .field__item, .field--name-field-release-date time"
    article_body: tuple[Css, ...] = (
        ".field--name-field-body .field__item",
        ".field--name-field-body",
        "article.node--type-ofac-recent-action",
    )


def _named(item: Item, action: str) -> Item:
    """Return `item` under the number of its action."""
    ref = f"ofac:{action}"
    aliases = tuple(name for name in dict.fromkeys((url_ref(item.url), item.ref)) if name != ref)
    return replace(item, ref=ref, aliases=aliases)


def _finished(item: Item, row: Row) -> Item:
    """Return an entry of the list under its number; what else it says is the category."""
    action = _ACTION.search(row.url)
    subjects = (row.text,) if row.text and len(row.text) <= _SUBJECT_CHARS else ()
    item = replace(item, subjects=subjects)
    return replace(_named(item, action["name"]), key=action["name"]) if action else item


DESK = Desk(
    key=KEY,
    kind="Recent action",
    agency=Agency(name="Office of Foreign Assets Control", slug="foreign-assets-control-office"),
    finish=_finished,
)


def requests(plan: Plan[Options]) -> tuple[Request, ...]:
    """Ask for the list; where that fails, for the feed of mailed notices."""
    options = plan.options
    feed = Request(url=options.feed_url, accept=FEED, conditional=True, role="feed")
    other = stand_in(options, "feed_url", feed)
    return (Request(url=options.base_url, accept=HTML, conditional=True, otherwise=other),)


def read(page: Page, plan: Plan[Options]) -> Found:
    """Read a page of the list, and after a gap the older ones; or the feed.

    A mailed notice is an item of its own, and has the number of its action where it names that one.
    """
    if page.request.role == "feed":
        items, problems = read_bulletins(page, DESK, plan.now)
        return Found(items=tuple(_of_mail(item, [item.body or ""]) for item in items), problems=problems)
    listed = read_rows(page, plan.options)
    items, problems = to_items(listed.rows, DESK, plan.now)
    return Found(items=items, problems=(*listed.problems, *problems), follow=_older(listed, page, plan))


def _of_mail(item: Item, texts: Iterable[str]) -> Item:
    """Return a mailed notice under the number of its action: the one that it leads to, else the only one that `texts` name.

    Notices name older actions too, so that one has to be of the notice's own day. The key is never the action's: a notice
    may have a correction that names the same one, and is told after it.
    """
    if leads := _ACTION.search(item.url):
        return _correcting(_named(item, leads["name"]))
    actions = {found["name"] for text in texts for found in _ACTION.finditer(text)}
    action = actions.pop() if len(actions) == 1 else ""
    is_its_own = item.official_on is not None and action.startswith(f"{item.official_on:%Y%m%d}")
    return _correcting(_named(item, action)) if is_its_own else item


def _correcting(item: Item) -> Item:
    """Return a mailed notice of an action as what corrects it, where its subject begins with that."""
    return replace(item, stage=Stage.CORRECTED, corrects=(item.ref,)) if _CORRECTS.match(item.title) else item


def _older(listed: Listed, page: Page, plan: Plan[Options]) -> tuple[Request, ...]:
    """Return the request for the next page where even the last action on this one is newer than the last complete read.

    The last and not the oldest: an old one that is pinned, or a year misprinted, is no reason to stop.
    """
    check_options(plan.options.next_page)
    days = [row.on for row in listed.rows if row.on is not None]
    link = listed.tree.css_first(plan.options.next_page)
    if plan.complete_at is None or not days or days[-1] <= local_day(plan.complete_at) or link is None:
        return ()
    url = absolute(page.url, link.attributes.get("href") or "")
    number = _PAGE.search(urlsplit(url).query) if url else None
    if url is None or number is None or int(number[1]) >= _MAX_PAGES:
        return ()
    return (Request(url=url, accept=HTML, conditional=True),)


def read_action(page: Page, item: Item, plan: Plan[Options]) -> Item:
    """Read an action's own page, or the mailed notice of it."""
    if bulletin_of(item.url) is None:
        return read_article(page, item, plan, plan.options, alike=0.0)
    full = read_bulletin(page, item, plan)
    return _of_mail(full, [full.body or "", *_links(page)])


def _links(page: Page) -> list[str]:
    links = (node.attributes.get("href") or "" for node in open_html(page).css("body a[href]"))
    return [leads_to(link) or link for link in links]


SOURCE = Source(
    key=KEY,
    title="OFAC recent actions",
    issuer="Office of Foreign Assets Control",
    home="https://ofac.treasury.gov/recent-actions",
    rhythm=Rhythm(
        zone=ZONE,
        days="us-federal",
        slots=(Slot(start=time(9, 0), end=time(17, 30), every=timedelta(minutes=5)),),
        otherwise=timedelta(minutes=20),
        off_days=timedelta(hours=1),
    ),
    options=Options,
    requests=requests,
    read=read,
    article=Article(request=article_request, read=read_action),
    facts=Facts(
        path="the list at ofac.treasury.gov/recent-actions, after a gap its older pages; else the feed of mailed notices",
        identity="the action's number in its address (`ofac:20260730`)",
        limits="days, no hours; of a very long list of names the first 60,000 characters; a mailed notice has its action's"
        " number where it names no other and both are of one day, else it goes by its own address",
        seen=date(2026, 11, 23),
    ),
    quiet_for=timedelta(days=7),
    covers=("treasury-press", "federal-register"),
)
