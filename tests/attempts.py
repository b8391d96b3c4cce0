"""How many attempts of which kind the attack suites made: printed after a run, and held against SECURITY.md.

A test that attacks asks for the fixture `attempts` and counts what it tried:

    attempts("hostile pack texts on DuckDB", 500)

Counts of one kind from several tests and processes are added up.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

SECURITY = Path(__file__).resolve().parent.parent / "SECURITY.md"
BEGIN, END = "<!-- attempts -->", "<!-- end of attempts -->"

Count = Callable[[str, int], None]


@pytest.fixture
def attempts(request: pytest.FixtureRequest) -> Count:
    """Counts attempts of one kind that this test made."""

    def count(kind: str, number: int) -> None:
        request.node.user_properties.append(("attempts", (kind, number)))

    return count


def counted(reports: Iterable[Any]) -> Counter[str]:
    """Attempts by kind in the reports of a run."""
    total: Counter[str] = Counter()
    for report in reports:
        if getattr(report, "when", None) == "call":
            for name, value in report.user_properties:
                if name == "attempts":
                    total[value[0]] += value[1]
    return total


def stated() -> dict[str, int]:
    """Attempts by kind as SECURITY.md states them."""
    text = SECURITY.read_text()
    if BEGIN not in text:
        return {}
    table = text.split(BEGIN, 1)[1].split(END, 1)[0]
    rows = re.findall(r"^\| (.+?) \| ([\d,]+) \|$", table, re.MULTILINE)
    return {kind: int(number.replace(",", "")) for kind, number in rows}


def write(total: Counter[str]) -> None:
    """Writes the table of SECURITY.md anew."""
    rows = "\n".join(f"| {kind} | {number:,} |" for kind, number in sorted(total.items()))
    text = SECURITY.read_text()
    before, rest = text.split(BEGIN, 1)
    after = rest.split(END, 1)[1]
    SECURITY.write_text(f"{before}{BEGIN}\n| kind of attempt | attempts |\n| --- | ---: |\n{rows}\n{END}{after}")
