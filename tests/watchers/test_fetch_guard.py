"""No request leaves for a place that is not public, unless the operator vouches for it."""

import pytest

from tests.fakes.fetching import Names, loopback_names, quick_fetcher
from tests.fakes.http_site import http_site, redirect, reply
from tests.fakes.tls_certificates import GOOD, client_tls, server_tls
from watchers.errors import Unsafe
from watchers.fetch import system_lookup
from watchers.source import Request

MAX = 1000
NOBODY: frozenset[str] = frozenset()


async def test_a_name_that_leads_to_the_loopback_is_refused_before_anything_is_sent() -> None:
    names = loopback_names("inside.example")
    async with quick_fetcher(lookup=names, allow_private_hosts=NOBODY) as fetcher:
        with pytest.raises(Unsafe, match=r"inside\.example leads to a loopback address") as caught:
            await fetcher.fetch(Request(url="http://inside.example/?key=secret"), max_bytes=MAX)
    assert caught.value.url == "http://inside.example/"
    assert "secret" not in str(caught.value)


async def test_the_machines_own_resolver_is_held_to_the_same_rule() -> None:
    async with quick_fetcher(lookup=system_lookup, allow_private_hosts=NOBODY) as fetcher:
        with pytest.raises(Unsafe, match="localhost leads to a loopback address"):
            await fetcher.fetch(Request(url="http://localhost/"), max_bytes=MAX)


async def test_localhost_can_be_allowed_by_name_with_any_port() -> None:
    allowed = frozenset({"localhost"})
    async with (
        http_site() as site,
        quick_fetcher(lookup=system_lookup, allow_private_hosts=allowed) as fetcher,
    ):
        site.on("/", reply(b"x"))
        page = await fetcher.fetch(Request(url=site.url("/", host="LOCALHOST")), max_bytes=MAX)
        assert page.body == b"x"
        with pytest.raises(Unsafe):
            await fetcher.fetch(Request(url=site.url("/")), max_bytes=MAX)


async def test_one_private_answer_among_public_ones_refuses_the_name() -> None:
    names = Names({"mixed.example": [["1.1.1.1", "10.0.0.1"]]})
    async with quick_fetcher(lookup=names) as fetcher:
        with pytest.raises(Unsafe, match="private"):
            await fetcher.fetch(Request(url="http://mixed.example/"), max_bytes=MAX)


async def test_the_address_that_was_checked_is_the_one_that_is_dialled() -> None:
    names = Names({"flip.example": [["127.0.0.1"], ["127.0.0.2"]]})
    allowed = frozenset({"flip.example"})
    async with (
        http_site() as first,
        http_site(host="127.0.0.2", port=first.port) as second,
        quick_fetcher(lookup=names, allow_private_hosts=allowed) as fetcher,
    ):
        first.on("/", reply(b"first"))
        second.on("/", reply(b"second"))
        page = await fetcher.fetch(Request(url=first.url("/", host="flip.example")), max_bytes=MAX)
    assert page.body == b"first"
    assert names.asked == ["flip.example"]  # one look-up per connection: no second answer to slip in
    assert second.asked == []


async def test_a_name_that_turns_private_is_refused_at_its_next_connection() -> None:
    names = Names({"entry.example": [["127.0.0.1"]], "rebind.example": [[], ["127.0.0.1"]]})
    allowed = frozenset({"entry.example"})
    async with http_site() as site, quick_fetcher(lookup=names, allow_private_hosts=allowed) as fetcher:
        site.on("/", redirect("http://rebind.example/admin"))
        await names("rebind.example", 80)  # somebody looked before us and found nothing wrong
        with pytest.raises(Unsafe, match=r"rebind\.example leads to a loopback"):
            await fetcher.fetch(Request(url=site.url("/", host="entry.example")), max_bytes=MAX)
    assert site.targets == ["/"]


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://169.254.169.254/latest/meta-data",
        "http://0.0.0.0/",
        "http://0/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f.0.0.1/",
        "http://127.0.0.1./",
        "http://１２７.0.0.1/",
        "http://127。0。0。1/",
        "http://user@example.org/",
        "http://example.org@127.0.0.1/",
        "http://example.org\\@127.0.0.1/",
        "http://127.0.0.1\\.example.org/",
        "http://example.org:22/",
        "http://example.org:99999/",
        "http:///etc/passwd",
        "//127.0.0.1/",
        "file:///etc/passwd",
        "ftp://example.org/",
        "not a url",
        "",
    ],
)
async def test_an_address_that_is_not_plainly_public_is_never_looked_up(url: str) -> None:
    names = loopback_names()
    async with quick_fetcher(lookup=names, allow_private_hosts=NOBODY) as fetcher:
        with pytest.raises(Unsafe):
            await fetcher.fetch(Request(url=url), max_bytes=MAX)
    assert names.asked == []


async def test_a_redirect_from_https_to_http_is_not_followed() -> None:
    names = loopback_names("tls.example")
    async with (
        http_site(tls=server_tls()) as site,
        quick_fetcher(
            lookup=names, tls=client_tls(GOOD), allow_private_hosts=frozenset({"tls.example", "127.0.0.1"})
        ) as fetcher,
    ):
        site.on("/down", redirect("http://127.0.0.1/"))
        site.on("/odd", redirect("http://xn--9/"))
        site.on("/up", redirect("/page"))
        site.on("/page", reply(b"over tls"))
        page = await fetcher.fetch(
            Request(url=site.url("/up", host="tls.example", scheme="https")), max_bytes=MAX
        )
        assert page.body == b"over tls"
        for path, words in (
            ("/down", r"from https to http, at 127\.0\.0\.1"),
            ("/odd", "unreadable address"),
        ):
            with pytest.raises(Unsafe, match=words):
                await fetcher.fetch(
                    Request(url=site.url(path, host="tls.example", scheme="https")), max_bytes=MAX
                )
