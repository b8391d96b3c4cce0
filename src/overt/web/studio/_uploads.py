"""Files that come with a form, written straight into the project's folder as they arrive, for their owner alone.

Nothing of them goes to the system's temporary folder. A file that the page does not keep is removed with the request.
"""

from __future__ import annotations

import asyncio
import shutil
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message as Header
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request

from overt.machine import sync
from overt.private import private_file
from overt.refusals import Refusal
from overt.storage import storage_refused
from overt.web._receiving import TooSlow

CSRF_FIELD = "csrf"
_IDLE_SECONDS = 30.0
_MOST_FILES, _MOST_FIELDS, _MOST_HEADER, _MOST_VALUE = 200, 50, 8_000, 20_000
_LONGEST_NAME = 200
# A copy, the loaded source, and what its audit spills.
_ROOM = 3


@dataclass
class Upload:
    """A file that came with a form: its name, cleaned; its size, and SHA-256 in hexadecimal."""

    name: str
    part: Path
    size: int = 0
    sha256: str = ""

    def keep(self, folder: Path) -> Path:
        """Moves it into the folder under its name. Refuses a name that is taken."""
        target = folder / self.name
        with storage_refused(target):
            if target.exists() or target.is_symlink():
                remedy = "remove the file that is there first, or rename this one"
                raise Refusal("upload-name-taken", self.name, "there is a file of this name already", "", remedy)
            self.part.rename(target)
            sync(folder)
        return target

    def drop(self) -> None:
        """Removes it, if it was not kept."""
        self.part.unlink(missing_ok=True)


def check_room(folder: Path, size: int) -> None:
    """Refuses a file for which there is not enough space on the disk."""
    free = shutil.disk_usage(folder).free
    if free < _ROOM * size:
        problem = f"there are {_gigabytes(free)} free"
        remedy = "free space, or enter where the file is: then it is not copied"
        raise Refusal("upload-no-room", "the project's disk", problem, f"{_gigabytes(_ROOM * size)}", remedy)


async def receive_uploads(
    request: Request, folder: Path, check: Callable[[dict[str, str]], None]
) -> tuple[dict[str, str], list[Upload]]:
    """The texts and files of a form, whose files are written into `folder`.

    `check` gets the texts that came before the first file, and refuses a form that was not sent from here.
    """
    length = request.headers.get("content-length", "")
    if not length.isdecimal():
        raise HTTPException(400)
    kind, options = _header(request.headers.get("content-type", ""))
    if kind != "multipart/form-data" or not options.get("boundary"):
        raise HTTPException(415)
    check_room(folder, int(length))
    form = _Form(folder, check)
    try:
        parser = MultipartParser(options["boundary"], form.callbacks(), max_size=int(length))
        while True:
            message = await _next(request)
            if message["type"] == "http.disconnect":
                raise HTTPException(400)
            parser.write(message.get("body", b""))
            if not message.get("more_body", False):
                break
        parser.finalize()
        await run_in_threadpool(form.finish)
    except MultipartParseError:
        form.drop()
        raise HTTPException(400) from None
    except BaseException:
        form.drop()
        raise
    return form.texts, form.uploads


async def _next(request: Request) -> Any:
    try:
        return await asyncio.wait_for(request.receive(), _IDLE_SECONDS)
    except TimeoutError:
        raise TooSlow from None


class _Form:
    """A form as its parts arrive."""

    def __init__(self, folder: Path, check: Callable[[dict[str, str]], None]) -> None:
        self.texts: dict[str, str] = {}
        self.uploads: list[Upload] = []
        self._folder, self._check, self._checked = folder, check, False
        self._header_name = self._header_value = b""
        self._headers: dict[str, str] = {}
        self._name, self._value = "", b""
        self._stream: IO[bytes] | None = None
        self._digest = sha256()
        self._ended = False

    def callbacks(self) -> Any:
        """What the parser calls."""
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._field,
            "on_header_value": self._field_value,
            "on_header_end": self._field_end,
            "on_headers_finished": self._opened,
            "on_part_data": self._data,
            "on_part_end": self._close,
            "on_end": self._all,
        }

    def finish(self) -> None:
        """Everything has arrived. Refuses a form that was cut off."""
        if not self._ended:
            raise HTTPException(400)
        if not self._checked:
            self._check(self.texts)
        for upload in self.uploads:
            sync(upload.part)

    def drop(self) -> None:
        """Removes what was written."""
        if self._stream is not None:
            self._stream.close()
        for upload in self.uploads:
            upload.drop()

    def _begin(self) -> None:
        self._headers, self._header_name, self._header_value = {}, b"", b""
        self._value = b""

    def _field(self, data: bytes, start: int, end: int) -> None:
        self._header_name += data[start:end]
        self._limit_header()

    def _field_value(self, data: bytes, start: int, end: int) -> None:
        self._header_value += data[start:end]
        self._limit_header()

    def _limit_header(self) -> None:
        if len(self._header_name) + len(self._header_value) > _MOST_HEADER or len(self._headers) > 10:
            raise HTTPException(400)

    def _field_end(self) -> None:
        self._headers[self._header_name.decode("latin-1").lower()] = self._header_value.decode("utf-8", "replace")
        self._header_name = self._header_value = b""

    def _opened(self) -> None:
        kind, options = _header(self._headers.get("content-disposition", ""))
        self._name = options.get("name", "")
        if kind != "form-data" or not self._name:
            raise HTTPException(400)
        if "filename" not in options:
            if self._name in self.texts or len(self.texts) >= _MOST_FIELDS:
                raise HTTPException(400)
            return
        if not self._checked:
            self._check(self.texts)
            self._checked = True
        if len(self.uploads) >= _MOST_FILES:
            raise HTTPException(413)
        upload = Upload(clean_name(options["filename"]), self._folder / f".upload-{id(self)}-{len(self.uploads)}.part")
        self.uploads.append(upload)
        self._digest = sha256()
        self._stream = private_file(upload.part).open("wb")

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._stream is None:
            self._value += data[start:end]
            if len(self._value) > _MOST_VALUE:
                raise HTTPException(413)
            return
        piece = memoryview(data)[start:end]
        with storage_refused(self._folder):
            self._stream.write(piece)
        self._digest.update(piece)
        self.uploads[-1].size += len(piece)

    def _close(self) -> None:
        if self._stream is None:
            try:
                self.texts[self._name] = self._value.decode("utf-8")
            except UnicodeDecodeError:
                raise HTTPException(400) from None
            return
        with storage_refused(self._folder):
            self._stream.close()
        self._stream = None
        upload = self.uploads[-1]
        upload.sha256 = self._digest.hexdigest()
        # A browser sends a nameless part where no file was chosen.
        if not upload.name and not upload.size:
            self.uploads.pop().drop()

    def _all(self) -> None:
        self._ended = True


def clean_name(name: str) -> str:
    """The last part of a name, printable, of at most 200 characters and never hidden: it is part of the results."""
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(sign for sign in unicodedata.normalize("NFC", last) if sign.isprintable() and sign not in '<>:"|?*')
    return kept.strip().lstrip(".").strip()[-_LONGEST_NAME:]


def _header(text: str) -> tuple[str, dict[str, str]]:
    """The value of a header and its parameters."""
    header = Header()
    header["content-type"] = text.replace("\r", " ").replace("\n", " ")
    first, *others = header.get_params(failobj=[("", "")], unquote=True)
    return str(first[0]).lower(), {str(name).lower(): str(value) for name, value in others if isinstance(value, str)}


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:.1f} GB"
