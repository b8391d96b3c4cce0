"""Hostile JSON is refused with its line, and what stands in it is not repeated."""

from __future__ import annotations

import io
import json

import pytest

from overt.gate import read_lines, read_proposed
from overt.refusals import Refusal

GOOD = b'{"table": "subject", "values": {"subject_id": "x"}}'
SAID = "quillfeather"


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b'{"table": "subject", "table": "entry", "values": {}}', "twice"),
        (b'{"table": "subject", "values": {"a": 1, "a": 2}}', "twice"),
        (b'{"table": "subject", "values": {"a": NaN}}', "NaN"),
        (b'{"table": "subject", "values": {"a": -Infinity}}', "Infinity"),
        (b'{"table": "subject", "values": {"a": ' + b"9" * 5000 + b"}}", "more than 1,000 digits"),
        (b'{"table": "subject", "values": {"a": {"b": 1}}}', "nested"),
        (b'{"table": "subject", "values": {"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}}", "nested"),
        (GOOD + b" trailing", "Extra data"),
        (GOOD + GOOD, "nested|Extra data"),
        (b"\xef\xbb\xbf" + GOOD, "byte order mark"),
        (GOOD.decode().encode("utf-16"), "byte order mark"),
        (b'{"table": "subject", "values": {"a": "\xff"}}', "not UTF-8"),
        (b'{"table": "subject", "values": {"a": "\x01"}}', "control character"),
        (b"[]", "not an object"),
        (b'"text"', "not an object"),
        (b'{"table": "subject"}', "no values"),
        (b'{"table": 1, "values": {}}', "not of its kind"),
        (b'{"table": "subject", "values": {}, "quillfeather": 1}', "does not have"),
        (b'{"table": "subject", "values": {}', "Expecting"),
        (b" " * 1_000_001, "bytes"),
    ],
)
def test_hostile_json_is_refused(data: bytes, found: str) -> None:
    """Each is refused for what it is, with its line."""
    with pytest.raises(Refusal, match=f"line 7.*({found})") as refused:
        read_proposed(data, "line 7")
    assert SAID not in str(refused.value)
    assert refused.value.__cause__ is None


def test_lone_surrogates_are_refused_by_the_gate() -> None:
    """Half of a character cannot be written in one canonical form."""
    from overt.gate._shape import stage

    proposed = read_proposed(b'{"table": "entry", "values": {"entry_id": "E1", "grounds": "a \\ud800"}}', "line 1")
    _, reasons = stage(proposed)
    assert ("value-unreadable", "entry.grounds") in {(each.code, each.where) for each in reasons}


def test_brackets_inside_texts_are_no_nesting() -> None:
    """What is quoted counts for nothing."""
    data = json.dumps({"table": "entry", "values": {"grounds": 'a "[[[{{{" and \\ then ]'}}).encode()
    assert read_proposed(data, "line 1").table == "entry"


def test_a_faulty_line_does_not_stop_the_rest() -> None:
    """Each line stands for itself, and keeps its number."""
    lines = list(read_lines(io.BytesIO(GOOD + b"\n\nnonsense\n" + b"x" * 1_500_000 + b"\n" + GOOD)))
    assert [(each.number, each.record is not None) for each in lines] == [(1, True), (3, False), (4, False), (5, True)]
