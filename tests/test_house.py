"""The house rules that a machine can hold: the direction of imports, sizes, the clock, locked requirements, linked documents."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PROGRAM = [path for folder in ("bot", "watchers") for path in sorted((ROOT / folder).rglob("*.py"))]
EVERYTHING = [*PROGRAM, *sorted((ROOT / "tests").rglob("*.py"))]
REQUIREMENTS = ["requirements.txt", "requirements-dev.txt"]

MAX_LINES = 400
LONGER_FOR_A_REASON: dict[str, str] = {}

CLOCKS = {
    "datetime": {"now", "utcnow", "today"},
    "date": {"today"},
    "time": {"time", "time_ns", "localtime", "gmtime", "ctime"},
}


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def nodes(path: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def test_imports_go_the_way_they_may() -> None:
    # In a process of its own: the linter sets up logging for all of the process that it runs in.
    linter = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command; lint_imports_command()",
    ]
    arguments = ["--config", str(ROOT / ".importlinter"), "--no-cache"]
    ran = subprocess.run([*linter, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 (a tool of ours)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_no_module_is_longer_than_one_can_read_at_a_sitting() -> None:
    long = {
        named(path): lines
        for path in EVERYTHING
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > MAX_LINES
    }
    assert {name: lines for name, lines in long.items() if name not in LONGER_FOR_A_REASON} == {}
    assert set(LONGER_FOR_A_REASON) <= set(long), "no longer long: take it off the list"


def test_every_module_says_what_it_is() -> None:
    silent = [
        named(path)
        for path in EVERYTHING
        if (tree := ast.parse(path.read_text(encoding="utf-8"))).body and not ast.get_docstring(tree)
    ]
    assert silent == []


def test_only_the_clock_reads_the_clock() -> None:
    readers = [
        f"{named(path)}:{node.lineno}"
        for path in PROGRAM
        if named(path) != "bot/clock.py"
        for node in nodes(path)
        if _reads_the_clock(node)
    ]
    assert readers == []


def _reads_the_clock(node: ast.AST) -> bool:
    match node:
        case ast.Attribute(value=ast.Name(id=owner) | ast.Attribute(attr=owner), attr=name):
            return name in CLOCKS.get(owner, ())
        case ast.ImportFrom(module="time", names=names):
            return any(one.name in CLOCKS["time"] for one in names)
        case _:
            return False


def test_only_the_console_and_the_commands_print() -> None:
    printing = [
        f"{named(path)}:{node.lineno}"
        for path in PROGRAM
        if not named(path).startswith(("bot/cli/", "bot/channels/"))
        for node in nodes(path)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert printing == []


# -- locked requirements


def pins(name: str) -> dict[str, str]:
    """Each requirement of a lock file, whole, by its normal name."""
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line.strip() for line in text.splitlines()]
    return {
        canonicalize_name(re.split(r"[=\s;\[]", line, maxsplit=1)[0]): line
        for line in lines
        if line and not line.startswith("#")
    }


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_every_locked_requirement_is_exact_and_has_a_hash(name: str) -> None:
    locked = pins(name)
    assert locked
    loose = [
        line for line in locked.values() if not re.match(r"[\w.-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", line)
    ]
    assert loose == []


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_locked_requirements_name_no_place_to_get_them_from(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"(?m)^\s*(-i|-f|--index-url|--extra-index-url|--find-links|--trusted-host)\b", text)


def test_what_the_project_asks_for_is_what_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = {
        "requirements.txt": project["project"]["dependencies"] + project["build-system"]["requires"],
        "requirements-dev.txt": project["dependency-groups"]["dev"],
    }
    for name, wanted in asked.items():
        locked = pins(name)
        for requirement in map(Requirement, wanted):
            pin = locked[canonicalize_name(requirement.name)]
            assert requirement.specifier.contains(pin.split("==")[1].split()[0]), (
                f"run `make lock`: {pin[:60]}"
            )


def test_whoever_develops_runs_what_is_shipped() -> None:
    development = pins("requirements-dev.txt")
    assert {name: development.get(name) for name in pins("requirements.txt")} == pins("requirements.txt")


# -- documents


def test_every_decision_is_linked_from_the_list_of_decisions() -> None:
    folder = ROOT / "docs" / "adr"
    listed = re.findall(r"\]\((\d{4}-[\w-]+\.md)\)", (folder / "README.md").read_text(encoding="utf-8"))
    assert sorted(listed) == sorted(path.name for path in folder.glob("[0-9]*.md"))


def test_every_dependency_has_its_reason() -> None:
    reasons = (ROOT / "docs" / "adr" / "0002-dependencies.md").read_text(encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
    names = [Requirement(one).name for one in wanted + project["build-system"]["requires"]]
    assert [name for name in names if f"`{name}`" not in reasons] == []


def test_the_change_log_has_a_place_for_what_comes_next() -> None:
    assert "\n## [Unreleased]\n" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_links_between_documents_lead_somewhere() -> None:
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "deploy").glob("*.md")]
    broken = [
        f"{named(path)}: {target}"
        for path in documents
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", path.read_text(encoding="utf-8"))
        if "://" not in target and not target.startswith("mailto:") and not (path.parent / target).exists()
    ]
    assert broken == []
