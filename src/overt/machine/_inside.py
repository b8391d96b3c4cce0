"""The inside of a process that works apart. Run as a program, and imports nothing of ours before its limits are set.

Its first line on standard input is a JSON object: what to run, with which argument, under which limits. What it has
to say goes to its standard output as JSON objects, one a line, the last of them its answer or its fault. When
standard input ends, whoever began it is gone, and it ends too.
"""

from __future__ import annotations

import base64
import importlib
import importlib.util
import json
import os
import pickle
import queue
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

try:
    import resource
except ImportError:
    resource = None  # type: ignore[assignment]

# What an application that Python is packed into is told, to do as this file does.
WORD = "overt-apart"
# Exit statuses that nothing else here gives.
MEMORY, ORPHAN = 86, 87
_LOOK = 0.02
# How many times the limit of memory an engine's addresses may come to.
_ADDRESSES = 2
_TORN = (
    "bad_alloc",
    "bad allocation",
    "Cannot allocate memory",
    "out of memory",
    "Out of Memory",
    "failed to allocate",
)


def work_apart() -> None:
    """Does the work that the first line on standard input asks for, and ends the process."""
    talk = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8", errors="surrogatepass")
    # What a library prints must not be taken for an answer.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    stream = sys.stdin.buffer
    task = json.loads(stream.readline())
    _limit(task["memory"], task["cpu_seconds"])
    spare_pandas()
    sys.path[:] = task["path"]
    heard: queue.Queue[Any] = queue.Queue()
    threading.Thread(target=_listen, args=(stream, heard), daemon=True).start()
    guard = threading.Lock()

    def say(message: dict[str, Any]) -> None:
        line = json.dumps(message, default=str)
        with guard:
            talk.write(line + "\n")
            talk.flush()

    try:
        work = _found(task["target"])
        say({"answer": work(pickle.loads(base64.b64decode(task["argument"])), say, heard.get)})  # noqa: S301  of our own parent
    except BaseException as error:
        say(_fault(error))
    talk.close()
    # Threads of an engine that was refused memory may never end.
    os._exit(0)


def _found(target: str) -> Callable[..., Any]:
    """`package.module:function`, or the function of a file: `/a/file.py:function`."""
    place, _, name = target.rpartition(":")
    if not place.endswith(".py"):
        return getattr(importlib.import_module(place), name)  # type: ignore[no-any-return]
    about = importlib.util.spec_from_file_location(Path(place).stem, place)
    if about is None or about.loader is None:
        raise ImportError(place)
    module = importlib.util.module_from_spec(about)
    sys.modules[about.name] = module
    about.loader.exec_module(module)
    return getattr(module, name)  # type: ignore[no-any-return]


def _listen(stream: Any, heard: queue.Queue[Any]) -> None:
    for line in stream:
        heard.put(json.loads(line))
    os._exit(ORPHAN)


def _fault(error: BaseException) -> dict[str, Any]:
    """What happened, in words of ours. What an unforeseen error says may hold a value, so its place stands for it."""
    refusals = getattr(error, "refusals", [error] if hasattr(error, "remedy") else [])
    if refusals:
        return {"refusals": [[one.code, one.where, one.found, one.wanted, one.remedy] for one in refusals]}
    if isinstance(error, MemoryError) or any(sign in str(error) for sign in _TORN):
        return {"fault": "memory"}
    if isinstance(error, KeyboardInterrupt):
        return {"fault": "stopped"}
    places = "".join(traceback.format_list(traceback.extract_tb(error.__traceback__)[-3:]))
    return {"fault": "error", "kind": type(error).__name__, "places": places}


class _Spared:
    """An import that is not found before a library that needs it is there."""

    @staticmethod
    def find_spec(name: str, *_: object) -> None:
        if name == "pandas" and not {"ibis", "pyspark", "statsmodels"} & sys.modules.keys():
            raise ModuleNotFoundError(f"{name} is not wanted here", name=name)


def spare_pandas() -> None:
    """Keeps DuckDB and Arrow from loading pandas merely to see whether a value is one of its own.

    It takes longer than a small audit and a hundred megabytes, and nothing but Ibis, Spark's client and statsmodels
    needs it. For processes that are ours alone: it would be missed elsewhere.
    """
    sys.meta_path.insert(0, _Spared)


# --- limits ---------------------------------------------------------------------------------------------------------


def _limit(memory: int | None, cpu_seconds: int | None) -> None:
    """Holds this process to so many bytes of memory of its own, and seconds of work.

    A thread looks at what is taken and ends the process; between two looks more can be taken, and Linux refuses what
    is far beyond the limit at once. It counts addresses, and an engine keeps those of memory that it gave back: held to
    the limit itself, a process that takes little would get no more. The hard limit stays, so that a further process can
    be given its own.
    """
    if resource is not None:
        _lower("RLIMIT_CORE", 0)
        if cpu_seconds is not None:
            _lower("RLIMIT_CPU", cpu_seconds)
        if memory is not None and sys.platform == "linux":
            _lower("RLIMIT_DATA", _ADDRESSES * memory)
    if memory is not None and taken() is not None:
        threading.Thread(target=_watch, args=(memory,), daemon=True).start()


def _lower(name: str, limit: int) -> None:
    kind = getattr(resource, name)
    hard = resource.getrlimit(kind)[1]
    resource.setrlimit(kind, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


@contextmanager
def unlimited() -> Iterator[None]:
    """Lets a process that is begun inside the block take what it likes: a Java runtime has limits of its own."""
    if resource is None or sys.platform != "linux":
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (hard, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def _watch(memory: int) -> None:
    while True:
        if (taken() or 0) > memory:
            os._exit(MEMORY)
        time.sleep(_LOOK)


def taken() -> int | None:
    """The bytes of memory that this process takes up; `None` where the system does not tell in a way known here."""
    if sys.platform == "win32":
        return _taken_on_windows()
    try:
        # Resident pages less those shared with files.
        with open("/proc/self/statm", "rb") as stream:  # noqa: PTH123  looked at many times a second
            fields = stream.read().split()
        return (int(fields[1]) - int(fields[2])) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        pass
    if resource is None:
        return None
    # The most that it has taken so far; macOS counts bytes.
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def _taken_on_windows() -> int | None:
    import ctypes  # noqa: PLC0415  only there

    class Counters(ctypes.Structure):
        _fields_ = [(name, ctypes.c_ulong) for name in ("cb", "faults")] + [
            (name, ctypes.c_size_t)
            for name in ("peak_set", "set", "peak_paged", "paged", "peak_rest", "rest", "pagefile", "peak_pagefile")
        ]

    counters = Counters()
    counters.cb = ctypes.sizeof(counters)
    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined]
    kernel.GetCurrentProcess.restype = ctypes.c_void_p
    done = kernel.K32GetProcessMemoryInfo(
        ctypes.c_void_p(kernel.GetCurrentProcess()), ctypes.byref(counters), counters.cb
    )
    return int(counters.pagefile) if done else None


if __name__ == "__main__":
    work_apart()
