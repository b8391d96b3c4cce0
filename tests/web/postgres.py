"""A PostgreSQL server that a test may stop and start again without disturbing anybody else's."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import _free_port, _postgres_binaries, _unprivileged, lacking
from tests.waiting import MINUTES


class Server:
    """A server on loopback."""

    def __init__(self, binaries: Path, folder: Path, owner: str | None) -> None:
        self._binaries, self._folder, self._owner = binaries, folder, owner
        self._port = _free_port()
        self.url = f"postgresql://overt@127.0.0.1:{self._port}/postgres"
        self._run("initdb", "-U", "overt", "--auth=trust", "--encoding=UTF8", "--no-sync")

    def start(self) -> None:
        options = (
            f"-p {self._port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self._folder} -c fsync=off"
        )
        self._run("pg_ctl", "-w", "-t", f"{MINUTES:.0f}", "-l", str(self._folder / "log"), "-o", options, "start")

    def stop(self, how: str = "fast") -> None:
        self._run("pg_ctl", "-w", "-t", f"{MINUTES:.0f}", "-m", how, "stop")

    def _run(self, program: str, *arguments: str) -> None:
        command = [f"{self._binaries}/{program}", "-D", str(self._folder / "data"), *arguments]
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
        subprocess.run(
            command, check=True, user=self._owner, env=environment, cwd=self._folder, stdout=subprocess.DEVNULL,
            timeout=MINUTES,
        )  # fmt: skip


@contextmanager
def own_server() -> Iterator[Server]:
    """A server that is running, and gone in the end."""
    binaries = _postgres_binaries()
    if binaries is None:
        lacking("PostgreSQL is not installed (scripts/setup.sh installs it)")
        return
    owner = _unprivileged() if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="overt-postgres-"))
    if owner:
        shutil.chown(folder, owner)
    server = Server(binaries, folder, owner)
    server.start()
    try:
        yield server
    finally:
        server.stop("immediate")
        shutil.rmtree(folder, ignore_errors=True)
