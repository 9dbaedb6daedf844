"""Scores of a classifier: pure computing on answers that are there. It reads no file and knows no topic."""

import statistics
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How the classifier's yes and no fell against the truth's."""

    right: int
    """Hit, and rightly so."""
    wrong: int
    """Hit, and should not have."""
    missed: int
    """Not hit, and should have been."""
    passed: int
    """Not hit, and rightly so."""

    @property
    def total(self) -> int:
        return self.right + self.wrong + self.missed + self.passed


def count(answers: Iterable[tuple[bool, bool]]) -> Counts:
    """Return the counts of `(hit, true)` pairs."""
    met = Counter(answers)
    return Counts(
        right=met[True, True], wrong=met[True, False], missed=met[False, True], passed=met[False, False]
    )


def precision_recall(counts: Counts) -> tuple[float | None, float | None]:
    """Return precision and recall, 0 to 1; None where nothing was hit, or nothing was there to find."""
    return (
        _share(counts.right, counts.right + counts.wrong),
        _share(counts.right, counts.right + counts.missed),
    )


def f1(counts: Counts) -> float | None:
    """Return the harmonic mean of precision and recall; None where nothing was hit and nothing was there."""
    return _share(2 * counts.right, 2 * counts.right + counts.wrong + counts.missed)


def kappa(counts: Counts) -> float | None:
    """Return Cohen's kappa: agreement beyond chance, 1 if total, 0 if by chance; None where chance alone explains all."""
    total = counts.total
    if not total:
        return None
    agreed = (counts.right + counts.passed) / total
    hit, true = counts.right + counts.wrong, counts.right + counts.missed
    by_chance = (hit * true + (total - hit) * (total - true)) / total**2
    return None if by_chance == 1 else (agreed - by_chance) / (1 - by_chance)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Months:
    """Hits per calendar month of one topic."""

    total: int
    least: int
    median: float
    most: int


def per_month(hits: Iterable[str], months: Iterable[str]) -> Months:
    """Return the hits of each of `months` ("2022-03") in figures. `hits` are ISO dates; other months count in the total only.

    A month without a hit counts as 0. `months` may not be empty.
    """
    met = Counter(day[:7] for day in hits)
    each = [met[month] for month in months]
    return Months(total=met.total(), least=min(each), median=statistics.median(each), most=max(each))


def whole_months(days: Iterable[str], least: int) -> tuple[str, ...]:
    """Return the months of these ISO dates that have at least `least` of them, in order: those that are wholly recorded."""
    met = Counter(day[:7] for day in days)
    return tuple(month for month in sorted(met) if met[month] >= least)
