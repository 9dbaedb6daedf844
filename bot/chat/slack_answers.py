"""How the desk's answers go back to Slack: to whoever asked alone, to the channel, or in the place of what was pressed.

It makes the calls that it is given and knows no client. Each interaction may be answered five times within half an hour at its
own address, which also reaches channels that the bot is no member of; after that the Web API is left.
Source: docs.slack.dev (handling user interaction: message responses; chat.postEphemeral), seen 2026-11-29.
"""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from bot.chat.answer import Answer
from bot.chat.kept import Kept
from bot.chat.markup_slack import Block, blocks_of, written
from bot.chat.slack_asked import Interaction
from bot.clock import Clock

log = logging.getLogger("tradewire.chat.slack")

RESPONSES = 5
RESPONSE_WITHIN = timedelta(minutes=29)
"""Half an hour, but for what the network takes."""

_PASSING_RESPONSES = 3  # so that one is left for what stays, and one in reserve

NOT_FOUND = "channel_not_found"
"""What Slack says of a channel that the bot does not see: a private one, or others' direct messages, without it."""

_PERSON_KEPT = timedelta(minutes=5)
_TITLE_KEPT = timedelta(hours=1)
_MOST_KEPT = 2_000


class Calls(Protocol):
    """The Web API and response URLs. What they refuse is in the log already."""

    async def read(self, method: str, **arguments: str) -> Mapping[str, Any] | None:
        """Call a method that only tells something; None where it does not, only the `error` NOT_FOUND where there is nothing."""

    async def write(self, method: str, **arguments: Any) -> bool:
        """Call a method that does something; tell whether it may have done it."""

    async def respond(self, address: str, content: Mapping[str, Any]) -> bool:
        """Answer at a response URL; tell whether that may have been done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A member of the workspace. `is_admin`: of the workspace, None where Slack did not say."""

    name: str
    is_admin: bool | None = None


class Directory:
    """Who people are and what channels are called, asked once in a while."""

    def __init__(self, calls: Calls, clock: Clock) -> None:
        self._calls, self._clock = calls, clock
        self._people: Kept[Person] = Kept(span=_PERSON_KEPT, most=_MOST_KEPT)
        self._titles: Kept[str] = Kept(span=_TITLE_KEPT, most=_MOST_KEPT)
        self._reached: Kept[bool] = Kept(span=_TITLE_KEPT, most=_MOST_KEPT)

    async def person(self, interaction: Interaction) -> Person:
        """Return who asked; by the name that came along, and admin or not unknown, where Slack does not say more."""
        known = self._people.get(interaction.user, self._clock.now())
        if known is not None:
            return known
        told = await self._calls.read("users.info", user=interaction.user)
        person = _person(told, interaction.user_name)
        if person is None:
            return Person(name=interaction.user_name)
        self._people.put(interaction.user, person, self._clock.now())
        return person

    async def reaches(self, interaction: Interaction) -> bool:
        """Tell whether alerts can arrive in the channel: commands are heard also where the bot sees nothing else."""
        now = self._clock.now()
        if self._reached.get(interaction.channel, now):
            return True
        told = await self._calls.read("conversations.info", channel=interaction.channel)
        if told is not None and told.get("error") == NOT_FOUND:
            return False
        self._reached.put(interaction.channel, True, now)
        return True

    async def title(self, interaction: Interaction) -> str:
        """Return what people call the channel, empty where nobody says."""
        if interaction.channel_name:
            return f"#{interaction.channel_name}"
        known = self._titles.get(interaction.channel, self._clock.now())
        if known is None:
            told = await self._calls.read("conversations.info", channel=interaction.channel)
            found = told.get("channel") if told else None
            name = found.get("name") if isinstance(found, Mapping) else None
            known = f"#{name}" if isinstance(name, str) and name else ""
            self._titles.put(interaction.channel, known, self._clock.now())
        return known


def _person(told: Mapping[str, Any] | None, name: str) -> Person | None:
    user = told.get("user") if told else None
    if not isinstance(user, Mapping):
        return None
    profile = user.get("profile")
    shown = profile.get("display_name") if isinstance(profile, Mapping) else None
    # A guest from another organisation may be an admin there, which is nothing here.
    rules = user.get("is_admin") is True or user.get("is_owner") is True
    return Person(
        name=str(shown or name or user.get("name") or ""),
        is_admin=rules and user.get("is_stranger") is not True,
    )


class Reply:
    """The way back to one interaction: what is said first, and what that becomes later."""

    def __init__(self, calls: Calls, interaction: Interaction, clock: Clock) -> None:
        self._calls, self._to, self._clock = calls, interaction, clock
        self._came = clock.now()
        self._used = 0
        self._public = False
        self._in_place = interaction.data is None  # may what was said be said anew in its place?
        self._said = asyncio.Event()

    async def say(self, answer: Answer | None) -> None:
        """Give the answer; None: stay silent."""
        try:
            if answer is not None and answer.text:
                await self._give(answer)
        finally:
            self._said.set()

    async def update(self, answer: Answer) -> None:
        """Put a later text in the place of the answer, once that was given. One that passes may be left out."""
        await self._said.wait()
        if answer.passing and (self._used >= _PASSING_RESPONSES or not self._in_place):
            return
        await self._put(answer, public=self._public, replace=self._in_place)

    async def _give(self, answer: Answer) -> None:
        pressed = self._to.data is not None
        # What only one person sees cannot become what all see: that is posted anew.
        replace = (
            pressed and answer.replaces and bool(answer.lines) and not (answer.public and self._to.fleeting)
        )
        self._public = answer.public and bool(answer.lines)
        self._in_place = self._in_place or replace
        await self._put(answer, public=self._public, replace=replace)

    async def _put(self, answer: Answer, *, public: bool, replace: bool) -> None:
        message = written(answer)
        content: dict[str, Any] = {
            "text": message.text,
            "blocks": list(message.blocks),
            "replace_original": replace,
            "response_type": "in_channel" if public else "ephemeral",
        }
        if self._to.thread and not replace:
            content["thread_ts"] = self._to.thread
        if self._may_respond() and self._to.respond_at:
            self._used += 1
            if await self._calls.respond(self._to.respond_at, content):
                return
        await self._post(message.text, message.blocks, public=public)

    def _may_respond(self) -> bool:
        return self._used < RESPONSES and self._clock.now() - self._came < RESPONSE_WITHIN

    async def _post(self, text: str, blocks: tuple[Block, ...], *, public: bool) -> None:
        place: dict[str, Any] = {"channel": self._to.channel, "text": text, "blocks": list(blocks)}
        if self._to.thread:
            place["thread_ts"] = self._to.thread
        if public:
            await self._calls.write(
                "chat.postMessage", **place, unfurl_links=False, unfurl_media=False, parse="none"
            )
        else:
            await self._calls.write("chat.postEphemeral", **place, user=self._to.user, parse="none")


def home_of(answers: tuple[Answer, ...]) -> Mapping[str, Any]:
    """Return the Home tab that shows these answers one after the other, without their buttons."""
    blocks: list[Block] = []
    for answer in answers:
        blocks += [{"type": "divider"}] if blocks else []
        blocks += blocks_of(Answer(lines=answer.lines))
    return {"type": "home", "blocks": blocks}
