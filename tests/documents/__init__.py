"""Parts of the documents that are written from the code: `python -m tests.documents` writes them, a test compares."""
