"""What happened, in numbers: the story and `--output json` are told from this and nothing else."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Places:
    """Where things lie under the demonstration's folder, and whose they are."""

    out: Path

    @property
    def register(self) -> Path:
        """The unit's own: rows and salts. Nobody outside sees it."""
        return self.out / "register"

    @property
    def operator(self) -> Path:
        """What the unit keeps with its key: the checkpoint that it signed last."""
        return self.out / "operator"

    @property
    def ledger(self) -> Path:
        """What is published. Everybody sees it."""
        return self.out / "ledger"

    @property
    def policy(self) -> Path:
        """Whom a person trusts: the register's key, cosigned by both witnesses."""
        return self.out / "policy"

    @property
    def watcher(self) -> Path:
        """A journalist's: what was seen, and the evidence if it is contradicted."""
        return self.out / "watcher"

    @property
    def watcher_policy(self) -> Path:
        """The register's key alone: a watcher wants to see all that was ever signed, cosigned or not."""
        return self.watcher / "policy"

    @property
    def receipt(self) -> Path:
        """A listed person's: the receipt of the entry."""
        return self.out / "person" / "entry.json.tlog-proof"

    @property
    def record(self) -> Path:
        """A listed person's: what the entry says."""
        return self.out / "person" / "entry.json"

    @property
    def snapshot(self) -> Path:
        """What an inspector is handed: the tables as they stood."""
        return self.out / "snapshot"

    @property
    def audit(self) -> Path:
        """What the audit found."""
        return self.out / "audit"


@dataclass(frozen=True)
class Said:
    """An attempt and what the gate said to it, the gravest reason first."""

    day: dt.date
    words: str
    outcome: str
    codes: tuple[str, ...]
    says: str


@dataclass(frozen=True)
class Breach:
    """A control that the audit at the end found breached."""

    control: str
    title: str
    breached: int
    examined: int
    why: str


@dataclass(frozen=True)
class Fork:
    """Two heads that the same key signed, and who noticed."""

    size: int
    changed_leaf: int
    seen_inside: int
    seen_root: str
    served_root: str
    contradiction: str
    evidence: Path
    witnesses: tuple[str, ...]
    receipt: str


@dataclass
class Facts:
    """Everything that the demonstration can tell."""

    places: Places
    seed: int
    leaves: int = 0
    admitted: int = 0
    people: int = 0
    standing: int = 0
    erased: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    refused_attempts: int = 0
    held: int = 0
    decided: Counter[str] = field(default_factory=Counter)
    attempts: list[Said] = field(default_factory=list)
    categories: tuple[int, int] = (0, 0)
    published: list[tuple[dt.date, int]] = field(default_factory=list)
    news: list[tuple[dt.date, str]] = field(default_factory=list)
    cosigned: Counter[str] = field(default_factory=Counter)
    discrepancies: int = 0
    faults: int = 0
    receipts: int = 0
    audited_on: dt.date = dt.date.min
    verdicts: Counter[str] = field(default_factory=Counter)
    gate_controls: int = 0
    gate_breached: int = 0
    breaches: list[Breach] = field(default_factory=list)
    fork: Fork | None = None

    def as_json(self) -> dict[str, Any]:
        """The facts for scripts."""
        fork = self.fork
        return {
            "synthetic": True,
            "seed": self.seed,
            "out": str(self.places.out),
            "records": self.leaves,
            "admitted": self.admitted,
            "people": self.people,
            "entries_standing": self.standing,
            "refused": dict(sorted(self.refused.items())),
            "refused_attempts": self.refused_attempts,
            "held": {"attempts": self.held, **dict(sorted(self.decided.items()))},
            "erased": self.erased,
            "attempts": [
                {"day": str(each.day), "what": each.words, "outcome": each.outcome, "codes": list(each.codes)}
                for each in self.attempts
            ],
            "categories": list(self.categories),
            "published": [{"day": str(day), "size": size} for day, size in self.published],
            "watcher": [{"day": str(day), "news": line} for day, line in self.news],
            "witnesses": dict(sorted(self.cosigned.items())),
            "checks": {"register": self.discrepancies, "ledger": self.faults, "receipts": self.receipts},
            "audit": {
                "as_of": str(self.audited_on),
                "report": str(self.places.audit / "report.html"),
                "verdicts": dict(sorted(self.verdicts.items())),
                "gate_controls": self.gate_controls,
                "gate_controls_breached": self.gate_breached,
                "breached": [each.__dict__ for each in self.breaches],
            },
            "fork": {**fork.__dict__, "evidence": str(fork.evidence)} if fork else None,
        }
