"""A redline as lines of plain words: what was removed and what was added, with a sign and a word for each. Pure."""

from bot.core.channel import Language
from bot.core.redline import Redline
from bot.render import phrases
from bot.render.words import count_words, field_words, without_controls


def redline_words(redline: Redline, language: Language = "en") -> list[str]:
    """Return a line for each side of each change, such as `− removed from the title: “…13 entities…”`, then what is left out."""
    lines: list[str] = []
    for change in redline.changes:
        field = field_words(change.field, language)
        if change.removed:
            lines.append(phrases.REMOVED.say(language, field=field, text=without_controls(change.removed)))
        if change.added:
            lines.append(phrases.ADDED.say(language, field=field, text=without_controls(change.added)))
    if redline.more:
        counted = count_words(redline.more, "more change")
        lines.append(phrases.MORE_CHANGES.say(language, counted=counted, count=redline.more))
    return lines
