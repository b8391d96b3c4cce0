"""`overt synth`: registers with known faults, in which every person is invented."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from overt.cli._output import say, talk
from overt.synthetic import generate


class Register(StrEnum):
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


class Form(StrEnum):
    """The forms of a table."""

    PARQUET = "parquet"
    CSV = "csv"


def synth_command(
    register: Annotated[Register, typer.Argument(help="Which published faults to plant.")],
    out: Annotated[Path | None, typer.Option("--out", help="A new folder; the register's name if not given.")] = None,
    rows: Annotated[
        int | None, typer.Option(min=1, help="How many entries; the published number if not given.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="The same seed makes the same bytes.")] = 1,
    form: Annotated[Form, typer.Option("--format", help="The form of the tables.")] = Form.PARQUET,
) -> None:
    """Make a synthetic register whose planted breaches reproduce published counts, and its answer key.

    Example:
      overt synth gangs-matrix --rows 100000 --seed 7 --out register

    Audit it with `overt audit DIR --as-of DATE`; answer-key.json has the date.
    """
    folder = out or Path(register.value)
    with talk.status(f"making {register.value}") as status:
        key = generate(
            register.value,
            folder,
            rows=rows,
            seed=seed,
            form=form.value,
            progress=lambda table, count: status.update(f"making {register.value}: {table}, {count:,} rows"),
        )
    say(str(folder))
    # Without --pack an audit asks the packs that are about such a source.
    pack = "" if key.pack == "core" else f" --pack {key.pack}"
    talk.print(f"Every person in it is invented. Next: overt audit {folder}{pack} --as-of {key.as_of}", markup=False)
