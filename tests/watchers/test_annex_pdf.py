"""What PDF files say, and how hostile ones are refused: by the worker's function, here in this process."""

import io
import zlib

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes import documents
from watchers.annex.reading import MAX_CHARS, Refused
from watchers.annex.worker import MAX_PAGES, answer_for, read_pdf

NOTICE = "商务部公告2026年第12号\n公布将20家日本实体列入关注名单"


def page(content: bytes) -> bytes:
    """Return a PDF whose one page has this content, a stream object's body."""
    return documents.pdf_file(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Resources << /Font << /F1 5 0 R >> >> /Contents 4 0 R >>",
            content,
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        ]
    )


def packed(data: bytes, times: int = 1) -> bytes:
    for _ in range(times):
        data = zlib.compress(data)
    return documents.stream(data, entries=f"/Filter [{'/FlateDecode ' * times}]")


def locked(password: str) -> bytes:
    """Return a PDF that opens with this password."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(documents.pdf([NOTICE])))
    writer.encrypt(password, "owner", algorithm="RC4-128")
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def test_pages_are_read_one_after_the_other() -> None:
    read = read_pdf(documents.pdf([NOTICE, "", "1. 三菱造船（Mitsubishi）\n\n2. 𠀀"]))
    assert read.text == f"{NOTICE}\n1. 三菱造船（Mitsubishi）\n2. 𠀀"
    assert (read.pages, read.cut) == (3, False)


def test_a_pdf_that_anyone_may_open_is_read() -> None:
    assert read_pdf(locked("")).text == NOTICE


def test_codes_of_radicals_are_read_as_the_characters_they_show() -> None:
    assert read_pdf(documents.pdf(["⽂⼈（⼀）"])).text == "文人（一）"


def test_a_pdf_with_junk_before_its_beginning_is_read() -> None:
    assert read_pdf(b"\r\n\r\n" + page(documents.stream(b"BT /F1 9 Tf (x) Tj ET"))).text == "x"


@given(
    st.lists(
        st.lists(st.text("abc三菱造船𠀀（）：、", min_size=1, max_size=9), max_size=4), min_size=1, max_size=3
    )
)
@settings(max_examples=40)
def test_every_line_of_every_page_comes_out(pages: list[list[str]]) -> None:
    written = documents.pdf(["\n".join(lines) for lines in pages])
    lines = [line for lines in pages for line in lines]
    if not lines:
        with pytest.raises(Refused, match="a scan"):
            read_pdf(written)
    else:
        assert read_pdf(written).text.split("\n") == lines


LOOP = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R] /Count 5 >>"]
NOBODY = [LOOP[0], b"<< /Type /Pages /Kids [] /Count 0 >>"]
AES = (
    "/ID [<00> <00>] /Encrypt << /Filter /Standard /V 5 /R 6 /Length 256 /P -4 /StmF /S /StrF /S"
    f" /CF << /S << /CFM /AESV3 >> >> /O <{'00' * 48}> /U <{'00' * 48}> /OE <{'00' * 32}>"
    f" /UE <{'00' * 32}> /Perms <{'00' * 16}> >> "
)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "an empty file in place of a PDF"),
        (b"<html>%PDD-", "a web page in"),
        (documents.docx(["x"]), "a zip file in"),
        (b"%PDF-1.7", "damaged PDF"),
        (b"%PDF-1.7" + b"\n1 0 obj" * 1000, "damaged PDF"),
        (documents.pdf(["x"])[:600], "damaged PDF"),
        (documents.pdf([""]), "probably a scan"),
        (documents.pdf_file(NOBODY), "without pages"),
        (documents.pdf_file(LOOP), "damaged PDF"),
        (locked("a password"), "locked with a password"),
        (documents.pdf_file(NOBODY, trailer=AES), "AES"),
        (page(documents.stream(b"BT ET", length=1 << 30)), "more than an annex may"),
        (page(packed(bytes(30_000_000))), "more than an annex may"),
        (page(packed(bytes(30_000_000), times=2)), "more than an annex may"),
        (page(packed(b"0 " * 400_000 + b"Tj")), "more than an annex may"),
        (page(b"[" * 100_000), "nested too deeply"),
        (documents.pdf([NOTICE]).replace(b"/ToUnicode", b"/Anything "), "fonts do not say"),
    ],
)  # fmt: skip
def test_a_pdf_that_cannot_be_read_is_refused_with_the_reason(body: bytes, message: str) -> None:
    with pytest.raises(Refused, match=message):
        read_pdf(body)


def test_a_long_pdf_is_cut_by_its_pages() -> None:
    read = read_pdf(documents.pdf(["页"] * (MAX_PAGES + 1)))
    assert (read.text.count("页"), read.pages, read.cut) == (MAX_PAGES, MAX_PAGES + 1, True)


def test_a_pdf_with_much_text_is_cut_after_a_whole_line() -> None:
    full = "\n".join(["字" * 999] * 135)
    read = read_pdf(documents.pdf([full, full, full]))
    assert (read.cut, len(read.text), set(map(len, read.text.split("\n")))) == (True, MAX_CHARS - 1, {999})


def test_answers_hold_the_text_or_the_reason() -> None:
    assert answer_for("docx", documents.docx(["x"])) == {"text": "x", "pages": None, "cut": False}
    assert answer_for("pdf", b"x") == {"error": "something else in place of a PDF"}


@given(st.lists(st.tuples(st.integers(0), st.integers(0, 40), st.binary(max_size=8)), max_size=6))
def test_a_pdf_damaged_anywhere_is_read_or_refused(changes: list[tuple[int, int, bytes]]) -> None:
    body = documents.pdf([NOTICE, "2"])
    for at, length, data in changes:
        start = at % (len(body) + 1)
        body = body[:start] + data + body[start + length :]
    answer = answer_for("pdf", body)
    assert answer.keys() in ({"error"}, {"text", "pages", "cut"})
    for line in str(answer.get("text", "x")).split("\n"):
        assert line.strip()
        assert not any(char in "\0\r" or "\ud800" <= char <= "\udfff" for char in line)
