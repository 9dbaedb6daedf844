"""An explanation shows the text around every hit, the hit itself in brackets, exactly as it stands."""

import wcwidth
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.document import Document
from bot.core.match import WATCHED, Evidence, Match, Severity
from bot.render.explain import explain
from tests.fakes.items import TOPICS

LONG = "before " * 20 + "gallium" + " after" * 20


def hit(text: str, words: str, field: str = "title") -> Evidence:
    start = text.index(words)
    return Evidence(words=words, lang="en", field=field, start=start, end=start + len(words))


def shown(text: str, *words: str, field: str = "title") -> list[str]:
    """Return the lines below the topic's own."""
    evidence = tuple(hit(text, each, field) for each in words)
    found = Match(topic="minerals", severity=Severity.URGENT, evidence=evidence)
    first, *rest = explain(found, Document(texts=((field, text),))).split("\n")
    assert first == "minerals  (urgent)"
    assert all(wcwidth.wcswidth(line) <= 80 for line in rest)
    return "\n".join(rest).replace("\n" + " " * 13, "").split("\n")


def test_brackets_stand_around_exactly_the_words_that_hit() -> None:
    assert shown("Controls on gallium today", "gallium") == ["  title      Controls on [gallium] today"]


def test_the_abstract_is_called_summary() -> None:
    assert shown("gallium", "gallium", field="abstract") == ["  summary    [gallium]"]


def test_only_the_neighbourhood_of_a_hit_is_shown() -> None:
    (line,) = shown(LONG, "gallium")
    wanted = f"  title      …{LONG[100:140]}[gallium]{LONG[147:187]}…"
    assert line.replace(" ", "") == wanted.replace(" ", "")  # a blank may have become the end of a line


def test_hits_close_together_share_a_line_and_distant_ones_do_not() -> None:
    near = "gallium and " + "x" * 70 + " germanium"
    assert shown(near, "gallium", "germanium") == [f"  title      [gallium] and {'x' * 70} [germanium]"]
    far = "gallium and " + "x" * 120 + " germanium"
    assert len(shown(far, "gallium", "germanium")) == 2


def test_overlapping_hits_share_their_brackets() -> None:
    text = "the Entity List Additions of today"
    assert shown(text, "Entity List", "List Additions") == [
        "  title      the [Entity List Additions] of today"
    ]
    assert shown(text, "Entity List", "List") == ["  title      the [Entity List] Additions of today"]


def test_hits_that_touch_keep_brackets_of_their_own() -> None:
    assert shown("镓锗", "镓", "锗") == ["  title      [镓][锗]"]


def test_a_filter_that_hit_is_told_without_a_place() -> None:
    evidence = (
        Evidence(words="industry-and-security-bureau", lang="", field="agency", start=0, end=0),
        hit("gallium", "gallium"),
    )
    found = Match(topic="minerals", severity=Severity.INFO, evidence=evidence)
    assert explain(found, Document(texts=(("title", "gallium"),))).split("\n") == [
        "minerals  (info)",
        "  agency     industry-and-security-bureau",
        "  title      [gallium]",
    ]


def test_fields_come_in_reading_order_and_those_without_a_hit_are_left_out() -> None:
    document = Document(texts=(("title", "tin"), ("abstract", "gallium"), ("note", "gallium")))
    evidence = (hit("gallium", "gallium", "note"), hit("gallium", "gallium", "abstract"))
    found = Match(topic="minerals", severity=Severity.INFO, evidence=evidence)
    lines = explain(found, document).split("\n")[1:]
    assert [line.split()[0] for line in lines] == ["summary", "note"]


def test_line_ends_and_controls_in_the_text_do_not_reach_the_terminal() -> None:
    assert shown("on\n\x1b[31mgallium\u202e\tnow", "gallium") == ["  title      on [31m[gallium] now"]


def test_emphasis_is_put_on_the_topic_and_on_each_hit() -> None:
    found = Match(topic="minerals", severity=Severity.INFO, evidence=(hit("a gallium b", "gallium"),))
    bold = explain(found, Document(texts=(("title", "a gallium b"),)), bold=lambda text: f"<{text}>")
    assert bold == "<minerals>  (info)\n  title      a <[gallium]> b"


@settings(max_examples=100)
@given(st.lists(st.tuples(st.integers(0, 300), st.integers(1, 30)), min_size=1, max_size=6))
def test_whatever_hits_the_brackets_pair_up_and_hold_every_hit(spans: list[tuple[int, int]]) -> None:
    text = "".join(chr(0x4E00 + place) for place in range(330))
    evidence = tuple(
        Evidence(
            words=text[start : start + length], lang="zh", field="title", start=start, end=start + length
        )
        for start, length in spans
    )
    found = Match(topic=TOPICS[0].key, severity=Severity.INFO, evidence=evidence)
    body = explain(found, Document(texts=(("title", text),))).split("\n", 1)[1].replace("\n" + " " * 13, "")
    depth, inside = 0, ""
    for each in body:
        depth += (each == "[") - (each == "]")
        assert depth in {0, 1}
        inside += each if depth else ""
    assert depth == 0
    wanted = {each for start, length in spans for each in text[start : start + length]}
    assert set(inside) - {"["} == wanted


def test_why_it_is_loud_is_said_in_lines_of_eighty_columns_and_a_watched_party_by_its_name() -> None:
    rules = (
        f"{WATCHED}Huawei",
        "type:rule AND (" + " OR ".join(f"agency:{each * 9}" for each in "abcdefgh") + ")",
    )
    found = Match(
        topic="minerals", severity=Severity.URGENT, evidence=(hit("gallium", "gallium"),), reasons=rules
    )
    lines = explain(found, Document(texts=(("title", "gallium"),))).split("\n")
    assert lines[0].startswith("minerals  (urgent: watched party: Huawei; type:rule AND (agency:aaaaaaaaa")
    assert max(map(wcwidth.wcswidth, lines)) <= 80
    assert lines[-1] == "  title      [gallium]"
