"""`match` and `whynot` say which part of which query failed, for an id, an address or pasted text."""

import json
from collections.abc import Callable

from tests.cli.conftest import KeptDemo, Ran

Run = Callable[..., Ran]
CONFIG = ("--config", "kept/config.toml")


def test_one_query_is_explained_also_where_it_does_not_match(tradewire: Run) -> None:
    ran = tradewire("match", "gallium exports", "--query", "gallium AND import*")
    assert ran.code == 0
    assert "No topic matches." in ran.out
    assert "[gallium]" in ran.out
    assert "import* stands nowhere" in ran.out
    found = json.loads(tradewire("match", "gallium", "--query", "gallium AND import*", "--json").out)
    assert (found["matches"], found["near"][0]["failed"]) == ([], ["import* stands nowhere"])


def test_a_query_that_cannot_be_read_and_a_topic_that_is_not_there_are_named(tradewire: Run) -> None:
    broken = tradewire("match", "gallium", "--query", "(gallium")
    assert (broken.code, "(gallium" in broken.err) == (2, True)
    unknown = tradewire("match", "gallium", "--topic", "nothing")
    assert (unknown.code, 'there is no topic "nothing"' in unknown.err) == (1, True)
    assert tradewire("match", "gallium", "--topic", "tariffs", "--query", "tin").code == 2


def test_the_text_is_shown_as_it_is_searched(tradewire: Run) -> None:
    assert "Folded    body: bis 实体清单" in tradewire("match", "ＢＩＳ‐實體清單", "--folded").out


def test_an_item_is_explained_by_its_number_with_what_was_read(kept_demo: KeptDemo) -> None:
    ran = kept_demo.tradewire("match", "2024-01580", *CONFIG)
    assert ran.out.startswith("Parsed    title ")
    assert "cloud-iaas" in ran.out
    one = kept_demo.tradewire("match", "2024-01580", "--topic", "tariffs", *CONFIG)
    assert "tariffs  (no match)" in one.out


def test_a_channel_hears_why_something_did_not_come(kept_demo: KeptDemo) -> None:
    ran = kept_demo.tradewire("whynot", "2024-01580", "--channel", "console", *CONFIG)
    assert ran.code == 0
    assert ran.out.startswith("console  decided: ")
    assert "export-controls  (no match)" in ran.out
    assert all(len(line) <= 80 for line in ran.out.splitlines())
    found = json.loads(kept_demo.tradewire("whynot", "2024-01580", "--json", *CONFIG).out)
    assert (found["channel"], found["item"]) == ("console", "2024-01580")
    assert {"topic", "words", "failed"} == set(found["missed"][0])


def test_a_pasted_text_is_explained_though_nothing_was_decided(kept_demo: KeptDemo) -> None:
    ran = kept_demo.tradewire("whynot", "a cloud over Geneva", *CONFIG)
    assert "never decided: this is not in the store" in ran.out
    nobody = kept_demo.tradewire("whynot", "x", "--channel", "slack:C0123456", *CONFIG)
    assert (nobody.code, "there is no channel" in nobody.err) == (1, True)


def test_why_of_a_text_says_which_topics_would_hit_it(kept_demo: KeptDemo) -> None:
    ran = kept_demo.tradewire("why", "美国对镓加征关税", *CONFIG)
    assert ran.code == 0, ran.err
    assert "critical-minerals" in ran.out
    assert "[镓]" in ran.out
    found = json.loads(kept_demo.tradewire("why", "US raises tariffs on China", "--json", *CONFIG).out)
    assert {match["topic"] for match in found["matches"]} >= {"tariffs"}
    unknown = kept_demo.tradewire("why", "2031-00001", *CONFIG)
    assert (unknown.code, 'nothing in the store is called "2031-00001"' in unknown.err) == (1, True)


def test_why_of_a_text_needs_no_record_and_why_of_a_name_says_that_there_is_none(tradewire: Run) -> None:
    assert "[gallium]" in tradewire("why", "China curbs exports of gallium").out
    assert tradewire("init").code == 0
    assert "[gallium]" in tradewire("why", "China curbs exports of gallium").out
    for name in ("7f3a", "latest", "https://www.federalregister.gov/d/2023-23048"):
        ran = tradewire("why", name)
        assert (ran.code, ran.out) == (1, "")
        assert "no store at" in ran.err
        assert "try: tradewire check" in ran.err
