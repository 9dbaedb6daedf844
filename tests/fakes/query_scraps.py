"""Texts that are hardly ever a query: scraps of the language in any order, and anything at all."""

from hypothesis import strategies as st

_PIECES = st.sampled_from(
    (
        *'()"*:, \n/或非a-+é㈠ﷺ１“（）：，＊\ud800\u202e\u200b\x00\r\x1c',
        *("# ", "NOT ", " OR ", " AND ", "NEAR/3(", "near", "title:", "type:", "stage:filed", "hts:", "8541"),
        *("effective:>", "2026-01-01", "party:", "稀土", "colour:"),
    )
)

SCRAPS = st.lists(_PIECES, max_size=25).map("".join) | st.text(st.characters(codec=None), max_size=60)
