"""From a line of chat to a Command: `parse`. Pure; it never raises."""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from difflib import get_close_matches

from bot.chat import lexicon
from bot.chat.commands import (
    Check,
    Command,
    Follow,
    Help,
    ListSubscriptions,
    Misread,
    Mute,
    Problem,
    Search,
    Status,
    Subscribe,
    Topics,
    Unmute,
    Unsubscribe,
    Why,
    WhyNot,
)
from bot.chat.option_words import Options, span_of, take_options
from bot.chat.settings_words import read_setting
from bot.chat.tokens import Token, folded, tokens_of
from bot.core.query import QueryError, read
from bot.core.timing import clock_of

MOST_CHARS = 1_000
"""Longer lines are no commands; the rest of them is not looked at."""

LONGEST_MUTE = timedelta(days=90)
_DEFAULT_MUTE = timedelta(hours=24)
_STORY = re.compile(r"[0-9a-f]{4,16}")
_VERB_NAMES = {name: verb for verb, others in lexicon.VERBS.items() for name in (verb, *map(folded, others))}
_HAN_VERBS = sorted((name for name in _VERB_NAMES if not name.isascii()), key=len, reverse=True)


def parse(text: str) -> Command | Misread:
    """Return what a line asks for. The platform's prefix (`/`, `/tradewire`) may stand before it."""
    tokens = _without_prefix(tokens_of(text[:MOST_CHARS]))
    if not tokens:
        return Help()
    verb, rest = _verb_of(tokens)
    if verb is None:
        return _no_verb(tokens[0])
    return _READERS[verb](rest)


def verb_of(word: str) -> str | None:
    """Return the verb that a word names, None where it names none."""
    name = folded(word).lstrip("/").partition("@")[0]
    for spelling in (name, name.replace("-", ""), name.removesuffix("s")):
        if spelling in _VERB_NAMES:
            return _VERB_NAMES[spelling]
    return None


def _without_prefix(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    return tokens[1:] if tokens and tokens[0].name.lstrip("/") in {"tradewire", ""} else tokens


def _verb_of(tokens: tuple[Token, ...]) -> tuple[str | None, tuple[Token, ...]]:
    """Return the verb of a line and what follows. A Chinese verb may be written together with what follows it."""
    first, *others = tokens
    rest = tuple(others)
    verb = verb_of(first.text)
    if verb is not None:
        started = first.name.lstrip("/").partition("@")[0] == "start"
        return ("start" if started else verb), rest
    name = first.name.lstrip("/")
    setting = next(
        (key for key, names in lexicon.SETTINGS.items() if name in (key, *map(folded, names))), None
    )
    if setting is not None:
        return "set", tokens
    glued = next((each for each in _HAN_VERBS if name.startswith(each)), None)
    if glued is not None and first.text.lstrip("/").casefold().startswith(glued):
        return _VERB_NAMES[glued], (
            first.after(len(first.text) - len(first.text.lstrip("/")) + len(glued)),
            *rest,
        )
    return None, rest


def _no_verb(token: Token) -> Misread:
    near = get_close_matches(token.name.lstrip("/"), _VERB_NAMES, n=3, cutoff=0.6)
    verbs = tuple(dict.fromkeys(_VERB_NAMES[each] for each in near))
    return Misread(
        problem=Problem.VERB,
        word=token.text,
        near=verbs,
        example=lexicon.EXAMPLES[verbs[0]] if verbs else "help",
    )


def _subscribe(rest: tuple[Token, ...]) -> Subscribe | Misread:
    example = lexicon.EXAMPLES["subscribe"]
    words, query = _query_in(rest)
    options = take_options(words)
    if isinstance(options, Misread):
        return options
    if isinstance(query, Misread):
        return query
    if not (options.names or options.everything or query):
        return Misread(problem=Problem.NOTHING_NAMED, word="subscribe", example=example)
    return Subscribe(
        names=options.names,
        everything=options.everything,
        query=query.text if query else None,
        min_severity=options.min_severity,
        min_stage=options.min_stage,
        timing=options.timing,
        anyway=options.anyway or (query is not None and query.anyway),
    )


def _unsubscribe(rest: tuple[Token, ...]) -> Unsubscribe | Misread:
    words, query = _query_in(rest, check=False)
    options = take_options(words)
    if isinstance(options, Misread):
        options = Options(names=tuple(each.text for each in words))
    if isinstance(query, Misread):
        return query
    if not (options.names or options.everything or query):
        return Misread(
            problem=Problem.NOTHING_NAMED, word="unsubscribe", example=lexicon.EXAMPLES["unsubscribe"]
        )
    return Unsubscribe(
        names=options.names,
        everything=options.everything,
        query=query.text if query else None,
        anyway=options.anyway or (query is not None and query.anyway),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """Words of one's own, as typed, and whether `anyway` stood after them."""

    text: str
    anyway: bool = field(default=False)


def _query_in(
    tokens: tuple[Token, ...], *, check: bool = True
) -> tuple[tuple[Token, ...], _Words | Misread | None]:
    """Part what stands before the word `query` from the words after it, which are taken as they are."""
    at = next(
        (place for place, each in enumerate(tokens) if each.name.rstrip(":") in lexicon.QUERY_WORDS), None
    )
    if at is None:
        return tokens, None
    return tokens[:at], _own_words(tokens[at + 1 :], check=check)


def _own_words(tokens: tuple[Token, ...], *, check: bool = True) -> _Words | Misread:
    anyway = bool(tokens) and tokens[-1].name in lexicon.ANYWAY
    kept = tokens[:-1] if anyway else tokens
    if not kept:
        return Misread(problem=Problem.NO_QUERY, example="subscribe query gallium OR germanium")
    text = kept[0].line[kept[0].start : kept[-1].end]
    try:
        if check:
            read(text)
    except QueryError as error:
        return Misread(
            problem=Problem.QUERY, word=text, error=error, example="subscribe query gallium OR germanium"
        )
    return _Words(text=text, anyway=anyway)


def _search(rest: tuple[Token, ...]) -> Search | Misread:
    query = rest[1:] if rest and rest[0].name in lexicon.QUERY_WORDS else rest
    words = _own_words(query)
    if isinstance(words, Misread):
        return Misread(
            problem=words.problem, word=words.word, error=words.error, example=lexicon.EXAMPLES["search"]
        )
    return Search(query=words.text)


def _why(rest: tuple[Token, ...]) -> Why | WhyNot | Misread:
    if rest and rest[0].name == "not":
        return _whynot(rest[1:])
    if all(word.name in lexicon.LATEST | lexicon.FILLERS for word in rest):
        return Why(what="latest")
    return Why(what=_asked_about(rest))


def _whynot(rest: tuple[Token, ...]) -> WhyNot | Misread:
    if not rest:
        return Misread(problem=Problem.NO_STORY, word="whynot", example=lexicon.EXAMPLES["whynot"])
    return WhyNot(what=_asked_about(rest))


def _asked_about(rest: tuple[Token, ...]) -> str:
    """Return what is asked about, as it was typed: a name, or a text of many words."""
    if len(rest) > 1 and rest[0].name in lexicon.STORY_WORDS:
        rest = rest[1:]
    return rest[0].line[rest[0].start : rest[-1].end]


def _mute(rest: tuple[Token, ...]) -> Mute | Misread:
    """Read a span or an end, and a story, in any order."""
    example = lexicon.EXAMPLES["mute"]
    words = list(rest)
    span, until, story = None, None, None
    while words:
        word = words.pop(0)
        taken = span_of(word, words[0] if words else None)
        if taken is not None:
            span, count = taken
            del words[: count - 1]
        elif (clock := clock_of(word.name)) is not None:
            until = clock
        elif _STORY.fullmatch(word.name):
            story = word.name
        elif word.name not in (lexicon.STORY_WORDS | lexicon.UNTIL | lexicon.FILLERS | lexicon.ALL):
            return Misread(problem=Problem.SPAN, word=word.text, example=example)
    if span is not None and not timedelta() < span <= LONGEST_MUTE:
        return Misread(problem=Problem.TOO_LONG, word=str(LONGEST_MUTE.days), example=example)
    if span is not None and until is not None:
        return Misread(problem=Problem.TWICE, word="mute", example=example)
    return Mute(span=span if span or until else _DEFAULT_MUTE, until=until, story=story)


def _unmute(rest: tuple[Token, ...]) -> Unmute | Misread:
    words = [each for each in rest if each.name not in lexicon.STORY_WORDS | lexicon.ALL]
    if words and not _STORY.fullmatch(words[0].name):
        return Misread(problem=Problem.NO_STORY, word=words[0].text, example="unmute 7f3a")
    return Unmute(story=words[0].name if words else None)


def _follow(rest: tuple[Token, ...]) -> Follow | Misread:
    words = [each for each in rest if each.name not in lexicon.STORY_WORDS]
    if not words or not _STORY.fullmatch(words[0].name):
        word = words[0].text if words else "follow"
        return Misread(problem=Problem.NO_STORY, word=word, example=lexicon.EXAMPLES["follow"])
    return Follow(story=words[0].name)


def _help(rest: tuple[Token, ...]) -> Help:
    verb = verb_of(rest[0].text) if rest else None
    if verb is None and rest and any(rest[0].name == name for name in lexicon.SETTINGS):
        verb = "set"
    return Help(verb=verb)


def _rest_text(rest: tuple[Token, ...]) -> str:
    return rest[0].line[rest[0].start : rest[-1].end] if rest else ""


_READERS = {
    "subscribe": _subscribe,
    "unsubscribe": _unsubscribe,
    "list": lambda _rest: ListSubscriptions(),
    "topics": lambda rest: Topics(word=_rest_text(rest)),
    "check": lambda rest: Check(
        words=tuple(each.text for each in rest if not (each.is_comma or each.name in lexicon.ALL))
    ),
    "search": _search,
    "why": _why,
    "whynot": _whynot,
    "mute": _mute,
    "unmute": _unmute,
    "follow": _follow,
    "status": lambda _rest: Status(),
    "help": _help,
    "start": lambda _rest: Help(welcome=True),
    "set": read_setting,
}
