"""Reads the text out of a Word file: its lines and its tables' rows, in the order of its body.

A stream of markup events and no tree: sixty megabytes of markup take as little memory as one. The libraries that build the
tree need twenty times the file, leave out insertions and content controls, and fail where a picture is missing. Pure; must
never unfold a part that holds no text, nor follow a relationship out of the file.
"""

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from watchers.annex.reading import IN_ONE_LINE, MAX_CHARS, Reading, Refused, check_kind, reading, refusing

MAX_UNPACKED_BYTES = 60_000_000
"""Of all members together, as the zip file's directory has them; no member is unfolded past its entry there."""

_MAX_MEMBERS = 5_000
_MAX_DEPTH = 256
_STEP = 1 << 20

_WORD = frozenset(
    {
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "http://purl.oclc.org/ooxml/wordprocessingml/main",
    }
)
_COMPATIBILITY = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_MARKS = {"w:br": "\n", "w:cr": "\n", "w:tab": "\t", "w:ptab": "\t", "w:noBreakHyphen": "-"}
# Deleted or moved away by a tracked change; the copy of a text box for old programs; how a character is pronounced.
_LEFT_OUT = frozenset({"w:del", "w:moveFrom", "mc:Fallback", "w:rt"})


def read_docx(body: bytes) -> Reading:
    """Return the text of a Word file in the order of its body; a table's row is one line, its cells joined by " | ".

    What tracked changes deleted is left out, what they inserted is in. Of merged cells the first speaks; those merged into
    it from below are empty. Headers, footers, notes and comments are left out. Raises Refused.
    """
    check_kind(body, "Word file", body.startswith(b"PK\x03\x04"))
    with refusing("Word file", {}), zipfile.ZipFile(io.BytesIO(_counted(body))) as archive:
        _check_members(archive.infolist())
        content = _Content()
        _parse(archive, _main_part(archive), content.start, content.end, content.text, full=content.is_full)
        lines = content.finish()
    if not lines:
        raise Refused("no text in it")
    return reading(lines, pages=None, more=content.is_full())


def _counted(body: bytes) -> bytes:
    """Return `body`; raises Refused where its directory is so long that reading it would cost too much."""
    if body.count(b"PK\x01\x02") > _MAX_MEMBERS:
        raise Refused(f"a Word file of more than {_MAX_MEMBERS:,} parts")
    return body


def _check_members(members: list[zipfile.ZipInfo]) -> None:
    if sum(one.file_size for one in members) > MAX_UNPACKED_BYTES:
        raise Refused(f"unpacked, the Word file has more than {MAX_UNPACKED_BYTES:,} bytes")
    if any(one.flag_bits & 1 for one in members):
        raise Refused("a zip file locked with a password")
    if any(one.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for one in members):
        raise Refused("a Word file packed in a way that Word does not know")


def _main_part(archive: zipfile.ZipFile) -> str:
    """Return the name of the member that holds the text: mostly word/document.xml, but only the relationships say."""
    named: list[str] = []

    def start(_: str, attributes: Mapping[str, str]) -> None:
        if attributes.get("Type", "").endswith("/officeDocument"):
            named.append(attributes.get("Target", "").lstrip("/"))

    if "_rels/.rels" in archive.namelist():
        _parse(archive, "_rels/.rels", start)
    if not named or named[0] not in archive.namelist():
        raise Refused("a zip file without a document in it")
    return named[0]


def _parse(
    archive: zipfile.ZipFile,
    name: str,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
    *,
    full: Callable[[], bool] = lambda: False,
) -> None:
    """Run through the markup of one member, until `full` says that it is enough. No tree of it is built."""
    parser = expat.ParserCreate(None, " ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_dtd
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    # What is opened gives no more than the size in the directory, and that is checked by now.
    with archive.open(name) as member:
        while piece := member.read(_STEP):
            parser.Parse(piece, False)
            if full():
                return
    parser.Parse(b"", True)


def _refuse_dtd(*_: object) -> None:
    raise Refused("a Word file that declares its own markup (a DTD), which none does")


@dataclass(slots=True)
class _Row:
    """A table's row while it is read: per cell its lines. `gone`: a tracked change deleted it."""

    cells: list[list[str]] = field(default_factory=list)
    merged: set[int] = field(default_factory=set)
    gone: bool = False

    def texts(self) -> list[str]:
        """Return what each cell says, in one line."""
        return ["" if index in self.merged else " ".join(lines) for index, lines in enumerate(self.cells)]


class _Content:
    """Gathers the lines of a Word document from the events of its markup. Use once: events, then `finish`."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._chars = 0
        self._path: list[str] = [""]
        self._left_out_at = 0  # how deep the element stands that is being left out, 0 for none
        self._paragraphs: list[list[str]] = []  # of open ones, each in the text box of the one before
        self._rows: list[_Row] = []  # open ones, each in a cell of the one before

    def is_full(self) -> bool:
        """Tell whether more was said than may be."""
        return self._chars > MAX_CHARS

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take the start of an element, named by namespace and local name."""
        tag, parent = _tag(name), self._path[-1]
        if parent == "" and tag != "w:document":
            raise Refused("an Office file, but no Word document")
        self._path.append(tag)
        if len(self._path) > _MAX_DEPTH:
            raise Refused("damaged Word file: nested too deeply")
        if self._left_out_at:
            return
        if tag in _LEFT_OUT:
            self._left_out_at = len(self._path)
        if parent == "w:r" and tag in _MARKS:
            self._say(_MARKS[tag])
        elif tag == "w:p":
            self._paragraphs.append([])
        else:
            self._start_in_table(tag, parent, attributes)

    def _start_in_table(self, tag: str, parent: str, attributes: Mapping[str, str]) -> None:
        if tag == "w:tr":
            self._rows.append(_Row())
        elif not self._rows:
            return
        elif tag == "w:tc":
            self._rows[-1].cells.append([])
        elif (parent, tag) == ("w:trPr", "w:del"):
            self._rows[-1].gone = True
        elif (parent, tag) == ("w:tcPr", "w:vMerge") and "restart" not in attributes.values():
            self._rows[-1].merged.add(len(self._rows[-1].cells) - 1)

    def text(self, text: str) -> None:
        """Take characters."""
        if not self._left_out_at and self._path[-2:] == ["w:r", "w:t"]:
            self._say(text.translate(IN_ONE_LINE))

    def end(self, _: str) -> None:
        """Take the end of the innermost open element."""
        depth, tag = len(self._path), self._path.pop()
        if self._left_out_at:
            if depth == self._left_out_at:
                self._left_out_at = 0
        elif tag == "w:p":
            self._end_paragraph()
        elif tag == "w:tr":
            self._end_row()

    def finish(self) -> list[str]:
        """Return the lines, what stands half read at the end among them."""
        while self._paragraphs:
            self._end_paragraph()
        while self._rows:
            self._end_row()
        return self._lines

    def _say(self, text: str) -> None:
        if self._paragraphs:
            self._paragraphs[-1].append(text)
            self._chars += len(text)

    def _end_paragraph(self) -> None:
        lines = filter(None, map(str.strip, "".join(self._paragraphs.pop()).split("\n")))
        if self._rows and self._rows[-1].cells:
            self._rows[-1].cells[-1].extend(lines)
        else:
            self._lines.extend(lines)

    def _end_row(self) -> None:
        row = self._rows.pop()
        texts = row.texts()
        if row.gone or not any(texts):
            return
        if self._rows and self._rows[-1].cells:
            self._rows[-1].cells[-1].extend(filter(None, texts))
        else:
            self._lines.append(" | ".join(texts))


def _tag(name: str) -> str:
    namespace, _, local = name.rpartition(" ")
    if namespace in _WORD:
        return f"w:{local}"
    return f"mc:{local}" if namespace == _COMPATIBILITY else local
