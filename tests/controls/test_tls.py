"""Spark Connect over TLS, which its servers leave to a proxy before them."""

from __future__ import annotations

import datetime as dt
import json
import os
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from tests.certificates import certificate
from tests.controls.servers import sail

PASSWORD = "not-to-be-shown-93d1"  # noqa: S105  of a test
# In a process of its own, since the client reads the authorities once.
_OPEN = """
import json, sys, warnings
warnings.simplefilter("ignore")
from overt.controls.engines import open_server
from overt.refusals import Refusal
for url in sys.argv[1:]:
    try:
        engine = open_server(url)
        said = str(engine.fetch("select 1"))
        engine.close()
    except Refusal as refusal:
        said = str(refusal)
    print(json.dumps(said))
"""
DAYS = dt.timedelta(days=9)


@contextmanager
def _proxy(target: int, folder: Path, key: bytes, chain: bytes) -> Iterator[int]:
    """A port of loopback at which TLS ends."""
    (folder / "key.pem").write_bytes(key)
    (folder / "chain.pem").write_bytes(chain)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "chain.pem", folder / "key.pem")
    context.set_alpn_protocols(["h2"])
    listener = socket.create_server(("127.0.0.1", 0))

    def forward(source: socket.socket, to: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                to.sendall(data)
        with suppress(OSError):
            to.shutdown(socket.SHUT_RDWR)

    def accept() -> None:
        while True:
            try:
                plain, _ = listener.accept()
            except OSError:
                return
            with suppress(OSError):
                client = context.wrap_socket(plain, server_side=True)
                server = socket.create_connection(("127.0.0.1", target))
                for ends in ((client, server), (server, client)):
                    threading.Thread(target=forward, args=ends, daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.close()


def test_a_certificate_is_checked_and_no_token_shown(tmp_path: Path) -> None:
    """Of the right host, by an authority that is trusted, and in time."""
    own, other = certificate("Authority", ends=DAYS), certificate("Another", ends=DAYS)
    (tmp_path / "ca.pem").write_bytes(own[1])
    cases = {
        "right": certificate("127.0.0.1", ends=DAYS, issuer=own),
        "of another host": certificate("db.example", ends=DAYS, issuer=own),
        "by another authority": certificate("127.0.0.1", ends=DAYS, issuer=other),
        "expired": certificate("127.0.0.1", ends=-dt.timedelta(days=1), issuer=own),
    }
    with sail() as server, ExitStack() as stack:
        target = int(server.rpartition(":")[2])
        ports = [stack.enter_context(_proxy(target, tmp_path, *pair)) for pair in cases.values()]
        urls = [f"sc://127.0.0.1:{port}/;use_ssl=true;token={PASSWORD}" for port in ports]
        environment = {**os.environ, "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH": str(tmp_path / "ca.pem")}
        ran = subprocess.run(
            [sys.executable, "-c", _OPEN, *urls], env=environment, capture_output=True, text=True, check=True
        )
    said = dict(zip(cases, map(json.loads, ran.stdout.splitlines()), strict=True))
    assert said.pop("right") == "[(1,)]"
    assert "certificate is for another host" in said.pop("of another host")
    assert all("certificate was not accepted" in words for words in said.values()), said
    assert PASSWORD not in ran.stdout
