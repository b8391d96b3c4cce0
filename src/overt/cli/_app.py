"""Puts the commands together, and turns whatever happens into an exit code."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Iterable
from importlib import import_module
from typing import Annotated, Any, NoReturn

import typer

from overt import __version__
from overt.cli._output import talk
from overt.machine import spare_pandas
from overt.refusals import Exit, Refusal, Refusals
from overt.storage import storage_refusal

# Typer brings Click with it and does not name this class itself.
_USAGE_ERROR: Any = typer.BadParameter.__mro__[1]

# Where each command stands, and what it is called there: a group of commands, or one. Only the module of the command
# that is called for is loaded: all of them together take a second.
COMMANDS = {
    "audit": ("_audit", "audit_command"),
    "compare": ("_compare", "compare_command"),
    "map": ("_map", "app"),
    "synth": ("_synth", "synth_command"),
    "sample": ("_sample", "app"),
    "model": ("_model", "model"),
    "pack": ("_pack", "app"),
    "charter": ("_charter", "app"),
    "register": ("_register", "app"),
    "admit": ("_admit", "app"),
    "ledger": ("_ledger", "app"),
    "pseudonym": ("_pseudonym", "app"),
    "reconcile": ("_reconcile", "app"),
    "disparity": ("_disparity", "disparity_command"),
    "release": ("_release", "app"),
    "answer": ("_answer", "app"),
    "rights": ("_rights", "app"),
    "watchlist": ("_watchlist", "app"),
    "serve": ("_serve", "serve_command"),
    "demo": ("_demo", "demo_command"),
}

# Options that an environment variable may set, by their names: how much of the machine is used, where results go and
# in which form, and where secrets lie. Never what decides an answer, an exit status, whom a program trusts, or whether
# something is done at all: a variable that is set elsewhere must not turn a build green or confirm an erasure.
FROM_ENVIRONMENT = frozenset(
    "memory threads timeout out output quiet host port database passphrase certificate tls_key".split()  # noqa: SIM905
)
_COMPLETE = "_OVERT_COMPLETE"


def command_line(*names: str) -> typer.Typer:
    """The command line with the commands of these names."""
    app = typer.Typer(
        name="overt",
        help="Audits registers of people, and keeps them in the open.\n\n"
        "Start with `overt audit SOURCE`, or `overt demo` for the story of a register.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_root)
    for name in names:
        module, attribute = COMMANDS[name]
        command = getattr(import_module(f"overt.cli.{module}"), attribute)
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=name)
        else:
            app.command(name)(command)
    return app


def with_variables(command: Any, name: str = "overt", above: typer.Context | None = None) -> Any:
    """The command and those below it, each with a variable for the options that may be set by one, and for no other.

    The option for help, which the framework makes by itself, is among them.
    """
    context = typer.Context(command, parent=above, info_name=name, **command.context_settings)
    for parameter in command.get_params(context):
        may = parameter.param_type_name == "option" and parameter.name in FROM_ENVIRONMENT and not parameter.is_eager
        parameter.envvar = f"{name}_{parameter.name}".upper().replace(" ", "_").replace("-", "_") if may else None
        parameter.allow_from_autoenv = False
    for word, inner in getattr(command, "commands", {}).items():
        with_variables(inner, f"{name} {word}", context)
    return command


def _forget_completion() -> None:
    """A shell that asks what could be typed gives no words. With words, a command is meant and is run."""
    if len(sys.argv) > 1:
        os.environ.pop(_COMPLETE, None)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"overt {__version__}")
        raise typer.Exit


def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    pass


def _called_for(words: list[str]) -> Iterable[str]:
    """The commands that must be known for these words: one, none for the version, all for help and completion."""
    if words[:1] == ["--version"]:
        return ()
    return words[:1] if words and words[0] in COMMANDS else COMMANDS


def main() -> NoReturn:
    """Runs a command and leaves with the exit code that docs/exit-codes.md lists."""
    _forget_completion()
    spare_pandas()
    try:
        command = with_variables(typer.main.get_command(command_line(*_called_for(sys.argv[1:]))))
        code = command(prog_name="overt", complete_var=_COMPLETE, standalone_mode=False)
        # A result that could not be written to the end is none.
        sys.stdout.flush()
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
        refusal = storage_refusal(error)
        if refusal is not None:
            talk.print(str(refusal), markup=False)
            sys.exit(refusal.exit_code)
        # The message of an unforeseen error may hold a value from a record: the place is enough to fix it.
        places = "".join(traceback.format_list(traceback.extract_tb(error.__traceback__)[-3:]))
        talk.print(f"internal error: {type(error).__name__}\n{places}", markup=False, end="")
        sys.exit(Exit.INTERNAL)
    sys.exit(code if isinstance(code, int) else Exit.CLEAR)
