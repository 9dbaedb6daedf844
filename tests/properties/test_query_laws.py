"""Laws of the query language: the same answer as a naive reference, exact spans, and only its own errors."""

import re
import string
from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from bot.core.document import Document
from bot.core.query import evaluate
from bot.core.query.engine import MAX_EVIDENCE
from bot.core.query.lists import ListError, of_lists
from bot.core.text import fold
from bot.core.topic import TopicError, lint, parse_topics

LETTERS = "abBé12稀土关- \u00a0—(ＡがÀ\u0301\u200b"
TEXTS = st.text(st.sampled_from(LETTERS), max_size=30)
WORDS = st.text(st.sampled_from("abé12稀土关- "), min_size=1, max_size=4).filter(
    lambda term: any(map(str.isalnum, term))
)
TERMS = st.one_of(WORDS, WORDS.filter(lambda term: term[-1].isalnum()).map(lambda term: term + "*"))
TERM_LISTS = st.lists(TERMS, min_size=1, max_size=3)

JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(["*", "title:", "agency:x*", "licen*"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["any", "all", "none", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)
TOML_BITS = st.sampled_from(
    (
        *(
            "[a]\n",
            "[a.examples]\n",
            "[A b]\n",
            'title = "x"\n',
            "any = [",
            '"tariff"',
            '"*", ',
            "]\n",
            "severity = 3\n",
        ),
        *(
            "match = [3]\n",
            "ignore = [{title=''}]\n",
            "=",
            '"""',
            "稀土",
            "\ud800",
            "1979-99-99",
            "9" * 5000,
            "x = {",
        ),
        *("\x00", "[" * 3000, "examples = 1\n", 'any = ["tariff"]\n', '[b]\ntitle="b"\nall=["b"]\n'),
    )
)


def reference(term, text):
    """Return the folded spans of a term by regular expression with explicit neighbours. Blanks and dashes are one class."""
    stem = fold(term.removesuffix("*")).text.strip(" -")
    body = "[ -]+".join(re.escape(part) for part in re.split("[ -]+", stem))
    left = "(?<![a-z0-9])" if stem[0] in string.ascii_lowercase + string.digits else ""
    ends_word = stem[-1] in string.ascii_lowercase + string.digits
    right = "[a-z0-9]*" if term.endswith("*") else "(?![a-z0-9])" if ends_word else ""
    return {match.span() for match in re.finditer(left + body + right, fold(text).text)}


def document(text):
    return Document(texts=(("title", text),))


@given(TERM_LISTS, TERM_LISTS | st.none(), TERM_LISTS | st.none(), TEXTS)
def test_evaluation_agrees_with_a_naive_reference(any_terms, all_terms, none_terms, text):
    lists = {"any": any_terms, "all": all_terms, "none": none_terms}
    found = evaluate(of_lists({key: terms for key, terms in lists.items() if terms}), document(text))
    hits = {key: [reference(term, text) for term in terms or ()] for key, terms in lists.items()}
    if not any(hits["any"]) or not all(hits["all"]) or any(hits["none"]):
        assert found is None
        return
    folded = fold(text)
    spans = {
        folded.span(*span)
        for list_hits in (hits["any"], hits["all"])
        for term_hits in list_hits
        for span in term_hits
    }
    assert [(hit.start, hit.end) for hit in found] == sorted(spans)[:MAX_EVIDENCE]


@given(TERMS, TEXTS)
def test_evidence_is_the_original_words_and_folds_to_the_term(term, text):
    stem = re.sub("[ -]+", " ", fold(term.removesuffix("*")).text).strip()
    for hit in evaluate(of_lists({"any": [term]}), document(text)) or ():
        assert hit.words == text[hit.start : hit.end] != ""
        assert re.sub("[ -]+", " ", fold(hit.words).text).startswith(stem)


@given(st.text(max_size=60), st.text(min_size=1, max_size=5))
def test_any_text_and_any_term_either_evaluate_or_are_refused(text, term):
    with suppress(ListError):
        for hit in evaluate(of_lists({"any": [term]}), document(text)) or ():
            assert hit.words == text[hit.start : hit.end] != ""


@given(st.dictionaries(st.sampled_from(["any", "all", "none", "x"]), JUNK))
def test_parsing_any_table_raises_nothing_but_query_errors(table):
    with suppress(ListError):
        of_lists(table)


@given(st.lists(TOML_BITS, max_size=12).map("".join) | st.text(max_size=60))
def test_reading_any_text_as_topics_raises_nothing_but_topic_errors(text):
    with suppress(TopicError):
        for topic in parse_topics(text, "x.toml"):
            assert isinstance(lint(topic), tuple)
