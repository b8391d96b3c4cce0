"""Populations that a count is held against: read from a file, a mapping or the register itself.

A population is a set of rows `population_id, area, year, attribute, grp, count`, as in the model. Groups
are read by the same schemes as the count's, so that the two meet or the difference is said.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from overt.audits import SourceOptions, open_source
from overt.audits.source import load_source, open_locked
from overt.disparities._counts import Counting, only_name
from overt.disparities._divide import Doubt, Named, divide
from overt.disparities._labels import LabelAccount, Labels, read_labels
from overt.disparities._persons import Group
from overt.model import POPULATION
from overt.refusals import Refusal

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_COLUMNS = tuple(column.name for column in POPULATION.own_columns)
_TOTALS = ("", "all", "total")
_CALLED = {
    "ethnic_group": "ethnicity",
    "ethnicity_self": "ethnicity",
    "ethnicity_observed": "ethnicity",
    "ethnicity_self_group": "ethnicity",
    "ethnicity_observed_group": "ethnicity",
    "race": "ethnicity",
    "gender": "sex",
    "age_band": "age",
}
# By which published tables mark a number that is withheld.
# In these, nothing stands above the first row.
_WITHOUT_HEADER = (".parquet", ".jsonl", ".ndjson", ".sqlite", ".db", ".duckdb")
_WITHHELD = ("", "!", "*", "c", ":", "-")


@dataclass(frozen=True)
class PopulationRow:
    """One number of a population; `count` is `None` where the publisher withholds it."""

    population_id: str
    area: str
    year: int | None
    attribute: str
    grp: str
    count: int | None

    @property
    def attributes(self) -> tuple[str, ...]:
        """What the row is divided by, in one spelling: "ethnicity, sex" divides by both."""
        parts = (part.strip().lower().replace(" ", "_") for part in self.attribute.split(","))
        return tuple(_CALLED.get(part, part) for part in parts if part not in _TOTALS)

    @property
    def groups(self) -> tuple[str, ...]:
        """The label in each of these. One attribute has the whole of `grp`; of several, each may be quoted."""
        if len(self.attributes) < 2:
            return (self.grp.strip(),) if self.attributes else ()
        return tuple(part.strip() for part in next(csv.reader([self.grp], skipinitialspace=True), []))

    def label(self, attribute: str) -> str:
        """The label in one of the attributes."""
        place = self.attributes.index(attribute)
        return self.groups[place] if place < len(self.groups) else ""


@dataclass(frozen=True)
class Benchmark:
    """A population divided as the count is. `counts` has `None` where the number is withheld or there is none.

    `source` says where it was read, with the year; `notes` what was taken for granted.
    """

    name: str
    year: int | None
    area: str
    source: str
    counts: Mapping[Group, float | None]
    notes: tuple[str, ...] = ()
    # How the labels of the counts are grouped for this population; what was done with its own labels.
    labels: tuple[Labels, ...] = ()
    accounts: tuple[LabelAccount, ...] = ()
    doubts: tuple[Doubt, ...] = ()

    @property
    def total(self) -> float:
        """The people of all groups together."""
        return sum(count for count in self.counts.values() if count)


def read_populations(
    named: Sequence[str], connection: DuckDBPyConnection, filled: Mapping[str, Collection[str]]
) -> list[tuple[str, list[PopulationRow]]]:
    """The populations by the names given, each with where it was read.

    A name is a file, `FILE:MAPPING.sql`, or a `population_id` of the register's own table. Refuses what
    is none of these, and a number that is neither a count nor a mark for one withheld.
    """
    own = _rows(connection, "main.population", "population") if "population" in filled else []
    populations: list[tuple[str, list[PopulationRow]]] = []
    for name in named:
        file, mapping = _file(name)
        if file is not None:
            populations += _by_id(_read_file(file, mapping), file.name)
        elif mine := [row for row in own if row.population_id == name]:
            populations.append(("the register's own table", mine))
        else:
            known = ", ".join(sorted({row.population_id for row in own})) or "no population in the register"
            wanted = f"a file, FILE:MAPPING.sql, or one of: {known}"
            raise Refusal("disparity-population-unknown", f"--population {name}", "no such file or name", wanted)
    return populations


def benchmark(
    rows: Sequence[PopulationRow],
    source: str,
    counting: Counting,
    counted: Sequence[Labels],
    *,
    areas: Collection[str],
    year: int,
) -> Benchmark:
    """The population divided as the counts are, whose labels are `counted`.

    Refuses one that is not divided so, with what it is divided by, and age bands that cross those of the counts.
    """
    name, notes = rows[0].population_id, list[str]()
    used = [row for row in rows if not areas or row.area.lower() in {area.lower() for area in areas}]
    if not used:
        known = ", ".join(sorted({row.area for row in rows})[:20])
        raise Refusal("disparity-population-area", name, f"no area named {', '.join(areas)}", known)
    used, edition = _edition(used, year, notes)
    used = _divided(used, counting, notes)
    divided = divide(used, counted, Named(name, counting.schemes), notes)
    named = sorted({row.area for row in used})
    if len(named) > 1 and not any(axis.attribute == "area" for axis in counting.axes):
        notes.append(f"{len(named)} areas are added together")
    area = named[0] if len(named) == 1 else f"{len(named)} areas"
    if any(axis.is_observed for axis in counting.axes):
        notes.append(
            "the count uses officer-observed ethnicity; the census uses self-defined ethnicity. These are different "
            "measures"
        )
    rest = divided.counts, tuple(dict.fromkeys(notes)), divided.counted, divided.accounts, divided.doubts
    return Benchmark(name, edition, area, source, *rest)


def _edition(rows: list[PopulationRow], year: int, notes: list[str]) -> tuple[list[PopulationRow], int | None]:
    """The rows of the year nearest before, else of the first after."""
    years = sorted({row.year for row in rows if row.year is not None})
    if not years:
        return rows, None
    before = [earlier for earlier in years if earlier <= year]
    taken = before[-1] if before else years[0]
    if len(years) > 1:
        notes.append(f"of the years {', '.join(map(str, years))}, {taken} is used")
    if not before:
        notes.append(f"the population is for {taken}, which is later than the events counted")
    return [row for row in rows if row.year in (taken, None)], taken


def _divided(rows: list[PopulationRow], counting: Counting, notes: list[str]) -> list[PopulationRow]:
    """The rows divided by the axes."""
    wanted = [axis.attribute for axis in counting.axes if axis.attribute != "area"]
    limits = [(axis, values) for axis, values in counting.only if axis.attribute != "area"]
    in_areas = {value.lower() for axis, values in counting.only if axis.attribute == "area" for value in values}
    if in_areas:
        rows = [row for row in rows if row.area.lower() in in_areas]
    for narrowed in (limits, []) if limits else ([],):
        attributes = [*wanted, *(axis.attribute for axis, _ in narrowed)]
        fitting = [row for row in rows if sorted(row.attributes) == sorted(attributes)]
        for axis, values in narrowed:
            labels = read_labels(
                axis, {row.label(axis.attribute): 0 for row in fitting}, "population", counting.schemes
            )
            names = {only_name(labels, value) for value in values}
            fitting = [row for row in fitting if labels.group(row.label(axis.attribute)) in names]
        if fitting:
            if limits and not narrowed:
                unused = ", ".join(f"{axis.name}={' or '.join(values)}" for axis, values in limits)
                notes.append(f"not broken down by {unused}: used as given")
            return fitting
    has = sorted({", ".join(row.attributes) or "total" for row in rows})
    raise Refusal(
        "disparity-population-groups",
        rows[0].population_id if rows else "the population",
        f"it is broken down by {'; '.join(has) or 'nothing'}",
        ", ".join(wanted) or "a row for all people of an area",
        "give a population broken down as the count is, or use fewer breakdowns",
    )


def _file(name: str) -> tuple[Path | None, Path | None]:
    """The file and the mapping that a name means, or two times `None`."""
    if Path(name).exists():
        return Path(name), None
    file, colon, mapping = name.rpartition(":")
    if colon and mapping.endswith(".sql"):
        return Path(file), Path(mapping)
    return (Path(name), None) if Path(name).suffix else (None, None)


def _read_file(file: Path, mapping: Path | None) -> list[PopulationRow]:
    with tempfile.TemporaryDirectory(prefix="overt-population-") as folder:
        database = Path(folder) / "loaded.duckdb"
        if mapping is None:
            return _read_plain(file, database)
        with open_source(SourceOptions(str(file), mapping), database, profile=False) as opened:
            if "population" not in opened.filled.columns:
                raise Refusal(
                    "disparity-population-shape", mapping.name, "the mapping does not fill population", "a view of it"
                )
            return _rows(opened.connection, "main.population", "population")


def _read_plain(file: Path, database: Path) -> list[PopulationRow]:
    """A file that has the model's own columns, whatever it is called."""
    account = load_source(str(file), database)
    tables = [table for table in account.tables if {"grp", "count"} <= {name.lower() for name, _ in table.columns}]
    if len(tables) != 1:
        wanted = f"the columns {', '.join(_COLUMNS)}, or a mapping that fills population"
        raise Refusal("disparity-population-shape", file.name, "it is not a table of a population", wanted)
    connection = open_locked(database, account.held_files)
    try:
        present = {name.lower() for name, _ in tables[0].columns}
        # The row as a spreadsheet shows it: that of the names of the columns is the first.
        first = 1 if file.suffix.lower() in _WITHOUT_HEADER else 2
        return _rows(connection, f'source."{tables[0].name}"', file.name, present, first)
    finally:
        connection.close()


def _rows(
    connection: DuckDBPyConnection, table: str, called: str, present: Collection[str] = _COLUMNS, first: int = 1
) -> list[PopulationRow]:
    columns = [f'cast("{name}" as varchar)' if name in present else "null" for name in _COLUMNS]
    lines = connection.execute(f"select {', '.join(columns)} from {table}").fetchall()
    read: list[PopulationRow] = []
    for number, (name, area, year, attribute, grp, count) in enumerate(lines, start=first):
        where = f"{called}, row {number}"
        year_read, count_read = _number(year, where, "year"), _number(count, where, "count")
        row = PopulationRow(
            name or "population", area or "", year_read, attribute or "ethnicity", grp or "", count_read
        )
        if row.attributes and len(row.groups) != len(row.attributes):
            fault, wanted = f"{len(row.groups)} groups", f"one for each of {', '.join(row.attributes)}"
            remedy = 'put a label that has a comma in it in quotes: "White: English, Welsh",male'
            raise Refusal("disparity-population-parts", f"{where}, grp", fault, wanted, remedy)
        read.append(row)
    return read


def _number(text: str | None, where: str, column: str) -> int | None:
    value = (text or "").strip().lower().replace(",", "")
    if value in _WITHHELD:
        return None
    try:
        number = float(value)
    except ValueError:
        number = -1
    if number < 0 or not number.is_integer():
        wanted = "a whole number; or blank, * or ! if it is withheld"
        raise Refusal("disparity-population-count", f"{where}, {column}", "the value is not a whole number", wanted)
    return int(number)


def _by_id(rows: list[PopulationRow], source: str) -> list[tuple[str, list[PopulationRow]]]:
    if not rows:
        raise Refusal("disparity-population-shape", source, "no row", f"rows of {', '.join(_COLUMNS)}")
    return [
        (source, [row for row in rows if row.population_id == name])
        for name in dict.fromkeys(row.population_id for row in rows)
    ]
