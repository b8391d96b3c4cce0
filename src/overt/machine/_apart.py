"""Work in a process of its own, which may take no more memory and time than it is given.

Whatever becomes of that process, this one goes on and can say what happened. It ends with the block that began it,
by an error or by Ctrl-C as well; and should this process be killed, that one sees its standard input end.
"""

from __future__ import annotations

import base64
import json
import os
import pickle
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryFile
from types import TracebackType
from typing import Any, Self

from overt.machine import _inside
from overt.refusals import Refusal, raise_all

_LAST_WORDS = 2**14
# What C++, Rust and Python say on standard error when they are refused memory and end.
_NO_MEMORY = ("bad_alloc", "MemoryError", "memory allocation of", "Cannot allocate memory", "out of memory")
# How a process ends that is refused memory and cannot say so, by the signals of Linux: abort, bus error, segment,
# and kill, which is what the system does when the whole machine is out of memory. And the one for a limit of time.
_OUT_OF_MEMORY, _CPU = (_inside.MEMORY, -6, -7, -11, -9), -24


# Arrow's own allocator sets a gibibyte aside before it has any use for it, which the limit would count. The libraries
# of linear algebra that numpy loads begin a thread for each processor, each with memory of its own; nobody asks them
# anything here.
_ENVIRONMENT = {"ARROW_DEFAULT_MEMORY_POOL": "system", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


@dataclass(frozen=True)
class PeakLimits:
    """The most that a process may take: bytes of memory, and seconds of a processor."""

    memory: int | None = None
    cpu_seconds: int | None = None


class ProcessFault(StrEnum):
    """Why work apart came to nothing."""

    MEMORY = "memory"
    TIME = "time"
    ERROR = "error"
    DIED = "died"


class Ended(Exception):
    """Work apart came to nothing. `kind` and `places` are those of an unforeseen error, without what it said.

    Where it is `silent` it said nothing for as long as one waited, and may still be at work.
    """

    def __init__(self, fault: ProcessFault, kind: str = "", places: str = "", *, silent: bool = False) -> None:
        self.fault, self.kind, self.places, self.silent = fault, kind, places, silent
        super().__init__(f"work apart ended: {fault} {kind}".strip())


def _program() -> list[str]:
    """What runs the inside: Python itself, or an application that Python is packed into, told to be just that."""
    if getattr(sys, "frozen", False):
        return [sys.executable, _inside.WORD]
    return [sys.executable, "-P", "-X", "utf8", str(Path(_inside.__file__))]


class Apart:
    """A function of ours in a process of its own.

    `target` is `package.module:function` or `file.py:function`. It is called with the argument, with a function
    that says something and one that waits to hear something, both JSON objects. `hold` are descriptors that stay
    open in it as long as it lives, such as a lock's.
    """

    def __init__(self, target: str, argument: object, limits: PeakLimits, hold: tuple[int, ...] = ()) -> None:
        self._asked = {
            "target": target,
            "argument": base64.b64encode(pickle.dumps(argument)).decode("ascii"),
            "memory": limits.memory,
            "cpu_seconds": limits.cpu_seconds,
            "path": [folder for folder in sys.path if folder],
        }
        self._hold = () if sys.platform == "win32" else hold
        self._lines: queue.Queue[bytes] = queue.Queue()

    def __enter__(self) -> Self:
        self._errors = TemporaryFile()
        # Our own program, and no shell.
        self._process = subprocess.Popen(  # noqa: S603
            _program(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            pass_fds=self._hold,
            env={**os.environ, **_ENVIRONMENT},
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        try:
            self.tell(self._asked)
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()
        self._reader.join()
        for stream in (self._process.stdin, self._process.stdout, self._errors):
            # What was still to be written has no reader.
            with suppress(OSError):
                if stream is not None:
                    stream.close()

    @property
    def process(self) -> int:
        """The number of the process."""
        return self._process.pid

    def end(self) -> None:
        """Ends the process, which is noticed by its listener."""
        self._process.kill()

    def tell(self, message: dict[str, Any]) -> None:
        """Gives it something to hear. A process that has ended hears nothing, and says so where it is listened to."""
        stdin = self._process.stdin
        if stdin is None:
            return
        with suppress(OSError):
            stdin.write(json.dumps(message, default=str).encode() + b"\n")
            stdin.flush()

    def hear(self, patience: float | None = None) -> dict[str, Any]:
        """The next that it says, waiting up to so many seconds.

        Raises what it was refused with, or `Ended`, also when it says nothing for that long.
        """
        try:
            line = self._lines.get(timeout=patience)
        except queue.Empty:
            raise Ended(ProcessFault.TIME, silent=True) from None
        if not line:
            raise Ended(self._death())
        message: dict[str, Any] = json.loads(line)
        if "refusals" in message:
            raise_all([Refusal.of(parts) for parts in message["refusals"]])
        if message.get("fault") == "stopped":
            raise KeyboardInterrupt
        if "fault" in message:
            raise Ended(ProcessFault(message["fault"]), message.get("kind", ""), message.get("places", ""))
        return message

    def answer(self, patience: float | None = None) -> Iterator[dict[str, Any]]:
        """All that it says, its answer the last."""
        while True:
            message = self.hear(patience)
            yield message
            if "answer" in message:
                return

    def _read(self) -> None:
        for line in self._process.stdout or ():
            self._lines.put(line)
        self._lines.put(b"")

    def _death(self) -> ProcessFault:
        status = self._process.wait()
        self._errors.seek(max(0, self._errors.seek(0, os.SEEK_END) - _LAST_WORDS))
        words = self._errors.read().decode("utf-8", "replace")
        if status in _OUT_OF_MEMORY or any(sign in words for sign in _NO_MEMORY):
            return ProcessFault.MEMORY
        return ProcessFault.TIME if status == _CPU else ProcessFault.DIED
