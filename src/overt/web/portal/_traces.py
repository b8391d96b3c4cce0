"""Traces by OpenTelemetry, where they are wanted: the route and time of each request, and nothing of what it held.

They are sent by OTLP over HTTP to the collector that the environment names (`OTEL_EXPORTER_OTLP_ENDPOINT`), and to
nobody else. OpenTelemetry is the extra `traces`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from typing import Any

from overt.refusals import Refusal
from overt.web._receiving import App, Message, Receive, Scope, Send
from overt.web.portal._guard import ROUTE

_ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_PROTOCOLS = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
_PROTOCOL = "http/protobuf"


@contextmanager
def tracer_to_collector(environment: Mapping[str, str]) -> Iterator[Any]:
    """A tracer whose spans go to the collector that the environment names; the last ones leave when it is closed.

    Refuses when OpenTelemetry is not installed, when no collector is named, and a protocol that is not OTLP over HTTP.
    """
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415  an extra
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    except ImportError as error:
        raise Refusal(
            "traces-not-installed", "--traces", "OpenTelemetry is not installed", "pip install 'overt[traces]'"
        ) from error
    _check_collector(environment)
    named = {} if environment.get("OTEL_SERVICE_NAME") else {"service.name": "overt"}
    provider = TracerProvider(resource=Resource.create(named), shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    try:
        yield provider.get_tracer("overt.web")
    finally:
        provider.shutdown()


def _check_collector(environment: Mapping[str, str]) -> None:
    if not any(environment.get(name) for name in _ENDPOINTS):
        remedy = f"Set {_ENDPOINTS[1]}, for example to http://127.0.0.1:4318, or leave --traces out."
        raise Refusal("traces-nowhere", "--traces", "no collector is given", "the address of a collector", remedy)
    protocol = next((environment[name] for name in _PROTOCOLS if environment.get(name)), _PROTOCOL)
    if protocol != _PROTOCOL:
        remedy = f"Set {_PROTOCOLS[1]} to {_PROTOCOL}, or leave it unset."
        raise Refusal("traces-nowhere", "--traces", "Overt does not send this protocol", _PROTOCOL, remedy)


def traced(app: App, tracer: Any) -> App:
    """The application, with a span for each request, named by its method and route."""
    from opentelemetry.trace import SpanKind  # noqa: PLC0415  an extra

    async def spanned(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        # The message of an exception may hold a value: none is recorded.
        quiet = {"record_exception": False, "set_status_on_exception": False}
        with tracer.start_as_current_span("request", kind=SpanKind.SERVER, **quiet) as span:

            async def send_noting(message: Message) -> None:
                if message["type"] == "http.response.start":
                    _name(span, scope, message)
                await send(message)

            await app(scope, receive, send_noting)

    return spanned


def _name(span: Any, scope: MutableMapping[str, Any], message: Message) -> None:
    route, method = scope.get(ROUTE, ""), str(scope["method"])
    method = method if method in ("GET", "HEAD", "POST") else "other"
    span.update_name(f"{method} {route}".strip())
    span.set_attribute("http.request.method", method)
    span.set_attribute("http.route", route)
    span.set_attribute("http.response.status_code", message["status"])
