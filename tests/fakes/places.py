"""Where a service reads and posts: a Register, a Slack, a Telegram, a webhook's receiver, which may all misbehave.

They live in the test's own process and outlive every service: what stands in their logs arrived.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

from bot.demo.loopback import Answer, Between, Call, Loopback, Outcome, Work, send, straight
from bot.demo.register import Register
from bot.demo.slack_stand_in import SlackStandIn
from bot.demo.telegram_stand_in import TelegramStandIn
from tests.fakes import platform_faults as faults
from watchers.sources import federal_register

EVE = datetime(2026, 11, 16, 15, 0, tzinfo=UTC)
LOUD, QUIET = "dragonfruit", "kumquat"
LOUD_TOPIC = "dragonfruits"
TOPICS = """
[kumquats]
title = "Kumquats"
title_zh = "金橘"
severity = "notice"
any = ["kumquat"]

[kumquats.examples]
match = [{ title = "A kumquat" }]
ignore = [{ title = "A rule" }]

[dragonfruits]
title = "Dragonfruits"
title_zh = "火龙果"
severity = "urgent"
any = ["dragonfruit"]

[dragonfruits.examples]
match = [{ title = "A dragonfruit" }]
ignore = [{ title = "A rule" }]
"""

HOOK = "webhook:desk"
LOOKS = ("conversations.history", "conversations.replies")
_SECRET = "whsec_" + "c" * 40

SLACK_FAULTS = (
    *map(faults.ok_false, ("service_unavailable", "internal_error", "fatal_error", "ratelimited")),
    faults.rate_limited(2),
)
TELEGRAM_FAULTS = (
    faults.bot_api_error(500, "Internal Server Error"),
    faults.bot_api_error(409, "Conflict: terminated by other getUpdates request"),
    faults.rate_limited(2),
)
COMMON_FAULTS = (
    faults.rate_limited(1),
    faults.rate_limited(None),
    faults.server_error(),
    faults.server_error(content_type="text/plain", status=500),
    faults.server_error_after(),
    faults.drop_before(),
    faults.drop_after(),
)
ENDLESS_FAULTS = (faults.hang_before(), faults.hang_after(), faults.endless_body())


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One attempt at a webhook that was taken."""

    key: str
    body: bytes


@dataclass(kw_only=True)
class Receiver:
    """Takes webhooks and keeps them in the order in which they came."""

    between: Between = straight
    received: list[Received] = field(default_factory=list)

    def routes(self, router: web.UrlDispatcher) -> None:
        router.add_post("/hook", self._take)

    async def _take(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()

        async def work() -> Outcome:
            self.received.append(Received(key=request.headers["webhook-id"], body=body))
            return Answer()

        return await send(request, await self.between(Call(method="hook", parameters={}), work))


@dataclass(kw_only=True)
class Places:
    """Everything outside the service. `now` is the time that all of it believes it is.

    `on_call`, where it is set, is called at every call of a platform: before its work, and (True) after it.
    """

    register: Register
    slack: SlackStandIn
    telegram: TelegramStandIn
    receiver: Receiver
    clock: list[datetime]
    channels: dict[str, tuple[str, ...]] = field(default_factory=dict)
    on_call: Callable[[bool], None] | None = None
    hook_url: str = ""
    matching: set[str] = field(default_factory=set)
    loud: set[str] = field(default_factory=set)
    published: dict[str, dict[str, Any]] = field(default_factory=dict)
    filed: dict[str, dict[str, Any]] = field(default_factory=dict)
    _numbers: int = 0

    @property
    def now(self) -> datetime:
        return self.clock[0]

    @now.setter
    def now(self, at: datetime) -> None:
        self.clock[0] = self.register.now = at

    # -- what the service is told of them

    def tables(self) -> dict[str, Any]:
        """Return the tables of the configuration that lead to them, with who asked for what."""
        return {
            "console": {"enabled": False},
            "ops": {"channels": []},
            "fetch": {"allow_private_hosts": ["127.0.0.1"]},
            "slack": {"bot_token": "xoxb-1", "app_token": "xapp-1", "api_base_url": self.slack.api_base_url},
            "telegram": {"bot_token": "1:test", "api_base_url": self.telegram.api_base_url},
            "webhooks": {"desk": {"url": self.hook_url, "secret": _SECRET}},
            "subscriptions": [
                {"channel": address, "topics": list(topics)} for address, topics in self.channels.items()
            ],
        }

    # -- what happens in the world

    def appears(self, chance: random.Random) -> None:
        """Let something happen: a new document, a new filing, a filing that is published, or a document whose date moves."""
        known = [number for number in self.published if number in self.matching]
        waiting = [number for number in self.filed if number not in self.published]
        what = chance.random()
        if what < 0.2 and known:
            number = chance.choice(known[-5:])
            moved = timedelta(days=self._next())
            self._publish({**self.published[number], "effective_on": _day(self.now + moved)})
        elif what < 0.4 and waiting:
            number = waiting[0]
            self._publish(self._document(number, self.filed[number]["title"]))
        else:
            self.appears_newly(chance.choice((LOUD, QUIET, QUIET, "weather")), is_filed=chance.random() < 0.3)

    def say_everything_again(self) -> None:
        """Say all that was said, twice in one list where a list is all there is."""
        for record in list(self.published.values()):
            self._publish(dict(record))
        self.register.set_current([*self.filed.values(), *self.filed.values()])

    def appears_newly(self, word: str, *, is_filed: bool = False) -> str:
        """Let a new document, or a new filing, with this word in its title appear, and return its number."""
        count = self._next()
        number = f"2026-{count:05}"
        title = f"{word.capitalize()} schedule {count}"
        if word != "weather":
            self.matching.add(number)
        if word == LOUD:
            self.loud.add(number)
        if is_filed:
            self._file(number, title)
        else:
            self._publish(self._document(number, title))
        return number

    def not_for(self, number: str) -> None:
        """Expect no more that everybody hears of a document."""
        self.matching.discard(number)

    def _document(self, number: str, title: str) -> dict[str, Any]:
        blank = dict.fromkeys(federal_register.FIELDS)
        mine = {"document_number": number, "title": title, "type": "Rule", "agencies": []}
        return blank | mine | {"publication_date": _day(self.now - timedelta(days=1))}

    def _publish(self, record: dict[str, Any]) -> None:
        self.published[record["document_number"]] = record
        self.register.put_document(record)

    def _file(self, number: str, title: str) -> None:
        self.filed[number] = {
            "document_number": number,
            "title": title,
            "type": "Rule",
            "agencies": [],
            "docket_numbers": [],
            "filed_at": self.now.isoformat(),
            "publication_date": _day(self.now + timedelta(days=2)),
            "editorial_note": None,
        }
        self.register.set_current(self.filed.values())

    def _next(self) -> int:
        self._numbers += 1
        return self._numbers

    @property
    def group(self) -> int:
        """Return the Telegram group, which asked for what is urgent."""
        return next(int(each.partition(":")[2]) for each in self.channels if each.startswith("telegram:-"))

    # -- how they misbehave

    def count_calls(self, place: SlackStandIn | TelegramStandIn, fault: Between) -> list[str]:
        """Meet every call of a platform with this fault from now on; return where the calls' methods are kept."""
        calls: list[str] = []

        async def between(call: Call, work: Work) -> Outcome:
            calls.append(call.method)
            return await fault(call, work)

        place.between = between
        return calls

    def misbehave(self, chance: random.Random, *, share: float) -> None:
        """Let a share of all calls go wrong from now on; 0: none."""
        self.slack.between = self._watched(chance, share, (*COMMON_FAULTS, *SLACK_FAULTS))
        self.telegram.between = self._watched(chance, share, (*COMMON_FAULTS, *TELEGRAM_FAULTS))
        self.receiver.between = self._watched(chance, share, COMMON_FAULTS)

    def _watched(self, chance: random.Random, share: float, choices: tuple[Between, ...]) -> Between:
        methods = ("chat.postMessage", "chat.update", "sendMessage", "editMessageText", "hook", *LOOKS)
        seldom = faults.random_faults(chance, share / 10, methods=methods, faults=ENDLESS_FAULTS)
        often = faults.random_faults(chance, share, methods=methods, faults=choices)

        async def between(call: Call, work: Work) -> Outcome:
            async def worked() -> Outcome:
                outcome = await work()
                self._call(after=True)
                return outcome

            self._call(after=False)
            return await often(call, lambda: seldom(call, worked))

        return between

    def _call(self, *, after: bool) -> None:
        if self.on_call is not None:
            self.on_call(after)


def _day(at: datetime) -> str:
    return at.date().isoformat()


@asynccontextmanager
async def open_places() -> AsyncIterator[Places]:
    """Open all of it, with five channels that asked for different things."""
    clock = [EVE]
    receiver = Receiver()
    async with (
        Register(now=EVE) as register,
        SlackStandIn(now=lambda: clock[0], bot_token="xoxb-1", app_token="xapp-1") as slack,
        TelegramStandIn(now=lambda: clock[0], bot_token="1:test") as telegram,
        Loopback(receiver.routes, 0) as server,
    ):
        register.set_current(())
        places = Places(register=register, slack=slack, telegram=telegram, receiver=receiver, clock=clock)
        places.hook_url = f"http://127.0.0.1:{server.port}/hook"
        everything, loud = ("kumquats", LOUD_TOPIC), (LOUD_TOPIC,)
        places.channels = {
            f"slack:{slack.workspace.add_channel('trade')}": everything,
            f"slack:{slack.workspace.add_channel('urgent')}": loud,
            f"telegram:{telegram.chats.add_user('Mei')}": everything,
            f"telegram:{telegram.chats.add_supergroup('Desk')}": loud,
            HOOK: everything,
        }
        places.misbehave(random.Random(0), share=0)
        yield places
        await asyncio.sleep(0)
