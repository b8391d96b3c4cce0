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


def test_samples_of_a_sqlite_that_takes_them_are_forgotten(gate: Gate, register: Register) -> None:
    """SQLite as some systems build it samples the keys of indexes when the keeper has it analyse them."""
    gate.admit(listing(1, grounds="mark-1- seen in the fight beside the canal of inquiry 1"), "P1001", NOW)
    path = register.folder / "register.sqlite"
    with sqlite3.connect(path) as apart:
        # The name is kept for such a SQLite, and the one of this Python may be another.
        apart.execute("create table sampled (tbl, idx, neq, nlt, ndlt, sample)")
        apart.execute("insert into sampled values ('entry_version', 'entry_by_grounds', '1', '0', '0', 'mark-1-')")
        apart.execute("pragma writable_schema = on")
        apart.execute(
            "update sqlite_master set name = 'sqlite_stat4', tbl_name = 'sqlite_stat4',"
            " sql = replace(sql, 'sampled', 'sqlite_stat4') where name = 'sampled'"
        )
    apart.close()
    assert register.store.rows("select count(*) from sqlite_stat4") == [(1,)]
    erase(register, "E1", "DPA 2018 s.47(1)", "P1001", NOW + dt.timedelta(hours=1))
    assert register.store.rows("select count(*) from sqlite_stat4") == [(0,)]
    assert b"mark-1-" not in path.read_bytes()
