"""What is answered in chat, whatever the platform: lines with a little emphasis, and buttons. Pure values.

A listener writes the runs in its platform's markup and escapes them: no text here is markup. Names of people are plain text;
nothing here may call anybody.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum
from html import escape

MAX_DATA_BYTES = 64
"""As much as a button's value may hold. Source: Telegram Bot API, InlineKeyboardButton.callback_data, seen 2026-11-29."""

MAX_TOAST_CHARS = 200
"""As much as the note that answers a press may hold. Source: Telegram Bot API, answerCallbackQuery, seen 2026-11-29."""

PAGE_CHARS = {"slack": 3_000, "telegram": 4_000}
"""How much one page holds. Sources: Slack block kit, text of a section; Telegram sendMessage (4,096), seen 2026-11-29."""

_MORE_CHARS = 100  # for the line that says which page it is
_MARKUP_CHARS = 16  # more than the longest pair of tags around a run


class Style(Enum):
    """How a run stands out: not, in bold, or as something to type."""

    PLAIN = "plain"
    BOLD = "bold"
    CODE = "code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A piece of a line in one style."""

    text: str
    style: Style = Style.PLAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line. `fixed`: its characters must stand under those of the line before, in one width."""

    runs: tuple[Run, ...]
    fixed: bool = False

    @property
    def text(self) -> str:
        """Return the line without emphasis."""
        return "".join(run.text for run in self.runs)

    @property
    def chars(self) -> int:
        """Return at most how long the line is once a platform's markup and escapes are on (UTF-16 units)."""
        return 1 + sum(
            _units(escape(run.text)) + _MARKUP_CHARS * (run.style is not Style.PLAIN) for run in self.runs
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A button: what it says, and the value that comes back when it is pressed (at most 64 bytes)."""

    label: str
    data: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer. `public`: everybody in the channel sees it, because it changes what they get; else only who asked.

    `replaces`: put it in the place of the message whose button was pressed. `toast`: a note for who pressed, at most 200
    characters; where there are no lines it is the whole answer, and the message with the button stays as it is. `passing`: a
    later text takes its place soon, so that it may be left out where a message can be changed only a few times.
    """

    lines: tuple[Line, ...] = ()
    buttons: tuple[tuple[Button, ...], ...] = ()
    public: bool = False
    replaces: bool = False
    toast: str = ""
    passing: bool = False

    @property
    def text(self) -> str:
        """Return the lines without emphasis and buttons, the toast where there are no lines."""
        return "\n".join(line.text for line in self.lines) or self.toast

    def with_buttons(self, *buttons: Button | None) -> "Answer":
        """Return the answer with one more row of buttons: those that are there and whose values fit."""
        row = tuple(each for each in buttons if each is not None and fits(each.data))
        return replace(self, buttons=(*self.buttons, row)) if row else self


def fits(data: str) -> bool:
    """Tell whether a button can carry this value."""
    return len(data.encode("utf-8", "replace")) <= MAX_DATA_BYTES


def plain(text: str, *, fixed: bool = False) -> Line:
    """Return a line of one plain run."""
    return Line(runs=(Run(text=text),), fixed=fixed)


def pages(lines: Iterable[Line], platform: str) -> tuple[tuple[Line, ...], ...]:
    """Return the lines in pages that the platform takes, none of them empty; a line that is too long alone is cut."""
    most = PAGE_CHARS.get(platform, min(PAGE_CHARS.values())) - _MORE_CHARS
    done: list[tuple[Line, ...]] = []
    page: list[Line] = []
    used = 0
    for line in (part for each in lines for part in _cut(each, most)):
        if page and used + line.chars > most:
            done.append(tuple(page))
            page, used = [], 0
        page.append(line)
        used += line.chars
    return (*done, tuple(page)) if page else tuple(done)


def _cut(line: Line, most: int) -> Iterable[Line]:
    if line.chars <= most:
        return (line,)
    text, size = line.text, most // 6  # an escape makes at most six of one
    return tuple(plain(text[at : at + size], fixed=line.fixed) for at in range(0, len(text), size))


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
