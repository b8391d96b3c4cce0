"""How often a test tries what it tries: a part of it every day, all of it at night."""

from __future__ import annotations

import os

NIGHTLY = bool(os.environ.get("OVERT_NIGHTLY"))


def often(times: int, least: int = 10) -> int:
    """So many times at night; a third of it, but `least` times, on any other run."""
    return times if NIGHTLY else min(times, max(least, times // 3))
