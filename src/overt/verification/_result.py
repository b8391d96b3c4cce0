"""What came of verifying: part by part, what holds, what contradicts, and what could not be checked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from overt.ledger import Checkpoint, Cosignature
from overt.refusals import Exit, Refusal, Refusals


class Judgement(StrEnum):
    """What is said of all that is published."""

    HOLDS = "everything that could be checked agrees"
    CONTRADICTED = "something published contradicts something else that is published"
    UNREAD = "something published could not be read"


@dataclass(frozen=True)
class Contradiction:
    """Two published things that cannot both be right: the file or figure, and what was found there."""

    where: str
    found: str


@dataclass
class CheckedPart:
    """One part of what a register publishes. `holds` are sentences on what agrees; `news` on what is new or changed."""

    name: str
    title: str
    holds: list[str] = field(default_factory=list)
    contradictions: list[Contradiction] = field(default_factory=list)
    unread: list[Contradiction] = field(default_factory=list)
    unchecked: list[str] = field(default_factory=list)
    news: list[str] = field(default_factory=list)

    def contradicts(self, where: str, found: str) -> None:
        """Notes a contradiction."""
        self.contradictions.append(Contradiction(where, found))

    def refused(self, refusal: Refusal | Refusals, where: str = "") -> None:
        """Notes each refusal as a contradiction: the published file is not what it must be."""
        for one in refusal.refusals if isinstance(refusal, Refusals) else [refusal]:
            place = f"{where}: {one.where}" if where and where not in one.where else one.where
            self.contradicts(place, f"{one.found} (expected: {one.wanted})" if one.wanted else one.found)

    def unreadable(self, refusal: Refusal) -> None:
        """Notes something that could not be read, so that nothing is known of it."""
        self.unread.append(Contradiction(refusal.where, refusal.found))

    @property
    def agrees(self) -> bool:
        """Whether nothing in it contradicts and nothing is unread."""
        return not self.contradictions and not self.unread


@dataclass(frozen=True)
class Verification:
    """All that was checked of a register's publications.

    `admits` are shortcomings that the register itself publishes; `hidden` is what its keeper could still hide.
    """

    source: str
    register: str
    head: Checkpoint | None
    cosignatures: tuple[Cosignature, ...]
    parts: Sequence[CheckedPart]
    admits: Sequence[str]
    hidden: Sequence[str]
    synthetic: bool = False

    @property
    def judgement(self) -> Judgement:
        """A contradiction outweighs what could not be read."""
        if any(part.contradictions for part in self.parts):
            return Judgement.CONTRADICTED
        return Judgement.UNREAD if any(part.unread for part in self.parts) else Judgement.HOLDS

    @property
    def exit_code(self) -> Exit:
        """0 if all holds, 1 if anything contradicts, 2 if something could not be read."""
        codes = {Judgement.HOLDS: Exit.CLEAR, Judgement.CONTRADICTED: Exit.BREACHES}
        return codes.get(self.judgement, Exit.CONTROL_FAILED)

    def contradictions(self) -> Iterator[tuple[CheckedPart, Contradiction]]:
        """Every contradiction with its part."""
        for part in self.parts:
            for contradiction in part.contradictions:
                yield part, contradiction

    @property
    def unchecked(self) -> list[str]:
        """What could not be checked, of every part."""
        return [sentence for part in self.parts for sentence in part.unchecked]

    def as_json(self) -> dict[str, object]:
        """The verification for scripts: see docs/formats/verification.md."""
        return {
            "format": 1,
            "source": self.source,
            "register": self.register or None,
            "synthetic": self.synthetic,
            "judgement": self.judgement.name.lower(),
            "ledger": {
                "origin": self.head.origin,
                "entries": self.head.size,
                "root": self.head.root.hex(),
                "witnesses": [
                    {"name": one.witness, "time": one.time, "counts": one.counts} for one in self.cosignatures
                ],
            }
            if self.head
            else None,
            "parts": [
                {
                    "part": part.name,
                    "agrees": part.agrees,
                    "holds": part.holds,
                    "contradictions": [_entry(one) for one in part.contradictions],
                    "unread": [_entry(one) for one in part.unread],
                    "unchecked": part.unchecked,
                    "news": part.news,
                }
                for part in self.parts
            ],
            "admits": list(self.admits),
            "could_still_be_hidden": list(self.hidden),
        }


def _entry(contradiction: Contradiction) -> dict[str, str]:
    return {"where": contradiction.where, "found": contradiction.found}
