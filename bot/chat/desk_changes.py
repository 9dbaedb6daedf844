"""The desk's changes: subscribe, unsubscribe, mute, follow, set, and undo. Each is one transaction, sealed with who made it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.chat import answers, answers_changes, changes, subscribing
from bot.chat.answer import Answer, Button
from bot.chat.changes import Configured, NotSubscribed
from bot.chat.commands import Follow, Mute, Set, Subscribe, Unmute, Unsubscribe
from bot.chat.here import Changed, Here, change
from bot.chat.option_words import option_like
from bot.chat.remembered import Remembered
from bot.chat.subscribing import Done, Flood, Unconfirmed
from bot.chat.topic_choice import Ambiguous, Unknown
from bot.core.channel import Channel
from bot.core.topic_value import Topic
from bot.store.channel_lookups import save_label, story_title
from bot.store.channels import load_channel, save_channel
from bot.store.writer import Connection, Store

Change = Subscribe | Unsubscribe | Mute | Unmute | Follow | Set
_DAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """What takes a change back: the channel as it was, if it still is what the change made of it."""

    before: Channel
    after: Channel


class Changes:
    """Carries changes out. Whoever calls has made sure that the person may."""

    def __init__(self, *, store: Store, topics: Sequence[Topic]) -> None:
        self._store = store
        self.topics = topics
        self._undo: Remembered[Undo] = Remembered()

    async def carry_out(self, command: Change, here: Here) -> Answer:
        """Do what a command says, and say what came of it. Raises StoreError."""
        match command:
            case Subscribe():
                return await self._subscribe(command, here)
            case Unsubscribe():
                return await self._unsubscribe(command, here)
            case Mute():
                return await self._mute(command, here)
            case Unmute():
                return await self._unmute(command, here)
            case Follow():
                return await self.follow(command.story, here)
            case Set():
                return await self._set(command, here)

    async def _subscribe(self, command: Subscribe, here: Here) -> Answer:
        voice = here.voice
        match await subscribing.subscribe(self._store, self.topics, command, here):
            case Ambiguous() as choice:
                return answers.ambiguous(voice, choice, "subscribe")
            case Unknown() as choice:
                return answers.unknown(voice, choice, option_like(choice.typed))
            case Flood(volume=volume):
                return answers_changes.flood(voice, volume, here.asked.text.strip())
            case Done() as done:
                return answers_changes.subscribed(
                    voice,
                    by=here.asked.by,
                    whats=done.whats,
                    before=done.changed.before,
                    after=done.changed.after,
                    volume=done.volume,
                    reachable=here.asked.reachable,
                    undo=self.undo_button(here, done.changed),
                )
            case why:
                return answers_changes.not_done(voice, why, here.channel)

    async def _unsubscribe(self, command: Unsubscribe, here: Here) -> Answer:
        voice = here.voice
        match await subscribing.unsubscribe(self._store, self.topics, command, here):
            case Ambiguous() as choice:
                return answers.ambiguous(voice, choice, "unsubscribe")
            case Unknown() as choice:
                return answers.unknown(voice, choice, None)
            case Unconfirmed():
                return answers_changes.confirm_all(voice, here.channel)
            case Done(changed=changed) if not changed.anything:
                return answers_changes.has_nothing(voice)
            case Done(whats=whats, changed=changed):
                return answers_changes.unsubscribed(
                    voice,
                    by=here.asked.by,
                    whats=None if command.everything else whats,
                    after=changed.after,
                    undo=self.undo_button(here, changed),
                )
            case why:
                return answers_changes.not_done(voice, why, here.channel)

    async def _mute(self, command: Mute, here: Here) -> Answer:
        title = await self._title(command.story)
        if command.story and title is None:
            return answers_changes.told(here.voice, "story_unknown", story=command.story)
        until = changes.end_of(command, here.channel.zone, here.now)
        by = here.asked.by
        done = await self._make(
            here, lambda channel: changes.muted(channel, story=command.story, until=until, by=by)
        )
        voice = here.voice
        unmute = voice.button("button_unmute", f"unmute {command.story or ''}".strip())
        values = {"by": by, "until": voice.instant(until), "story": command.story, "title": title}
        key = "muted_story" if command.story else "muted"
        undo = self.undo_button(here, done)
        return answers_changes.done(
            voice, key, unmute, undo, then="next_list" if command.story else "next_unmute", **values
        )

    async def _unmute(self, command: Unmute, here: Here) -> Answer:
        done = await self._make(here, lambda channel: changes.unmuted(channel, story=command.story))
        of = "_story" if command.story else ""
        if not done.anything:
            return answers_changes.told(here.voice, f"not_muted{of}", story=command.story)
        return answers_changes.done(
            here.voice, f"unmuted{of}", self.undo_button(here, done), by=here.asked.by, story=command.story
        )

    async def follow(self, story: str, here: Here) -> Answer:
        """Let the channel follow a story."""
        title = await self._title(story)
        if title is None:
            return answers_changes.told(here.voice, "story_unknown", story=story)
        done = await self._make(here, lambda channel: changes.following(channel, story))
        if not done.anything:
            return answers_changes.told(here.voice, "followed_already", story=story)
        undo = self.undo_button(here, done)
        return answers_changes.done(
            here.voice, "followed", undo, then="next_why", by=here.asked.by, story=story, title=title
        )

    async def mute_a_day(self, story: str, here: Here) -> Answer:
        """Mute one story for 24 hours."""
        return await self._mute(Mute(span=_DAY, story=story), here)

    async def _set(self, command: Set, here: Here) -> Answer:
        done = await self._make(here, lambda channel: changes.set_to(channel, command))
        return answers_changes.set_done(
            here.voice_of(done.after),
            by=here.asked.by,
            command=command,
            after=done.after,
            changed=done.anything,
            undo=self.undo_button(here, done),
        )

    async def label(self, story: str, here: Here, *, relevant: bool) -> Answer:
        """Note what somebody thinks of a story."""
        asked = here.asked

        def work(connection: Connection) -> None:
            save_label(
                connection,
                channel=asked.channel,
                story=story,
                by=asked.who,
                relevant=relevant,
                now=here.now,
            )

        await self._store.write(work)
        key = "noted_relevant" if relevant else "noted_not_relevant"
        return Answer(toast=here.voice.text(key))

    async def make(self, here: Here, how: Callable[[Channel], Channel]) -> Changed:
        """Change the channel in one transaction."""
        return await self._make(here, how)

    async def _make(self, here: Here, how: Callable[[Channel], Channel]) -> Changed:
        done = await change(self._store, here, how)
        if isinstance(done, Configured | NotSubscribed):  # `how` returns channels only
            raise TypeError(done)
        return done

    async def _title(self, story: str | None) -> str | None:
        if story is None:
            return None
        return await self._store.read(lambda connection: story_title(connection, story))

    # -- undo

    def undo_button(self, here: Here, done: Changed) -> Button | None:
        """Return a button that takes this change back, None where nothing was changed."""
        if not done.anything:
            return None
        token = self._undo.put(Undo(before=done.before, after=done.after), here.now)
        return answers_changes.undo_button(here.voice_of(done.after), token)

    async def undo(self, token: str, here: Here) -> Answer:
        """Take a change back, unless it is too old or the channel was changed again."""
        kept = self._undo.get(token, here.now)
        if kept is None or kept.after.address != here.asked.channel:
            return answers.not_undone(here.voice, late=True)
        asked = here.asked

        def work(connection: Connection) -> Channel | None:
            if load_channel(connection, asked.channel) != kept.after:
                return None
            return save_channel(connection, kept.before, now=here.now, by=f"{asked.by} ({asked.who})")

        restored = await self._store.write(work)
        self._undo.forget(token)
        if restored is None:
            return answers.not_undone(here.voice, late=False)
        voice = here.voice_of(restored)
        return replace(answers.undone(voice, asked.by, answers_changes.state(voice, restored)))
