"""What Word files say, and how hostile ones are refused: by the worker's function, here in this process."""

import io
import tracemalloc
import zipfile

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import documents
from watchers.annex.docx import read_docx
from watchers.annex.reading import MAX_BODY_BYTES, MAX_CHARS, Refused

TAGS = ["p", "r", "t", "tr", "tc", "tbl", "br", "del", "ins", "trPr", "tcPr", "vMerge", "txbxContent", "/"]
X, Y, LINES = map(documents.paragraph, ("x", "y", "1\n2"))
WORDS = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"], exclude_characters="|"), max_size=12)


def word(body: str) -> list[str]:
    """Return the lines of a Word file with this body."""
    return read_docx(documents.docx_file(body)).text.split("\n")


def row(*cells: str, properties: str = "") -> str:
    return f"<w:tr>{properties}{''.join(f'<w:tc>{cell}</w:tc>' for cell in cells)}</w:tr>"


def run(text: str) -> str:
    return f"<w:r><w:t>{text}</w:t></w:r>"


def test_a_file_of_another_writer_is_read_in_the_order_of_its_body() -> None:
    document = docx.Document()
    document.add_heading("附件", level=1)
    document.add_paragraph("关注名单（共2家）").add_run("，见下表。")
    table = document.add_table(rows=0, cols=3)
    for cells in (
        ("序号", "中文名称", "英文名称"),
        ("1", "三菱造船株式会社", "Mitsubishi Shipbuilding"),
        ("2", "", "Subaru"),
    ):
        for cell, text in zip(table.add_row().cells, cells, strict=True):
            cell.text = text
    document.add_paragraph("自公布之日起实施。\n联系人：李某")
    document.sections[0].header.paragraphs[0].text = "页眉"
    document.sections[0].footer.paragraphs[0].text = "第1页"
    written = io.BytesIO()
    document.save(written)
    read = read_docx(written.getvalue())
    assert read.text.split("\n") == [
        "附件",
        "关注名单（共2家），见下表。",
        "序号 | 中文名称 | 英文名称",
        "1 | 三菱造船株式会社 | Mitsubishi Shipbuilding",
        "2 |  | Subaru",
        "自公布之日起实施。",
        "联系人：李某",
    ]
    assert (read.pages, read.cut) == (None, False)


def test_merged_cells_say_their_text_once() -> None:
    document = docx.Document()
    table = document.add_table(rows=3, cols=3)
    for index, cell in enumerate(cell for line in table.rows for cell in line.cells):
        cell.text = str(index)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "wide"
    table.cell(1, 0).merge(table.cell(2, 0)).text = "tall"
    written = io.BytesIO()
    document.save(written)
    assert read_docx(written.getvalue()).text == "wide | 2\ntall | 4 | 5\n | 7 | 8"


def test_our_own_writer_is_understood_by_another_reader() -> None:
    document = docx.Document(io.BytesIO(documents.docx(["甲\n乙 "], [[["1", "二"]]])))
    assert [one.text for one in document.paragraphs] == ["甲\n乙 ", ""]
    assert [cell.text for cell in document.tables[0].rows[0].cells] == ["1", "二"]


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        (f"<w:p><w:ins>{run('in')}</w:ins><w:del><w:r><w:delText>out</w:delText></w:r>{run('out')}</w:del></w:p>", ["in"]),
        (f"<w:p><w:moveFrom>{run('from')}</w:moveFrom><w:moveTo>{run('to')}</w:moveTo></w:p>", ["to"]),
        (f"<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>{run('kept')}</w:p>", ["kept"]),
        (f"<w:tbl>{row(X, properties='<w:trPr><w:del/></w:trPr>')}{row(X, X)}</w:tbl>", ["x | x"]),
        (f"<w:sdt><w:sdtContent>{X}</w:sdtContent></w:sdt>", ["x"]),
        (f"<w:tbl><w:sdt><w:sdtContent>{row(X, X)}</w:sdtContent></w:sdt></w:tbl>", ["x | x"]),
        (f"<w:p><w:hyperlink>{run('a')}</w:hyperlink><w:smartTag>{run('b')}</w:smartTag></w:p>", ["ab"]),
        (f"<w:p><w:fldSimple>{run('9')}</w:fldSimple><w:r><w:instrText>PAGE</w:instrText></w:r></w:p>", ["9"]),
        (f"<w:p><w:r><w:ruby><w:rt>{run('guó')}</w:rt><w:rubyBase>{run('国')}</w:rubyBase></w:ruby></w:r></w:p>", ["国"]),
        ("<w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t></w:r></w:p>", ["a\tb"]),
        ("<w:p><w:r><w:t>a</w:t><w:br w:type='page'/><w:t>b</w:t><w:noBreakHyphen/><w:t>c</w:t></w:r></w:p>", ["a", "b-c"]),
        ("<w:p><w:r><w:t>a\nb\u2028c</w:t></w:r></w:p>", ["a b c"]),
        (documents.paragraph("\u3000\u3000缩进 "), ["缩进"]),
        (f"<w:tbl>{row(X + Y, LINES)}</w:tbl>", ["x y | 1 2"]),
        (f"<w:tbl>{row(X, X + f'<w:tbl>{row(X, X)}{row(X)}</w:tbl>', X)}</w:tbl>", ["x | x x x x | x"]),
        (f"<w:tbl>{row('<w:p/>', '<w:p/>')}{row(X)}</w:tbl>", ["x"]),
        (f"<w:tbl><w:tr>{X}</w:tr></w:tbl>{X}", ["x", "x"]),
    ],
)  # fmt: skip
def test_markup_that_real_files_hold_is_read_as_a_reader_sees_it(body: str, lines: list[str]) -> None:
    assert word(body) == lines


def test_a_text_box_is_read_once() -> None:
    box = f"<w:drawing><w:txbxContent>{X}</w:txbxContent></w:drawing>"
    copy = f"<w:pict><w:txbxContent>{X}</w:txbxContent></w:pict>"
    compatibility = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    assert word(
        f'<w:p xmlns:mc="{compatibility}"><w:r><w:t>be</w:t><mc:AlternateContent><mc:Choice>{box}</mc:Choice>'
        f"<mc:Fallback>{copy}</mc:Fallback></mc:AlternateContent></w:r>{run('fore')}</w:p>"
    ) == ["x", "before"]


def test_strict_files_and_other_names_of_the_main_part_are_read() -> None:
    body = documents.docx_file(X)
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    strict = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
    files["word/document2.xml"] = files.pop("word/document.xml").replace(
        documents.WORDPROCESSING.encode(), strict
    )
    files["_rels/.rels"] = files["_rels/.rels"].replace(b"word/document", b"/word/document2")
    assert read_docx(documents.archive(files)).text == "x"


@given(st.lists(st.lists(WORDS, min_size=1, max_size=4), min_size=1, max_size=5))
def test_every_row_gives_its_cells_back(rows: list[list[str]]) -> None:
    told = [[cell.strip() for cell in cells] for cells in rows]
    lines = read_docx(documents.docx(["begin"], [rows])).text.split("\n")
    assert [line.split(" | ") for line in lines[1:]] == [cells for cells in told if any(cells)]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "an empty file in place of a Word file"),
        (b"\xd0\xcf\x11\xe0" + b"WordDocument", "an old Office file in"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "locked with a password"),
        (rb"{\rtf1 x}", "an RTF file in"),
        (b"\xef\xbb\xbf\r\n<html>", "a web page in"),
        (documents.pdf(["x"]), "a PDF in"),
        (b"\x7fELF", "something else in"),
        (b"PK\x03\x04 and no more", r"damaged Word file \(BadZipFile\)"),
        (documents.docx(["x"])[:-300], "damaged Word file"),
        (documents.archive({"a.txt": b"x"}), "a zip file without a document in it"),
        (documents.docx_file("", members={"_rels/.rels": b"<Relationships/>"}), "without a document in it"),
        (documents.docx_file("", members={"word/document.xml": b"<workbook/>"}), "no Word document"),
        (documents.docx_file("", members={"word/document.xml": b"<a"}), r"damaged Word file \(ExpatError\)"),
        (documents.docx_file("<w:p/>"), "no text in it"),
        (documents.docx_file("<w:p>" * 1000 + "</w:p>" * 1000), "nested too deeply"),
        (documents.archive({f"word/{n}": b"" for n in range(5001)}), "more than 5,000 parts"),
        (bytes(MAX_BODY_BYTES + 1), "more than 50,000,000 bytes"),
    ],
)  # fmt: skip
def test_a_word_file_that_is_none_is_refused_with_what_it_is(body: bytes, message: str) -> None:
    with pytest.raises(Refused, match=message):
        read_docx(body)


BOMB = '<!DOCTYPE w [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><w>&b;</w>'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("part", ["word/document.xml", "_rels/.rels"])
def test_markup_that_declares_entities_is_refused(part: str, encoding: str) -> None:
    with pytest.raises(Refused, match="declares its own markup"):
        read_docx(documents.docx_file("", members={part: BOMB.encode(encoding)}))


def unfolded(body: bytes) -> tuple[str, int]:
    """Return why a Word file was refused, and the most memory that it took to find out."""
    tracemalloc.start()
    try:
        with pytest.raises(Refused) as caught:
            read_docx(body)
        return str(caught.value), tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_zip_bomb_is_refused_before_anything_of_it_is_unfolded() -> None:
    bombs = {f"word/media/{n}": bytes(20_000_001) for n in range(3)}
    why, most = unfolded(documents.docx_file(X, members=bombs))
    assert why == "unpacked, the Word file has more than 60,000,000 bytes"
    assert most < 1_000_000


def test_a_zip_bomb_that_lies_about_its_size_is_not_unfolded_past_the_lie() -> None:
    honest = documents.docx_file("", members={"word/document.xml": bytes(20_000_000)})
    why, most = unfolded(honest.replace((20_000_000).to_bytes(4, "little"), (100).to_bytes(4, "little")))
    assert why.startswith("damaged Word file")
    assert most < 4_000_000


@pytest.mark.parametrize(("flag", "method", "message"), [(1, 8, "password"), (0, 14, "packed in a way")])
def test_members_locked_or_packed_otherwise_are_refused(flag: int, method: int, message: str) -> None:
    changed = bytearray(documents.docx(["x"]))
    entry = changed.index(b"PK\x01\x02")  # of the first member in the directory; flags and method at 8 and 10
    changed[entry + 8 : entry + 12] = bytes([flag, 0, method, 0])
    with pytest.raises(Refused, match=message):
        read_docx(bytes(changed))


def test_a_long_word_file_is_cut_after_a_whole_line_and_not_read_to_its_end() -> None:
    line = documents.paragraph("字" * 999)
    read = read_docx(documents.docx_file(line * 1100 + "<unclosed>"))
    assert (read.cut, len(read.text), set(map(len, read.text.split("\n")))) == (True, MAX_CHARS - 1, {999})
    endless = read_docx(documents.docx_file(f"<w:p>{run('字' * (MAX_CHARS + 1))}</w:p>"))
    assert (endless.cut, len(endless.text)) == (True, MAX_CHARS)


@given(st.binary(max_size=8), st.integers(0), st.integers(0, 40))
def test_a_word_file_damaged_anywhere_is_read_or_refused(data: bytes, at: int, length: int) -> None:
    body = documents.docx(["x"], [[["1", "2"]]])
    start = at % (len(body) + 1)
    said = outcome(body[:start] + data + body[start + length :])
    assert (
        "damaged" in said or said == "x\n1 | 2" or said.endswith(("Word file", "in it", "password", "know"))
    )


@given(st.lists(st.sampled_from(TAGS), max_size=30))
def test_word_markup_in_any_order_is_read_or_has_no_text(tags: list[str]) -> None:
    body, inside = "", list[str]()
    for tag in tags:
        if tag != "/":
            inside.append(tag)
            body += f"<w:{tag}>" + ("x" if tag == "t" else "")
        elif inside:
            body += f"</w:{inside.pop()}>"
    said = outcome(documents.docx_file(body + "".join(f"</w:{tag}>" for tag in reversed(inside))))
    assert said == "no text in it" or set(said) <= set("x |\n")


def outcome(body: bytes) -> str:
    """Return what the file says, or why it is refused; any other error passes."""
    try:
        return read_docx(body).text
    except Refused as refused:
        return str(refused)
