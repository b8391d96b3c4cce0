"""Serves a portal: many requests at once, slow callers cut off, and what was begun is finished before it stops."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from overt.refusals import Refusal
from overt.web._config import PortalConfig, check_served

HEADER_SECONDS = 10.0
_FINISH_SECONDS = 10
_MOST_AT_ONCE = 1_000


def serve(app: Any, config: PortalConfig, host: str, port: int, ready: Callable[[], None] = lambda: None) -> None:
    """Serves until it is told to stop; `ready` is called once it listens."""
    check_served(config, host)
    # A thread that makes a page gives way to the loop, on which everybody waits, after half a millisecond.
    sys.setswitchinterval(0.000_5)
    server = make_server(app, host, port)
    started = server.startup

    async def startup(sockets: Any = None) -> None:
        await started(sockets=sockets)
        if server.started:
            ready()

    server.startup = startup
    server.run()
    if not server.started:
        raise Refusal("port-taken", f"{host}:{port}", "nothing can listen there", "a free port: --port")


def make_server(app: Any, host: str, port: int) -> Any:
    """The server, ready to be run."""
    import uvicorn  # noqa: PLC0415  an extra
    from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol  # noqa: PLC0415

    class Patient(HttpToolsProtocol):
        """Waits for the head of a first request as long as is fair, and no longer."""

        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            self._overdue = self.loop.call_later(HEADER_SECONDS, self._cut_off)

        def _cut_off(self) -> None:
            if self.cycle is None and not self.transport.is_closing():
                self.transport.close()

        def connection_lost(self, exc: Exception | None) -> None:
            self._overdue.cancel()
            super().connection_lost(exc)

    return uvicorn.Server(
        uvicorn.Config(
            app,
            host=host,
            port=port,
            http=Patient,
            loop="uvloop",
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=15,
            timeout_graceful_shutdown=_FINISH_SECONDS,
            limit_concurrency=_MOST_AT_ONCE,
        )
    )
