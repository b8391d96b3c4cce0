"""Statements once built, which any gate of the same charter uses again.

Building takes as long as some hundred decisions, and of all that stands in a statement only the day changes from one
day to the next.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from overt.gate.asking._statement import Shape, Statement

ANY_DAY = dt.date(1, 1, 1)
"""The day that stands in a text for whichever day it is asked on."""
Form = tuple[Shape, bool, frozenset[str] | None]
"""What a statement depends on: the shape of the rows, whether they are left out, and which tables are near."""


@dataclass(frozen=True)
class Built:
    """What was built: statements by charter and form, and the text that screens many bundles, by charter."""

    statements: dict[tuple[str, Form], Statement] = field(default_factory=dict)
    screens: dict[str, str] = field(default_factory=dict)
