"""Traces are optional, reach a collector on loopback, and say nothing of what a request held."""

from __future__ import annotations

import gzip
import http.server
import os
import sys
import threading
from collections.abc import Iterator

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from starlette.testclient import TestClient

from overt.refusals import Refusal
from overt.web.portal import traced, tracer_to_collector
from tests.web.conftest import HOST, Site


class Collector(http.server.ThreadingHTTPServer):
    """A collector of traces on loopback, which keeps what it is sent."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Received)
        self.bodies: list[bytes] = []
        self.paths: list[str] = []

    def spans(self) -> list[tuple[str, dict[str, object]]]:
        """Every span by its name, with its attributes."""
        found = []
        for body in self.bodies:
            sent = ExportTraceServiceRequest.FromString(body)
            for span in (span for each in sent.resource_spans for part in each.scope_spans for span in part.spans):
                assert not span.events
                values = {each.key: each.value.string_value or each.value.int_value for each in span.attributes}
                found.append((span.name, values))
        return found


class _Received(http.server.BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.paths.append(self.path)
        self.server.bodies.append(gzip.decompress(body) if self.headers.get("content-encoding") == "gzip" else body)
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    server = Collector()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    yield server
    server.shutdown()
    server.server_close()


def test_spans_reach_the_collector_without_a_value(site: Site, collector: Collector) -> None:
    """Method, route and status arrive; the number of an entry or a reference does not."""
    with tracer_to_collector(os.environ) as tracer:
        client = TestClient(traced(site.app, tracer), base_url=f"http://{HOST}", follow_redirects=False)
        client.get("/staff/entries/E00001")
        client.get("/ask/follow?reference=Q2222-3333-4444")
        client.request("PERSON-NAME", "/")
    assert set(collector.paths) == {"/v1/traces"}
    spans = collector.spans()
    assert [name for name, _ in spans[:2]] == ["GET /staff/entries/{entry_id}", "GET /ask/follow"]
    assert [values["http.response.status_code"] for _, values in spans] == [303, 404, 405]
    said = b"".join(collector.bodies)
    assert b"service.name" in said
    for value in (b"E00001", b"Q2222", b"PERSON-NAME", b"testclient"):
        assert value not in said


def test_an_error_sends_no_message(collector: Collector) -> None:
    """An exception may hold a value of a record: a span has neither its words nor a traceback."""

    async def fails(*_: object) -> None:
        raise RuntimeError("grounds: a secret value")

    with tracer_to_collector(os.environ) as tracer:
        client = TestClient(traced(fails, tracer), raise_server_exceptions=False)
        assert client.get("/").status_code == 500
    assert len(collector.spans()) == 1
    assert b"secret" not in b"".join(collector.bodies)


def test_without_opentelemetry_traces_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is asked for and not there is said, with what to install."""
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    with pytest.raises(Refusal, match="traces-not-installed"), tracer_to_collector({}):
        pass


@pytest.mark.parametrize(
    "environment",
    [{}, {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}],
)
def test_traces_to_nowhere_are_refused(environment: dict[str, str]) -> None:
    """No collector is guessed, and nothing is dropped silently."""
    with pytest.raises(Refusal, match="traces-nowhere"), tracer_to_collector(environment):
        pass
