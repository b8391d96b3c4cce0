"""Traces are optional, and say nothing of what a request held."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.testclient import TestClient

from overt.refusals import Refusal
from overt.web import traced
from tests.web.conftest import HOST, Site


class Span:
    """A span that remembers what it was told."""

    def __init__(self) -> None:
        self.name = ""
        self.attributes: dict[str, Any] = {}

    def update_name(self, name: str) -> None:
        self.name = name

    def set_attribute(self, name: str, value: Any) -> None:
        self.attributes[name] = value


class Tracer:
    """A tracer that keeps its spans."""

    def __init__(self) -> None:
        self.spans: list[Span] = []

    @contextmanager
    def start_as_current_span(self, name: str, kind: object) -> Iterator[Span]:
        self.spans.append(Span())
        yield self.spans[-1]


def test_without_opentelemetry_traces_are_refused(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is asked for and not there is said, with what to install."""
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    with pytest.raises(Refusal, match="traces-not-installed"):
        traced(site.app)


def test_a_span_has_route_and_status_and_no_value(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The number of an entry or a reference is in no span."""
    api = SimpleNamespace(SpanKind=SimpleNamespace(SERVER="server"))
    monkeypatch.setitem(sys.modules, "opentelemetry", SimpleNamespace(trace=api))
    tracer = Tracer()
    client = TestClient(traced(site.app, tracer), base_url=f"http://{HOST}", follow_redirects=False)
    client.get("/staff/entries/E00001")
    client.get("/ask/follow?reference=Q2222-3333-4444")
    assert [each.name for each in tracer.spans] == ["GET /staff/entries/{entry_id}", "GET /ask/follow"]
    assert [each.attributes["http.response.status_code"] for each in tracer.spans] == [303, 404]
    said = repr([(each.name, each.attributes) for each in tracer.spans])
    assert "E00001" not in said
    assert "Q2222" not in said
