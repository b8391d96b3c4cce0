"""The options and arguments that several commands share, each said once."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from functools import wraps
from inspect import Signature, signature
from pathlib import Path
from typing import Annotated, Any

import typer

from overt.cli._complete import pack_names
from overt.files import given_bytes
from overt.periods import read_day
from overt.refusals import Refusal


class Output(StrEnum):
    """The forms of a result."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"
    MD = "md"


def day_option(name: str, meaning: str, default: str = "today", **settings: Any) -> Any:
    """An option that takes a day, and where it is not given is the day that `default` names."""
    return typer.Option(
        name,
        metavar="YYYY-MM-DD",
        parser=lambda text: read_day(text, name),
        show_default=default or False,
        help=meaning,
        **settings,
    )


_HEADING = "Head of the report"
TitleOption = Annotated[
    str, typer.Option("--title", metavar="TEXT", rich_help_panel=_HEADING, help="Title of the report.")
]
AuthorOption = Annotated[
    str, typer.Option("--author", metavar="TEXT", rich_help_panel=_HEADING, help="Author of the report.")
]
OrganisationOption = Annotated[
    str,
    typer.Option(
        "--organisation", metavar="TEXT", rich_help_panel=_HEADING, help="Organisation that the report is made for."
    ),
]
ReportDateOption = Annotated[
    dt.date | None, day_option("--report-date", "Date of the report.", "", rich_help_panel=_HEADING)
]


def moment_option(name: str, meaning: str) -> Any:
    """An option that takes a day or a moment, and is now where it is not given."""
    return typer.Option(
        name, metavar="MOMENT", parser=lambda text: _read_moment(text, name), show_default="now", help=meaning
    )


def _read_moment(text: str, where: str) -> dt.datetime:
    """A moment on the command line: a day means all of it."""
    try:
        if len(text) == 10:
            return dt.datetime.combine(dt.date.fromisoformat(text), dt.time.max)
        return dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise Refusal("not-a-moment", where, text, "yyyy-mm-dd or yyyy-mm-ddThh:mm:ss") from error


def piped_bytes(name: str) -> bytes:
    """The bytes of a file that was named, or of standard input where the name is `-`."""
    return sys.stdin.buffer.read() if name == "-" else given_bytes(Path(name))


def charter_bytes(path: Path) -> bytes:
    """The bytes of the file of a charter; refuses one that cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refusal("charter-unreadable", str(path), error.strerror or "cannot be read", "a readable file") from error


@contextmanager
def resumable() -> Iterator[None]:
    """Says of an interruption that the same command takes up the work again."""
    try:
        yield
    except KeyboardInterrupt as error:
        raise KeyboardInterrupt("Run the same command again to resume.") from error


def now() -> dt.datetime:
    """This moment, for what is recorded by a command."""
    return dt.datetime.now(dt.UTC)


# --- results and progress -------------------------------------------------------------------------------------------

OutputOption = Annotated[Output, typer.Option("--output", "-o", help="Output format.", show_default=True)]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Hide progress messages.")]
YesOption = Annotated[bool, typer.Option("--yes", help="Erase without asking for confirmation.")]

# --- audits ---------------------------------------------------------------------------------------------------------

PackOption = Annotated[
    list[str] | None,
    typer.Option(
        "--pack",
        metavar="NAME|FOLDER",
        autocompletion=pack_names,
        rich_help_panel="What to audit",
        show_default="the packs about the tables that the source fills",
        help="Built-in pack, or folder containing a pack (repeatable).",
    ),
]

# --- registers ------------------------------------------------------------------------------------------------------

RegisterArgument = Annotated[Path, typer.Argument(metavar="REGISTER", help="Folder of the register.")]
ByOption = Annotated[
    str,
    typer.Option(
        "--by",
        metavar="STAFF",
        help="Staff reference of the person doing this, such as P1042. It must contain a digit and no spaces.",
    ),
]
AsOfMomentOption = Annotated[
    dt.datetime | None, moment_option("--as-of", "Date or UTC time: YYYY-MM-DD or YYYY-MM-DDThh:mm:ss.")
]
ReasonOption = Annotated[str, typer.Option("--reason", help="Reason, in words (recorded).")]
OutOption = Annotated[Path, typer.Option("--out", metavar="FOLDER", help="Folder for the files, outside the register.")]
OnOption = Annotated[dt.date | None, day_option("--on", "Date on which it happened.")]
ReceivedOption = Annotated[dt.date | None, day_option("--received", "Date on which it was received.")]

# --- servers --------------------------------------------------------------------------------------------------------

HostOption = Annotated[str, typer.Option("--host", help="Address to listen on.")]
LocalHostOption = Annotated[
    str,
    typer.Option("--host", help="Address to listen on. The default accepts connections from this machine only."),
]
PortOption = Annotated[int, typer.Option("--port", min=1, max=65_535, help="Port to listen on.")]


def gather(app: typer.Typer, parts: Mapping[str, typer.Typer]) -> None:
    """Adds the commands of several files to a group, each under the heading of its file."""
    for heading, part in parts.items():
        for command in part.registered_commands:
            command.rich_help_panel = heading
            app.registered_commands.append(command)


def with_options(**groups: Callable[..., Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a command the options of other functions; what each makes of them is passed under its name here.

    In the help, the options of a function stand where the parameter of that name stands in the command.
    """
    options = {name: signature(group, eval_str=True).parameters for name, group in groups.items()}

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(command)
        def run(**values: Any) -> Any:
            for name, group in groups.items():
                values[name] = group(**{option: values.pop(option) for option in options[name]})
            return command(**values)

        own = signature(command, eval_str=True).parameters
        shown = [part for name in own for part in options.get(name, {name: own[name]}).values()]
        run.__annotations__ = {parameter.name: parameter.annotation for parameter in shown}
        vars(run)["__signature__"] = Signature([part.replace(kind=part.KEYWORD_ONLY) for part in shown])
        return run

    return decorate
