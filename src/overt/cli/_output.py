"""What every command shares: where results and talk go, and in which form.

Results go to standard output, talk to standard error. A refusal is one line or a few, without a
traceback, and never carries a record's content.
"""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.table import Table

from overt.refusals import Refusal
from overt.visible import visible, visible_json

if TYPE_CHECKING:
    from overt.register import Weighed


class _Shown(Console):
    """A terminal to which nothing of others' texts is given that it would obey. Its own colours are no text."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """The segments, each with its text made visible."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else segment._replace(text=visible(segment.text))


talk = _Shown(stderr=True, highlight=False, soft_wrap=True)


class Output(StrEnum):
    """The forms of a result."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"
    MD = "md"


OutputOption = Annotated[Output, typer.Option("--output", "-o", help="The form of the result.", show_default=True)]
YesOption = Annotated[bool, typer.Option("--yes", help="Erase without being asked.")]
JsonOption = Annotated[bool, typer.Option("--json", help="The same as --output json.")]


def chosen(output: Output, as_json: bool) -> Output:
    """The form asked for; `--json` wins."""
    return Output.JSON if as_json else output


def say(text: str) -> None:
    """Prints a result."""
    typer.echo(visible(text))


def erasure_words(weighed: Weighed, organisations: Sequence[str], stays: Sequence[str] = ()) -> str:
    """What an erasure would destroy and who would be told, in words, before it is done."""
    counts = f"{_counted(weighed.entries, 'entry', 'entries')} and {_counted(weighed.items, 'item', 'items')}"
    left = "The person goes with the last entry." if weighed.people else "The person stays, with another entry."
    lines = [f"This destroys {counts}. {left}"]
    told = ": " + "; ".join(organisations) if organisations else ", as far as the register knows"
    lines.append(f"{_counted(len(organisations), 'organisation', 'organisations')} to be told{told}.")
    if stays:
        lines.append(f"What the look-up found and what stays: {', '.join(stays)}.")
    lines.append("Check the lists that officers keep first (overt reconcile): nobody finds an erased person on a list.")
    return "\n".join(lines)


def sure_to_erase(yes: bool) -> None:
    """Asks whether to erase; refuses where nobody says yes, and where nobody can be asked."""
    if yes or (sys.stdin.isatty() and typer.confirm("Erase it?", err=True)):
        return
    remedy = "look at the counts above, then give --yes"
    raise Refusal("erasure-not-confirmed", "--yes", "nobody has confirmed the erasure", "a confirmation", remedy)


def _counted(number: int, one: str, more: str) -> str:
    return f"{number:,} {one if number == 1 else more}"


def say_left(register: Path, bytes_left: int) -> None:
    """Says what is left of an erasure that a reader held up, and who finishes it."""
    if bytes_left:
        say(
            f"erased; {bytes_left:,} bytes of free space are still to be overwritten, since somebody is reading the"
            f" register: the next command does it, or overt register tidy {register}"
        )


def say_json(value: object) -> None:
    """Prints a result as JSON."""
    say_json_text(json.dumps(value, indent=2, ensure_ascii=False, default=str))


def say_json_text(text: str) -> None:
    """Prints JSON that is written already; whoever reads it reads the same values."""
    say(visible_json(text))


def say_rows(rows: Sequence[Mapping[str, object]], columns: Sequence[str], output: Output) -> None:
    """Prints rows as a table, JSON, CSV or Markdown."""
    if output is Output.JSON:
        say_json([dict(row) for row in rows])
    elif output is Output.CSV:
        from overt.pages import neutral  # noqa: PLC0415  brings the templates with it

        stream = io.StringIO()
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([[neutral(_plain(row.get(name))) for name in columns] for row in rows])
        say(stream.getvalue().rstrip("\n"))
    elif output is Output.MD:
        say(
            "\n".join(
                [_md(columns), _md(["---"] * len(columns)), *[_md([row.get(c) for c in columns]) for row in rows]]
            )
        )
    else:
        table = Table(box=None, pad_edge=False)
        for name in columns:
            table.add_column(name.replace("_", " "), overflow="fold")
        for row in rows:
            table.add_row(*[_text(row.get(name)) for name in columns])
        _Shown(highlight=False, markup=False).print(table)


def _md(cells: Sequence[object]) -> str:
    return "| " + " | ".join(_text(cell).replace("|", "\\|") for cell in cells) + " |"


def _plain(value: object) -> str | float:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else _text(value)


def _text(value: object) -> str:
    if value is None:
        return ""
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
