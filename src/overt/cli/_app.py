"""Puts the commands together, and turns whatever happens into an exit code."""

from __future__ import annotations

import os
import sys
import traceback
from importlib import import_module
from inspect import cleandoc
from typing import Annotated, Any, NamedTuple, NoReturn

import typer
from typer.core import TyperGroup

from overt import __version__
from overt.cli._output import talk
from overt.machine import MODULE_WORD, WORD, run_module, spare_pandas, work_apart
from overt.refusals import Exit, Refusal, Refusals
from overt.storage import storage_refusal

# Typer brings Click with it and does not name this class itself.
_USAGE_ERROR: Any = typer.BadParameter.__mro__[1]


class _Place(NamedTuple):
    """Where a command is: its module and its name there; the heading it is listed under, and its line in the list."""

    module: str
    name: str
    heading: str
    line: str


_AUDIT, _KEEP, _PUBLISH, _LEARN = "Audit", "Keep a register", "Publish and answer", "Learn"
# Every command or group of commands, in the order of the list. Only the module of the command that is called for is
# loaded: all of them together take some seconds.
COMMANDS = {
    "audit": _Place("_audit", "audit_command", _AUDIT, "Audit a register and report which duties are met or breached."),
    "report": _Place(
        "_report", "report_command", _AUDIT, "Write the results of a kept audit again, without its source."
    ),
    "studio": _Place("_studio", "studio_command", _AUDIT, "Audit a register in a browser on this computer."),
    "compare": _Place("_compare", "compare_command", _AUDIT, "Compare two audits: breaches fixed, new and unchanged."),
    "map": _Place("_map", "app", _AUDIT, "Draft and check mappings from a source to the register model."),
    "disparity": _Place(
        "_disparity",
        "disparity_command",
        _AUDIT,
        "Measure differences between groups: rates, ratios and intervals.",
    ),
    "sample": _Place("_sample", "app", _AUDIT, "Draw a random sample for review and estimate the results."),
    "watchlist": _Place("_watchlist", "app", _AUDIT, "Test a keyword list against labelled texts."),
    "pack": _Place("_pack", "app", _AUDIT, "Create, list, show, lint and test packs of controls."),
    "engine": _Place("_engine", "app", _AUDIT, "Prove that an engine gives the answers that audits rest on."),
    "model": _Place("_model", "model", _AUDIT, "Print the register model: tables, columns and descriptions."),
    "schema": _Place("_schema", "schema_command", _AUDIT, "Print the JSON Schemas of the files of Overt."),
    "synth": _Place("_synth", "synth_command", _AUDIT, "Generate a synthetic register with known breaches."),
    "charter": _Place("_charter", "app", _KEEP, "Create, check, show and compare charters."),
    "register": _Place("_register", "app", _KEEP, "Create, check, export, back up and erase from a register."),
    "admit": _Place("_admit", "app", _KEEP, "Submit records to a register and decide held records."),
    "pseudonym": _Place("_pseudonym", "app", _KEEP, "Replace names with keyed pseudonyms."),
    "reconcile": _Place("_reconcile", "app", _KEEP, "Compare informal lists with the register."),
    "ledger": _Place("_ledger", "app", _KEEP, "Maintain and verify a signed, append-only log."),
    "doctor": _Place("_doctor", "doctor_command", _KEEP, "Check a register in service, and say what to do."),
    "serve": _Place("_serve", "serve_command", _KEEP, "Run the web portal of a register."),
    "release": _Place("_release", "app", _PUBLISH, "Draft, approve and publish safe figures."),
    "verify": _Place("_verify", "verify_command", _PUBLISH, "Verify everything that a register publishes."),
    "answer": _Place("_answer", "app", _PUBLISH, "Answer freedom of information requests from published figures."),
    "rights": _Place("_rights", "app", _PUBLISH, "Handle people's requests about their own data."),
    "demo": _Place("_demo", "demo_command", _LEARN, "Run four years of an invented police register."),
}

# Options that an environment variable may set, by their names: how much of the machine is used, where results go and
# in which form, and where secrets lie. Never what decides an answer, an exit status, whom a program trusts, or whether
# something is done at all: a variable that is set elsewhere must not turn a build green or confirm an erasure.
FROM_ENVIRONMENT = frozenset(
    "memory threads timeout out output quiet host port database passphrase certificate tls_key".split()  # noqa: SIM905
)
_COMPLETE = "_OVERT_COMPLETE"


class _Interrupted(Exception):
    """Ctrl-C in a command, with what it says of going on; the framework would leave without a word."""


class _Commands(TyperGroup):
    """The commands, each loaded when it is called for or completed; until then only its line is known."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command of the first word, and the words after it."""
        name = args[0]
        if name in COMMANDS:
            loaded: Any = typer.main.get_command(command_line(name))
            self.commands[name] = prepared(loaded.commands[name], f"{ctx.info_name} {name}", ctx)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """What the command answers."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as error:
            raise _Interrupted(*error.args) from None


def command_line(*names: str) -> typer.Typer:
    """The command line with the commands of these names."""
    app = _root_of()
    for name in names:
        place = COMMANDS[name]
        command = getattr(import_module(f"overt.cli.{place.module}"), place.name)
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=name, short_help=place.line, rich_help_panel=place.heading)
        else:
            app.command(name, short_help=place.line, rich_help_panel=place.heading)(command)
    return app


def every_command() -> Any:
    """The command line with all commands, of which none is loaded yet."""
    app = _root_of(cls=_Commands)
    for name, place in COMMANDS.items():
        app.command(name, short_help=place.line, rich_help_panel=place.heading)(lambda: None)
    return prepared(typer.main.get_command(app))


def _root_of(**settings: Any) -> typer.Typer:
    app = typer.Typer(
        name="overt",
        help="Audit registers of people and keep them open to scrutiny.\n\n"
        "Run `overt audit SOURCE` to audit an export, or `overt demo` to see a register run end to end.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        **settings,
    )
    app.callback()(_root)
    return app


def prepared(command: Any, name: str = "overt", above: typer.Context | None = None) -> Any:
    """The command and those below it, with a variable for each option that may be set by one, and for no other.

    The option for help, which the framework makes by itself, is among them.
    """
    context = typer.Context(command, parent=above, info_name=name, **command.context_settings)
    for parameter in command.get_params(context):
        may = parameter.param_type_name == "option" and parameter.name in FROM_ENVIRONMENT and not parameter.is_eager
        parameter.envvar = f"{name}_{parameter.name}".upper().replace(" ", "_").replace("-", "_") if may else None
        parameter.allow_from_autoenv = False
        # docs/cli.md names them; in the help they would stand under half of the options.
        parameter.show_envvar = False
    command.help = _flowing(command.help)
    for word, inner in getattr(command, "commands", {}).items():
        prepared(inner, f"{name} {word}", context)
    return command


def _flowing(text: str | None) -> str:
    """A help text whose paragraphs are one line each, for the terminal to break; examples stay as they are."""
    paragraphs = []
    for paragraph in cleandoc(text or "").split("\n\n"):
        lines = [line for line in paragraph.split("\n") if line]
        prose = [line for line in lines if not line.startswith("  ")]
        paragraphs.append("\n".join([" ".join(prose), *(line for line in lines if line.startswith("  "))]))
    # Where nothing follows the examples, the framework would take their indentation for that of the whole.
    return "\n\n".join([*paragraphs[:1], *(f"\n{paragraph}" for paragraph in paragraphs[1:2]), *paragraphs[2:]])


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
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    pass


def main() -> NoReturn:
    """Runs a command and leaves with the exit code that docs/exit-codes.md lists."""
    if sys.argv[1:] == [WORD]:
        work_apart()
    if sys.argv[1:2] == [MODULE_WORD]:
        run_module(*sys.argv[2:])
        sys.exit()
    _forget_completion()
    spare_pandas()
    try:
        code = every_command()(prog_name="overt", complete_var=_COMPLETE, standalone_mode=False)
        # A result that could not be written to the end is none.
        sys.stdout.flush()
    except _USAGE_ERROR as error:
        error.message = error.message.removeprefix("Value error, ")
        error.show()
        sys.exit(Exit.REFUSED)
    except (_Interrupted, typer.Abort, KeyboardInterrupt) as error:
        talk.print(" ".join(["Interrupted.", *map(str, error.args)]))
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
