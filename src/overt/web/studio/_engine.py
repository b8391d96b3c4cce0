"""The engine of a project: one process that holds the loaded source and answers requests by name, from a fixed list.

It goes on answering where a request was refused or took too long. Should it die, the next request starts it again, and
the next page says so once. It ends with this process, also when this one is killed.
"""

from __future__ import annotations

import threading
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooLong
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from overt.machine import Apart, Ended, PeakLimits, ProcessFault
from overt.refusals import Refusal, Refusals, raise_all
from overt.web.studio._engine_asks import ASKS

_MODULE = "overt.web.studio._engine_inside:serve"
# How long a request that was cancelled may take to say so, before the process is ended.
_GRACE = 5.0
# How long a busy computer may take to start the process.
_START = 120.0
STARTED_AGAIN = "The part of Studio that reads the data stopped and was started again. Your choices were kept."


@dataclass(frozen=True)
class EngineSettings:
    """Where a project's engine works, and what it may take. `memory` is DuckDB's limit, `most` the whole process's.

    A page waits `patience` seconds for what goes through every row, and then shows how far that is.
    """

    folder: Path
    memory: str = "400MiB"
    most: int = 1000 << 20
    threads: int | None = None
    patience: float = 0.7


class EngineBusy(Exception):
    """A long task is running, of which `task` says how far it is."""

    def __init__(self, task: EngineTask) -> None:
        self.task = task
        super().__init__(task.name)


@dataclass
class EngineTask:
    """A request that takes long: its progress while it runs, then its answer or its refusals."""

    name: str
    arguments: dict[str, Any] = field(default_factory=dict, repr=False)
    result: Future[dict[str, Any]] = field(default_factory=Future, repr=False)
    progress: dict[str, Any] = field(default_factory=dict)

    @property
    def running(self) -> bool:
        """Whether there is no answer yet."""
        return not self.result.done()

    @property
    def answer(self) -> dict[str, Any] | None:
        """The answer, once there is one."""
        return None if self.running or self.result.exception() else self.result.result()

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """Why there will be no answer."""
        error = None if self.running else self.result.exception()
        if isinstance(error, Refusals):
            return tuple(error.refusals)
        return (error,) if isinstance(error, Refusal) else ()


class Engine:
    """The engine of one project, started when it is first asked."""

    def __init__(self, settings: EngineSettings) -> None:
        self.settings = settings
        self._turn = threading.RLock()
        self._apart: Apart | None = None
        self._open: dict[int, EngineTask] = {}
        self._number = 0
        self._notice = ""
        self._listener: threading.Thread | None = None
        self._ready = threading.Event()
        self.task: EngineTask | None = None

    def ask(self, name: str, **arguments: Any) -> dict[str, Any]:
        """The answer to a request, within its time. Raises its refusals, or `EngineBusy` while a long task runs."""
        with self._turn:
            if self.task is not None and self.task.running:
                raise EngineBusy(self.task)
            number, task = self._send(name, arguments)
            ready = self._ready
        ready.wait(_START)
        seconds = ASKS[name].seconds
        try:
            return task.result.result(None if seconds is None else seconds + _GRACE)
        except TooLong:
            self._cancel(number)
        try:
            return task.result.result(_GRACE)
        except TooLong:
            self._end()
            raise _too_long(name) from None

    def begin(self, name: str, **arguments: Any) -> EngineTask:
        """Starts a request that takes long; `task` is the last one. Raises `EngineBusy` while another runs."""
        with self._turn:
            if self.task is not None and self.task.running:
                raise EngineBusy(self.task)
            _, self.task = self._send(name, arguments)
            return self.task

    def ask_at_length(self, name: str, **arguments: Any) -> dict[str, Any]:
        """The answer to a request that may take long. Raises `EngineBusy` when it takes longer than a page waits."""
        with self._turn:
            task, asked = self.task, (name, arguments)
            if task is None or task.running or (task.name, task.arguments) != asked:
                task = self.begin(name, **arguments)
            elif task.refusals:
                # The page that waited shows them, and asks anew when it is opened again.
                self.task = None
        try:
            return task.result.result(self.settings.patience)
        except TooLong:
            raise EngineBusy(task) from None

    def stop(self) -> None:
        """Stops the long task, if one is running."""
        with self._turn:
            running = [number for number, task in self._open.items() if task is self.task]
        for number in running:
            self._cancel(number)

    @property
    def process(self) -> int | None:
        """The number of the process, while there is one."""
        with self._turn:
            return self._apart.process if self._apart else None

    def wait_until_ended(self, seconds: float) -> None:
        """Waits until the process has ended."""
        listener = self._listener
        if listener is not None:
            listener.join(seconds)

    def take_notice(self) -> str:
        """What the next page has to say of the engine, once."""
        with self._turn:
            notice, self._notice = self._notice, ""
            return notice

    def close(self) -> None:
        """Ends the process."""
        self._end()

    # --- the process ---

    def _send(self, name: str, arguments: dict[str, Any]) -> tuple[int, EngineTask]:
        if name not in ASKS:
            raise LookupError(f"no request of the engine is called {name}")
        apart = self._apart or self._start()
        self._number += 1
        task = EngineTask(name, arguments)
        self._open[self._number] = task
        apart.tell({"id": self._number, "ask": name, "arguments": arguments})
        return self._number, task

    def _start(self) -> Apart:
        settings = self.settings
        apart = Apart(_MODULE, settings, PeakLimits(settings.most))
        apart.__enter__()
        self._apart, self._ready = apart, threading.Event()
        self._listener = threading.Thread(target=self._listen, args=(apart, self._ready), daemon=True)
        self._listener.start()
        return apart

    def _listen(self, apart: Apart, ready: threading.Event) -> None:
        """Hands on what the process says, until it ends."""
        while True:
            try:
                message = apart.hear()
            except (Ended, Refusal, Refusals) as error:
                ready.set()
                self._ended(apart, error)
                return
            ready.set()
            with self._turn:
                task = self._open.get(message.get("id", 0))
                if task is None:
                    continue
                if "progress" in message:
                    task.progress = message["progress"]
                    continue
                self._open.pop(message["id"])
            if "answer" in message:
                task.result.set_result(message["answer"])
            else:
                task.result.set_exception(_error_of(task.name, message))

    def _ended(self, apart: Apart, error: BaseException) -> None:
        with self._turn:
            left: dict[int, EngineTask] = {}
            if self._apart is apart:
                self._apart, left, self._open = None, self._open, {}
                self._notice = STARTED_AGAIN
        out_of_memory = isinstance(error, Ended) and error.fault is ProcessFault.MEMORY
        for task in left.values():
            task.result.set_exception(_out_of_memory(task.name) if out_of_memory else _died(task.name))
        apart.__exit__(None, None, None)

    def _end(self) -> None:
        with self._turn:
            apart, self._apart = self._apart, None
            left, self._open = self._open, {}
            listener = self._listener
        if apart is not None and listener is not None:
            apart.end()
            listener.join()
        for task in left.values():
            task.result.set_exception(_died(task.name))

    def _cancel(self, number: int) -> None:
        with self._turn:
            if self._apart is not None:
                self._apart.tell({"cancel": number})


def _error_of(name: str, message: dict[str, Any]) -> BaseException:
    """What a request was refused with."""
    if message.get("late"):
        return _too_long(name)
    if message.get("stopped"):
        return Refusal("studio-stopped", name, "it was stopped", "", "start it again when you are ready")
    if "refused" in message:
        try:
            raise_all([Refusal.of(parts) for parts in message["refused"]])
        except (Refusal, Refusals) as error:
            return error
    problem = f"the engine failed with {message.get('kind', 'an error')} at {message.get('place', 'an unknown place')}"
    return Refusal(
        "studio-engine-failed", name, problem, "", "try again; if it fails again, report it with these words"
    )


def _too_long(name: str) -> Refusal:
    remedy = "try again when the computer has less to do; a smaller source is quicker"
    return Refusal(
        "studio-too-long", name, "it took longer than Studio waits", f"at most {ASKS[name].seconds} s", remedy
    )


def _out_of_memory(name: str) -> Refusal:
    remedy = "close other programs and try again, or audit a smaller extract"
    return Refusal("studio-engine-memory", name, "the engine ran out of memory", "", remedy)


def _died(name: str) -> Refusal:
    return Refusal("studio-engine-ended", name, "the engine stopped while it worked on this", "", "try again")
