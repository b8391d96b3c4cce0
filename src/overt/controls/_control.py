"""What a control, a pack and a finding are."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from overt.controls._prepared import Prepared
from overt.law import Law, LawText, shipped_law

if TYPE_CHECKING:
    from overt.controls._variant import Variant

Scalar = str | int | float | bool | dt.date | dt.datetime | None


class Severity(StrEnum):
    """How much harm a breach does; in rising order."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 for low to 3 for critical."""
        return list(Severity).index(self)


class Authority(StrEnum):
    """What kind of rule a control holds a register to."""

    STATUTE = "statute"
    REGULATION = "regulation"
    CODE = "code"
    OWN_POLICY = "own policy"
    BENCHMARK = "benchmark"


class Effect(StrEnum):
    """What the gate does with a record that breaches the control."""

    REFUSE = "refuse"
    HOLD = "hold"
    NOTE = "note"
    NONE = "none"


class Verdict(StrEnum):
    """The five answers a control can give."""

    MET = "met"
    BREACHED = "breached"
    CANNOT_BE_SHOWN = "cannot be shown"
    NOT_APPLICABLE = "not applicable"
    FAILED = "failed"


@dataclass(frozen=True)
class Basis:
    """A provision, with the first and last day on which it was in force; `None` is open-ended.

    `texts` are the texts of what is cited that stood on all of these days, where the law as data knows it.
    """

    citation: str
    starts_on: dt.date | None = None
    ends_on: dt.date | None = None
    texts: tuple[LawText, ...] = ()

    def covers(self, day: dt.date) -> bool:
        """Whether the provision was in force on `day`."""
        return (self.starts_on is None or self.starts_on <= day) and (self.ends_on is None or day <= self.ends_on)


@dataclass(frozen=True)
class Threshold:
    """A number or date that a control compares with: a default and its reason, never law by itself."""

    name: str
    value: int | float | str | dt.date
    reason: str


@dataclass(frozen=True)
class Control:
    """One question put to a register as one `select`.

    `needs` maps each table the text reads to the columns that decide the answer; columns that are
    only carried into the evidence (a date, a unit) are not needed. `optional` are deciding columns that the
    text names inside `has()`: it is answered without them, as far as that goes. `key` is the first column the
    text selects: it names a row in evidence. `dated` is the selected column that says on which day
    the law must be looked up; without one it is the date of the audit. `holds_in` is its jurisdiction where that is
    narrower than its pack's. `written` are the bases as the header has them, before they are told apart by text. A
    control of a variant has the `path` of the pack that it comes from, and may have `cases` of its own. `prepared` is
    its SQL for DuckDB.
    """

    id: str
    title: str
    asks: str
    kind: Authority
    severity: Severity
    gate: Effect
    basis: tuple[Basis, ...]
    limits: str
    remedy: str
    sql: str
    key: str
    columns: tuple[str, ...]
    needs: dict[str, tuple[str, ...]]
    thresholds: tuple[str, ...]
    found_in: tuple[str, ...] = ()
    dated: str | None = None
    in_force: Basis | None = None
    holds_in: str = ""
    path: Path | None = None
    cases: Path | None = None
    written: tuple[Basis, ...] = ()
    optional: dict[str, tuple[str, ...]] = field(default_factory=dict)
    prepared: Prepared | None = field(default=None, compare=False, repr=False)

    @property
    def reads(self) -> dict[str, tuple[str, ...]]:
        """Each table that the text reads, with the columns that decide: those needed and those it can do without."""
        tables = sorted({*self.needs, *self.optional})
        return {name: tuple(sorted({*self.needs.get(name, ()), *self.optional.get(name, ())})) for name in tables}

    @property
    def digest(self) -> str:
        """SHA-256 of what decides the answer: the text, the column of the law's day, and the days on which it binds."""
        span = (self.in_force.starts_on, self.in_force.ends_on) if self.in_force else ()
        parts = [self.sql, self.dated or "", *(str(day or "") for day in span)]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()

    def law_on(self, day: dt.date) -> tuple[Basis, ...]:
        """The provisions in force on `day`."""
        return tuple(basis for basis in self.basis if basis.covers(day))


@dataclass(frozen=True)
class Pack:
    """A folder of controls with a name, a version, an owner and the thresholds they use.

    `law` is what its controls may cite: what comes with Overt, and what the pack brings. `variant` is what it says
    otherwise than another pack, where it asks what that one asks.
    """

    name: str
    version: str
    title: str
    jurisdiction: str
    owner: str
    digest: str
    thresholds: dict[str, Threshold]
    sources: dict[str, str]
    controls: tuple[Control, ...]
    left_out: dict[str, str] = field(default_factory=dict)
    path: Path | None = None
    law: Law = field(default_factory=shipped_law)
    variant: Variant | None = None

    def is_inherited(self, control: Control) -> bool:
        """Whether the text of the control is that of another pack, of which this one is a variant."""
        return self.variant is not None and control.path is not None and control.path.parent == self.variant.base.path


# How the reason begins of a control that failed for want of memory.
MEMORY_LIMIT = "memory limit"


@dataclass(frozen=True)
class LawCount:
    """How many of the breaching rows are dated in the period of one provision."""

    basis: Basis
    breached: int


@dataclass(frozen=True)
class Finding:
    """A control's answer on one register at one date.

    `examined`, `breached` and `unknown` are `None` when the control did not run. `keys` are the
    lowest breaching keys in order; `digest` is a fingerprint of all of them that does not depend on
    their order. `rows` holds the evidence rows of the lowest keys: ids, dates and the reason.
    `by_month` (yyyy-mm, breaching rows) follows the control's `dated` column and `by_unit` its `unit`
    column, where it has them. `missing` names the tables or `table.column`s that the source does not have, so that
    the control was not asked; `without` names those that it was answered without.
    """

    control: Control
    pack: str
    verdict: Verdict
    examined: int | None = None
    breached: int | None = None
    unknown: int | None = None
    accepted: int = 0
    keys: tuple[str, ...] = ()
    digest: str | None = None
    rows: tuple[dict[str, Scalar], ...] = ()
    law: tuple[LawCount, ...] = ()
    by_month: tuple[tuple[str, int], ...] = ()
    by_unit: tuple[tuple[str, int], ...] = ()
    missing: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    reason: str = ""
    seconds: float | None = None

    @property
    def lacked_memory(self) -> bool:
        """Whether the control failed because it took more memory than it was allowed."""
        return self.verdict is Verdict.FAILED and self.reason.startswith(MEMORY_LIMIT)

    @property
    def open_breaches(self) -> int:
        """Breaches that nobody has accepted."""
        return (self.breached or 0) - self.accepted
