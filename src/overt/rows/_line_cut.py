"""The lines of a text between two numbers, as an editor counts lines: by line feeds, carriage returns, or both."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

_LINE_END = re.compile(rb"\r\n?|\n")


class LineCut:
    """Cuts a text that comes in pieces to the lines from `first` to `last`, from 1; without `last`, to its end.

    `below` is how many lines stand below the last, once the pieces are used up.
    """

    def __init__(self, first: int, last: int | None) -> None:
        self.below = 0
        self._first, self._last = first, last

    def pieces(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        """The pieces of those lines; the whole text is gone through."""
        ended, torn, held = 0, False, b""
        for piece in chain(pieces, [b""]):
            data = held + piece
            # A line end of two bytes must not be taken for two.
            held = b"\r" if piece and data.endswith(b"\r") else b""
            data = data[: len(data) - len(held)]
            start = _after(data, self._first - 1 - ended)
            end = len(data) if self._last is None else _after(data, self._last - ended)
            if start < end:
                yield data[start:end]
            ended += _count(data)
            torn = not data.endswith((b"\r", b"\n")) if data else torn
        lines = ended + torn
        self.below = 0 if self._last is None else max(0, lines - self._last)


def _after(data: bytes, ends: int) -> int:
    """Where the text goes on behind so many line ends; its length if it has fewer."""
    if ends <= 0:
        return 0
    if _count(data) < ends:
        return len(data)
    return next(match.end() for number, match in enumerate(_LINE_END.finditer(data), start=1) if number == ends)


def _count(data: bytes) -> int:
    return data.count(b"\n") + (data.count(b"\r") - data.count(b"\r\n"))
