"""`tradewire topics`: list, show and test topics."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.common import config_option, json_option, load_topics, named_errors
from bot.cli.root import Failed

if TYPE_CHECKING:
    from bot.core.topic import Topic


@click.group("topics", invoke_without_command=True)
@config_option
@json_option
@click.pass_context
def command(ctx: click.Context, config_path: Path | None, as_json: bool) -> int:
    """List the topics. `topics show KEY` prints one, `topics lint` runs their examples."""
    if ctx.invoked_subcommand is not None:
        return 0
    topics = load_topics(config_path)
    if as_json:
        from bot.render.jsonline import line

        for topic in topics:
            click.echo(line(_as_object(topic)))
        return 0
    for topic in topics:
        click.echo(f"{topic.key:<18}{topic.severity.word:<8}{topic.title} · {topic.title_zh}")
    click.echo(f"{len(topics)} topics. try: tradewire topics show {topics[0].key}", err=True)
    return 0


def _as_object(topic: "Topic") -> dict[str, object]:
    return {
        "topic": topic.key,
        "title": topic.title,
        "title_zh": topic.title_zh,
        "severity": topic.severity.word,
        "origin": topic.origin,
        **{name: list(words) for name, _, words in _lists(topic)},
    }


def _lists(topic: "Topic") -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """Return the query's lists: name in the file, meaning, terms as written."""
    lists = (
        ("any", "at least one of", topic.query.any_of),
        ("all", "each of", topic.query.all_of),
        ("none", "and not one of", topic.query.none_of),
    )
    return tuple((name, meaning, tuple(term.written for term in terms)) for name, meaning, terms in lists)


@command.command("show")
@click.argument("key")
@config_option
def show(key: str, config_path: Path | None) -> int:
    """Print a topic: its words in both languages and its examples."""
    import difflib

    import wcwidth

    topics = {topic.key: topic for topic in load_topics(config_path)}
    if key not in topics:
        close = difflib.get_close_matches(key, topics, n=1, cutoff=0.4)
        hint = f"tradewire topics show {close[0]}" if close else "tradewire topics"
        raise Failed(f'there is no topic "{key}"', try_=hint)
    topic = topics[key]
    click.echo(f"{topic.key}  ({topic.severity.word})  {topic.title} · {topic.title_zh}")
    click.echo(f"from {topic.origin}")
    for _, meaning, words in _lists(topic):
        if words:
            click.echo(f"\n{meaning} ({len(words)}):")
            click.echo(
                "\n".join(wcwidth.wrap(" · ".join(words), 80, initial_indent="  ", subsequent_indent="  "))
            )
    for verb, examples in (("Matches", topic.match_examples), ("Ignores", topic.ignore_examples)):
        click.echo(f"\n{verb}, for example:")
        for example in examples[:4]:
            click.echo(
                "\n".join(wcwidth.wrap(example.title, 80, initial_indent="  ", subsequent_indent="    "))
            )
    return 0


@command.command("lint")
@config_option
def lint(config_path: Path | None) -> int:
    """Run every topic's examples. Exit code 1 if one fails."""
    from bot.core.topic import lint as run_examples

    with named_errors():
        topics = load_topics(config_path)
    findings = [finding for topic in topics for finding in run_examples(topic)]
    for finding in findings:
        click.echo(finding)
    count = sum(len(topic.match_examples) + len(topic.ignore_examples) for topic in topics)
    click.echo(f"{len(topics)} topics, {count} examples, {len(findings)} problems")
    return 1 if findings else 0
