"""Which headers go out, and which never."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from watchers.errors import Unsafe
from watchers.outgoing import outgoing
from watchers.secret import Secret
from watchers.source import HTML, Request, Validators

AGENT = "Tradewire/0 (x)"
HERE = URL("https://api.example/list")


def sent(*headers: tuple[str, str | Secret]) -> dict[str, str]:
    request = Request(url=str(HERE), headers=headers)
    return outgoing(request, user_agent=AGENT, validators=None).revealed()


def test_what_a_request_wants_to_say_is_said_and_ours_besides() -> None:
    headers = sent(("Referer", "https://www.example/"), ("Authorization", Secret("Bearer s3cret")))
    assert headers == {
        "Referer": "https://www.example/",
        "Authorization": "Bearer s3cret",
        "User-Agent": AGENT,
        "Accept": "application/json, */*;q=0.1",
        "Accept-Encoding": "gzip, deflate",
        "Connection": "keep-alive",
    }


@pytest.mark.parametrize(
    "name",
    ["User-Agent", "user-agent", "HOST", "Cookie", "Accept-Encoding", "If-None-Match", "Transfer-Encoding"],
)
def test_no_source_can_pretend_to_be_somebody_else(name: str) -> None:
    assert sent((name, "Mozilla/5.0")) == sent()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-A", "商务部"),
        ("X-A", "a\r\nX-Evil: 1"),
        ("X-A", ""),
        ("X-A\n", "a"),
        ("X A", "a"),
        ("", "a"),
        ("公", "a"),
    ],
)
def test_what_cannot_be_sent_is_left_out_and_a_credential_that_cannot_be_is_refused(
    name: str, value: str
) -> None:
    assert sent((name, value)) == sent()
    with pytest.raises(Unsafe, match="a credential that cannot be sent") as caught:
        sent((name, Secret(value)))
    assert caught.value.what == "a credential that cannot be sent"


@pytest.mark.parametrize(
    ("first", "other", "goes"),
    [
        ("https://a.example/x", "https://a.example/y?z", True),
        ("https://a.example/x", "https://a.example:443/y", True),
        ("http://a.example/x", "https://a.example/x", True),
        ("http://a.example:8080/x", "https://a.example/x", False),
        ("http://a.example/x", "https://a.example:8443/x", False),
        ("https://a.example/x", "https://a.example:8443/x", False),
        ("https://a.example/x", "http://a.example/x", False),
        ("https://a.example/x", "https://b.example/x", False),
        ("https://a.example/x", "https://a.example.evil/x", False),
    ],
)
def test_a_secret_stays_with_the_party_it_was_meant_for(first: str, other: str, goes: bool) -> None:
    headers = (("X-Key", Secret("s3cret")), ("X-Plain", "p"))
    made = outgoing(Request(url=first, headers=headers), user_agent=AGENT, validators=None)
    there = made.passed_on(URL(first), URL(other))
    assert there.revealed().get("X-Key") == ("s3cret" if goes else None)
    assert there.revealed()["X-Plain"] == "p"
    assert there.passed_on(URL(first), URL(first)).revealed().get("X-Key") == ("s3cret" if goes else None)


def test_a_secret_is_not_shown() -> None:
    made = outgoing(
        Request(url=str(HERE), headers=(("X-Key", Secret("s3cret")),)), user_agent=AGENT, validators=None
    )
    assert "s3cret" not in repr(made)


@pytest.mark.parametrize("conditional", [True, False])
def test_a_request_is_conditional_only_where_something_to_compare_goes_with_it(conditional: bool) -> None:
    request = Request(url=str(HERE), accept=HTML, conditional=conditional)
    known = Validators(etag='W/"1"', last_modified="Mon, 23 Nov 2026 10:00:00 GMT")
    made = outgoing(request, user_agent=AGENT, validators=known)
    assert made.conditional == conditional
    assert made.plain.get("If-None-Match") == ('W/"1"' if conditional else None)
    assert made.plain.get("If-Modified-Since") == ("Mon, 23 Nov 2026 10:00:00 GMT" if conditional else None)
    assert not outgoing(request, user_agent=AGENT, validators=Validators(etag="é")).conditional


@given(st.lists(st.tuples(st.text(), st.text())))
def test_whatever_is_asked_for_every_header_can_be_sent(headers: list[tuple[str, str]]) -> None:
    for name, value in sent(*headers).items():
        assert name.isascii()
        assert value.isascii()
        assert value.isprintable()
        assert not set(name) & set(" :\r\n\t")
