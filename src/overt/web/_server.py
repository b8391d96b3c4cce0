"""Serves a portal: many requests at once, slow callers cut off, and what was begun is finished before it stops."""

from __future__ import annotations

import datetime as dt
import logging
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from overt.machine import descriptors
from overt.refusals import Refusal
from overt.web._clients import Clients
from overt.web._config import PortalConfig, check_served
from overt.web._connections import Connections, Patience
from overt.web._journal import LogLines, ServerLog

_FINISH_SECONDS = 10
_TICKS_OF_A_SWEEP = 5
# Files, the register and its readers, and connections that are being closed.
_OTHER_FILES = 300


def serve(app: Any, config: PortalConfig, host: str, port: int, ready: Callable[[], None] = lambda: None) -> None:
    """Serves until it is told to stop; `ready` is called once it listens."""
    check_served(config, host)
    # A thread that makes a page gives way to the loop, on which everyone waits, after half a millisecond.
    sys.setswitchinterval(0.000_5)
    log_lines(ServerLog(lambda: dt.datetime.now(dt.UTC)))
    patience = Patience(most=_most_connections(config.connections), most_of_one=config.connections_per_client)
    server = make_server(app, host, port, Clients(config.proxies, config.proxy_header), patience)
    started = server.startup

    async def startup(sockets: Any = None) -> None:
        await started(sockets=sockets)
        if server.started:
            ready()

    server.startup = startup
    server.run()
    if not server.started:
        raise Refusal("port-taken", f"{host}:{port}", "nothing can listen there", "a free port: --port")


def log_lines(log: ServerLog) -> None:
    """Has whatever goes wrong in libraries and threads written to the server's log, without its words."""
    root = logging.getLogger()
    root.handlers[:] = [LogLines(log)]

    def in_thread(said: threading.ExceptHookArgs) -> None:
        error = said.exc_value or RuntimeError()
        logging.getLogger("threading").error("", exc_info=(type(error), error, said.exc_traceback))

    threading.excepthook = in_thread


def make_server(
    app: Any, host: str, port: int, clients: Clients | None = None, patience: Patience | None = None
) -> Any:
    """The server, ready to be run."""
    import uvicorn  # noqa: PLC0415  an extra

    from overt.web._protocol import CarefulProtocol  # noqa: PLC0415

    connections = Connections(patience or Patience(), time.monotonic)

    class Protocol(CarefulProtocol):
        """The connections of this server."""

        connections_ = connections

    Protocol.clients = clients or Clients()

    class Server(uvicorn.Server):
        """Looks every half second for connections that have waited too long."""

        async def on_tick(self, counter: int) -> bool:
            if counter % _TICKS_OF_A_SWEEP == 0:
                connections.sweep()
            return await super().on_tick(counter)

    return Server(
        uvicorn.Config(
            app,
            host=host,
            port=port,
            http=Protocol,
            loop="uvloop",
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=int(connections.patience.idle_seconds) + 1,
            timeout_graceful_shutdown=_FINISH_SECONDS,
            # `Connections` makes room instead of refusing everyone.
            limit_concurrency=None,
        )
    )


def _most_connections(wanted: int) -> int:
    """As many connections as are wanted and as the system lets this process open."""
    most = descriptors(wanted + _OTHER_FILES)
    return wanted if most is None else max(1, min(wanted, most - _OTHER_FILES))
