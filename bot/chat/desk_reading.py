"""The desk's answers to those who only ask: list, topics, search, why, status, help. Reads the store, changes nothing."""

from collections.abc import Mapping, Sequence
from functools import partial

from bot.chat import answers, answers_reading
from bot.chat.answer import Answer
from bot.chat.answers_reading import SourcesState, Traced
from bot.chat.commands import Help, ListSubscriptions, Search, Status, Topics, Why, WhyNot
from bot.chat.here import Here
from bot.chat.looking import search
from bot.chat.topic_choice import about
from bot.core.archive import Counts, Reach
from bot.core.asked_about import is_text
from bot.core.channel import Channel
from bot.core.delivery import Outcome
from bot.core.matching import Matcher, document_of, document_of_text
from bot.core.near_miss import missed, subscribed
from bot.core.own_queries import topics_with_queries
from bot.core.query import read
from bot.core.topic_value import Topic
from bot.core.watch_list import WatchList, raises_of
from bot.store.archive import reach_of
from bot.store.channel_lookups import counts_of, latest_story
from bot.store.lookups import Trail, find_trails, source_states
from bot.store.volume import acts_by_topic
from bot.store.writer import Connection, Store

Question = ListSubscriptions | Topics | Search | Why | WhyNot | Status | Help
MOST_EXPLAINED = 4
_SENT = frozenset({Outcome.SENT.value, Outcome.FOUND.value})
_EVERY_CHANNEL = "*"


class Reading:
    """Answers questions. `sources` are the titles of those that are watched, by key."""

    def __init__(
        self, *, store: Store, topics: Sequence[Topic], watch_list: WatchList, sources: Mapping[str, str]
    ) -> None:
        self._store = store
        self.topics, self.watch_list = topics, watch_list
        self._sources = sources

    async def answer(self, question: Question, here: Here) -> Answer:
        """Answer a question. Raises StoreError."""
        match question:
            case ListSubscriptions():
                return answers_reading.listed(here.voice, here.channel, await self._counts(here))
            case Topics():
                topics = about(self.topics, question.word) if question.word else self.topics
                return answers_reading.topics_listed(here.voice, topics, question.word)
            case Search():
                found = await search(self._store, read(question.query))
                return answers_reading.found(here.voice, question.query, found)
            case Why():
                return await self._why(question.what, here, asked_why_not=False)
            case WhyNot():
                return await self._why(question.what, here, asked_why_not=True)
            case Status():
                return await self._status(here)
            case Help():
                return await self._help(question, here)

    async def why(self, story: str, here: Here) -> Answer:
        """Explain a story."""
        return await self._why(story, here, asked_why_not=False)

    async def _counts(self, here: Here) -> Counts:
        return await self._store.read(partial(counts_of, channel=here.channel.address, now=here.now))

    async def _status(self, here: Here) -> Answer:
        states = await self._store.read(source_states)
        watched = [state for state in states if state.source in self._sources]
        blind = sorted(
            (state.blind_since, self._sources[state.source]) for state in watched if state.blind_since
        )
        sources = SourcesState(
            count=len(self._sources),
            readable=sum(1 for each in watched if each.complete_at and not each.blind_since),
            last_read_at=max((each.complete_at for each in watched if each.complete_at), default=None),
            blind=tuple((title, since) for since, title in blind),
        )
        return answers_reading.status(here.voice, here.channel, await self._counts(here), sources)

    async def _help(self, question: Help, here: Here) -> Answer:
        if question.verb is not None:
            return answers.help_about(here.voice, question.verb)
        if question.welcome and not here.channel.subscriptions:
            acts = await self._store.read(partial(acts_by_topic, now=here.now))
            return answers.welcome(here.voice, self.topics, acts)
        return answers.help_all(
            here.voice,
            sources=len(self._sources),
            channel=here.channel,
            counts=await self._counts(here),
        )

    async def _why(self, what: str, here: Here, *, asked_why_not: bool) -> Answer:
        address = here.channel.address

        def read(connection: Connection) -> tuple[str | None, tuple[Trail, ...], Reach | None]:
            word = latest_story(connection, address) if what == "latest" else what
            return word, find_trails(connection, word) if word else (), reach_of(connection)

        word, trails, reach = await self._store.read(read)
        if word is None:
            return answers_reading.never_told(here.voice)
        if not trails and is_text(word):
            return self._of_text(word, here, asked_why_not=asked_why_not)
        if not trails:
            return answers_reading.unheard(here.voice, word, reach, asked_why_not=asked_why_not)
        traces = [
            self._traced(trail, here.channel, asked_why_not=asked_why_not)
            for trail in trails[:MOST_EXPLAINED]
        ]
        return answers_reading.why(here.voice, traces)

    def _of_text(self, text: str, here: Here, *, asked_why_not: bool) -> Answer:
        """Say what the channel's topics make of a text; of all topics where it has none, or asks what hits."""
        document = document_of_text(text)
        asked = subscribed(self.topics, here.channel) if asked_why_not else ()
        topics = asked or topics_with_queries(self.topics, (here.channel,))
        matches = Matcher(topics, raises_of(self.watch_list)).match(document)
        return answers_reading.of_text(here.voice, matches, missed(asked, document))

    def _traced(self, trail: Trail, channel: Channel, *, asked_why_not: bool) -> Traced:
        """Return what a trail says to this channel."""
        mine = [each for each in trail.decisions if each.channel in (channel.address, _EVERY_CHANNEL)]
        sent = [
            each.finished_at
            for each in trail.sends
            if each.channel == channel.address and each.outcome in _SENT and each.finished_at
        ]
        covering = {each.what: each for each, _ in channel.covering(trail.matches)}
        return Traced(
            title=trail.title,
            story=trail.story,
            source=self._sources.get(trail.source, trail.source),
            first_seen_at=trail.first_seen_at,
            matches=trail.matches,
            subscriptions=tuple(covering.values()),
            reason=mine[-1].reason if mine else None,
            sent_at=max(sent, default=None),
            misses=missed(subscribed(self.topics, channel), document_of(trail.item))
            if asked_why_not and trail.item and not sent
            else (),
        )
