"""Reads the text out of one PDF or Word file, as a program of its own: `python -m watchers.annex.worker pdf|docx`.

The file's bytes come on stdin; on stdout goes `{"text": …, "pages": n, "cut": …}` or `{"error": "…"}`, both with exit code 0:
a refusal is an answer. Files come from anywhere, so the program takes away its own means before it looks at one: memory,
processor time, files, children. It must never be run inside the service, open a path, or reach a network.
"""

import io
import json
import logging
import resource
import sys
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from itertools import islice
from typing import Any, Protocol

from watchers.annex.docx import read_docx
from watchers.annex.reading import (
    IN_LINES,
    MAX_BODY_BYTES,
    MAX_CHARS,
    Reading,
    Refused,
    check_kind,
    reading,
    refusing,
)

MAX_PAGES = 400
# Of address space; a PDF page at the limits below takes 270 MB. Source: measured 2026-11-24.
MEMORY_BYTES = 1 << 30
CPU_SECONDS = 20

# What one page may unfold to. With the library's own limits a page can take 20 s and 800 MB. Source: measured 2026-11-24.
_MAX_STREAM_BYTES = 20_000_000
_MAX_OPERATIONS = 300_000

# Programs that print to PDF put a radical's code where the character of the same shape is meant: no search would find it.
_RADICALS = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}


def main(arguments: list[str]) -> int:
    """Answer for the file on stdin; the one argument is its kind."""
    set_limits()
    logging.disable()
    answer = answer_for(arguments[0], sys.stdin.buffer.read(MAX_BODY_BYTES + 1))
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False).encode())
    return 0


def set_limits() -> None:
    """Take away from this process what reading a file does not need, as far as the system knows how to."""
    limits = {
        resource.RLIMIT_AS: (MEMORY_BYTES, MEMORY_BYTES),
        resource.RLIMIT_CPU: (CPU_SECONDS, CPU_SECONDS + 1),
        resource.RLIMIT_CORE: (0, 0),
        resource.RLIMIT_FSIZE: (0, 0),  # pipes are no files: stdout is not concerned
        resource.RLIMIT_NPROC: (0, 0),  # holds for everyone but root
    }
    for which, most in limits.items():
        with suppress(ValueError, OSError):
            resource.setrlimit(which, most)


def answer_for(kind: str, body: bytes) -> dict[str, str | int | bool | None]:
    """Return what is to be written on stdout for this file."""
    try:
        read = {"pdf": read_pdf, "docx": read_docx}[kind](body)
    except Refused as refused:
        return {"error": str(refused)}
    return {"text": read.text, "pages": read.pages, "cut": read.cut}


# -- PDF


class _Page(Protocol):
    def extract_text(self) -> str: ...


def read_pdf(body: bytes) -> Reading:
    """Return the text of a PDF, page after page, each in the order in which it was drawn.

    Raises Refused.
    """
    check_kind(body, "PDF", b"%PDF-" in body[:1024])
    import pypdf  # here and not above: in a process without limits nobody shall load it by accident

    said = {
        pypdf.errors.DependencyError: "a PDF encrypted with AES, which is not read here",
        pypdf.errors.LimitReachedError: "a PDF that holds more than an annex may",
    }
    limits: dict[str, Any] = {
        "jbig2dec_binary": None,  # another program, for pictures
        "stream_parsing_work_maximum_count": _MAX_OPERATIONS,
        "array_based_stream_maximum_output_length": _MAX_STREAM_BYTES,
        "lzw_maximum_output_length": _MAX_STREAM_BYTES,
        "run_length_maximum_output_length": _MAX_STREAM_BYTES,
        "zlib_maximum_output_length": _MAX_STREAM_BYTES,
    }
    with refusing("PDF", said), pypdf.apply_configuration(**limits):
        reader = pypdf.PdfReader(io.BytesIO(body))
        if reader.is_encrypted and not reader.decrypt(""):
            raise Refused("a PDF locked with a password")
        return _text_of_pages(reader.pages, len(reader.pages))


def _text_of_pages(pages: Iterable[_Page], count: int) -> Reading:
    texts: list[str] = []
    chars = 0
    for page in islice(pages, MAX_PAGES):
        texts.append(page.extract_text())
        chars += len(texts[-1])
        if chars > MAX_CHARS:
            break
    raw = "\n".join(texts)
    _check_readable(raw[:MAX_CHARS])
    lines = [line.strip() for line in raw.translate(IN_LINES).translate(_RADICALS).split("\n")]
    if not any(lines):
        raise Refused("no text in it: probably a scan" if count else "a PDF without pages")
    return reading(lines, pages=count, more=len(texts) < count)


def _check_readable(text: str) -> None:
    """Raise Refused for the text of a font without a character map, as far as it shows: no signs but nonsense codes."""
    shown = [char for char in text if not char.isspace()]
    codes = sum(unicodedata.category(char) in ("Cc", "Cn", "Co", "Cs") for char in shown)
    if codes * 4 > len(shown):
        raise Refused("a PDF whose fonts do not say which characters they show")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
