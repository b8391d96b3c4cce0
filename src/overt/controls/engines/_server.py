"""Opens the server on which a register lies, to audit it there."""

from __future__ import annotations

from overt.controls.engines._base import Engine
from overt.controls.engines._connect import ConnectEngine, open_session
from overt.controls.engines._postgres import SESSION, PostgresEngine, connect_in_place
from overt.refusals import Refusal

SERVERS = "postgresql://host/database or sc://host:port"


def is_server(location: str) -> bool:
    """Whether the location of a source is the URL of a server that is audited in place."""
    return location.startswith(("postgres://", "postgresql://", "sc://"))


def open_server(url: str) -> Engine:
    """The engine of a server, on which nothing is written and no setting is changed.

    On PostgreSQL one read-only transaction at repeatable read is open until `close`: every statement sees the same
    rows. On Spark Connect every session is the client's own. The caller sets `views`. Refuses a server that is not
    reachable, or whose settings would change an answer. No refusal repeats the URL, which may hold a password.
    """
    if not is_server(url):
        # Not even its beginning is repeated: a password may stand anywhere in a URL that is written wrongly.
        raise Refusal("engine-unknown", "the URL", "there is no server of this kind", SERVERS)
    if url.startswith("sc://"):
        engine = ConnectEngine(open_session(url))
        engine.refuse_settings()
        return engine
    postgres = PostgresEngine(connect_in_place(url))
    postgres.statements += SESSION
    return postgres
