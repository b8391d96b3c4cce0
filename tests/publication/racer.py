"""A command at a time in a process of its own, begun when it is told to: what two members of staff do at once.

Reads one JSON object a line, prints `ready`, waits for an empty line, does it, and prints what came of it.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from overt import rights
from overt.gate import adopt
from overt.publication import Declined, DraftRequest, approve, decline, draft, new_answer, publish_release
from overt.refusals import Refusal, Refusals
from overt.register import Register

Do = Callable[[Register, dict[str, Any], dt.datetime], object]


def _publish(register: Register, said: dict[str, Any], now: dt.datetime) -> object:
    return publish_release(register, said["release"], "P1001", now)[1]


def _answer(register: Register, said: dict[str, Any], now: dt.datetime) -> object:
    return new_answer(register, ["people", "sources"], now.date(), now.date(), by=said["by"], now=now).number


def _decline(register: Register, said: dict[str, Any], now: dt.datetime) -> object:
    reasons = "An invented harm that is heavier than what the public would gain from knowing it."
    return decline(register, said["answer"], Declined(said["question"], "s.31(1)", reasons), by="P1001", now=now).number


DOES: dict[str, Do] = {
    "draft": lambda register, said, now: draft(register, now, DraftRequest(), said["by"], now).release,
    "approve": lambda register, said, now: len(approve(register, said["release"], said["by"], now).approvals),
    "publish": _publish,
    "answer": _answer,
    "decline": _decline,
    "request": lambda register, said, now: (
        rights.new_request(register, "access", now.date(), by=said["by"], now=now).number
    ),
    "adopt": lambda register, said, now: adopt(register, said["charter"].encode(), said["by"], now).digest,
}


def main() -> None:
    """Does what it is told until nothing more comes."""
    for line in sys.stdin:
        said = json.loads(line)
        print("ready", flush=True)  # noqa: T201  what the test waits for
        sys.stdin.readline()
        print(json.dumps(_do(said)), flush=True)  # noqa: T201


def _do(said: dict[str, Any]) -> dict[str, Any]:
    try:
        with Register.open(Path(said["folder"])) as register:
            now = dt.datetime.fromisoformat(said["now"])
            return {"done": DOES[said["what"]](register, said, now)}
    except (Refusal, Refusals) as refusal:
        return {"refused": getattr(refusal, "code", "several"), "says": str(refusal)}
    except BaseException:
        return {"traceback": traceback.format_exc()}


if __name__ == "__main__":
    main()
