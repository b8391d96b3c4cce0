"""Puts the commands together, and turns whatever happens into an exit code."""

from __future__ import annotations

import sys
import traceback
from typing import Annotated, Any, NoReturn

import typer

from overt import __version__
from overt.cli import (
    _admit,
    _answer,
    _audit,
    _charter,
    _compare,
    _disparity,
    _ledger,
    _map,
    _model,
    _pack,
    _register,
    _release,
    _sample,
    _synth,
    _watchlist,
)
from overt.cli._output import talk
from overt.refusals import Exit, Refusal, Refusals

# Typer brings Click with it and does not name this class itself.
_USAGE_ERROR: Any = typer.BadParameter.__mro__[1]

app = typer.Typer(
    name="overt",
    help="Audits registers of people, and keeps them in the open.\n\n"
    "Start with `overt audit SOURCE`, or `overt synth gangs-matrix` for a register with known faults.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "OVERT"},
)
app.command("audit")(_audit.audit_command)
app.command("compare")(_compare.compare_command)
app.add_typer(_map.app, name="map")
app.command("synth")(_synth.synth_command)
app.add_typer(_sample.app, name="sample")
app.command("model")(_model.model)
app.add_typer(_pack.app, name="pack")
app.add_typer(_charter.app, name="charter")
app.add_typer(_ledger.app, name="ledger")
app.add_typer(_watchlist.app, name="watchlist")
app.command("disparity")(_disparity.disparity_command)
app.add_typer(_register.app, name="register")
app.add_typer(_admit.app, name="admit")
app.add_typer(_release.app, name="release")
app.add_typer(_answer.app, name="answer")


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"overt {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    pass


def main() -> NoReturn:
    """Runs a command and leaves with the exit code that docs/exit-codes.md lists."""
    try:
        code = app(standalone_mode=False)
    except _USAGE_ERROR as error:
        error.show()
        sys.exit(Exit.REFUSED)
    except (typer.Abort, KeyboardInterrupt):
        talk.print("stopped")
        sys.exit(130)
    except (Refusal, Refusals) as error:
        talk.print(str(error), markup=False)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.exit(Exit.CLEAR)
    except Exception as error:
        # The message of an unforeseen error may hold a value from a record: the place is enough to mend it.
        places = "".join(traceback.format_list(traceback.extract_tb(error.__traceback__)[-3:]))
        talk.print(f"internal error: {type(error).__name__}\n{places}", markup=False, end="")
        sys.exit(Exit.INTERNAL)
    sys.exit(code if isinstance(code, int) else Exit.CLEAR)
