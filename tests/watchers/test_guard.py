"""Which addresses may be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchers import guard
from watchers.errors import Unsafe

NOBODY: frozenset[str] = frozenset()


def check(
    host: str, *, scheme: str = "https", port: int = 443, userinfo: bool = False, allowed=NOBODY
) -> None:
    guard.check_target(scheme=scheme, host=host, port=port, userinfo=userinfo, allowed=allowed)


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("127.0.0.1", "loopback"),
        ("127.255.255.254", "loopback"),
        ("::1", "loopback"),
        ("10.1.2.3", "private"),
        ("172.16.0.1", "private"),
        ("172.31.255.255", "private"),
        ("192.168.1.1", "private"),
        ("fd00:ec2::254", "private"),
        ("169.254.169.254", "link-local"),
        ("fe80::1", "link-local"),
        ("2606:4700::1111%eth0", "link-local"),
        ("224.0.0.251", "multicast"),
        ("ff0e::1", "multicast"),
        ("0.0.0.0", "unspecified"),
        ("::", "unspecified"),
        ("0.1.2.3", "private"),
        ("240.0.0.1", "reserved"),
        ("255.255.255.255", "reserved"),
        ("100.64.0.1", "closed"),
        ("100.127.255.255", "closed"),
        ("100.100.100.200", "closed"),
        ("192.0.0.192", "closed"),
        ("168.63.129.16", "closed"),
        ("2001:db8::1", "closed"),
        ("2001:0:53aa:64c::1", "closed"),
        ("64:ff9b:1::7f00:1", "closed"),
        ("fec0::1", "closed"),
        ("::127.0.0.1", "reserved"),
        ("::ffff:127.0.0.1", "loopback"),
        ("::ffff:10.0.0.1", "private"),
        ("::ffff:100.64.0.1", "closed"),
        ("64:ff9b::7f00:1", "loopback"),
        ("64:ff9b::a9fe:a9fe", "link-local"),
        ("2002:7f00:1::", "loopback"),
        ("2002:c0a8:101::1", "private"),
    ],
)
def test_an_address_no_public_site_can_have_is_closed(address: str, reason: str) -> None:
    assert guard.why_closed(address) == reason


@pytest.mark.parametrize(
    "address",
    [
        "1.1.1.1",
        "100.63.255.255",
        "100.128.0.1",
        "172.32.0.1",
        "2606:4700::1111",
        "64:ff9b::101:101",
        "2002:101:101::",
    ],
)
def test_a_public_address_is_open_also_where_ipv6_carries_it(address: str) -> None:
    assert guard.why_closed(address) is None


@given(st.text())
def test_what_is_no_address_is_never_open(text: str) -> None:
    assert guard.why_closed(f"{text}!") == "not an IP address"


@given(st.ip_addresses(v=4))
def test_wrapping_an_address_never_changes_the_verdict(address) -> None:
    plain = guard.why_closed(str(address))
    assert guard.why_closed(f"::ffff:{address}") == plain
    assert guard.why_closed(f"64:ff9b::{address}") == plain


def test_a_public_name_on_a_web_port_passes() -> None:
    check("www.federalregister.gov")
    check("www.mofcom.gov.cn", scheme="http", port=80)
    check("1.1.1.1")


@pytest.mark.parametrize("scheme", ["file", "ftp", "gopher", "data", ""])
def test_only_http_and_https_are_read(scheme: str) -> None:
    with pytest.raises(Unsafe, match="only http and https"):
        check("example.org", scheme=scheme)


def test_a_user_name_in_the_address_is_refused_even_for_an_allowed_host() -> None:
    with pytest.raises(Unsafe, match="user name or password"):
        check("rsshub.lan", userinfo=True, allowed=frozenset({"rsshub.lan"}))


def test_a_port_that_is_not_for_the_web_is_refused_but_for_allowed_hosts() -> None:
    with pytest.raises(Unsafe, match=r"port 6379 of example\.org"):
        check("example.org", port=6379)
    check("rsshub.lan", port=1200, allowed=frozenset({"rsshub.lan"}))


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "169.254.169.254", "::ffff:10.0.0.1"])
def test_an_ip_literal_is_judged_without_a_lookup(host: str) -> None:
    with pytest.raises(Unsafe, match="leads to a"):
        check(host)


@pytest.mark.parametrize(
    "host", ["2130706433", "127.1", "0x7f.0.0.1", "0177.0.0.1", "0x7f000001", "127.0.0.1.", "1.0x"]
)
def test_an_ip_address_in_disguise_is_refused(host: str) -> None:
    with pytest.raises(Unsafe, match="in disguise"):
        check(host)


@pytest.mark.parametrize("host", ["%5b", "a b", "a%00b", "a\nb", "公.example", "a,b"])
def test_what_cannot_be_a_host_name_is_refused(host: str) -> None:
    with pytest.raises(Unsafe, match="not a host name") as caught:
        check(host, allowed=frozenset({host}))
    assert caught.value.what.isprintable()


def test_no_host_is_refused() -> None:
    with pytest.raises(Unsafe, match="no host"):
        check("")


def test_one_private_address_among_public_ones_refuses_the_host() -> None:
    guard.check_addresses("news.example", ["1.1.1.1", "2606:4700::1111"], NOBODY)
    with pytest.raises(Unsafe, match=r"news\.example leads to a private address"):
        guard.check_addresses("news.example", ["1.1.1.1", "10.0.0.1"], NOBODY)


@pytest.mark.parametrize("host", ["RSSHub.lan", "rsshub.lan.", "::1", "0:0:0:0:0:0:0:1"])
def test_an_allowed_host_is_known_in_any_spelling(host: str) -> None:
    allowed = frozenset({"rsshub.LAN", "[::1]"})
    assert guard.is_allowed(host, allowed)
    guard.check_addresses(host, ["10.0.0.1"], allowed)


def test_allowing_an_address_does_not_allow_the_names_that_lead_there() -> None:
    with pytest.raises(Unsafe):
        guard.check_addresses("evil.example", ["127.0.0.1"], frozenset({"127.0.0.1"}))


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://joe:pw@h.example/a?b=c#d", "https://h.example/a?b=c"),
        ("https://h.example/a?api_key=s3cret&page=2", "https://h.example/a?api_key=…&page=2"),
        ("https://h.example/?page=2&Access_Token=abc", "https://h.example/?page=2&Access_Token=…"),
        ("https://h.example/a@b", "https://h.example/a@b"),
    ],
)
def test_a_shown_url_holds_no_secret(url: str, shown: str) -> None:
    assert guard.shown_url(url) == shown


def test_a_shown_url_is_short_and_can_go_without_its_query() -> None:
    url = "https://h.example/?q=" + "x" * 1000
    assert len(guard.shown_url(url).partition("?")[2]) == 201
    assert guard.shown_url(url, query=False) == "https://h.example/"


@pytest.mark.parametrize(
    ("url", "with_it"),
    [
        ("https://h/a", "https://h/a?_=1"),
        ("https://h/a?", "https://h/a?_=1"),
        ("https://h/a?b%5B%5D=c%2Cd", "https://h/a?b%5B%5D=c%2Cd&_=1"),
        ("https://h/a?b&#frag", "https://h/a?b&_=1"),
    ],
)
def test_a_parameter_is_added_without_touching_the_rest(url: str, with_it: str) -> None:
    assert guard.with_parameter(url, "_=1") == with_it


def test_a_parameter_is_taken_off_only_where_it_is() -> None:
    assert guard.without_parameter("https://h/a?_=1", "_=1") == "https://h/a"
    assert guard.without_parameter("https://h/a?b=c&_=1", "_=1") == "https://h/a?b=c"
    assert guard.without_parameter("https://h/a?", "_=1") == "https://h/a?"
    assert guard.without_parameter("https://h/a?b=c", "") == "https://h/a?b=c"
