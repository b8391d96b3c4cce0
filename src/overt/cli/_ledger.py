"""`overt ledger`: a log that a stranger can verify."""

from __future__ import annotations

import typer

from overt.cli import _ledger_operate, _ledger_verify
from overt.cli._options import gather

app = typer.Typer(
    help="Maintain a signed, append-only log, and verify any such log.\n\n"
    "Operators use init, publish, key and serve. Anyone can use check, prove, verify, watch and witness.",
    no_args_is_help=True,
)
gather(app, {"Operate a log": _ledger_operate.app, "Verify a log": _ledger_verify.app})
app.add_typer(_ledger_operate.keys, name="key", rich_help_panel="Operate a log")
