"""Messages of one public Telegram channel, from the preview that the web shows of it without an account.

A channel without a preview is reported and left alone; it is never tried by another way.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from watchers.errors import Blocked, Empty, NotSane, Redesigned
from watchers.item import Item
from watchers.markup import check_selector, open_html
from watchers.posts import item_of, source_title
from watchers.posts.answers import MAX_PAGES, OVERLAP, RHYTHM, older_page, page_number, timeless, unread
from watchers.posts.telegram import CHANNEL, Selectors, post_of
from watchers.source import HTML, Builder, Facts, Found, Page, Plan, Problem, Request, Source

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_MOST_MESSAGES = 200  # a page has about 20
_MANY_BARE = 3  # one that shows nothing may be of a kind that only the app knows


@dataclass(frozen=True, slots=True, kw_only=True)
class Options(Selectors):
    """The channel, how it is read, and where the parts of its page are (`Selectors`).

    `channel`: its name, as behind t.me/.
    `base_url`: where the preview is.
    `title`: what the source is called (default: the channel).
    `official`: the channel speaks for an issuer, so its messages announce.
    """

    channel: str
    base_url: str = "https://t.me"
    title: str = ""
    official: bool = False


def requests(plan: Plan[Options]) -> tuple[Request, ...]:
    """Ask for the newest page. It counts views, so it is never the same twice."""
    return (_ask(plan),)


def read(page: Page, plan: Plan[Options], *, key: str) -> Found:
    """Read a page of messages, oldest first.

    Older pages are read until one reaches an hour before the last complete read. Raises Blocked for a channel without a
    preview, Empty for one without messages, Redesigned for a history that shows neither messages nor that it has none, and
    where most of its messages say nothing at all.
    """
    options, number = plan.options, page_number(page.request)
    messages = _messages(page, plan)
    posts = [
        post_of(node, options, page_url=page.url, base_url=options.base_url, now=plan.now)
        for node in messages
        if not node.css_matches(options.service)
    ]
    bare = sum(1 for post in posts if post is not None and post.is_bare)
    if bare >= _MANY_BARE and bare * 2 > len(posts):
        raise Redesigned(f"{bare} of {len(posts)} messages say nothing: their words are not where they were")
    items: dict[str, Item] = {}
    for post in filter(None, posts):
        items.setdefault(post.key, item_of(post, source=key, official=options.official))
    problems = tuple(Problem(record="a message", reason="it has no number") for post in posts if post is None)
    problems += timeless(items.values())
    oldest = min(map(int, items), default=0)
    reached = min((item.official_at for item in items.values() if item.official_at), default=None)
    follow: tuple[Request, ...] = ()
    if plan.complete_at and oldest > 1 and (reached is None or reached > plan.complete_at - OVERLAP):
        if number < MAX_PAGES:
            follow = (_ask(plan, oldest, number + 1),)
        else:
            problems = (*problems, unread(MAX_PAGES))
    return Found(items=tuple(items.values()), follow=follow, problems=problems)


def _messages(page: Page, plan: Plan[Options]) -> list["LexborNode"]:
    options = plan.options
    tree = open_html(page)
    history = tree.css_first(options.history)
    if history is None:
        raise Blocked(
            "the channel shows no preview: it is private or restricted, or there is no such channel"
        )
    messages = history.css(options.message)
    if len(messages) > _MOST_MESSAGES:
        raise NotSane(f"{len(messages):,} messages on a page that has about 20")
    if not messages and page_number(page.request) == 1:
        if tree.css_first(options.nothing) is not None:
            raise Empty("the channel shows no messages")
        raise Redesigned("a history without messages")
    return list(_apart(messages))


def _apart(messages: list["LexborNode"]) -> Iterator["LexborNode"]:
    """Yield the messages that are not inside another one: there are none on a real page, and no time is lost with them."""
    seen: set[int] = set()
    for node in messages:
        above = node.parent
        while above is not None and above.mem_id not in seen:
            above = above.parent
        if above is None:
            seen.add(node.mem_id)
            yield node


def _ask(plan: Plan[Options], before: int = 0, number: int = 1) -> Request:
    base, channel = plan.options.base_url.rstrip("/"), _channel(plan.options)
    return older_page(f"{base}/s/{channel}" + (f"?before={before}" if before else ""), number, accept=HTML)


def _channel(options: Options) -> str:
    return options.channel.strip().removeprefix("@")


def make(key: str, options: Options) -> Source[Options]:
    """Return the source of one channel. Raises ValueError for what cannot be a channel's name or a selector."""
    channel = _channel(options)
    for field in fields(Selectors):
        check_selector(getattr(options, field.name))
    if not CHANNEL.fullmatch(channel):
        raise ValueError("channel should be the name behind t.me/: letters, digits and _")
    return Source(
        key=key,
        title=source_title(options.title, f"@{channel}"),
        issuer=f"@{channel}",
        home=f"{options.base_url.rstrip('/')}/s/{channel}",
        rhythm=RHYTHM,
        options=Options,
        requests=requests,
        read=partial(read, key=key),
        facts=_FACTS,
    )


_FACTS = Facts(
    path="t.me/s/NAME: the newest page of about 20 messages, and older ones (`?before=`) while there is a gap",
    identity="channel and number of the message (`telegram:name/123`); of a forwarded one, the original's",
    limits="an edit is noticed while the message is on the newest page; not every channel has a preview",
    seen=date(2026, 11, 23),
)

BUILDER = Builder(
    key="telegram-preview", title="A Telegram channel's preview", options=Options, make=make, facts=_FACTS
)
