"""The shipped topics prove themselves, stand in the documentation, and yield to the operator's own."""

from pathlib import Path

import pytest

from bot.core.match import Severity
from bot.core.matching import Matcher, document_of_text
from bot.core.query import evaluate
from bot.core.query.nodes import words_of
from bot.core.text import has_han
from bot.core.topic import TopicError, lint
from bot.core.topic_value import Example
from bot.topics import load

TOPICS = {topic.key: topic for topic in load()}
DOC = (Path(__file__).parents[2] / "docs" / "topics.md").read_text("utf-8")
OWN = '[{key}]\ntitle = "Mine"\nany = ["gallium"]\n[{key}.examples]\nmatch = ["gallium"]\nignore = ["tin"]\n'


def test_the_library_has_the_starter_topics_sorted_by_key():
    assert list(TOPICS) == [
        "ad-cvd",
        "chips-ai",
        "cloud-iaas",
        "connected-vehicles",
        "countermeasures",
        "critical-minerals",
        "customs",
        "export-controls",
        "forced-labor",
        "ieepa-tariffs",
        "investment",
        "party-lists",
        "ports-shipping",
        "sanctions",
        "section-232",
        "section-301",
        "tariffs",
        "trade-agreements",
        "unreliable-entities",
    ]


def test_no_topic_is_urgent_whatever_happens_and_rules_make_it_so():
    assert {topic.severity for topic in TOPICS.values()} == {Severity.INFO, Severity.NOTICE}
    raised = {
        key for key, topic in TOPICS.items() if Severity.URGENT in {rule.severity for rule in topic.rules}
    }
    assert {*TOPICS} - raised <= {"ad-cvd", "cloud-iaas", "trade-agreements"}


@pytest.mark.parametrize("topic", TOPICS.values(), ids=lambda topic: topic.key)
def test_each_topic_matches_and_ignores_its_own_examples(topic):
    assert lint(topic) == ()


@pytest.mark.parametrize("topic", TOPICS.values(), ids=lambda topic: topic.key)
def test_each_topic_has_examples_and_terms_in_both_languages(topic):
    for examples in (topic.match_examples, topic.ignore_examples):
        assert len(examples) >= 8
        assert {has_han(example.title) for example in examples} == {True, False}
    assert {has_han(words.text) for words in words_of(topic.query.node)} == {True, False}
    assert has_han(topic.title_zh)


@pytest.mark.parametrize("topic", TOPICS.values(), ids=lambda topic: topic.key)
def test_each_topic_stands_in_the_documentation(topic):
    assert f"`{topic.key}`" in DOC
    assert topic.title in DOC
    assert topic.title_zh in DOC


def test_the_example_in_the_documentation_is_a_topic_that_loads(tmp_path):
    text = DOC.split("```toml\n")[1].split("```")[0]
    (tmp_path / "example.toml").write_text(text, "utf-8")
    assert len(load(tmp_path)) == len(TOPICS) + 1


@pytest.mark.parametrize(
    ("title", "keys"),
    [
        (
            "Revision to License Review Policy for Advanced Computing Commodities",
            {"chips-ai", "export-controls"},
        ),
        ("Export Controls on Semiconductor Manufacturing Items", {"chips-ai", "export-controls"}),
        ("对BIS实体清单和tariff关税的回应", {"party-lists"}),
        (
            "商务部公告2025年第18号 公布对部分中重稀土相关物项实施出口管制的决定",
            {"critical-minerals", "export-controls"},
        ),
        ("Airworthiness Directives; The Boeing Company Airplanes", set()),
        ("Military and sanitary districts; fuel standards", set()),
        ("Section 301 of title 3, United States Code", set()),
    ],
)
def test_real_titles_reach_the_topics_they_belong_to(title, keys):
    document = Example(title=title).document
    found = {match.topic for match in Matcher(TOPICS.values()).match(document)}
    assert found - {"tariffs"} == keys - {"tariffs"}


def test_pasted_text_in_two_scripts_reaches_tariffs_and_party_lists():
    found = {
        match.topic: match
        for match in Matcher(TOPICS.values()).match(document_of_text("对BIS实体清单和tariff关税的回应"))
    }
    assert set(found) == {"party-lists", "tariffs"}
    assert [hit.words for hit in found["tariffs"].evidence] == ["tariff", "关税"]


def test_no_topic_looks_for_a_bare_element_symbol():
    symbols = "ga ge sb in te bi mo w y sc la ce pr nd sm eu gd tb dy ho er tm yb lu co ni mn mg ti v nb ta be as li"
    assert not {words.text for words in words_of(TOPICS["critical-minerals"].query.node)} & {*symbols.split()}


def test_an_operators_topic_joins_the_shipped_ones_or_replaces_the_one_of_its_name(tmp_path):
    (tmp_path / "mine.toml").write_text(OWN.format(key="mine") + OWN.format(key="tariffs"), "utf-8")
    (tmp_path / "notes.txt").write_text("not a topic")
    topics = {topic.key: topic for topic in load(tmp_path)}
    assert list(topics) == sorted({*TOPICS, "mine"})
    assert topics["tariffs"].title == "Mine"
    assert topics["tariffs"].origin == str(tmp_path / "mine.toml")
    assert evaluate(topics["mine"].query, document_of_text("Gallium")) is not None


def test_an_operators_topic_whose_examples_fail_or_are_missing_is_refused(tmp_path):
    (tmp_path / "mine.toml").write_text(
        OWN.format(key="mine").replace('["tin"]', '["gallium"]') + '[b]\ntitle="b"\nany=["b"]', "utf-8"
    )
    with pytest.raises(TopicError) as caught:
        load(tmp_path)
    assert 'mine: example 1 of "ignore" matches, hits: gallium' in str(caught.value)
    assert "b: no examples to match" in str(caught.value)


def test_a_name_used_in_two_of_the_operators_files_is_refused_naming_both(tmp_path):
    for name in ("one.toml", "two.toml"):
        (tmp_path / name).write_text(OWN.format(key="mine"), "utf-8")
    with pytest.raises(TopicError, match=r"two\.toml  mine: also in .*one\.toml"):
        load(tmp_path)


def test_a_directory_or_file_that_cannot_be_read_is_refused_by_name(tmp_path):
    with pytest.raises(TopicError, match=r"nowhere  not a directory"):
        load(tmp_path / "nowhere")
    (tmp_path / "gbk.toml").write_bytes("[x]\ntitle = '关税'".encode("gbk"))
    with pytest.raises(TopicError, match=r"gbk\.toml  not UTF-8 at byte 13"):
        load(tmp_path)
    (tmp_path / "gbk.toml").unlink()
    (tmp_path / "folder.toml").mkdir()
    with pytest.raises(TopicError, match=r"folder\.toml  cannot be read: "):
        load(tmp_path)
