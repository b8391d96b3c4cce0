"""A number of others is held as it is written, or refused; and nobody reads JSON or TOML in another way."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from overt.encoding import NotHeld, TwoWays, read_json, read_toml
from tests.attempts import Count

SOURCES = Path(__file__).resolve().parents[2] / "src" / "overt"
DIGITS = ["9" * 1_001, "9" * 5_000, "-" + "9" * 100_000, "0." + "1" * 5_000]
EXTREME = ["1e400", "-1e400", "1E+400", "1e-400", "-0.1e-400", "1" + "0" * 400 + ".0", "0." + "0" * 400 + "1"]
HELD = ["0", "-0", "0.0", "0e0", "0.0e-400", "1.5", "1e308", "5e-324", "9223372036854775807", "0.30000000000000004"]

# Who reads what the same program has written, in a place that is its own, or what is part of the program.
OWN = {
    "gate/_again.py", "gate/_gate.py", "gate/_holds.py", "gate/_permits.py", "gate/_rekey.py",
    "web/_work.py", "web/portal/oversight/_audits.py",
    "web/studio/_project.py", "web/studio/_source.py", "web/studio/_engine_kept.py",
    "web/portal/oversight/_gate.py", "web/portal/oversight/_worker.py", "web/portal/_guests.py",
    "web/portal/_at_hand.py",
    "machine/_inside.py", "machine/_apart.py",
    "audits/source/_account.py", "audits/source/_reading_file.py", "audits/_work.py", "audits/place/_register.py",
    "audits/mapping/_filled.py",
    "audits/_parts.py",
    "audits/results/_json.py", "watchlists/_probes.py",
    "watchlists/_lexicon.py", "lines.py",
    "register/_pseudonyms.py", "register/_duties.py", "register/_recalls.py", "cli/_audit.py", "demo/_cheat.py",
    "demo/_live.py", "demo/_play.py", "encoding.py", "controls/engines/_reads_spark.py",
    "controls/engines/_reads_duckdb.py", "controls/engines/_duckdb_tree.py",
    "controls/_kept.py", "door/_audit.py", "synthetic/_controls.py",
}  # fmt: skip


def test_numbers_that_are_held_are_read(attempts: Count) -> None:
    """As Python reads them."""
    for number in HELD:
        assert read_json(f'{{"a": {number}}}')["a"] in (float(number), int(number) if number.isdigit() else 0.5)
    assert read_toml("a = -9223372036854775808")["a"] == -(2**63)
    attempts("numbers that are held", len(HELD))


@pytest.mark.parametrize("number", [*DIGITS, *EXTREME], ids=lambda each: each[:12])
def test_a_number_that_would_change_is_refused_without_its_digits(number: str) -> None:
    """Wherever it stands."""
    for text in (number, f"[[{number}]]", f'{{"a": {{"b": {number}}}}}'):
        with pytest.raises(NotHeld) as caught:
            read_json(text)
        assert len(number) < 10 or number[:30] not in str(caught.value)
    for text in (f"a = {number}", f"a = [[{number}]]", f"[b]\nc = {{d = {number}}}"):
        with pytest.raises(NotHeld) as caught:
            read_toml(text)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_json_has_no_such_number(number: str) -> None:
    """Though Python reads it."""
    with pytest.raises(TwoWays):
        read_json(f"[{number}]")


@pytest.mark.parametrize("number", ["nan", "inf", "-inf", "9223372036854775808", "0x8000000000000000", "1" * 5_000])
def test_toml_of_ours_has_no_such_number(number: str) -> None:
    """A threshold that is no number holds for everything or nothing."""
    with pytest.raises(NotHeld):
        read_toml(f"a = {number}")


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, '{"a": 1, "a": 2}', "{", b"\xff", "", "[1,]"])
def test_whatever_else_is_wrong_is_an_error_of_value(text: str | bytes) -> None:
    """So that a reader has one thing to catch."""
    with pytest.raises(ValueError, match=r"."):
        read_json(text)


def test_toml_that_is_nested_without_end_is_an_error_of_value() -> None:
    """And of no other kind."""
    with pytest.raises(ValueError, match=r"."):
        read_toml("a = " + "[" * 100_000)


def test_nobody_reads_others_json_or_toml_in_another_way() -> None:
    """`json.loads` takes NaN, names that stand twice, and turns 1e400 into infinity."""
    found = set()
    for path in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Attribute) or not isinstance(node.value, ast.Name):
                continue
            if (node.value.id, node.attr) in {
                ("json", "loads"),
                ("json", "load"),
                ("tomllib", "loads"),
                ("tomllib", "load"),
            }:
                found.add(path.relative_to(SOURCES).as_posix())
    assert found <= OWN
