"""The access log of a portal: one line for each attempt, allowed or not, in one chain for all processes.

Each line is JSON with its own digest and that of the line before: a line that was taken out or changed is missed. It
names the route and never what stood in it, so that it can outlive an erasure. Beside the line are the columns by which
it is read: they say what the line says.

A register of an earlier edition, or one from a backup, has the lines in `portal/access.jsonl`. They are taken into the
database as they are when the log is opened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from overt.lines import FIRST, BadLine, read_line, whole_lines, written
from overt.private import write_private
from overt.refusals import Refusal
from overt.register._shared import ATTEMPT, PORTAL_FOLDER, SharedStore

ACCESS_FILE = "access.jsonl"
_AT_ONCE = 2_000
_REMEDY = "keep a copy of the database, and tell the oversight body that the log was damaged"


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
    """The access log of one register. Any number of processes add to it; what `add` has taken is kept."""

    def __init__(self, folder: Path, shared: SharedStore | None = None) -> None:
        self._is_own = shared is None
        self._shared = shared or SharedStore(folder)
        self._file = folder / PORTAL_FOLDER / ACCESS_FILE
        self._take_file()

    def add(self, *attempts: LoggedAttempt) -> None:
        """Adds a line for each, in their order, all of them or none."""
        with self._shared.alone() as connection:
            number, last = _tail(connection)
            rows = []
            for attempt in attempts:
                line = written({**asdict(attempt), "before": last})
                number, last = number + 1, sha256(line).hexdigest()
                rows.append(_row(number, line, attempt))
            connection.execute(ATTEMPT.insert(), rows)

    def read(self, keep: Callable[[LoggedAttempt], bool] = lambda _: True) -> Iterator[LoggedAttempt]:
        """The attempts that are to be kept, oldest first."""
        for number, line in self._lines(sa.true()):
            attempt = _attempt(number, line)
            if keep(attempt):
                yield attempt

    def page(self, before: int | None = None, size: int = 50, **only: str) -> list[tuple[int, LoggedAttempt]]:
        """The newest attempts with their numbers, newest first, or those before a number; `only` by who or face."""
        query = sa.select(ATTEMPT.c.number, ATTEMPT.c.line).order_by(ATTEMPT.c.number.desc()).limit(size)
        if before is not None:
            query = query.where(ATTEMPT.c.number < before)
        for name, value in only.items():
            query = query.where(ATTEMPT.c[name] == value)
        with self._shared.reading() as connection:
            rows = connection.execute(query).all()
        return [(number, _attempt(number, bytes(line))) for number, line in rows]

    def newest(self, face: str, most: int, since: str = "") -> Iterator[LoggedAttempt]:
        """The newest attempts on one section of the portal, newest first: at most so many, none before a moment."""
        before = None
        while most > 0 and (attempts := self.page(before, min(most, _AT_ONCE), face=face)):
            for _, attempt in attempts:
                if attempt.at < since:
                    return
                yield attempt
            before, most = attempts[-1][0], most - len(attempts)

    def first(self) -> int:
        """The number of the first line that is here; 1 until lines were archived."""
        with self._shared.reading() as connection:
            return int(connection.execute(sa.select(sa.func.min(ATTEMPT.c.number))).scalar() or 1)

    def last_before(self, moment: str) -> int:
        """The number of the last line of those that are all older than a moment; 0 if there is none."""
        newer = sa.select(sa.func.min(ATTEMPT.c.number)).where(ATTEMPT.c.at >= moment)
        with self._shared.reading() as connection:
            first = connection.execute(newer).scalar()
            return int(first) - 1 if first is not None else _tail(connection)[0]

    def lines(self, until: int) -> Iterator[tuple[int, bytes]]:
        """The lines up to a number, with their numbers."""
        return self._lines(ATTEMPT.c.number <= until)

    def forget_before(self, number: int) -> None:
        """Deletes the lines before a number. That line stays, so that the chain can be held against the archive."""
        with self._shared.alone() as connection:
            connection.execute(ATTEMPT.delete().where(ATTEMPT.c.number < number))

    def broken_at(self) -> int | None:
        """The number of the first line that does not follow the one before it; none if all do.

        The first line here follows one that is not: that it is the last of an archive is for `register check`.
        """
        expected = self.first()
        last = FIRST if expected == 1 else None
        with self._shared.reading() as connection:
            rows = connection.execute(sa.select(ATTEMPT).order_by(ATTEMPT.c.number)).mappings()
            for row in rows:
                line = bytes(row["line"])
                try:
                    content = read_line(line)
                except BadLine:
                    return expected
                is_next = row["number"] == expected and (last is None or content.get("before") == last)
                if not is_next or any(row[name] != content.get(name) for name in ("at", "who", "face")):
                    return expected
                last, expected = sha256(line).hexdigest(), expected + 1
        return None

    def export(self, path: Path) -> None:
        """Writes the lines as they are into a file, which another register's log takes in again."""
        write_private(path, b"".join(line + b"\n" for _, line in self._lines(sa.true())))

    def close(self) -> None:
        """Closes the database, unless another owner opened it."""
        if self._is_own:
            self._shared.close()

    def _lines(self, condition: Any) -> Iterator[tuple[int, bytes]]:
        number = 0
        while True:
            query = sa.select(ATTEMPT.c.number, ATTEMPT.c.line).where(condition, ATTEMPT.c.number > number)
            with self._shared.reading() as connection:
                rows = connection.execute(query.order_by(ATTEMPT.c.number).limit(_AT_ONCE)).all()
            if not rows:
                return
            yield from ((number, bytes(line)) for number, line in rows)
            number = rows[-1][0]

    def _take_file(self) -> None:
        """Takes in the lines of a file, once; refuses a file whose lines are others than those that are there."""
        if not self._file.is_file():
            return
        with self._shared.alone() as connection:
            lines = list(whole_lines(self._file)) if self._file.is_file() else []
            there = connection.execute(sa.select(ATTEMPT.c.line).where(ATTEMPT.c.number == len(lines))).scalar()
            if lines and there is None and _tail(connection)[0] == 0:
                for start in range(0, len(lines), _AT_ONCE):
                    some = enumerate(lines[start : start + _AT_ONCE], start + 1)
                    connection.execute(ATTEMPT.insert(), [_row_of_line(number, line) for number, line in some])
            elif lines and (there is None or bytes(there) != lines[-1]):
                problem = "the file has other lines than the log in the database"
                raise Refusal(
                    "access-log-changed", ACCESS_FILE, problem, "one log", "Move the file aside, and keep it."
                )
        self._file.unlink(missing_ok=True)


def _tail(connection: sa.Connection) -> tuple[int, str]:
    """The number of the last line, and its digest."""
    query = sa.select(ATTEMPT.c.number, ATTEMPT.c.line).order_by(ATTEMPT.c.number.desc()).limit(1)
    row = connection.execute(query).first()
    return (row[0], sha256(bytes(row[1])).hexdigest()) if row else (0, FIRST)


def _row(number: int, line: bytes, attempt: LoggedAttempt) -> dict[str, Any]:
    return {"number": number, "at": attempt.at, "who": attempt.who, "face": attempt.face, "line": line}


def _row_of_line(number: int, line: bytes) -> dict[str, Any]:
    """A line as it came. One that cannot be read is kept too: the check shows its place."""
    try:
        content: Mapping[str, Any] = read_line(line)
    except BadLine:
        content = {}
    return {"number": number, "line": line, **{name: str(content.get(name, "")) for name in ("at", "who", "face")}}


def _attempt(number: int, line: bytes) -> LoggedAttempt:
    try:
        content = read_line(line)
        return LoggedAttempt(**{**content, "roles": tuple(content["roles"])})
    except (BadLine, KeyError, TypeError):
        where = f"the access log, line {number}"
        raise Refusal(
            "access-log-damaged", where, "it cannot be read", "entries as Overt wrote them", _REMEDY
        ) from None
