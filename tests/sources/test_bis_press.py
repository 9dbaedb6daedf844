"""BIS press releases: two hosts that are one site, and what is asked where the list cannot be had."""

from tests.fakes.plans import plan_of
from tests.fakes.platforms import Account, Platform
from tests.fakes.press_pages import recorded
from watchers.errors import Blocked, SourceError
from watchers.source import HTML, Found, Request
from watchers.sources.bis_press import SOURCE, Options

LIST = "https://www.bis.gov/news-updates"
MIRROR = "https://media.bis.gov/news-updates/all-press-releases"


def test_the_list_is_asked_for_and_its_mirror_stands_in() -> None:
    (request,) = SOURCE.requests(plan_of(Options()))
    (mirror,) = request.otherwise
    assert (request.url, request.accept, mirror.url, mirror.accept) == (LIST, HTML, MIRROR, HTML)


def test_the_whole_list_may_be_larger_than_it_was() -> None:
    assert SOURCE.max_bytes >= 8_000_000


async def test_a_release_is_the_same_whichever_host_gave_the_list() -> None:
    blocked = False

    def answer(request: Request) -> bytes | SourceError:
        if blocked and request.url == LIST:
            return Blocked("403")
        name = "list.html" if request.url == LIST else "list_of_the_mirror.html"
        return recorded(f"bis-press/{name}").page.body

    desk = Account(SOURCE, Options(), Platform(answer, content_type="text/html; charset=utf-8"))
    await desk.poll()
    blocked = True
    await desk.poll()
    assert len(desk.items) == 8
    assert len(desk.found) == len({item.ref for item in desk.items}) == 4
    assert [problem.reason for problem in desk.problems] == ["403; another page was read instead"]


def test_a_release_that_names_three_rules_is_about_none_of_them_alone() -> None:
    release = recorded("bis-press/release.html").read()
    assert not isinstance(release, Found)
    assert release.ref.startswith("url:www.bis.gov/press-release/")
    assert [ref.value for ref in release.refs if ref.kind == "fr"] == ["2024-28270", "2024-28267"]
