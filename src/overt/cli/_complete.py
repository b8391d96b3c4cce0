"""What the shell completes besides commands and options: packs, controls, thresholds and tables.

Names are completed in the case in which they are begun, as they are taken in any.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from overt.cli._extras import controls
from overt.model import TABLES
from overt.refusals import Refusal, Refusals

if TYPE_CHECKING:
    from overt.controls import Pack


def pack_names(incomplete: str) -> list[str]:
    """The built-in packs, and folders that have a pack in them."""
    folders = (str(path.parent) for path in Path().glob("*/pack.toml"))
    return list(_as_begun(incomplete, (*controls.shipped_packs(), *sorted(folders))))


def control_ids(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """The controls of the packs that were named before, each with its title."""
    titles = {control.id: control.title for pack in _packs(ctx) for control in pack.controls}
    begun = _as_begun(incomplete, titles)
    return [(shown, titles[value]) for shown, value in zip(begun, _begun_by(incomplete, titles), strict=True)]


def threshold_names(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """The thresholds of the packs that were named before, each with its value, which is to be replaced."""
    values = {f"{name}=": str(threshold.value) for pack in _packs(ctx) for name, threshold in pack.thresholds.items()}
    return [(name, f"now {values[name]}") for name in _begun_by(incomplete, values)]


def table_names(incomplete: str) -> list[str]:
    """The tables of the model."""
    return list(_as_begun(incomplete, TABLES))


def _packs(ctx: typer.Context) -> Iterator[Pack]:
    """The packs that the command line names so far, else the core pack. One that cannot be read completes nothing."""
    named = ctx.params.get("pack") or ["core"]
    for name in [named] if isinstance(named, str) else named:
        try:
            yield controls.read_pack(controls.find_pack(name))
        except (Refusal, Refusals):
            continue


def _begun_by(incomplete: str, names: Iterable[str]) -> Iterator[str]:
    return (name for name in names if name.casefold().startswith(incomplete.casefold()))


def _as_begun(incomplete: str, names: Iterable[str]) -> Iterator[str]:
    return (incomplete + name[len(incomplete) :] for name in _begun_by(incomplete, names))
