"""Traces by OpenTelemetry, where they are wanted: the route and time of each request, and nothing of what it held."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from overt.refusals import Refusal
from overt.web._guard import ROUTE, App, Message, Receive, Scope, Send


def traced(app: App, tracer: Any = None) -> App:
    """The application, each request a span named by its method and route. `tracer` is the global one, if not given.

    Refuses when OpenTelemetry is not installed: it is no part of the extra `web`.
    """
    try:
        from opentelemetry import trace  # noqa: PLC0415  an extra
    except ImportError as error:
        wanted = "pip install opentelemetry-sdk opentelemetry-exporter-otlp"
        raise Refusal("traces-not-installed", "--traces", "no OpenTelemetry", wanted) from error
    used = tracer if tracer is not None else trace.get_tracer("overt.web")

    async def spanned(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        with used.start_as_current_span("request", kind=trace.SpanKind.SERVER) as span:

            async def told(message: Message) -> None:
                if message["type"] == "http.response.start":
                    _name(span, scope, message)
                await send(message)

            await app(scope, receive, told)

    return spanned


def _name(span: Any, scope: MutableMapping[str, Any], message: Message) -> None:
    route = scope.get(ROUTE, "")
    span.update_name(f"{scope['method']} {route}".strip())
    span.set_attribute("http.request.method", scope["method"])
    span.set_attribute("http.route", route)
    span.set_attribute("http.response.status_code", message["status"])
