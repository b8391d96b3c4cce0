"""Several processes that serve one address, and one that looks after them.

The socket is made once and shared: a process that is free takes the next connection, and none is lost while a process
begins or ends. A process that ends is replaced. On a hangup signal each is replaced by a new one, one after another,
and none is told to stop before its successor serves: settings and program are read anew without a lost request.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

# How long a process that begins is waited for, and how soon one that ends at once is begun again.
_BEGIN_SECONDS = 60.0
_AGAIN_SECONDS = 1.0
_LOOK_SECONDS = 0.2
# Requests in progress are completed before this.
_STOP_SECONDS = 30.0

Command = Callable[[int, int], Sequence[str]]
"""The command of a process, by the descriptors of the socket, and of where to write a line once it serves."""


@dataclass(frozen=True)
class _Worker:
    process: subprocess.Popen[bytes]
    began: float


class Keeper:
    """Keeps so many processes serving on a socket; `say` is told of each that ends by itself, and how."""

    def __init__(self, command: Command, listening: socket.socket, many: int, say: Callable[[str], None]) -> None:
        self._command, self._listening, self._many, self._say = command, listening, many, say
        self._workers: list[_Worker] = []
        self._ends = self._renews = False

    def run(self, ready: Callable[[], None]) -> None:
        """Serves until it is told to stop; `ready` is called once every process was begun."""
        for number, told in ((signal.SIGTERM, self._end), (signal.SIGINT, self._end), (signal.SIGHUP, self._renew)):
            signal.signal(number, told)
        try:
            for _ in range(self._many):
                self._begin()
            ready()
            while not self._ends:
                self._replace_ended()
                if self._renews:
                    self._renews = False
                    self._replace_all()
                time.sleep(_LOOK_SECONDS)
        finally:
            self._stop(list(self._workers))
            self._listening.close()

    def _end(self, *_: object) -> None:
        self._ends = True

    def _renew(self, *_: object) -> None:
        self._renews = True

    def _begin(self) -> bool:
        """Begins a process; whether it serves, and did not end at once or take too long."""
        reader, writer = os.pipe()
        socket_number = self._listening.fileno()
        process = subprocess.Popen(self._command(socket_number, writer), pass_fds=(socket_number, writer))  # noqa: S603  our own
        os.close(writer)
        self._workers.append(_Worker(process, time.monotonic()))
        # A process that ends closes its side too.
        select.select([reader], [], [], _BEGIN_SECONDS)
        is_serving = bool(os.read(reader, 1)) if select.select([reader], [], [], 0)[0] else False
        os.close(reader)
        return is_serving

    def _replace_ended(self) -> None:
        for worker in [worker for worker in self._workers if worker.process.poll() is not None]:
            self._workers.remove(worker)
            self._say(f"Process {worker.process.pid} of the server ended ({_how(worker.process.returncode)})")
            if time.monotonic() - worker.began < _AGAIN_SECONDS:
                time.sleep(_AGAIN_SECONDS)
            if not self._ends:
                self._begin()

    def _replace_all(self) -> None:
        for worker in list(self._workers):
            # One that cannot begin, as with a fault in new settings, takes no other's place.
            if self._begin():
                self._stop([worker])

    def _stop(self, workers: list[_Worker]) -> None:
        for worker in workers:
            worker.process.terminate()
        for worker in workers:
            try:
                worker.process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                worker.process.kill()
                worker.process.wait()
            self._workers.remove(worker)


def _how(status: int) -> str:
    """How a process ended, by its exit status, which is the negative number of a signal."""
    if status >= 0:
        return f"exit status {status}"
    try:
        return f"signal {signal.Signals(-status).name}"
    except ValueError:
        return f"signal {-status}"
