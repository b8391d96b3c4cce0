"""Serving a log and reading it over HTTP, on loopback."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from overt.ledger import (
    COSIGNATURE,
    FolderStore,
    HttpReader,
    HttpWitness,
    Witness,
    check,
    prove,
    read_policy,
    verify,
    watch,
)
from overt.refusals import Refusal
from overt.web.log import log_app
from tests.ledger.conftest import NOW, Log, signer_of


class Server(ThreadingHTTPServer):
    """Serves a folder, or whatever a test answers."""

    folder: Path
    witness: Witness | None = None
    answers: dict[str, tuple[int, dict[str, str], bytes]]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Requests(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        path = self.path.lstrip("/")
        file = self.server.folder / path
        found = (200, {}, file.read_bytes()) if file.is_file() else (404, {}, b"")
        self.answer(*self.server.answers.get(path, found))

    def do_POST(self) -> None:
        assert self.server.witness is not None
        body = self.rfile.read(int(self.headers["Content-Length"]))
        answer = self.server.witness.add_checkpoint(body, NOW)
        self.answer(answer.status, {"Content-Type": answer.media_type}, answer.body)

    def answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server(log: Log) -> Iterator[Server]:
    """The test log behind an address."""
    made = Server(("127.0.0.1", 0), _Requests)
    assert isinstance(log.store, FolderStore)
    made.folder, made.answers = log.store.folder, {}
    thread = threading.Thread(target=made.serve_forever)
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


def test_a_log_is_checked_watched_and_proved_over_http(log: Log, server: Server, tmp_path: Path) -> None:
    """What a stranger does, with an address and a key."""
    log.add(600)
    log.add_document("charter", "categories = 16")
    log.publish()
    reader = HttpReader(server.url + "/")
    found = check(reader, log.policy)
    assert (found.entries, found.public, found.faults) == (601, 1, [])
    assert watch(reader, tmp_path / "seen", log.policy).news == ["charter published: charter.toml"]
    assert verify(prove(reader, 3), log.leaves.entries[3], log.policy).index == 3


def test_a_compressed_answer_is_read(log: Log, server: Server) -> None:
    """A log may answer with gzip whether asked or not."""
    server.answers["tile/0/000"] = (200, {"Content-Encoding": "gzip"}, gzip.compress(b"hashes"))
    assert HttpReader(server.url).read("tile/0/000", 100) == b"hashes"


@pytest.mark.parametrize(
    ("headers", "body"), [({}, b"x" * 200), ({"Content-Encoding": "gzip"}, gzip.compress(bytes(50_000_000)))]
)
def test_an_endless_answer_is_refused(server: Server, headers: dict[str, str], body: bytes) -> None:
    """Also one that only unpacks to much."""
    server.answers["tile/0/000"] = (200, headers, body)
    with pytest.raises(Refusal, match="resource-too-large"):
        HttpReader(server.url).read("tile/0/000", 100)


@pytest.mark.parametrize("status", [302, 403, 500])
def test_another_answer_is_a_refusal_and_not_a_missing_tile(server: Server, status: int) -> None:
    """And nobody is followed elsewhere."""
    server.answers["checkpoint"] = (status, {"Location": f"{server.url}/elsewhere"}, b"")
    server.answers["elsewhere"] = (200, {}, b"other bytes")
    with pytest.raises(Refusal, match=f"log-unreachable.*status {status}"):
        HttpReader(server.url).read("checkpoint", 100)


def test_a_log_that_stops_answering_is_not_a_log_with_faults(log: Log, server: Server) -> None:
    """A check that cannot be finished says so."""
    log.add(600)
    log.publish()
    server.answers["tile/entries/001"] = (503, {}, b"")
    with pytest.raises(Refusal, match="log-unreachable"):
        check(HttpReader(server.url), log.policy)


def test_no_answer_is_a_refusal(server: Server) -> None:
    """The address is there and nobody listens."""
    with pytest.raises(Refusal, match="log-unreachable"):
        HttpReader("http://127.0.0.1:1", timeout=1).read("checkpoint", 100)


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://example.org", "example.org"])
def test_only_web_addresses_are_read(address: str) -> None:
    """No file of this machine by way of an address."""
    with pytest.raises(Refusal, match="not-an-address"):
        HttpReader(address)


def test_a_witness_is_asked_over_http(log: Log, server: Server, tmp_path: Path) -> None:
    """From nothing, and when it is behind."""
    signer = signer_of(10, "w.example.org", COSIGNATURE)
    server.witness = Witness(signer, tmp_path / "w", [signer_of(1).key])
    policy = read_policy(f"log {signer_of(1).key}\nwitness w {signer.key}\nquorum w\n".encode(), "policy")
    for count in (5, 300):
        log.add(count, seed=count)
        assert log.publish([HttpWitness(server.url)], policy).cosigned_by == ("w",)


def test_the_server_gives_each_resource_its_headers(log: Log) -> None:
    """The checkpoint is not kept by caches, everything else is for ever."""
    log.add(300)
    log.add_document("charter", "<script>")
    log.publish()
    with TestClient(log_app(log.store)) as client:
        head = client.get("/checkpoint")
        assert head.headers["content-type"] == "text/plain; charset=utf-8"
        assert "max-age=1," in head.headers["cache-control"]
        for path in ("tile/0/000", "tile/0/001.p/45", "tile/entries/000", f"documents/{next(iter(log.documents))}"):
            found = client.get(f"/{path}")
            assert found.content == log.store.read(path, 1 << 24)
            assert found.headers["content-type"] == "application/octet-stream"
            assert found.headers["cache-control"] == "public, max-age=31536000, immutable"
            assert found.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    [
        "",
        ".lock",
        ".incoming/0",
        "policy",
        "tile/64/000",
        "tile/00/000",
        "tile/0/0",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/x001",
        "documents/%2e%2e/%2e%2e/signed/checkpoint",
        "..%2fsigned%2fcheckpoint",
        "//etc/passwd",
        "documents/" + "A" * 64,
    ],
)
def test_the_server_gives_nothing_else(log: Log, path: str) -> None:
    """Whatever lies in or above the folder."""
    with TestClient(log_app(log.store)) as client:
        assert client.get(f"/{path}").status_code == 404


def test_an_answer_that_never_ends_is_given_up(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes that drip in one by one are no silence that a timeout would notice."""
    monkeypatch.setattr("overt.ledger._http._LONGEST", -1)
    server.answers["tile/0/000"] = (200, {}, b"x")
    with pytest.raises(Refusal, match="not whole after"):
        HttpReader(server.url).read("tile/0/000", 100)
