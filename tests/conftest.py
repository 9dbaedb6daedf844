"""What holds for every test: no way off this machine, no settings from outside, the same random examples each time.

Recorded material that is not part of the project is used where it is present (`corpus`). With TRADEWIRE_NO_SKIPS set, a
test that is skipped or expected to fail fails the run.
"""

import logging
import os
import socket
from collections.abc import Callable, Iterator
from functools import wraps
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import structlog

ROOT = Path(__file__).resolve().parent.parent
CORPUS = Path(os.environ.get("TRADEWIRE_CORPUS") or ROOT.parent / "shared" / "corpus")
NO_SKIPS = bool(os.environ.get("TRADEWIRE_NO_SKIPS"))
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")

hypothesis.settings.register_profile("fixed", derandomize=True, deadline=None, print_blob=True)
hypothesis.settings.load_profile("fixed")

_not_run: dict[str, int] = {"corpus": 0}
_skipped: list[str] = []


# -- the network


class LeftTheMachine(RuntimeError):
    """A test tried to reach another host. No OSError, so that no code under test takes it for a network fault."""


def _is_loopback(host: object) -> bool:
    if host in (None, "", "localhost"):
        return True
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    try:
        address = ip_address(str(host).partition("%")[0])
    except ValueError:
        return str(host).rstrip(".").endswith(".localhost")
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback)


def _guarded(original: Callable[..., Any], name: str) -> Callable[..., Any]:
    @wraps(original)
    def checked(self: socket.socket, *arguments: Any) -> Any:
        address = arguments[-1]
        if self.family != socket.AF_UNIX and isinstance(address, tuple) and not _is_loopback(address[0]):
            raise LeftTheMachine(f"socket.{name} to {address[0]}")
        return original(self, *arguments)

    return checked


def _close_the_network(config: pytest.Config) -> None:
    patch = pytest.MonkeyPatch()
    config.add_cleanup(patch.undo)
    for name in ("connect", "connect_ex", "sendto"):
        patch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name), name))
    resolve = socket.getaddrinfo

    def checked(host: Any, *arguments: Any, **more: Any) -> Any:
        if not _is_loopback(host) and not _is_literal(host):
            raise LeftTheMachine(f"looking up {host}")
        return resolve(host, *arguments, **more)

    patch.setattr(socket, "getaddrinfo", checked)


def _is_literal(host: object) -> bool:
    try:
        ip_address(host.decode() if isinstance(host, bytes) else str(host))
    except ValueError:
        return False
    return True


# -- the surroundings of each test


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.upper().startswith("TRADEWIRE_") or name.upper() in PROXIES:
            monkeypatch.delenv(name)
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)


@pytest.fixture
def corpus() -> Path:
    """The recorded material. Only for tests marked `corpus`, which are not run where it is absent."""
    return CORPUS


@pytest.fixture
def logging_restored() -> Iterator[None]:
    """For tests that configure logging: afterwards it is as it was."""
    root = logging.getLogger()
    named = [one for one in root.manager.loggerDict.values() if isinstance(one, logging.Logger)]
    before = [(one, one.level, list(one.handlers)) for one in (root, *named)]
    yield
    for logger, level, handlers in before:
        logger.setLevel(level)
        logger.handlers[:] = handlers
    structlog.reset_defaults()


# -- pytest's own hooks


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "corpus: needs recorded material that is not part of the project")
    _close_the_network(config)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if CORPUS.is_dir():
        return
    absent = [item for item in items if item.get_closest_marker("corpus")]
    if absent:
        config.hook.pytest_deselected(items=absent)
        items[:] = [item for item in items if not item.get_closest_marker("corpus")]
    _not_run["corpus"] = len(absent)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped or hasattr(report, "wasxfail"):
        _skipped.append(report.nodeid)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    if report.skipped:
        _skipped.append(report.nodeid)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    worker = getattr(session.config, "workeroutput", None)
    if worker is not None:  # a process of pytest-xdist: every one of them collects the same tests
        worker["corpus"] = _not_run["corpus"]
    elif NO_SKIPS and _skipped and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    output = getattr(node, "workeroutput", {})
    _not_run["corpus"] = max(_not_run["corpus"], output.get("corpus", 0))


@pytest.hookimpl(wrapper=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Iterator[None]:
    yield
    if _not_run["corpus"]:
        terminalreporter.write_line(f"recorded corpus absent: {_not_run['corpus']} tests not run")
    if NO_SKIPS:
        for name in dict.fromkeys(_skipped):
            terminalreporter.write_line(f"not run, and none may be: {name}", red=True)
