"""The inside of the engine's process: one request after another, each within its time.

What it hears and says are JSON objects with the number of the request: `{"id": 7, "ask": "card", "arguments": {…}}` and
`{"cancel": 7}` in; `{"ready": true}` once, then `{"id": 7, "progress": {…}}` and `answer`, `refused`, `late`, `stopped`
or `failed` out.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

from overt.machine import deadline
from overt.refusals import Refusal, Refusals
from overt.storage import storage_refusal
from overt.web.studio._engine import EngineSettings
from overt.web.studio._engine_asks import ASKS, EngineState

Say = Callable[[dict[str, Any]], None]


def serve(settings: EngineSettings, say: Say, hear: Callable[[], dict[str, Any]]) -> None:
    """Answers requests for as long as Studio lives."""
    state = EngineState(settings.folder, settings.memory, settings.threads)
    requests: queue.Queue[dict[str, Any]] = queue.Queue()
    stopped: set[int] = set()
    running = [0]

    def listen() -> None:
        while True:
            message = hear()
            if "cancel" not in message:
                requests.put(message)
                continue
            stopped.add(message["cancel"])
            if message["cancel"] == running[0]:
                state.stop()

    threading.Thread(target=listen, daemon=True).start()
    say({"ready": True})
    while True:
        request = requests.get()
        running[0] = request["id"]
        _answer(state, request, say, stopped)
        running[0] = 0


def _answer(state: EngineState, request: dict[str, Any], say: Say, stopped: set[int]) -> None:
    number, ask = request["id"], ASKS[request["ask"]]
    state.begin(lambda progress: say({"id": number, "progress": progress}))
    if number in stopped:
        say({"id": number, "stopped": True})
        return
    try:
        with nullcontext() if ask.seconds is None else deadline(ask.seconds, state.stop) as late:
            answer = ask.answer(state, request["arguments"])
    except Exception as error:
        if number in stopped:
            say({"id": number, "stopped": True})
        elif late is not None and late.is_set():
            say({"id": number, "late": True})
        else:
            say({"id": number, **_refusal(error)})
    else:
        say({"id": number, "answer": answer})


def _refusal(error: Exception) -> dict[str, Any]:
    """What went wrong, without the words of an unforeseen error: they may hold a value."""
    if isinstance(error, Refusals):
        refusals = error.refusals
    else:
        known = error if isinstance(error, Refusal) else storage_refusal(error)
        refusals = [known] if known is not None else []
    if refusals:
        return {"refused": [[one.code, one.where, one.found, one.wanted, one.remedy] for one in refusals]}
    trace, place = error.__traceback__, ""
    while trace is not None:
        place = f"{trace.tb_frame.f_globals.get('__name__', '')}:{trace.tb_lineno}"
        trace = trace.tb_next
    return {"failed": True, "kind": type(error).__name__, "place": place}
