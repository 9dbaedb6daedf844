"""Posts of one account on X, over its paid API. Every post that is read costs money, so a budget is kept.

It must never read past the operator's budget, nor ask without the operator's own token.
"""

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from typing import Annotated
from urllib.parse import urlencode

import msgspec
from annotated_types import Interval

from watchers.calendar import Adaptive
from watchers.item import Item
from watchers.posts import Replies, item_of, source_title
from watchers.posts.answers import (
    MAX_PAGES,
    answer_of,
    detail,
    older_page,
    order,
    page_number,
    read_each,
    unread,
)
from watchers.posts.budget import MEMORY, counted, spent, used
from watchers.posts.x import FIELDS, TWEET_ID, Timeline, Tweet, UserAnswer, kind_of, post_of, refused
from watchers.secret import Secret
from watchers.source import Builder, Facts, Found, Page, Plan, Problem, Request, Source

_USERNAME = re.compile(r"[A-Za-z0-9_]{1,15}")
_FEWEST = 5  # the API gives no fewer posts at a time
# Finding out an account's number costs as much as two posts. Source: the price list of 2026-02-06, in facts of 2026-11-23.
_LOOKUP_READS = 2


class _Numbered(msgspec.Struct):
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The account, and how it is read.

    `username`: its name, without @.
    `bearer_token`: the operator's own token; nothing is asked without it.
    `base_url`: the API.
    `web_url`: where people read posts.
    `title`: what the source is called (default: the account).
    `official`: the account speaks for an issuer, so its posts announce.
    `monthly_posts`: how many posts may be read in a calendar month (UTC), each of which is billed.
    `max_results`: how many posts a page has at most.
    `replies`: "own" keeps replies in the account's own threads, "all" also those to others, "none" none. "own" pays for those
    to others too, for the API cannot tell them apart.
    `reposts`: whether what it passes on from others is kept.
    """

    username: str
    bearer_token: Secret | None = None
    base_url: str = "https://api.x.com"
    web_url: str = "https://x.com"
    title: str = ""
    official: bool = False
    monthly_posts: Annotated[int, Interval(ge=10, le=3_000_000)] = 1_000
    max_results: Annotated[int, Interval(ge=5, le=100)] = 100
    replies: Replies = "own"
    reposts: bool = False


def requests(plan: Plan[Options]) -> tuple[Request, ...]:
    """Ask for what is newer than the newest known post, or first for the account's number.

    Raises BudgetSpent where what is left of the month's budget is less than one page.
    """
    if _left(plan) < _FEWEST + (0 if _id(plan) else _LOOKUP_READS):
        raise spent(plan.memory, plan.options.monthly_posts, plan.now)
    if _id(plan):
        return (_ask(plan),)
    return (replace(_to(plan, f"users/by/username/{_username(plan.options)}"), role="lookup"),)


def read(page: Page, plan: Plan[Options], *, key: str) -> Found:
    """Read a page of posts, newest first, or the account's number. The posts are counted, whether they are kept or not.

    The newest post is remembered once all that are newer than the last known one are read.
    """
    if page.request.role == "lookup":
        return _read_user(page, plan)
    answer = answer_of(page, Timeline)
    if answer.meta.result_count is None and not answer.data:
        raise refused(answer.errors)
    items, problems = read_each(answer.data, Tweet, lambda tweet: _item(tweet, plan, key))
    number = page_number(page.request)
    memory = {"top": _top(answer.data, plan, number), **counted(plan.memory, len(answer.data), plan.now)}
    plan = replace(plan, memory={**plan.memory, **memory})
    follow: tuple[Request, ...] = ()
    is_first_read = not plan.memory.get("newest")  # what was there before it stays unread
    if not answer.meta.next_token or is_first_read:
        memory["newest"] = memory["top"]
    elif _left(plan) < _FEWEST:
        why = spent(plan.memory, plan.options.monthly_posts, plan.now).what
        problems = (*problems, Problem(record="older posts", reason=f"not read yet: {why}"))
    elif number < MAX_PAGES:
        follow = (_ask(plan, answer.meta.next_token, number + 1),)
    else:
        memory["newest"] = memory["top"]
        problems = (*problems, unread(MAX_PAGES))
    return Found(items=items, follow=follow, problems=problems, memory=memory)


def _read_user(page: Page, plan: Plan[Options]) -> Found:
    answer = answer_of(page, UserAnswer)
    if answer.data is None or not TWEET_ID.fullmatch(answer.data.id):
        raise refused(answer.errors)
    memory = {
        "username": _username(plan.options).lower(),
        "id": answer.data.id,
        "newest": "",
        "top": "",
        **counted(plan.memory, _LOOKUP_READS, plan.now),
    }
    return Found(follow=(_ask(replace(plan, memory=memory)),), memory=memory)


def _item(tweet: Tweet, plan: Plan[Options], key: str) -> Item | str | None:
    options = plan.options
    if not TWEET_ID.fullmatch(tweet.id):
        return "it has no proper id"
    is_own = tweet.in_reply_to_user_id == plan.memory.get("id")
    wanted = {
        "Post": True,
        "Repost": options.reposts,
        "Reply": options.replies == "all" or (options.replies == "own" and is_own),
    }
    if not wanted[kind_of(tweet)]:
        return None
    post = post_of(tweet, username=_username(options), web_url=options.web_url, now=plan.now)
    return item_of(post, source=key, official=options.official)


def _top(raws: list[msgspec.Raw], plan: Plan[Options], number: int) -> str:
    """Return the newest id that this poll, or one before it, has seen. Ids are numbers that grow.

    That of a post which cannot be read counts too: it is billed each time it is asked for.
    """
    seen = [post.id for raw in raws if (post := detail(raw, _Numbered)) and TWEET_ID.fullmatch(post.id)]
    return max(
        (*seen, plan.memory.get("newest", ""), plan.memory.get("top", "") if number > 1 else ""), key=order
    )


# -- what is asked


def _ask(plan: Plan[Options], token: str = "", number: int = 1) -> Request:
    options = plan.options
    kept_out = ("replies",) * (options.replies == "none") + ("retweets",) * (not options.reposts)
    question = {
        "max_results": str(min(options.max_results, _left(plan))),
        "since_id": plan.memory.get("newest", ""),
        "exclude": ",".join(kept_out),
        "tweet.fields": FIELDS,
        "pagination_token": token,
    }
    query = urlencode({name: value for name, value in question.items() if value})
    return _to(plan, f"users/{_id(plan)}/tweets?{query}", number)


def _left(plan: Plan[Options]) -> int:
    return plan.options.monthly_posts - used(plan.memory, plan.now)


def _to(plan: Plan[Options], path: str, number: int = 1) -> Request:
    token = plan.options.bearer_token
    headers = (("Authorization", Secret(f"Bearer {token.reveal()}")),) if token else ()
    return replace(older_page(f"{plan.options.base_url.rstrip('/')}/2/{path}", number), headers=headers)


def _username(options: Options) -> str:
    return options.username.strip().removeprefix("@")


def _id(plan: Plan[Options]) -> str:
    """Return the account's number, empty where it is not known."""
    is_known = plan.memory.get("username") == _username(plan.options).lower()
    return plan.memory.get("id", "") if is_known else ""


def make(key: str, options: Options) -> Source[Options]:
    """Return the source of one account. Raises ValueError without a token, and for a `username` that cannot be one."""
    if options.bearer_token is None:
        raise ValueError(
            "x needs bearer_token: the API is not free, and is asked with your own token or not at all"
        )
    username = _username(options)
    if not _USERNAME.fullmatch(username):
        raise ValueError("username should be the account's name: at most 15 letters, digits and _")
    return Source(
        key=key,
        title=source_title(options.title, f"@{username}"),
        issuer=f"@{username}",
        home=f"{options.web_url.rstrip('/')}/{username}",
        rhythm=_RHYTHM,
        options=Options,
        requests=requests,
        read=partial(read, key=key),
        facts=_FACTS,
        counted_in=MEMORY,
    )


_RHYTHM = Adaptive(
    zone="UTC", fastest=timedelta(minutes=5), slowest=timedelta(hours=1), start=timedelta(minutes=15)
)

_FACTS = Facts(
    path="2/users/:id/tweets since the newest known post; an answer without posts costs nothing",
    identity="the post's id, of an edited one that of its first version (`x:1876543210987654321`)",
    limits="paid: $0.005 a post, $0.010 for finding the account; a repost is cut as the API cuts it",
    seen=date(2026, 11, 23),
)

BUILDER = Builder(key="x", title="An X account (paid API)", options=Options, make=make, facts=_FACTS)
