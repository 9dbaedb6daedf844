"""Treasury press releases: one bulletin in two feeds, and a web site that is left alone."""

from tests.fakes.plans import plan_of
from tests.fakes.press_pages import recorded
from watchers.source import FEED, Found
from watchers.sources.treasury_press import SOURCE, Options


def test_all_bulletins_are_asked_for_and_those_of_the_press_desk_stand_in() -> None:
    (request,) = SOURCE.requests(plan_of(Options()))
    (topic,) = request.otherwise
    assert (request.url, topic.url) == (
        "https://public.govdelivery.com/accounts/USTREAS/feed.rss",
        "https://public.govdelivery.com/topics/USTREAS_49/feed.rss",
    )
    assert {request.accept, topic.accept} == {FEED}


def test_a_bulletin_has_a_page_that_is_read_and_the_web_site_is_left_alone() -> None:
    found = recorded("treasury-press/feed.xml").read()
    assert isinstance(found, Found)
    assert SOURCE.article is not None
    asked = [SOURCE.article.request(item, Options()) for item in found.items]
    assert [request.url if request else None for request in asked] == [
        "https://content.govdelivery.com/accounts/USTREAS/bulletins/42687f0",
        None,
        "https://content.govdelivery.com/accounts/USTREAS/bulletins/4265002",
    ]
