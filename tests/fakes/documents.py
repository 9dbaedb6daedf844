"""Builders of small documents that are whole and valid: a PDF and a Word file, the same bytes each time.

They write what the tests and recorded fixtures need and no more: lines of text (Chinese too) and plain tables, no layout.
"""

import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

WORDPROCESSING = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_BFCHAR_LINES = 100  # most that one block of a CMap may hold
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first time that a zip file can name

# -- PDF


def pdf(pages: Sequence[str]) -> bytes:
    """Return a PDF with one page per text, each line of a text on a line of its own.

    Any character can be written: they are set in one composite font without outlines, so a viewer shows blanks, and what
    they mean stands in the font's ToUnicode map.
    """
    codes = {char: code for code, char in enumerate(sorted(set("".join(pages)) - {"\n"}), start=1)}
    first_page = 6
    kids = " ".join(f"{first_page + 2 * index} 0 R" for index in range(len(pages)))
    font = (
        b"<< /Type /Font /Subtype /Type0 /BaseFont /Blank /Encoding /Identity-H"
        b" /DescendantFonts [4 0 R] /ToUnicode 5 0 R >>"
    )
    glyphs = (
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Blank /DW 1000 /CIDToGIDMap /Identity"
        b" /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>"
        b" /FontDescriptor << /Type /FontDescriptor /FontName /Blank /Flags 4 /FontBBox [0 0 1000 1000]"
        b" /ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 >> >>"
    )
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        font,
        glyphs,
        stream(_to_unicode(codes)),
    ]
    for index, text in enumerate(pages):
        objects += [
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842]"
            b" /Resources << /Font << /F1 3 0 R >> >> /Contents %d 0 R >>" % (first_page + 2 * index + 1),
            stream(_content(text, codes)),
        ]
    return pdf_file(objects)


def pdf_file(objects: Sequence[bytes], *, trailer: str = "") -> bytes:
    """Return a PDF of these objects, numbered from 1; the first is the catalog. `trailer` is added to the trailer."""
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    starts = []
    for number, body in enumerate(objects, start=1):
        starts.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % start for start in starts)
    size = len(objects) + 1
    out += f"trailer\n<< /Size {size} /Root 1 0 R {trailer}>>\nstartxref\n{table}\n%%EOF\n".encode()
    return bytes(out)


def stream(data: bytes, *, entries: str = "", length: int | None = None) -> bytes:
    """Return a PDF stream object's body. `length` tells a lie about its length."""
    declared = len(data) if length is None else length
    return f"<< /Length {declared} {entries}>>\nstream\n".encode() + data + b"\nendstream"


def _content(text: str, codes: Mapping[str, int]) -> bytes:
    lines = ("".join(f"{codes[char]:04X}" for char in line) for line in text.split("\n"))
    shown = "".join(f"<{line}> Tj T*\n" for line in lines)
    return f"BT\n/F1 10 Tf\n14 TL\n1 0 0 1 50 780 Tm\n{shown}ET".encode()


def _to_unicode(codes: Mapping[str, int]) -> bytes:
    lines = [f"<{code:04X}> <{char.encode('utf-16-be').hex().upper()}>" for char, code in codes.items()]
    blocks = [lines[start : start + _BFCHAR_LINES] for start in range(0, len(lines), _BFCHAR_LINES)]
    maps = "".join("{} beginbfchar\n{}\nendbfchar\n".format(len(block), "\n".join(block)) for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
        f"{maps}endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"
    ).encode()


# -- Word


def docx(paragraphs: Sequence[str] = (), tables: Sequence[Sequence[Sequence[str]]] = ()) -> bytes:
    """Return a Word file with these paragraphs and, after them, these tables (rows of cells)."""
    body = "".join(map(paragraph, paragraphs)) + "".join(map(_table, tables))
    return docx_file(body)


def docx_file(body: str, *, members: Mapping[str, bytes] | None = None) -> bytes:
    """Return a Word file whose body is this markup (prefix `w`). `members` are added, or stand in for those of that name."""
    document = f'<w:document xmlns:w="{WORDPROCESSING}"><w:body>{body}</w:body></w:document>'
    files = {
        "[Content_Types].xml": (
            f'{_DECLARATION}<Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml"'
            ' ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>'
            "</Types>"
        ).encode(),
        "_rels/.rels": (
            f'{_DECLARATION}<Relationships xmlns="{_PACKAGE}/relationships">'
            f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/>'
            "</Relationships>"
        ).encode(),
        "word/document.xml": (_DECLARATION + document).encode(),
    }
    return archive({**files, **(members or {})})


def archive(members: Mapping[str, bytes]) -> bytes:
    """Return a zip file of these members, packed, in this order."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, data in members.items():
            opened.writestr(zipfile.ZipInfo(name, date_time=_EPOCH), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def paragraph(text: str) -> str:
    """Return the markup of a paragraph; a line break in `text` becomes one in the paragraph."""
    lines = (f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in text.split("\n"))
    return f"<w:p><w:r>{'<w:br/>'.join(lines)}</w:r></w:p>"


def _table(rows: Sequence[Sequence[str]]) -> str:
    width = max(map(len, rows), default=0)
    lines = ("".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) for row in rows)
    grid = '<w:gridCol w:w="2000"/>' * width
    drawn = "".join(f"<w:tr>{line}</w:tr>" for line in lines)
    return f"<w:tbl><w:tblPr/><w:tblGrid>{grid}</w:tblGrid>{drawn}</w:tbl>{paragraph('')}"
