"""What every contender is given: the same entries and the same questions; and how it answers."""

from __future__ import annotations

import argparse
import json
import random
import resource
import time
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

PREFIX = b"overt:record:v1 "
ENTRY_SIZE = len(PREFIX) + 44 + 1
BATCH = 256


def entries(count: int) -> list[bytes]:
    """Entries in the form of a register's records, the same for everybody: a log of ours takes no other."""
    block = random.Random(20260722).randbytes(24)
    return [PREFIX + b64encode(number.to_bytes(8, "big") + block) + b"\n" for number in range(count)]


def indexes(count: int, size: int) -> list[int]:
    """The entries to be proved."""
    draw = random.Random(20260723)
    return [draw.randrange(size) for _ in range(count)]


@dataclass
class Answers:
    """Rates by what was done, the root that was found, and what it took."""

    contender: str
    rates: dict[str, float] = field(default_factory=dict)
    root: str = ""
    versions: dict[str, str] = field(default_factory=dict)
    sizes: dict[str, float] = field(default_factory=dict)

    def timed(self, name: str, count: int, work: Callable[[], Any]) -> Any:
        """Does the work and keeps how many a second that were."""
        started = time.perf_counter()
        result = work()
        self.rates[name] = count / (time.perf_counter() - started)
        return result

    def give(self) -> None:
        """Prints the answers for the one who asked."""
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(json.dumps({**self.__dict__, "peak_mib": round(peak / 1024)}))


def arguments() -> argparse.Namespace:
    """What a contender is called with."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--leaves", type=int, required=True)
    parser.add_argument("--proofs", type=int, required=True)
    parser.add_argument("--folder", required=True)
    return parser.parse_args()
