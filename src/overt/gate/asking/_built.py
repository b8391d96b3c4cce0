"""What is asked and where; and statements once built, which any gate of the same charter uses again.

Building takes as long as some hundred decisions, and of all that stands in a statement only the day changes from one
day to the next.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from overt.controls import Control, Settings
from overt.gate.asking._statement import Shape, Statement
from overt.register import Store

ANY_DAY = dt.date(1, 1, 1)
"""The day that stands in a text for whichever day it is asked on."""
Form = tuple[Shape, bool, frozenset[str] | None]
"""What a statement depends on: the shape of the rows, whether they are left out, and which tables are near."""


@dataclass(frozen=True)
class Built:
    """What was built: statements by charter and form, and the text that screens many bundles, by charter."""

    statements: dict[tuple[str, Form], Statement] = field(default_factory=dict)
    screens: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Questions:
    """The controls that are asked of proposed rows, with the day and the thresholds, and where they are asked.

    `charter` is the digest of the charter in force, under which statements are kept in `built`.
    """

    store: Store
    controls: Sequence[Control]
    settings: Settings
    charter: str = ""
    built: Built = field(default_factory=Built)

    @property
    def for_any_day(self) -> Settings:
        """The settings as a text that is kept has them: with a day that stands for whichever it is asked on."""
        return replace(self.settings, as_of=ANY_DAY)

    def today(self, text: str) -> str:
        """A text that was written for any day, as it is asked on the day of the settings."""
        return text.replace(ANY_DAY.isoformat(), self.settings.as_of.isoformat())
