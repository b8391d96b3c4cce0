"""A finished audit, as every writer of results sees it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from overt.audits._recipe import Recipe
from overt.audits.mapping import ColumnFill, Repeat, TableRead
from overt.controls import Finding, Threshold, Together
from overt.law import place_of


@dataclass(frozen=True)
class PackUsed:
    """A pack that was run; `left_out` names its controls that no select can answer, each with the reason.

    `jurisdiction` is the code of where it holds.
    """

    name: str
    version: str
    title: str
    digest: str
    left_out: dict[str, str]
    jurisdiction: str = ""

    @property
    def place(self) -> str:
        """The jurisdiction by its name."""
        return place_of(self.jurisdiction)


@dataclass(frozen=True)
class InPlace:
    """How a source was audited on the server where it lies.

    `snapshot` names the state that was audited, `proof` is what the server answered to questions of known answers,
    and `statements` are all that it was asked, in their order, one JSON object a line.
    """

    snapshot: str
    proof: Mapping[str, Any]
    statements: str


@dataclass(frozen=True)
class Acceptance:
    """A known breach for which a named person is responsible, up to and including a day: it is never hidden.

    `keys` are the rows it speaks of; `None` is every row.
    """

    control: str
    owner: str
    reason: str
    expires_on: dt.date
    keys: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Run:
    """Everything a finished audit knows; nothing in it depends on the clock, unless its `recipe` asks for `timing`.

    `register` is the source by its name.
    `rows` counts each model table that the source fills, `absent` names those it does not fill.
    `thresholds` are those in force for this run.
    `synthetic` is what the source says of itself; `notes` is what was taken for granted or not read.
    `read` says what became of the source's values, `repeats` of which tables the key repeats, `numbered` which tables
    are numbered by the rows of the source, `mapping_text` how.
    `together` says how the rows of the controls lie over one another, which only a publishable result needs, `None` if
    nobody asked; and `verdicts_only` why such a result can give no counts. `own` says that Overt keeps the source.
    `acceptances` are those in force and those that have expired, `intended` by column of the model the reason why its
    losses in the mapping are intended. `in_place` is of a source that was not copied; where its server keeps no state,
    `source_digest` is empty.
    """

    recipe: Recipe
    register: str
    source_digest: str
    source_kind: str
    mapping_digest: str | None
    packs: tuple[PackUsed, ...]
    thresholds: dict[str, Threshold]
    engine: str
    version: str
    rows: dict[str, int]
    absent: tuple[str, ...]
    fills: tuple[ColumnFill, ...]
    findings: tuple[Finding, ...]
    synthetic: bool
    notes: tuple[str, ...] = ()
    together: tuple[Together, ...] | None = None
    verdicts_only: str = ""
    read: tuple[TableRead, ...] = ()
    repeats: tuple[Repeat, ...] = ()
    numbered: tuple[str, ...] = ()
    mapping_text: str = ""
    in_place: InPlace | None = None
    own: bool = False
    acceptances: tuple[Acceptance, ...] = ()
    intended: Mapping[str, str] = field(default_factory=dict)
