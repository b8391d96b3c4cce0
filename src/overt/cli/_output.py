"""What every command shares: where results and talk go, and in which form.

Results go to standard output, talk to standard error. A refusal is one line or a few, without a
traceback, and never carries a record's content.
"""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, TextColumn, TimeElapsedColumn
from rich.segment import Segment
from rich.table import Table

from overt.cli._extras import pages
from overt.cli._options import Output
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


def chosen(output: Output, as_json: bool) -> Output:
    """The form asked for; `--json` wins."""
    return Output.JSON if as_json else output


def say(text: str) -> None:
    """Prints a result."""
    typer.echo(visible(text))


def erasure_words(weighed: Weighed, organisations: Sequence[str], stays: Sequence[str] = ()) -> str:
    """What an erasure would destroy and whom it would notify, in words, before it is done."""
    counts = f"{number_of(weighed.entries, 'entry', 'entries')} and {number_of(weighed.items, 'item', 'items')}"
    left = "The person is erased too." if weighed.people else "The person remains, with another entry."
    lines = [f"This destroys {counts}. {left}"]
    whom = ": " + "; ".join(organisations) if organisations else ", as far as the register has recorded"
    lines.append(f"{number_of(len(organisations), 'organisation', 'organisations')} to notify{whom}.")
    if stays:
        lines.append(f"Entries found for this request that remain: {', '.join(stays)}.")
    lines.append(
        "First check informal lists with `overt reconcile`: an erased person can no longer be found on a list."
    )
    return "\n".join(lines)


def sure_to_erase(yes: bool) -> None:
    """Asks whether to erase; refuses without a yes, and where there is no terminal to ask at."""
    if yes or (sys.stdin.isatty() and typer.confirm("Erase it?", err=True)):
        return
    remedy = "check the counts above, then add --yes"
    raise Refusal("erasure-not-confirmed", "--yes", "the erasure has not been confirmed", "a confirmation", remedy)


def number_of(number: int, one: str, more: str) -> str:
    """A number with the word for what it counts."""
    return f"{number:,} {one if number == 1 else more}"


def progress_bar(quiet: bool, *columns: ProgressColumn) -> Progress:
    """A display of progress that disappears when it ends; it shows nothing if `quiet`, or if there is no terminal."""
    return Progress(*columns, console=talk, transient=True, disable=quiet or not talk.is_terminal)


def bar_columns() -> tuple[ProgressColumn, ...]:
    """What is done, a bar, and how many of how many."""
    return TextColumn("{task.description}"), BarColumn(bar_width=24), MofNCompleteColumn()


@contextmanager
def counting(what: str, quiet: bool) -> Iterator[Callable[[int], None]]:
    """Says on the way how many there were."""
    with progress_bar(quiet, TextColumn("{task.completed:,} {task.description}"), TimeElapsedColumn()) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done: bar.update(task, completed=done)


def say_left(register: Path, bytes_left: int) -> None:
    """Says what is left of an erasure that a reader held up, and who finishes it."""
    if bytes_left:
        say(
            f"Erased, but {bytes_left:,} bytes of free space have still to be overwritten, because another process is "
            f"reading the register. The next command does it, or run: overt register tidy {register}"
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
        stream = io.StringIO()
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([[pages.neutral(_plain(row.get(name))) for name in columns] for row in rows])
        say(stream.getvalue().rstrip("\n"))
    elif output is Output.MD:
        say(
            "\n".join(
                [_md(columns), _md(["---"] * len(columns)), *[_md([row.get(c) for c in columns]) for row in rows]]
            )
        )
    else:
        _say_table([[_text(row.get(name)) for name in columns] for row in rows], [c.replace("_", " ") for c in columns])


# A word up to this length is never broken: a date, a number, a code. A digest is longer, and is folded.
_UNBROKEN = 20


def _say_table(rows: Sequence[Sequence[str]], heads: Sequence[str]) -> None:
    """Prints a table in which no short word is broken; as a block for each row where a terminal is too narrow."""
    columns = [[visible(head), *(visible(row[place]) for row in rows)] for place, head in enumerate(heads)]
    least = [
        max((min(cell_len(word), _UNBROKEN) for text in texts for word in text.split()), default=1) for texts in columns
    ]
    wanted = [max(cell_len(line) for text in texts for line in text.split("\n")) for texts in columns]
    shown = _Shown(highlight=False, markup=False)
    gaps = 2 * (len(heads) - 1)
    if sum(least) + gaps > shown.width and shown.is_terminal:
        for row in rows:
            say("\n".join(f"{head}: {text}" for head, text in zip(heads, row, strict=True) if text) + "\n")
        return
    # What is no terminal has no width of its own.
    shown.width = max(shown.width, sum(least) + gaps)
    table = Table(box=None, pad_edge=False)
    for head, width in zip(heads, _widths(least, wanted, shown.width - gaps), strict=True):
        table.add_column(head, overflow="fold", width=width)
    for row in rows:
        table.add_row(*row)
    shown.print(table)


def _widths(least: Sequence[int], wanted: Sequence[int], room: int) -> list[int]:
    """The width of each column: at least its own least; the room that is left goes to whoever lacks most."""
    widths = list(least)
    for _ in range(room - sum(least)):
        place = max(range(len(widths)), key=lambda column: wanted[column] - widths[column])
        if widths[place] >= wanted[place]:
            break
        widths[place] += 1
    return widths


def _md(cells: Sequence[object]) -> str:
    return "| " + " | ".join(_text(cell).replace("|", "\\|") for cell in cells) + " |"


def _plain(value: object) -> str | float:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else _text(value)


def _text(value: object) -> str:
    if value is None:
        return ""
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
