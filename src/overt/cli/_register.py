"""`overt register`: a register kept under a charter: started, checked, handed out, erased from and backed up."""

from __future__ import annotations

import typer

from overt.cli import _register_backup, _register_keep, _register_rows
from overt.cli._options import gather

app = typer.Typer(
    help="Create, check, export and erase from a register kept under a charter."
    "\n\nExamples:\n"
    "  overt register init register/ --charter charter-1.toml --by P1042 --decider P2001\n"
    "  overt register status register/\n"
    "  overt register check register/",
    no_args_is_help=True,
)
gather(
    app,
    {
        "Keep a register": _register_keep.app,
        "Rows and erasure": _register_rows.app,
        "Backups": _register_backup.app,
    },
)
