"""The bytes of a text file, in pieces: digested, inflated within limits, and checked to be text."""

from __future__ import annotations

import codecs
import hashlib
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from overt.refusals import Refusal
from overt.rows._line_cut import LineCut
from overt.rows._reading import ReadingLimits

PIECE = 2**20
_ENDING = 64
ENCODINGS = (
    "utf-8",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "windows-1250",
    "windows-1251",
    "windows-1252",
    "windows-1254",
    "iso-8859-1",
    "iso-8859-2",
    "iso-8859-15",
    "macintosh",
    "cp437",
    "cp850",
)
_OTHER_KINDS = {
    b"\x1f\x8b": "a gzip file (.gz)",
    b"PK\x03\x04": "a zip file, such as a workbook (.xlsx, .ods)",
    b"\xd0\xcf\x11\xe0": "an old workbook (.xls)",
    b"PAR1": "a Parquet file (.parquet)",
    b"SQLite format 3": "an SQLite database (.sqlite)",
    b"%PDF": "a PDF document",
}
_UNDEFINED_IN_WINDOWS_1252 = b"\x81\x8d\x8f\x90\x9d"


@dataclass
class DecodedText:
    """A text file read once from front to back.

    Iterating gives pieces of UTF-8 without byte order mark. `digest` is of the file as it lies on the
    disk and is whole once the pieces are used up. `as_stored` says that the pieces are the file's own
    bytes, but for a mark at the front. With `lines` they are those from the first to the last of these lines alone, and
    `below` says how many lines stand below them once the pieces are used up.
    """

    path: Path
    name: str
    encoding: str | None
    limits: ReadingLimits
    lines: tuple[int, int | None] = (1, None)
    below: int = 0
    _hash: hashlib._Hash = field(default_factory=hashlib.sha256)

    @property
    def digest(self) -> str:
        """SHA-256 of the bytes read so far, in hexadecimal."""
        return self._hash.hexdigest()

    @property
    def packed(self) -> bool:
        """Whether the name says that the file is compressed."""
        return self.path.suffix.lower() == ".gz"

    @property
    def as_stored(self) -> bool:
        """Whether another reader may be given the file itself."""
        return not self.packed and self.lines == (1, None) and _codec(self.encoding, self.name) == "utf-8"

    def __iter__(self) -> Iterator[bytes]:
        """The pieces. Refuses what is not text in the encoding, NUL bytes, and what inflates past the limits."""
        codec = _codec(self.encoding, self.name)
        stored = self._stored()
        pieces = inflated(stored, self.name, self.limits) if self.packed else stored
        text = _checked(pieces, self.name) if codec == "utf-8" else _recoded(pieces, self.name, codec)
        whole = _ending_checked(text, self.name)
        return whole if self.lines == (1, None) else self._cut(whole)

    def _cut(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        cut = LineCut(*self.lines)
        yield from cut.pieces(pieces)
        self.below = cut.below

    def reopen(self) -> BinaryIO:
        """The same text from its front as plain UTF-8, turned and inflated anew; nothing is written anywhere."""
        return io.BufferedReader(_Pieces(iter(self.anew())), PIECE)

    def anew(self) -> DecodedText:
        """The same text, to be read from its front."""
        return DecodedText(self.path, self.name, self.encoding, self.limits, self.lines)

    def begin_again(self) -> None:
        """Forgets what was read, so that the digest is of the next time alone."""
        self._hash = hashlib.sha256()

    def _stored(self) -> Iterator[bytes]:
        with self.path.open("rb") as stream:
            while piece := stream.read(PIECE):
                self._hash.update(piece)
                yield piece


class _Pieces(io.RawIOBase):
    """Pieces of bytes as a file."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._left = pieces, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._left:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._left = piece
        taken = self._left[: len(buffer)]
        buffer[: len(taken)] = taken
        self._left = self._left[len(taken) :]
        return len(taken)


def _ending_checked(pieces: Iterator[bytes], name: str) -> Iterator[bytes]:
    """The pieces. Refuses a text that ends in Ctrl-Z, as programs of old ended a file."""
    last = b""
    for piece in pieces:
        last = (last + piece)[-_ENDING:]
        yield piece
    if last.rstrip(b"\r\n").endswith(b"\x1a"):
        raise Refusal(
            "text-ctrl-z",
            f"{name}, its end",
            "the file ends with the character Ctrl-Z (1A), which old programs use to end a file",
            "text up to the end",
            "delete the last character of the file, in an editor that shows it, or export the file again",
        )


def digest_of(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def inflated(stored: Iterator[bytes], name: str, limits: ReadingLimits) -> Iterator[bytes]:
    """The content of a gzip file, however many members it has.

    Refuses a file that ends too early, has foreign bytes behind it, or inflates past the limits;
    never holds more than a piece of it.
    """
    before = after = 0
    whole = False
    inflate = zlib.decompressobj(wbits=31)
    for piece in stored:
        before += len(piece)
        rest = piece
        while rest:
            if whole:
                inflate, whole = zlib.decompressobj(wbits=31), False
            try:
                out = inflate.decompress(rest, PIECE)
            except zlib.error:
                raise _gzip_broken(name, "it is not gzip, or is damaged") from None
            after += len(out)
            check_inflation(name, before, after, limits)
            whole = inflate.eof
            rest = inflate.unused_data if whole else inflate.unconsumed_tail
            if out:
                yield out
    # The decompressor may buffer output if the input of a gzip member ends exactly at a chunk boundary.
    while not whole and (out := _held_back(inflate)):
        after += len(out)
        check_inflation(name, before, after, limits)
        whole = inflate.eof
        yield out
    if not (whole or inflate.eof):
        raise _gzip_broken(name, "it ends in the middle")


def first_bytes(path: Path, name: str, most: int, limits: ReadingLimits) -> bytes:
    """So many bytes from the front of a file, inflated where its name says that it is compressed."""
    with path.open("rb") as stream:
        if path.suffix.lower() != ".gz":
            return stream.read(most)
        content = b""
        for piece in inflated(iter(lambda: stream.read(PIECE), b""), name, limits):
            content += piece
            if len(content) >= most:
                break
        return content[:most]


def check_inflation(name: str, before: int, after: int, limits: ReadingLimits) -> None:
    """Refuses content that has grown past the limit of size, or of growth against its compressed size."""
    remedy = "check where the file came from. If you trust it, unpack it yourself and give the unpacked file"
    if after > limits.inflated_bytes:
        fault = f"the file expands to more than {limits.inflated_bytes} bytes"
        raise Refusal("inflates-too-far", name, fault, f"at most {limits.inflated_bytes} bytes", remedy)
    if after > limits.inflation_floor and after > before * limits.inflation_ratio:
        fault = f"the file expands to more than {limits.inflation_ratio} times its size"
        raise Refusal("inflates-too-far", name, fault, f"at most {limits.inflation_ratio} times", remedy)


def _held_back(inflate: zlib._Decompress) -> bytes:
    return inflate.decompress(inflate.unconsumed_tail, PIECE)


def _gzip_broken(name: str, fault: str) -> Refusal:
    return Refusal("gzip-broken", name, fault, "a complete gzip file", "download or export the file again")


def is_encoding(name: str) -> bool:
    """Whether text in the encoding can be read."""
    return _known_codec(name) is not None


def _known_codec(name: str) -> str | None:
    try:
        wanted = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    return wanted if wanted in {codecs.lookup(encoding).name for encoding in ENCODINGS} else None


def _codec(encoding: str | None, name: str) -> str:
    if encoding is None:
        return "utf-8"
    codec = _known_codec(encoding)
    if codec is None:
        raise Refusal("encoding-unknown", name, "Overt does not know this encoding", ", ".join(ENCODINGS))
    return codec


def _checked(pieces: Iterator[bytes], name: str) -> Iterator[bytes]:
    """Pieces that are UTF-8 without NUL bytes; a mark at the front is taken off."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    offset, line = 0, 1
    for number, piece in enumerate(pieces):
        if number == 0:
            _check_front(piece, name)
        at = piece.find(b"\0")
        held = len(decoder.getstate()[0])
        try:
            decoder.decode(piece if at < 0 else piece[:at])
        except UnicodeDecodeError as error:
            raise _not_utf8(name, offset - held, line, error) from None
        if at >= 0:
            raise _nul(name, offset + at, line + piece.count(b"\n", 0, at))
        offset += len(piece)
        line += piece.count(b"\n")
        yield piece.removeprefix(codecs.BOM_UTF8) if number == 0 else piece
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise _not_utf8(name, offset - len(error.object), line, error) from None


def _check_front(piece: bytes, name: str) -> None:
    other = next((kind for mark, kind in _OTHER_KINDS.items() if piece.startswith(mark)), None)
    if other is not None:
        remedy = "give the file the extension that matches its content"
        raise Refusal(
            "source-kind-unknown", name, f"the content of {other}", "text, as the name of the file says", remedy
        )
    marks = {codecs.BOM_UTF32_LE: "UTF-32", codecs.BOM_UTF16_LE: "UTF-16", codecs.BOM_UTF16_BE: "UTF-16"}
    named = next((kind for mark, kind in marks.items() if piece.startswith(mark)), None)
    if named is None:
        # Text in UTF-16 without a mark has a zero in every other place, so long as it is mostly Latin.
        front = piece[:4096]
        zeros = max(front[0::2].count(0), front[1::2].count(0))
        named = "UTF-16" if zeros * 2 > len(front) // 2 and len(front) >= 4 else None
    if named is not None:
        raise Refusal(
            "encoding-not-utf8",
            f"{name}, byte 0, line 1",
            f"the file looks like {named}",
            "UTF-8",
            f"give --encoding {named.lower()}, or export the file again as UTF-8",
        )


def _not_utf8(name: str, offset: int, line: int, error: UnicodeDecodeError) -> Refusal:
    """The fault lies at `error.start` of bytes that begin at `offset`, on `line`."""
    at = error.start
    byte = error.object[at]
    remedy = "export the file again as UTF-8, or give its encoding with --encoding"
    if byte not in _UNDEFINED_IN_WINDOWS_1252:
        remedy = "export the file again as UTF-8. If it came from Windows or Excel, try --encoding windows-1252"
    return Refusal(
        "encoding-not-utf8",
        f"{name}, byte {offset + at}, line {line + error.object.count(bytes([10]), 0, at)}",
        f"byte 0x{byte:02x} is not valid UTF-8",
        "UTF-8",
        remedy,
    )


def _nul(name: str, offset: int, line: int) -> Refusal:
    return Refusal(
        "nul-byte",
        f"{name}, byte {offset}, line {line}",
        "there is a NUL byte",
        "text",
        "the file is damaged, is not text, or is UTF-16. Export it again, or give --encoding",
    )


def _recoded(pieces: Iterator[bytes], name: str, codec: str) -> Iterator[bytes]:
    """Pieces turned from the encoding that was given into UTF-8."""
    decoder = codecs.getincrementaldecoder(codec)()
    offset, line = 0, 1
    for number, piece in enumerate(_and_end(pieces)):
        held = len(decoder.getstate()[0])
        try:
            text = decoder.decode(piece, final=not piece)
        except UnicodeError as error:
            # UTF-16 without its mark is an error that has no place.
            start = error.start if isinstance(error, UnicodeDecodeError) else 0
            where = f"{name}, byte {offset - held + start}, after line {line}"
            raise Refusal(
                "encoding-wrong",
                where,
                f"there are bytes that are not {codec}",
                f"text in {codec}, as given with --encoding",
                "find out which encoding the file is in, or export it again as UTF-8",
            ) from None
        offset += len(piece)
        text = text.removeprefix("\ufeff") if number == 0 else text
        if (at := text.find("\0")) >= 0:
            raise _nul(name, offset, line + text.count("\n", 0, at))
        line += text.count("\n")
        if text:
            yield text.encode("utf-8")


def _and_end(pieces: Iterator[bytes]) -> Iterator[bytes]:
    yield from pieces
    yield b""
