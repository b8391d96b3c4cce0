"""Servers of Spark Connect of the tests' own, on loopback: Spark's own and Sail, each in a process of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.postgres import free_port
from tests.waiting import MINUTES

# Its own process: what stops the server must not stop the tests.
_SAIL = """
import sys
from pysail.spark import SparkConnectServer

SparkConnectServer("127.0.0.1", int(sys.argv[1])).start(background=False)
"""


@contextmanager
def sail() -> Iterator[str]:
    """A server of Sail."""
    port, folder = free_port(), tempfile.mkdtemp(prefix="overt-sail-")
    log = Path(folder) / "log"
    with log.open("wb") as stream:
        server = subprocess.Popen([sys.executable, "-c", _SAIL, str(port)], cwd=folder, stdout=stream, stderr=stream)
    try:
        _wait_for(port, server, log)
        yield f"sc://127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait()


@contextmanager
def spark_connect(master: str = "local[1]", **settings: str) -> Iterator[str]:
    """Spark's own Connect server, whose jar comes with the package."""
    import pyspark

    home, port, folder = Path(pyspark.__file__).parent, free_port(), tempfile.mkdtemp(prefix="overt-spark-")
    given = {
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.connect.grpc.binding.port": str(port),
        "spark.ui.enabled": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "1",
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.warehouse.dir": folder,
        "spark.sql.adaptive.enabled": "false",
        "spark.log.level": "ERROR",
        **settings,
    }
    command = [str(home / "bin" / "spark-submit"), "--master", master, "--driver-memory", "1g"]
    command += [word for name, value in given.items() for word in ("--conf", f"{name}={value}")]
    command += ["--class", "org.apache.spark.sql.connect.service.SparkConnectServer", "spark-internal"]
    environment = {
        **os.environ,
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "PYSPARK_PYTHON": sys.executable,
    }
    log = Path(folder) / "log"
    with log.open("wb") as stream:
        server = subprocess.Popen(
            command, env=environment, cwd=folder, stdout=stream, stderr=stream, start_new_session=True
        )
    try:
        _wait_for(port, server, log)
        yield f"sc://127.0.0.1:{port}"
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def _wait_for(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + MINUTES
    while time.monotonic() < end and server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise AssertionError(f"the server did not start: {log.read_text()[-2000:]}")
