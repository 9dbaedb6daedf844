"""What channels read, as it was reviewed: each case of the design on each platform, in English and Chinese (golden files)."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from bot.core.channel import Language
from bot.core.posting import Posting
from bot.render import console, slack, telegram
from bot.render.objects import posting_object
from tests.fakes.blocks import check
from tests.fakes.posts import cases

GOLDEN = Path(__file__).parent / "golden" / "posts"
LANGUAGES: tuple[Language, ...] = ("en", "zh")
CASES = list(cases("en"))


def on_slack(posting: Posting) -> str:
    return json.dumps(asdict(slack.render(posting)), ensure_ascii=False, indent=1)


def on_telegram(posting: Posting) -> str:
    message = telegram.render(posting)
    buttons = [" ".join(f"[{each.label}]({each.data})" for each in row) for row in message.keyboard]
    return "\n".join((message.html, *buttons, "silent" if message.silent else "with sound"))


def on_a_console(posting: Posting) -> str:
    text = console.render(posting)
    check(text)
    return text


PLATFORMS = {"slack.json": on_slack, "telegram.html": on_telegram, "console.txt": on_a_console}


def check_golden(name: str, text: str) -> None:
    """Assert that a text is as it was reviewed. One that never was is written, and fails."""
    path = GOLDEN / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{text}\n", encoding="utf-8")
        pytest.fail(f"{name} was written: review it")
    assert f"{text}\n" == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", CASES)
def test_a_case_reads_as_it_was_reviewed(case: str, language: Language, platform: str) -> None:
    texts = map(PLATFORMS[platform], cases(language)[case])
    name, ending = platform.split(".")
    check_golden(f"{case}/{name}.{language}.{ending}", "\n\n".join(texts))


@pytest.mark.parametrize("case", CASES)
def test_the_json_of_a_case_is_the_same_in_every_language(case: str) -> None:
    english, chinese = ([posting_object(each) for each in cases(language)[case]] for language in LANGUAGES)
    assert english == chinese
    check_golden(f"{case}/posts.json", json.dumps(english, ensure_ascii=False, indent=1))


def test_there_is_no_golden_post_without_its_case() -> None:
    names = [
        f"{name}.{language}.{ending}"
        for name, ending in (each.split(".") for each in PLATFORMS)
        for language in LANGUAGES
    ]
    expected = {f"{case}/{name}" for case in CASES for name in (*names, "posts.json")}
    assert {path.relative_to(GOLDEN).as_posix() for path in GOLDEN.rglob("*.*")} == expected
