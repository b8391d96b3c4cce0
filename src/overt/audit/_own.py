"""A register of our own as a source: its tables as they stood at the end of a day."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

from overt.audit._opened import SourceOptions


def as_stood(source: SourceOptions, as_of: dt.date, work: Path) -> SourceOptions:
    """The source itself, or for a register of our own a snapshot of it in `work`, which is read like any folder."""
    folder = Path(source.location)
    if not any(folder.glob("*.toml")):
        return source
    from overt.register import SETTINGS_FILE, Register, snapshot  # noqa: PLC0415  takes a moment, and only here

    if not (folder / SETTINGS_FILE).is_file():
        return source
    out = work / "snapshot" / folder.absolute().name
    if not out.is_dir():
        with Register.open(folder) as register:
            snapshot(register, dt.datetime.combine(as_of, dt.time.max), out)
    return replace(source, location=str(out))
