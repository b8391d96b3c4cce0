"""An audit's recipe: one value that is asked, shown, repeated, resumed and published."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from overt import __version__
from overt.audits._opened import SourceOptions
from overt.audits._partition import PartitionBy
from overt.audits.source import write_reading
from overt.controls import Evidence, Settings, Value
from overt.refusals import Refusal
from overt.rows import READING_FILE


@dataclass(frozen=True)
class Heading:
    """What stands at the head of a report: its title, who made it, for which organisation, and its date.

    An empty title is that of the source. No date is taken from the clock, or the same audit would give other bytes.
    """

    title: str = ""
    author: str = ""
    organisation: str = ""
    date: dt.date | None = None

    def as_json(self) -> dict[str, str | None]:
        """As the results record it."""
        return {
            "title": self.title,
            "author": self.author,
            "organisation": self.organisation,
            "date": self.date.isoformat() if self.date else None,
        }

    @property
    def options(self) -> dict[str, list[str]]:
        """The options of the commands that say the same, each with its values."""
        return {
            "--title": [self.title] if self.title else [],
            "--author": [self.author] if self.author else [],
            "--organisation": [self.organisation] if self.organisation else [],
            "--report-date": [self.date.isoformat()] if self.date else [],
        }


@dataclass(frozen=True)
class Recipe:
    """What is asked of which source, as of which day, and what is kept of the answers.

    Without `packs`, those are asked that are about the tables that the source fills.
    `on` is the engine: duckdb, sqlite, spark or postgresql://…. `thresholds` replace those of the packs, each with the
    reason given for it. Packs of two jurisdictions are asked together only `across_jurisdictions`: one register can
    hardly be under the law of both. `parts` is by what the register is asked part by part; it changes no answer.
    """

    source: SourceOptions
    packs: tuple[str, ...]
    as_of: dt.date
    _: KW_ONLY
    on: str = "duckdb"
    evidence: Evidence = Evidence.KEYS
    evidence_reason: str = ""
    limit: int = 100
    thresholds: Mapping[str, Value] = field(default_factory=dict)
    accepted: Path | None = None
    publishable: bool = False
    timing: bool = False
    only: tuple[str, ...] = ()
    across_jurisdictions: bool = False
    parts: PartitionBy | None = None
    heading: Heading = field(default_factory=Heading)

    @property
    def mapping(self) -> str | None:
        """The name of the mapping's file."""
        return self.source.mapping.name if self.source.mapping else None

    @property
    def reading_text(self) -> str | None:
        """The file for `--reading`, where the command takes one."""
        reading = self.source.reading
        return write_reading(reading) if reading.needs_file else None

    @property
    def parameters(self) -> dict[str, str | int]:
        """What the results record of it, by the names of findings.json."""
        return {
            "as_of": self.as_of.isoformat(),
            "evidence": self.evidence.value,
            "limit": self.limit,
            "publishable": self.publishable,
            "timing": self.timing,
        }

    @property
    def command(self) -> str:
        """The command line that gives the results again."""
        return self.command_into("DIR")

    def command_into(self, out: str) -> str:
        """The command line that gives the results again, in the folder `out`."""
        options = {
            "--map": [self.mapping] if self.mapping else [],
            "--pack": self.packs,
            "--as-of": [self.as_of.isoformat()],
            "--on": [self.on] if self.on != "duckdb" else [],
            "--evidence": [] if self.publishable else [self.evidence],
            "--reason": [self.evidence_reason] if self.evidence_reason else [],
            "--limit": [] if self.publishable else [str(self.limit)],
            "--accept": [self.accepted.name] if self.accepted else [],
            "--threshold": [f"{name}={value}" for name, value in self.thresholds.items()],
            "--control": self.only,
            "--partition-by": [self.parts.text] if self.parts else [],
            **self.source.reading.options,
            **self.source.server.options,
            **self.heading.options,
            "--out": [out],
        }
        flags = {
            "--across-jurisdictions": self.across_jurisdictions,
            "--publishable": self.publishable,
            "--copy": self.source.server.copy,
            "--timing": self.timing,
        }
        words = [word for option, values in options.items() for value in values for word in (option, value)]
        flagged = [flag for flag, is_set in flags.items() if is_set]
        return shlex.join(["overt", "audit", self.source.location, *words, *flagged])

    def without_passwords(self) -> Recipe:
        """The recipe as a finished run keeps it."""
        source = replace(self.source, location=without_password(self.source.location))
        return replace(self, source=source, on=without_password(self.on))

    def shown(self, register: str, packs: Sequence[str]) -> Recipe:
        """The recipe as a reader of the results may follow it, with the `register` and the `packs` by their names.

        It names no folder of whoever ran the audit, and no password. Of a publishable audit it leaves out what
        concerns evidence and seconds, which such a result does not have.
        """
        mapping = Path(self.mapping) if self.mapping else None
        reading = replace(self.source.reading, file=READING_FILE)
        shown_as: dict[str, Any] = {
            "source": SourceOptions(without_password(register), mapping, reading, server=self.source.server),
            "packs": tuple(packs),
            "on": without_password(self.on),
            "accepted": Path(self.accepted.name) if self.accepted else None,
        }
        shown = Recipe(**{part.name: shown_as.get(part.name, getattr(self, part.name)) for part in fields(Recipe)})
        if not self.publishable:
            return shown
        return replace(shown, evidence=Evidence.NONE, evidence_reason="", timing=False)

    def run_digest(self, engine: str, packs: Sequence[str], settings: Settings) -> str:
        """What tells this run from another on the same source, given the digests of its `packs`.

        The time allowed changes no answer.
        """
        parts = engine, self.source.source_key(), self.source.mapping_key()
        return _digest(*parts, replace(settings, timeout=None), packs)

    def question_digest(self, packs: Sequence[str], settings: Settings, mapping_digest: str | None) -> str:
        """What was asked of a source: another day, threshold, mapping or set of controls is another question."""
        question = replace(settings, timeout=None, evidence=Evidence.NONE, limit=0)
        return _digest(question, packs, sorted(self.only), mapping_digest)


def _digest(*parts: object) -> str:
    return hashlib.sha256(json.dumps([__version__, *parts], default=str, sort_keys=True).encode()).hexdigest()


def without_password(name: str) -> str:
    """A source's name with the password of a database address left out."""
    return re.sub(r"(?<=://)[^/@\s]*@", "", name)


def read_threshold(text: str) -> tuple[str, Value]:
    """A threshold written NAME=VALUE: the value is a number or a day where it reads as one. Refuses other texts."""
    name, equals, value = (part.strip() for part in text.partition("="))
    if not (name and equals and value):
        raise Refusal("threshold-shape", "--threshold", text, "name=value")
    for read in (int, float, dt.date.fromisoformat):
        try:
            return name, read(value)
        except ValueError:
            continue
    return name, value
