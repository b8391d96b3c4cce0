"""Which packs an audit asks where none is named: those that are about the tables that the source fills."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from overt.audits import place
from overt.audits._opened import SourceOptions
from overt.audits.mapping import read_mapping
from overt.audits.source import table_name
from overt.controls import shipped_packs
from overt.model import TABLES, About

_PACKS = {About.REGISTER: "core", About.ENCOUNTERS: "encounters"}


def packs_about(tables: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The packs that are about these tables of the model, and the other packs that Overt ships.

    Packs of other jurisdictions are never chosen: whose law holds is for a person to say.
    """
    told_of = {TABLES[name].about for name in tables} - {About.EITHER} or {About.REGISTER}
    about = tuple(pack for what, pack in _PACKS.items() if what in told_of)
    return about, tuple(name for name in shipped_packs() if name not in about)


def packs_for(source: SourceOptions) -> tuple[str, ...]:
    """The packs that are about what the source will fill, as its mapping says, or the names of its files or tables."""
    if source.mapping is not None:
        return packs_about(view.table for view in read_mapping(source.mapping).views)[0]
    if source.in_place:
        return packs_about(place.tables_in_place(source.location, source.server))[0]
    path = Path(source.location)
    names = {table_name(file.name.split(".")[0]) for file in (path.iterdir() if path.is_dir() else [path])}
    return packs_about(names & set(TABLES))[0]
