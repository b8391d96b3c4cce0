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
import errno
import json
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, TextIO

from overt.lines import FIRST, BadLine, cut_torn_line, first_break, read_objects, whole_lines, written
from overt.refusals import Refusal

FOLDER = "portal"
ACCESS_FILE = "access.jsonl"
_REMEDY = "move the file aside, keep it, and say to whoever oversees the register that it was damaged"


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
        self.path.parent.mkdir(exist_ok=True)
        self._turn = threading.Lock()
        # Nobody was answered after a line that a stopped process did not finish.
        cut_torn_line(self.path)
        self._last = FIRST
        for line in whole_lines(self.path):
            self._last = sha256(line).hexdigest()
        self._stream = self.path.open("ab", buffering=0)

    def add(self, attempt: Attempt) -> None:
        """Adds a line."""
        with self._turn:
            line = written({**asdict(attempt), "before": self._last})
            try:
                whole = self._stream.write(line + b"\n") == len(line) + 1
            except OSError:
                cut_torn_line(self.path)
                raise
            if not whole:
                cut_torn_line(self.path)
                raise OSError(errno.ENOSPC, "the access log took a part of a line only")
            self._last = sha256(line).hexdigest()

    def read(self, keep: Callable[[Attempt], bool] = lambda _: True) -> Iterator[Attempt]:
        """The attempts, oldest first."""
        try:
            for _, found in read_objects(self.path):
                attempt = Attempt(**{**found, "roles": tuple(found["roles"])})
                if keep(attempt):
                    yield attempt
        except (BadLine, KeyError, TypeError) as error:
            number = error.number if isinstance(error, BadLine) else 0
            where = f"{ACCESS_FILE}, line {number}" if number else ACCESS_FILE
            raise Refusal("access-log-damaged", where, "it cannot be read", "lines as Overt wrote them", _REMEDY) from None

    def broken_at(self) -> int | None:
        """The number of the first line that does not follow the one before it, counted from 1; none if all do."""
        return first_break(self.path)

    def close(self) -> None:
        """Lets go of the file."""
        self._stream.close()


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
