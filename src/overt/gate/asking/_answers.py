"""What asking gives: answers of named kinds, the same from whichever implementation asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple, Protocol, TypeVar

from overt.controls import Control
from overt.gate.asking._scope import Reference

Rows_contra = TypeVar("Rows_contra", contravariant=True)


class ControlAnswer(NamedTuple):
    """A control on one row: it breaches, or it cannot be told; `stood` if that was so before."""

    control: Control
    key: str
    unknown: bool
    says: str
    day: str | None
    stood: bool = False


class MissingReference(NamedTuple):
    """A staged row refers to a row that is neither in the register nor staged with it."""

    reference: Reference


class Sending(NamedTuple):
    """An entry of this role is to be sent to this recipient."""

    recipient: str | None
    role: str | None


class KeyUsed(NamedTuple):
    """A row is to be collected under a key that stands in the register, or came before among the same rows."""

    table: str


class KeyTwice(NamedTuple):
    """Two rows of one bundle have the same key."""

    table: str


class KeyUnknown(NamedTuple):
    """A row is to be altered of which none stands."""

    table: str


Answer = ControlAnswer | MissingReference | Sending | KeyUsed | KeyTwice | KeyUnknown


class AnswerPlace(NamedTuple):
    """Of whom an answer is: what is decided together, and the number of the first record that gave it."""

    unit: str
    number: int


NOWHERE = AnswerPlace("", 0)
"""The place of every answer where a single bundle was asked."""


@dataclass(frozen=True)
class Answers:
    """The answers to some rows by their places.

    `standing` has, by table and key, the leaf that opened the version which a staged row replaces.
    """

    by_place: Mapping[AnswerPlace, Sequence[Answer]]
    standing: Mapping[tuple[str, str], int] = field(default_factory=dict)

    @property
    def of_one(self) -> Sequence[Answer]:
        """The answers to the only bundle, where a single one was asked."""
        return self.by_place.get(NOWHERE, ())

    def of_unit(self, unit: str) -> Sequence[Answer]:
        """The answers of one unit."""
        return self._by_unit.get(unit, ())

    @cached_property
    def _by_unit(self) -> dict[str, list[Answer]]:
        by_unit: dict[str, list[Answer]] = defaultdict(list)
        for place, some in self.by_place.items():
            by_unit[place.unit] += some
        return by_unit

    @property
    def controls(self) -> list[ControlAnswer]:
        """What controls said."""
        return [answer for some in self.by_place.values() for answer in some if isinstance(answer, ControlAnswer)]


class Asking(Protocol[Rows_contra]):
    """Asks the controls and the register of staged rows, and decides nothing."""

    def ask(self, rows: Rows_contra) -> Answers:
        """What the controls say of these rows and of what they are part of, as the audit would with them in it."""
        ...
