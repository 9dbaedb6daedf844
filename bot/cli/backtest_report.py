"""How a backtest is shown: a table, a chart in the terminal, one JSON object, a drawing."""

import importlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.cli.common import say, show
from bot.cli.root import Failed

if TYPE_CHECKING:
    from bot.core.backtest import Backtest, Record, Score

MOST_SHOWN = 5
_SAID = {True: "labelled yes", False: "labelled no", None: ""}


def print_text(result: "Backtest", *, looked: int, skipped: int) -> None:
    """Print what came out for people."""
    left = f", {skipped:,} lines skipped" if skipped else ""
    show(f"{looked:,} items looked at{left}")
    _print_table(result)
    for verb, records in (("adds", result.adds), ("drops", result.drops)):
        _print_records(verb, records)
    if result.today is None:
        _print_records("hits", result.hits)
    if result.by_day:
        _print_days(result)
    if result.is_flood:
        say(f"warning: {result.per_day:,.0f} hits a day is more than anybody reads")


def _print_table(result: "Backtest") -> None:
    draft, today = result.draft, result.today
    change = ""
    if today:
        lost = sum(record.label is True for record in result.drops)
        change = (
            f"   draft adds {len(result.adds):,}, drops {len(result.drops):,} ({lost:,} of them relevant)"
        )
    show(_row("", "draft", "today's rule" if today else None))
    show(_row("alerts", f"{draft.hits:,}", f"{today.hits:,}" if today else None) + change)
    if draft.relevant or draft.labelled or (today and today.labelled):
        for name, shown in (
            ("relevant (labelled)", _share),
            ("precision", lambda score: _percent(score.precision)),
            ("recall", lambda score: _percent(score.recall)),
        ):
            show(_row(name, shown(draft), shown(today) if today else None))


def _row(name: str, draft: str, today: str | None) -> str:
    return f"{name:<20}" + (f"{today:>13}" if today is not None else "") + f"{draft:>8}"


def _share(score: "Score") -> str:
    return f"{score.right}/{score.relevant}"


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.0%}"


def _print_records(verb: str, records: "tuple[Record, ...]") -> None:
    from bot.render.plain import WIDTH, cut
    from bot.render.words import without_controls

    for record in records[:MOST_SHOWN]:
        on = record.on.isoformat() if record.on else "undated"
        head, said = f"{verb:<7}{on:<12}", f"  {_SAID[record.label]}".rstrip()
        show(head + cut(without_controls(record.title), WIDTH - len(head) - len(said)) + said)
    if len(records) > MOST_SHOWN:
        show(f"       and {len(records) - MOST_SHOWN:,} more")


_SPAN_NAMES = {1: "day", 7: "week", 30: "30 days", 365: "year"}
_TICKS = 5
_BARS, _DRAWN = 62, 400  # what a terminal of 80 columns, and a drawing, have room for


def _print_days(result: "Backtest") -> None:
    if sys.stdout.isatty():
        import plotext

        length, spans = result.in_spans(_BARS)
        chart = plotext.figure
        chart.clear()
        chart.plot_size(78, 14)
        chart.title(f"Hits per {_SPAN_NAMES[length]}")
        chart.draw(chart.bar([on.isoformat() for on, _ in spans], [count for _, count in spans]))
        most = max(count for _, count in spans)
        chart.ruler("y").ticks(list(range(0, most + 1, -(-most // _TICKS))))  # there is no half a hit
        click.echo(plotext.uncolorize(str(chart.build())))
        return
    busiest = sorted(result.by_day, key=lambda day: (-day[1], day[0]))[:MOST_SHOWN]
    shown = ", ".join(f"{on.isoformat()} {count}" for on, count in busiest)
    show(f"{result.per_day:,.2f} hits a day over {result.days:,} days; most on {shown}")


def print_json(result: "Backtest", *, looked: int, skipped: int) -> None:
    """Print what came out as one object."""
    from bot.render.jsonline import line

    found = {
        "looked": looked,
        "skipped": skipped,
        "days": result.days,
        "per_day": round(result.per_day, 3),
        "flood": result.is_flood,
        "by_day": [{"on": on.isoformat(), "hits": count} for on, count in result.by_day],
        "draft": _score_object(result.draft),
        "today": _score_object(result.today) if result.today else None,
        "hits": [_record_object(record) for record in result.hits[:100]],
        "adds": [_record_object(record) for record in result.adds],
        "drops": [_record_object(record) for record in result.drops],
    }
    click.echo(line(found))


def _score_object(score: "Score") -> dict[str, object]:
    return {
        "hits": score.hits,
        "labelled": score.labelled,
        "right": score.right,
        "relevant": score.relevant,
        "precision": score.precision,
        "recall": score.recall,
    }


def _record_object(record: "Record") -> dict[str, object]:
    on = record.on.isoformat() if record.on else None
    return {"title": record.title, "name": record.name or None, "on": on, "label": record.label}


def check_plot(path: Path) -> None:
    """Fail now, and not after the work, where a drawing cannot be made."""
    if path.suffix.lower() not in {".svg", ".png"}:
        raise click.BadParameter(f"{path.name} ends in neither .svg nor .png", param_hint="--plot")
    _matplotlib()


def _matplotlib() -> Any:
    try:
        matplotlib = importlib.import_module("matplotlib")
    except ImportError:
        raise Failed("--plot needs matplotlib", try_="pip install 'tradewire[plot]'") from None
    matplotlib.use("agg")
    return importlib.import_module("matplotlib.pyplot")


def draw(result: "Backtest", path: Path) -> None:
    """Draw the hits per day, or per week where that would be too many, into a file."""
    pyplot = _matplotlib()
    figure, axes = pyplot.subplots(figsize=(10, 3.5))
    length, spans = result.in_spans(_DRAWN)
    axes.bar([on for on, _ in spans], [count for _, count in spans], width=0.9 * length, align="edge")
    axes.yaxis.get_major_locator().set_params(integer=True)
    axes.set_ylabel(f"hits per {_SPAN_NAMES[length]}")
    figure.autofmt_xdate()
    try:
        figure.savefig(path, bbox_inches="tight")
    except OSError as error:
        raise Failed(f"{path} cannot be written: {error.strerror}") from None
    finally:
        pyplot.close(figure)
