"""The machine a measurement was made on, and how busy and fast it was."""

from __future__ import annotations

import hashlib
import os
import platform
import time
from pathlib import Path
from typing import Any

_HASHES = 1_000_000
BUSY = 0.3


def describe() -> dict[str, Any]:
    """Processor, memory, system, load, and the time for a million digests of 65 bytes."""
    processor = next(
        (line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line),
        platform.machine(),
    )
    memory = next(line.split()[1] for line in Path("/proc/meminfo").read_text().splitlines() if "MemTotal" in line)
    load = os.getloadavg()[0]
    return {
        "processor": processor,
        "cores": os.cpu_count(),
        "memory_gib": round(int(memory) / 2**20, 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "load": round(load, 2),
        "calibration_seconds": round(calibrate(), 3),
    }


def calibrate() -> float:
    """Seconds for SHA-256 of 65 bytes, a million times, in this Python: the best of three."""
    data = bytes(65)
    best = float("inf")
    for _ in range(3):
        started = time.perf_counter()
        for _ in range(_HASHES):
            hashlib.sha256(data).digest()
        best = min(best, time.perf_counter() - started)
    return best
