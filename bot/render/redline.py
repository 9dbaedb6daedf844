"""A redline as lines of plain words: what was removed and what was added, with a sign and a word for each. Pure."""

from bot.core.redline import Redline
from bot.render.words import FIELD, count_words, without_controls


def redline_words(redline: Redline) -> list[str]:
    """Return a line for each side of each change, such as `− removed from the title: “…13 entities…”`, then what is left out."""
    lines: list[str] = []
    for change in redline.changes:
        field = FIELD.get(change.field, change.field)
        if change.removed:
            lines.append(f"− removed from the {field}: “{without_controls(change.removed)}”")
        if change.added:
            lines.append(f"+ added to the {field}: “{without_controls(change.added)}”")
    if redline.more:
        lines.append(f"and {count_words(redline.more, 'more change')}")
    return lines
