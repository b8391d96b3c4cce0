"""A register audited on the server where it lies: PostgreSQL, Spark Connect.

Model tables are selects over the server's own tables. What crosses the wire is counts, digests, the lowest keys and
the names of tables and columns.
"""

from overt.audits.place._options import ServerOptions, read_versions
from overt.audits.place._planned import IF_NEEDED, plan_in_place
from overt.audits.place._prepare import Snapshot
from overt.audits.place._register import InPlaceRegister, State, open_in_place, read_state

__all__ = [
    "IF_NEEDED",
    "InPlaceRegister",
    "ServerOptions",
    "Snapshot",
    "State",
    "open_in_place",
    "plan_in_place",
    "read_state",
    "read_versions",
]
