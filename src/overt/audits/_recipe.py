"""How an audit is run again: the one command line of a run, as every form of its result shows it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field

from overt.audits._run import Run
from overt.audits.place._options import ServerOptions
from overt.controls import Value
from overt.rows import Reading


@dataclass(frozen=True)
class Recipe:
    """What was asked for beside what the run itself knows: the engine, how the source is read, and what was chosen."""

    on: str = "duckdb"
    reading: Reading = field(default_factory=Reading)
    thresholds: Mapping[str, Value] = field(default_factory=dict)
    accepted: str = ""
    evidence_reason: str = ""
    only: tuple[str, ...] = ()
    across_jurisdictions: bool = False
    server: ServerOptions = field(default_factory=ServerOptions)

    def command(self, run: Run) -> str:
        """The command line that gives the results again; it names no folder of whoever ran it, and no password."""
        options = {
            "--map": [run.mapping] if run.mapping else [],
            "--pack": [pack.name for pack in run.packs],
            "--as-of": [run.as_of.isoformat()],
            "--on": [without_password(self.on)] if self.on != "duckdb" else [],
            # Why rows were wanted is no matter of a result that has none.
            "--evidence": [] if run.publishable else [run.evidence],
            "--reason": [self.evidence_reason] if self.evidence_reason and not run.publishable else [],
            "--limit": [] if run.publishable else [str(run.limit)],
            "--accept": [self.accepted] if self.accepted else [],
            "--threshold": [f"{name}={value}" for name, value in self.thresholds.items()],
            "--control": list(self.only),
            **self.reading.options,
            **self.server.options,
            "--out": ["DIR"],
        }
        flags = (
            ["--across-jurisdictions"] * self.across_jurisdictions
            + ["--publishable"] * run.publishable
            + ["--copy"] * self.server.copy
            + ["--timing"] * (run.timing and not run.publishable)
        )
        words = [word for option, values in options.items() for value in values for word in (option, value)]
        return shlex.join(["overt", "audit", without_password(run.register), *words, *flags])


PLAIN = Recipe()
"""Nothing was asked for but what the run knows."""


def without_password(name: str) -> str:
    """A source's name with the password of a database address left out."""
    return re.sub(r"(?<=://)[^/@\s]*@", "", name)
