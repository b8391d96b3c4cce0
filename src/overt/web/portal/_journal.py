"""The two logs of a portal: what was tried by whom, and how the server fares. Neither holds a personal value.

The access log (`portal/access.jsonl` in the register's folder) has one line for each attempt, allowed or not: the
moment, the action, what came of it, and the staff reference and roles of who tried. It names the route and never what
stood in it, so that it can outlive an erasure. Each line carries the digest of the one before: a line that was taken
out or changed is missed.

It is not the log of the register. Anyone who consults, alters or discloses an entry is in that one, by the gate, as a
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

from overt.lines import FIRST, BadLine, cut_torn_line, first_break, read_objects, whole_lines, written
from overt.private import private_file, private_folder
from overt.refusals import Refusal

FOLDER = "portal"
ACCESS_FILE = "access.jsonl"
LEVELS = ("info", "warning", "error")
"""How grave a line of the server's log is; what is graver than an error is one."""
_REMEDY = "move the file aside, keep it, and say to whoever oversees the register that it was damaged"


@dataclass(frozen=True)
class LoggedAttempt:
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
        # No request was answered after a line that a stopped process did not finish.
        cut_torn_line(self.path)
        self._last = FIRST
        for line in whole_lines(self.path):
            self._last = sha256(line).hexdigest()
        self._stream = private_file(self.path).open("ab", buffering=0)
        self._size = self._stream.seek(0, os.SEEK_END)

    def add(self, attempt: LoggedAttempt) -> None:
        """Adds a line. Refuses a file that another process wrote to: the chain would fork there permanently."""
        with self._turn:
            line = written({**asdict(attempt), "before": self._last})
            self._check_alone()
            try:
                whole = self._stream.write(line + b"\n") == len(line) + 1
            except OSError:
                whole = False
            if not whole:
                # A full disk takes a part of a line, to which the next would be joined.
                self._stream.truncate(self._size)
                raise Refusal("access-log-full", ACCESS_FILE, "an entry could not be written", "free space on the disk")
            self._last, self._size = sha256(line).hexdigest(), self._size + len(line) + 1

    def _check_alone(self) -> None:
        """Refuses a file that grew by another hand, or is another one.

        Where lines were taken out, the chain is broken already: it goes on, so that a check finds and shows the place.
        """
        here = os.fstat(self._stream.fileno())
        there = self.path.stat() if self.path.exists() else None
        self._size = min(self._size, here.st_size)
        if there is None or there.st_ino != here.st_ino or here.st_size > self._size:
            remedy = "Stop every portal of this register, see who wrote to the file, and start one again."
            raise Refusal("access-log-changed", ACCESS_FILE, "another process wrote to it", "one writer", remedy)

    def read(self, keep: Callable[[LoggedAttempt], bool] = lambda _: True) -> Iterator[LoggedAttempt]:
        """The attempts, oldest first."""
        try:
            for _, line in read_objects(self.path):
                attempt = LoggedAttempt(**{**line, "roles": tuple(line["roles"])})
                if keep(attempt):
                    yield attempt
        except (BadLine, KeyError, TypeError) as error:
            number = error.number if isinstance(error, BadLine) else 0
            where = f"{ACCESS_FILE}, line {number}" if number else ACCESS_FILE
            raise Refusal(
                "access-log-damaged", where, "it cannot be read", "entries as Overt wrote them", _REMEDY
            ) from None

    def broken_at(self) -> int | None:
        """The number of the first line that does not follow the one before it, counted from 1; none if all do."""
        return first_break(self.path)

    def close(self) -> None:
        """Lets go of the file."""
        self._stream.close()


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

    def __init__(self, now: Callable[[], dt.datetime], stream: TextIO | None = None, least: str = LEVELS[0]) -> None:
        self._now = now
        self._stream = stream
        self._least = LEVELS.index(least)

    def say(self, event: str, level: str = LEVELS[0], **facts: Any) -> None:
        """Writes a line, unless it is of a level below the least that is wanted."""
        if level in LEVELS[: self._least]:
            return
        stream = self._stream if self._stream is not None else sys.stderr
        line = json.dumps({"at": self._now().isoformat(), "level": level, "event": event, **facts}, default=str)
        stream.write(line + "\n")
        stream.flush()
