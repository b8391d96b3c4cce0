"""Known breaches that somebody has accepted: by whom, why, and until when.

An acceptance hides nothing. The breach is counted and shown as accepted, and is a plain breach
again on the day after the acceptance expires.

    [[accept]]
    control = "OV-46"
    owner = "Head of Information Rights"
    reason = "Moved to the new system by the end of the year; risk note 2026/14."
    expires = 2027-01-31
    keys = ["E-17", "E-2201"]      # left out: every row that breaches the control

The same file says which losses of the mapping are intended. They are counted as before, with the reason beside them.

    [[loss]]
    column = "entry.review_due_on"
    reason = "TBC says that no date was set."
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Collection, Iterable
from collections.abc import Mapping as ByName
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from overt.audits._run import Acceptance
from overt.encoding import read_toml
from overt.model import TABLES
from overt.refusals import Refusal, Refusals, raise_all

SHORTEST_REASON = 10
LARGEST_FILE = 10_000_000
_FIELDS = ("control", "keys", "owner", "reason", "expires")
_HEADER = re.compile(r"^[ \t]*\[\[\s*accept\s*\]\]", re.MULTILINE)


@dataclass(frozen=True)
class Accepted:
    """The acceptances of a file: those in force on the audit's date, and those that have expired.

    `intended` are losses of the mapping that are intended: by column of the model, as `table.column`, the reason.
    """

    in_force: tuple[Acceptance, ...] = ()
    expired: tuple[Acceptance, ...] = ()
    intended: ByName[str, str] = field(default_factory=dict)

    @property
    def both(self) -> tuple[Acceptance, ...]:
        """Those in force, and then those that have expired."""
        return *self.in_force, *self.expired

    def for_control(self, control: str) -> Acceptance | None:
        """The acceptance in force for the control, if there is one."""
        return next((acceptance for acceptance in self.in_force if acceptance.control == control), None)

    def keys_by_control(self) -> dict[str, tuple[str, ...] | None]:
        """For each control with an acceptance in force, the keys it speaks of; `None` is every row."""
        return {acceptance.control: acceptance.keys for acceptance in self.in_force}


def read_accepted(path: Path | None, as_of: dt.date, controls: Collection[str] | None = None) -> Accepted:
    """The acceptances of a TOML file as they stand on the date; no path gives none.

    With `controls`, an acceptance of any other control is refused. Refuses, with every fault at
    once: what is not TOML, a missing or wrong field, a reason too short to be one, a field that is
    not known, and two acceptances in force for one control. Whether a key breaches is not looked at.
    """
    if path is None:
        return Accepted()
    text = _read_text(path)
    body = _read_toml(text, path)
    lines = [text.count("\n", 0, header.start()) + 1 for header in _HEADER.finditer(text)]
    others = sorted(body.keys() - {"accept", "loss"})
    faults = [_fault(path, "", f"{name}: only [[accept]] and [[loss]] belong here") for name in others]
    blocks = body.get("accept", [])
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise _fault(path, "accept", "not a list of blocks", "[[accept]] with two brackets before each")
    read: list[tuple[str, Acceptance]] = []
    for number, block in enumerate(blocks):
        where = f"block {number + 1}" + (f" (line {lines[number]})" if len(lines) == len(blocks) else "")
        try:
            read.append((where, _acceptance(block, path, where, controls)))
        except Refusals as several:
            faults += several.refusals
    in_force = [(where, acceptance) for where, acceptance in read if as_of <= acceptance.expires_on]
    intended = _losses(body.get("loss", []), path, faults)
    raise_all(faults + _duplicates(in_force, path))
    expired = tuple(one for _, one in read if one.expires_on < as_of)
    return Accepted(tuple(one for _, one in in_force), expired, intended)


def _losses(blocks: object, path: Path, faults: list[Refusal]) -> dict[str, str]:
    """By column of the model, the reason why its losses are intended; what is wrong is put to the faults."""
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise _fault(path, "loss", "not a list of blocks", "[[loss]] with two brackets before each")
    intended: dict[str, str] = {}
    for number, block in enumerate(blocks, start=1):
        where = f"loss {number}"
        column, reason = (str(block.get(name, "")).strip() for name in ("column", "reason"))
        table, _, name = column.partition(".")
        if block.keys() != {"column", "reason"}:
            faults.append(_fault(path, where, "other fields than column and reason", "column and reason"))
        elif table not in TABLES or name not in TABLES[table].by_name:
            remedy = "overt model lists the columns"
            faults.append(_fault(path, where, f"{column} is not a column of the model", "table.column", remedy))
        elif len(reason) < SHORTEST_REASON:
            wanted = f"at least {SHORTEST_REASON} characters"
            faults.append(_fault(path, where, "the reason is missing or too short", wanted))
        elif column in intended:
            faults.append(_fault(path, where, f"{column} for the second time", "each column once"))
        else:
            intended[column] = reason
    return intended


def write_accepted(path: Path, acceptances: Iterable[Acceptance], intended: ByName[str, str] | None = None) -> None:
    """Writes the acceptances as the file that `read_accepted` reads, in their order; the file appears whole.

    Refuses, before anything is written, what `read_accepted` would refuse of them, and a place that cannot be written
    to.
    """
    half = path.with_name(f".{path.name}.half")
    try:
        half.write_text(accepted_text(acceptances, intended), encoding="utf-8", newline="\n")
        # Every one of them counts: of two for one control the file would be refused when it is read.
        read_accepted(half, dt.date.min)
        half.replace(path)
    except OSError as error:
        fault = error.strerror or type(error).__name__
        raise Refusal("acceptances-not-written", str(path), fault, "a file that can be written") from error
    finally:
        half.unlink(missing_ok=True)


def accepted_text(acceptances: Iterable[Acceptance], intended: ByName[str, str] | None = None) -> str:
    """The text of the file with these acceptances, and the losses that are intended with their reasons."""
    losses = (
        f"[[loss]]\ncolumn = {_basic_string(column)}\nreason = {_basic_string(reason)}\n"
        for column, reason in sorted((intended or {}).items())
    )
    return "\n".join([*map(_block, acceptances), *losses])


def _block(acceptance: Acceptance) -> str:
    texts = {"control": acceptance.control, "owner": acceptance.owner, "reason": acceptance.reason}
    lines = ["[[accept]]", *(f"{name} = {_basic_string(text)}" for name, text in texts.items())]
    lines.append(f"expires = {acceptance.expires_on.isoformat()}")
    if acceptance.keys is not None:
        lines.append(f"keys = [{', '.join(map(_basic_string, acceptance.keys))}]")
    return "\n".join([*lines, ""])


def _basic_string(text: str) -> str:
    """The text as a string of TOML, which escapes as JSON does, and the delete character too."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _read_text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise _fault(path, "", "larger than any list of acceptances", f"at most {LARGEST_FILE:,} bytes")
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError as error:
        raise _fault(path, "", "there is no such file", "a TOML file") from error
    except (OSError, UnicodeDecodeError) as error:
        raise _fault(path, "", "cannot be read as UTF-8 text", "a TOML file") from error


def _read_toml(text: str, path: Path) -> dict[str, Any]:
    try:
        return read_toml(text)
    except ValueError as error:
        raise _fault(path, "", f"not TOML: {error}", "[[accept]] blocks; see the guide on accepted breaches") from error


def _acceptance(block: dict[str, Any], path: Path, where: str, controls: Collection[str] | None) -> Acceptance:
    """One block as an acceptance; raises `Refusals` with everything that is wrong with it."""
    faults = [
        _fault(path, where, f"{name} is not a field", ", ".join(_FIELDS)) for name in sorted(block.keys() - {*_FIELDS})
    ]
    texts = {}
    for name, meaning in (("control", "a control's id"), ("owner", "who answers for it"), ("reason", "why")):
        value = block.get(name)
        texts[name] = value.strip() if isinstance(value, str) else ""
        if not texts[name]:
            faults.append(_fault(path, where, f"{name} is missing", f'{name} = "{meaning}"'))
    if 0 < len(texts["reason"]) < SHORTEST_REASON:
        faults.append(_fault(path, where, "the reason is too short", f"at least {SHORTEST_REASON} characters"))
    if texts["control"] and controls is not None and texts["control"] not in controls:
        problem = f"{texts['control']} is not a control of this audit"
        faults.append(_fault(path, where, problem, remedy="fix the id, or add the pack that has it"))
    expires = block.get("expires")
    # A TOML date-time is a date to Python as well.
    if not isinstance(expires, dt.date) or isinstance(expires, dt.datetime):
        problem = "expires is missing" if expires is None else "expires is not a date"
        faults.append(_fault(path, where, problem, "a date without quotation marks, for example expires = 2027-01-31"))
    keys = block.get("keys")
    if keys is not None and not _are_keys(keys):
        wanted = 'keys = ["E-17"], or no keys at all to accept every row'
        faults.append(_fault(path, where, "keys is not a list of different texts", wanted))
    if faults:
        raise Refusals(faults)
    assert isinstance(expires, dt.date)  # noqa: S101 - checked above
    return Acceptance(**texts, expires_on=expires, keys=None if keys is None else tuple(sorted(keys)))


def _are_keys(keys: object) -> bool:
    """An empty list would accept nothing while looking as if it did."""
    if not isinstance(keys, list) or not keys:
        return False
    return all(isinstance(key, str) for key in keys) and len(set(keys)) == len(keys)


def _duplicates(in_force: list[tuple[str, Acceptance]], path: Path) -> list[Refusal]:
    times = Counter(acceptance.control for _, acceptance in in_force)
    return [
        _fault(
            path,
            ", ".join(where for where, one in in_force if one.control == control),
            f"{control} is accepted {count} times",
            "one acceptance in force for each control",
            "put the keys into one block, or remove the older block",
        )
        for control, count in times.items()
        if count > 1
    ]


def _fault(path: Path, where: str, found: str, wanted: str = "", remedy: str = "") -> Refusal:
    return Refusal("acceptance-refused", f"{path}, {where}" if where else str(path), found, wanted, remedy)
