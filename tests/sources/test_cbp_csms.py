"""CBP's trade messages: one number in the widget, in the feed and on the page; what corrects what, and what only says so."""

import re

import pytest

from tests.fakes.plans import plan_of
from tests.fakes.press_pages import outcome, recorded
from watchers.item import Item
from watchers.source import FEED, Found
from watchers.sources.cbp_csms import SOURCE, Options


def test_the_widget_is_asked_for_and_the_feed_stands_in() -> None:
    (request,) = SOURCE.requests(plan_of(Options()))
    (feed,) = request.otherwise
    assert request.url == "https://content.govdelivery.com/accounts/USDHSCBP/widgets/USDHSCBP_WIDGET_2/0.json"
    assert (feed.url, feed.accept) == ("https://public.govdelivery.com/accounts/USDHSCBP/feed.rss", FEED)


def test_a_message_is_the_same_in_the_widget_and_in_the_feed() -> None:
    widget, feed = (recorded(f"cbp-csms/{name}").read() for name in ("widget.json", "feed.xml"))
    assert isinstance(widget, Found)
    assert isinstance(feed, Found)
    first, other = widget.items[0], feed.items[0]
    assert (first.key, first.ref, first.aliases, first.title, first.url, first.official_at) == (
        other.key,
        other.ref,
        other.aliases,
        other.title,
        other.url,
        other.official_at,
    )


def test_a_line_without_a_date_is_an_undated_message() -> None:
    one = recorded("cbp-csms/widget.json")
    body = re.sub(rb'"pub_date":\s?"[^"]+"', b'"pub_date":null', one.page.body)
    found = one.read(body)
    assert isinstance(found, Found)
    assert len(found.items) == 4
    assert {item.official_on for item in found.items} == {None}


def test_a_bulletin_of_another_kind_is_no_message() -> None:
    feed = recorded("cbp-csms/feed.xml").read()
    assert isinstance(feed, Found)
    assert len(feed.items) == 1


def test_what_kind_of_message_it_is_stays_in_the_title_and_its_number_does_not() -> None:
    found = recorded("cbp-csms/widget.json").read()
    assert isinstance(found, Found)
    assert [item.title.split(" ")[0] for item in found.items] == [
        "UPDATED",
        "UPDATED",
        "GUIDANCE",
        "CORRECTION:",
    ]
    assert not any(item.key in item.title for item in found.items)


def full_text(*sentences: str) -> Item:
    one = recorded("cbp-csms/message.html")
    paragraphs = "".join(f"<p>{sentence}</p>" for sentence in sentences)
    body = (
        "<!DOCTYPE html><html><body><h1 class='bulletin_subject'>CSMS # 64472173 - CORRECTION: Energy</h1>"
        f"<div id='bulletin_body'><p>The purpose of this message is to give guidance.</p>{paragraphs}</div></body></html>"
    )
    full = outcome(one, body.encode())
    assert isinstance(full, Item)
    return full


@pytest.mark.parametrize(
    ("sentence", "corrected"),
    [
        ("This message replaces CSMS # 64470353.", ["csms:64470353"]),
        ("This is a correction to CSMS #64470353, sent in error.", ["csms:64470353"]),
        ("CSMS # 64470353 has been replaced.", ["csms:64470353"]),
        ("CSMS message 64470353 is corrected by CSMS # 64472173.", ["csms:64470353"]),
        ("It supersedes CSMS 08-000340 and corrects CSMS 64470353.", ["csms:08-000340", "csms:64470353"]),
        ("CSMS # 64470353, sent on March 19, 2025, was superseded.", ["csms:64470353"]),
        ("CSMS # 64470353 has been replaced by CSMS # 64470400.", []),
        ("See CSMS # 64470353 for what is corrected here.", []),
        ("This message corrects the list of products.", []),
        ("CSMS # 64472173 has been replaced.", []),
        ("CSMS # 64470353 stays. The list is corrected.", []),
    ],
)
def test_a_message_corrects_another_only_where_it_says_so(sentence: str, corrected: list[str]) -> None:
    assert list(full_text(sentence).corrects) == corrected


def test_related_messages_are_named_and_the_message_itself_is_not() -> None:
    full = full_text("Related messages: 64297292, 64472173, 64235342", "Call 8005551212 or see HTS 27090010.")
    assert [ref.value for ref in full.refs] == ["64297292", "64235342"]
