"""What a person sees while sources are read: a moving line on a terminal, one plain line per finished source anywhere."""

import sys
from typing import TextIO

import click

from bot.pipeline import Poll
from bot.render.words import count_words, span_words, without_controls
from watchers.source import AnySource

NAME_COLUMNS = 28


class Progress:
    """Shows polls on two streams: `report` takes the lines that stay, stderr the one that moves."""

    def __init__(self, report: TextIO, *, count: int) -> None:
        self._report, self._open, self._read = report, count, dict[str, int]()
        self._moving = sys.stderr.isatty()

    def on_page(self, source: AnySource, read: int) -> None:
        """Show that a page came in."""
        self._read[source.title] = read
        self._move()

    def on_poll(self, poll: Poll) -> None:
        """Show that a source is done."""
        self._open -= 1
        self._clear()
        click.echo(poll_line(poll), file=self._report)
        for problem in poll.problems[:5]:
            click.echo(without_controls(f"    {problem.record}: {problem.reason}"), file=self._report)
        if len(poll.problems) > 5:
            click.echo(f"    and {len(poll.problems) - 5} more", file=self._report)
        if self._open:
            self._move()
        else:
            click.echo(file=self._report)

    def _move(self) -> None:
        if self._moving:
            counts = ", ".join(f"{title} {read:,}" for title, read in self._read.items())
            click.echo(f"\r\x1b[KReading, {self._open} to go: {counts}"[:78], nl=False, err=True)

    def _clear(self) -> None:
        if self._moving:
            click.echo("\r\x1b[K", nl=False, err=True)


def poll_line(poll: Poll) -> str:
    """Return a poll's outcome on one line: name, state, counts, time taken."""
    name = f"{poll.source.title:<{NAME_COLUMNS}}"
    if poll.error:
        since = f", {poll.state.failures} times in a row" if poll.state.failures > 1 else ""
        kept = f"; {poll.new} new kept" if poll.new else ""
        if poll.is_refused_as_expected:
            return without_controls(f"{name}refused as expected: {poll.error.what}")
        return without_controls(f"{name}BLIND  {poll.error.kind}: {poll.error.what}{since}{kept}")
    word = "ok   " if poll.ok else "PART "
    news = "baseline, will not alert" if poll.learned else f"{poll.new:,} new"
    if poll.changed:
        news += f", {poll.changed:,} changed"
    if poll.problems:
        news += f", {count_words(len(poll.problems), 'record')} with a problem"
    return f"{name}{word}  {poll.read:>5,} read   {news}   {span_words(poll.took)}"


class Count:
    """A moving count of `of` things on stderr, on a terminal only. Close it: then its line is gone."""

    def __init__(self, label: str, *, of: int) -> None:
        self._label, self._of, self._done = label, of, 0
        self._moving = sys.stderr.isatty()

    def add(self, count: int) -> None:
        """Show that so many more are done."""
        before, self._done = self._done, self._done + count
        if self._moving and (before * 100 // max(1, self._of)) != (self._done * 100 // max(1, self._of)):
            share = min(1.0, self._done / max(1, self._of))
            bar = "." * round(share * 30)
            line = f"{self._label} {self._of:,} items {bar:<30} {share:>4.0%}"
            click.echo(f"\r\x1b[K{line[:78]}", nl=False, err=True)

    def close(self) -> None:
        """Take the line away."""
        if self._moving and self._done:
            click.echo("\r\x1b[K", nl=False, err=True)
