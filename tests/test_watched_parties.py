"""The watch list from the configuration to the alert, and to the rulebook by which it is decided again."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.demo.register import Register
from bot.store.verify import verify
from tests.fakes.apps import open_bench
from tests.test_pipeline import document, learned

MONDAY = datetime(2026, 11, 16, 14, 30, tzinfo=UTC)  # 09:30 Eastern
TITLE = "Notice of a Meeting With Huawei Technologies Co., Ltd., on Gallifreyan Goods"


async def test_words_of_ones_own_are_urgent_where_they_name_a_watched_party(tmp_path: Path) -> None:
    papers = [
        document("2026-20001", "2026-11-17", TITLE),
        document("2026-20002", "2026-11-17", "Gallifreyan Goods"),
    ]
    async with (
        Register(papers, []) as register,
        open_bench(
            register.base_url,
            tmp_path / "store.sqlite3",
            MONDAY,
            watch_list={"parties": ["Huawei", "华为"]},
            console={"topics": ["chips-ai"]},
            subscriptions=[{"channel": "console", "query": "gallifreyan"}],
        ) as bench,
    ):
        await learned(bench, register)
        register.now = MONDAY + timedelta(days=1)
        await bench.check(at=register.now)
        told = {
            alert["refs"][0]: (alert["severity"], [each["why"] for each in alert["reasons"]])
            for alert in bench.alerts()
        }
        found = await bench.app.store.read(lambda connection: verify(connection, progress=lambda _, __: None))
    assert told == {
        "fr:2026-20001": ("urgent", ["watched party: Huawei"]),
        "fr:2026-20002": ("notice", []),
    }
    assert (found.items, found.gaps) == (2, [])
