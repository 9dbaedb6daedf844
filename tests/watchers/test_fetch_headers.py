"""A source's own headers on their way: to the host they are meant for, and nowhere else."""

import logging
import traceback
from typing import Any

import pytest

from tests.fakes.fetching import loopback_names, quick_fetcher
from tests.fakes.http_site import Answer, Cut, http_site, redirect, reply
from tests.fakes.tls_certificates import GOOD, client_tls, server_tls
from watchers.errors import SourceError, Unsafe
from watchers.secret import Secret
from watchers.source import HTML, Request

MAX = 1000
KEY = ("Authorization", Secret("Bearer s3cret"))
REFERER = ("Referer", "https://www.example/list")
HOSTS = ("a.example", "b.example")
RULES: dict[str, Any] = {"lookup": loopback_names(*HOSTS), "allow_private_hosts": frozenset(HOSTS)}


async def test_a_header_and_a_secret_go_with_the_request_and_its_redirects_at_the_same_host() -> None:
    async with http_site() as site, quick_fetcher() as fetcher:
        site.on("/", redirect("/next"))
        site.on("/next", reply(b"x"))
        await fetcher.fetch(Request(url=site.url("/"), headers=(KEY, REFERER)), max_bytes=MAX)
    assert [one.headers["authorization"] for one in site.asked] == ["Bearer s3cret"] * 2
    assert [one.headers["referer"] for one in site.asked] == ["https://www.example/list"] * 2


async def test_a_redirect_to_another_host_takes_no_secret_along_even_if_it_leads_back() -> None:
    async with http_site() as site, quick_fetcher(**RULES) as fetcher:
        site.on("/", redirect(site.url("/away", host="b.example")))
        site.on("/away", redirect(site.url("/back", host="a.example")))
        site.on("/back", reply(b"x"))
        request = Request(url=site.url("/", host="a.example"), headers=(KEY, REFERER))
        await fetcher.fetch(request, max_bytes=MAX)
        await fetcher.fetch(request, max_bytes=MAX)
    assert [one.headers.get("authorization") for one in site.asked] == ["Bearer s3cret", None, None] * 2
    assert {one.headers["referer"] for one in site.asked} == {"https://www.example/list"}


async def test_a_redirect_to_another_port_takes_no_secret_along() -> None:
    async with http_site() as site, http_site() as neighbour, quick_fetcher() as fetcher:
        site.on("/", redirect(neighbour.url("/")))
        neighbour.on("/", reply(b"x"))
        await fetcher.fetch(Request(url=site.url("/"), headers=(KEY,)), max_bytes=MAX)
    assert "authorization" not in neighbour.asked[0].headers


async def test_a_redirect_down_from_tls_takes_nothing_along_at_all() -> None:
    tls_only: dict[str, Any] = {
        "tls": client_tls(GOOD),
        "lookup": loopback_names("tls.example"),
        "allow_private_hosts": frozenset({"tls.example"}),
    }
    async with (
        http_site(tls=server_tls()) as site,
        http_site() as plain,
        quick_fetcher(**tls_only) as fetcher,
    ):
        site.on("/", redirect(plain.url("/", host="tls.example")))
        with pytest.raises(Unsafe, match="from https to http"):
            await fetcher.fetch(
                Request(url=site.url("/", host="tls.example", scheme="https"), headers=(KEY,)), max_bytes=MAX
            )
    assert site.asked[0].headers["authorization"] == "Bearer s3cret"
    assert plain.asked == []


async def test_robots_txt_is_read_without_a_sources_own_headers() -> None:
    async with http_site() as site, quick_fetcher() as fetcher:
        site.on("/", reply(b"x"))
        await fetcher.fetch(Request(url=site.url("/"), accept=HTML, headers=(KEY, REFERER)), max_bytes=MAX)
    robots, page = site.asked
    assert robots.target == "/robots.txt"
    assert not {"authorization", "referer"} & set(robots.headers)
    assert page.headers["authorization"] == "Bearer s3cret"


async def test_a_secret_that_cannot_be_sent_sends_nothing() -> None:
    key = ("X-Key", Secret("密钥"))  # apart from the call, whose own lines a traceback shows
    async with http_site() as site, quick_fetcher() as fetcher:
        with pytest.raises(Unsafe, match="a credential that cannot be sent") as caught:
            await fetcher.fetch(Request(url=site.url("/"), headers=(key,)), max_bytes=MAX)
    assert site.asked == []
    assert "密钥" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    "answer",
    [
        Cut(b"220 mail.example ESMTP\r\n\r\n"),
        Cut(b""),
        Cut(reply(b"x", length=9)),
        reply(status=401),
        reply(status=500),
        redirect("http://b.example:1/"),
    ],
    ids=["not http", "nothing", "cut", "401", "500", "redirect"],
)
async def test_no_failure_tells_a_secret(answer: Answer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with http_site() as site, quick_fetcher() as fetcher:
        site.on("/", answer)
        with pytest.raises(SourceError) as caught:
            await fetcher.fetch(Request(url=site.url("/"), headers=(KEY,)), max_bytes=MAX)
    told = "".join(traceback.format_exception(caught.value)) + caplog.text + repr(caught.value.__cause__)
    assert "s3cret" not in told
    assert any("s3cret" in one.headers["authorization"] for one in site.asked)
