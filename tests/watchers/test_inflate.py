"""Unpacking under a cap."""

import contextlib
import gzip
import tracemalloc
import zlib
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchers.errors import NotSane, TooLarge, Truncated
from watchers.inflate import Inflater

CAP = 1_000_000


def inflate(chunks: Iterable[bytes], *, encoding: str, cap: int) -> bytes:
    inflater = Inflater(encoding, cap=cap)
    for chunk in chunks:
        inflater.feed(chunk)
    return inflater.finish()


def bare_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


PACKERS = {"gzip": [gzip.compress], "deflate": [zlib.compress, bare_deflate], "identity": [bytes]}
CASES = [(encoding, packer) for encoding, packers in PACKERS.items() for packer in packers]


def cut_up(data: bytes, cuts: list[int]) -> list[bytes]:
    at = sorted({cut % (len(data) + 1) for cut in cuts})
    return [data[a:b] for a, b in zip([0, *at], [*at, len(data)], strict=True)]


@pytest.mark.parametrize(("encoding", "packer"), CASES)
@given(data=st.binary(max_size=3000), cuts=st.lists(st.integers(0, 5000), max_size=8))
def test_what_was_packed_comes_out_however_it_was_cut_up(
    encoding: str, packer, data: bytes, cuts: list[int]
) -> None:
    assert inflate(cut_up(packer(data), cuts), encoding=encoding, cap=CAP) == data


@given(parts=st.lists(st.binary(max_size=200), max_size=5), cuts=st.lists(st.integers(0, 2000), max_size=8))
def test_gzip_members_are_joined(parts: list[bytes], cuts: list[int]) -> None:
    packed = b"".join(gzip.compress(part) for part in parts)
    assert inflate(cut_up(packed, cuts), encoding="gzip", cap=CAP) == b"".join(parts)


@given(data=st.binary(max_size=2000), cap=st.integers(0, 2500), repeat=st.integers(1, 50))
def test_the_output_never_passes_the_cap(data: bytes, cap: int, repeat: int) -> None:
    whole = data * repeat
    try:
        out = inflate([gzip.compress(whole)], encoding="gzip", cap=cap)
    except TooLarge:
        assert len(whole) > cap
    else:
        assert out == whole
        assert len(out) <= cap


@given(
    chunks=st.lists(st.binary(max_size=200), max_size=6),
    encoding=st.sampled_from(["gzip", "deflate", "", "br"]),
)
def test_arbitrary_bytes_raise_nothing_but_our_errors(chunks: list[bytes], encoding: str) -> None:
    with contextlib.suppress(NotSane, Truncated, TooLarge):
        assert len(inflate(chunks, encoding=encoding, cap=300)) <= 300


@given(data=st.binary(min_size=1, max_size=500), at=st.integers(0, 10_000), flip=st.integers(1, 255))
def test_a_damaged_gzip_never_passes_for_other_content(data: bytes, at: int, flip: int) -> None:
    packed = bytearray(gzip.compress(data, mtime=0))
    packed[at % len(packed)] ^= flip
    try:
        out = inflate([bytes(packed)], encoding="gzip", cap=CAP)
    except (NotSane, Truncated, TooLarge):
        return
    assert out == data  # the flip hit a header field without meaning


def test_a_bomb_in_one_chunk_is_refused_with_little_memory() -> None:
    bomb = gzip.compress(bytes(50_000_000))
    tracemalloc.start()
    try:
        with pytest.raises(TooLarge, match="more than 100,000 bytes"):
            inflate([bomb], encoding="gzip", cap=100_000)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 1_000_000


def test_a_body_of_exactly_the_cap_passes() -> None:
    assert len(inflate([gzip.compress(bytes(1000))], encoding="gzip", cap=1000)) == 1000
    with pytest.raises(TooLarge):
        inflate([gzip.compress(bytes(1001))], encoding="gzip", cap=1000)


@pytest.mark.parametrize("lost", [1, 4, 8, 9, 20])
@pytest.mark.parametrize("packer", [gzip.compress, zlib.compress])
def test_a_stream_without_its_end_is_truncated(lost: int, packer) -> None:
    packed = packer(b"the end is missing " * 20 + bytes(range(256)))
    with pytest.raises(Truncated):
        inflate([packed[:-lost]], encoding="gzip" if packer is gzip.compress else "deflate", cap=CAP)


def test_a_second_member_without_its_end_is_truncated() -> None:
    packed = gzip.compress(b"one") + gzip.compress(b"two")[:-3]
    with pytest.raises(Truncated):
        inflate([packed], encoding="gzip", cap=CAP)


def test_one_single_byte_of_gzip_is_truncated_and_none_at_all_is_empty() -> None:
    with pytest.raises(Truncated):
        inflate([b"\x1f"], encoding="gzip", cap=CAP)
    assert inflate([], encoding="gzip", cap=CAP) == b""


@pytest.mark.parametrize("padding", [b"\0", b"\0" * 512, b"<!-- served by cache 7 -->", b"\x1f"])
def test_what_follows_the_end_of_gzip_is_ignored(padding: bytes) -> None:
    assert inflate([gzip.compress(b"page"), padding], encoding="gzip", cap=CAP) == b"page"
    assert inflate([gzip.compress(b"page") + padding], encoding="gzip", cap=CAP) == b"page"


def test_a_body_of_countless_members_is_refused() -> None:
    with pytest.raises(NotSane, match="members"):
        inflate([gzip.compress(b"") * 1001], encoding="gzip", cap=CAP)


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "gzip,deflate", "compress", "evil\x1b[31m"])
def test_an_encoding_nobody_asked_for_is_refused(encoding: str) -> None:
    with pytest.raises(NotSane, match="not asked for") as caught:
        Inflater(encoding, cap=CAP)
    assert caught.value.what.isprintable()


def test_plain_bytes_are_held_to_the_cap_too() -> None:
    assert inflate([b"ab", b"c"], encoding="", cap=3) == b"abc"
    with pytest.raises(TooLarge):
        inflate([b"ab", b"cd"], encoding="", cap=3)


def test_garbage_called_gzip_is_damaged() -> None:
    with pytest.raises(NotSane, match="damaged"):
        inflate([b"<html>not packed at all</html>"], encoding="gzip", cap=CAP)
