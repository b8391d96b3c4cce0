"""Measures the portal: 200 readers and 20 staff at once, beside a static file from the same server.

`python bench/web/run.py` takes about two minutes and writes README.md beside this file; `--quick` half a minute, and
leaves it alone. The register is the demonstration's: everybody in it is invented.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import shutil
import signal
import socket
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from load import HOST, Waits, load, start

PAGE = Path(__file__).with_name("README.md")
READERS, STAFF = 200, 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="ten seconds; the page stays as it is")
    parser.add_argument("--register", type=Path, help="a demonstration that is there; it is copied")
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="overt-bench-")) / "alpha"
    if given.register:
        shutil.copytree(given.register, folder)
    port = free_port()
    process = start(folder, port, lambda: answers(port))
    try:
        asyncio.run(load(port, 20, 2, 3))
        waits = asyncio.run(load(port, READERS, STAFF, 10 if given.quick else 60))
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)
        shutil.rmtree(folder.parent)
    text = "\n".join([machine(), "", *told(waits)])
    print(text)
    if not given.quick:
        before, _, rest = PAGE.read_text().partition("<!-- measured -->\n")
        PAGE.write_text(f"{before}<!-- measured -->\n{text}\n<!-- end -->{rest.split('<!-- end -->')[1]}")
    sys.exit(1 if waits.errors else 0)


def told(waits: Waits) -> list[str]:
    """A table of waits, and the errors."""
    static = waits.at("static", 0.99)
    lines = [
        "| what | requests | p50 ms | p99 ms | p99 to that of the static file |",
        "| --- | --: | --: | --: | --: |",
    ]
    for kind in ("static", "public", "staff", "staff write"):
        half, most = waits.at(kind, 0.5), waits.at(kind, 0.99)
        lines.append(f"| {kind} | {len(waits.seconds[kind]):,} | {half:.1f} | {most:.1f} | {most / static:.1f} |")
    return [*lines, "", f"Errors: {len(waits.errors)}. {'; '.join(sorted(set(waits.errors))[:5])}".strip()]


def machine() -> str:
    """Where it was measured."""
    busy = os.getloadavg()[0]
    return f"{os.cpu_count()} cores, shared with the readers; Python {platform.python_version()}; load {busy:.1f}."


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind((HOST, 0))
        return int(free.getsockname()[1])


def answers(port: int) -> bool:
    """Whether somebody listens."""
    with socket.socket() as one:
        one.settimeout(1)
        return one.connect_ex((HOST, port)) == 0


if __name__ == "__main__":
    main()
