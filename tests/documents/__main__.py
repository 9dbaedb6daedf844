"""Write every part of the documents that comes from the code."""

from tests.documents.of_sources import PARTS, ROOT, written

for document in PARTS:
    (ROOT / document).write_text(written(document), encoding="utf-8")
