"""Fetchers for tests: the real one, in a hurry, allowed on the loopback, with names that need no resolver."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from socket import EAI_NONAME, gaierror
from typing import Any

from tests.fakes.tls_certificates import client_tls
from tests.fakes.virtual_time import VirtualTime
from watchers.fetch import Fetcher, FetchRules

AGENT = "Tradewire/0 (+https://tradewire.example; ops@tradewire.example)"


class Names:
    """A resolver of made-up names. Each look-up takes the next answer of its name; the last one stays."""

    def __init__(self, names: Mapping[str, Sequence[Sequence[str]]]) -> None:
        self._names = {name: list(answers) for name, answers in names.items()}
        self.asked: list[str] = []

    async def __call__(self, host: str, _port: int) -> Sequence[str]:
        """Return the next answer for `host`; raises gaierror for an unknown one, like the real thing."""
        self.asked.append(host)
        answers = self._names.get(host)
        if not answers:
            raise gaierror(EAI_NONAME, "Name or service not known")
        return answers.pop(0) if len(answers) > 1 else answers[0]


def loopback_names(*hosts: str) -> Names:
    """Return a resolver that knows these hosts, all on 127.0.0.1."""
    return Names({host: [["127.0.0.1"]] for host in hosts})


def quick_fetcher(*, time: VirtualTime | None = None, **given: Any) -> Fetcher:
    """Return a Fetcher that pauses for nothing and tries once, unless told otherwise.

    `lookup` and `tls` go to the Fetcher, everything else to its rules.
    """
    seams: dict[str, Any] = {name: given.pop(name) for name in ("lookup", "tls") if name in given}
    if time is not None:
        seams |= {"sleep": time.sleep, "monotonic": time.monotonic}
    rules: dict[str, Any] = {
        "user_agent": AGENT,
        "deadline": timedelta(seconds=5),
        "seconds_between_requests": 0.0,
        "attempts": 1,
        "retry_wait": timedelta(milliseconds=1),
        "allow_private_hosts": frozenset({"127.0.0.1"}),
    }
    return Fetcher(
        FetchRules(**rules | given), now=(time or VirtualTime()).now, **{"tls": client_tls(), **seams}
    )
