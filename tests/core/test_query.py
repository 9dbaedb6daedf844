"""The query language: what hits, what does not, what is reported, and what is refused with which words."""

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
        ("Industry and Security Bureau", "", "agency", 0, 0),
    ]


def test_an_unknown_fact_is_not_a_hit():
    assert (
        evaluate(of_lists({"any": ["source:x", "type:x", "agency:x"]}), Document(texts=(("title", "x"),)))
        is None
    )


@pytest.mark.parametrize(
    ("lists", "text", "reason"),
    [
        ({"any": ["a", "b"], "all": ["c", "d"]}, "a c d", None),
        ({"all": ["c", "d"]}, "d c", None),
        ({"any": ["a"], "none": ["x*"]}, "a", None),
        ({"any": ["a"]}, "b", "no `any` term hits"),
        ({"any": ["a"], "all": ["c", "d"]}, "a c", '`all` term "d" does not hit'),
        ({"any": ["a"], "none": ["x*"]}, "a xyz", '`none` term "x*" hits: xyz'),
        (
            {"any": ["a"], "none": ["type:proposed-rule"]},
            "a",
            '`none` term "type:proposed-rule" hits: proposed-rule',
        ),
    ],
)
def test_any_all_and_none_decide_and_why_not_says_which(lists, text, reason):
    query = of_lists(lists)
    assert why_not(query, document(text)) == reason
    assert (evaluate(query, prepare(document(text))) is None) is (reason is not None)


def test_at_most_fifty_hits_are_reported_and_they_are_the_first_in_reading_order():
    hits = evaluate(of_lists({"all": ["z"], "any": ["a", "稀"]}), document("a 稀 " * 60 + "z"))
    assert len(hits) == MAX_EVIDENCE
    assert [hit.start for hit in hits] == list(range(0, 100, 2))


def test_one_original_character_that_folds_to_two_hits_is_reported_once():
    assert words(["¼"], "¼ ¼") == ["¼", "¼"]
    assert words(["株"], "株㍿㍿") == ["株", "㍿", "㍿"]
    assert words(["ل"], "\ufdfa") == ["\ufdfa"]


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({}, "nothing to look for"),
        ({"none": ["x"]}, "nothing to look for"),
        ({"any": []}, "`any`: the list is empty"),
        ({"any": ["x"], "none": []}, "`none`: the list is empty"),
        ({"any": "x"}, "`any`: not a list"),
        ({"any": [3]}, "term 1 of `any`: not text but int"),
        ({"any": ["x", None]}, "term 2 of `any`: not text but NoneType"),
        ({"all": ["ok", ""]}, "term 2 of `all`: empty term"),
        ({"all": ["\u200b \u3000"]}, "term 1 of `all`: empty term"),
        ({"any": ["title:"]}, "term 1 of `any`: empty term"),
        ({"any": ["agency: "]}, "term 1 of `any`: empty term"),
        ({"any": ["*"]}, '"*" alone'),
        ({"any": ["title:*"]}, '"*" alone'),
        ({"any": ["**"]}, '"*" inside'),
        ({"any": ["a*b"]}, '"*" inside'),
        ({"any": ["agency:indus*"]}, '"*" in a filter'),
        ({"any": ["—()、"]}, "only punctuation"),
        ({"any": ["agency:--"]}, "only punctuation"),
        ({"any": ["licen *"]}, "does not follow a letter"),
        ({"any": ["x-*"]}, "does not follow a letter"),
        ({"any": ["x" * 201]}, "201 characters, at most 200"),
        ({"any": ["subject:x"]}, "did you mean `subjects:`?"),
        ({"any": ["http://x"]}, 'unknown field "http"'),
        ({"anny": ["x"]}, "did you mean `any`?"),
        ({"query": ["x"]}, "use `any`, `all` and `none`"),
    ],
)
def test_a_query_that_cannot_be_used_is_refused_with_the_place_and_what_to_do(table, message):
    with pytest.raises(ListError) as caught:
        of_lists(table)
    assert message in str(caught.value)
    assert "\n  try: " in str(caught.value)


def test_the_error_carries_its_parts():
    with pytest.raises(ListError) as caught:
        of_lists({"any": ["fine", "titel:x"]})
    error = caught.value
    assert (error.key, error.position, error.term) == ("any", 2, "titel:x")


def test_a_repeated_term_counts_once():
    assert len(of_lists({"any": ["a", "a"]}).any_of) == 1


@pytest.mark.parametrize("unit", ["稀土", "tariff ", "- ", "a", "\ud800", "\u202e", "aé "])
@pytest.mark.timeout(30)
def test_a_megabyte_of_anything_is_searched_without_hanging(unit):
    query = of_lists({"any": ["稀土", "tariff*", "a" * 200, "- a", "\ud800a"], "none": ["no such words"]})
    evaluate(
        query,
        document(unit * (1_000_000 // len(unit) // (4 if ord(unit[-1]) > 127 or unit[0] == "a" else 1))),
    )
