"""A register of our own as a source: its tables as they stood at the end of a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from overt.audits._opened import SourceOptions
from overt.controls import Value
from overt.model import POPULATION

if TYPE_CHECKING:
    from overt.register import Register

# Beside the tables of a snapshot: what it is of. Releases count snapshots, so its figures are those of the register.
_SNAPSHOT_MARK = "snapshot.json"


def is_own(source: SourceOptions) -> bool:
    """Whether Overt keeps what is audited: a register's folder, a file in it, or a snapshot of a register."""
    place = Path(source.location)
    folder = place if place.is_dir() else place.parent
    return place.exists() and ((folder / _SNAPSHOT_MARK).is_file() or _is_register(folder))


def _is_register(folder: Path) -> bool:
    if not any(folder.glob("*.toml")):
        return False
    from overt.register import SETTINGS_FILE  # noqa: PLC0415  takes a moment, and only here

    return (folder / SETTINGS_FILE).is_file()


def as_stood(source: SourceOptions, as_of: dt.date, work: Path, *, populations: bool = False) -> SourceOptions:
    """The source itself, or for a register of our own a snapshot of it in `work`, which is read like any folder.

    With `populations` it has those of the charter in force on the day too, which are rows of no register.
    """
    folder = Path(source.location)
    if not _is_register(folder):
        return source
    from overt.register import Register, snapshot  # noqa: PLC0415  takes a moment, and only here

    out = work / "snapshot" / folder.absolute().name
    if not out.is_dir():
        with Register.open(folder) as register:
            snapshot(register, dt.datetime.combine(as_of, dt.time.max), out)
            rows = list(_populations(register, as_of)) if populations else []
        if rows:
            import pyarrow as pa  # noqa: PLC0415  it takes long to load, and most sources never need it
            import pyarrow.parquet as pq  # noqa: PLC0415

            pq.write_table(pa.Table.from_pylist(rows), out / "population.parquet")
    return replace(source, location=str(out))


def _populations(register: Register, as_of: dt.date) -> Iterator[dict[str, str | int]]:
    """The populations that the charter in force on a day names, as rows of the model."""
    from overt.charter import in_force  # noqa: PLC0415  takes a moment, and only here

    charter = in_force(register.charters(), as_of)
    for name, population in charter.populations.items() if charter else ():
        values: dict[str, str | int] = {
            POPULATION.population_id: name,
            POPULATION.area: population.area,
            POPULATION.year: population.year,
            POPULATION.attribute: population.attribute,
        }
        for group, count in population.groups.items():
            yield {**values, POPULATION.grp: group, POPULATION.count: count}


def charter_thresholds(source: SourceOptions, as_of: dt.date) -> dict[str, Value]:
    """The limits that a register's own charter sets, in force on a day; none for a source that Overt does not keep."""
    if not is_own(source):
        return {}
    from overt.charter import in_force  # noqa: PLC0415  takes a moment, and only here
    from overt.register import SETTINGS_FILE, Register  # noqa: PLC0415

    place = Path(source.location).absolute()
    # A snapshot lies in the register's own folder, at most three folders below it.
    folder = next((parent for parent in (place, *list(place.parents)[:3]) if (parent / SETTINGS_FILE).is_file()), None)
    if folder is None:
        return {}
    with Register.open(folder) as register:
        charter = in_force(register.charters(), as_of)
    if charter is None:
        return {}
    return {
        **{name: threshold.value for name, threshold in charter.thresholds.items()},
        "safe_threshold": charter.publication.safe_threshold,
    }
