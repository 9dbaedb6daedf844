"""What reaches the desk from a platform, and who may change what a channel gets. Pure."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A line that somebody typed, or a button that somebody pressed, in one channel.

    `text` is what stands behind the platform's prefix, `data` the value of a pressed button; one of them is given.
    `channel` is the channel's address, `private` tells that nobody else reads it. `is_admin`: of the workspace or chat, None
    where the platform does not say. `reachable`: as far as is known, alerts can arrive there. `prefix` is how commands begin
    there: `/tradewire `, `/`. `opened_by` and `opened_at` are the user for whom, and when, the message with the pressed button
    was sent.
    """

    platform: str
    channel: str
    user: str
    user_name: str
    text: str = ""
    data: str | None = None
    title: str = ""
    is_admin: bool | None = None
    private: bool = False
    reachable: bool = True
    prefix: str = "/"
    opened_by: str | None = None
    opened_at: datetime | None = None

    @property
    def who(self) -> str:
        """Return the person as the allow-list and the ledger name them: `slack:U0123`."""
        return f"{self.platform}:{self.user}"

    @property
    def by(self) -> str:
        """Return the person's name as plain text that calls nobody."""
        return self.user_name.strip().lstrip("@").strip() or self.who


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Whom the operator lets change subscriptions besides admins: everyone, or `users` such as `slack:U0123`, `telegram:123`."""

    everyone: bool = False
    users: frozenset[str] = frozenset()

    def rules(self, asked: Asked) -> bool:
        """Tell whether this person is an admin of the place, or was named by the operator."""
        return asked.is_admin is True or asked.who in self.users

    def may_change(self, asked: Asked) -> bool:
        """Tell whether this person may change what this channel gets."""
        return asked.private or self.everyone or self.rules(asked)
