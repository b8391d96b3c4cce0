"""`overt rights`: what people ask about their own data, answered, corrected and removed everywhere, with proof."""

from __future__ import annotations

import typer

from overt.cli import _rights_answer, _rights_proof, _rights_removal, _rights_requests
from overt.cli._complaint import app as complaint
from overt.cli._options import gather

app = typer.Typer(
    help="Handle people's requests about their own data: access, correction, erasure and proof of removal."
    "\n\nExamples:\n"
    "  overt rights new register/ --kind access --by P1042\n"
    "  overt rights identity register/ R0001 --how in_person --by P1042\n"
    "  overt rights work register/ R0001 --person person.toml --by P1042\n"
    "  overt rights answer register/ R0001 --person person.toml --out letter/ --by P1042",
    no_args_is_help=True,
)
gather(
    app,
    {
        "Requests": _rights_requests.app,
        "Answers": _rights_answer.app,
        "Correction and removal": _rights_removal.app,
        "Proof and notices": _rights_proof.app,
    },
)
app.add_typer(complaint, name="complaint", rich_help_panel="Requests")
