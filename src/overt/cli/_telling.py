"""Shows how an audit is going, on standard error."""

from __future__ import annotations

import time

from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

from overt.cli._output import bar_columns, progress_bar, talk
from overt.controls import Finding, Verdict


class TerminalTelling:
    """Shows on standard error what has been read, which control is next and what was found so far."""

    def __init__(self, quiet: bool) -> None:
        note = TextColumn("{task.fields[note]}")
        self.progress = progress_bar(quiet, SpinnerColumn(), *bar_columns(), note, TimeElapsedColumn())
        self.plain = not quiet and not talk.is_terminal
        self.breached = 0
        self.started = time.monotonic()
        self.source = self.progress.add_task("Reading the source", total=None, note="")
        self.controls = self.progress.add_task("Running controls", total=None, note="", visible=False)

    def __enter__(self) -> TerminalTelling:
        self.progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.progress.stop()

    def reading(self, table: str, rows: int) -> None:
        rate = rows / max(time.monotonic() - self.started, 0.001)
        self.progress.update(self.source, completed=rows, note=f"{table}: {rows:,} rows, {rate:,.0f}/s")

    def planned(self, controls: int, resumed: int) -> None:
        self.progress.update(self.source, visible=False)
        self.progress.update(self.controls, total=controls, visible=True)
        if self.plain:
            resuming = f", {resumed} already done" if resumed else ""
            many = "1 control" if controls == 1 else f"{controls} controls"
            talk.print(f"Source read in {time.monotonic() - self.started:.1f} s. Running {many}{resuming}.")
        elif resumed:
            talk.print(f"Resuming: {resumed} of {controls} controls already done")

    def finished(self, finding: Finding) -> None:
        self.breached += finding.verdict is Verdict.BREACHED
        note = f"{finding.control.id} {finding.verdict}; {self.breached} breached so far"
        self.progress.update(self.controls, advance=1, note=note)

    def writing(self) -> None:
        self.progress.update(self.controls, description="Writing the report", note="")
