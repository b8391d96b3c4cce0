"""Runs one contender once, in a process of its own, and weighs it."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


class Broke(Exception):
    """A contender did not come to its end."""


@dataclass(frozen=True)
class Weight:
    """Wall seconds, CPU seconds of the process and its children, and peak memory in KiB.

    `served` are CPU seconds that a database server spent on it, where there was one.
    """

    wall: float
    cpu: float
    peak: int
    served: float = 0.0


def weigh(
    command: Sequence[str],
    *,
    log: Path,
    environment: Mapping[str, str] | None = None,
    good: Sequence[int] = (0,),
    timeout: float = 7200,
    server: Callable[[], float] | None = None,
) -> Weight:
    """Starts the command, waits for it, and gives its weight. `server` reads a server's CPU clock.

    Raises `Broke` with the end of its output when it leaves with another code than a good one.
    """
    before = server() if server else 0.0
    with log.open("wb") as stream:
        started = time.perf_counter()
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=stream, stderr=stream, env={**os.environ, **(environment or {})}
        )
        timer = threading.Timer(timeout, process.kill)
        timer.start()
        # wait4 gives the weight of this child alone; RUSAGE_CHILDREN would mix in all that went before.
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        timer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in good:
        raise Broke(f"{' '.join(command[:3])} … left with {process.returncode}:\n{_tail(log)}")
    served = max(0.0, _settled(server) - before) if server else 0.0
    return Weight(wall, used.ru_utime + used.ru_stime, used.ru_maxrss, served)


def _settled(server: Callable[[], float]) -> float:
    # The server's own process hears of a back end's end only a moment later.
    time.sleep(0.5)
    return server()


def _tail(log: Path) -> str:
    return log.read_text(errors="replace")[-2000:]
