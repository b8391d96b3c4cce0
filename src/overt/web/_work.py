"""Work that takes long: jobs in a process of their own, one at a time in each folder of jobs.

Each job is numbered and kept: what was asked, its progress, and its result. A lock that the process holds shows
whether it is running: when the process ends, for any reason, the lock is free. A job that was stopped, or that ended
with the machine, can be resumed: what its work kept is found again by the work itself.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import count
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any

from overt.controls import Finding
from overt.machine import LockHeld, lock, module_program, spare_pandas
from overt.private import private_folder, write_private
from overt.refusals import Refusal, Refusals
from overt.storage import storage_refusal
from overt.web._faults import refusal_data

_BEGINNING = {"stage": "starting", "done": 0, "of": 0}
_TRIES, _TRIES_AT_THE_END, _PAUSE = 30, 1_200, 0.05
# How long a process may take to see that it is to stop, before it is ended.
_PATIENCE = 5.0
_LOOK, _NICE = 0.1, 10
_ASKED, _PROGRESS, _ANSWER, _REFUSED, _STOP = "asked.json", "progress.json", "answer.json", "refused.json", "stop"
_PASSES_LOCKS = sys.platform != "win32"

NOTHING: Mapping[str, str] = MappingProxyType({})
Does = Callable[[Path, dict[str, Any]], Mapping[str, Any]]


class State(StrEnum):
    """The state of a job. `stopped`: the process ended before the work did, because it was told to or with the machine.

    A job that was stopped can be resumed.
    """

    AT_WORK = "at work"
    DONE = "done"
    REFUSED = "refused"
    STOPPED = "stopped"


@dataclass(frozen=True)
class Job:
    """One job; `answer` is set when it is done, `refusals` when it was refused."""

    number: int
    folder: Path = field(repr=False)
    asked: Mapping[str, Any]
    state: State
    progress: Mapping[str, Any]
    answer: Mapping[str, Any]
    refusals: tuple[Mapping[str, str], ...] = ()


_processes: dict[Path, subprocess.Popen[bytes]] = {}


def jobs(home: Path) -> list[Job]:
    """Every job of a folder, oldest first."""
    return [read_job(folder) for folder in _folders(home)]


def find_job(home: Path, number: str) -> Job | None:
    """The job with a number, as given in an address."""
    if not (number.isascii() and number.isdecimal() and len(number) <= 6):
        return None
    folder = home / f"{int(number):04}"
    return read_job(folder) if (folder / _ASKED).is_file() else None


def begin(
    home: Path, worker: str, asked: Mapping[str, Any], *, secrets: Mapping[str, str] = NOTHING, wait: float = 0.0
) -> Job:
    """Starts the module `worker` on a new job, and waits up to `wait` seconds for its end.

    Its process gets the `secrets` through a pipe, as part of what is asked; they are kept nowhere. Refuses a second job
    while one is running.
    """
    private_folder(home)
    with _alone(home) as held:
        number = max((int(folder.name) for folder in home.glob("[0-9]*")), default=0) + 1
        folder = home / f"{number:04}"
        private_folder(folder)
        write(folder / _ASKED, dict(asked))
        _start(folder, worker, held, secrets)
    return _waited(folder, wait)


def resume(job: Job, worker: str, *, secrets: Mapping[str, str] = NOTHING, wait: float = 0.0) -> Job:
    """Starts a job again that was stopped or refused. Refuses it while one is running."""
    with _alone(job.folder.parent) as held:
        for name in (_STOP, _REFUSED, _PROGRESS):
            (job.folder / name).unlink(missing_ok=True)
        _start(job.folder, worker, held, secrets)
    return _waited(job.folder, wait)


def stop(job: Job) -> Job:
    """Ends the process of a job that is running, and waits until it has ended. Of any other job nothing changes."""
    if state(job).state is not State.AT_WORK:
        return state(job)
    write_private(job.folder / _STOP, b"")
    until = time.monotonic() + _PATIENCE
    while at_work(job.folder.parent) and time.monotonic() < until:
        time.sleep(_PAUSE)
    process = _processes.get(job.folder)
    if process is not None and process.poll() is None:
        process.kill()
        process.wait()
    return state(job)


def stop_all(homes: Path) -> None:
    """Stops the job that is running in each folder of jobs below `homes`."""
    for home in sorted(path.parent for path in homes.glob("*/lock")):
        for job in jobs(home):
            stop(job)


def state(job: Job) -> Job:
    """The job as it is now."""
    return read_job(job.folder)


def at_work(home: Path) -> bool:
    """Whether a job is running."""
    if not (home / "lock").is_file():
        return False
    with (home / "lock").open("w", encoding="utf-8") as stream:
        try:
            lock(stream)
        except LockHeld:
            return True
    return False


def write(path: Path, value: object) -> None:
    """A file that appears whole."""
    half = path.with_suffix(".half")
    write_private(half, json.dumps(value, ensure_ascii=False).encode())
    half.replace(path)


def read(path: Path) -> Any:
    """What such a file holds; nothing if it is not there."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None


def read_job(folder: Path) -> Job:
    """The job that is kept in a folder, as it is now."""
    asked = read(folder / _ASKED)
    answer, refused = read(folder / _ANSWER), read(folder / _REFUSED)
    if answer is not None:
        now = State.DONE
    elif refused is not None:
        now = State.REFUSED
    else:
        # The one that runs was told to last: a job that was resumed need not be the newest.
        running = read(folder.parent / "running.json") or _folders(folder.parent)[-1].name
        now = State.AT_WORK if running == folder.name and at_work(folder.parent) else State.STOPPED
        # It may have ended between the two looks.
        answer, refused = read(folder / _ANSWER), read(folder / _REFUSED)
        now = State.DONE if answer is not None else State.REFUSED if refused is not None else now
    progress = read(folder / _PROGRESS) or _BEGINNING
    return Job(int(folder.name), folder, asked, now, progress, answer or {}, tuple(refused or ()))


def _folders(home: Path) -> list[Path]:
    return sorted(folder for folder in home.glob("[0-9]*") if (folder / _ASKED).is_file())


def _start(folder: Path, worker: str, held: IO[str], secrets: Mapping[str, str]) -> None:
    write(folder.parent / "running.json", folder.name)
    process = subprocess.Popen(  # noqa: S603  our own module, and a folder that we named
        module_program(worker, str(folder)),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=(held.fileno(),) if _PASSES_LOCKS else (),
    )
    _processes[folder] = process
    # One that ended at once hears nothing.
    with contextlib.suppress(OSError), process.stdin or contextlib.nullcontext() as pipe:
        if pipe is not None:
            pipe.write(json.dumps(dict(secrets)).encode())
    # Its end has to be collected, or it would stay in the process table.
    threading.Thread(target=process.wait, daemon=True).start()


def _waited(folder: Path, wait: float) -> Job:
    with contextlib.suppress(subprocess.TimeoutExpired):
        _processes[folder].wait(timeout=wait)
    return read_job(folder)


@contextlib.contextmanager
def _alone(home: Path) -> Iterator[IO[str]]:
    with (home / "lock").open("w", encoding="utf-8") as stream:
        for tried in count():
            try:
                lock(stream)
                break
            except LockHeld:
                # A page that checks holds the lock for an instant; a process that is done holds it until it has ended.
                if tried + 1 >= (_TRIES_AT_THE_END if _is_done(home) else _TRIES):
                    remedy = "wait for it to finish, then try again"
                    wanted = "one task at a time"
                    raise Refusal("audit-under-way", home.name, "another task is running", wanted, remedy) from None
                time.sleep(_PAUSE)
        yield stream


def _is_done(home: Path) -> bool:
    """Whether the newest job has left its result."""
    newest = max(home.glob("[0-9]*"), default=None)
    return newest is not None and any((newest / name).is_file() for name in (_ANSWER, _REFUSED))


# --- in the process of the job ----------------------------------------------------------------------------------------


class ProgressFile:
    """Writes down how far a job is; an observer of audits."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / _PROGRESS
        self._done = self._of = 0

    def reading(self, table: str, rows: int) -> None:
        """A source table is read."""
        self.say("reading the register")

    def planned(self, controls: int, resumed: int) -> None:
        """So many questions will be asked."""
        self._of, self._done = controls, resumed
        self.say("asking the questions")

    def finished(self, finding: Finding) -> None:
        """A question has been answered."""
        self._done += 1
        self.say("asking the questions")

    def writing(self) -> None:
        """Report the stage: writing the results."""
        self.say("writing the results")

    def say(self, stage: str, done: int | None = None, of: int | None = None) -> None:
        """Writes it."""
        self._done, self._of = self._done if done is None else done, self._of if of is None else of
        write(self._path, {"stage": stage, "done": self._done, "of": self._of})


def do_job(folder: Path, does: Mapping[str, Does], *, gives_way: bool = True) -> None:
    """Does the work that the folder asks for, by its `what`, and leaves in it what came of it.

    It makes nothing that others can read, and ends at once when it is told to stop: whatever it works with must bear
    that, as it bears a machine that fails. It gives way to pages that others wait for, unless told otherwise.
    """
    if gives_way and hasattr(os, "nice"):
        os.nice(_NICE)
    os.umask(0o077)
    spare_pandas()
    threading.Thread(target=_end_when_told, args=(folder / _STOP,), daemon=True).start()
    with _held_where_locks_are_not_passed(folder.parent):
        asked = json.loads((folder / _ASKED).read_text(encoding="utf-8"))
        asked |= json.loads(sys.stdin.buffer.read() or b"{}")
        try:
            answer = does[asked["what"]](folder, asked)
        except Refusal as refusal:
            write(folder / _REFUSED, [_as_json(refusal)])
        except Refusals as refusals:
            write(folder / _REFUSED, list(map(_as_json, refusals.refusals)))
        except Exception as error:
            refused = storage_refusal(error)
            # What it says may hold a value of a record, so only its kind is kept.
            problem = f"it ended with {type(error).__name__}"
            failed = {"code": "work-failed", "found": problem, "wanted": "", "remedy": "ask again"}
            write(folder / _REFUSED, [failed if refused is None else _as_json(refused)])
        else:
            write(folder / _ANSWER, answer)


def _end_when_told(mark: Path) -> None:
    while not mark.exists():
        time.sleep(_LOOK)
    os._exit(0)


@contextlib.contextmanager
def _held_where_locks_are_not_passed(home: Path) -> Iterator[None]:
    if _PASSES_LOCKS:
        yield
        return
    with (home / "lock").open("w", encoding="utf-8") as stream:
        lock(stream, wait=True)
        yield


def _as_json(refusal: Refusal) -> dict[str, str]:
    return {**refusal_data(refusal), "where": Path(refusal.where).name}
