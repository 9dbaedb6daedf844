"""Bytes to text."""

import codecs
import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchers.charset import decode
from watchers.errors import NotSane

TITLE = "商务部公告2025年第61号 公布对境外相关稀土物项实施出口管制的决定"
RARE = "镕喆𠮷"  # the first two are not in GB 2312, the last is only in GB 18030


def meta(label: str, text: str = TITLE) -> str:
    return f'<!doctype html><html><head><meta charset="{label}"><title>{text}</title></head></html>'


@pytest.mark.parametrize("label", ["gb2312", "GB2312", "gbk", "x-gbk", "cp936", "gb18030", "GB_2312-80"])
def test_every_label_of_the_gb_family_reads_all_of_gb18030(label: str) -> None:
    assert decode(RARE.encode("gb18030"), f"text/html; charset={label}") == RARE


@pytest.mark.parametrize("label", ["gb2312", "utf-8", "big5", "windows-1251"])
def test_a_page_with_only_a_meta_charset_is_read_by_it(label: str) -> None:
    text = meta(label, {"big5": "臺灣", "windows-1251": "Решение"}.get(label, TITLE))
    assert decode(text.encode(label), "text/html") == text


def test_the_old_long_meta_form_is_read_too() -> None:
    text = f'<META http-equiv="Content-Type" content="text/html; charset=gb2312"><title>{TITLE}</title>'
    assert decode(text.encode("gb2312"), None) == text


def test_an_xml_declaration_is_obeyed() -> None:
    text = f'<?xml version="1.0" encoding="GBK"?><rss><title>{TITLE}</title></rss>'
    assert decode(text.encode("gbk"), "application/rss+xml") == text


def test_the_header_goes_before_the_page() -> None:
    text = meta("big5")
    assert decode(text.encode("gb18030"), 'text/html; Charset="gb2312"') == text


@pytest.mark.parametrize("codec", ["utf-8", "utf-16-le", "utf-16-be"])
def test_a_byte_order_mark_goes_before_everything_and_is_not_text(codec: str) -> None:
    body = ("\ufeff" + meta("gb2312")).encode(codec)
    assert decode(body, "text/html; charset=iso-8859-1") == meta("gb2312")


def test_a_utf8_mark_before_gbk_text_is_passed_over() -> None:
    assert decode(codecs.BOM_UTF8 + TITLE.encode("gbk"), "text/html; charset=gbk") == TITLE


@pytest.mark.parametrize("label", ["utf-8", "ascii", "euc-jp", "iso-8859-1", "windows-1252", "latin1"])
def test_a_wrong_label_does_not_spoil_utf8(label: str) -> None:
    text = "关于对原产于美国的部分进口商品加征关税的公告 – “quoted”"
    assert decode(text.encode(), f"text/html; charset={label}") == text


def test_gbk_labelled_utf8_falls_through_to_gb18030() -> None:
    assert decode(RARE.encode("gb18030"), "text/html; charset=utf-8") == RARE


def test_an_honest_single_byte_label_is_used() -> None:
    assert decode("Café – “é”".encode("cp1252"), "text/html; charset=ISO-8859-1") == "Café – “é”"


def test_no_label_means_utf8_then_gb18030() -> None:
    assert decode(TITLE.encode(), None) == TITLE
    assert decode(TITLE.encode("gb18030"), None) == TITLE
    assert decode(b"", None) == ""


def test_utf16_without_a_mark_is_read_if_the_header_says_so() -> None:
    assert decode(TITLE.encode("utf-16-le"), "text/plain; charset=utf-16") == TITLE
    assert decode(TITLE.encode("utf-16-be"), "text/plain; charset=utf-16be") == TITLE


def test_a_meta_that_says_utf16_lies() -> None:
    text = meta("utf-16", "plain" * 2)
    assert decode(text.encode(), None) == text


def test_a_declaration_far_down_is_not_looked_for() -> None:
    text = " " * 5000 + meta("big5", "公告")
    assert decode(text.encode("gb18030"), None) == text


NO_TEXT_ENCODINGS = [
    *(
        "zip",
        "zlib",
        "bz2",
        "hex",
        "base64",
        "rot13",
        "idna",
        "punycode",
        "unicode_escape",
        "raw_unicode_escape",
    ),
    *("utf-7", "undefined", "mbcs", "utf8mb4", "x-user-defined", "nonsense", "../../etc"),
]


@pytest.mark.parametrize("label", [*NO_TEXT_ENCODINGS, "a" * 50, ""])
def test_a_label_that_is_no_text_encoding_is_ignored(label: str) -> None:
    body = rb"\u0041+AGE- xn--fiqs8s" + TITLE.encode()
    assert decode(body, f"text/html; charset={label}") == body.decode()
    page = meta(label)
    assert decode(page.encode(), None) == page


def test_what_is_no_text_is_not_sane() -> None:
    with pytest.raises(NotSane, match="no known encoding"):
        decode(b"\xff\xff\x80\x00\xff", "text/html; charset=utf-8")


def test_no_character_is_ever_replaced() -> None:
    with pytest.raises(NotSane):
        decode(TITLE.encode() + b"\xff", "text/html; charset=utf-8")


@given(
    st.binary(max_size=300),
    st.none() | st.text(max_size=40) | st.text(max_size=30).map("text/html; charset={}".format),
)
def test_nothing_but_not_sane_is_raised(body: bytes, content_type: str | None) -> None:
    try:
        text = decode(body, content_type)
    except NotSane:
        return
    text.encode()  # no lone surrogates
    assert isinstance(text, str)


@given(st.text(max_size=200), st.sampled_from(["utf-8", "gb18030"]))
def test_an_honest_label_gives_the_text_back(text: str, codec: str) -> None:
    text = text.lstrip("\ufeff")
    assert decode(text.encode(codec), f"text/html; charset={codec}") == text


@given(
    st.binary(max_size=200),
    st.sampled_from(sorted({*codecs.__dict__, "zip", "hex", "rot13", "cp037", "utf_7"})),
)
def test_labels_inside_the_page_raise_nothing_else_either(body: bytes, label: str) -> None:
    with contextlib.suppress(NotSane):
        decode(f'<meta charset="{label}">'.encode() + body, None)
