"""`overt serve`: the portal of a register: pages for the public, for staff and for oversight."""

from __future__ import annotations

import os
from contextlib import nullcontext
from typing import Annotated

import typer

from overt.cli._extras import web
from overt.cli._options import HostOption, PortOption, RegisterArgument, now
from overt.cli._output import talk


def serve_command(
    register: RegisterArgument,
    host: HostOption = "127.0.0.1",
    port: PortOption = 8065,
    traces: Annotated[
        bool,
        typer.Option("--traces", help="Send OpenTelemetry traces to the destination set in the OTEL_… variables."),
    ] = False,
) -> None:
    """Run the register's web portal, with pages for the public, staff and oversight.

    Examples:
      overt serve register/
      overt serve register/ --host 0.0.0.0 --port 443

    If the register's folder has no portal.toml, only the public pages are served, on this machine. portal.toml sets the
    host names and the OpenID Connect provider that people sign in with: see docs/guides/run-the-portal.md. Press Ctrl-C
    to stop; requests in progress are completed.

    To try a portal with an invented register and three sign-ins, run `overt demo --serve`.
    """
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
