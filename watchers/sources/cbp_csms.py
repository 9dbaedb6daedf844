"""CBP's trade messages (CSMS): how a tariff is to be filed, from which hour, and what a message before it got wrong."""

import re
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

from watchers.addresses import canonical_url, url_ref
from watchers.calendar import Rhythm, Slot
from watchers.dates import agreeing, find_date, find_instant
from watchers.errors import Empty
from watchers.govdelivery import (
    JSONP,
    Notice,
    bulletin_address,
    bulletin_of,
    read_bulletin,
    read_bulletins,
    read_widget,
)
from watchers.item import Agency, Item, Ref, Stage
from watchers.markup import absolute, plain_title
from watchers.press import ZONE, Desk, article_request, check_words, dated, each_once, stand_in
from watchers.source import FEED, Article, Facts, Found, Page, Plan, Problem, Request, Source

KEY = "cbp-csms"
DESK = Desk(
    key=KEY,
    kind="CSMS message",
    agency=Agency(name="U.S. Customs and Border Protection", slug="u-s-customs-and-border-protection"),
)
# Since 2019 or so a message's number is that of its bulletin. Source: messages and their addresses, facts gathered 2026-11-23.
_FIRST_NUMBER = 10_000_000
_NUMBER = r"(?:\d{8,9}|\d{2}-\d{6})(?![\d-])"
_CSMS = r"CSMS(?: messages?)?\s{0,3}#?\s{0,3}"
_SUBJECT = re.compile(rf"\s{{0,9}}{_CSMS}(?P<number>{_NUMBER})\s{{0,3}}[-–—:]?\s{{0,3}}", re.IGNORECASE)
_RELATED = re.compile(r"Related (?:CSMS )?messages?(?: numbers?)?\s{0,3}:?([^\n]{0,400})", re.IGNORECASE)
_ANY_NUMBER = re.compile(rf"(?<![\d.-]){_NUMBER}")
# A message corrects another where the text says of which in so many words, and nowhere else.
_CORRECTING = (
    "correct(?:s|ing)|replac(?:es|ing)|supersed(?:es|ing)|correction (?:to|of)|replacement (?:to|of|for)"
)
_SENT = r"(?:,? (?:sent|dated|issued|published|of|on) [^.;\n]{1,40}?)?,?"
_CORRECTED = "(?:is|was|has been) (?:hereby )?(?:corrected|replaced|superseded)"
_CORRECTS = (
    re.compile(rf"(?:{_CORRECTING}) {_CSMS}(?P<other>{_NUMBER})(?P<by>)", re.IGNORECASE),
    re.compile(
        rf"{_CSMS}(?P<other>{_NUMBER}){_SENT} {_CORRECTED}(?: (?:by|with) {_CSMS}(?P<by>{_NUMBER}))?",
        re.IGNORECASE,
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Where the messages are listed.

    `base_url`: the widget that lists about a hundred.
    `feed_url`: the feed of all of the agency's bulletins, asked where the widget cannot be read.
    """

    base_url: str = "https://content.govdelivery.com/accounts/USDHSCBP/widgets/USDHSCBP_WIDGET_2/0.json"
    feed_url: str = "https://public.govdelivery.com/accounts/USDHSCBP/feed.rss"


def requests(plan: Plan[Options]) -> tuple[Request, ...]:
    """Ask for the widget; where that fails, for the feed."""
    options = plan.options
    feed = Request(url=options.feed_url, accept=FEED, conditional=True, role="feed")
    other = stand_in(options, "feed_url", feed)
    return (Request(url=options.base_url, accept=JSONP, conditional=True, otherwise=other),)


def read(page: Page, plan: Plan[Options]) -> Found:
    """Read the widget, or of the feed what is a message. A message has the same identity in both.

    Raises Empty for a feed without any: then nobody knows how many it has lost.
    """
    if page.request.role == "feed":
        bulletins, problems = read_bulletins(page, DESK, plan.now)
        items = [_named(item) for item in bulletins if _SUBJECT.match(item.title)]
        if not items:
            raise Empty(f"none of the feed's {len(bulletins)} bulletins is a trade message")
    else:
        notices, problems = read_widget(page)
        items, more = _of_widget(notices, page, plan)
        problems = (*problems, *more)
    check_words(item.title for item in items)
    return Found(items=each_once(items), problems=problems)


def _of_widget(
    notices: tuple[Notice, ...], page: Page, plan: Plan[Options]
) -> tuple[list[Item], list[Problem]]:
    items: list[Item] = []
    problems: list[Problem] = []
    for notice in notices:
        url = absolute(page.url, notice.href)
        subject = plain_title(notice.subject)
        if url is None or not subject:
            problems.append(Problem(record=subject or "a line", reason="it has no subject or no address"))
            continue
        printed = (notice.pub_date or "")[:100]
        day = dated(find_date(printed), plan.now, name=subject, problems=problems)
        items.append(
            _named(
                Item(
                    source=KEY,
                    key=canonical_url(bulletin_address(url)),
                    ref=url_ref(bulletin_address(url)),
                    stage=Stage.ANNOUNCED,
                    kind=DESK.kind,
                    title=subject,
                    url=bulletin_address(url),
                    lang="en",
                    official_at=agreeing(find_instant(printed, ZONE), day, ZONE),
                    official_on=day,
                    agencies=(DESK.agency,),
                )
            )
        )
    return items, problems


def _named(item: Item) -> Item:
    """Return a message under its number, which its subject begins with; else that of its bulletin; else as it is.

    The number is not left in the title: to whoever looks for tariff codes it looks like one.
    """
    subject = _SUBJECT.match(item.title)
    bulletin = bulletin_of(item.url)
    number = subject["number"] if subject else ""
    if not number and bulletin is not None and bulletin.number >= _FIRST_NUMBER:
        number = str(bulletin.number)
    item = replace(item, title=_titled(item.title))
    if not number:
        return item
    return replace(item, key=number, ref=f"csms:{number}", aliases=(url_ref(item.url),))


def _titled(subject: str) -> str:
    return _SUBJECT.sub("", subject, count=1) or subject


def read_message(page: Page, item: Item, plan: Plan[Options]) -> Item:
    """Read a message's own page: its text, the messages that it calls related, and the one that it says it corrects."""
    full = read_bulletin(page, item, plan)
    body = full.body or ""
    numbers = [number for line in _RELATED.findall(body) for number in _ANY_NUMBER.findall(line)]
    refs = dict.fromkeys((*full.refs, *(Ref(kind="csms", value=number) for number in numbers)))
    refs.pop(Ref(kind="csms", value=item.key), None)
    title = _titled(full.title)
    corrects = _corrected(f"{title}\n{body}", own=item.key)
    return replace(full, title=title, refs=tuple(refs), corrects=corrects)


def _corrected(text: str, *, own: str) -> tuple[str, ...]:
    found = (match for pattern in _CORRECTS for match in pattern.finditer(text))
    others = [match["other"] for match in found if (match["by"] or own) == own]
    return tuple(f"csms:{number}" for number in dict.fromkeys(others) if number != own)


SOURCE = Source(
    key=KEY,
    title="CBP trade messages",
    issuer="U.S. Customs and Border Protection",
    home="https://www.cbp.gov/trade/automated/cargo-systems-messaging-service",
    rhythm=Rhythm(
        zone=ZONE,
        days="us-federal",
        slots=(Slot(start=time(6, 0), end=time(20, 0), every=timedelta(minutes=10)),),
        otherwise=timedelta(minutes=30),
        off_days=timedelta(hours=2),
    ),
    options=Options,
    requests=requests,
    read=read,
    article=Article(request=article_request, read=read_message, annexes=True),
    facts=Facts(
        path="the widget of the last 100 messages, else those in the feed of all of the agency's bulletins (25);"
        " each new message's own page and the files that it links",
        identity="the message's number (`csms:64680374`)",
        limits="the feed alone may lose messages on a busy day; a correction that does not name its message corrects none",
        seen=date(2026, 11, 23),
    ),
    quiet_for=timedelta(days=6),
    covers=("federal-register",),
)
