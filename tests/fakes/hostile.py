"""Texts that somebody could put into a title to do harm, and posts that are full of them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from bot.core.alert import Alert
from bot.core.decide import Reason
from bot.core.match import Evidence, Match, Severity
from bot.core.notice import Notice
from bot.core.posting import Burst, Head, Kind, Posting
from bot.core.redline import Passage, Redline
from tests.fakes.posts import ANNOUNCED, BACK, BLIND, BRIEF, CLAIMED, FILED, PUBLISHED, post
from watchers.item import Agency, LegalDate, Ref, Stage

PIECES = (
    *(
        "<!channel>",
        "<!here|x>",
        "<@U012AB3CD>",
        "<#C1>",
        "<!subteam^S1>",
        "@channel",
        "@here",
        "@everyone",
        "@some_bot",
    ),
    *(
        "*bold*",
        "_it_",
        "__",
        "~gone~",
        "`code`",
        "```",
        ":fire:",
        "a_b_c",
        "|",
        ">",
        "<",
        "&",
        "&lt;",
        "&amp;lt;",
        "%7C",
    ),
    *(
        "<b>",
        "</b>",
        "</a>",
        "<a href='x'>",
        '"',
        "'",
        "<tg-time unix='1'>",
        "</blockquote>",
        "<br>",
        "-->",
        "]]>",
        "&#x0;",
    ),
    *(
        "\x00",
        "\x1b[2J",
        "\r\n",
        "\n",
        "\t",
        "\u2028",
        "\u202e",
        "\u2066",
        "\u200b",
        "\ufeff",
        "\ud800",
        "\udfff",
        "\ufffe",
    ),
    *(
        "商务部公告",
        "𠀀" * 9,
        "👩‍👩‍👧",
        "🇺🇸",
        "e\u0301" * 30,
        "x" * 130,
        " ",
        "{0}",
        "{at}",
        "%s",
        "today",
        "\\",
    ),
)
TEXT = st.one_of(
    st.text(st.characters(codec=None), max_size=80),
    st.lists(st.sampled_from(PIECES), max_size=24).map("".join),
    st.lists(st.sampled_from(PIECES), min_size=60, max_size=90).map(" ".join),
)
URL = st.one_of(
    TEXT,
    TEXT.map(lambda text: f"https://example.org/{text}"),
    TEXT.map(lambda text: f"https://{text}/"),
    st.just("https://mastodon.example/@desk/1?a=1&b=2|c>d<e"),
    st.just("https://example.org/" + "&" * 900),
    st.just("javascript:alert(1)"),
    st.just("http://[bad"),
)


@st.composite
def alerts(draw: st.DrawFn, addresses: st.SearchStrategy[str] = URL) -> Alert:
    """Return an alert with hostile words wherever words come from outside, its addresses among these."""
    base = draw(st.sampled_from([FILED, PUBLISHED, ANNOUNCED, CLAIMED]))
    text = [draw(TEXT) for _ in range(6)]
    changes: dict[str, Any] = {
        "stage": draw(st.sampled_from(Stage)),
        "prior_stage": draw(st.sampled_from([None, *Stage])),
        "reason": draw(st.sampled_from([reason for reason in Reason if reason.is_told])),
        "title": text[0],
        "story_title": draw(st.sampled_from([text[0], text[1]])),
        "summary": draw(st.sampled_from([None, text[2]])),
        "kind": draw(st.sampled_from(["Rule", "", text[3]])),
        "url": draw(addresses),
        "also_at": tuple(draw(st.lists(addresses, max_size=5))),
        "document": draw(st.sampled_from([base.document, f"fr:{text[4]}", text[4]])),
        "refs": (
            Ref(kind="citation", value=text[5]),
            Ref(kind="rin", value=text[4]),
            Ref(kind="cfr", value=text[3]),
        ),
        "agencies": (Agency(name=text[5]), *base.agencies),
        "author": draw(st.sampled_from([None, text[1]])),
        "corrects": draw(st.sampled_from([(), (text[2], "fr:2023-1")])),
        "dates": tuple(LegalDate(kind=each.kind, on=each.on, evidence=text[2]) for each in base.dates),
        "matches": (
            Match(
                topic=text[1],
                severity=Severity.URGENT,
                evidence=tuple(
                    Evidence(
                        words=each,
                        lang="en",
                        field=draw(st.sampled_from(["title", "body", text[0]])),
                        start=0,
                        end=end,
                    )
                    for each, end in zip(text, (1, 1, 0, 9, 1, 1), strict=True)
                ),
            ),
        ),
        "redline": draw(
            st.sampled_from(
                [
                    None,
                    Redline(
                        changes=(Passage(field="title", removed=text[0], added=text[1], material=True),) * 5,
                        more=3,
                    ),
                ]
            )
        ),
    }
    return replace(base, **changes)


@st.composite
def notices(draw: st.DrawFn) -> Notice:
    """Return a notice with hostile words."""
    text = draw(TEXT)
    return replace(
        draw(st.sampled_from([BLIND, BACK])),
        title=text,
        what=draw(TEXT),
        source=text,
        last_good=draw(TEXT),
        covered_by=((text, True),),
        topics=(draw(TEXT),),
        others_blind=(text,),
    )


@st.composite
def posts(draw: st.DrawFn, addresses: st.SearchStrategy[str] = URL) -> Posting:
    """Return a post of any kind."""
    kind = draw(st.sampled_from(Kind))
    more: dict[str, Any] = {
        "language": draw(st.sampled_from(["en", "zh"])),
        "repeat": draw(st.booleans()),
        "resurfaces": draw(st.booleans()),
    }
    if kind is Kind.NOTICE:
        return post(draw(notices()), kind, **more)
    if kind is Kind.EDIT:
        head = Head(first=draw(alerts(addresses)), newest=draw(alerts(addresses)), updated_at=BRIEF.at)
        return post(head, kind, target="1", **more)
    if kind in {Kind.ALERT, Kind.DETAILS}:
        return post(draw(alerts(addresses)), kind, thread=draw(st.sampled_from([None, "1"])), **more)
    gathered = tuple(draw(st.lists(alerts(addresses), max_size=3)))
    if kind is Kind.BRIEF:
        return post(replace(BRIEF, alerts=gathered, blind=((draw(TEXT), BRIEF.at),)), kind, **more)
    since = FILED.first_seen_at
    return post(Burst(alerts=gathered, since=since, until=since + timedelta(minutes=9)), kind, **more)
