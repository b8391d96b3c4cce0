"""`overt serve`: the portal of a register: pages for the public, for staff and for oversight."""

from __future__ import annotations

import os
from contextlib import nullcontext
from typing import Annotated, Any

import typer

from overt.cli._admit import RegisterArgument, now
from overt.cli._output import talk
from overt.refusals import Refusal

HostOption = Annotated[str, typer.Option(help="Where to listen.")]
PortOption = Annotated[int, typer.Option(min=1, max=65_535, help="The port.")]


def serve_command(
    register: RegisterArgument,
    host: HostOption = "127.0.0.1",
    port: PortOption = 8065,
    traces: Annotated[
        bool,
        typer.Option(
            "--traces", help="Send traces to the OpenTelemetry collector that OTEL_EXPORTER_OTLP_ENDPOINT names."
        ),
    ] = False,
) -> None:
    """Serve the portal of a register: one server with pages for the public, for staff and for oversight.

    Examples:
      overt serve register/
      overt serve register/ --host 0.0.0.0 --port 443

    Without portal.toml in the register's folder it shows the public pages on loopback. portal.toml names the hosts
    it answers for and the provider of OpenID Connect through which people sign in: docs/guides/run-the-portal.md.
    Stop it with Ctrl-C: what was begun is finished.

    `overt demo --serve` opens an invented register with three sign-ins.
    """
    web = web_module()
    config = web.read_config(register, os.environ)
    web.check_served(config, host)
    with web.tracer_to_collector(os.environ) if traces else nullcontext() as tracer:
        app = web.portal(register, config, now)
        web.serve(
            web.traced(app, tracer) if traces else app,
            config,
            host,
            port,
            lambda: talk.print(f"http://{host}:{port}/", markup=False),
        )


def web_module() -> Any:
    """`overt.web.portal`, whose libraries are an extra."""
    try:
        import overt.web.portal  # noqa: PLC0415
    except ImportError as error:
        raise Refusal("server-not-installed", "HTTP", f"no {error.name}", "pip install 'overt[web]'") from error
    return overt.web.portal
