"""`erasures.jsonl`: what was to be erased and what was, beside the database, so that a restore erases it again.

An erasure has two lines: its intent, with the leaves it concerns, and `done`. Neither names an entry or a person.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from overt.lines import BadLine, append_line, read_objects, written
from overt.refusals import Refusal

JOURNAL = "erasures.jsonl"
# What `replay` calls leaves whose records are lost.
LOST = "lost"
_FIELDS = {"erasure_id": str, "kind": str, "ground": str, "by": str, "at": str, "leaves": dict}
_REMEDY = (
    "put back the file from a copy; where there is none, `overt register confirm` keeps the damaged file beside it "
    "and writes the lines again from the records of erasures"
)


@dataclass(frozen=True)
class Erasure:
    """One erasure: its number, ground and day, and the leaves whose records it destroys.

    `bytes_left` are bytes of free space that a reader kept from being overwritten, and `recalls` says how many bodies
    have to be told. The journal has neither.
    """

    erasure_id: str
    kind: str
    ground: str
    by: str
    at: str
    leaves: dict[int, str]
    bytes_left: int = 0
    recalls: int = 0

    def as_line(self) -> bytes:
        """Its line of the journal."""
        fields = {name: getattr(self, name) for name in _FIELDS}
        return written({**fields, "leaves": {str(seq): leaf for seq, leaf in self.leaves.items()}})

    @classmethod
    def of(cls, fields: Mapping[str, Any], where: str = JOURNAL) -> Erasure:
        """An erasure from the object of its line; refuses what is none."""
        if set(fields) != set(_FIELDS) or not all(isinstance(fields[name], kind) for name, kind in _FIELDS.items()):
            raise _damaged(where, "neither an erasure nor that one is done")
        leaves = fields["leaves"]
        if not all(seq.isascii() and seq.isdecimal() and isinstance(leaf, str) for seq, leaf in leaves.items()):
            raise _damaged(where, "leaves that are not numbers with their bytes")
        return cls(**{**fields, "leaves": {int(seq): leaf for seq, leaf in leaves.items()}})


@dataclass(frozen=True)
class Journal:
    """What the journal says: the erasures that were begun, in their order, and the numbers of those that are done."""

    erasures: tuple[Erasure, ...]
    done: frozenset[str]


def note_intent(folder: Path, erasure: Erasure) -> None:
    """Puts down what is to be erased; on the disk when this returns."""
    append_line(folder / JOURNAL, erasure.as_line())


def note_done(folder: Path, erasure_id: str) -> None:
    """Puts down that it is erased; on the disk when this returns."""
    append_line(folder / JOURNAL, written({"done": erasure_id}))


def read_journal(path: Path) -> Journal:
    """The journal in a file, empty where there is none; refuses one with a line that cannot be read.

    A torn last line is not read: it was never acknowledged, and is cut before the next is added.
    """
    erasures: dict[str, Erasure] = {}
    done: set[str] = set()
    try:
        for number, fields in read_objects(path):
            _take(fields, erasures, done, f"{path}, line {number}")
    except BadLine as bad:
        raise _damaged(f"{path}, line {bad.number}", str(bad)) from None
    return Journal(tuple(erasures.values()), frozenset(done))


def _take(fields: dict[str, Any], erasures: dict[str, Erasure], done: set[str], where: str) -> None:
    """Takes in one line: an erasure that was begun, or that one of those above is done."""
    if set(fields) == {"done"} and isinstance(fields["done"], str) and fields["done"] in erasures:
        done.add(fields["done"])
        return
    erasure = Erasure.of(fields, where)
    if erasure.erasure_id in erasures:
        raise _damaged(where, "an erasure that stands on a line above")
    erasures[erasure.erasure_id] = erasure


def as_journal(erasures: Iterable[Erasure], done: Collection[str]) -> bytes:
    """A journal of these erasures, of which some are done."""
    lines = [erasure.as_line() for erasure in erasures]
    return b"".join(line + b"\n" for line in [*lines, *(written({"done": number}) for number in sorted(done))])


def refuse_torn(data: bytes, where: str) -> None:
    """Refuses the bytes of a journal whose last line is torn: nobody can tell here what it was to say."""
    if data and not data.endswith(b"\n"):
        wanted = "lines that all end with a newline"
        remedy = (
            "restore the newest complete copy. Remove the last line only if you know that its erasure was never "
            "reported"
        )
        raise Refusal("erasures-damaged", where, "its last line is incomplete", wanted, remedy)


def _damaged(where: str, problem: str) -> Refusal:
    return Refusal("erasures-damaged", where, problem, "a line as Overt wrote it", _REMEDY)


def named(seqs: Iterable[int]) -> str:
    """Sequence numbers as an erasure's record names them: ascending, runs with a dash, such as `3-7 12`."""
    runs: list[list[int]] = []
    for seq in sorted(set(seqs)):
        if runs and runs[-1][1] == seq - 1:
            runs[-1][1] = seq
        else:
            runs.append([seq, seq])
    return " ".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)


def names_of(text: str, size: int) -> set[int]:
    """The numbers that a record names, of a register of `size` leaves; raises `ValueError` for any other text."""
    seqs: set[int] = set()
    for run in text.split():
        first, _, last = run.partition("-")
        numbers = range(int(first), int(last or first) + 1)
        if numbers.stop > size:
            raise ValueError("a leaf that is not there")
        seqs.update(numbers)
    return seqs
