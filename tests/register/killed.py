"""Runs commands of overt and kills them with SIGKILL at a chosen point, as a power cut or an impatient keeper would.

It knows the command line and nothing else of Overt. Each line of its standard input is a piece of work: words of a
command, a file for what the command says, and at which point it is to die. A point is a statement that goes to a
database, or a call that changes a file or forces it to the disk, and the process dies just before it or a moment into
it. Points are counted and not timed, so that a slow machine dies where a fast one does.
"""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import sys
import time
from pathlib import Path
from typing import Any

# What changes the names of files, as Python tells whoever listens.
EVENTS = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "os.chmod", "os.link", "shutil.copyfile"}
WRITING = os.O_WRONLY | os.O_RDWR


class Points:
    """Counts points, and dies at one."""

    def __init__(self, point: int | None, delay: float | None) -> None:
        self.passed = 0
        self._point, self._delay = point, delay
        self._owner = os.getpid()

    def next(self) -> None:
        """One more."""
        if os.getpid() == self._owner:
            self.passed += 1
            if self.passed == self._point:
                _die(self._delay)

    def watch(self) -> None:
        """Sees to it that every point is counted."""
        import psycopg

        def hear(event: str, arguments: tuple[Any, ...]) -> None:
            if event in EVENTS or (event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITING):
                self.next()

        points = self

        class Connection(sqlite3.Connection):
            def execute(self, *given: Any) -> Any:
                points.next()
                return super().execute(*given)

            def executemany(self, *given: Any) -> Any:
                points.next()
                return super().executemany(*given)

            def backup(self, *given: Any, **named: Any) -> None:
                points.next()
                super().backup(*given, **named)

        connect, fsync, execute = sqlite3.connect, os.fsync, psycopg.Connection.execute

        def counted_connect(*given: Any, **named: Any) -> Any:
            return connect(*given, **{"factory": Connection, **named})

        def counted_fsync(descriptor: Any) -> None:
            points.next()
            fsync(descriptor)

        def counted_execute(connection: Any, *given: Any, **named: Any) -> Any:
            points.next()
            return execute(connection, *given, **named)

        sys.addaudithook(hear)
        sqlite3.connect, os.fsync = counted_connect, counted_fsync  # type: ignore[assignment]
        psycopg.Connection.execute = counted_execute  # type: ignore[method-assign]


def main() -> None:
    """Serves until standard input ends. What is slow to load is loaded once; each command has a process of its own."""
    import overt.cli._admit
    import overt.cli._ledger
    import overt.cli._register
    import overt.gate._bulk
    import overt.register._migrate  # noqa: F401

    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if child == 0:
            _run(**asked)
        _, status = os.waitpid(child, 0)
        killed = os.WIFSIGNALED(status)
        answer = json.dumps({"killed": killed, "status": None if killed else os.WEXITSTATUS(status)})
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


def _run(words: list[str], said: str, point: int | None, delay: float | None, counted: str) -> None:
    os.setsid()
    out = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(out, 1)
    os.dup2(out, 2)
    sys.argv = ["overt", *words]
    code, points = 70, Points(point, delay)
    try:
        from overt.cli import main as overt

        points.watch()
        overt()
    except SystemExit as left:
        code = int(left.code or 0)
        passed = points.passed
        Path(counted).write_text(str(passed))
    finally:
        sys.stdout.flush()
        os._exit(code)


def _die(delay: float | None) -> None:
    """Ends this process and all it started, now or so many seconds into the call that comes."""
    if delay is None:
        os.killpg(0, signal.SIGKILL)
        time.sleep(600)
    victim = os.getpid()
    if os.fork() == 0:
        # The killer is no part of what it kills until it has done so.
        os.setpgid(0, 0)
        time.sleep(delay or 0.0)
        os.killpg(victim, signal.SIGKILL)
        os._exit(0)


if __name__ == "__main__":
    main()
