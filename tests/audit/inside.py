"""`overt.machine.Apart` without a process of its own, which takes longer than an audit of a small register.

The same functions are given the same JSON, in a thread. What needs a process, limits of memory and being killed, is
tested with processes: see `tests/apart`.
"""

from __future__ import annotations

import base64
import importlib
import json
import pickle
import queue
import threading
from typing import Any, Self

from overt.machine import PeakLimits
from overt.refusals import Refusal, Refusals, raise_all


class Inside:
    """Stands in for `Apart`; a fault that is no refusal is raised as it is."""

    def __init__(self, target: str, argument: object, limits: PeakLimits, hold: tuple[int, ...] = ()) -> None:
        place, _, name = target.rpartition(":")
        self._work = getattr(importlib.import_module(place), name)
        self._argument = base64.b64encode(pickle.dumps(argument))
        self._said: queue.Queue[str | BaseException] = queue.Queue()
        self._heard: queue.Queue[dict[str, Any]] = queue.Queue()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        # A process would be ended here; a thread lets go of its database by coming to its end.
        self._heard.put({"ask": []})
        self._thread.join(600)

    def tell(self, message: dict[str, Any]) -> None:
        """Gives it something to hear."""
        self._heard.put(json.loads(json.dumps(message, default=str)))

    def hear(self, patience: float | None = None) -> dict[str, Any]:
        """The next that it says; raises what it raised."""
        said = self._said.get(timeout=600 if patience is None else patience)
        if isinstance(said, Refusal | Refusals):
            raise_all(list(said.refusals) if isinstance(said, Refusals) else [said])
        if isinstance(said, BaseException):
            raise said
        found: dict[str, Any] = json.loads(said)
        return found

    def _say(self, message: dict[str, Any]) -> None:
        self._said.put(json.dumps(message, default=str))

    def _run(self) -> None:
        try:
            argument = pickle.loads(base64.b64decode(self._argument))  # noqa: S301  of our own
            self._say({"answer": self._work(argument, self._say, self._heard.get)})
        except BaseException as error:
            self._said.put(error)
