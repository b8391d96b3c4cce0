"""The sections under which a question may be refused, read from `exemptions.toml`: kind and period of each."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from overt.encoding import read_toml


class ExemptionKind(StrEnum):
    """Whether the public interest is weighed (s.2); a limit of the duty to answer is no exemption."""

    ABSOLUTE = "absolute"
    QUALIFIED = "qualified"
    LIMIT = "limit"


@dataclass(frozen=True)
class Exemption:
    """A section of the Freedom of Information Act 2000, and the days on which it is in force.

    `held` is false of the section under which an authority says that it does not hold what is asked for.

    `denies` says that it lets an authority neither confirm nor deny, `confirmed` that its text was seen.
    """

    section: str
    subject: str
    kind: ExemptionKind
    first: dt.date
    last: dt.date | None = None
    denies: bool = False
    confirmed: bool = False
    held: bool = True

    @property
    def weighed(self) -> bool:
        """Whether the public interest decides."""
        return self.kind is ExemptionKind.QUALIFIED

    @property
    def kind_words(self) -> str:
        """The kind in words."""
        return {
            ExemptionKind.ABSOLUTE: "an absolute exemption",
            ExemptionKind.QUALIFIED: "a qualified exemption",
            ExemptionKind.LIMIT: "a limit on the duty to answer",
        }[self.kind]

    def in_force(self, day: dt.date) -> bool:
        """Whether the section is in force on `day`."""
        return self.first <= day and (self.last is None or day <= self.last)


def _read() -> dict[str, Exemption]:
    sections: dict[str, Any] = read_toml(Path(__file__).with_name("exemptions.toml").read_text(encoding="utf-8"))
    return {
        section: Exemption(section=section, **{**fields, "kind": ExemptionKind(fields["kind"])})
        for section, fields in sections.items()
    }


EXEMPTIONS = _read()
