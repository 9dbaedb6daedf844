"""A posting as a block of text for a terminal or a log, whatever it tells. Pure.

At most 80 columns wide, readable without colour. A terminal has no threads: what continues a story stands for itself.
"""

from bot.core.alert import Alert
from bot.core.brief import Brief
from bot.core.channel import Language
from bot.core.notice import Notice
from bot.core.posting import Burst, Head, Posting
from bot.core.setback import Setback
from bot.render import notice, phrases, plain, setback
from bot.render.gathered import (
    MOST_IN_BRIEF,
    burst_words,
    closed_words,
    quiet_words,
    sources_words,
    title_words,
)
from bot.render.plain import Emphasis, as_is, beside, mark_and_stage, wrap

_INDENT = "  "


def render(posting: Posting, *, bold: Emphasis = as_is) -> str:
    """Return a posting as lines of at most `WIDTH` columns, in its channel's language and zone."""
    lines = _lines(posting, bold)
    if posting.repeat:
        lines += wrap(phrases.SENT_AGAIN.say(posting.channel.language), _INDENT)
    return "\n".join(lines)


def _lines(posting: Posting, bold: Emphasis) -> list[str]:
    told, zone, language = posting.told, posting.channel.zone, posting.channel.language
    match told:
        case Notice():
            return [notice.render(told, zone=zone, language=language, bold=bold)]
        case Setback():
            return [setback.render(told, language=language, bold=bold)]
        case Brief():
            return _brief(told, zone, language, bold)
        case Burst():
            return _burst(told, zone, language, bold)
        case Alert() | Head():
            alert = told.newest if isinstance(told, Head) else told
            return [plain.render(alert, sent_at=posting.at, zone=zone, language=language, bold=bold)]


def _brief(brief: Brief, zone: str, language: Language, bold: Emphasis) -> list[str]:
    if not brief.alerts:
        return wrap(quiet_words(brief, zone, language), "", _INDENT)
    count = phrases.COUNT_NEW.say(language, count=len(brief.alerts))
    head = wrap(f"{title_words(brief, zone, language)} · {count}", "", _INDENT)
    listed = [line for alert in brief.alerts[:MOST_IN_BRIEF] for line in _alert(alert, language)]
    more = len(brief.alerts) - MOST_IN_BRIEF
    rest = wrap(phrases.MORE.say(language, count=more), _INDENT) if more > 0 else []
    sources = plain.field(phrases.SOURCES.say(language), sources_words(brief, zone, language))
    return [*map(bold, head), *listed, *rest, *sources]


def _burst(burst: Burst, zone: str, language: Language, bold: Emphasis) -> list[str]:
    head = wrap(burst_words(burst, zone, language), "", _INDENT)
    listed = [line for alert in burst.alerts for line in _alert(alert, language)]
    closed = closed_words(burst, zone, language)
    return [*map(bold, head), *listed, *(wrap(closed, _INDENT) if closed else [])]


def _alert(alert: Alert, language: Language) -> list[str]:
    """Return an alert of a list: stage and topics, then its title and address."""
    head = beside(
        f"{_INDENT}{mark_and_stage(alert, language)}", f"[{', '.join(alert.topics)}]  {alert.story}"
    )
    title = wrap(alert.title, " " * 10)
    return [*head, *title, *wrap(alert.url, " " * 10, whole_words=True)]
