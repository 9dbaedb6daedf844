"""The desk: whatever is typed or pressed in a channel comes here, and the answer goes back, the same on every platform.

It decides who may, how much, and what is said; it sends nothing itself and knows no platform's SDK.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.chat import answers
from bot.chat.answer import Answer, Button, Line, pages
from bot.chat.asked import Access, Asked
from bot.chat.check_runs import Checker, CheckRuns, OnUpdate
from bot.chat.commands import CHANGES, Check, Command, Misread, Problem, Topics
from bot.chat.desk_changes import Changes
from bot.chat.desk_picker import PickerDesk
from bot.chat.desk_reading import Reading
from bot.chat.here import Here, here_for
from bot.chat.limits import Limits, Turn
from bot.chat.picker import Press, press_of
from bot.chat.reading import parse
from bot.chat.remembered import Remembered
from bot.chat.voice import COMMAND_DATA
from bot.clock import Clock
from bot.core import actions
from bot.core.actions import Wish
from bot.core.channel import chat_of
from bot.core.topic_value import Topic
from bot.core.watch_list import NOBODY, WatchList
from bot.errors import StoreError
from bot.store.writer import Store

log = logging.getLogger("tradewire.chat")

_UNDO, _MORE = "undo:", "more:"
_HAS_KEYBOARDS = frozenset({"telegram"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Long:
    """The pages of an answer that did not fit."""

    pages: tuple[tuple[Line, ...], ...]
    public: bool


class Desk:
    """Answers people. Give every question of every listener to one desk: it counts them, and shares checks between them."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        topics: Sequence[Topic],
        watch_list: WatchList = NOBODY,
        access: Access,
        checker: Checker,
        sources: Mapping[str, str],
    ) -> None:
        self._store = store
        self._clock = clock
        self._access = access
        self._limits = Limits()
        self._long: Remembered[_Long] = Remembered()
        self._changes = Changes(store=store, topics=topics)
        self._reading = Reading(store=store, topics=topics, watch_list=watch_list, sources=sources)
        self._picker = PickerDesk(store=store, topics=topics, changes=self._changes, access=access)
        self._checks = CheckRuns(checker=checker, sources=sources, clock=clock)

    async def answer(self, asked: Asked, on_update: OnUpdate | None = None) -> Answer | None:
        """Return what is answered; None for silence. `on_update` is given what the answer becomes later: only a check's does.

        Raises ValueError for a channel whose address is none.
        """
        now = self._clock.now()
        asked = replace(asked, text=_one_line(asked.text), title=_one_line(asked.title))
        picks = asked.data is not None and press_of(asked.data) is not None
        rules = self._access.rules(asked)
        turn = self._limits.turn(
            user=asked.who, chat=chat_of(asked.channel), now=now, picks=picks, rules=rules
        )
        if turn is not Turn.OK and not self._limits.may_refuse(
            asked.who, f"limit {chat_of(asked.channel)}", now
        ):
            return None
        try:
            here = await here_for(self._store, asked, now)
            if turn is not Turn.OK:
                return answers.too_many(here.voice, chat=turn is Turn.CHAT)
            answer = await (
                self._typed(here, on_update) if asked.data is None else self._pressed(here, on_update)
            )
        except StoreError:
            log.exception("a question in %s could not be answered", asked.channel)
            return answers.went_wrong(now)
        return answer if answer is None else self._in_pages(answer, here)

    def use(self, topics: Sequence[Topic], watch_list: WatchList) -> None:
        """Go on with other topics: they were read again."""
        for part in (self._changes, self._reading, self._picker):
            part.topics = topics
        self._reading.watch_list = watch_list

    async def close(self) -> None:
        """Stop what is under way."""
        await self._checks.close()

    async def finish(self) -> None:
        """Wait for the check under way, if any, and until everybody was told."""
        await self._checks.finish()

    async def _typed(self, here: Here, on_update: OnUpdate | None) -> Answer | None:
        read = parse(here.asked.text)
        if self._opens_keyboard(read, here):
            return self._picker.open(here)
        if isinstance(read, Misread):
            return answers.misread(here.voice, read)
        return await self._carry_out(read, here, on_update)

    def _opens_keyboard(self, read: Command | Misread, here: Here) -> bool:
        """Tell whether topics are picked on a keyboard: where there is one, and the person may."""
        if here.asked.platform not in _HAS_KEYBOARDS or not self._access.may_change(here.asked):
            return False
        if isinstance(read, Misread):
            return read.problem is Problem.NOTHING_NAMED and read.word == "subscribe"
        return isinstance(read, Topics) and not read.word

    async def _carry_out(self, command: Command, here: Here, on_update: OnUpdate | None) -> Answer | None:
        if isinstance(command, CHANGES):
            if not self._access.may_change(here.asked):
                return self._refused(here)
            return await self._changes.carry_out(command, here)
        if isinstance(command, Check):
            return self._checks.ask(command.words, here, on_update)
        return await self._reading.answer(command, here)

    def _refused(self, here: Here) -> Answer | None:
        """Refuse aloud once in ten minutes, then in silence."""
        asked = here.asked
        if not self._limits.may_refuse(asked.who, f"change {asked.channel}", here.now):
            return None
        return answers.refused(here.voice, knows=asked.is_admin is not None, pressed=asked.data is not None)

    async def _pressed(self, here: Here, on_update: OnUpdate | None) -> Answer | None:
        """Carry out a pressed button, by what its value begins with."""
        data = here.asked.data or ""
        if data.startswith(COMMAND_DATA):
            typed = replace(here, asked=replace(here.asked, text=_one_line(data.removeprefix(COMMAND_DATA))))
            return await self._typed(typed, on_update)
        if data.startswith(_MORE):
            return self._more(data.removeprefix(_MORE), here)
        action, press = actions.asked_of(data), press_of(data)
        if action is not None:
            return await self._alert_button(action, here)
        if press is None and not data.startswith(_UNDO):
            return answers.unpressable(here.voice)
        if not self._access.may_change(here.asked):
            return self._refused(here)
        return await self._changing_button(press, here)

    async def _changing_button(self, press: Press | None, here: Here) -> Answer:
        if press is not None:
            return await self._picker.press(press, here)
        return await self._changes.undo((here.asked.data or "").removeprefix(_UNDO), here)

    async def _alert_button(self, action: actions.Asked, here: Here) -> Answer | None:
        """Carry out a button under an alert. What it thinks of a story anybody may say; the rest is a change."""
        wish, story = action.wish, action.story
        if wish is Wish.WHY:
            return await self._reading.why(story, here)
        if wish in (Wish.RELEVANT, Wish.NOT_RELEVANT):
            return await self._changes.label(story, here, relevant=wish is Wish.RELEVANT)
        if not self._access.may_change(here.asked):
            return self._refused(here)
        if wish is Wish.FOLLOW:
            return await self._changes.follow(story, here)
        return await self._changes.mute_a_day(story, here)

    # -- long answers

    def _in_pages(self, answer: Answer, here: Here) -> Answer:
        """Return the answer, or its first page with a button for the next."""
        parts = pages(answer.lines, here.asked.platform)
        if len(parts) < 2:
            return answer
        token = self._long.put(_Long(pages=parts, public=answer.public), here.now)
        return replace(self._page(here, parts, 0), buttons=answer.buttons, public=answer.public).with_buttons(
            self._next_button(here, token, parts, 0)
        )

    def _more(self, name: str, here: Here) -> Answer:
        token, _, number = name.partition(":")
        kept = self._long.get(token, here.now)
        if kept is None or not number.isdecimal() or not 0 < int(number[:4]) < len(kept.pages):
            return answers.unpressable(here.voice)
        at = int(number[:4])
        page = replace(self._page(here, kept.pages, at), public=kept.public)
        return page.with_buttons(self._next_button(here, token, kept.pages, at))

    def _page(self, here: Here, parts: tuple[tuple[Line, ...], ...], at: int) -> Answer:
        title = here.voice.say("page_of", page=at + 1, pages=len(parts))
        return Answer(lines=(*parts[at], title))

    def _next_button(
        self, here: Here, token: str, parts: tuple[tuple[Line, ...], ...], at: int
    ) -> Button | None:
        if at + 1 >= len(parts):
            return None
        return Button(label=here.voice.text("button_more"), data=f"{_MORE}{token}:{at + 1}")


def _one_line(text: str) -> str:
    """Return `text` on one line and without half characters, which no database takes."""
    return " ".join(text.encode("utf-8", "replace").decode("utf-8").splitlines())
