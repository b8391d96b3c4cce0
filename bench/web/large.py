"""Measures the portal over a register of a million entries: 50 staff and 200 readers at once, for a minute.

    python bench/web/large.py --entries 200000
    python bench/web/large.py --entries 1000000 --postgres postgresql://overt@127.0.0.1:5432/empty --keep folder

The register is the demonstration's with invented entries added past the gate; with `--postgres` it is put onto that
server first. `--keep` names a folder for the filled register, which the next run uses again. Targets: no error, 99% of
staff pages within 500 ms, 99% of public pages within 100 ms.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from fill import fill
from load import Browser, Waits, load, sign_in, start
from portal import SERVING
from run import free_port, machine, told

from overt.demo import Live
from overt.register._portable import put_on_server

READERS, STAFF = 200, 50
# Pages that read lists or counts: each alone, beside the load that is measured.
PAGES = (
    "/staff",
    "/staff/due",
    "/staff/requests",
    "/oversight",
    "/oversight/gate",
    "/oversight/access",
    "/oversight/ledger",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--processes", type=int, default=2, help="processes that serve")
    parser.add_argument("--postgres", metavar="URL", help="an empty database for the register")
    parser.add_argument("--keep", type=Path, help="where the filled register is, or is to be")
    options = parser.parse_args()
    work = Path(tempfile.mkdtemp(prefix="overt-bench-"))
    try:
        kept = options.keep or work / "filled"
        if not kept.exists():
            Live.begin(kept, 1, lambda _: None)
            fill(kept / "register", options.entries)
        folder = Path(shutil.copytree(kept, work / "alpha"))
        if options.postgres:
            put_on_server(folder / "register", options.postgres)
        print("\n".join(measured(folder, options.seconds, options.processes)))
    finally:
        shutil.rmtree(work)


def measured(folder: Path, seconds: float, processes: int) -> list[str]:
    """The table of the load, and one of pages asked for alone."""
    port = free_port()
    (folder / SERVING).unlink(missing_ok=True)
    began = time.perf_counter()
    process = start(folder, port, (folder / SERVING).is_file, "--quiet", "--processes", str(processes))
    opened = time.perf_counter() - began
    try:
        alone = asyncio.run(one_by_one(port))
        asyncio.run(load(port, 40, 10, 6))
        waits = asyncio.run(load(port, READERS, STAFF, seconds))
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)
    pages = [f"| {page} | {1000 * alone.seconds[page][1]:.0f} |" for page in PAGES if len(alone.seconds[page]) > 1]
    return [
        machine(), f"{processes} processes, all serving after {opened:.1f} s.", "", *told(waits), "",
        "| page, alone | ms |", "| --- | --: |", *pages,
    ]  # fmt: skip


async def one_by_one(port: int) -> Waits:
    """Requests each page twice, as a person who may see it; the second time counts."""
    waits = Waits()
    people = {"/staff": "P9001", "/oversight": "I7001"}
    browsers = {}
    for face, staff in people.items():
        browsers[face] = Browser(port, waits)
        await sign_in(browsers[face], staff)
    for page in PAGES:
        for _ in range(2):
            await browsers[f"/{page.split('/')[1]}"].ask(page, page)
    return waits


if __name__ == "__main__":
    main()
