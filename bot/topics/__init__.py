"""The shipped topic library (one TOML file per topic, beside this module) and the operator's own topics. It decides no match."""

from collections.abc import Iterable
from importlib import resources
from pathlib import Path

from bot.core.topic import TopicError, lint, parse_topics
from bot.core.topic_value import Topic


def load(directory: Path | None = None) -> tuple[Topic, ...]:
    """Return the shipped topics and those of the `*.toml` files in `directory`, sorted by key.

    A topic in `directory` replaces the shipped one of the same key. Raises TopicError, naming the file and the place: for a
    file that cannot be read or parsed, for a key used twice, and for an operator's topic whose examples are missing or fail.
    """
    shipped = (
        (entry.name, entry.read_bytes())
        for entry in resources.files(__name__).iterdir()
        if entry.name.endswith(".toml")
    )
    topics = _collect((f"{name} (shipped)", content) for name, content in sorted(shipped))
    if directory is not None:
        own = _collect(_files(directory))
        findings = tuple(finding for topic in own.values() for finding in lint(topic))
        if findings:
            raise TopicError("\n".join(("examples are missing or fail:", *findings)), origin=str(directory))
        topics |= own
    return tuple(topics[key] for key in sorted(topics))


def _files(directory: Path) -> Iterable[tuple[str, bytes]]:
    try:
        if not directory.is_dir():
            raise TopicError(
                "not a directory", origin=str(directory), advice="create it, or leave the setting out"
            )
        for path in sorted(directory.glob("*.toml")):
            yield str(path), path.read_bytes()
    except OSError as error:
        problem = f"cannot be read: {error.strerror or error}"
        raise TopicError(
            problem, origin=str(error.filename or directory), advice="check that it is a readable file"
        ) from None


def _collect(files: Iterable[tuple[str, bytes]]) -> dict[str, Topic]:
    topics: dict[str, Topic] = {}
    for origin, content in files:
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError as error:
            problem = f"not UTF-8 at byte {error.start}"
            raise TopicError(problem, origin=origin, advice="save the file as UTF-8") from None
        for topic in parse_topics(text, origin):
            if topic.key in topics:
                raise TopicError(
                    f"also in {topics[topic.key].origin}",
                    origin=origin,
                    topic=topic.key,
                    advice="rename one of the two",
                )
            topics[topic.key] = topic
    return topics
