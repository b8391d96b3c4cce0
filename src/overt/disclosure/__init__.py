"""Counts made safe for publication: what releases and publishable audits withhold is decided here and nowhere else.

`protect` needs a solver, which is an extra, and is loaded when it is first asked for: reading or verifying what
was published needs none.
"""

from typing import TYPE_CHECKING

from overt.disclosure._cells import Cell, Fact, Link, Mark, Rule, SafeCell, SafeRelease, percentage
from overt.later import later

if TYPE_CHECKING:
    from overt.disclosure._protect import protect

__all__ = ["Cell", "Fact", "Link", "Mark", "Rule", "SafeCell", "SafeRelease", "percentage", "protect"]

__getattr__ = later(__name__, {"protect": f"{__name__}._protect"})
