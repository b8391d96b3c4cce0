"""Serves a portal: many requests at once, and whatever goes wrong written to the server's log without its words."""

from __future__ import annotations

import datetime as dt
import logging
import sys
import threading
from collections.abc import Callable
from typing import Any

from overt.web.portal._config import PortalConfig, check_served
from overt.web.portal._journal import LogLines, ServerLog
from overt.web.portal._statuses import short_page
from overt.web.serving import Clients, Patience, listen, make_server, run_server

# The guard before the pages answers whoever sends too slowly; a connection that it cannot answer is ended after that.
_AFTER_THE_GUARD = 5


def serve(app: Any, config: PortalConfig, host: str, port: int, ready: Callable[[], None] = lambda: None) -> None:
    """Serves until it is told to stop; `ready` is called once it accepts requests."""
    check_served(config, host)
    serve_on(app, config, listen(host, port), ready)


def serve_on(app: Any, config: PortalConfig, listening: Any, ready: Callable[[], None]) -> None:
    """Serves on a socket until it is told to stop; `ready` is called once it accepts requests."""
    check_served(config, listening.getsockname()[0])
    # A thread that makes a page gives way to the loop, on which everybody waits, after half a millisecond.
    sys.setswitchinterval(0.000_5)
    log_lines(ServerLog(lambda: dt.datetime.now(dt.UTC), least=config.log_level))
    patience = Patience(
        body_seconds=config.body_seconds + _AFTER_THE_GUARD,
        most=config.connections,
        most_of_one=config.connections_per_client,
    )
    server = make_server(
        app,
        patience,
        clients=Clients(config.proxies, config.proxy_header),
        error_body=lambda status: (short_page(status), "text/html; charset=utf-8"),
        log_config=None,
    )
    run_server(server, listening, ready)


def log_lines(log: ServerLog) -> None:
    """Has whatever goes wrong in libraries and threads written to the server's log, without its words."""
    root = logging.getLogger()
    root.handlers[:] = [LogLines(log)]

    def in_thread(hook: threading.ExceptHookArgs) -> None:
        error = hook.exc_value or RuntimeError()
        logging.getLogger("threading").error("", exc_info=(type(error), error, hook.exc_traceback))

    threading.excepthook = in_thread
