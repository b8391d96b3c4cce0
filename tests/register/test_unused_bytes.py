"""What the engine leaves behind in pages when it splits them is overwritten with every erasure."""

from __future__ import annotations

import datetime as dt
import random
import sqlite3

from overt.gate import Gate, Proposed
from overt.register import Register, check_register, erase
from tests.gate.conftest import NOW, entry, listing


def test_no_copy_of_an_erased_row_stays_in_the_pages(gate: Gate, register: Register) -> None:
    """Many rows of many lengths, changed and erased in any order: the file repeats nothing that no row says."""
    draw = random.Random(4)
    moment = NOW
    for number in range(1, 121):
        moment += dt.timedelta(seconds=1)
        said = gate.admit(listing(number, grounds=f"mark-{number}- {'w' * draw.randrange(60, 900)}"), "P1001", moment)
        changed = draw.randrange(1, number + 1)
        values = {**entry(changed).values, "grounds": f"mark-{changed}- {'v' * draw.randrange(60, 1500)}"}
        moment += dt.timedelta(seconds=1)
        said += gate.admit([Proposed("entry", values, "alter")], "P1001", moment)
        assert {each.word for each in said} == {"admitted"}
    erased = draw.sample(range(1, 121), 40)
    for number in erased:
        moment += dt.timedelta(seconds=1)
        erase(register, f"E{number}", "DPA 2018 s.47(1)", "P1001", moment)
    path = register.folder / "register.sqlite"
    left = path.read_bytes()
    for number in erased:
        assert f"mark-{number}-".encode() not in left
    assert list(check_register(register)) == []
    with sqlite3.connect(path) as apart:
        assert apart.execute("pragma integrity_check").fetchone() == ("ok",)
