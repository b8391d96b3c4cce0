"""A PostgreSQL server of our own on loopback for those that need one, gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

# Nothing measured here writes. What a hash or sort may take is what Overt's own engine may.
SETTINGS = {
    "fsync": "off",
    "shared_buffers": "1GB",
    "work_mem": "256MB",
    "max_wal_size": "8GB",
    "autovacuum": "off",
}


@dataclass(frozen=True)
class Server:
    """A running server."""

    port: int
    process: int
    version: str

    def url(self, database: str = "postgres") -> str:
        """Where to connect."""
        return f"postgresql://overt@127.0.0.1:{self.port}/{database}"

    def cpu(self) -> float:
        """CPU seconds of the server and of those of its processes that have ended."""
        fields = Path(f"/proc/{self.process}/stat").read_text().rsplit(")", 1)[1].split()
        return sum(int(each) for each in fields[11:15]) / os.sysconf("SC_CLK_TCK")


def installed() -> Path | None:
    """The folder of the server's programs."""
    found = [path.parent for path in sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)]
    on_path = shutil.which("initdb")
    return found[0] if found else Path(on_path).parent if on_path else None


@contextmanager
def running() -> Iterator[Server | None]:
    """A server while the block runs, or `None` where PostgreSQL is not installed."""
    programs = installed()
    if programs is None:
        yield None
        return
    # initdb refuses root.
    names = {user.pw_name for user in pwd.getpwall()}
    owner = None if os.geteuid() else "postgres" if "postgres" in names else "nobody"
    folder = Path(tempfile.mkdtemp(prefix="overt-bench-postgres-"))
    if owner:
        shutil.chown(folder, owner)
    data, port = folder / "data", _free_port()
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}

    def call(program: str, *arguments: str) -> str:
        command = [str(programs / program), *arguments]
        log = folder / "call.log"
        with log.open("wb") as stream:
            subprocess.run(command, check=True, user=owner, env=environment, cwd=folder, stdout=stream)
        return log.read_text().strip()

    call("initdb", "-D", str(data), "-U", "overt", "--auth=trust", "--encoding=UTF8", "--no-sync")
    settings = {**SETTINGS, "port": str(port), "listen_addresses": "127.0.0.1", "unix_socket_directories": str(folder)}
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    call("pg_ctl", "-D", str(data), "-w", "-l", str(folder / "server.log"), "-o", options, "start")
    try:
        process = int((data / "postmaster.pid").read_text().splitlines()[0])
        yield Server(port, process, call("postgres", "--version"))
    finally:
        call("pg_ctl", "-D", str(data), "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
