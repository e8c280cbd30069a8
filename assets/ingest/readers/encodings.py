"""Convert the bytes of a text file to UTF-8 with Unix line ends.

Belongs here: UTF-16 and UTF-32, Windows-1252, carriage returns as line ends. Not here: the content of a line (`text`,
`blocks`).
"""

import codecs
from collections.abc import Iterator
from io import RawIOBase
from typing import IO

import numpy as np

from assets.errors import FileRejected
from schemas.refusals import DAMAGED_TEXT

BOM = codecs.BOM_UTF8
_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",  # before UTF-16, whose mark is the beginning of this one
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_SAMPLE_BYTES = 4096  # bytes
_SAMPLE_LINE_BYTES = 64 << 10
_SHARE = 0.7  # share of zeros on one side of byte pairs, without zeros on the other: Latin text in UTF-16


def decoded_pieces(stream: IO[bytes] | RawIOBase, size: int) -> Iterator[bytes]:
    """The content in pieces: UTF-16 and UTF-32 as UTF-8, and carriage returns that end lines as line feeds.

    Raises FileRejected if UTF-16 or UTF-32 is damaged.
    """
    first = stream.read(size) or b""
    found = _decode(first, stream, size)
    first = next(found, b"")
    start = first[:_SAMPLE_LINE_BYTES]
    if b"\r" in first and b"\n" not in first:
        yield from _line_feeds(first, found)
    elif normalise_line_ends(start.removesuffix(b"\r")) != start.removesuffix(b"\r"):
        yield from _outside_quotes(first, found)
    else:
        yield first
        yield from found


def normalise_line_ends(block: bytes, *, in_quotes: bool = False) -> bytes:
    """The block with a line feed for each carriage return that ends a line alone; those inside quotes are kept.

    `in_quotes`: the block begins inside quotes.
    """
    if b"\r" not in block:
        return block
    content = np.frombuffer(block, dtype=np.uint8)
    returns = np.flatnonzero(content == ord("\r"))
    followed = content[np.minimum(returns + 1, content.size - 1)]  # the last byte has no byte after it
    lone = returns[followed != ord("\n")]
    if not lone.size:
        return block
    quotes = np.flatnonzero(content == ord('"'))
    normalised = content.copy()
    normalised[lone[(np.searchsorted(quotes, lone) + in_quotes) % 2 == 0]] = ord("\n")
    return normalised.tobytes()


def to_utf8(block: bytes) -> tuple[bytes, str]:
    """(UTF-8, encoding): only the lines that are not UTF-8 are read as Windows-1252."""
    if block.isascii():
        return block, "ascii"
    try:
        block.decode()
    except UnicodeDecodeError:
        if not _has_utf8(block):
            return _windows_1252(block), "windows-1252"
        return b"\n".join(line if line.isascii() else _line(line) for line in block.split(b"\n")), "windows-1252"
    return block, "utf-8"


def _has_utf8(block: bytes) -> bool:
    """Whether the block may contain a letter of several bytes in UTF-8: a start byte and a continuation byte."""
    content = np.frombuffer(block, dtype=np.uint8)
    beyond = np.flatnonzero(content >= 0x80)[:-1] if content[-1] >= 0x80 else np.flatnonzero(content >= 0x80)
    following = content[beyond + 1]
    return bool(((content[beyond] >= 0xC2) & (following >= 0x80) & (following < 0xC0)).any())


def _windows_1252(text: bytes) -> bytes:
    return text.decode("cp1252", errors="replace").encode()


def _line(line: bytes) -> bytes:
    try:
        line.decode()
    except UnicodeDecodeError:
        return _windows_1252(line)
    return line


def _decode(first: bytes, stream: IO[bytes] | RawIOBase, size: int) -> Iterator[bytes]:
    encoding = _wide_encoding(first[:_SAMPLE_BYTES])
    if encoding is None:
        piece: bytes | None = first
        while piece:
            yield piece
            piece = stream.read(size)
        return
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while first:
            yield decoder.decode(first).encode()
            first = stream.read(size) or b""
        yield decoder.decode(b"", final=True).encode()
    except UnicodeError:
        raise FileRejected(DAMAGED_TEXT, encoding=encoding.upper()) from None


def _wide_encoding(start: bytes) -> str | None:
    """The encoding of text with two or four bytes per letter, by its mark or its zeros; None for other texts."""
    marked = next((name for mark, name in _MARKS.items() if start.startswith(mark)), None)
    if marked:
        return marked
    pairs = np.frombuffer(start[: len(start) // 2 * 2], dtype=np.uint8).reshape(-1, 2)
    zeros = (pairs == 0).mean(axis=0) if len(pairs) else np.zeros(2)
    if zeros[1] > _SHARE and not zeros[0]:
        return "utf-16-le"
    return "utf-16-be" if zeros[0] > _SHARE and not zeros[1] else None


def _line_feeds(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    """Pieces with line feeds. A carriage return at the end of a piece is kept for the next piece."""
    buffer = first
    for piece in rest:
        cut = len(buffer) - buffer.endswith(b"\r")
        yield buffer[:cut].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        buffer = buffer[cut:] + piece
    yield buffer.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _outside_quotes(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    """As `_line_feeds`, for content that also has line feeds, perhaps only inside quotes."""
    buffer, in_quotes = first, False
    for piece in rest:
        cut = len(buffer) - buffer.endswith(b"\r")
        yield normalise_line_ends(buffer[:cut], in_quotes=in_quotes)
        in_quotes ^= bool(buffer.count(b'"', 0, cut) % 2)
        buffer = buffer[cut:] + piece
    yield normalise_line_ends(buffer, in_quotes=in_quotes)
