"""The two logs of a portal: what was tried by whom, and how the server fares. Neither holds a personal value.

The access log is `overt.register.AccessLog`: one line for each attempt, written before the answer leaves. It is
not the log of the register. Anyone who consults, alters or discloses an entry is in that one, by the gate, as a record
with a reason (DPA 2018, s.62). What was forbidden touched no entry, and stands here alone.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import logging
import sys
from collections.abc import Callable
from typing import Any, TextIO

from overt.register import AccessLog, LoggedAttempt

LEVELS = ("info", "warning", "error")
"""How grave a line of the server's log is; what is graver than an error is one."""


class AccessQueue:
    """Attempts of many requests at once, written together: one transaction for all that wait, and no more than one."""

    def __init__(self, log: AccessLog) -> None:
        self._log = log
        self._waiting: list[tuple[LoggedAttempt, asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def add(self, attempt: LoggedAttempt) -> None:
        """Adds a line, which is kept when this returns; refuses where it could not be."""
        kept: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((attempt, kept))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())
        await kept

    async def _write(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            error: BaseException | None = None
            try:
                await asyncio.to_thread(self._log.add, *(attempt for attempt, _ in batch))
            except BaseException as raised:  # each of those who wait is told
                error = raised
            for _, kept in batch:
                if kept.done():
                    continue
                if error is None:
                    kept.set_result(None)
                else:
                    kept.set_exception(error)


def place_of(error: BaseException) -> str:
    """Where it went wrong: the last place in Overt, as module, function and line. Nothing of what was being done."""
    place = ""
    trace = error.__traceback__
    while trace is not None:
        frame = trace.tb_frame
        module = str(frame.f_globals.get("__name__", ""))
        if module.startswith("overt.") or not place:
            place = f"{module}.{frame.f_code.co_qualname}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


class LogLines(logging.Handler):
    """What libraries log, as lines of the server's log: who says it and how grave it is.

    An exception is its kind and its place. The words of a message are left out, since they may hold a value, but those
    of the HTTP server, which are fixed.
    """

    def __init__(self, log: ServerLog) -> None:
        super().__init__(logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        """Writes a line."""
        facts: dict[str, Any] = {"logger": record.name, "level": record.levelname.lower()}
        if record.name.startswith("uvicorn") and isinstance(record.msg, str):
            facts["says"] = record.msg.strip()
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            facts |= {"error": type(error).__name__, "place": place_of(error)}
        self._log.say("log", **facts)


class ServerLog:
    """How the server fares: one JSON object a line, on standard error. No address, no path as asked, no value."""

    def __init__(self, now: Callable[[], dt.datetime], stream: TextIO | None = None, least: str = LEVELS[0]) -> None:
        self._now = now
        self._stream = stream
        self._least = LEVELS.index(least)

    def say(self, event: str, level: str = LEVELS[0], **facts: Any) -> None:
        """Writes a line, unless it is of a level below the least that is wanted."""
        if level in LEVELS[: self._least]:
            return
        stream = self._stream if self._stream is not None else sys.stderr
        line = json.dumps({"at": self._now().isoformat(), "level": level, "event": event, **facts}, default=str)
        stream.write(line + "\n")
        stream.flush()
