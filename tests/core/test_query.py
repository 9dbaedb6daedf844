"""What a term hits, what is reported, and which lists of terms are refused with which words."""

import pytest

from bot.core.document import Document
from bot.core.query import evaluate, prepare
from bot.core.query.engine import MAX_EVIDENCE
from bot.core.query.explaining import why_not
from bot.core.query.lists import ListError, of_lists


def document(title="", **texts):
    return Document(
        texts=(("title", title), *texts.items()),
        source="federal-register",
        kind="Proposed Rule",
        agencies=("industry-and-security-bureau", "Industry and Security Bureau"),
    )


def words(terms, text):
    hits = evaluate(of_lists({"any": terms}), document(text))
    return None if hits is None else [hit.words for hit in hits]


@pytest.mark.parametrize(
    ("term", "text", "hits"),
    [
        ("BIS", "对BIS实体清单", ["BIS"]),
        ("BIS", "a bison, the ibis and BIS2", None),
        ("bis", "foo_BIS_bar", ["BIS"]),
        ("tariff", "tariff关税", ["tariff"]),
        ("tariff", "Tariffville and tariffs", None),
        ("tariff*", "Tariffville: tariffs", ["Tariffville", "tariffs"]),
        ("tariff", "ＴＡＲＩＦＦ战", ["ＴＡＲＩＦＦ"]),
        ("ITAR", "military and sanitary ITAR", ["ITAR"]),
        ("ICTS", "conflicts in districts", None),
        ("UEL", "fuel for the duel", None),
        ("UEL", "不可靠实体清单（UEL）", ["UEL"]),
        ("licen*", "licence, license, Licénsing; unlicensed", ["licence", "license", "Licénsing"]),
        ("licen*", "licen", ["licen"]),
        ("rare earth*", "rare\u2011earths and rare \u00a0 earth", ["rare\u2011earths", "rare \u00a0 earth"]),
        ("end-user", "End User, end – user, enduser", ["End User", "end – user"]),
        ("end user", "END--USER", ["END--USER"]),
        ("- x", "- x", ["x"]),
        ("de minimis", "duty-free de\nminimis", ["de\nminimis"]),
        ("résumé", "Resume", ["Resume"]),
        ("稀土", "中重稀土、稀土", ["稀土", "稀土"]),
        ("稀土*", "稀土abc 稀土关税", ["稀土abc", "稀土"]),
        ("301条款", "第301条款与1301条款", ["301条款"]),
        ("5A992.z", "ECCN 5A992.z applies, 5A992.za does not", ["5A992.z"]),
        ("C++", "c++11", ["c++"]),
        ("（UEL）", "名单(UEL)公布", ["(UEL)"]),
        ("ta\u200briff", "tariff", ["tariff"]),
        ('"entity list"', "the Entity List", ["Entity List"]),
        ("稀稀", "稀稀稀稀稀", ["稀稀", "稀稀"]),
        ("aa", "aaa aa", ["aa"]),
        ("gallium", "", None),
    ],
)
def test_a_term_hits_whole_words_in_latin_and_substrings_in_han(term, text, hits):
    assert words([term], text) == hits


def test_overlapping_terms_are_both_reported_in_reading_order_and_repeats_once():
    hits = evaluate(
        of_lists({"any": ["tariff", "tariff*", "reciprocal tariff"]}),
        document("A reciprocal tariff", body="tariffs"),
    )
    assert [(hit.field, hit.words, hit.start, hit.end) for hit in hits] == [
        ("title", "reciprocal tariff", 2, 19),
        ("title", "tariff", 13, 19),
        ("body", "tariffs", 0, 7),
    ]


def test_evidence_names_the_language_of_the_term_that_hit():
    hits = evaluate(of_lists({"any": ["BIS", "实体清单"]}), document("对BIS实体清单"))
    assert [(hit.words, hit.lang) for hit in hits] == [("BIS", "en"), ("实体清单", "zh")]


def test_a_term_bound_to_a_field_hits_only_there():
    query = of_lists({"any": ["title:tariff*", 'body:"entity list"']})
    assert evaluate(query, document("x", abstract="tariffs", note="entity list")) is None
    assert [hit.field for hit in evaluate(query, document("Tariffs", body="Entity-List"))] == [
        "title",
        "body",
    ]


@pytest.mark.parametrize(
    ("term", "hit"),
    [
        ("agency:industry-and-security-bureau", True),
        ("agency:Industry and Security Bureau", True),
        ('AGENCY:"INDUSTRY AND SECURITY BUREAU"', True),
        ("agency:security-bureau", False),
        ("source:federal-register", True),
        ("source:mofcom", False),
        ("type:proposed rule", True),
        ("type:rule", False),
    ],
)
def test_a_filter_compares_whole_values_without_case_or_dashes(term, hit):
    assert (evaluate(of_lists({"any": [term]}), document("x")) is not None) is hit


def test_a_filter_that_hits_is_evidence_after_the_texts_without_a_span():
    hits = evaluate(
        of_lists({"all": ["agency:Industry and Security Bureau", "gallium"]}), document("gallium")
    )
    assert [(hit.words, hit.lang, hit.field, hit.start, hit.end) for hit in hits] == [
        ("gallium", "en", "title", 0, 7),
        ("industry-and-security-bureau", "", "agency", 0, 0),
    ]


def test_an_unknown_fact_is_not_a_hit():
    assert (
        evaluate(of_lists({"any": ["source:x", "type:x", "agency:x"]}), Document(texts=(("title", "x"),)))
        is None
    )


@pytest.mark.parametrize(
    ("lists", "text", "reasons"),
    [
        ({"any": ["a", "b"], "all": ["c", "d"]}, "a c d", ()),
        ({"all": ["c", "d"]}, "d c", ()),
        ({"any": ["a"], "none": ["x*"]}, "a", ()),
        ({"any": ["a"]}, "b", ("a stands nowhere",)),
        ({"any": ["a", "b"]}, "c", ("none of 2 alternatives holds: a, b",)),
        ({"any": ["a"], "all": ["c", "d"]}, "a c", ("d stands nowhere",)),
        ({"any": ["a"], "none": ["x*"]}, "a xyz", ('NOT fails: "xyz" stands in the title',)),
        ({"any": ["a"], "none": ["type:proposed-rule"]}, "a", ("NOT fails: type is proposed-rule",)),
        (
            {"any": ["a"], "all": ["b"], "none": ["d"]},
            "d",
            ("b stands nowhere", "a stands nowhere", 'NOT fails: "d" stands in the title'),
        ),
    ],
)
def test_any_all_and_none_decide_and_why_not_says_which(lists, text, reasons):
    query, prepared = of_lists(lists), prepare(document(text))
    assert tuple(map(str, why_not(query, prepared))) == reasons
    assert (evaluate(query, prepared) is None) is bool(reasons)


def test_at_most_fifty_hits_are_reported_and_they_are_the_first_in_reading_order():
    hits = evaluate(of_lists({"all": ["z"], "any": ["a", "稀"]}), document("a 稀 " * 60 + "z"))
    assert len(hits) == MAX_EVIDENCE
    assert [hit.start for hit in hits] == list(range(0, 100, 2))


def test_one_original_character_that_folds_to_two_hits_is_reported_once():
    assert words(["¼"], "¼ ¼") == ["¼", "¼"]
    assert words(["株"], "株㍿㍿") == ["株", "㍿", "㍿"]
    assert words(["ل"], "\ufdfa") == ["\ufdfa"]


@pytest.mark.parametrize(
    ("table", "place", "problem"),
    [
        ({}, ("", None), "nothing to look for"),
        ({"none": ["x"]}, ("", None), "nothing to look for"),
        ({"any": []}, ("any", None), "the list is empty"),
        ({"any": ["x"], "none": []}, ("none", None), "the list is empty"),
        ({"any": "x"}, ("any", None), "not a list of terms"),
        ({"any": [3]}, ("any", 1), "not text but int"),
        ({"any": ["x", None]}, ("any", 2), "not text but NoneType"),
        ({"all": ["ok", ""]}, ("all", 2), "an empty term"),
        ({"all": ["\u200b \u3000"]}, ("all", 1), "an empty term"),
        ({"any": ["title:"]}, ("any", 1), "an empty term"),
        ({"any": ["agency: "]}, ("any", 1), "agency: without a value"),
        ({"any": ["*"]}, ("any", 1), '"*" alone would hit everything'),
        ({"any": ["title:*"]}, ("any", 1), '"*" alone would hit everything'),
        ({"any": ["**"]}, ("any", 1), '"*" inside a term: "**"'),
        ({"any": ["a*b"]}, ("any", 1), '"*" inside a term: "a*b"'),
        ({"any": ["agency:indus*"]}, ("any", 1), '"*" in agency:'),
        ({"any": ["—()、"]}, ("any", 1), 'only punctuation: "—()、"'),
        ({"any": ["agency:--"]}, ("any", 1), "agency: without a value"),
        ({"any": ["licen *"]}, ("any", 1), '"*" does not follow a letter or digit: "licen *"'),
        ({"any": ["x-*"]}, ("any", 1), '"*" does not follow a letter or digit: "x-*"'),
        ({"any": ["x" * 201]}, ("any", 1), "201 characters in one term, at most 200"),
        ({"any": ["fine", "subject:x"]}, ("any", 2), 'there is no field "subject"'),
        ({"any": ["http://x"]}, ("any", 1), 'there is no field "http"'),
        ({"anny": ["x"]}, ("anny", None), "unknown key"),
        ({"query": ["x"]}, ("query", None), "unknown key"),
    ],
)
def test_lists_that_are_no_query_are_refused_with_the_place_and_what_to_do(table, place, problem):
    with pytest.raises(ListError) as caught:
        of_lists(table)
    error = caught.value
    assert (error.key, error.position) == place
    assert error.problem == str(error) == problem
    assert error.advice
    assert error.position is None or error.term in ("", table[error.key][error.position - 1])


@pytest.mark.parametrize(
    ("table", "advice"),
    [
        ({"any": ["subject:x"]}, "did you mean `subjects:`?"),
        ({"any": ["http://x"]}, "put it in quotation marks, or use one of title:, "),
        ({"anny": ["x"]}, "did you mean `any`?"),
        ({"query": ["x"]}, "use `any`, `all` and `none`"),
    ],
)
def test_what_is_misspelled_is_met_with_what_may_be_meant(table, advice):
    with pytest.raises(ListError) as caught:
        of_lists(table)
    assert caught.value.advice.startswith(advice)


def test_the_error_carries_its_parts():
    with pytest.raises(ListError) as caught:
        of_lists({"any": ["fine", "titel:x"]})
    error = caught.value
    assert (error.key, error.position, error.term) == ("any", 2, "titel:x")


def test_a_repeated_term_counts_once():
    assert of_lists({"any": ["a", "A", "a"]}) == of_lists({"any": ["a"]})


@pytest.mark.parametrize("unit", ["稀土", "tariff ", "- ", "a", "\ud800", "\u202e", "aé "])
@pytest.mark.timeout(30)
def test_a_megabyte_of_anything_is_searched_without_hanging(unit):
    query = of_lists({"any": ["稀土", "tariff*", "a" * 200, "- a", "\ud800a"], "none": ["no such words"]})
    evaluate(
        query,
        document(unit * (1_000_000 // len(unit) // (4 if ord(unit[-1]) > 127 or unit[0] == "a" else 1))),
    )
