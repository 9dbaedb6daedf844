"""The keyboard of topics at work: who may press, what a press changes, and the undo of all of it."""

from collections.abc import Sequence
from dataclasses import replace

from bot.chat import picker
from bot.chat.answer import Answer
from bot.chat.asked import Access
from bot.chat.desk_changes import Changes
from bot.chat.here import Changed, Here
from bot.chat.looking import estimate
from bot.chat.picker import Press
from bot.core.channel import Channel, Subscription
from bot.core.timing import Mode
from bot.core.topic_value import Topic
from bot.store.writer import Store

_MOST_OPEN = 1_000


class PickerDesk:
    """Opens keyboards and carries out what is pressed on them. Remembers only how each channel was when one was opened."""

    def __init__(self, *, store: Store, topics: Sequence[Topic], changes: Changes, access: Access) -> None:
        self._store = store
        self.topics = topics
        self._changes = changes
        self._access = access
        self._before: dict[str, Channel] = {}

    def open(self, here: Here) -> Answer:
        """Return a new keyboard."""
        while len(self._before) >= _MOST_OPEN:
            self._before.pop(next(iter(self._before)))
        self._before[here.channel.address] = here.channel
        mode = picker.mode_of(here.channel)
        return replace(picker.keyboard(here.voice, here.channel, self.topics, 0, mode), replaces=False)

    async def press(self, press: Press, here: Here) -> Answer:
        """Carry a press out, for whoever opened the keyboard or an admin; the caller has made sure that they may change."""
        asked = here.asked
        if asked.opened_at is not None and here.now - asked.opened_at > picker.OPEN_FOR:
            return picker.closed(here.voice)
        if asked.opened_by not in (None, asked.user) and not self._access.rules(asked):
            return Answer(toast=here.voice.text("pick_not_yours"))
        if press.index is not None:
            return await self._toggle(press, here)
        if press.what == picker.ALL:
            return await self._all(press, here)
        if press.what == picker.WHEN:
            mode = picker.next_mode(press.mode)
            done = await self._changes.make(here, lambda channel: picker.at_mode(channel, mode))
            return self._shown(replace(press, mode=mode), here, done.after)
        if press.what == picker.DONE:
            return await self._done(here)
        return self._shown(press, here, here.channel)

    def _keys(self) -> list[str]:
        return [topic.key for topic in self.topics]

    def _shown(self, press: Press, here: Here, channel: Channel, toast: str = "") -> Answer:
        keyboard = picker.keyboard(here.voice_of(channel), channel, self.topics, press.page, press.mode)
        return replace(keyboard, toast=toast)

    async def _toggle(self, press: Press, here: Here) -> Answer:
        voice = here.voice
        if press.index is None or press.index >= len(self.topics):
            return picker.closed(voice)
        topic = self.topics[press.index]
        title = topic.title_zh if voice.language == "zh" else topic.title
        if any(each.covers(topic.key) and each.configured for each in here.channel.subscriptions):
            return Answer(toast=voice.text("pick_configured", topic=title))
        new = self._new(topic.key, press.mode, here)
        done = await self._changes.make(
            here, lambda channel: picker.toggled(channel, topic.key, new, self._keys())
        )
        on = topic.key in picker.switched_on(done.after, [topic.key])
        toast = voice.text("pick_on" if on else "pick_off", topic=title)
        return self._shown(press, here, done.after, toast)

    def _new(self, key: str, mode: Mode, here: Here) -> Subscription:
        timing = picker.timing_for(here.channel, mode)
        return Subscription(what=key, timing=timing, by=here.asked.by, since=here.now)

    async def _all(self, press: Press, here: Here) -> Answer:
        on = picker.switched_on(here.channel, self._keys())
        new = [self._new(key, press.mode, here) for key in self._keys() if key not in on]
        if not new:
            done = await self._changes.make(here, lambda channel: picker.emptied(channel, self._keys()))
            return self._shown(press, here, done.after)
        volume = await estimate(self._store, new, now=here.now)
        if volume.is_flood:
            count = here.voice.count("alert", round(volume.per_day))
            command = here.voice.command("subscribe all anyway")
            return Answer(toast=here.voice.text("pick_flood", count=count, command=command))

        def every(channel: Channel) -> Channel:
            have = {each.what for each in channel.subscriptions}
            more = tuple(each for each in new if each.what not in have)
            return replace(channel, subscriptions=(*channel.subscriptions, *more))

        done = await self._changes.make(here, every)
        return self._shown(press, here, done.after)

    async def _done(self, here: Here) -> Answer:
        channel = here.channel
        volume = await estimate(self._store, channel.subscriptions, now=here.now)
        before = self._before.pop(channel.address, channel)
        undo = self._changes.undo_button(here, Changed(before=before, after=channel))
        a_month = round(volume.acts * 30 / max(30.0, volume.days))
        return picker.done(here.voice, channel, a_month, undo)
