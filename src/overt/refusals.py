"""Every refusal of Overt.

A refusal names the thing, what was found and what was expected. It has a stable code, a page under
`docs/refusals.md` and an exit code. It never carries the value of a personal field: entry number
and field name, yes; what stands in the field, no.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum

from overt.visible import visible


class Exit(IntEnum):
    """Exit codes, the same for every command; the greater matter wins."""

    CLEAR = 0
    BREACHES = 1
    CONTROL_FAILED = 2
    REFUSED = 3
    INTERNAL = 4


@dataclass
class Refusal(Exception):
    """Input that Overt does not accept, described so that a person can fix it.

    `code` is stable and documented; `where` says which file, row or field; `found` and `wanted`
    put both sides; `remedy` is what to do next.
    """

    code: str
    where: str
    found: str
    wanted: str = ""
    remedy: str = ""

    exit_code = Exit.REFUSED

    @classmethod
    def of(cls, parts: Iterable[str]) -> Refusal:
        """The refusal that another process said, by its parts in their order."""
        return cls(*parts)

    def __str__(self) -> str:
        # A name that breaks its line could write a line of its own.
        parts = [f"{self.code}: {visible(self.where, lines=False)}: {self.found}"]
        if self.wanted:
            parts.append(f"Expected: {self.wanted}")
        if self.remedy:
            parts.append(f"To fix: {self.remedy}")
        return visible("\n  ".join(parts))


class Refusals(Exception):
    """Several refusals at once, so that a person need not fix one fault to learn of the next."""

    exit_code = Exit.REFUSED

    def __init__(self, refusals: list[Refusal]) -> None:
        if not refusals:
            raise ValueError("Refusals needs at least one refusal")
        self.refusals = refusals
        super().__init__("\n".join(str(refusal) for refusal in refusals))


def faults_of(*checks: Callable[[], object]) -> list[Refusal]:
    """What several checks refuse, so that all of it can be told at once."""
    faults: list[Refusal] = []
    for check in checks:
        try:
            check()
        except Refusal as refusal:
            faults.append(refusal)
        except Refusals as refusals:
            faults += refusals.refusals
    return faults


def nearest(name: str, known: Iterable[str], listed: str, *, numbered: bool = False) -> str:
    """What to do about a name that is not known: the one that was perhaps meant, and where all of them are listed.

    Of names with numbers, such as OV-02, one with another number is not suggested; OV2 is.
    """
    folded = {_squeezed(word) if numbered else word.casefold(): word for word in known}
    wanted = _squeezed(name) if numbered else name.casefold()
    close = [wanted] if wanted in folded else [] if numbered else difflib.get_close_matches(wanted, folded, n=1)
    return f"did you mean `{folded[close[0]]}`? {listed[:1].upper()}{listed[1:]}" if close else listed


def _squeezed(name: str) -> str:
    """A name without its dashes and the zeros before its number."""
    return re.sub(r"[\W_]|(?<!\d)0+(?=\d)", "", name.casefold())


def raise_all(refusals: list[Refusal]) -> None:
    """Raises nothing, the one refusal, or all of them together."""
    if len(refusals) == 1:
        raise refusals[0]
    if refusals:
        raise Refusals(refusals)
