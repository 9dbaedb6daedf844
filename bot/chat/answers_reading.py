"""What is answered to whoever only asks: lists, topics, search, why, status. Pure: facts in, answers out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.chat.answer import Answer, Line
from bot.chat.answers_changes import hushed, named, rows, terms
from bot.chat.query_failures_zh import in_chinese
from bot.chat.texts_en import ENGLISH
from bot.chat.voice import Voice
from bot.core.archive import Counts, Place, Reach
from bot.core.channel import Channel, Subscription
from bot.core.match import Evidence, Match
from bot.core.near_miss import NearMiss
from bot.core.summary import shorten
from bot.core.topic_value import Topic
from bot.render.words import field_words, loudness_words

MOST_FOUND = 5
MOST_BLIND = 5
_MOST_WORDS = 6
_MOST_MISSED, _MISS_CHARS = 3, 200


def listed(voice: Voice, channel: Channel, counts: Counts) -> Answer:
    """Say all that a channel gets, how it is told, and by whom it was asked for."""
    title = voice.say(
        "list_title", channel=channel.name, count=voice.count("topic", len(channel.subscriptions))
    )
    settings = voice.say(
        "list_settings",
        zone=channel.zone,
        language={"en": "English", "zh": "中文"}[channel.language],
        resurface=channel.resurface,
        alerts=channel.burst.alerts,
        minutes=channel.burst.minutes,
        empty=channel.when_empty,
    )
    volume = voice.say(
        "list_volume",
        alerts=voice.count("alert", counts.sent),
        waiting=counts.waiting,
        failed=counts.failed,
    )
    then = voice.say("next_why" if channel.subscriptions else "next_subscribe")
    lines = (title, *rows(voice, channel), *_silences(voice, channel), settings, volume, then)
    return Answer(lines=lines)


def _silences(voice: Voice, channel: Channel) -> tuple[Line, ...]:
    """Return what keeps a channel quiet, and what it follows."""
    lines = list(hushed(voice, channel))
    lines += [
        voice.say("list_muted_story", story=story, until=voice.instant(until))
        for story, until in channel.muted
        if until > voice.now
    ]
    if channel.quiet is not None:
        lines.append(voice.say("list_quiet", quiet=channel.quiet.words))
    if channel.followed:
        lines.append(voice.say("list_followed", stories=", ".join(channel.followed)))
    return tuple(lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcesState:
    """How the sources stand: how many there are and can be read, when one last was, and the blind ones with since when."""

    count: int
    readable: int
    last_read_at: datetime | None
    blind: tuple[tuple[str, datetime], ...] = ()


def status(voice: Voice, channel: Channel, counts: Counts, sources: SourcesState) -> Answer:
    """Say which sources can be read, and how the channel's alerts stand."""
    lines = [voice.say("status_sources", read=sources.readable, all=sources.count)]
    for title, since in sources.blind[:MOST_BLIND]:
        lines.append(voice.say("status_blind", source=title, since=voice.instant(since)))
    if len(sources.blind) > MOST_BLIND:
        more = voice.count("source", len(sources.blind) - MOST_BLIND)
        lines.append(voice.say("status_more_blind", count=more))
    if sources.last_read_at is None:
        lines.append(voice.say("status_never_read"))
    else:
        lines.append(voice.say("status_last_read", at=voice.instant(sources.last_read_at)))
    title_line = voice.say(
        "list_title", channel=channel.name, count=voice.count("topic", len(channel.subscriptions))
    )
    last = counts.last_sent_at
    key = "status_last" if last else "status_no_last"
    sent = voice.say(
        key, at=voice.instant(last) if last else "", waiting=counts.waiting, failed=counts.failed
    )
    return Answer(lines=(*lines, title_line, *_silences(voice, channel), sent, voice.say("next_list")))


def topics_listed(voice: Voice, topics: Sequence[Topic], word: str) -> Answer:
    """Show topics with their titles; where none is about `word`, how to use it as one's own."""
    if not topics:
        lines = (voice.say("topics_none", word=word), voice.say("own_words"), voice.say("see_topics"))
        return Answer(lines=lines)
    title = voice.say("topics_about", word=word) if word else voice.say("topics_title", count=len(topics))
    shown = tuple(
        voice.say("topic_row", key=topic.key, title=topic.title, title_zh=topic.title_zh) for topic in topics
    )
    example = voice.say("example", command=voice.command(f"subscribe {topics[0].key}"))
    return Answer(lines=(title, *shown, example))


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search found, newest first, and how far back the archive goes."""

    places: tuple[Place, ...]
    reach: Reach | None


def found(voice: Voice, query: str, search: Found) -> Answer:
    """Show what a search found, at most five, and how far the archive goes."""
    if search.reach is None:
        return Answer(lines=(voice.say("search_empty"), voice.say("next_status")))
    lines = [voice.say("search_found" if search.places else "search_none", query=query)]
    for place in search.places[:MOST_FOUND]:
        key = "search_story" if place.story else "search_row"
        lines.append(
            voice.say(
                key,
                day=voice.date(place.on) if place.on else voice.day(place.at),
                title=place.title,
                story=place.story,
            )
        )
    if len(search.places) >= MOST_FOUND:
        lines.append(voice.say("search_more", count=MOST_FOUND))
    lines.append(voice.say("search_reach", day=voice.day(search.reach.kept_since)))
    story = next((place.story for place in search.places if place.story), None)
    then = f"why {story}" if story else f"subscribe query {query}"
    return Answer(lines=(*lines, voice.say("example", command=voice.command(then))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Traced:
    """What is on record of one item for one channel. `reason` is the last decision, `subscriptions` those that cover a hit.

    `misses` are subscribed topics that do not match, told where somebody asks why something did not come.
    """

    title: str
    story: str | None
    source: str
    first_seen_at: datetime
    matches: tuple[Match, ...]
    subscriptions: tuple[Subscription, ...]
    reason: str | None
    sent_at: datetime | None
    misses: tuple[NearMiss, ...] = ()


def why(voice: Voice, traces: Sequence[Traced]) -> Answer:
    """Explain items: which words hit, what was decided for this channel and why, when it was sent."""
    lines: list[Line] = []
    for trace in traces:
        lines += _why(voice, trace)
    return Answer(lines=(*lines, voice.say("next_list")))


def _why(voice: Voice, trace: Traced) -> list[Line]:
    key = "why_title" if trace.story else "why_untold"
    lines = [voice.say(key, story=trace.story, title=trace.title)]
    seen = voice.instant(trace.first_seen_at)
    lines.append(voice.say("why_seen", at=seen, source=trace.source))
    lines += _matched(voice, trace.matches)
    if trace.sent_at is not None:
        lines.append(voice.say("why_sent", at=voice.instant(trace.sent_at)))
    for each in trace.subscriptions if trace.sent_at is not None else ():
        what = named(voice, each.what)
        lines.append(voice.say("why_subscribed", what=what, terms=terms(voice, each)))
    if trace.reason is None:
        lines.append(voice.say("why_no_decision"))
    else:
        lines.append(voice.say("why_decided", reason=_reason(voice, trace.reason)))
    lines += _misses(voice, trace.misses)
    return lines


def _matched(voice: Voice, matches: Sequence[Match]) -> list[Line]:
    """Return the topics that hit, with the words that did, and how loud that makes it."""
    lines = []
    for match in matches:
        lines.append(voice.say("why_matched", topic=named(voice, match.topic), words=_words(voice, match)))
        if match.reasons:
            loud = loudness_words(match.severity, match.reasons, voice.language)
            lines.append(voice.say("why_loud", loud=loud))
    return lines or [voice.say("why_no_match")]


def of_text(voice: Voice, matches: Sequence[Match], misses: Sequence[NearMiss]) -> Answer:
    """Explain a text that somebody typed: which topics would hit it, and what failed in those of this channel."""
    title = voice.say("why_text")
    return Answer(lines=(title, *_matched(voice, matches), *_misses(voice, misses), voice.say("next_list")))


def _misses(voice: Voice, misses: Sequence[NearMiss]) -> list[Line]:
    """Return what failed in the topics nearest to matching; the parts of queries are words of the language itself."""
    return [
        voice.say(
            "whynot_miss", topic=named(voice, miss.topic), why=shorten(_failed(voice, miss), _MISS_CHARS)
        )
        for miss in misses[:_MOST_MISSED]
    ]


def _failed(voice: Voice, miss: NearMiss) -> str:
    if voice.language == "zh":
        return "；".join(map(in_chinese, miss.failures))
    return "; ".join(map(str, miss.failures))


def _reason(voice: Voice, reason: str) -> str:
    key = f"reason_{reason}"
    return voice.text(key) if key in ENGLISH else reason


def _words(voice: Voice, match: Match) -> str:
    """Return the words that hit with their fields: `“镓” (title), “锗” (title)`, `“镓”（标题）、“锗”（标题）`."""
    shown = dict.fromkeys(_hit(voice, each) for each in match.evidence)
    more = len(shown) - _MOST_WORDS
    joined = ("、" if voice.language == "zh" else ", ").join(list(shown)[:_MOST_WORDS])
    return joined + (f" +{more}" if more > 0 else "")


def _hit(voice: Voice, evidence: Evidence) -> str:
    if not evidence.end:
        return f"{evidence.field}:{evidence.words}"
    field = field_words(evidence.field, voice.language)
    return f"“{evidence.words}”（{field}）" if voice.language == "zh" else f"“{evidence.words}” ({field})"


def never_told(voice: Voice) -> Answer:
    """Say that nothing has come here yet."""
    return Answer(lines=(voice.say("why_latest_none"), voice.say("next_list")))


def unheard(voice: Voice, what: str, reach: Reach | None, *, asked_why_not: bool) -> Answer:
    """Say that nothing on record has this name."""
    if reach is None:
        first = voice.say("whynot_empty", what=what)
    elif asked_why_not:
        first = voice.say("whynot_unread", what=what, day=voice.day(reach.kept_since))
    else:
        first = voice.say("why_unknown", what=what)
    then = voice.say("whynot_try" if asked_why_not else "next_why")
    return Answer(lines=(first, then))


def check_started(voice: Voice, count: int) -> Answer:
    """Say that the sources are being read."""
    return Answer(lines=(voice.say("check_started", count=voice.count("source", count)),))


def check_joined(voice: Voice, *, by: str, ago: timedelta) -> Answer:
    """Say that somebody else's check is under way."""
    return Answer(lines=(voice.say("check_joined", by=by, seconds=round(ago.total_seconds())),))


def check_other(voice: Voice, *, by: str, ago: timedelta, sources: Sequence[str]) -> Answer:
    """Say that the check under way reads other sources than those that were asked for."""
    seconds = round(ago.total_seconds())
    line = voice.say("check_other", by=by, seconds=seconds, sources=", ".join(sources))
    return Answer(lines=(line, voice.say("next_status")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a check is. `slow` are titles with how long each has been read; `failed` titles with why."""

    count: int
    done: int
    new: int
    alerts: int
    took: timedelta
    slow: tuple[tuple[str, timedelta], ...] = ()
    failed: tuple[tuple[str, str], ...] = ()


def check_progress(voice: Voice, progress: Progress) -> Answer:
    """Say how far the check is, and what holds it up."""
    items = voice.count("item", progress.new)
    lines = [voice.say("check_progress", done=progress.done, all=progress.count, items=items)]
    for title, span in progress.slow[:1]:
        lines.append(voice.say("check_slow", source=title, seconds=round(span.total_seconds())))
    return Answer(lines=tuple(lines), passing=True)


def check_done(voice: Voice, progress: Progress) -> Answer:
    """Say what the check came to, and what could not be read."""
    lines = [
        voice.say(
            "check_done",
            count=voice.count("source", progress.count - len(progress.failed)),
            seconds=round(progress.took.total_seconds()),
            items=voice.count("item", progress.new),
            alerts=voice.count("alert", progress.alerts),
        )
    ]
    lines += [
        voice.say("check_failed", source=title, why=said) for title, said in progress.failed[:MOST_BLIND]
    ]
    if len(progress.failed) > MOST_BLIND:
        lines.append(voice.say("check_more_failed", count=len(progress.failed) - MOST_BLIND))
    return Answer(lines=(*lines, voice.say("next_status" if progress.failed else "next_why")))


def check_recent(voice: Voice, progress: Progress, ago: timedelta) -> Answer:
    """Give the result of a check that has only just ended once more."""
    first = voice.say("check_recent", seconds=round(ago.total_seconds()))
    return Answer(lines=(first, *check_done(voice, progress).lines))


def check_stopped(voice: Voice) -> Answer:
    """Say that the check ended before its time."""
    return Answer(lines=(voice.say("check_stopped"), voice.say("next_status")))


def no_source(voice: Voice, word: str, near: Sequence[str]) -> Answer:
    """Say that a word names no source."""
    if near:
        line = voice.say("check_no_source", word=word, near=", ".join(near))
    else:
        line = voice.say("check_no_source_at_all", word=word)
    return Answer(lines=(line, voice.say("next_status")))
