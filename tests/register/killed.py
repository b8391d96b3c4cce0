"""Runs commands of overt and kills them with SIGKILL at a chosen point, as a power cut or an impatient keeper would.

It knows the command line and nothing else of Overt. Each line of its standard input is a piece of work: words of a
command, a file for what the command says, and at which point it is to die. A point is one of the calls by which Python
hands work to the system, to a database or to a file, and the process dies just before it or a moment into it. Points
are counted and not timed, so that a slow machine dies where a fast one does.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

# What may change a disk or a database, by the names that Python calls it by.
CALLS = {
    "execute", "executemany", "backup", "commit", "exec_", "exec_prepared", "exec_params", "send_query_params",
    "send_query_prepared", "send_prepare", "fetch_many", "write", "flush", "fsync", "close", "replace", "rename",
    "unlink", "mkdir", "rmdir", "open", "chmod", "fchmod", "truncate", "sendfile", "put", "insert_into",
}  # fmt: skip


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
    code = 70
    try:
        from overt.cli import main as overt

        calls = 0

        def watch(_: Any, event: str, argument: Any) -> None:
            nonlocal calls
            if event == "c_call" and argument.__name__ in CALLS:
                calls += 1
                if calls == point:
                    _die(delay)

        sys.setprofile(watch)
        overt()
    except SystemExit as left:
        sys.setprofile(None)
        code = int(left.code or 0)
        Path(counted).write_text(str(calls))
    finally:
        sys.setprofile(None)
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
        sys.setprofile(None)
        os.setpgid(0, 0)
        time.sleep(delay or 0.0)
        os.killpg(victim, signal.SIGKILL)
        os._exit(0)


if __name__ == "__main__":
    main()
