"""A workbook that is a zip, looked at whole before anything reads it."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable
from typing import IO

from overt.workbooks._layout import layout_fault
from overt.workbooks._order import Damaged, NotAlike, SheetOrder
from overt.workbooks._records import SHEET_BEGINS, RecordOrder

_PIECE = 1 << 20
_MEMBERS = 10_000
_SHEETS = "xl/worksheets/"


class TooLarge(Exception):
    """There is more in the file than was agreed."""


def check_zip_workbook(stream: IO[bytes], size: int, most: int) -> None:
    """Raises `NotAlike` for what programs do not read alike, `TooLarge` beyond so many bytes inside, else `Damaged`.

    The members are inflated piece by piece and counted: what the zip says of their sizes is not believed.
    """
    try:
        with zipfile.ZipFile(stream) as archive:
            if len(archive.infolist()) > _MEMBERS:
                raise TooLarge
            if fault := layout_fault(archive, size):
                raise NotAlike("", fault)
            # What the directory says costs nothing to refuse.
            if sum(member.file_size for member in archive.infolist()) > most:
                raise TooLarge
            for member in archive.infolist():
                with archive.open(member) as content:
                    most -= _follow(content, member.filename, most)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError, RuntimeError) as error:
        raise Damaged from error


def _follow(content: IO[bytes], name: str, most: int) -> int:
    """How many bytes a member has; its cells are looked at where it is a sheet."""
    read, see = 0, None
    while piece := content.read(_PIECE):
        if not read:
            see = _sheet(name, piece)
        read += len(piece)
        if read > most:
            raise TooLarge
        if see is not None:
            see(piece)
    return read


def _sheet(name: str, front: bytes) -> Callable[[bytes], None] | None:
    if front.startswith(SHEET_BEGINS):
        return RecordOrder().feed
    if name.startswith(_SHEETS) and name.endswith(".xml"):
        if b"\0" in front:
            raise NotAlike("", "a sheet that is not written in UTF-8")
        return SheetOrder().feed
    return None
