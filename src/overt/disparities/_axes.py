"""What a count is divided by, and the column of the model that it is read from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from overt.disparities._ethnicity import CodeList
from overt.refusals import Refusal

ETHNICITY = ("ethnicity_self", "ethnicity_observed")
# The bands that data.police.uk publishes; each number begins one.
AGE_BANDS = (0, 10, 18, 25, 35)
_SUBJECT = ("ethnicity_self", "ethnicity_observed", "sex")
_ENTRY = ("unit", "role", "status", "band", "retention_group", "decided_by", "purpose")
_ENCOUNTER = (
    *("age_band", "sex", "ethnicity_self", "ethnicity_observed", "ethnicity_self_group", "ethnicity_observed_group"),
    *("force", "unit", "kind", "legislation", "object_of_search", "tactic", "outcome"),
)
_PLATFORM = ("genre", "platform", "rule_cited", "legal_basis")
GROUPED = tuple(f"{name}_group" for name in ETHNICITY)

AXES: dict[str, tuple[str, ...]] = {
    "entry": (*_SUBJECT, *GROUPED, "age_band", *_ENTRY),
    "encounter": _ENCOUNTER,
    "platform_request": _PLATFORM,
}


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
    def is_grouped(self) -> bool:
        """Whether codes are put together into the broad groups."""
        return self.name in GROUPED

    @property
    def attribute(self) -> str:
        """What a population calls it."""
        if self.is_ethnicity:
            return "ethnicity"
        return {"age_band": "age", "unit": "area", "force": "area"}.get(self.name, self.name)

    @property
    def declared(self) -> tuple[str, ...]:
        """The lists in which the model says that the column is written; encounters have the source's own words."""
        if not self.columns[0].startswith("subject.ethnicity"):
            return ()
        return ("home-office-18+1", "home-office-16+1", "identity-codes")

    @property
    def is_age(self) -> bool:
        """Whether its labels are bands of ages."""
        return self.name == "age_band"


def find_axis(table: str, name: str, codes: CodeList | None = None) -> Axis:
    """The division of that name for what is counted in a table of the model.

    Refuses `ethnicity` alone: what an officer saw and what a person said are two measures.
    """
    known = AXES[table]
    if name == "ethnicity":
        found = "it does not say whose word it is"
        raise Refusal("disparity-whose-ethnicity", "--by ethnicity", found, ", ".join((*ETHNICITY, *GROUPED)))
    if name not in known:
        raise Refusal("disparity-by-unknown", f"--by {name}", f"nothing of that name in {table}", ", ".join(known))
    return Axis(name, _columns(table, name), codes if name in ETHNICITY else None)


def _columns(table: str, name: str) -> tuple[str, ...]:
    if table == "entry" and name == "age_band":
        return "subject.birth_date", "subject.age_recorded"
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
