"""A register audited on the server where it lies: PostgreSQL, Spark Connect.

Model tables are selects over the server's own tables. What crosses the wire is counts, digests, the lowest keys and
the names of tables and columns. What a source in files does without is loaded when it is first asked for.
"""

from typing import TYPE_CHECKING

from overt.audits.place._options import ServerOptions, read_versions
from overt.later import later

if TYPE_CHECKING:
    from overt.audits.place._draft import draft_in_place
    from overt.audits.place._planned import IF_NEEDED, plan_in_place
    from overt.audits.place._prepare import Snapshot
    from overt.audits.place._register import InPlaceRegister, State, open_in_place, read_state, tables_in_place

__all__ = [
    "IF_NEEDED",
    "InPlaceRegister",
    "ServerOptions",
    "Snapshot",
    "State",
    "draft_in_place",
    "open_in_place",
    "plan_in_place",
    "read_state",
    "read_versions",
    "tables_in_place",
]

_LATER = dict.fromkeys(
    ("InPlaceRegister", "State", "open_in_place", "read_state", "tables_in_place"), "overt.audits.place._register"
)
_LATER |= dict.fromkeys(("IF_NEEDED", "plan_in_place"), "overt.audits.place._planned")
_LATER["draft_in_place"] = "overt.audits.place._draft"
_LATER["Snapshot"] = "overt.audits.place._prepare"

__getattr__ = later(__name__, _LATER)
