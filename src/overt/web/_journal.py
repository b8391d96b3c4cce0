"""The two logs of a portal: what was tried by whom, and how the server fares. Neither holds a personal value.

The access log (`portal/access.jsonl` in the register's folder) has one line for each attempt, allowed or not: the
moment, the action, what came of it, and the staff reference and roles of who tried. It names the route and never what
stood in it, so that it can outlive an erasure. Each line carries the digest of the one before: a line that was taken
out or changed is missed.

It is not the log of the register. Whoever consults, alters or discloses an entry is in that one, by the gate, as a
record with a reason (DPA 2018, s.62). What was forbidden touched no entry, and stands here alone.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import os
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, TextIO

from overt.private import private_file, private_folder
from overt.refusals import Refusal

FOLDER = "portal"
ACCESS_FILE = "access.jsonl"
_FIRST = "0" * 64


@dataclass(frozen=True)
class Attempt:
    """One line of the access log. `outcome` is allowed, refused (taken up, and not done) or forbidden."""

    at: str
    who: str
    roles: tuple[str, ...]
    face: str
    action: str
    method: str
    outcome: str
    status: int
    before: str = ""


class AccessLog:
    """The access log of one register, added to by one process. A line is with the system before the answer leaves."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FOLDER / ACCESS_FILE
        private_folder(self.path.parent)
        self._turn = threading.Lock()
        self._end_cut_line()
        self._last = _FIRST
        for line in self._lines():
            self._last = sha256(line).hexdigest()
        self._stream = private_file(self.path).open("ab", buffering=0)
        self._size = self._stream.seek(0, os.SEEK_END)

    def add(self, attempt: Attempt) -> None:
        """Adds a line. Refuses a file that somebody else wrote to: the chain would fork there for good."""
        with self._turn:
            line = json.dumps({**asdict(attempt), "before": self._last}, separators=(",", ":")).encode()
            self._check_alone()
            try:
                whole = self._stream.write(line + b"\n") == len(line) + 1
            except OSError:
                whole = False
            if not whole:
                # A full disk takes a part of a line, to which the next would be joined.
                self._stream.truncate(self._size)
                raise Refusal("access-log-full", ACCESS_FILE, "a line could not be written", "room on the disk")
            self._last, self._size = sha256(line).hexdigest(), self._size + len(line) + 1

    def _check_alone(self) -> None:
        here = os.fstat(self._stream.fileno())
        there = self.path.stat() if self.path.exists() else None
        if there is None or (there.st_ino, there.st_size) != (here.st_ino, self._size):
            remedy = "Stop every portal of this register, see who wrote to the file, and start one again."
            raise Refusal("access-log-changed", ACCESS_FILE, "somebody else wrote to it", "one writer", remedy)

    def read(self, keep: Callable[[Attempt], bool] = lambda _: True) -> Iterator[Attempt]:
        """The attempts, oldest first."""
        for line in self._lines():
            found = json.loads(line)
            attempt = Attempt(**{**found, "roles": tuple(found["roles"])})
            if keep(attempt):
                yield attempt

    def broken_at(self) -> int | None:
        """The number of the first line that does not follow the one before it, counted from 1; none if all do."""
        return broken_at(self.path)

    def close(self) -> None:
        """Lets go of the file."""
        self._stream.close()

    def _lines(self) -> Iterator[bytes]:
        yield from _lines(self.path)

    def _end_cut_line(self) -> None:
        """Takes away a line that a stopped process did not finish: nobody was answered after it."""
        if not self.path.is_file():
            return
        data = self.path.read_bytes()
        if data and not data.endswith(b"\n"):
            with self.path.open("r+b") as stream:
                stream.truncate(data.rfind(b"\n") + 1)


def broken_at(path: Path) -> int | None:
    """The number of the first line of an access log that does not follow the one before it; none if all do."""
    last = _FIRST
    for number, line in enumerate(_lines(path), start=1):
        try:
            before = json.loads(line)["before"]
        except (ValueError, KeyError, TypeError):
            return number
        if before != last:
            return number
        last = sha256(line).hexdigest()
    return None


def _lines(path: Path) -> Iterator[bytes]:
    """The whole lines of a log; one that is being written is not there yet."""
    if not path.is_file():
        return
    with path.open("rb") as stream:
        for line in stream:
            if line.endswith(b"\n"):
                yield line[:-1]


def place_of(error: BaseException) -> str:
    """Where it went wrong: the last place in Overt, as module, function and line. Nothing of what was being done."""
    place = ""
    trace = error.__traceback__
    while trace is not None:
        frame = trace.tb_frame
        module = str(frame.f_globals.get("__name__", ""))
        if module.startswith("overt.") or not place:
            place = f"{module}.{frame.f_code.co_qualname}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


class LogLines(logging.Handler):
    """What libraries log, as lines of the server's log: who says it and how grave it is.

    An exception is its kind and its place. The words of a message are left out, since they may hold a value, but those
    of the HTTP server, which are fixed.
    """

    def __init__(self, log: ServerLog) -> None:
        super().__init__(logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        """Writes a line."""
        facts: dict[str, Any] = {"logger": record.name, "level": record.levelname.lower()}
        if record.name.startswith("uvicorn") and isinstance(record.msg, str):
            facts["says"] = record.msg.strip()
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            facts |= {"error": type(error).__name__, "place": place_of(error)}
        self._log.say("log", **facts)


class ServerLog:
    """How the server fares: one JSON object a line, on standard error. No address, no path as asked, no value."""

    def __init__(self, now: Callable[[], dt.datetime], stream: TextIO | None = None) -> None:
        self._now = now
        self._stream = stream

    def say(self, event: str, **facts: Any) -> None:
        """Writes a line."""
        stream = self._stream if self._stream is not None else sys.stderr
        line = json.dumps({"at": self._now().isoformat(), "event": event, **facts}, default=str)
        stream.write(line + "\n")
        stream.flush()
