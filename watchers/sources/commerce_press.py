"""Press releases of the Department of Commerce: by its content interface for those who have a key, else from the web site.

The web site is known to refuse us, and then this source shows as refused. It is never dodged.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import msgspec

from watchers.addresses import canonical_url, url_ref
from watchers.calendar import Rhythm, Slot
from watchers.dates import find_date
from watchers.errors import Empty, NotSane
from watchers.item import Agency, Item, Stage
from watchers.markup import absolute, plain_title, visible_text
from watchers.press import (
    ZONE,
    Desk,
    Places,
    article_request,
    dated,
    each_once,
    local_day,
    read_rows,
    to_items,
)
from watchers.press_release import read_article
from watchers.refs import found_refs
from watchers.sanity import json_body
from watchers.secret import Secret
from watchers.source import HTML, Article, Css, Facts, Found, Page, Plan, Problem, Request, Source

KEY = "commerce-press"
DESK = Desk(
    key=KEY,
    kind="Press release",
    agency=Agency(name="Department of Commerce", slug="commerce-department"),
)
_BODY_CHARS = 60_000
_FIRST_YEAR, _LAST_YEAR = 2000, 2100


@dataclass(frozen=True, slots=True, kw_only=True)
class Options(Places):
    """Where the list is, and what is where on its pages (`Places`).

    `base_url`: the list on the web site, which refused us when it was last tried.
    `api_url`: the list by the content interface, asked first where there is an `api_key`.
    `api_key`: a key of api.data.gov.
    """

    base_url: str = "https://www.commerce.gov/news/press-releases"
    api_url: str = "https://api.commerce.gov/api/news"
    api_key: Secret | None = None
    container: Css = ".view-content, .view-empty"
    link_contains: str = "/news/press-releases/20"
    article_body: tuple[Css, ...] = (".field--name-body", ".field--name-field-body")


def requests(plan: Plan[Options]) -> tuple[Request, ...]:
    """Ask the web site; where there is a key, the content interface, and the site only where that fails."""
    options = plan.options
    site = Request(url=options.base_url, accept=HTML, conditional=True)
    if options.api_key is None:
        return (site,)
    headers = (("X-Api-Key", options.api_key),)
    return (Request(url=options.api_url, role="api", headers=headers, otherwise=(site,)),)


def read(page: Page, plan: Plan[Options]) -> Found:
    """Read the list of the web site, or the interface's answer."""
    if page.request.role == "api":
        return _read_answer(page, plan)
    listed = read_rows(page, plan.options)
    items, problems = to_items(listed.rows, DESK, plan.now)
    return Found(items=items, problems=(*listed.problems, *problems))


# -- the content interface. Its documentation is of 2019 and nobody was seen to use it since, so it is read with tolerance.


class _Answer(msgspec.Struct):
    data: list[dict[str, Any]] | None = None


def _read_answer(page: Page, plan: Plan[Options]) -> Found:
    try:
        answer = msgspec.json.decode(json_body(page), type=_Answer)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise NotSane(f"not the answer that is due: {error}") from error
    if answer.data is None:
        raise NotSane("not the answer that is due: no data")
    if not answer.data:
        raise Empty("the answer has no releases")
    items: list[Item] = []
    problems: list[Problem] = []
    for place, record in enumerate(answer.data, start=1):
        item = _item(record, f"record {place}", plan, problems)
        if item is not None:
            items.append(item)
    return Found(items=each_once(items), problems=tuple(problems))


def _item(record: Mapping[str, Any], name: str, plan: Plan[Options], problems: list[Problem]) -> Item | None:
    inner = record.get("attributes")
    told = {**inner, **record} if isinstance(inner, dict) else record
    title = plain_title(_text(told, "label", "title"))
    url = absolute(plan.options.base_url, _text(told, "href", "url"))
    if url is None or not title:
        problems.append(Problem(record=name, reason="it has no title or no address"))
        return None
    when = _when(_text(told, "post_date", "created", "date"))
    moment = when if isinstance(when, datetime) else None
    day = dated(local_day(moment) if moment else when, plan.now, name=url, problems=problems)
    body = visible_text(_text(told, "body"))[:_BODY_CHARS].strip() or None
    return Item(
        source=KEY,
        key=canonical_url(url),
        ref=url_ref(url),
        stage=Stage.ANNOUNCED,
        kind=DESK.kind,
        title=title,
        url=url,
        lang="en",
        official_at=moment if day else None,
        official_on=day,
        body=body,
        agencies=(DESK.agency,),
        refs=found_refs(f"{title}\n{body or ''}"),
    )


def _text(record: Mapping[str, Any], *names: str) -> str:
    """Return the first of these fields that says something, whether it stands alone or as the `value` of an object."""
    for name in names:
        value = record.get(name)
        value = value[0] if isinstance(value, list) and value else value
        value = value.get("value") if isinstance(value, dict) else value
        if isinstance(value, str | int) and str(value).strip():
            return str(value).strip()
    return ""


def _when(said: str) -> datetime | date | None:
    """Return an instant, or a day where no more is said. Seconds since 1970, ISO 8601 and written dates are read."""
    try:
        if said.isascii() and said.isdigit():
            moment = datetime.fromtimestamp(int(said[:12]), UTC)
        else:
            moment = datetime.fromisoformat(said)
    except ValueError:
        return find_date(said[:100])
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        return None
    return moment if moment.tzinfo is not None else moment.date()


def request_release(item: Item, options: Options) -> Request | None:
    """Ask for a release's own page, unless the interface gives the text."""
    return None if options.api_key is not None and item.body else article_request(item, options)


def read_release(page: Page, item: Item, plan: Plan[Options]) -> Item:
    """Read a release's own page."""
    return read_article(page, item, plan, plan.options)


SOURCE = Source(
    key=KEY,
    title="Commerce press",
    issuer="Department of Commerce",
    home="https://www.commerce.gov/news/press-releases",
    rhythm=Rhythm(
        zone=ZONE,
        days="us-federal",
        slots=(Slot(start=time(8, 0), end=time(19, 0), every=timedelta(minutes=5)),),
        otherwise=timedelta(minutes=20),
        off_days=timedelta(hours=1),
    ),
    options=Options,
    requests=requests,
    read=read,
    article=Article(request=request_release, read=read_release),
    facts=Facts(
        path="the list on www.commerce.gov; with an api_key, the content interface at api.commerce.gov/api/news first",
        identity="the release's address",
        limits="the site answers 403, which is shown as refused; a key may open the interface, which nobody was seen to use"
        " since 2019; with a key a refusal is an incident",
        seen=date(2026, 11, 23),
    ),
    quiet_for=timedelta(days=7),
    covers=("bis-press", "federal-register"),
    # Its site was refusing every programme that asked. Source: live probes of 2026-07 and 2026-10.
    expects_refusal=True,
    opened_by="api_key",
)
