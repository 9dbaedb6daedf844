"""`tradewire backtest`: what a draft of a query would have brought, on the archive or on a file, beside today's topic."""

import json
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli import completing
from bot.cli.archive_reading import catch_up, since_of, texts
from bot.cli.common import (
    config_option,
    json_option,
    looking_into_store,
    named_errors,
    read_query,
    read_settings,
    say,
    topic_named,
)
from bot.cli.root import Failed

if TYPE_CHECKING:
    from bot.core.backtest import Trial
    from bot.core.topic_value import Topic

MOST_NAMED_LINES = 5


@click.command("backtest")
@click.argument("topic", required=False, shell_complete=completing.topics)
@click.option("--query", "words", metavar="TEXT", help="The draft, as a query.")
@click.option(
    "--file",
    "draft_file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE",
    help="The draft, as a topic file.",
)
@click.option("--archive", is_flag=True, help="Try it on the archive. So it is where no file is named.")
@click.option(
    "--jsonl",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE",
    help="Try it on a file, one object a line.",
)
@click.option("--since", metavar="DATE", help="Only what is dated on this day or later: 2026-01-31.")
@click.option(
    "--plot",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Draw hits per day into an .svg or .png.",
)
@config_option
@json_option
def command(
    topic: str | None,
    words: str | None,
    draft_file: Path | None,
    archive: bool,
    jsonl: Path | None,
    since: str | None,
    plot: Path | None,
    config_path: Path | None,
    as_json: bool,
) -> int:
    """Try a draft of a query, and compare it with TOPIC as it is today.

    Without --query and --file TOPIC itself is tried.
    """
    from bot.cli import backtest_report
    from bot.core.backtest import Trial

    if archive and jsonl:
        raise click.UsageError("--archive and --jsonl are two places; name one")
    if words and draft_file:
        raise click.UsageError("--query and --file are two drafts; name one")
    begin = since_of(since)
    if plot:
        backtest_report.check_plot(plot)
    draft, today = _topics(topic, words, draft_file, config_path)
    trial = Trial(draft, today, begin=None if jsonl or begin is None else begin.date())
    if jsonl:
        looked, skipped = _over_file(trial, jsonl, begin)
    else:
        looked, skipped = _over_archive(trial, draft, today, begin, config_path), 0
    result = trial.result()
    if as_json:
        backtest_report.print_json(result, looked=looked, skipped=skipped)
    else:
        backtest_report.print_text(result, looked=looked, skipped=skipped)
    if plot:
        backtest_report.draw(result, plot)
        say(f"Drawn into {plot}.")
    return 0


def _topics(
    key: str | None, words: str | None, draft_file: Path | None, config_path: Path | None
) -> "tuple[Topic, Topic | None]":
    """Return the draft, and the topic as it is today where one is named."""
    today = topic_named(key, config_path, try_="tradewire backtest") if key else None
    if words:
        return _plain(words), today
    if draft_file:
        return _drafted(draft_file, key), today
    if today:
        return today, None
    raise click.UsageError("nothing to try: name a topic, --query or --file")


def _plain(words: str) -> "Topic":
    from bot.core.own_queries import topic_of_query

    read_query(words)
    return topic_of_query(words)


def _drafted(path: Path, key: str | None) -> "Topic":
    from bot.core.topic import parse_topics

    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise Failed(f"{path} is not UTF-8 text") from None
    except OSError as error:
        raise Failed(f"{path} cannot be read: {error.strerror}") from None
    with named_errors():
        topics = {topic.key: topic for topic in parse_topics(text, str(path))}
    if key in topics:
        return topics[key]
    if len(topics) != 1:
        named = ", ".join(topics) or "none"
        raise Failed(
            f"{path} holds {len(topics)} topics ({named})", try_="tradewire backtest TOPIC --file FILE"
        )
    return next(iter(topics.values()))


def _over_archive(
    trial: "Trial", draft: "Topic", today: "Topic | None", since: datetime | None, config_path: Path | None
) -> int:
    """Try on the archive; return how many items it holds from `since` on."""
    from bot.core.backtest import Record
    from bot.core.matching import document_of
    from bot.store.archive import candidates
    from bot.store.labels import labels_by_story
    from bot.store.rows import unpack
    from watchers.item import Item

    queries = [each.query for each in (draft, today) if each]
    with looking_into_store(read_settings(config_path)) as database:
        catch_up(database)
        with database.reading() as connection:
            labels = labels_by_story(connection)
            every = candidates(connection, since=since)
        for place, body in texts(database, queries, since=since, label="Reading", stories=labels):
            trial.take(
                Record(
                    document=document_of(unpack(body, Item)),
                    title=place.title,
                    name=place.url,
                    on=place.on or place.at.date(),
                    label=labels.get(place.story) if place.story else None,
                )
            )
    return len(every)


def _over_file(trial: "Trial", path: Path, since: datetime | None) -> tuple[int, int]:
    """Try on a file; return how many lines were looked at and how many skipped. A bad line is named, the rest goes on."""
    from bot.cli.progress import Count
    from bot.core.backtest import record_of

    looked = skipped = 0
    first: date | None = since.date() if since else None
    lines = _lines(path)
    with closing(Count("Reading", of=len(lines))) as shown:
        for number, line in enumerate(lines, 1):
            shown.add(1)
            if not line.strip():
                continue
            try:
                record = record_of(json.loads(line))
            except (ValueError, RecursionError) as error:
                skipped += 1
                if skipped <= MOST_NAMED_LINES:
                    reason = "not JSON" if isinstance(error, json.JSONDecodeError | RecursionError) else error
                    say(f"{path}:{number}: skipped: {reason}")
                continue
            if first is None or (record.on is not None and record.on >= first):
                looked += 1
                trial.take(record)
    if skipped > MOST_NAMED_LINES:
        say(f"and {skipped - MOST_NAMED_LINES} more lines skipped")
    return looked, skipped


def _lines(path: Path) -> list[str]:
    try:
        return path.read_bytes().decode("utf-8", "replace").split("\n")
    except OSError as error:
        raise Failed(f"{path} cannot be read: {error.strerror}") from None
