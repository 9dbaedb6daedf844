"""The engine's corners: which queries are looked at, and what NEAR reports. Its laws stand in tests/properties."""

import pytest

from bot.core.document import Document
from bot.core.query import Engine, evaluate, prepare, read


def matching(text: str, *queries: str) -> list[str]:
    """Return which of the queries match a title, asked all at once."""
    engine = Engine(read(query).node for query in queries)
    found = engine.matching(engine.scan(prepare(Document(texts=(("title", text),)))))
    return [queries[number] for number, _ in found]


def hits(query: str, **texts: str) -> list[tuple[str, str, int]] | None:
    found = evaluate(read(query), Document(texts=tuple(texts.items())))
    return None if found is None else [(hit.field, hit.words, hit.start) for hit in found]


def test_what_may_be_absent_never_decides_whether_a_query_is_looked_at() -> None:
    queries = (
        "a (germanium OR NOT chloride)",
        "a (NOT germanium OR chloride)",
        "(a OR b) NOT (germanium chloride)",
    )
    assert matching("a", *queries) == list(queries)
    assert matching("a chloride", *queries) == list(queries[1:])
    assert matching("germanium", *queries) == []


def test_a_query_of_facts_alone_is_looked_at() -> None:
    nodes = [
        read(each).node
        for each in ("type:rule", "effective:>2026-01-01", "hts:85", "docket:ustr OR type:rule")
    ]
    engine = Engine(nodes)
    document = Document(
        texts=(("title", "heading 8541"),), kind="Rule", numbers=(("docket", "ustr-2024-0016"),)
    )
    assert [number for number, _ in engine.matching(engine.scan(prepare(document)))] == [0, 2, 3]


def test_an_engine_without_queries_matches_nothing() -> None:
    assert matching("gallium") == []


def test_no_two_hits_of_one_word_overlap() -> None:
    assert hits("稀稀", title="稀稀稀稀稀") == [("title", "稀稀", 0), ("title", "稀稀", 2)]
    assert hits('"a a"', title="a a a a a") == [("title", "a a", 0), ("title", "a a", 4)]


@pytest.mark.parametrize(
    ("query", "text", "hit"),
    [
        ("NEAR/1(export, control)", "export control", True),
        ("NEAR/1(export, control)", "control export", True),
        ("NEAR/1(export, control)", "export of control", False),
        ("NEAR/2(export, control)", "export of control", True),
        ("NEAR/2(export, control)", "export — of — control", True),
        ("NEAR/2(稀土, 管制)", "稀土管制", True),
        ("NEAR/1(稀土, 管制)", "稀土管制", False),
        ("NEAR/3(稀土, 管制)", "稀土的管制", True),
        ("NEAR/3(ban*, 稀土)", "banning the 稀土", True),
        ('NEAR/2("entity list", additions)', "additions entity list", True),
        ('NEAR/2("entity list", additions)', "entity list additions", True),
        ('NEAR/1("entity list", additions)', "entity list additions", False),
        ("NEAR/2(a, b, c)", "a b c", True),
        ("NEAR/2(a, b, c)", "a b x c", False),
        ("NEAR/2(a, b, c)", "a x x b c a", True),
        ("NEAR/1(export, export*)", "export", True),
    ],
)
def test_near_counts_from_where_words_begin(query: str, text: str, hit: bool) -> None:
    assert (hits(query, title=text) is not None) is hit


def test_near_looks_into_one_text_at_a_time() -> None:
    assert hits("NEAR/9(export, cloud)", title="export", body="cloud") is None
    assert hits("NEAR/9(export, cloud)", title="cloud x x x x x x x x x x export", body="x cloud export") == [
        ("body", "cloud", 2),
        ("body", "export", 8),
    ]
    assert hits("NEAR/9(title:export, cloud)", title="x", body="export cloud") is None


def test_near_reports_only_words_that_are_near() -> None:
    text = "export x x x x export cloud x x x x cloud"
    assert hits("NEAR/2(export, cloud)", title=text) == [("title", "export", 15), ("title", "cloud", 22)]


def test_traditional_characters_are_found_by_the_simplified_ones_and_shown_as_they_stand() -> None:
    assert hits("实体清单", body="將列入實體清單") == [("body", "實體清單", 3)]
    assert hits("實體清單", body="列入实体清单") == [("body", "实体清单", 2)]
    assert hits("软件", body="軟體") is None, "another word, not another way to write it"


@pytest.mark.parametrize(
    ("query", "text", "hit"),
    [
        ('party:"Huawei Technologies Co., Ltd."', "HUAWEI TECHNOLOGIES", True),
        ('party:"Huawei Technologies"', "Huawei Technologies Co., Ltd.", True),
        ("party:中芯国际集成电路制造有限公司", "中芯国际集成电路制造", True),
        ("party:Huawei", "Huaweicloud", False),
    ],
)
def test_a_party_is_its_name_without_its_kind_of_company(query: str, text: str, hit: bool) -> None:
    assert (hits(query, annex=text) is not None) is hit
