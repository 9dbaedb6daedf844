"""`match` and `topics`: explanations that can be checked by eye and by program."""

import json
from collections.abc import Callable
from pathlib import Path

import wcwidth

from tests.cli.conftest import KeptDemo, Ran, run_afresh

Run = Callable[..., Ran]


def test_a_text_in_two_scripts_is_explained_with_the_words_in_brackets(tradewire: Run) -> None:
    ran = tradewire("match", "BIS adds 13 firms to the Entity List; 商务部对镓、锗实施出口管制")
    assert ran.code == 0
    assert "party-lists  (notice)" in ran.out
    assert "[Entity List]" in ran.out
    assert "[镓]、[锗]" in ran.out


def test_a_match_in_json_is_one_object_whose_offsets_point_at_the_words(tradewire: Run) -> None:
    text = "Additions to the Ｅｎｔｉｔｙ List，稀土"
    ran = tradewire("match", text, "--json")
    found = json.loads(ran.out)
    assert found["text"] == text
    hits = {
        (match["topic"], evidence["words"], evidence["lang"]): evidence
        for match in found["matches"]
        for evidence in match["evidence"]
    }
    assert ("party-lists", "Ｅｎｔｉｔｙ List", "en") in hits
    assert any(words == "稀土" and lang == "zh" for _, words, lang in hits)
    for (_, words, _), evidence in hits.items():
        assert text[evidence["start"] : evidence["end"]] == words


def test_nothing_matched_is_no_failure(tradewire: Run) -> None:
    ran = tradewire("match", "Airworthiness Directives; The Boeing Company Airplanes")
    assert (ran.code, ran.out) == (0, "No topic matches.\n")
    assert json.loads(tradewire("match", "nothing", "--json").out)["matches"] == []


def test_a_file_and_standard_input_are_read(tradewire: Run, tmp_path: Path) -> None:
    (tmp_path / "notice.txt").write_text("关于对锑等物项实施出口管制的公告", encoding="utf-8")
    for arguments, stdin in ((["notice.txt"], None), (["-"], "export of antimony 锑")):
        ran = tradewire("match", *arguments, stdin=stdin)
        assert "critical-minerals" in ran.out
    (tmp_path / "latin.txt").write_bytes(b"caf\xe9")
    broken = tradewire("match", "latin.txt")
    assert (broken.code, broken.err) == (1, "error: latin.txt is not UTF-8 text\n")


def test_an_item_of_the_store_is_matched_by_its_address(kept_demo: KeptDemo) -> None:
    config = ["--config", "kept/config.toml"]
    ran = kept_demo.tradewire("match", "https://www.federalregister.gov/d/2024-01580", *config)
    assert ran.code == 0
    assert "cloud-iaas" in ran.out
    absent = kept_demo.tradewire("match", "https://www.federalregister.gov/d/1999-00001", *config)
    assert absent.code == 1
    assert "no item with the address" in absent.err


def test_control_characters_in_a_text_never_reach_the_terminal(tradewire: Run) -> None:
    ran = tradewire("match", "gallium \x1b[31mred\x07 \u202eesrever")
    assert "gallium" in ran.out
    assert not {"\x1b", "\x07", "\u202e"} & set(ran.out)


def test_topics_are_listed_shown_and_linted(tradewire: Run) -> None:
    listed = tradewire("topics")
    assert max(map(wcwidth.wcswidth, listed.out.splitlines())) <= 80
    keys = [line.split()[0] for line in listed.out.splitlines() if not line.startswith(" ")]
    assert {
        "export-controls",
        "party-lists",
        "chips-ai",
        "cloud-iaas",
        "critical-minerals",
        "tariffs",
    } <= set(keys)
    shown = tradewire("topics", "show", keys[0])
    assert shown.code == 0
    assert "Matches, for example:" in shown.out
    assert {json.loads(line)["topic"] for line in tradewire("topics", "--json").out.splitlines()} == set(keys)
    lint = tradewire("topics", "lint")
    assert lint.code == 0
    assert "0 problems" in lint.out


def test_an_unknown_topic_gets_a_suggestion(tradewire: Run) -> None:
    ran = tradewire("topics", "show", "minerals")
    assert ran.code == 1
    assert "try: tradewire topics show critical-minerals" in ran.err


def test_a_bad_topic_file_is_named_with_its_place_and_nothing_starts(tradewire: Run, tmp_path: Path) -> None:
    (tmp_path / "topics").mkdir()
    (tmp_path / "topics" / "mine.toml").write_text(
        '[my-topic]\ntitle = "Mine"\ntitle_zh = "我的"\nany = ["*"]\n', encoding="utf-8"
    )
    tradewire("init")
    with (tmp_path / "config.toml").open("a", encoding="utf-8") as file:
        file.write('\n[topics]\ndirectory = "topics"\n')
    for command in ("topics", "check"):
        ran = tradewire(command)
        assert ran.code == 78
        assert "mine.toml" in ran.err
        assert "my-topic" in ran.err
        assert ran.out == ""


def test_a_bad_query_in_a_topic_file_is_shown_with_a_caret_and_nothing_starts(
    tradewire: Run, tmp_path: Path
) -> None:
    (tmp_path / "topics").mkdir()
    topic = "[my-topic]\ntitle = \"Mine\"\nquery = '''\n(\n  gallium OR 镓\n  OR colr:red\n)\n'''\n"
    (tmp_path / "topics" / "mine.toml").write_text(topic, encoding="utf-8")
    tradewire("init")
    with (tmp_path / "config.toml").open("a", encoding="utf-8") as file:
        file.write('\n[topics]\ndirectory = "topics"\n')
    for command in ("topics", "check", "run"):
        ran = tradewire(command)
        assert (ran.code, ran.out) == (78, "")
        first, *shown = ran.err.splitlines()
        assert 'mine.toml:6:6  my-topic: `query`: there is no field "colr"' in first
        assert shown[:2] == ["  6 |   OR colr:red", "    |      ^"]


def test_a_terminal_without_chinese_shows_escapes_and_the_command_goes_on(tmp_path: Path) -> None:
    ran = run_afresh(tmp_path, "match", "gallium 镓", env={"PYTHONIOENCODING": "latin-1"})
    assert ran.code == 0
    assert "[\\u9553]" in ran.out
