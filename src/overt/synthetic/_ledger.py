"""What was planted, written down while it is planted: the answer key of a synthetic register.

The key never comes from running a control. A fault says which rows it makes breach which control,
and those rows' keys are counted and digested here, in plain Python.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class PlantedAnswer:
    """How many rows breach a control, the digest of their keys, and the published figure they stand for, if any."""

    breached: int
    digest: str
    published: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The answer as it stands in `answer-key.json`."""
        answer: dict[str, Any] = {"breached": self.breached, "digest": self.digest}
        return {**answer, "published": self.published} if self.published else answer


@dataclass(frozen=True)
class AnswerKey:
    """The answers of one synthetic register, by control of the pack that it is made for.

    `published` are figures of the register that were published and are answered by something other
    than a control, or are the make-up of the register. `thresholds` are what an audit must be given for these answers.
    """

    kind: str
    pack: str
    as_of: dt.date
    rows: int
    seed: int
    answers: Mapping[str, PlantedAnswer]
    published: Mapping[str, Any]
    thresholds: Mapping[str, dt.date] = field(default_factory=dict)

    def as_json(self) -> str:
        """The text of `answer-key.json`. Names that begin with `_` are no controls."""
        run: dict[str, Any] = {"register": self.kind, "pack": self.pack, "as_of": self.as_of.isoformat()}
        run |= {"rows": self.rows, "seed": self.seed}
        thresholds = {name: value.isoformat() for name, value in self.thresholds.items()}
        answers = {control: answer.as_dict() for control, answer in sorted(self.answers.items())}
        key = {
            "_run": {**run, "thresholds": thresholds, "synthetic": True},
            "_published": dict(self.published),
            **answers,
        }
        return json.dumps(key, indent=2, ensure_ascii=False) + "\n"


def digest_of(keys: Iterable[str]) -> str:
    """The digest "overt-keys-1" of keys: the order does not matter, how often a key comes does."""
    return f"{sum(map(_number, keys)):032x}"


def _number(key: str) -> int:
    # MD5 spreads the keys evenly; nothing here has to withstand an attacker.
    return int.from_bytes(hashlib.md5(key.encode(), usedforsecurity=False).digest()[8:16], "little")


@dataclass
class Ledger:
    """The rows that breach, by control of the pack that the register is made for."""

    counts: dict[str, int]
    totals: dict[str, int]
    texts: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, controls: Iterable[str]) -> Ledger:
        """One in which nothing is planted yet."""
        names = tuple(controls)
        return cls(dict.fromkeys(names, 0), dict.fromkeys(names, 0))

    def plant(self, control: str, keys: Iterable[str]) -> None:
        """These rows breach the control: it is what they were made for."""
        for key in keys:
            self.counts[control] += 1
            self.totals[control] += _number(key)

    def also(self, control: str, keys: Iterable[str]) -> None:
        """These rows breach this control too, though they were made for another."""
        self.plant(control, keys)

    def publish(self, control: str, text: str) -> None:
        """The published figure that the breaches of a control reproduce."""
        self.texts[control] = text

    def answers(self) -> dict[str, PlantedAnswer]:
        """The answer to every control."""
        return {
            control: PlantedAnswer(count, f"{self.totals[control]:032x}", self.texts.get(control))
            for control, count in self.counts.items()
        }
