"""A social platform that a source asks: answers come from a function, without a network, and every question is kept."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from watchers.errors import SourceError
from watchers.item import Item
from watchers.source import AnySource, Page, Plan, Problem, Request, Validators
from watchers.watch import watch

NOON = datetime(2025, 10, 9, 12, 0, tzinfo=UTC)


def asked_of(request: Request) -> dict[str, str]:
    """Return the parameters of a question, the last of each name."""
    return {name: values[-1] for name, values in parse_qs(urlsplit(request.url).query).items()}


def page(
    body: bytes | str, *, url: str = "https://platform.example/", role: str = "list", type_: str = ""
) -> Page:
    """Return an answer as it came back."""
    return Page(
        request=Request(url=url, role=role),
        url=url,
        status=200,
        headers={"content-type": type_ or "application/json"},
        body=body.encode() if isinstance(body, str) else body,
        fetched_at=NOON,
    )


@dataclass
class Platform:
    """Answers as `answer` says (a body, or an error to raise); `asked` are the questions so far."""

    answer: Callable[[Request], bytes | SourceError]
    content_type: str = "application/json"
    asked: list[Request] = field(default_factory=list)

    async def fetch(self, request: Request, *, max_bytes: int, validators: Validators | None = None) -> Page:
        """Return the page that was asked for."""
        self.asked.append(request)
        body = self.answer(request)
        if isinstance(body, SourceError):
            raise body
        return Page(
            request=request,
            url=request.url,
            status=200,
            headers={"content-type": self.content_type},
            body=body,
            fetched_at=NOON,
        )


@dataclass
class Account:
    """A source as it is polled again and again: what it found so far, and what it remembers."""

    source: AnySource
    options: Any
    platform: Platform
    memory: dict[str, str] = field(default_factory=dict)
    complete_at: datetime | None = None
    items: list[Item] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def found(self) -> Mapping[str, Item]:
        """Return the newest version of each item by key."""
        return {item.key: item for item in self.items}

    async def poll(self, now: datetime = NOON) -> list[Request]:
        """Poll once at `now`, and return what was asked. Memory is kept page by page, as the service keeps it."""
        before = len(self.platform.asked)
        plan: Plan[Any] = Plan(
            now=now, complete_at=self.complete_at, options=self.options, memory=dict(self.memory)
        )
        async for reading in watch(self.source, plan, self.platform, {}):
            self.items += reading.found.items
            self.problems += reading.found.problems
            self.memory |= reading.found.memory
        self.complete_at = now
        return self.platform.asked[before:]
