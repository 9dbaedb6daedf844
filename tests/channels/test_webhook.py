"""A webhook gets each post signed, under one id for every attempt, at the published times; nothing leads it astray."""

import asyncio
import base64
import hashlib
import hmac
import json
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.channels.webhook import WAITS, Hook, Webhook, secret_of, signed
from bot.core.channel import Channel
from bot.core.delivery import CANNOT_LOOK, Outcome, Sent, Trouble
from bot.core.platform import Traits
from bot.core.posting import Posting
from bot.render.objects import posting_object
from tests.channels.conftest import NOON
from tests.fakes.fetching import loopback_names
from tests.fakes.http_site import Cut, HttpSite, http_site, redirect, reply
from tests.fakes.posts import FILED, post

SECRET = b"a made-up key of 32 bytes, truly"
HOSTS = frozenset({"127.0.0.1", "hook.test"})


def to(name: str = "desk", **changes: Any) -> Posting:
    return post(FILED, channel=Channel(address=f"webhook:{name}"), **changes)


@pytest.fixture
async def site() -> AsyncIterator[HttpSite]:
    async with http_site() as opened:
        yield opened


def webhook(url: str, **given: Any) -> Webhook:
    more: dict[str, Any] = {"allow_private_hosts": HOSTS, "lookup": loopback_names("hook.test")}
    return Webhook({"desk": Hook(url=url, secret=SECRET)}, user_agent="Tradewire/0", **more | given)


async def answered(site: HttpSite, answer: Any, posting: Posting | None = None, **given: Any) -> Sent:
    """Return what becomes of a post that the receiver answers so."""
    site.on("/in", answer)
    async with webhook(site.url("/in"), **given) as platform:
        return await platform.send(posting or to())


# -- what is sent


async def test_a_post_arrives_as_json_and_its_signature_holds(site: HttpSite) -> None:
    posting = to(id=7)
    assert await answered(site, reply(b"thanks"), posting) == Sent(
        outcome=Outcome.SENT, platform_ref="post-7"
    )
    (asked,) = site.asked
    assert (asked.method, asked.headers["content-type"]) == ("POST", "application/json")
    assert asked.headers["user-agent"] == "Tradewire/0"
    assert json.loads(asked.body) == {
        "type": "alert",
        "timestamp": "2023-10-17T20:15:42.000Z",
        "continues": None,
        "changes": None,
        "data": posting_object(posting),
    }
    key, stamp = asked.headers["webhook-id"], asked.headers["webhook-timestamp"]
    assert (key, stamp) == ("post-7", str(int(posting.at.timestamp())))
    made = hmac.new(SECRET, f"{key}.{stamp}.".encode() + asked.body, hashlib.sha256).digest()
    assert asked.headers["webhook-signature"] == f"v1,{base64.b64encode(made).decode()}"


async def test_a_signature_is_that_of_the_specification() -> None:
    # The example of the Standard Webhooks specification's reference libraries.
    secret = secret_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    at = NOON.fromtimestamp(1614265330, tz=NOON.tzinfo)
    headers = signed(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", at, b'{"test": 2432232314}')
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


async def test_every_attempt_bears_the_same_id_and_its_own_time(site: HttpSite) -> None:
    site.on("/in", reply(status=500), reply())
    async with webhook(site.url("/in")) as platform:
        await platform.send(to(id=7))
        await platform.send(to(id=7, attempt=2, at=NOON))
    one, two = site.asked
    assert (one.headers["webhook-id"], two.headers["webhook-id"]) == ("post-7", "post-7")
    assert two.headers["webhook-timestamp"] == str(int(NOON.timestamp()))
    assert one.headers["webhook-signature"] != two.headers["webhook-signature"]


async def test_what_continues_or_changes_a_post_names_it(site: HttpSite) -> None:
    await answered(site, reply(), to(thread="post-3"))
    await answered(site, reply(), to(target="post-4"))
    bodies = [json.loads(asked.body) for asked in site.asked]
    assert [(each["continues"], each["changes"]) for each in bodies] == [("post-3", None), (None, "post-4")]


async def test_twice_is_as_good_as_once_and_nothing_can_be_looked_for() -> None:
    platform = webhook("https://hook.test/")
    assert platform.traits == Traits(repeatable=True)
    assert await platform.look(to(), NOON) == CANNOT_LOOK


def documented() -> str:
    return (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text(encoding="utf-8")


async def test_what_the_document_says_of_verifying_holds(site: HttpSite) -> None:
    program: dict[str, Any] = {}
    exec(documented().partition("```python\n")[2].partition("```")[0], program)  # noqa: S102 -- our own document
    posting = to()
    await answered(site, reply(), posting)
    (asked,) = site.asked
    secret, now = "whsec_" + base64.b64encode(SECRET).decode(), posting.at.timestamp()
    verify = program["verify"]
    assert verify(secret, asked.headers, asked.body, now)
    assert not verify(secret, asked.headers, asked.body + b" ", now)
    assert not verify(secret, asked.headers, asked.body, now + 301)
    assert not verify("whsec_" + base64.b64encode(b"another").decode(), asked.headers, asked.body, now)


def test_what_the_document_says_of_the_attempts_holds() -> None:
    rows = re.findall(r"^\| \d \| (\d+) (seconds?|minutes|hours) \|$", documented(), re.MULTILINE)
    assert tuple(timedelta(**{unit: int(number)}) for number, unit in rows) == WAITS


# -- what comes back


async def test_after_a_failure_the_next_attempt_follows_at_its_published_time(site: HttpSite) -> None:
    waits = [
        (await answered(site, reply(status=500), to(attempt=attempt))).retry_after for attempt in range(1, 8)
    ]
    minute, hour = timedelta(minutes=1), timedelta(hours=1)
    assert waits == [minute / 12, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 10 * hour]
    assert tuple(waits) == WAITS


@pytest.mark.parametrize("attempt", [8, 9])
async def test_after_the_last_attempt_none_follows(site: HttpSite, attempt: int) -> None:
    sent = await answered(site, reply(status=500), to(attempt=attempt))
    assert sent == Sent(
        outcome=Outcome.GIVE_UP, detail="the receiver answered HTTP 500, at the last of 8 attempts"
    )


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
async def test_every_2xx_is_a_yes(site: HttpSite, status: int) -> None:
    assert (await answered(site, reply(status=status))).outcome is Outcome.SENT


@pytest.mark.parametrize("status", [300, 304, 400, 401, 404, 408, 409, 425, 429, 500, 502, 503])
async def test_every_other_answer_is_a_failure(site: HttpSite, status: int) -> None:
    sent = await answered(site, reply(b"" if status == 304 else b"<script>", status=status))
    assert sent == Sent(
        outcome=Outcome.TRY_AGAIN,
        detail=f"the receiver answered HTTP {status}",
        retry_after=timedelta(seconds=5),
    )


async def test_a_receiver_that_is_gone_ends_the_channel(site: HttpSite) -> None:
    sent = await answered(site, reply(status=410))
    assert (sent.outcome, sent.trouble) == (Outcome.GIVE_UP, Trouble.CHANNEL)


@pytest.mark.parametrize(("header", "seconds"), [("90", 90), ("1", 5), ("soon", 30)])
async def test_a_receiver_may_ask_for_more_time_and_not_for_less(
    site: HttpSite, header: str, seconds: int
) -> None:
    sent = await answered(site, reply(status=429, headers={"Retry-After": header}))
    assert sent.retry_after == timedelta(seconds=seconds)


async def test_a_redirect_is_not_followed(site: HttpSite) -> None:
    sent = await answered(site, redirect("/elsewhere", status=307))
    assert sent.detail == "the receiver answered HTTP 307"
    assert site.targets == ["/in"]


@pytest.mark.parametrize("answer", [Cut(b""), Cut(b"HTTP/1.1 2"), b"nonsense\r\n\r\n"])
async def test_a_line_that_breaks_is_a_failure(site: HttpSite, answer: Any) -> None:
    sent = await answered(site, answer)
    assert (sent.outcome, sent.retry_after) == (Outcome.TRY_AGAIN, timedelta(seconds=5))


async def test_a_body_that_never_ends_is_not_waited_for(site: HttpSite) -> None:
    assert (await answered(site, reply(b"x", length=10**9))).outcome is Outcome.SENT


async def test_a_receiver_that_does_not_answer_is_given_up_for_now(site: HttpSite) -> None:
    async def never(_: Any) -> None:
        await asyncio.Event().wait()

    sent = await answered(site, never, seconds=0.3)
    assert sent.detail == "no answer within 0.3 s"
    assert sent.outcome is Outcome.TRY_AGAIN


# -- where it may not go


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://127.0.0.1/x", "leads to a loopback address"),
        ("http://hook.test/x", "leads to a loopback address"),
        ("http://169.254.169.254/latest", "leads to a link-local address"),
        ("http://2130706433/", "is an IP address in disguise"),
        ("ftp://hook.test/x", "only http and https are read"),
        ("https://user:pass@hook.test/x", "carries a user name or password"),
    ],
)
async def test_a_private_address_is_not_dialled(url: str, why: str) -> None:
    async with webhook(url, allow_private_hosts=frozenset()) as platform:
        sent = await platform.send(to())
    assert sent.outcome is Outcome.TRY_AGAIN
    assert why in str(sent.detail)
    assert "pass" not in str(sent.detail).replace("password", "")


async def test_a_name_that_turns_to_a_private_address_is_found_out_when_it_is_dialled(site: HttpSite) -> None:
    url = f"http://hook.test:{site.port}/in?token=hunter2"
    site.on("/in", reply())
    async with webhook(url) as platform:
        assert (await platform.send(to())).outcome is Outcome.SENT
    async with webhook("http://hook.test/in?token=hunter2", allow_private_hosts=frozenset()) as platform:
        sent = await platform.send(to())
    assert sent.detail == "hook.test leads to a loopback address"


async def test_a_name_that_is_not_configured_waits_for_its_configuration() -> None:
    async with webhook("https://hook.test/") as platform:
        sent = await platform.send(to("other"))
    assert (sent.outcome, sent.detail) == (Outcome.TRY_AGAIN, "no webhook of this name is configured")


# -- secrets


def test_a_hook_shows_neither_its_key_nor_its_address() -> None:
    hook = Hook(url="https://hook.test/hunter2", secret=SECRET)
    assert "hunter2" not in repr(hook)
    assert "made-up" not in repr(hook) + repr(webhook(hook.url))


def test_a_key_is_read_from_its_secret() -> None:
    assert secret_of("whsec_" + base64.b64encode(SECRET).decode()) == SECRET


@pytest.mark.parametrize(
    "text", ["", "hunter2", "whsec_", "whsec_hunter2hunter2", "whsec_***", base64.b64encode(SECRET).decode()]
)
def test_what_is_no_secret_is_refused_and_not_quoted(text: str) -> None:
    with pytest.raises(ValueError, match="should be whsec_ and 24 to 64 bytes in base64") as caught:
        secret_of(text)
    assert "hunter2" not in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
