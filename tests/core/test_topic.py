"""Topic files: what they become, what is wrong with a bad one, and what their examples prove."""

import pytest

from bot.core.match import Severity
from bot.core.topic import TopicError, lint, parse_topics

GOOD = """
[critical-minerals]
title = "Critical minerals"
title_zh = "关键矿产"
severity = "urgent"
any = ["gallium", "镓"]
none = ["agency:forest-service"]

[critical-minerals.examples]
match = ["Gallium controls", { title = "公告", abstract = "对镓相关物项", type = "Notice", source = "mofcom" }]
ignore = ["Tin", { title = "Gallium mine", agency = "Forest Service" }]

[short]
title = " Short "
all = ["x"]
"""


def refused(text):
    with pytest.raises(TopicError) as caught:
        parse_topics(text, "topics/mine.toml")
    return caught.value


def test_a_file_gives_its_topics_in_order_with_defaults():
    minerals, short = parse_topics(GOOD, "topics/mine.toml")
    assert (minerals.key, minerals.title, minerals.title_zh, minerals.severity) == (
        "critical-minerals",
        "Critical minerals",
        "关键矿产",
        Severity.URGENT,
    )
    assert minerals.origin == "topics/mine.toml"
    assert [len(minerals.match_examples), len(minerals.ignore_examples)] == [2, 2]
    assert minerals.match_examples[1].kind == "Notice"
    assert (short.title, short.title_zh, short.severity) == ("Short", "Short", Severity.NOTICE)


def test_a_file_without_topics_is_fine():
    assert parse_topics("# nothing yet\n", "x.toml") == ()


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ('[a]\ntitle = "t"\nany = ["ok", "*"]', "3:14", 'a: `any`: term 2: "*" alone'),
        ("[a]\ntitle = 't'\nany = ['ok', 'fo*o']", "3:14", '"*" inside'),
        ('[a]\ntitle = "t"\nany = []', "3:1", "a: `any`: the list is empty"),
        ('[a]\ntitle = "t"\nany = ["ok", 3]', "3:1", "term 2: not text but int"),
        ('[a]\ntitle = "t"\nany = ["\\u002a"]', "3:1", '"*" alone'),
        ('[a]\ntitle = "t"', "1:2", "a: nothing to look for"),
        ('[a]\ntitel = "t"', "2:1", "did you mean `title`?"),
        (
            '[a]\ntitle = "t"\nwords = ["x"]',
            "3:1",
            "keys are title, title_zh, severity, query, any, all, none, quiet, rules",
        ),
        ('[a]\nany = ["x"]', "1:2", "`title`: missing"),
        ('[a]\nany = ["x"]\n[b]\ntitle = "b"', "1:2", "`title`: missing"),
        ('[a]\ntitle = 3\nany = ["x"]', "2:1", "`title`: not a text"),
        ('[a]\ntitle = " "\nany = ["x"]', "2:1", "`title`: empty"),
        ('[a]\ntitle = "t"\ntitle_zh = ""\nany = ["x"]', "3:1", "`title_zh`: empty"),
        ('[a]\ntitle = "t"\nany = ["x"]\nseverity = "loud"', "4:1", "unknown severity 'loud'\n"),
        ('[a]\ntitle = "t"\nany = ["x"]\nseverity = 2', "4:1", "one of info, notice, urgent"),
        ('[a]\ntitle = "t"\nany = ["x"]\nexamples = 3', "4:1", "`examples`: not a table"),
        ('[a]\ntitle = "t"\nany = ["x"]\n[a.examples]\nmatches = []', "5:1", "did you mean `match`?"),
        ('[a]\ntitle = "t"\nany = ["x"]\n[a.examples]\nmatch = "x"', "5:1", "`examples.match`: not a list"),
        ('[a]\ntitle = "t"\nany = ["x"]\n[a.examples]\nmatch = ["x", 3]', "5:1", "example 2 has no title"),
        (
            '[a]\ntitle = "t"\nany = ["x"]\n[a.examples]\nmatch = [{abstract = "x"}]',
            "5:1",
            "example 1 has no title",
        ),
        (
            '[a]\ntitle = "t"\nany = ["x"]\n[a.examples]\nignore = [{title = "x", agency = 3}]',
            "5:1",
            "not text",
        ),
        (
            '[a]\ntitle = "t"\nany = ["x"]\n[a.examples]\nignore = [{title = "x", agenci = "y"}]',
            "5:25",
            "did you mean `agency`?",
        ),
        ('["Big Topic"]\ntitle = "t"', "1:3", "Big Topic: not a topic name"),
        ('title = "t"', "1:1", "title: stands outside a topic"),
        ("a.b.c = 1", "", "unknown key"),
        ("[a\n", "1:3", "not valid TOML"),
        ('[a]\nany = ["x"', "2", "not valid TOML"),
        ("[a]\n[a]\n", "2:3", "not valid TOML"),
        ("[a]\nx = " + "9" * 5000, "", "not valid TOML"),
        ("[a]\nx = " + "[" * 5000, "", "nested too deeply"),
    ],
)
def test_a_bad_file_is_refused_naming_the_place_the_topic_the_key_and_what_to_do(text, place, message):
    error = refused(text)
    assert str(error).startswith(f"topics/mine.toml:{place}" if place else "topics/mine.toml")
    assert message in str(error)
    assert "\n  try: " in str(error)


def test_the_error_shows_the_line_with_a_caret_below_the_term_wide_characters_included():
    message = str(refused('[a]\ntitle = "t"\nany = ["稀土", "*"]\n'))
    assert message.split("\n")[1:3] == ['  3 | any = ["稀土", "*"]', "    |         \u3000\u3000   ^"]


def test_a_long_line_and_a_line_that_is_not_there_are_not_shown():
    assert " | " not in str(refused('[a]\ntitle = "t"\nany = ["*", "' + "x" * 200 + '"]'))
    error = TopicError("odd", origin="x", line=9, column=1, text="one line")
    assert str(error) == "x:9:1  odd"


def test_a_tab_before_the_term_stays_a_tab_above_the_caret():
    assert "\n    | \t\t^" in str(refused('[a]\ntitle = "t"\nany = [\n\t\t"*",\n]'))


def test_a_topic_whose_examples_hold_has_no_findings():
    assert lint(parse_topics(GOOD, "x.toml")[0]) == ()


def test_lint_says_which_example_fails_and_why():
    text = """
[a]
title = "A"
any = ["gallium", "tariff*"]
none = ["chloride"]
[a.examples]
match = ["gallium", "tin", "gallium chloride"]
ignore = ["tin", "Tariffs on gallium and GALLIUM"]
"""
    assert lint(parse_topics(text, "x.toml")[0]) == (
        'x.toml  a: example 2 of "match" does not match, none of 2 alternatives holds: gallium, tariff*\n  text: tin',
        'x.toml  a: example 3 of "match" does not match, NOT fails: "chloride" stands in the title\n  text: gallium chloride',
        'x.toml  a: example 2 of "ignore" matches, hits: Tariffs, gallium, GALLIUM\n  text: Tariffs on gallium and GALLIUM',
    )


def test_lint_asks_for_examples_where_there_are_none():
    findings = lint(parse_topics('[a]\ntitle = "A"\nany = ["x"]', "x.toml")[0])
    assert [finding.split("\n")[0] for finding in findings] == [
        "x.toml  a: no examples to match",
        "x.toml  a: no examples to ignore",
    ]
