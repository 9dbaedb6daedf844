"""Posts of one account on a Mastodon instance, or on a fork with the same interface (Truth Social among them).

Only what the instance shows to everybody: it never logs in, and never dodges a check.
"""

import re
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Annotated
from urllib.parse import parse_qs, urlencode, urlsplit

import msgspec
from annotated_types import Interval

from watchers.errors import Empty, NotSane
from watchers.item import Item
from watchers.posts import Replies, item_of, source_title
from watchers.posts.answers import (
    MAX_PAGES,
    RHYTHM,
    answer_of,
    detail,
    older_page,
    order,
    page_number,
    read_each,
)
from watchers.posts.mastodon import STATUS_ID, Account, Status, is_public, kind_of, post_of
from watchers.source import Builder, Facts, Found, Page, Plan, Request, Source

_ACCOUNT = re.compile(r"[A-Za-z0-9_.-]{1,100}(?:@[A-Za-z0-9.-]{1,253}(?::[0-9]{1,5})?)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The account, and how it is read.

    `account`: its name on the instance, with `@host` where it lives elsewhere.
    `base_url`: the instance.
    `title`: what the source is called (default: the account).
    `official`: the account speaks for an issuer, so its posts announce.
    `limit`: how many posts a page has.
    `replies`: "own" keeps replies in the account's own threads, "all" also those to others, "none" none.
    `reposts`: whether what it passes on from others is kept.
    """

    account: str
    base_url: str
    title: str = ""
    official: bool = False
    limit: Annotated[int, Interval(ge=5, le=40)] = 40
    replies: Replies = "own"
    reposts: bool = False


class _Numbered(msgspec.Struct):
    id: str


def requests(plan: Plan[Options]) -> tuple[Request, ...]:
    """Ask for the newest page, or first for the account's number where it is not known yet."""
    if plan.memory.get("account") == _account(plan.options) and plan.memory.get("id"):
        return (_ask(plan),)
    question = urlencode({"acct": _name(plan.options)})
    return (Request(url=f"{_base(plan)}/api/v1/accounts/lookup?{question}", role="lookup"),)


def read(page: Page, plan: Plan[Options], *, key: str) -> Found:
    """Read a page of posts, or the account's number.

    The newest page is asked for at every poll, so that edits are noticed. Where it does not reach back to the newest post
    of last time, what is between is read from there on, oldest first, and remembered page by page: a gap is never lost.
    Of an account that had posts, a newest page without any is an error.
    """
    if page.request.role == "lookup":
        return _read_account(page, plan)
    raws = answer_of(page, list[msgspec.Raw])
    if page_number(page.request) > 1:
        return _read_between(raws, page, plan, key)
    newest = plan.memory.get("newest", "")
    if not raws and newest:
        raise Empty("the account shows no posts, and it had some")
    found = _found(raws, plan, key)
    ids = [each for each in map(_id_of, raws) if each]
    if not ids:
        return found
    top = max(ids, key=order)
    if not newest or order(ids[-1]) <= order(newest):
        return replace(found, memory={"newest": top})
    between = _ask(plan, after=newest, before=ids[-1], number=2)
    return replace(found, memory={"top": top}, follow=(between,))


def _read_account(page: Page, plan: Plan[Options]) -> Found:
    account = answer_of(page, Account)
    if not STATUS_ID.fullmatch(account.id):
        raise NotSane("not the account that is due: no number")
    memory = {"account": _account(plan.options), "id": account.id, "newest": "", "top": ""}
    return Found(follow=(_ask(replace(plan, memory=memory)),), memory=memory)


def _read_between(raws: list[msgspec.Raw], page: Page, plan: Plan[Options], key: str) -> Found:
    """Read a page of what lies between what is known and the newest page; one that holds nothing of it is the last."""
    asked = parse_qs(urlsplit(page.request.url).query)
    after, before = asked.get("min_id", [""])[0], asked.get("max_id", [""])[0]
    between = {each: raw for raw in raws if order(after) < order(each := _id_of(raw)) < order(before)}
    if not between:
        return Found(memory={"newest": plan.memory.get("top", "")})
    reached, number = max(between, key=order), page_number(page.request)
    following = _ask(plan, after=reached, before=before, number=number + 1)
    found = _found(list(between.values()), plan, key)
    return replace(found, memory={"newest": reached}, follow=(following,) if number < MAX_PAGES else ())


def _found(raws: list[msgspec.Raw], plan: Plan[Options], key: str) -> Found:
    items, problems = read_each(raws, Status, lambda status: _item(status, plan, key))
    return Found(items=items, problems=problems)


def _id_of(raw: msgspec.Raw) -> str:
    numbered = detail(raw, _Numbered)
    return numbered.id if numbered and STATUS_ID.fullmatch(numbered.id) else ""


def _item(status: Status, plan: Plan[Options], key: str) -> Item | str | None:
    options = plan.options
    if not STATUS_ID.fullmatch(status.id):
        return "it has no proper id"
    kind = kind_of(status)
    is_own = status.in_reply_to_account_id == status.account.id
    wanted = {
        "Post": True,
        "Repost": options.reposts,
        "Reply": options.replies == "all" or (options.replies == "own" and is_own),
    }
    if not wanted[kind] or not is_public(status):
        return None
    return item_of(post_of(status, options.base_url, plan.now), source=key, official=options.official)


def _ask(plan: Plan[Options], *, after: str = "", before: str = "", number: int = 1) -> Request:
    """Return the question for the newest page, or for the page that follows directly on the post `after`."""
    options = plan.options
    question = {"limit": str(options.limit)}
    # It leaves out replies to others and keeps those in the account's own threads.
    question |= {"exclude_replies": "true"} if options.replies != "all" else {}
    question |= {} if options.reposts else {"exclude_reblogs": "true"}
    question |= {"min_id": after, "max_id": before} if after else {}
    url = f"{_base(plan)}/api/v1/accounts/{plan.memory.get('id', '')}/statuses?{urlencode(question)}"
    return older_page(url, number)


def _base(plan: Plan[Options]) -> str:
    return plan.options.base_url.rstrip("/")


def _name(options: Options) -> str:
    return options.account.strip().removeprefix("@")


def _account(options: Options) -> str:
    """Return what an account's number was looked up for."""
    return f"{_name(options)} at {options.base_url.rstrip('/')}"


def make(key: str, options: Options) -> Source[Options]:
    """Return the source of one account. Raises ValueError for an `account` that cannot be one."""
    if not _ACCOUNT.fullmatch(_name(options)):
        raise ValueError("account should be a name, or a name and a host: user@mastodon.example")
    return Source(
        key=key,
        title=source_title(options.title, f"@{_name(options)}"),
        issuer=f"@{_name(options)}",
        home=f"{options.base_url.rstrip('/')}/@{_name(options)}",
        rhythm=RHYTHM,
        options=Options,
        requests=requests,
        read=partial(read, key=key),
        facts=_FACTS,
    )


_FACTS = Facts(
    path="api/v1/accounts/:id/statuses: the newest page, and from the last known post on where that leaves a gap",
    identity="the post's id on the instance that is asked (`mastodon:truthsocial.com:115470116607441456`)",
    limits="an edit is noticed while the post is on the newest page; some instances refuse whoever is not logged in",
    seen=date(2026, 11, 23),
)

BUILDER = Builder(key="mastodon", title="A Mastodon account", options=Options, make=make, facts=_FACTS)
