"""What is asked, and what the statuses and redirects of a real server become."""

import gzip
import logging
import re
from datetime import UTC, datetime, timedelta

import pytest

from tests.fakes.fetching import AGENT, loopback_names, quick_fetcher
from tests.fakes.http_site import http_site, redirect, reply
from tests.fakes.virtual_time import VirtualTime
from watchers.errors import Blocked, Moved, NotSane, RateLimited, ServerFault, SourceError, Unsafe
from watchers.source import FEED, HTML, Request, Validators

MAX = 100_000
EXACT = "/api?conditions%5Bagencies%5D%5B%5D=industry-and-security-bureau&fields=a%2Cb&cursor=dGVz_-t%3D%3D=&q=a+b%20c~%7e"


async def test_a_page_comes_back_with_all_that_is_known_of_it() -> None:
    request_headers = {"ETag": 'W/"1"', "Last-Modified": "Mon, 23 Nov 2026 10:00:00 GMT", "X-Two": "b"}
    async with http_site() as site, quick_fetcher() as fetcher:
        site.on("/a", reply(b"body", headers=request_headers))
        request = Request(url=site.url("/a?b=c"))
        page = await fetcher.fetch(request, max_bytes=MAX)
    assert page.request is request
    assert page.url == request.url
    assert page.status == 200
    assert page.body == b"body"
    assert page.headers["x-two"] == "b"
    assert page.headers["etag"] == 'W/"1"'
    assert page.headers["last-modified"] == "Mon, 23 Nov 2026 10:00:00 GMT"
    assert page.fetched_at == datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    assert page.fetched_at.tzinfo is UTC


async def test_the_server_learns_who_asks_for_what_and_nothing_more(
    monkeypatch: pytest.MonkeyPatch, tmp_path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login joe password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    async with http_site() as site, quick_fetcher() as fetcher:
        site.on("/", reply(b"x"))
        await fetcher.fetch(Request(url=site.url("/"), accept="application/rss+xml"), max_bytes=MAX)
        (asked,) = site.asked
    assert dict(asked.headers) == {
        "host": f"127.0.0.1:{site.port}",
        "user-agent": AGENT,
        "accept": "application/rss+xml, */*;q=0.1",
        "accept-encoding": "gzip, deflate",
        "connection": "keep-alive",
    }


async def test_the_query_is_sent_byte_for_byte() -> None:
    async with http_site() as site, quick_fetcher() as fetcher:
        site.on("/api", reply(b"x"))
        await fetcher.fetch(Request(url=site.url(EXACT)), max_bytes=MAX)
    assert site.targets == [EXACT]


async def test_raw_chinese_in_an_address_is_sent_as_utf8() -> None:
    async with http_site() as site, quick_fetcher() as fetcher:
        site.on("/%E5%85%AC%e5%91%8a", reply(b"x"))
        await fetcher.fetch(Request(url=site.url("/公%e5%91%8a?q=商务#x")), max_bytes=MAX)
    assert site.targets == ["/%E5%85%AC%e5%91%8a?q=%E5%95%86%E5%8A%A1"]


async def test_a_fresh_request_passes_shared_caches_by_a_throw_away_query() -> None:
    time = VirtualTime()
    stamp = int(time.now().timestamp() * 1000)
    async with http_site() as site, quick_fetcher(time=time) as fetcher:
        site.on("/api", reply(b"x"))
        page = await fetcher.fetch(Request(url=site.url(EXACT), fresh=True), max_bytes=MAX)
        await fetcher.fetch(Request(url=site.url("/api"), fresh=True), max_bytes=MAX)
    assert site.targets == [f"{EXACT}&_={stamp}", f"/api?_={stamp}"]
    assert page.url == site.url(EXACT)


async def test_a_redirect_that_carries_the_throw_away_query_on_does_not_change_the_pages_address() -> None:
    time = VirtualTime()
    stamp = int(time.now().timestamp() * 1000)
    async with http_site() as site, quick_fetcher(time=time) as fetcher:
        site.on("/old", redirect(f"/new?a=b&_={stamp}"))
        site.on("/new", reply(b"x"))
        page = await fetcher.fetch(Request(url=site.url("/old?a=b"), fresh=True), max_bytes=MAX)
    assert page.url == site.url("/new?a=b")


async def test_an_answer_from_a_shared_cache_is_logged_with_its_age(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="tradewire.fetch")
    async with http_site() as site, quick_fetcher() as fetcher:
        site.on("/", reply(b"x", headers={"Age": "6244"}), reply(b"x", headers={"Age": "0"}), reply(b"x"))
        for _ in range(3):
            await fetcher.fetch(Request(url=site.url("/?api_key=s3cret")), max_bytes=MAX)
    lines = [record.getMessage() for record in caplog.records if record.name == "tradewire.fetch"]
    assert lines == [f"{site.url('/?api_key=…')} came from a shared cache, 6244 s old"]


async def test_cookies_are_neither_kept_nor_sent() -> None:
    async with http_site() as site, quick_fetcher() as fetcher:
        site.on("/", reply(b"x", headers={"Set-Cookie": "__jsl_clearance=1; Path=/"}))
        site.on("/r", reply(status=302, headers={"Set-Cookie": "b=2", "Location": "/"}))
        for target in ("/", "/", "/r"):
            await fetcher.fetch(Request(url=site.url(target)), max_bytes=MAX)
    assert len(site.asked) == 4
    assert all("cookie" not in asked.headers for asked in site.asked)


async def test_a_connection_is_used_again() -> None:
    async with http_site() as site, quick_fetcher() as fetcher:
        site.on("/", reply(b"x"))
        for _ in range(5):
            await fetcher.fetch(Request(url=site.url("/")), max_bytes=MAX)
    assert site.connections == 1


class TestConditions:
    KNOWN = Validators(etag='W/"a,b"', last_modified="Mon, 23 Nov 2026 10:00:00 GMT")

    @pytest.mark.parametrize("accept", ["application/json", FEED, HTML])
    async def test_validators_are_sent_verbatim_and_304_is_a_page_without_body(self, accept: str) -> None:
        async with http_site() as site, quick_fetcher() as fetcher:
            site.on("/", reply(status=304, headers={"ETag": '"new"'}))
            request = Request(url=site.url("/"), accept=accept, conditional=True)
            page = await fetcher.fetch(request, max_bytes=MAX, validators=self.KNOWN)
        assert site.pages[0].headers["if-none-match"] == 'W/"a,b"'
        assert site.pages[0].headers["if-modified-since"] == "Mon, 23 Nov 2026 10:00:00 GMT"
        assert (page.status, page.body, page.headers["etag"]) == (304, b"", '"new"')

    @pytest.mark.parametrize("known", [None, Validators(), Validators(etag="“\r\nX-Evil: 1")])
    async def test_a_304_nobody_asked_for_is_not_sane(self, known: Validators | None) -> None:
        async with http_site() as site, quick_fetcher() as fetcher:
            site.on("/", reply(status=304))
            with pytest.raises(NotSane, match="without a condition"):
                await fetcher.fetch(
                    Request(url=site.url("/"), conditional=True), max_bytes=MAX, validators=known
                )
        assert "if-none-match" not in site.asked[0].headers

    async def test_validators_are_not_sent_for_a_request_that_is_not_conditional(self) -> None:
        async with http_site() as site, quick_fetcher() as fetcher:
            site.on("/", reply(b"x"))
            await fetcher.fetch(Request(url=site.url("/")), max_bytes=MAX, validators=self.KNOWN)
        assert "if-none-match" not in site.asked[0].headers


class TestStatus:
    @pytest.mark.parametrize(
        ("status", "kind", "words"),
        [
            (403, Blocked, r"^refused \(403\)$"),
            (412, Blocked, r"refused \(412\)"),
            (521, Blocked, r"refused \(521\)"),
            (404, Moved, r"\(404\)"),
            (410, Moved, r"\(410\)"),
            (204, NotSane, "answered 204"),
            (206, NotSane, "answered 206"),
            (300, NotSane, "answered 300"),
            (400, NotSane, "answered 400"),
            (500, ServerFault, r"\(500\)"),
            (503, ServerFault, r"\(503\)"),
            (429, RateLimited, "come back later"),
        ],
    )
    async def test_each_status_is_told_by_its_class(
        self, status: int, kind: type[SourceError], words: str
    ) -> None:
        async with http_site() as site, quick_fetcher() as fetcher:
            site.on("/", reply(b"" if status == 204 else b"<html>no</html>", status=status))
            with pytest.raises(kind, match=words) as caught:
                await fetcher.fetch(Request(url=site.url("/?token=abc")), max_bytes=MAX)
        assert type(caught.value) is kind
        assert caught.value.url == site.url("/?token=…")

    @pytest.mark.parametrize("status", [429, 503])
    async def test_when_to_come_back_is_passed_on(self, status: int) -> None:
        async with http_site() as site, quick_fetcher() as fetcher:
            site.on("/", reply(status=status, headers={"Retry-After": "Mon, 23 Nov 2026 12:02:00 GMT"}))
            with pytest.raises(RateLimited, match="come back in 120 s") as caught:
                await fetcher.fetch(Request(url=site.url("/")), max_bytes=MAX)
        assert caught.value.retry_after == timedelta(minutes=2)

    @pytest.mark.parametrize("packed", [True, False])
    async def test_the_servers_own_words_about_a_bad_question_are_quoted(self, packed: bool) -> None:
        body = b'{"status":400,"message":"per_page\\u0007 must be below 1001"}'
        answer = reply(gzip.compress(body), status=400, headers={"Content-Encoding": "gzip"})
        async with http_site() as site, quick_fetcher() as fetcher:
            site.on("/", answer if packed else reply(body, status=400))
            with pytest.raises(
                NotSane, match="answered 400 where a page is due: per_page must be below 1001"
            ):
                await fetcher.fetch(Request(url=site.url("/")), max_bytes=MAX)

    @pytest.mark.parametrize(
        "answer",
        [
            reply(b"x" * 50_000, status=403),
            reply(gzip.compress(bytes(10_000_000)), status=403, headers={"Content-Encoding": "gzip"}),
            reply(b"x", status=403, headers={"Content-Encoding": "br"}),
            reply(b"", status=403, length=10**12),
        ],
        ids=["long", "bomb", "unknown packing", "endless"],
    )
    async def test_a_monstrous_error_body_does_not_hide_the_status(self, answer: bytes) -> None:
        async with http_site() as site, quick_fetcher() as fetcher:
            site.on("/", answer)
            with pytest.raises(Blocked):
                await fetcher.fetch(Request(url=site.url("/")), max_bytes=MAX)


class TestRedirects:
    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    async def test_a_redirect_is_followed_to_its_end(self, status: int) -> None:
        async with http_site() as site, quick_fetcher() as fetcher:
            site.on("/a", redirect("b?c=%2C#top", status=status))
            site.on("/b", reply(b"there"))
            page = await fetcher.fetch(Request(url=site.url("/a")), max_bytes=MAX)
        assert page.body == b"there"
        assert page.url == site.url("/b?c=%2C")
        assert page.request.url == site.url("/a")
        assert site.targets == ["/a", "/b?c=%2C"]

    async def test_another_host_is_followed_if_it_may_be_read(self) -> None:
        names = loopback_names("old.example", "new.example")
        allowed = frozenset({"old.example", "new.example"})
        async with http_site() as site, quick_fetcher(lookup=names, allow_private_hosts=allowed) as fetcher:
            site.on("/a", redirect(site.url("/b", host="new.example")))
            site.on("/b", reply(b"there"))
            page = await fetcher.fetch(Request(url=site.url("/a", host="old.example")), max_bytes=MAX)
        assert page.url == site.url("/b", host="new.example")
        assert [asked.headers["host"] for asked in site.asked] == [
            f"{h}.example:{site.port}" for h in ("old", "new")
        ]

    async def test_at_most_max_redirects_are_followed(self) -> None:
        async with http_site() as site, quick_fetcher(max_redirects=2) as fetcher:
            for hop in range(4):
                site.on(f"/{hop}", redirect(f"/{hop + 1}"))
            site.on("/4", reply(b"end"))
            assert (await fetcher.fetch(Request(url=site.url("/2")), max_bytes=MAX)).body == b"end"
            with pytest.raises(Unsafe, match="more than 2 redirects"):
                await fetcher.fetch(Request(url=site.url("/0")), max_bytes=MAX)
        assert site.targets == ["/2", "/3", "/4", "/0", "/1", "/2"]

    @pytest.mark.parametrize(
        ("location", "words"),
        [
            ("ftp://127.0.0.1/", "only http and https"),
            ("file:///etc/passwd", "only http and https"),
            ("http://joe:pw@127.0.0.1/", "user name or password"),
            ("http://10.0.0.1/?secret=1", r"10\.0\.0\.1 leads to a private address"),
            ("http://[::1]/", "leads to a loopback"),
            ("http://2130706433/", "in disguise"),
            ("http://example.org:6379/", "port 6379"),
            ("http://[", "not a host name|unreadable"),
            ("http://127.0.0.1:99999/", "unreadable|not a readable"),
            ("http://\x01/", "unreadable address"),
            ("", "leads nowhere"),
            ("http://xn--9/", "not a readable address|unreadable|not a host name"),
            ("https:////https:[::1]~;@", "user name or password|not a readable address"),
        ],
    )
    async def test_a_redirect_to_a_forbidden_place_is_unsafe(self, location: str, words: str) -> None:
        async with http_site() as site, quick_fetcher() as fetcher:
            site.on("/", redirect(location) if "\x01" not in location else redirect("http://a\x7fb/"))
            with pytest.raises(Unsafe, match=words) as caught:
                await fetcher.fetch(Request(url=site.url("/?page=2")), max_bytes=MAX)
        assert not re.search("secret|pw|page", caught.value.what + caught.value.url)
        assert len(site.asked) == 1
