"""What happened, in numbers: the story and `--output json` are told from this and from nothing else."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


class StoryPlaces:
    """Where things lie under the demonstration's folder, and whose they are."""

    def __init__(self, out: Path) -> None:
        self.out = out
        # The unit's own: rows and salts, and what its key signed last. Nobody outside sees them.
        self.register, self.operator = out / "register", out / "operator"
        # Published, and whom to believe about it: the register's key, cosigned by both witnesses.
        self.ledger, self.policy = out / "ledger", out / "policy"
        # All that is published in one folder, as a web server would serve it.
        self.published = out / "published"
        # A journalist's. The policy asks for no witness: a watcher wants to see all that the key ever signed.
        self.watcher, self.watcher_policy = out / "watcher", out / "watcher" / "policy"
        # A listed person's: what the entry says, and the receipt of it.
        self.record, self.receipt = out / "person" / "entry.json", out / "person" / "entry.json.tlog-proof"
        # The unit's too, and worthless here: the key under which it computes pseudonyms, and the key's passphrase.
        self.key, self.passphrase = out / "key" / "pseudonym.key", out / "key" / "passphrase.txt"
        # Three officers' own: lists with names, beside the register; and what came of holding them against it.
        self.lists, self.reconciled = out / "informal-lists", out / "reconciled"
        # An inspector's: what the audit found.
        self.audit = out / "audit"


@dataclass(frozen=True)
class Said:
    """An attempt, and what the gate said to it."""

    day: dt.date
    words: str
    outcome: str
    codes: tuple[str, ...]
    says: str


@dataclass(frozen=True)
class Copied:
    """An informal list, and how many of its rows have which verdict."""

    name: str
    title: str
    rows: int
    verdicts: dict[str, int]


@dataclass(frozen=True)
class Copies:
    """What holding the lists against the register found of the people planted in them, and what it could not see.

    `wrongly` counts rows whose verdict is another than what was planted.
    """

    planted: int
    covered: int
    found: int
    wrongly: int
    not_covered: list[str]
    lists: list[Copied]


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
    """Two heads that the same key signed, and who noticed. Roots are in hexadecimal."""

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
class StoryFacts:
    """Everything that the demonstration can tell."""

    places: StoryPlaces
    seed: int
    records: int = 0
    admitted: int = 0
    people: int = 0
    erased: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    decided: Counter[str] = field(default_factory=Counter)
    attempts: list[Said] = field(default_factory=list)
    categories: tuple[int, int] = (0, 0)
    published: list[tuple[dt.date, int]] = field(default_factory=list)
    watcher: list[tuple[dt.date, str]] = field(default_factory=list)
    witnesses: Counter[str] = field(default_factory=Counter)
    discrepancies: int = 0
    faults: int = 0
    receipts: int = 0
    copies: Copies | None = None
    listed_on: dt.date = dt.date.min
    receipt_on: dt.date = dt.date.min
    audited_on: dt.date = dt.date.min
    verdicts: Counter[str] = field(default_factory=Counter)
    gate_controls: int = 0
    gate_breached: int = 0
    breaches: list[Breach] = field(default_factory=list)
    fork: Fork | None = None

    def as_json(self) -> dict[str, Any]:
        """The facts for scripts. `refused` counts the reasons by code; one attempt may have several."""
        named = ("seed", "records", "admitted", "people", "erased", "refused", "categories", "witnesses")
        return {
            "synthetic": True,
            "out": self.places.out,
            **{name: getattr(self, name) for name in named},
            "attempts": {
                **self.outcomes,
                "decided": self.decided,
                "told": [attempt.__dict__ for attempt in self.attempts],
            },
            "published": [{"day": day, "size": size} for day, size in self.published],
            "watcher": [{"day": day, "news": line} for day, line in self.watcher],
            "checks": {"register": self.discrepancies, "ledger": self.faults, "receipts": self.receipts},
            "copies": asdict(self.copies) if self.copies else None,
            "audit": {
                "as_of": self.audited_on,
                "report": self.places.audit / "report.html",
                "verdicts": self.verdicts,
                "gate_controls": self.gate_controls,
                "gate_controls_breached": self.gate_breached,
                "breached": [breach.__dict__ for breach in self.breaches],
            },
            "fork": self.fork.__dict__ if self.fork else None,
        }
