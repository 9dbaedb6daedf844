"""The whole service, killed at any moment while platforms misbehave: no alert is lost, none comes twice without its reason.

`TRADEWIRE_CRASH_ROUNDS` sets about how many kills there are at random moments (12); the figures are printed, and their sum is
written to the file that `TRADEWIRE_SOAK` names, if it names one.
"""

import json
import os
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from bot.store.database import Database
from bot.store.queue import drive
from tests.crash.accounts import Accounts
from tests.crash.lives import STORE, Lives, open_lives
from tests.fakes.ledger import url_of
from tests.fakes.places import LOUD, open_places

ROUNDS = int(os.environ.get("TRADEWIRE_CRASH_ROUNDS", "12"))
FIGURES = os.environ.get("TRADEWIRE_SOAK")
KILLS = 50  # on one store
SHARE = 0.3
"""What part of all calls goes wrong."""

TOTAL: Counter[str] = Counter()
"""The figures of all stores so far."""

LAST_LIVES = 30
"""How many lives in peace may pass until nothing waits any more, each longer after the last: webhooks wait up to ten hours."""


async def _live_dangerously(lives: Lives, *, kills: int) -> None:
    places, chance = lives.places, lives.chance
    places.misbehave(chance, share=SHARE)
    while lives.killed < kills:
        for _ in range(chance.randint(0, 2)):
            places.appears(chance)
        if chance.random() < 0.1:
            await lives.stopped_at_random()
        else:
            await lives.killed_at_random()


async def _live_in_peace(lives: Lives) -> frozenset[int]:
    """Live until nothing waits; return the posts that were given up meanwhile and that a person asked for again."""
    lives.places.misbehave(lives.chance, share=0)
    driven: set[int] = set()
    for number in range(LAST_LIVES):
        await lives.in_peace(further=timedelta(hours=number))
        driven.update(_ask_again(lives))
        if not lives.waits():
            break
    assert lives.waits() == []
    return frozenset(driven)


def _ask_again(lives: Lives) -> tuple[int, ...]:
    database = Database.open(url_of(lives.folder / STORE), create=False)
    try:
        with database.writing() as connection:
            return drive(connection, now=lives.places.now, by="a test")
    finally:
        database.close()


def _audit(accounts: Accounts) -> None:
    assert accounts.lost() == []
    assert accounts.unexplained() == []
    assert accounts.out_of_order() == []
    assert accounts.behind() == []
    assert accounts.left_open() == []


def _report(seed: int, figures: dict[str, int]) -> None:
    TOTAL.update(figures)
    print(f"\nstore {seed}: {_said(figures)}\n  so far: {_said(TOTAL)}")
    if FIGURES:
        Path(FIGURES).write_text(json.dumps(TOTAL, indent=2) + "\n", encoding="utf-8")


def _said(figures: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in figures.items())


@pytest.mark.timeout(120)
@pytest.mark.parametrize("seed", range(max(1, ROUNDS // KILLS)))
async def test_killed_at_any_moment_while_platforms_misbehave_it_loses_nothing_and_repeats_only_what_is_in_doubt(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], seed: int
) -> None:
    async with open_places() as places, open_lives(places, tmp_path, seed=seed) as lives:
        await lives.in_peace()
        await _live_dangerously(lives, kills=min(ROUNDS, KILLS))
        driven = await _live_in_peace(lives)
        with lives.store() as connection:
            accounts = Accounts(places=places, connection=connection, driven=driven)
            lived = {"kills": lives.killed, "stops": lives.ended, "lives": lives.runs}
            with capsys.disabled():
                _report(seed, lived | accounts.figures())
            _audit(accounts)


async def _killed_in_a_send(lives: Lives, platform: str) -> None:
    """Let the service die before its first send of something new on a platform, then after one."""
    await lives.in_peace()
    for after in (False, True):
        lives.places.appears_newly(LOUD)
        await lives.dies_at_its_first_send(platform, after=after)
        await _live_in_peace(lives)


async def test_killed_in_a_send_to_slack_the_next_life_looks_for_it_and_doubles_nothing(
    tmp_path: Path,
) -> None:
    async with open_places() as places, open_lives(places, tmp_path) as lives:
        await _killed_in_a_send(lives, "slack")
        with lives.store() as connection:
            accounts = Accounts(places=places, connection=connection)
            _audit(accounts)
            assert accounts.doubles("slack") == 0
            ends = accounts.ends_on("slack")
            assert ["absent", "sent"] in ends, "the one that never left was looked for, and sent then"
            assert ["found"] in ends, "the one that arrived was found"


async def test_killed_in_a_send_to_telegram_it_is_sent_again_and_says_so(tmp_path: Path) -> None:
    async with open_places() as places, open_lives(places, tmp_path) as lives:
        await _killed_in_a_send(lives, "telegram")
        with lives.store() as connection:
            accounts = Accounts(places=places, connection=connection)
            _audit(accounts)
            marked = [[each.marked for each in sights] for sights in accounts.sights_on("telegram")]
            # First the one that never left, which says so none the less, then the one that arrived, and its second sight.
            assert [True, False, True] in marked
