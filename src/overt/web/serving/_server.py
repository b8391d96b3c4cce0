"""Runs an ASGI application on uvicorn, with limits for what each connection and each client may take."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from overt.machine import descriptors
from overt.refusals import Refusal
from overt.web.serving._clients import Clients
from overt.web.serving._connections import Connections, Patience

# How many connections the system may hold before they are accepted.
_BACKLOG = 128
_FINISH_SECONDS = 10
_TICKS_OF_A_SWEEP = 5
# Files, the register and its readers, and connections that are being closed.
_OTHER_FILES = 300

ErrorBody = Callable[[int], tuple[bytes, str]]
"""The body and the media type of an error that is answered before there is a request."""


def plain_error(status: int) -> tuple[bytes, str]:
    """The status, as plain text."""
    return f"error {status}\n".encode(), "text/plain; charset=utf-8"


def run(
    app: Any,
    host: str,
    port: int,
    patience: Patience | None = None,
    *,
    clients: Clients | None = None,
    ready: Callable[[], None] = lambda: None,
    **options: Any,
) -> None:
    """Serves until it is told to stop, and finishes what was begun; `ready` is called once it accepts requests.

    `options` are those of `make_server`. An address that is in use is refused.
    """
    run_server(make_server(app, patience, clients=clients, **options), listen(host, port), ready)


def run_server(server: Any, listening: socket.socket, ready: Callable[[], None] = lambda: None) -> None:
    """Serves on a socket until the server is told to stop; `ready` is called once it accepts requests."""
    started = server.startup

    async def startup(sockets: Any = None) -> None:
        await started(sockets=sockets)
        if server.started:
            ready()

    server.startup = startup
    try:
        server.run(sockets=[listening])
    finally:
        listening.close()


def make_server(
    app: Any,
    patience: Patience | None = None,
    *,
    clients: Clients | None = None,
    error_body: ErrorBody = plain_error,
    **settings: Any,
) -> Any:
    """A uvicorn server, ready to be run; `settings` are further settings of uvicorn."""
    import asyncio  # noqa: PLC0415  only a server needs it

    import uvicorn  # noqa: PLC0415  an extra

    from overt.web.serving._protocol import CarefulProtocol  # noqa: PLC0415  an extra

    connections = Connections(within_descriptors(patience or Patience()), time.monotonic)

    class Protocol(CarefulProtocol):
        """The connections of this server."""

        connections_ = connections
        clients_ = clients or Clients()

        def error_body(self, status: int) -> tuple[bytes, str]:
            return error_body(status)

    class Server(uvicorn.Server):
        """Checks every half second for connections that have waited too long."""

        async def on_tick(self, counter: int) -> bool:
            if counter % _TICKS_OF_A_SWEEP == 0:
                connections.sweep()
                # What was ended is released before the next is accepted.
                await asyncio.sleep(0)
            return await super().on_tick(counter)

    return Server(
        uvicorn.Config(
            _until_gone(app),
            http=Protocol,
            ws="none",
            proxy_headers=False,
            server_header=False,
            access_log=False,
            timeout_keep_alive=int(connections.patience.idle_seconds) + 1,
            timeout_graceful_shutdown=_FINISH_SECONDS,
            # `Connections` makes room instead of turning everybody away.
            limit_concurrency=None,
            backlog=_BACKLOG,
            **{"log_level": "warning", **settings},
        )
    )


def within_descriptors(patience: Patience) -> Patience:
    """The same patience with no more connections than the system lets this process hold next to its files."""
    most = descriptors(patience.most + _OTHER_FILES)
    return patience if most is None else replace(patience, most=max(1, min(patience.most, most - _OTHER_FILES)))


def _until_gone(app: Any) -> Any:
    """The application, whose errors are no faults once its caller is gone: there is nobody to answer."""

    async def wrapped(scope: Any, receive: Any, send: Any) -> None:
        is_gone = False

        async def receive_or_gone() -> Any:
            nonlocal is_gone
            message = await receive()
            is_gone = is_gone or message["type"] == "http.disconnect"
            return message

        try:
            await app(scope, receive_or_gone, send)
        except Exception:
            if not is_gone:
                raise

    return wrapped


def inherited(descriptor: int) -> socket.socket:
    """The socket that another process opened, by its descriptor here."""
    return socket.socket(fileno=descriptor)


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens at an address, at any free port if `port` is 0. One that is in use is refused."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        raise Refusal("address-in-use", f"{host}:{port}", error.strerror or "not free", "a free port") from error
