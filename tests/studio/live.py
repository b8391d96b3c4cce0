"""`overt studio` as people start it: a process of its own on loopback, and a browser that follows its link."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.waiting import until

_LINK = re.compile(rb"(http://127\.0\.0\.1:\d+)/open/\S+")
TOO_WIDE = "document.documentElement.scrollWidth > window.innerWidth"


@dataclass
class Live:
    """A running Studio. `link` is new and works once."""

    process: subprocess.Popen[bytes]
    address: str
    link: str
    said: Path

    def kill(self) -> None:
        """Ends it without a word."""
        self.process.kill()
        self.process.wait()

    def children(self) -> list[int]:
        """The processes that it started and that still run."""
        return _children(self.process.pid)

    def end(self) -> int:
        """Ends it as Ctrl-C does; its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)


@contextmanager
def running(folder: Path, *arguments: str) -> Iterator[Live]:
    """Studio, started in a folder; it has ended when the block has."""
    said = folder / f"said-{time.monotonic_ns()}.txt"
    settings = folder / "settings"
    environment = {**os.environ, "XDG_CONFIG_HOME": str(settings), "HOME": str(settings), "COLUMNS": "300"}
    with said.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "overt.cli", "studio", "--no-browser", *arguments],
            cwd=folder, stdin=subprocess.DEVNULL, stdout=stream, stderr=stream, env=environment,
        )  # fmt: skip
    try:
        until(lambda: process.poll() is not None or _LINK.search(said.read_bytes()), "the link")
        found = _LINK.search(said.read_bytes())
        assert found, said.read_text(encoding="utf-8")
        yield Live(process, found[1].decode(), found[0].decode(), said)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def alive(number: int) -> bool:
    """Whether a process runs and is not a zombie."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{number}/status").read_text(encoding="utf-8")
    except OSError:
        return False


def family(number: int) -> list[int]:
    """A process and all that it began and that still run, itself first."""
    try:
        return [number, *(one for child in _children(number) for one in family(child))]
    except OSError:
        return []


def _children(number: int) -> list[int]:
    tasks = Path(f"/proc/{number}/task")
    lines = [(task / "children").read_text(encoding="utf-8") for task in tasks.iterdir()]
    return [int(child) for line in lines for child in line.split()]


def faults_of(page: Any) -> list[str]:
    """What axe finds on a page, in light and dark, and whether it is wider than 360 px. The page allows evaluation."""
    from axe_playwright_python.sync_playwright import Axe

    axe, found = Axe(), []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        response = axe.run(page, options={"resultTypes": ["violations"]}).response
        found += [f"{scheme}: {rule['id']}: {rule['nodes'][0]['html'][:200]}" for rule in response["violations"]]
    page.emulate_media(color_scheme="light")
    size = page.viewport_size
    page.set_viewport_size({"width": 360, "height": 740})
    if page.evaluate(TOO_WIDE):
        found.append("wider than 360 px")
    page.set_viewport_size(size)
    return found
