"""`overt synth`: registers with known faults, in which every person is invented."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from overt.cli._output import say, talk
from overt.synthetic import generate


class RegisterName(StrEnum):
    """The registers that can be made, each after a published report."""

    GANGS_MATRIX = "gangs-matrix"
    CALGANG = "calgang"
    CHICAGO = "chicago"
    ALPHA = "alpha"
    TAJ = "taj"
    DGS = "dgs"
    SCOTLAND = "scotland"
    NYPD = "nypd"
    BOSTON = "boston"


class TableFormat(StrEnum):
    """The forms of a table."""

    PARQUET = "parquet"
    CSV = "csv"


def synth_command(
    register: Annotated[RegisterName, typer.Argument(help="Register whose published failings to reproduce.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FOLDER", show_default="the register's name", help="New folder to write to."),
    ] = None,
    rows: Annotated[
        int | None, typer.Option(min=1, show_default="the published number", help="Number of entries.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Random seed. The same seed always produces identical files.")] = 1,
    form: Annotated[TableFormat, typer.Option("--format", help="File format of the tables.")] = TableFormat.PARQUET,
) -> None:
    """Generate a synthetic register with planted breaches that match published counts, and an answer key.

    Example:
      overt synth gangs-matrix --rows 100000 --seed 7 --out register

    Audit it with `overt audit FOLDER --as-of DATE`. The date is in answer-key.json.
    """
    folder = out or Path(register.value)
    with talk.status(f"Generating {register.value}") as status:
        key = generate(
            register.value,
            folder,
            rows=rows,
            seed=seed,
            form=form.value,
            progress=lambda table, count: status.update(f"Generating {register.value}: {table}, {count:,} rows"),
        )
    say(str(folder))
    # Without --pack an audit runs the packs that are about such a source.
    pack = "" if key.pack == "core" else f" --pack {key.pack}"
    talk.print(f"All the people are invented. Next: overt audit {folder}{pack} --as-of {key.as_of}", markup=False)
