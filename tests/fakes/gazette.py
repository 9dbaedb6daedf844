"""A made-up source whose listing holds titles and whose items have pages and annexes of their own; served by an HttpSite."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from tests.fakes.http_site import HttpSite, reply
from watchers.calendar import Adaptive
from watchers.errors import NotSane
from watchers.item import Item, Link, Stage
from watchers.source import Article, Facts, Found, Page, Plan, Request, Source

KEY = "gazette"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """`base_url` is where the gazette is."""

    base_url: str = "https://gazette.example/"


def requests(plan: Plan[Options]) -> tuple[Request, ...]:
    return (Request(url=f"{plan.options.base_url}list", conditional=True),)


def read(page: Page, plan: Plan[Options]) -> Found:
    rows: list[dict[str, Any]] = json.loads(page.body)
    count = int(plan.memory.get("polls", "0")) + 1
    return Found(items=tuple(_item(row, plan.options) for row in rows), memory={"polls": str(count)})


def _item(row: Mapping[str, Any], options: Options) -> Item:
    return Item(
        source=KEY,
        key=row["id"],
        ref=f"gazette:{row['id']}",
        stage=Stage.ANNOUNCED,
        kind="Notice",
        title=row["title"],
        url=f"{options.base_url}{row['id']}",
        lang="en",
        official_on=date.fromisoformat(row["on"]) if row.get("on") else None,
    )


def article_request(item: Item, _options: Options) -> Request | None:
    return Request(url=item.url, role="article")


def read_article(page: Page, item: Item, _plan: Plan[Options]) -> Item:
    told = json.loads(page.body)
    if "body" not in told:
        raise NotSane("no body")
    links = tuple(
        Link(kind="attachment", url=f"{item.url}/{name}", title=name) for name in told.get("files", ())
    )
    return replace(item, body=told["body"], links=links, ref=told.get("number", item.ref))


SOURCE = Source(
    key=KEY,
    title="Gazette",
    issuer="Nobody",
    home="https://gazette.example/",
    rhythm=Adaptive(
        zone="UTC", fastest=timedelta(minutes=5), slowest=timedelta(hours=2), start=timedelta(minutes=20)
    ),
    options=Options,
    requests=requests,
    read=read,
    article=Article(request=article_request, read=read_article, annexes=True),
    facts=Facts(path="list", identity="number", limits="made up", seen=date(2026, 11, 23)),
    covers=("federal-register",),
)

LISTING = {"Content-Type": "application/json"}


def listing(*rows: Mapping[str, Any]) -> bytes:
    """Return the listing that shows these rows: objects of `id`, `title` and `on`."""
    return reply(json.dumps(rows).encode(), headers=LISTING)


def article(body: str, **more: Any) -> bytes:
    """Return an item's own page."""
    return reply(json.dumps({"body": body, **more}).encode(), headers=LISTING)


def options_at(site: HttpSite) -> Options:
    """Return the options that read the gazette at this site."""
    return Options(base_url=site.url("/"))
