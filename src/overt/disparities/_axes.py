"""What a count is divided by, and the column of the model that it is read from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from overt.disparities._ethnicity import CodeList
from overt.model import ENCOUNTER, ENTRY, PLATFORM_REQUEST, SUBJECT
from overt.refusals import Refusal

ETHNICITY: tuple[str, ...] = (SUBJECT.ethnicity_self, SUBJECT.ethnicity_observed)
# The bands that data.police.uk publishes; each number begins one.
AGE_BANDS = (0, 10, 18, 25, 35)
GROUPED: tuple[str, ...] = (ENCOUNTER.ethnicity_self_group, ENCOUNTER.ethnicity_observed_group)
AGE: str = ENCOUNTER.age_band
_SUBJECT = (*ETHNICITY, SUBJECT.sex)
_ENTRY = (
    ENTRY.unit,
    ENTRY.role,
    ENTRY.status,
    ENTRY.band,
    ENTRY.retention_group,
    ENTRY.decided_by,
    ENTRY.purpose,
)
_ENCOUNTER = (
    AGE,
    ENCOUNTER.sex,
    *ETHNICITY,
    *GROUPED,
    ENCOUNTER.force,
    ENCOUNTER.unit,
    ENCOUNTER.kind,
    ENCOUNTER.legislation,
    ENCOUNTER.object_of_search,
    ENCOUNTER.tactic,
    ENCOUNTER.outcome,
)
_PLATFORM = (
    PLATFORM_REQUEST.genre,
    PLATFORM_REQUEST.platform,
    PLATFORM_REQUEST.rule_cited,
    PLATFORM_REQUEST.legal_basis,
)

AXES: dict[str, tuple[str, ...]] = {
    ENTRY.name: (*_SUBJECT, *GROUPED, AGE, *_ENTRY),
    ENCOUNTER.name: _ENCOUNTER,
    PLATFORM_REQUEST.name: _PLATFORM,
}


_TITLES = {
    "ethnicity_self": "self-defined ethnicity",
    "ethnicity_observed": "officer-observed ethnicity",
    "ethnicity_self_group": "self-defined ethnic group",
    "ethnicity_observed_group": "officer-observed ethnic group",
}


def axis_title(name: str) -> str:
    """What a sentence calls a division: "self-defined ethnic group", "age band"."""
    return _TITLES.get(name, name.replace("_", " "))


@dataclass(frozen=True)
class Axis:
    """One division: its name, the columns that it may be read from, and the list its codes are counted in.

    `columns` are `table.column`; the first that the source fills is taken, except for the age, which
    uses both.
    """

    name: str
    columns: tuple[str, ...]
    codes: CodeList | None = None

    @property
    def is_ethnicity(self) -> bool:
        """Whether it is one of the two ethnicities, as codes or as groups."""
        return self.name.startswith("ethnicity_")

    @property
    def is_observed(self) -> bool:
        """Whether it is the ethnicity that an officer saw."""
        return self.name in (SUBJECT.ethnicity_observed, ENCOUNTER.ethnicity_observed_group)

    @property
    def is_grouped(self) -> bool:
        """Whether codes are combined into the broad groups."""
        return self.name in GROUPED

    @property
    def attribute(self) -> str:
        """What a population calls it."""
        if self.is_ethnicity:
            return "ethnicity"
        if self.is_age:
            return "age"
        return "area" if self.name in (ENCOUNTER.unit, ENCOUNTER.force) else self.name

    @property
    def declared(self) -> tuple[str, ...]:
        """The lists in which the model says that the column is written; encounters have the source's own words."""
        if not self.columns[0].startswith("subject.ethnicity"):
            return ()
        return ("home-office-18+1", "home-office-16+1", "identity-codes")

    @property
    def is_age(self) -> bool:
        """Whether its labels are bands of ages."""
        return self.name == AGE


def find_axis(table: str, name: str, codes: CodeList | None = None) -> Axis:
    """The division of that name for what is counted in a table of the model.

    Refuses `ethnicity` alone: what an officer saw and what a person said are two measures.
    """
    known = AXES[table]
    if name == "ethnicity":
        fault = "it does not say whether it is self-defined or officer-observed"
        raise Refusal("disparity-whose-ethnicity", "--by ethnicity", fault, ", ".join((*ETHNICITY, *GROUPED)))
    if name not in known:
        raise Refusal("disparity-by-unknown", f"--by {name}", f"{table} has no such column", ", ".join(known))
    return Axis(name, _columns(table, name), codes if name in ETHNICITY else None)


def _columns(table: str, name: str) -> tuple[str, ...]:
    if table == "entry" and name == AGE:
        return SUBJECT.birth_date.path, SUBJECT.age_recorded.path
    plain = name.removesuffix("_group")
    if table == "entry":
        return (f"subject.{plain}",) if plain in _SUBJECT else (f"entry.{name}",)
    return (f"{table}.{name}", f"{table}.{plain}") if name in GROUPED else (f"{table}.{name}",)


def band_of(age: int | None, starts: Sequence[int] = AGE_BANDS) -> str | None:
    """The band of an age in whole years, written as data.police.uk writes it."""
    if age is None or age < 0:
        return None
    begun = [start for start in starts if start <= age]
    if not begun:
        return f"under {starts[0]}"
    place = len(begun)
    if place == len(starts):
        return f"over {starts[-1] - 1}"
    first, last = starts[place - 1], starts[place] - 1
    return f"under {last + 1}" if first == 0 else f"{first}-{last}"
