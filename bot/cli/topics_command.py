"""`tradewire topics`: list, show and test topics."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli import completing
from bot.cli.common import config_option, json_option, load_topics, named_errors, topic_named

if TYPE_CHECKING:
    from bot.core.topic_value import Topic


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
    from bot.render.plain import wrap

    width = max((len(topic.key) for topic in topics), default=0) + 2
    for topic in topics:
        head = f"{topic.key:<{width}}{topic.severity.word:<8}"
        blank = " " * len(head)
        rows = wrap(f"{topic.title} · {topic.title_zh}", head, blank)
        if len(rows) > 1:  # then each language begins a line
            rows = [*wrap(topic.title, head, blank), *wrap(topic.title_zh, blank)]
        click.echo("\n".join(rows))
    click.echo(f"{len(topics)} topics. try: tradewire topics show {topics[0].key}", err=True)
    return 0


def _as_object(topic: "Topic") -> dict[str, object]:
    from bot.core.query import printed

    return {
        "topic": topic.key,
        "title": topic.title,
        "title_zh": topic.title_zh,
        "severity": topic.severity.word,
        "origin": topic.origin,
        "query": printed(topic.query.node),
        "quiet": printed(topic.quiet.node) if topic.quiet else None,
        "rules": [
            {
                "when": printed(rule.when.node),
                "severity": rule.severity.word if rule.severity else None,
                "weight": rule.weight,
            }
            for rule in topic.rules
        ],
        "least_weight": topic.least_weight,
    }


@command.command("show")
@click.argument("key", shell_complete=completing.topics)
@config_option
def show(key: str, config_path: Path | None) -> int:
    """Print a topic: its words in both languages and its examples."""
    import wcwidth

    from bot.core.query import printed

    topic = topic_named(key, config_path, try_="tradewire topics show")
    click.echo(f"{topic.key}  ({topic.severity.word})  {topic.title} · {topic.title_zh}")
    click.echo(f"from {topic.origin}")
    _wrapped("Query", printed(topic.query.node))
    if topic.quiet:
        _wrapped("Quiet (info, whatever else) where", printed(topic.quiet.node))
    for rule in topic.rules:
        meaning = f"{rule.severity.word} where" if rule.severity else f"weight {rule.weight} where"
        _wrapped(meaning.capitalize(), printed(rule.when.node))
    for verb, examples in (("Matches", topic.match_examples), ("Ignores", topic.ignore_examples)):
        click.echo(f"\n{verb}, for example:")
        for example in examples[:4]:
            click.echo(
                "\n".join(wcwidth.wrap(example.title, 80, initial_indent="  ", subsequent_indent="    "))
            )
    return 0


def _wrapped(meaning: str, text: str) -> None:
    import wcwidth

    click.echo(f"\n{meaning}:")
    click.echo("\n".join(wcwidth.wrap(text, 80, initial_indent="  ", subsequent_indent="  ")))


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
