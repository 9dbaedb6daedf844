"""Laws of the engine: the same answer as the naive reading for any query and document, alone and among many; print and read."""

import re
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.document import Document
from bot.core.match import Evidence
from bot.core.query import Engine, Query, QueryError, evaluate, evidence_of, prepare, printed, read
from bot.core.query.engine import MAX_EVIDENCE
from bot.core.query.fields import DATES, FACTS, fact_value, party_name
from bot.core.query.nodes import (
    Fact,
    Node,
    When,
    Words,
    all_of,
    any_of,
    looks_for_something,
    near,
    negated,
    words_of,
)
from bot.core.query.reading import MAX_TERM_CHARS
from bot.core.query.spelling import Spelled, needle_of
from bot.core.text import fold
from tests.fakes.naive_query import Hit, Naive
from tests.fakes.query_scraps import SCRAPS

# -- random queries and documents, of few letters, so that they meet

SOUND = (*"ab1é稀土體Ｂ", "ab", "aba", "b1", "BIS", "稀土", "稀稀", "关税", "關稅")
BLANK = (" ", "  ", "-", "—", "\u00a0", "\n", "\u200b", ", ", "(", "）", ".", "")
NUMBERS = (
    "8541.43.0010",
    "HTS 8541",
    "ECCN 3A090.a",
    "1C902",
    "15 CFR 744.11",
    "A-570-898",
    "商务部公告2025年第61号",
)
PARTS = st.sampled_from((*SOUND, *BLANK, *NUMBERS))
TEXTS = (
    st.lists(st.sampled_from(SOUND), max_size=12).map(" ".join)
    | st.lists(PARTS, max_size=24).map("".join)
    | st.lists(PARTS | st.characters(codec=None), max_size=16).map("".join)
)
TERMS = st.sampled_from(SOUND).map(needle_of) | (
    st.lists(st.sampled_from((*SOUND, *BLANK[:4])), min_size=1, max_size=4)
    .map(lambda parts: needle_of("".join(parts)))
    .filter(lambda term: any(map(str.isalnum, term)))
)
ANY_TERMS = (
    st.text(st.characters(codec=None), min_size=1, max_size=8)
    .map(lambda term: needle_of(term.replace("*", "")))
    .filter(lambda term: any(map(str.isalnum, term)))
)
BOUND = st.sampled_from(("",) * 8 + ("title", "body", "abstract"))


def words_of_terms(terms: st.SearchStrategy[str]) -> st.SearchStrategy[Words]:
    plain = st.builds(lambda text, field: Words(text=text, field=field), terms, BOUND)
    starts = st.builds(
        lambda text, field: Words(text=text, prefix=text[-1].isalnum(), field=field), terms, BOUND
    )
    parties = terms.map(party_name).filter(bool).map(lambda name: Words(text=name, field="party"))
    return plain | starts | parties.filter(lambda words: any(map(str.isalnum, words.text)))


WORDS = words_of_terms(TERMS)
FACT = st.sampled_from(
    [
        ("source", "mofcom"),
        ("type", "Proposed Rule"),
        ("agency", "Industry and Security Bureau"),
        ("agency", "or"),
        ("stage", "comments_close"),
        ("stage", "filed"),
        ("lang", "zh"),
        ("hts", "8541"),
        ("hts", "85"),
        ("eccn", "3A090"),
        ("control", "1C902"),
        ("cfr", "15/744"),
        ("case", "A-570"),
        ("mofcom", "2025-61"),
        ("docket", "USTR"),
    ]
).map(lambda pair: Fact(field=pair[0], value=fact_value(*pair)))
DAYS = st.dates(date(2026, 1, 1), date(2026, 1, 5))
WHEN = st.builds(
    lambda field, comparison, on: When(field=field, comparison=comparison, on=on),
    st.sampled_from(DATES),
    st.sampled_from(["=", "<", "<=", ">", ">="]),
    DAYS,
)


def trees(words: st.SearchStrategy[Words]) -> st.SearchStrategy[Node]:
    """Return random queries that look for something, in the one form in which they are made."""
    part = st.lists(words, min_size=1, max_size=3)
    together = st.builds(near, st.integers(1, 6), st.lists(part, min_size=2, max_size=3))
    return st.recursive(
        words | words | FACT | WHEN | together,
        lambda inner: (
            st.lists(inner, min_size=1, max_size=3).map(all_of)
            | st.lists(inner, min_size=1, max_size=3).map(any_of)
            | inner.map(negated)
        ),
        max_leaves=8,
    ).filter(looks_for_something)


NODES = trees(WORDS)


def documents(texts: st.SearchStrategy[str]) -> st.SearchStrategy[Document]:
    """Return random documents with such texts."""
    return st.builds(
        lambda texts, source, kind, agencies, stage, lang, numbers, dates: Document(
            texts=tuple(texts.items()),
            source=source,
            kind=kind,
            agencies=tuple(agencies),
            stage=stage,
            lang=lang,
            numbers=tuple(numbers),
            dates=tuple(dates),
        ),
        st.dictionaries(st.sampled_from(("title", "body", "annex")), texts, min_size=1, max_size=3),
        st.sampled_from(["mofcom", ""]),
        st.sampled_from(["PROPOSED—RULE", "Proposed Rule", ""]),
        st.lists(st.sampled_from(["Industry and Security Bureau", "OR", "x"]), max_size=2),
        st.sampled_from(["filed", "comments_close", ""]),
        st.sampled_from(["zh", "en", ""]),
        st.lists(st.sampled_from([("docket", "ustr-2024-0016"), ("cfr", "15/744")]), max_size=2),
        st.lists(st.tuples(st.sampled_from(DATES), DAYS), max_size=3),
    )


DOCUMENTS = documents(TEXTS)


@st.composite
def asked(draw: st.DrawFn, queries: st.SearchStrategy[list[Node]]) -> tuple[list[Node], Document]:
    """Return queries with a document that is likely to hold some of their words."""
    nodes = draw(queries)
    words = sorted({words.text for node in nodes for words in words_of(node)})
    parts = st.sampled_from((*words, *SOUND[:8], *BLANK, *(" ",) * (len(words) + 4)))
    return nodes, draw(documents(st.lists(parts, max_size=30).map("".join)) | DOCUMENTS)


ONE = st.lists(NODES, min_size=1, max_size=1)


def hits_of(query: Node, document: Document) -> set[Hit] | None:
    """Return what the engine found, in the form of the naive reading."""
    found = evaluate(Query(node=query), document)
    return None if found is None else set(map(_hit, found))


def _hit(evidence: Evidence) -> Hit:
    if evidence.end:
        return evidence.field, evidence.start, evidence.end
    return f"{evidence.field}:{evidence.words}", 0, 0


@settings(max_examples=600)
@given(asked(ONE))
def test_the_engine_finds_what_a_naive_reading_of_the_language_finds(
    pair: tuple[list[Node], Document],
) -> None:
    (node,), document = pair
    expected = Naive(document).hits(node)
    found = hits_of(node, document)
    if expected is None or len(expected) <= MAX_EVIDENCE:
        assert found == expected
    else:
        assert found is not None
        assert found <= expected


FEW = st.sampled_from(["a", "b", "稀"])
NEARS = st.builds(
    near,
    st.integers(1, 4),
    st.lists(
        st.lists(
            st.builds(lambda text, prefix: Words(text=text, prefix=prefix), FEW, st.booleans()),
            min_size=1,
            max_size=2,
        ),
        min_size=2,
        max_size=3,
    ),
)
CROWDED = st.lists(st.sampled_from(["a ", "b ", "稀", "x ", "ab ", "土", "- "]), min_size=2, max_size=14).map(
    "".join
)


@settings(max_examples=400)
@given(NEARS, CROWDED, CROWDED)
def test_near_counts_words_as_a_naive_reading_counts_them(node: Node, title: str, body: str) -> None:
    document = Document(texts=(("title", title), ("body", body)))
    assert hits_of(node, document) == Naive(document).hits(node)


@settings(max_examples=400)
@given(asked(st.lists(NODES, min_size=1, max_size=8)))
def test_many_queries_at_once_find_what_each_finds_alone(pair: tuple[list[Node], Document]) -> None:
    nodes, document = pair
    prepared = prepare(document)
    engine = Engine(nodes)
    found = {number: evidence_of(prepared, hits) for number, hits in engine.matching(engine.scan(prepared))}
    alone = {number: evaluate(Query(node=node), prepared) for number, node in enumerate(nodes)}
    assert found == {number: hits for number, hits in alone.items() if hits is not None}
    assert list(found) == sorted(found)


@given(NODES, DOCUMENTS)
def test_what_is_asked_besides_holds_as_it_does_alone(node: Node, document: Document) -> None:
    prepared = prepare(document)
    engine = Engine((), [node])
    assert engine.scan(prepared).holds(node) is (evaluate(Query(node=node), prepared) is not None)


@given(NODES, DOCUMENTS)
def test_a_query_or_its_absence_holds_and_never_both(node: Node, document: Document) -> None:
    prepared = prepare(document)
    scan = Engine((node,)).scan(prepared)
    assert scan.holds(node) is not scan.holds(negated(node))


@given(NODES, NODES, DOCUMENTS)
def test_brackets_and_absence_obey_the_laws_of_logic(one: Node, other: Node, document: Document) -> None:
    scan = Engine((one, other)).scan(prepare(document))
    assert scan.holds(all_of((one, other))) is (scan.holds(one) and scan.holds(other))
    assert scan.holds(any_of((one, other))) is (scan.holds(one) or scan.holds(other))
    neither = negated(any_of((one, other)))
    assert scan.holds(neither) is scan.holds(all_of((negated(one), negated(other))))


@given(NODES)
def test_nothing_satisfies_a_query_in_an_empty_document(node: Node) -> None:
    assert evaluate(Query(node=node), Document(texts=())) is None


# -- where hits stand


@given(WORDS, DOCUMENTS)
def test_a_hit_is_the_originals_own_words_and_folds_to_what_was_looked_for(
    words: Words, document: Document
) -> None:
    texts = dict(document.texts)
    for hit in evaluate(Query(node=words), document) or ():
        assert hit.words == texts[hit.field][hit.start : hit.end] != ""
        assert words.field in ("", "party", hit.field)
        searched = Spelled(hit.words).searched
        assert words.text in searched
        if len(searched.strip()) == len(words.text):
            assert searched.strip() == words.text


@given(TEXTS.filter(str.isascii), st.sampled_from(["a", "ab", "b1", "bis"]))
def test_a_latin_word_hits_exactly_where_no_letter_or_digit_stands_beside_it(text: str, word: str) -> None:
    found = evaluate(Query(node=Words(text=word)), Document(texts=(("title", text),))) or ()
    expected = re.finditer(rf"(?<![a-z0-9]){word}(?![a-z0-9])", text, re.IGNORECASE | re.ASCII)
    assert [(hit.start, hit.end) for hit in found] == [each.span() for each in expected][:MAX_EVIDENCE]


@given(TEXTS | st.text(st.characters(codec=None), max_size=40))
def test_folding_twice_is_folding_once_and_every_character_folds_from_its_own_place(text: str) -> None:
    folded = fold(text)
    assert fold(folded.text).text == folded.text
    ends = 0
    for at in range(len(folded.text)):
        start, end = folded.span(at, at + 1)
        assert start < end <= len(text)
        assert start >= ends or folded.span(at - 1, at)[0] == start  # of one character, or of later ones
        ends = end
        assert folded.text[at] in fold(text[start:end]).text


@given(TEXTS)
def test_traditional_characters_and_wide_letters_are_found_by_the_plain_ones(text: str) -> None:
    wide = "".join(chr(ord(ch) + 0xFEE0) if "!" <= ch <= "~" else ch for ch in text)
    traditional = text.replace("体", "體").replace("关", "關").replace("税", "稅")
    for other in (wide, traditional):
        for word in ("稀土", "关税", "体", "ab", "bis"):
            counts = {
                len(evaluate(Query(node=Words(text=word)), Document(texts=(("body", each),))) or ())
                for each in (text, other)
            }
            assert len(counts) == 1


# -- print and read


@settings(max_examples=400)
@given(NODES | trees(words_of_terms(ANY_TERMS)))
def test_a_query_that_is_printed_and_read_is_the_same_query(node: Node) -> None:
    text = printed(node)
    assert "\n" not in text
    assert read(text).node == node
    assert printed(read(text).node) == text


@given(st.text(max_size=60), DOCUMENTS)
def test_whatever_can_be_read_can_be_printed_and_asked(text: str, document: Document) -> None:
    node = _node(text)
    if node is None:
        return
    assert read(printed(node)).node == node
    assert hits_of(node, document) == Naive(document).hits(node)


@settings(max_examples=400)
@given(SCRAPS)
def test_any_text_is_a_query_or_an_error_with_a_place_in_it(text: str) -> None:
    node = _node(text)
    if node is None:
        return
    assert looks_for_something(node)
    assert read(printed(node)).node == node
    assert all(len(each.text) <= MAX_TERM_CHARS for each in words_of(node))


def _node(text: str) -> Node | None:
    """Return the query that a text is, None for an error, after a look at the error."""
    try:
        return read(text).node
    except QueryError as caught:
        error = caught
    assert 1 <= error.position <= max(1, len(text))
    assert error.problem
    assert error.advice
    assert 1 <= error.line <= text.count("\n") + 1
    assert 1 <= error.column <= len(text.split("\n")[error.line - 1]) + 1
    assert len(error.caret) <= len(error.excerpt)
    assert all(each.isprintable() or each in "\n\u3000" for each in str(error))
    return None


FACTS_THAT_ARE = st.sampled_from([field for field in FACTS if field not in ("stage", "lang")])


@given(FACTS_THAT_ARE, st.text(max_size=20).filter(lambda value: "*" not in value and '"' not in value))
def test_a_fact_in_the_form_in_which_it_is_compared_stays_in_it(field: str, value: str) -> None:
    node = _node(f'{field}:"{value}"')
    if isinstance(node, Fact):
        assert fact_value(field, node.value) == node.value
