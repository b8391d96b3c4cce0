"""What a person says of the files of a source, held against the files: each word must be of use, and what is not read
must be named.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

from overt.refusals import Refusal, nearest, raise_all
from overt.rows import FileReading, Reading, RowsFile, shown_name

_TAKEN = {
    "csv": ("encoding", "delimiter", "quoted", "header_row", "last_row", "use"),
    "json": ("encoding", "use"),
    "excel": ("header_row", "last_row", "use"),
    "database": ("use",),
    "parquet": ("use",),
    "broken": ("use",),
}
_LIKE = {"tsv": "csv", "json lines": "json", "ods": "excel", "sqlite": "database", "duckdb": "database"}
_WITH_PARTS = ("excel", "database")


def check_reading(reading: Reading, files: Sequence[RowsFile], broken: Sequence[str], source: str) -> None:
    """Refuses what is said of a file that the source does not have, and what a file of its kind does not take.

    `broken` are the names of files that cannot be opened: they can only be left out.
    """
    kinds = {file.name: _LIKE.get(file.kind, file.kind) for file in files} | dict.fromkeys(broken, "broken")
    faults = []
    for key, stated in reading.files.items():
        name = max((file for file in kinds if key == file or key.startswith(f"{file}#")), key=len, default=None)
        if name is None:
            remedy = nearest(key, kinds, f"files of the source: {', '.join(kinds) or 'none'}")
            faults.append(_fault(key, f"{source} has no such file", "the name of a file of the source", remedy))
            continue
        kind = kinds[name]
        if key != name and kind not in _WITH_PARTS:
            faults.append(_fault(key, "a file of this kind has neither sheets nor tables", f'[reading."{name}"]'))
        faults += [
            _fault(key, f"{part} says nothing of a file of this kind", ", ".join(_TAKEN[kind]), f"remove {part}")
            for part in _stated(stated, reading.default)
            if part not in _TAKEN[kind]
        ]
    raise_all(faults)


def in_use(
    files: Sequence[RowsFile], broken: Sequence[str], reading: Reading, source: str
) -> tuple[list[RowsFile], list[str]]:
    """The files to read, and a note on each of the others. Refuses a source of which nothing is left."""
    used = [file for file in files if reading.of(file.name).use or any(_used(reading, file.name))]
    if not used:
        raise Refusal(
            "source-empty", source, "the reading leaves out every file", "a file to read", "remove use = false from one"
        )
    unused = sorted([*broken, *(file.name for file in files if file not in used)])
    return used, [f"{name} was not read, as was asked" for name in unused]


def tables_in_use(names: Sequence[str], reading: Reading, file: str) -> tuple[list[str], list[str]]:
    """The tables of a database to read, and a note on each of the others. Refuses a table that is not there."""
    stated = reading.parts_of(file)
    remedy = f"the tables are {', '.join(map(shown_name, names))}"
    raise_all(
        [
            _fault(f"{file}#{part}", "the file has no such table", "one of its tables", nearest(part, names, remedy))
            for part in stated
            if part not in names
        ]
    )
    used = [name for name in names if reading.of(file, name).use]
    if names and not used:
        raise Refusal("source-empty", file, "the reading leaves out every table", "a table to read")
    unused = [shown_name(name) for name in names if name not in used]
    return used, [f"{file}: table “{name}” was not read, as was asked" for name in unused]


def _used(reading: Reading, file: str) -> list[bool]:
    return [stated.use for stated in reading.parts_of(file).values()]


def _stated(stated: FileReading, default: FileReading) -> list[str]:
    names = [part.name for part in fields(FileReading)]
    return [name for name in names if getattr(stated, name) != getattr(default, name)]


def _fault(key: str, found: str, wanted: str, remedy: str = "") -> Refusal:
    return Refusal("reading-refused", f'[reading."{key}"]', found, wanted, remedy)
