"""Which packs an audit asks where none is named: those that are about the tables that the source fills."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from overt.audits._opened import SourceOptions
from overt.audits.mapping import read_mapping
from overt.audits.source import table_name
from overt.controls import shipped_packs
from overt.model import TABLES

_REGISTER, _ENCOUNTERS = "core", "encounters"
# What stands beside encounters, and beside a register, and is a register of nobody by itself.
_NEITHER = {"source_column", "population", "release_cell", "published_count", "spend", "claim"}


def packs_about(tables: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The packs that are about these tables of the model, and the other packs that Overt ships.

    Packs of other jurisdictions are never chosen: whose law holds is for a person to say.
    """
    filled = set(tables) - _NEITHER
    about = tuple([_REGISTER] * bool(filled - {"encounter"} or not filled) + [_ENCOUNTERS] * ("encounter" in filled))
    return about, tuple(name for name in shipped_packs() if name not in about)


def packs_for(source: SourceOptions) -> tuple[str, ...]:
    """The packs that are about what the source will fill, as its mapping says, or the names of its files."""
    if source.mapping is not None:
        return packs_about(view.table for view in read_mapping(source.mapping).views)[0]
    place = Path(source.location)
    names = {table_name(each.name.split(".")[0]) for each in (place.iterdir() if place.is_dir() else [place])}
    return packs_about(names & set(TABLES))[0]
