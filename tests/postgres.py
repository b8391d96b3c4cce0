"""A PostgreSQL server of the tests' own: one for all of them, or one that a test may stop without disturbing others."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.waiting import MINUTES


class Server:
    """A server on loopback."""

    def __init__(self, binaries: Path, folder: Path, owner: str | None) -> None:
        self._binaries, self._folder, self._owner = binaries, folder, owner
        self._port = free_port()
        self.url = f"postgresql://overt@127.0.0.1:{self._port}/postgres"
        self._run("initdb", "-U", "overt", "--auth=trust", "--encoding=UTF8", "--no-sync")

    @property
    def log(self) -> str:
        """What the server has written to its log."""
        return (self._folder / "log").read_text(encoding="utf-8")

    def put(self, name: str, data: bytes, mode: int = 0o600) -> None:
        """Writes a file into the folder of the server's data, which only the server may read."""
        path = self._folder / "data" / name
        path.write_bytes(data)
        path.chmod(mode)
        if self._owner:
            shutil.chown(path, self._owner)

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
    from tests.conftest import lacking  # it uses this module

    binaries = _binaries()
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


def _binaries() -> Path | None:
    found = [path.parent for path in sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)]
    on_path = shutil.which("initdb")
    return found[0] if found else Path(on_path).parent if on_path else None


def _unprivileged() -> str:
    names = {user.pw_name for user in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def free_port() -> int:
    """A port of loopback that nobody listens at now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
