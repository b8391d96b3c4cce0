"""One way to run a server: uvicorn, and what it lacks against slow and greedy clients.

`_connections` decides how long each connection is waited for and which one makes room; `_protocol` is one connection;
`_clients` says who asks, behind which proxy. Nothing here knows what is served.
"""

from overt.web.serving._clients import HEADERS, X_FORWARDED_FOR, Clients, Network, is_in, read_proxies
from overt.web.serving._connections import Patience
from overt.web.serving._processes import Keeper
from overt.web.serving._server import inherited, listen, make_server, run, run_server

__all__ = [
    "HEADERS",
    "X_FORWARDED_FOR",
    "Clients",
    "Keeper",
    "Network",
    "Patience",
    "inherited",
    "is_in",
    "listen",
    "make_server",
    "read_proxies",
    "run",
    "run_server",
]
