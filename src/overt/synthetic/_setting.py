"""What one kind of register is like: its dates, sizes, roles, categories, sources and partners."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

FACTOR_ROWS = 20_000
"""Invented faults grow by one set for each so many rows; published ones never grow."""

MOST_ROWS = 100_000_000

ROWS_OF_A_DISTRICT = 5_000_000
"""With more rows, chance alone could send one body more entries in a day than the limit: there are more bodies then."""

SERVICES = ("housing", "school", "benefits", "immigration")


@dataclass(frozen=True)
class PartnerBody:
    """A body that entries are sent to, under one agreement."""

    name: str
    kind: str


@dataclass(frozen=True)
class ListedCategory:
    """A kind of data that the register records; `by_chance` says whether clean items are in it."""

    name: str
    title: str
    adopted_on: dt.date
    sensitive: bool = False
    assessment: str | None = None
    reason: str = "needed for the purpose of the register"
    by_chance: bool = True


@dataclass(frozen=True)
class Setting:
    """One kind of register.

    `rows` is the published size and the default of `--rows`; `split` divides a number of rows into
    people listed and people removed. Of the people listed exactly `counted_share` are of a group in
    `counted`, the others of one in `others`: B Black, W White, A Asian, M mixed, O other, L Latinx,
    N not stated, - missing. `first_origins` are where an entry's first item may come from. Each of
    these has its weight in a thousand. `logged_from` is the day from which there is an access log,
    `set_up_on` the day on which the system was set up, which an audit of the log is given.
    `women`, `children`, `private`, `hits` and `third`, those with a third item, are shares in a thousand.
    Nobody by chance was entered after `opened_until`, or looked up before `consulted_from`.
    The answer key answers every control of `pack`.
    """

    kind: str
    title: str
    story: str
    as_of: dt.date
    first_day: dt.date
    rows: int
    split: Callable[[int], tuple[int, int]]
    units: tuple[str, ...]
    roles: tuple[tuple[str, int], ...]
    categories: tuple[ListedCategory, ...]
    bodies: tuple[PartnerBody, ...]
    women: int = 80
    children: int = 100
    scored: bool = False
    zero_share: float = 0.0
    serious_share: float | None = None
    counted_share: float = 0.0
    counted: tuple[tuple[str, int], ...] = ()
    others: tuple[tuple[str, int], ...] = (("W", 1000),)
    third: int = 300
    with_items: bool = True
    first_origins: tuple[tuple[str, int], ...] = (("police_record", 1000),)
    private: int = 0
    conditions: bool = False
    logged_from: dt.date | None = None
    set_up_on: dt.date | None = None
    hits: int = 0
    opened_until: dt.date | None = None
    consulted_from: dt.date | None = None
    closed_reasons: tuple[str, ...] = ("no longer active", "listed in error")
    pack: str = "core"

    @property
    def thresholds(self) -> dict[str, dt.date]:
        """What an audit of the register must be given."""
        return {"system_set_up_on": self.set_up_on} if self.set_up_on else {}

    @property
    def days(self) -> int:
        """The days in which entries were opened."""
        return ((self.opened_until or self.as_of) - self.first_day).days
