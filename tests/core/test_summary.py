"""The one sentence that a person reads first is the source's own."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.summary import QUOTE_CHARS, quote, sentences, shorten, without_preamble
from tests.fakes.items import published


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three? Four", ("One.", "Two!", "Three?", "Four")),
        ("The U.S. Government adds it. It is listed.", ("The U.S. Government adds it.", "It is listed.")),
        ("See Supplement No. 4 of it. Next.", ("See Supplement No. 4 of it.", "Next.")),
        ("Acme Inc. and Co. Ltd. were added. Next.", ("Acme Inc. and Co. Ltd. were added.", "Next.")),
        ("At 8:45 a.m. it was filed. Next.", ("At 8:45 a.m. it was filed.", "Next.")),
        ("It amends 15 CFR part 744. It is final.", ("It amends 15 CFR part 744.", "It is final.")),
        ("Metals, e.g., gallium. Next.", ("Metals, e.g., gallium.", "Next.")),
        ("Metals (e.g. gallium) count. Next.", ("Metals (e.g. gallium) count.", "Next.")),
        ("On Oct. 17 J. Doe signed. Next.", ("On Oct. 17 J. Doe signed.", "Next.")),
        ("He said “stop.” Then he left.", ("He said “stop.”", "Then he left.")),
        ('He said "stop." Then he left.', ('He said "stop."', "Then he left.")),
        ("It rose (by 4.5%). Next.", ("It rose (by 4.5%).", "Next.")),
        ("(It is final.) Next.", ("(It is final.)", "Next.")),
        ("Rule 4.5 and 1.1.1 stay", ("Rule 4.5 and 1.1.1 stay",)),
        ("未经许可，不得出口。违者处罚！可以吗？", ("未经许可，不得出口。", "违者处罚！", "可以吗？")),
        ("一类；二类；其他", ("一类；", "二类；", "其他")),
        ("他说：“不得出口。”随后离开。", ("他说：“不得出口。”", "随后离开。")),
        ("（详见附件。）特此公告。", ("（详见附件。）", "特此公告。")),
        ("", ()),
        ("   ", ()),
        ("。", ("。",)),
    ],
)
def test_a_text_falls_into_these_sentences(text: str, expected: tuple[str, ...]) -> None:
    assert sentences(text) == expected


@pytest.mark.parametrize(
    "boilerplate",
    [
        "The Entity List (supplement no. 4 to part 744 of the EAR) identifies entities.",
        "The Export Administration Regulations (EAR) (15 CFR parts 730-774) impose requirements.",
        "The EAR (15 CFR parts 730-774) imposes additional license requirements.",
        "On August 13, 2018, the President signed the Act.",
        "This notice is issued pursuant to section 301.",
        "This rule is being published under the Act.",
        "As required by the Paperwork Reduction Act, we ask.",
        "为维护国家安全和利益，履行防扩散等国际义务。",
        "根据《中华人民共和国出口管制法》有关规定。",
    ],
)
def test_a_sentence_about_authority_is_passed_over(boilerplate: str) -> None:
    assert quote(published(abstract=f"{boilerplate} BIS adds 13 entities. More.")) == "BIS adds 13 entities."
    assert quote(published(abstract=boilerplate)) == boilerplate


def test_the_note_of_a_withdrawal_comes_before_the_abstract() -> None:
    item = published(note="The agency asked for withdrawal. It stays listed.", abstract="BIS adds entities.")
    assert quote(item) == "The agency asked for withdrawal."
    assert quote(published(note="", abstract="BIS adds entities.")) == "BIS adds entities."


def test_a_source_without_text_is_not_quoted() -> None:
    assert quote(published()) is None
    assert quote(published(abstract="")) is None


def test_a_long_sentence_is_cut_at_a_word() -> None:
    text = "gallium " * 60
    cut = quote(published(abstract=text))
    assert cut is not None
    assert len(cut) <= QUOTE_CHARS
    assert cut.endswith("gallium…")


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("exactly ten", 11, "exactly ten"),
        ("one two three", 9, "one two…"),
        ("one, two, three", 10, "one, two…"),
        ("镓锗相关物项实施出口管制", 6, "镓锗相关物…"),
        ("a verylongwordindeed", 12, "a verylongw…"),
    ],
)
def test_what_is_too_long_is_shortened_to_this(text: str, limit: int, expected: str) -> None:
    assert shorten(text, limit) == expected


def test_what_the_title_says_already_is_not_said_again() -> None:
    post = "The US weighs rules for the cloud."
    assert quote(published(title=post, abstract=post)) is None
    assert quote(published(title=post, abstract=f"{post} Customers would need permission.")) == (
        "Customers would need permission."
    )
    assert quote(published(title=f"{post[:20]}…", abstract=post)) == post
    assert quote(
        published(title="Entity List Additions", abstract="Entity List Additions", body="BIS adds one.")
    ) == ("BIS adds one.")


WORDS = st.sampled_from(
    ["BIS", "adds", "U.S.", "No.", "entities.", "“List.”", "(EAR)", "。", "许可；", "\n", " ", "  ", "e.g.,"]
)
TEXTS = st.one_of(st.lists(WORDS, max_size=80).map(" ".join), st.text(max_size=400))


@settings(max_examples=200)
@given(TEXTS)
def test_a_quotation_stands_in_the_source_word_by_word(text: str) -> None:
    item = published(abstract=text)
    quoted = quote(item)
    if quoted is None:
        assert text.strip() in item.title or all(each in item.title for each in sentences(text))
        return
    assert len(quoted) <= QUOTE_CHARS
    cut = len(quoted) == 0 or quoted[-1] == "…" != text.strip()[-1:]
    words = quoted.removesuffix("…") if cut else quoted
    assert " ".join(words.split()) in " ".join(text.split())


@settings(max_examples=200)
@given(TEXTS)
def test_splitting_loses_nothing_but_white_space(text: str) -> None:
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())
    assert all(sentence == sentence.strip() != "" for sentence in sentences(text))


@settings(max_examples=100)
@given(st.text(max_size=80), st.integers(min_value=1, max_value=90))
def test_a_shortened_text_fits_and_is_the_beginning_of_the_whole(text: str, limit: int) -> None:
    short = shorten(text, limit)
    assert len(short) <= limit
    assert short == text or text.startswith(short.removesuffix("…"))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (
            "根据《中华人民共和国出口管制法》有关规定，为维护国家安全和利益，经国务院批准，决定对镓、锗相关物项实施出口管制。现将有关事项公告如下：满足以下特性的物项，未经许可，不得出口。",
            "…决定对镓、锗相关物项实施出口管制。",
        ),
        ("为便利企业，现作如下说明。本公告自公布之日起正式实施。", "本公告自公布之日起正式实施。"),
        (
            "WASHINGTON. The Secretary spoke to reporters on Tuesday. The rule adds thirteen parties to the list.",
            "The rule adds thirteen parties to the list.",
        ),
        ("各省、自治区商务主管部门：特此公告。", "各省、自治区商务主管部门：特此公告。"),
    ],
)
def test_of_a_body_the_sentence_is_quoted_that_says_what_is_done(body: str, said: str) -> None:
    assert quote(published(body=body)) == said


def test_an_abstract_goes_before_a_body() -> None:
    assert (
        quote(published(abstract="It adds two parties.", body="It removes one party."))
        == "It adds two parties."
    )


@given(st.text(max_size=300))
def test_what_is_left_of_a_sentence_stands_in_it(sentence: str) -> None:
    assert without_preamble(sentence).removeprefix("…") in sentence or sentence == without_preamble(sentence)
