"""Why a source could not be read, as classes by what the caller can do about it.

SourceError
├── TryLater        the next poll may do better
│   ├── Unreachable     no connection: name, network, TLS
│   ├── TimedOut        the total deadline passed
│   ├── Truncated       the body ended early
│   ├── ServerFault     5xx
│   ├── HostResting     too many failures in a row at this host: nobody asks it for a while
│   └── RateLimited     429, or 503 that says when to come back
├── BudgetSpent     the operator's own limit on paid reads is reached, or the platform's
├── Blocked         the host refuses us or serves a check page: back off for long, show it, never dodge it
│   └── RobotsRefused   its robots.txt asks us not to read this page
├── Moved           the page is gone or leads elsewhere: the operator must look
├── Unsafe          a private address, a foreign scheme, a redirect that may not be followed
├── TooLarge        over the cap, on the wire or unpacked
└── NotSane         read, but not what this source always is: wrong shape, incomplete, refused question
    ├── Empty           a listing that always has items has none
    ├── Redesigned      the page is there and what is looked for on it is not
    ├── WrongCharset    text that was decoded as something it is not
    └── ReaderFailed    our reader tripped over the page: a defect, ours to mend
"""

from datetime import timedelta
from typing import ClassVar


class SourceError(Exception):
    """A source could not be read. `what` says why in one line without secrets; `url` is the page concerned."""

    kind: ClassVar[str] = "failed"
    advice: ClassVar[str] = "look at the page by hand"

    def __init__(self, what: str, *, url: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.url = url


class TryLater(SourceError):
    """The next poll may do better."""

    kind = "failing"
    advice = "nothing to do: it is tried again by itself"


class Unreachable(TryLater):
    """No connection could be made."""

    kind = "unreachable"
    advice = "check this machine's network and name resolution"


class TimedOut(TryLater):
    """The whole exchange took longer than its deadline."""

    kind = "slow"


class Truncated(TryLater):
    """The body ended before its end."""

    kind = "truncated"


class ServerFault(TryLater):
    """The host answered 5xx."""

    kind = "server fault"


class HostResting(TryLater):
    """Too many reads in a row failed at this host, whoever asked: it is left alone for `retry_after`."""

    kind = "resting"

    def __init__(self, what: str, *, url: str = "", retry_after: timedelta) -> None:
        super().__init__(what, url=url)
        self.retry_after = retry_after


class RateLimited(TryLater):
    """The host asks us to come back later. `retry_after` is None where it does not say when."""

    kind = "rate limited"

    def __init__(self, what: str, *, url: str = "", retry_after: timedelta | None = None) -> None:
        super().__init__(what, url=url)
        self.retry_after = retry_after


class BudgetSpent(SourceError):
    """Reads that cost money have reached a limit; `retry_after` is how long until it is counted anew, None if unknown."""

    kind = "budget spent"
    advice = "wait for the next period, or raise the limit for this source"

    def __init__(self, what: str, *, url: str = "", retry_after: timedelta | None = None) -> None:
        super().__init__(what, url=url)
        self.retry_after = retry_after


class Blocked(SourceError):
    """The host refuses us, or serves a check page where content is due."""

    kind = "blocked"
    advice = "open the page in a browser; do not try to get round the check"


class RobotsRefused(Blocked):
    """The host's robots.txt asks us not to read this page. It is a wish that we obey."""

    kind = "disallowed"
    advice = "ask the site for permission, or read another page that carries the same"


class Moved(SourceError):
    """The page is not where it was."""

    kind = "moved"
    advice = "look for the page's new address and set it for this source: base_url, or url where it is one of your own"


class Unsafe(SourceError):
    """The address may not be read: private, foreign scheme, or a redirect that leads to one."""

    kind = "unsafe address"
    advice = "if this address is really meant, add its host to fetch.allow_private_hosts"


class TooLarge(SourceError):
    """The answer is over the size cap, on the wire or unpacked."""

    kind = "too large"


class NotSane(SourceError):
    """The answer is not what this source always is."""

    kind = "not sane"
    advice = "the source may have changed its format"


class Empty(NotSane):
    """A listing that always has items has none. No news looks different: the old items would still be there."""

    kind = "empty"
    advice = "open the page: if it shows items, this source's settings must be mended"


class Redesigned(NotSane):
    """The page is there, and what is looked for on it is not."""

    kind = "redesigned"
    advice = "the site was rebuilt: compare with `tradewire sources probe`, then mend this source's selectors"


class WrongCharset(NotSane):
    """The text was decoded as something that it is not, so no word of it can match."""

    kind = "wrong charset"
    advice = "this is a defect of the page or of Tradewire: report it with a recorded page"


class ReaderFailed(NotSane):
    """Our reader tripped over a page that it should have read or refused. Its cause is chained."""

    kind = "reader failed"
    advice = "this is a defect of Tradewire: report it with the log"
