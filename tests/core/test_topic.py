"""Topic files: what they become, what is wrong with a bad one, and what their examples prove."""

import pytest

from bot.core.match import Severity
from bot.core.matching import Matcher, document_of_text
from bot.core.query import read
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


# -- topics in the query language

RULED = """
[chips]
title = "Chips"
severity = "notice"
query = '''
(
  # what it is about
  chips OR "advanced computing"
  OR 芯片
)
AND NOT (title:recipe* OR agency:fda)
'''
quiet = '''"information collection*"'''

[[chips.rules]]
when = "type:rule AND stage:published"
severity = "urgent"

[[chips.rules]]
when = 'eccn:3A090 OR "entity list"'
severity = "urgent"

[[chips.rules]]
when = "hearing"
severity = "info"

[chips.examples]
match = [
  { title = "Chips", severity = "notice" },
  { title = "Chips and ECCN 3A090.a", severity = "urgent" },
  { title = "Chips", type = "Rule", stage = "published", severity = "urgent" },
  { title = "Chips: Information Collections, Entity List", severity = "info" },
  { title = "晶片 or 芯片", lang = "zh" },
]
ignore = ["Recipes for chips", { title = "Chips", agency = "FDA" }]
"""


def test_a_topic_in_the_language_reads_its_query_rules_and_quiet() -> None:
    (topic,) = parse_topics(RULED, "x.toml")
    assert topic.query == read('(chips OR "advanced computing" OR 芯片) NOT (title:recipe* OR agency:fda)')
    assert topic.quiet == read('"information collection*"')
    assert [rule.severity for rule in topic.rules] == [Severity.URGENT, Severity.URGENT, Severity.INFO]
    assert [example.severity for example in topic.match_examples[:2]] == [Severity.NOTICE, Severity.URGENT]
    assert lint(topic) == ()


@pytest.mark.parametrize(
    ("text", "severity", "reasons"),
    [
        ("chips", Severity.NOTICE, ()),
        ("chips, ECCN 3A090", Severity.URGENT, ('eccn:3a090 OR "entity list"',)),
        ("chips, a hearing", Severity.NOTICE, ()),
        ("chips, entity list, information collection", Severity.INFO, ('quiet: "information collection*"',)),
    ],
)
def test_the_loudest_rule_that_holds_wins_and_is_the_reason_and_quiet_goes_before_all(
    text, severity, reasons
) -> None:
    (match,) = Matcher(parse_topics(RULED, "x.toml")).match(document_of_text(text))
    assert (match.severity, match.reasons) == (severity, reasons)


WEIGHED = """
[weighed]
title = "Weighed"
query = "gallium"
least_weight = 3
[[weighed.rules]]
when = "export"
weight = 2
[[weighed.rules]]
when = "control"
weight = 2
[[weighed.rules]]
when = "arsenide"
weight = -2
[[weighed.rules]]
when = "ban"
severity = "urgent"
"""


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("gallium", None),
        ("gallium export", None),
        ("export control", None),
        ("gallium export control", Severity.NOTICE),
        ("gallium export control ban", Severity.URGENT),
        ("gallium export ban", None),
        ("gallium arsenide export control", None),
    ],
)
def test_with_a_least_weight_the_rules_that_hold_must_reach_it(text, severity) -> None:
    found = Matcher(parse_topics(WEIGHED, "x.toml")).match(document_of_text(text))
    assert [match.severity for match in found] == ([severity] if severity else [])


def test_an_example_that_comes_out_in_another_severity_is_a_finding() -> None:
    louder = RULED.replace(
        '{ title = "Chips", severity = "notice" }', '{ title = "Chips", severity = "urgent" }'
    )
    (finding,) = lint(parse_topics(louder, "x.toml")[0])
    assert finding.startswith(
        'x.toml  chips: example 1 of "match" comes out as notice, not urgent (no rule holds)'
    )


def test_an_example_that_weighs_too_little_is_a_finding() -> None:
    text = WEIGHED + '[weighed.examples]\nmatch = ["gallium export"]\nignore = ["tin"]\n'
    (finding,) = lint(parse_topics(text, "x.toml")[0])
    assert "does not match, its weights are too low" in finding


HEAD = '[a]\ntitle = "t"\n'


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        (HEAD + "query = 'gallium OR (tin'", "3:21", "a: `query`: this bracket is never closed"),
        (
            HEAD + "query = '''\n(\n  gallium\n  OR colr:red\n)\n'''",
            "6:6",
            '`query`: there is no field "colr"',
        ),
        (HEAD + "query = '''\n  OR gallium\n'''", "4:3", "OR joins nothing here"),
        (HEAD + 'query = "NOT gallium"', "3:10", "only words that must be absent"),
        (HEAD + 'query = "a \\"b"', "3:1", "this quotation is never closed"),
        (HEAD + "query = 3", "3:1", "`query`: not a text"),
        (HEAD + 'query = ""', "3:1", "there is nothing to look for"),
        (HEAD + 'query = "x"\nany = ["y"]', "3:1", "both a query and lists"),
        (HEAD + 'query = "x"\nquiet = "stage:loud"', "4:10", "`quiet`: there is no stage"),
        (HEAD + 'query = "x"\nleast_weight = "3"', "4:1", "`least_weight`: not a whole number"),
        (HEAD + 'query = "x"\nleast_weight = true', "4:1", "not a whole number"),
        (HEAD + 'query = "x"\nrules = 3', "4:1", "`rules`: not a list of tables"),
        (HEAD + 'query = "x"\n[[a.rules]]\nseverity = "urgent"', "", "rule 1 has no `when`"),
        (HEAD + 'query = "x"\n[[a.rules]]\nwhen = "y"', "", "rule 1 has no `when`, or not one of"),
        (HEAD + 'query = "x"\n[[a.rules]]\nwhen = "y"\nweight = 1\nseverity = "info"', "", "not one of"),
        (HEAD + 'query = "x"\n[[a.rules]]\nwhen = "y z:1"\nweight = 1', "5:11", 'there is no field "z"'),
        (HEAD + 'query = "x"\n[[a.rules]]\nwhen = "y"\nseverity = "loud"', "", "unknown severity 'loud'"),
        (HEAD + 'query = "x"\n[[a.rules]]\nwehn = "y"', "", "did you mean `when`?"),
    ],
)
def test_a_bad_query_is_refused_at_its_line_and_column(text, place, message) -> None:
    error = refused(text)
    assert str(error).startswith(f"topics/mine.toml:{place}" if place else "topics/mine.toml")
    assert message in str(error)
    assert "\n  try: " in str(error)


def test_a_bad_query_is_shown_with_a_caret_under_the_place() -> None:
    message = str(refused(HEAD + "query = '''\n(\n  镓 OR colr:red\n)\n'''"))
    assert message.split("\n")[:3] == [
        'topics/mine.toml:5:8  a: `query`: there is no field "colr"',
        "  5 |   镓 OR colr:red",
        "    |   \u3000    ^",
    ]


def test_the_place_is_found_in_the_topic_that_is_wrong_and_not_in_another() -> None:
    same = "query = 'x OR colr:red'\n"
    text = HEAD + "query = 'x'\n[b]\ntitle = 'b'\n" + same
    assert str(refused(text)).startswith("topics/mine.toml:6:15  b: `query`")


def test_the_place_is_found_in_the_query_and_not_in_what_says_the_same_before_it() -> None:
    assert str(refused('[a]\ntitle = "colr:red"\nquery = "colr:red"')).startswith("topics/mine.toml:3:10")


def test_lines_that_end_as_on_windows_are_counted_alike() -> None:
    text = (HEAD + "query = '''\ngallium\nOR colr:red\n'''").replace("\n", "\r\n")
    assert str(refused(text)).startswith("topics/mine.toml:5:4")
