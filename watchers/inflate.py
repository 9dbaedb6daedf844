"""Unpacks gzip and deflate bodies under a size cap. Pure: never reads a socket, never holds more than the cap plus one step."""

import zlib

from watchers.errors import NotSane, TooLarge, Truncated

ACCEPT_ENCODING = "gzip, deflate"
"""What to ask for: exactly what `Inflater` can read."""

_STEP = 65_536  # most bytes one call into zlib may unfold
_MAX_MEMBERS = 1_000  # gzip members in one body; more is an attack on our time, not a page
_GZIP_MAGIC = b"\x1f\x8b"


class Inflater:
    """Unpacks one body, fed in pieces as they come off the wire. Use once: `feed` until the end, then `finish`.

    `encoding` is the Content-Encoding header ("" for none), `cap` the most bytes the unpacked body may have.
    Raises NotSane for an encoding that was not asked for, a nested one ("gzip, gzip"), or damaged data; TooLarge over
    the cap, before the rest is unfolded; Truncated where the stream lacks its end.
    Bytes after the end of the last gzip member (padding, mostly) are ignored, as browsers do: the part before them
    has passed its own checksum.
    """

    def __init__(self, encoding: str, *, cap: int) -> None:
        self._kind = _kind(encoding)
        self._cap = cap
        self._out = bytearray()
        self._pending = b""  # input held back until it is long enough to tell what it is
        self._unpacker: zlib._Decompress | None = None
        self._members = 0
        self._over = False  # the last stream is complete; whatever follows is padding

    def feed(self, data: bytes) -> None:
        """Take the next piece of the wire body, of any length.

        Raises TooLarge or NotSane.
        """
        if self._kind == "":
            self._take(data)
            return
        data = self._pending + data
        self._pending = b""
        while data and not self._over:
            if self._unpacker is None:
                if len(data) < 2:
                    self._pending = data
                    return
                self._unpacker = self._next_unpacker(data)
                continue
            data = self._unfold(self._unpacker, data)

    def finish(self) -> bytes:
        """Return the whole unpacked body.

        Raises Truncated if the stream has not reached its end. A packed body of no bytes at all is an empty one:
        servers send that with "Content-Encoding: gzip" on empty answers.
        """
        started = self._members > 0 or bool(self._pending)
        between_members = self._members > 0 and self._unpacker is None
        if self._kind and started and not (self._over or between_members):
            raise Truncated(f"the {self._kind} stream ends early, after {len(self._out)} bytes")
        return bytes(self._out)

    def _next_unpacker(self, data: bytes) -> "zlib._Decompress | None":
        if self._members and not (self._kind == "gzip" and data.startswith(_GZIP_MAGIC)):
            self._over = True
            return None
        self._members += 1
        if self._members > _MAX_MEMBERS:
            raise NotSane(f"the gzip body has more than {_MAX_MEMBERS} members")
        return zlib.decompressobj(_window_bits(self._kind, data))

    def _unfold(self, unpacker: "zlib._Decompress", data: bytes) -> bytes:
        """Unfold one step and return the input that is left. A step never unfolds past the cap by more than one byte."""
        step = min(_STEP, self._cap - len(self._out) + 1)
        try:
            piece = unpacker.decompress(data, step)
            while piece:
                self._take(piece)
                if unpacker.eof or (len(piece) < step and not unpacker.unconsumed_tail):
                    break
                step = min(_STEP, self._cap - len(self._out) + 1)
                piece = unpacker.decompress(unpacker.unconsumed_tail, step)
        except zlib.error as error:
            raise NotSane(f"the {self._kind} body is damaged") from error
        if unpacker.eof:
            self._unpacker = None
            return unpacker.unused_data
        return unpacker.unconsumed_tail

    def _take(self, piece: bytes) -> None:
        if len(self._out) + len(piece) > self._cap:
            raise TooLarge(f"unpacked, the body has more than {self._cap:,} bytes")
        self._out += piece


def _kind(encoding: str) -> str:
    name = encoding.strip().lower()
    if name in ("", "identity"):
        return ""
    if name in ("gzip", "x-gzip"):
        return "gzip"
    if name == "deflate":
        return "deflate"
    printable = "".join(char for char in name if char.isprintable())[:40]
    raise NotSane(f"the body is packed as {printable!r}, which was not asked for")


def _window_bits(kind: str, head: bytes) -> int:
    if kind == "gzip":
        return 16 + zlib.MAX_WBITS
    # "deflate" means a zlib stream in the standard and a bare one in some servers: the first two bytes tell.
    is_zlib = head[0] & 0x0F == 8 and int.from_bytes(head[:2], "big") % 31 == 0
    return zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS
