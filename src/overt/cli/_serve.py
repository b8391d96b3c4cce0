"""`overt serve`: the portal of a register: pages for the public, for staff and for oversight."""

from __future__ import annotations

import os
import sys
from contextlib import nullcontext
from functools import partial
from typing import Annotated

import typer

from overt.cli._extras import serving, web
from overt.cli._options import HostOption, PortOption, RegisterArgument, now
from overt.cli._output import talk


def serve_command(
    register: RegisterArgument,
    host: HostOption = "127.0.0.1",
    port: PortOption = 8065,
    processes: Annotated[
        int, typer.Option("--processes", min=1, max=64, help="Number of processes that serve the address together.")
    ] = 1,
    traces: Annotated[
        bool,
        typer.Option("--traces", help="Send OpenTelemetry traces to the destination set in the OTEL_… variables."),
    ] = False,
    on_socket: Annotated[
        int | None,
        typer.Option("--socket", metavar="FD", help="Serve on this open socket, such as one from systemd."),
    ] = None,
    notify: Annotated[
        int | None,
        typer.Option("--notify", metavar="FD", help="Write a line to this descriptor when requests are accepted."),
    ] = None,
) -> None:
    """Run the register's web portal, with pages for the public, staff and oversight.

    Examples:
      overt serve register/
      overt serve register/ --host 0.0.0.0 --port 443

    If the register's folder has no portal.toml, only the public pages are served, on this machine. portal.toml sets the
    host names and the OpenID Connect provider that people sign in with: see docs/guides/run-the-portal.md. Press Ctrl-C
    to stop; requests in progress are completed.

    With --processes, a process that ends is replaced. After a hangup signal (SIGHUP) each is replaced by a new one, one
    after another, without a lost request: to apply new settings or a new version.

    To try a portal with an invented register and three sign-ins, run `overt demo --serve`.
    """
    config = web.read_config(register, os.environ)
    web.check_served(config, host)
    address = f"http://{host}:{port}/"
    if processes > 1 and on_socket is None:

        def command(listening: int, ready: int) -> list[str]:
            words = ["serve", str(register), "--socket", str(listening), "--notify", str(ready)]
            return [sys.executable, "-m", "overt.cli", *words, *(["--traces"] if traces else [])]

        say = partial(talk.print, markup=False)
        serving.Keeper(command, serving.listen(host, port), processes, say).run(lambda: say(address))
        return

    def ready() -> None:
        if notify is not None:
            os.write(notify, b"ready\n")
            os.close(notify)
        else:
            talk.print(address, markup=False)

    with web.tracer_to_collector(os.environ) if traces else nullcontext() as tracer:
        app = web.portal(register, config, now)
        served = web.traced(app, tracer) if traces else app
        if on_socket is None:
            web.serve(served, config, host, port, ready)
        else:
            web.serve_on(served, config, serving.inherited(on_socket), ready)
