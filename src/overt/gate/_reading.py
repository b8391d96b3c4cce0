"""Reads proposed records from JSON that may be hostile: each is read in exactly one way, or refused with its line.

What stands in a record is never repeated, nor the name of a field that no record has.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from overt.encoding import TwoWays, read_json
from overt.gate._outcome import Proposed
from overt.refusals import Refusal

LONGEST_LINE = 1_000_000
_FIELDS = {"table": str, "values": dict, "action": str, "bundle": str, "idempotency_key": str}
# A record is an object with one object in it; whatever goes deeper is none.
_DEEPEST = 2


@dataclass(frozen=True)
class ProposalLine:
    """One line: the record it proposes, or why it cannot be read."""

    number: int
    record: Proposed | None
    refusal: Refusal | None = None


def read_lines(stream: IO[bytes]) -> Iterator[ProposalLine]:
    """The records of a file of JSON lines. Blank lines are passed over; a faulty one does not stop the rest."""
    number = 0
    while data := stream.readline(LONGEST_LINE + 1):
        number += 1
        where = f"line {number}"
        if len(data) > LONGEST_LINE:
            while data and not data.endswith(b"\n"):
                data = stream.readline(LONGEST_LINE)
            problem = f"more than {LONGEST_LINE:,} bytes"
            yield ProposalLine(number, None, Refusal("record-too-long", where, problem, f"{LONGEST_LINE:,} at most"))
        elif data.strip():
            try:
                yield ProposalLine(number, read_proposed(data, where))
            except Refusal as refusal:
                yield ProposalLine(number, None, refusal)


def read_proposed(data: bytes, where: str) -> Proposed:
    """The record in `data`: an object with `table`, `values` and perhaps `action`, `bundle`, `idempotency_key`."""
    fields = _read(data, where)
    if not isinstance(fields, dict):
        raise _malformed(where, "this is not an object", "one object for each record")
    unknown = fields.keys() - _FIELDS.keys()
    if unknown:
        raise _malformed(where, f"{len(unknown)} field(s) that a proposal does not have", ", ".join(_FIELDS))
    for name, value in fields.items():
        if type(value) is not _FIELDS[name]:
            raise _malformed(where, f"{name} is not of its kind", "text, and an object for values")
    if "table" not in fields or "values" not in fields:
        lacking = [name for name in ("table", "values") if name not in fields]
        raise _malformed(where, f"no {' and no '.join(lacking)}", "table and values")
    return Proposed(
        fields["table"],
        fields["values"],
        fields.get("action", "collect"),
        fields.get("bundle"),
        fields.get("idempotency_key"),
        where,
    )


def _read(data: bytes, where: str) -> Any:
    if len(data) > LONGEST_LINE:
        raise Refusal("record-too-long", where, f"{len(data):,} bytes", f"{LONGEST_LINE:,} at most")
    if data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        raise _malformed(where, "a byte order mark", "UTF-8 without one")
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise _malformed(where, f"byte {error.start} is not UTF-8", "UTF-8") from None
    if _too_deep(data):
        raise _malformed(where, "values nested in values", "texts, numbers, true, false and null")
    try:
        return read_json(text.strip(" \t\r\n"))
    except TwoWays as fault:
        raise _malformed(where, str(fault), "JSON that can be read in one way") from None
    except json.JSONDecodeError as error:
        raise _malformed(where, f"{error.msg} at character {error.pos + 1}", "one JSON object on the line") from None


def _too_deep(data: bytes) -> bool:
    """Whether brackets outside of texts go deeper than a record's; looked at only where there are many."""
    if data.count(b"{") + data.count(b"[") <= _DEEPEST:
        return False
    depth, inside, escaped = 0, False, False
    for byte in data:
        if inside:
            escaped, inside = byte == 0x5C and not escaped, byte != 0x22 or escaped
        elif byte == 0x22:
            inside = True
        elif byte in b"{[":
            depth += 1
            if depth > _DEEPEST:
                return True
        elif byte in b"}]":
            depth -= 1
    return False


def _malformed(where: str, problem: str, wanted: str) -> Refusal:
    return Refusal("record-malformed", where, problem, wanted)
