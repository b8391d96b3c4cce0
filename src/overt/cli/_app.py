"""Puts the commands together, and turns whatever happens into an exit code."""

from __future__ import annotations

import os
import sys
import traceback
from importlib import import_module
from typing import Annotated, Any, NamedTuple, NoReturn

import typer
from typer.core import TyperGroup

from overt import __version__
from overt.cli._output import talk
from overt.machine import spare_pandas
from overt.refusals import Exit, Refusal, Refusals
from overt.storage import storage_refusal

# Typer brings Click with it and does not name this class itself.
_USAGE_ERROR: Any = typer.BadParameter.__mro__[1]


class Place(NamedTuple):
    """Where a command stands: its module and its name there; under which heading and with which line it is listed."""

    module: str
    name: str
    heading: str
    line: str


# Where each command stands and what it is called there, a group of commands or one, and its line in the help of all.
# Only the module of the command that is called for is loaded: all of them together take some seconds.
COMMANDS = {
    "audit": Place(
        "_audit",
        "audit_command",
        "Audit a register",
        "Audit a register: which duties are met, which are breached by how many of how many, which cannot be shown.",
    ),
    "map": Place(
        "_map", "app", "Audit a register", "Draft, check and apply mappings from a source's columns to the model's."
    ),
    "compare": Place(
        "_compare",
        "compare_command",
        "Audit a register",
        "Compare two audits of a register: fixed, new and unchanged breaches.",
    ),
    "sample": Place(
        "_sample",
        "app",
        "Audit a register",
        "Draw rows by chance, take back the marks of reviewers, and say what they show.",
    ),
    "disparity": Place(
        "_disparity",
        "disparity_command",
        "Audit a register",
        "Measure how what a register does is spread over groups: rates, ratios, intervals, bounds for what is missing.",
    ),
    "pack": Place("_pack", "app", "Audit a register", "List, show, test, lint and start packs of controls."),
    "model": Place(
        "_model",
        "model",
        "Audit a register",
        "Print the register model: every table and column with its meaning (as JSON: a JSON Schema).",
    ),
    "charter": Place(
        "_charter",
        "app",
        "Keep a register in the open",
        "Check, show, compare and start charters: the published rulebooks of registers.",
    ),
    "register": Place(
        "_register",
        "app",
        "Keep a register in the open",
        "Keep a register in the open: start it under a charter, show it, check it, hand it out, erase from it.",
    ),
    "pseudonym": Place(
        "_pseudonym",
        "app",
        "Keep a register in the open",
        "Turn names into keyed pseudonyms, before anything else touches them: docs/formats/pseudonym.md.",
    ),
    "admit": Place(
        "_admit",
        "app",
        "Keep a register in the open",
        "Propose records to the gate of a register: each is admitted, held for a human, or refused with every reason.",
    ),
    "ledger": Place(
        "_ledger", "app", "Keep a register in the open", "Keep a signed log that only grows, and verify anybody's."
    ),
    "reconcile": Place(
        "_reconcile",
        "app",
        "Keep a register in the open",
        "Find people on an informal list who were removed from the register, or never were in it.",
    ),
    "serve": Place(
        "_serve",
        "serve_command",
        "Keep a register in the open",
        "Serve the portal of a register: one server with pages for the public, for staff and for oversight.",
    ),
    "release": Place(
        "_release",
        "app",
        "Publish and answer",
        "Publish what anybody may know of a register, without naming anybody: draft it, have it approved, publish it.",
    ),
    "answer": Place(
        "_answer",
        "app",
        "Publish and answer",
        "Answer what people ask about a register, from releases, within 20 working days.",
    ),
    "rights": Place(
        "_rights",
        "app",
        "Publish and answer",
        "Answer what a person asks about themselves; correct and remove it everywhere it went, and prove it.",
    ),
    "demo": Place(
        "_demo",
        "demo_command",
        "Try and test",
        "Play four years of an invented police register kept in the open, and tell what happened.",
    ),
    "synth": Place(
        "_synth",
        "synth_command",
        "Try and test",
        "Make a synthetic register whose planted breaches reproduce published counts, and its answer key.",
    ),
    "watchlist": Place("_watchlist", "app", "Try and test", "Put a keyword list on trial, on labelled sentences."),
}

# Options that an environment variable may set, by their names: how much of the machine is used, where results go and
# in which form, and where secrets lie. Never what decides an answer, an exit status, whom a program trusts, or whether
# something is done at all: a variable that is set elsewhere must not turn a build green or confirm an erasure.
FROM_ENVIRONMENT = frozenset(
    "memory threads timeout out output quiet host port database passphrase certificate tls_key".split()  # noqa: SIM905
)
_COMPLETE = "_OVERT_COMPLETE"


class _Commands(TyperGroup):
    """The commands, each loaded when it is called for or completed; until then its line stands for it."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command of the first word, and the words after it."""
        name = args[0]
        if name in COMMANDS:
            loaded: Any = typer.main.get_command(command_line(name))
            self.commands[name] = with_variables(loaded.commands[name], f"{ctx.info_name} {name}", ctx)
        return super().resolve_command(ctx, args)


def command_line(*names: str) -> typer.Typer:
    """The command line with the commands of these names."""
    app = _root_of()
    for name in names:
        place = COMMANDS[name]
        command = getattr(import_module(f"overt.cli.{place.module}"), place.name)
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=name, rich_help_panel=place.heading)
        else:
            app.command(name, rich_help_panel=place.heading)(command)
    return app


def every_command() -> Any:
    """The command line with all commands, of which none is loaded yet."""
    app = _root_of(cls=_Commands)
    for name, place in COMMANDS.items():
        app.command(name, help=place.line, rich_help_panel=place.heading)(lambda: None)
    return with_variables(typer.main.get_command(app))


def _root_of(**settings: Any) -> typer.Typer:
    app = typer.Typer(
        name="overt",
        help="Audits registers of people, and keeps them in the open.\n\n"
        "Start with `overt audit SOURCE`, or `overt demo` for the story of a register.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        **settings,
    )
    app.callback()(_root)
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
        # docs/cli.md names them; in the help they would stand under half of the options.
        parameter.show_envvar = False
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


def main() -> NoReturn:
    """Runs a command and leaves with the exit code that docs/exit-codes.md lists."""
    _forget_completion()
    spare_pandas()
    try:
        code = every_command()(prog_name="overt", complete_var=_COMPLETE, standalone_mode=False)
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
