"""What the operator decides about channels: the platforms' credentials, who may change what, subscriptions made beforehand.

No value that could be a secret may be printed from here.
"""

import re
from collections.abc import Callable, Container, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from annotated_types import MinLen
from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, SecretStr, model_validator

from bot.config_sources import CLOSED
from bot.core.channel import ALL_TOPICS, CONSOLE, QUERY, Subscription, checked_address
from bot.core.match import Severity
from bot.core.timing import Timing, timing_of
from bot.errors import ConfigProblem
from watchers.item import Stage


def severity_of(value: object) -> Severity:
    """Return the severity that a word names. Raises ValueError with the words there are."""
    if isinstance(value, Severity):
        return value
    named = {one.word: one for one in Severity}
    if value not in named:
        raise ValueError(f"should be one of {', '.join(named)}")
    return named[str(value)]


def _timing(value: object) -> Timing:
    if isinstance(value, Timing):
        return value
    if not isinstance(value, str):
        raise ValueError('should be text, for example "instant" or "daily 08:30"')
    return timing_of(value)


def _api_base_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or parts.password:
        raise ValueError('should be a web address without a password, for example "https://slack.com/api/"')
    return value


def _user(value: str) -> str:
    if not re.fullmatch(r"slack:[UW][A-Z0-9]{2,20}|telegram:\d{1,20}", value):
        raise ValueError('should be "slack:USER-ID" or "telegram:USER-ID"')
    return value


def _shaped(begins: str, what: str) -> Callable[[SecretStr | None], SecretStr | None]:
    """Return what refuses a token of another kind: the two of Slack are easily taken for each other."""

    def check(token: SecretStr | None) -> SecretStr | None:
        value = token.get_secret_value() if token else begins
        if not value.startswith(begins):
            shown = f'starts with "{value[:5]}"' if re.match(r"x[a-z]{3}-", value) else "is something else"
            raise ValueError(f'{shown}, {what} starts with "{begins}"')
        return token

    return check


_WITH_GUIDE = frozenset({"slack", "telegram"})
"""The tables on which `tradewire help` says how their tokens are got."""


class SlackTable(BaseModel):
    """Slack. The bot token sends, the app token hears commands and buttons (Socket Mode)."""

    model_config = CLOSED
    bot_token: Annotated[SecretStr | None, AfterValidator(_shaped("xoxb-", "a bot token"))] = None
    bot_token_file: Path | None = None
    app_token: Annotated[SecretStr | None, AfterValidator(_shaped("xapp-", "an app token"))] = None
    app_token_file: Path | None = None
    command: Annotated[str, Field(pattern=r"^/[a-z0-9_-]{1,32}$")] = "/tradewire"
    api_base_url: Annotated[str, AfterValidator(_api_base_url)] = "https://slack.com/api/"


class TelegramTable(BaseModel):
    """Telegram. One token may be used by one running service only."""

    model_config = CLOSED
    bot_token: SecretStr | None = None
    bot_token_file: Path | None = None
    api_base_url: Annotated[str, AfterValidator(_api_base_url)] = "https://api.telegram.org/bot"


class WebhookTable(BaseModel):
    """A webhook: where posts go, and the secret that signs them."""

    model_config = CLOSED
    url: SecretStr
    secret: SecretStr | None = None
    secret_file: Path | None = None


class AccessTable(BaseModel):
    """Who may change what a channel gets, besides the admins of its workspace or chat."""

    model_config = CLOSED
    everyone: bool = False
    users: tuple[Annotated[str, AfterValidator(_user)], ...] = ()


class OpsTable(BaseModel):
    """Where it is told that a source cannot be read."""

    model_config = CLOSED
    channels: tuple[Annotated[str, AfterValidator(checked_address)], ...] = ("console",)


class SubscriptionTable(BaseModel):
    """A subscription made beforehand: topics, or words of its own."""

    model_config = CLOSED
    channel: Annotated[str, AfterValidator(checked_address)]
    topics: Annotated[tuple[str, ...], MinLen(1)] | None = None
    query: str | None = None
    severity: Annotated[Severity, BeforeValidator(severity_of)] = Severity.INFO
    stage: Stage = Stage.UNCONFIRMED
    when: Annotated[Timing, BeforeValidator(_timing)] = Timing()

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.topics is None) == (self.query is None):
            raise ValueError('wants either topics = ["…"] or query = "…"')
        return self

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Return what is asked for, one subscription for each topic."""
        named = self.topics or (f"{QUERY}{self.query}" if self.query else ALL_TOPICS,)
        return tuple(
            Subscription(
                what=what,
                min_severity=self.severity,
                min_stage=self.stage,
                timing=self.when,
                by="the configuration",
                configured=True,
            )
            for what in named
        )


Tables = Mapping[str, BaseModel]


def with_secrets(tables: Tables, base: Path, problems: list[ConfigProblem]) -> dict[str, BaseModel]:
    """Return the tables, by where they stand (`slack`, `webhooks.desk`), with the secrets that files hold read into them.

    A relative path starts at `base`. What is missing or cannot be read is added to `problems`.
    """
    return {place: _with_secrets(table, place, base, problems) for place, table in tables.items()}


def _with_secrets(table: BaseModel, place: str, base: Path, problems: list[ConfigProblem]) -> BaseModel:
    found: dict[str, SecretStr] = {}
    for setting in (name for name in type(table).model_fields if f"{name}_file" in type(table).model_fields):
        if getattr(table, setting) is not None:
            continue
        file: Path | None = getattr(table, f"{setting}_file")
        if file is None:
            variable = f"TRADEWIRE_{place.replace('.', '__').upper()}__{setting.upper()}"
            said = f"missing. Set {variable} or {setting}_file"
            help_ = f"tradewire help {place}, or " if place in _WITH_GUIDE else ""
            advice = f"{help_}remove [{place}] to do without it"
            problems.append(ConfigProblem(place=f"[{place}] {setting}", message=said, try_=advice))
            continue
        try:
            found[setting] = SecretStr((base / file.expanduser()).read_text(encoding="utf-8").strip())
        except (OSError, UnicodeDecodeError) as error:
            why = getattr(error, "strerror", None) or "it is not UTF-8 text"
            problems.append(
                ConfigProblem(place=f"[{place}] {setting}_file", message=f"cannot be read: {why}")
            )
    return table.model_copy(update=found)


def unreachable(
    subscriptions: Sequence[SubscriptionTable],
    ops: OpsTable,
    platforms: Container[str],
    hooks: Container[str],
) -> list[ConfigProblem]:
    """Return a problem for each channel that is named and that no configured platform leads to."""
    named = [
        (f"[[subscriptions]] number {number}", each.channel) for number, each in enumerate(subscriptions, 1)
    ]
    named += [("[ops] channels", address) for address in ops.channels]
    found: list[ConfigProblem] = []
    for place, address in named:
        platform, _, name = address.partition(":")
        if platform == "webhook":
            if name not in hooks:
                said = f"{address} is not there: write [webhooks.{name}]"
                found.append(ConfigProblem(place=place, message=said))
        elif platform not in platforms and platform != CONSOLE:
            found.append(
                ConfigProblem(place=place, message=f"{address} cannot be sent to without [{platform}]")
            )
    return found
