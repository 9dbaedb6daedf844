"""What every benchmark has in common: one figure beside a named peer, both measured in turns in the same run."""

import statistics
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 7

Figure = dict[str, Any]


def paired(ours: Callable[[], object], theirs: Callable[[], object]) -> tuple[float, float]:
    """Return the median seconds of each, taken in turns so that a drifting machine bears on both."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for work, kept in zip((ours, theirs), times, strict=True):
            began = time.perf_counter()
            work()
            kept.append(time.perf_counter() - began)
    return statistics.median(times[0]), statistics.median(times[1])


def figure(
    name: str,
    value: float,
    unit: str,
    *,
    peer: str,
    version: str,
    ratio: float | None,
    goal: str,
    met: bool | None,
) -> Figure:
    """Return a figure for the record. `ratio` is None where the peer does no work that could be timed beside ours."""
    return {
        "name": name,
        "value": round(value, 3),
        "unit": unit,
        "peer": peer,
        "peer_version": version,
        "ratio": None if ratio is None else round(ratio, 3),
        "goal": goal,
        "met": met,
    }


def show(figures: Iterable[Figure]) -> None:
    """Print figures as a table."""
    for each in figures:
        met = {True: "met", False: "MISSED", None: ""}[each["met"]]
        ratio = f"{each['ratio']:.2f} x {each['peer']}"
        print(
            f"{each['name']:<40}{each['value']:>12,.1f} {each['unit']:<14}{ratio:<40}{each['goal']:<12}{met}"
        )
