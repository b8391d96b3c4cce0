"""What two controllers agreed on before they compare: who learns what, of whom, under which key, until when."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from overt.encoding import read_toml
from overt.files import given_bytes
from overt.refusals import Refusal, raise_all

FORMAT = "overt-copies-agreement/1"
_LARGEST = 100_000
_MOST = 2**24
_TEXTS = ("name", "purpose", "keeper", "owner", "key")
_CHOICES = {"subjects": ("removed", "listed"), "owner_learns": ("rows", "count"), "keeper_learns": ("nothing", "count")}
_NUMBERS = ("most_rows", "most_subjects")
_KEY = re.compile("[0-9a-f]{16}")


@dataclass(frozen=True)
class Agreement:
    """One agreement, as both sides have it to the byte.

    The keeper brings people of a register, the owner a list. `subjects` says which people: `removed`, and then the
    owner learns whom to delete, or `listed`. `owner_learns` is `rows` of its own list, or their `count`;
    `keeper_learns` is `nothing`, or the `count` that the owner reports. `most_rows` is how many people the owner may
    ask about in all sessions together, at most.
    """

    name: str
    purpose: str
    keeper: str
    owner: str
    key: str
    subjects: str
    owner_learns: str
    keeper_learns: str
    most_rows: int
    most_subjects: int
    ends_on: dt.date
    digest: str
    path: Path = field(compare=False)

    @property
    def reveals_rows(self) -> bool:
        """Whether the owner learns which rows, and not only how many."""
        return self.owner_learns == "rows"


def read_agreement(path: Path, today: dt.date) -> Agreement:
    """The agreement in a TOML file; refuses it with every fault, and when it has ended."""
    data = given_bytes(path, _LARGEST, "an agreement")
    try:
        fields = read_toml(data.decode())
    except ValueError as error:
        raise Refusal("agreement-malformed", str(path), str(error), "TOML") from error
    raise_all(list(_faults(path.name, fields)))
    ends_on = fields["ends_on"]
    if today > ends_on:
        raise Refusal(
            "agreement-ended", path.name, f"it ended on {ends_on}", "an agreement in force", "make a new agreement"
        )
    values = {name: fields[name] for name in (*_TEXTS, *_CHOICES, *_NUMBERS)}
    return Agreement(**values, ends_on=ends_on, digest=sha256(data).hexdigest(), path=path)


def _faults(where: str, fields: dict[str, Any]) -> list[Refusal]:
    def fault(name: str, says: str, wanted: str) -> Refusal:
        return Refusal("agreement-malformed", f"{where}, {name}", says, wanted)

    known = ("format", *_TEXTS, *_CHOICES, *_NUMBERS, "ends_on")
    faults = [
        fault(name, "a field that agreements do not have", ", ".join(known)) for name in fields if name not in known
    ]
    if fields.get("format") != FORMAT:
        faults.append(fault("format", "missing or another", FORMAT))
    for name in _TEXTS:
        value = fields.get(name)
        if not isinstance(value, str) or not value.strip():
            faults.append(fault(name, "missing or no text", "words"))
    if isinstance(fields.get("key"), str) and not _KEY.fullmatch(fields["key"]):
        faults.append(fault("key", "not the name of a key", "16 hexadecimal digits: overt pseudonym keygen prints it"))
    for name, choices in _CHOICES.items():
        if fields.get(name) not in choices:
            faults.append(fault(name, "missing or another word", " or ".join(choices)))
    for name in _NUMBERS:
        value = fields.get(name)
        if type(value) is not int or not 0 < value <= _MOST:
            faults.append(fault(name, "the number is missing or not allowed", f"1 to {_MOST:,}"))
    if type(fields.get("ends_on")) is not dt.date:
        faults.append(fault("ends_on", "missing or no day", "a date such as 2027-01-31, without quotation marks"))
    return faults
