"""A register that was kept elsewhere is admitted in bulk: the same answers, whole or resumed."""

from __future__ import annotations

import csv
import datetime as dt
import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from typer.testing import CliRunner

from overt.cli._app import command_line
from overt.gate import BulkForm, BulkRequest, Gate, Held, Proposed, _bulk, admit_bulk, waiting
from overt.refusals import Refusal, Refusals
from overt.register import Register, check_register
from tests.conftest import ROOT, NewDatabase
from tests.gate.conftest import NOW, listing, open_register
from tests.waiting import MINUTES

PEOPLE = 40


def legacy(people: int = PEOPLE) -> list[Proposed]:
    """Listings of which every tenth has no role, and every tenth but one an item that is not graded."""
    records = []
    for number in range(people):
        for each in listing(number):
            values = dict(each.values)
            if number % 10 == 0 and each.table == "entry":
                values["role"] = None
            if number % 10 == 1 and each.table == "item":
                values["source_grade"] = None
            records.append(Proposed(each.table, values))
    return records


def as_lines(path: Path, records: list[Proposed]) -> Path:
    """A file of JSON lines."""
    lines = [json.dumps({"table": each.table, "values": dict(each.values)}) for each in records]
    path.write_text("\n".join([*lines, "nonsense", ""]))
    return path


def as_tables(folder: Path, records: list[Proposed]) -> Path:
    """A folder with a CSV file for each table."""
    folder.mkdir()
    for table in {each.table for each in records}:
        rows = [dict(each.values) for each in records if each.table == table]
        with (folder / f"{table}.csv").open("w", newline="") as stream:
            writer = csv.DictWriter(stream, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    return folder


def clock() -> dt.datetime:
    """A moment that the register puts right each time."""
    return NOW


@pytest.mark.parametrize("form", [as_lines, as_tables])
@pytest.mark.parametrize("small", [_bulk._SMALL, 0], ids=["here", "in processes"])
def test_bulk_admits_what_nothing_speaks_against(  # type: ignore[no-untyped-def]
    gate: Gate, tmp_path: Path, form, small: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Good entries with all their rows are admitted; the others are counted by why; nothing is half admitted."""
    monkeypatch.setattr(_bulk, "_SMALL", small)
    source = form(tmp_path / "legacy.jsonl" if form is as_lines else tmp_path / "legacy", legacy())
    report = admit_bulk(gate, BulkRequest((source,), "P1001", 50), clock)
    tenth = PEOPLE // 10
    assert report.admitted == PEOPLE + (PEOPLE - 2 * tenth) * 3
    assert report.held == tenth * 3
    assert report.refused == tenth * 3 + (form is as_lines)
    # Of records, as the report calls them, and as the gate counts those that are proposed one by one.
    assert report.reasons["refused", "OV-02"] == tenth * 3
    assert report.reasons["held", "OV-05"] == tenth * 3
    assert len(waiting(gate)) == tenth
    assert list(check_register(gate.register)) == []
    assert not list(gate.register.folder.glob("bulk-*"))


@pytest.mark.postgres
def test_bulk_admits_on_postgres(tmp_path: Path, new_database: NewDatabase) -> None:
    """A server's register takes over the same records, and every row fits its leaf."""
    source = as_lines(tmp_path / "legacy.jsonl", legacy())
    with open_register(tmp_path / "alpha", new_database()) as register:
        report = admit_bulk(Gate(register), BulkRequest((source,), "P1001", 50), clock)
        tenth = PEOPLE // 10
        assert (report.admitted, report.held) == (PEOPLE + (PEOPLE - 2 * tenth) * 3, tenth * 3)
        assert len(list(register.versions("item"))) == (PEOPLE - 2 * tenth) * 2
        assert list(check_register(register)) == []


def test_bulk_says_what_the_gate_says(gate: Gate, register: Register, tmp_path: Path) -> None:
    """The same records come to the same outcomes in bulk as one by one."""
    (one_by_one := tmp_path / "other").mkdir()
    with open_register(one_by_one / "alpha") as other:
        door = Gate(other)
        words = [
            outcome.word
            for number in range(PEOPLE)
            for outcome in door.admit(list(_listed(number)), "P1001", NOW + dt.timedelta(seconds=number))
        ]
    report = admit_bulk(gate, BulkRequest((as_lines(tmp_path / "legacy.jsonl", legacy()),), "P1001", 50), clock)
    # In bulk a person is decided apart from the entry.
    assert words.count("refused") - report.refused + 1 == PEOPLE // 10
    assert words.count("held") - report.held == PEOPLE // 10


def _listed(number: int) -> list[Proposed]:
    return [Proposed(each.table, each.values, bundle="b") for each in legacy(number + 1)[-4:]]


def test_a_finished_job_given_again_says_so(gate: Gate, register: Register, tmp_path: Path) -> None:
    """The same files again write nothing, count nothing as refused, and the command succeeds."""
    source = as_lines(tmp_path / "legacy.jsonl", legacy())
    first = admit_bulk(gate, BulkRequest((source,), "P1001", 50), clock)
    size, tally = register.size(), register.store.rows("select * from tally order by 1, 2, 3")
    again = admit_bulk(gate, BulkRequest((source,), "P1001", 50), clock)
    assert (again.is_finished, again.already, again.refused, again.held) == (True, first.admitted, 0, 0)
    assert (register.size(), register.store.rows("select * from tally order by 1, 2, 3")) == (size, tally)
    done = CliRunner().invoke(
        command_line("admit"), ["admit", "--bulk", str(register.folder), str(source), "--by", "P1"]
    )
    assert (done.exit_code, "Already admitted" in done.output) == (0, True), done.output


def test_rows_that_stand_as_they_are_given_are_already_there(gate: Gate, register: Register, tmp_path: Path) -> None:
    """In files that are not the same to the byte, what was admitted before is counted so, and nothing is doubled."""
    good = [each for number in range(5) for each in listing(number)]
    source = as_tables(tmp_path / "legacy", good)
    first = admit_bulk(gate, BulkRequest((source,), "P1001", 50), clock)
    more = as_tables(tmp_path / "more", [*good, *listing(5)])
    again = admit_bulk(gate, BulkRequest((more,), "P1001", 50), clock)
    assert (first.admitted, again.already, again.admitted, again.refused) == (20, 20, 4, 0)
    changed = [Proposed(each.table, {**each.values, "unit": "south desk"} if each.table == "entry" else each.values)
               for each in good]  # fmt: skip
    other = admit_bulk(gate, BulkRequest((as_tables(tmp_path / "changed", changed),), "P1001", 50), clock)
    assert (other.already, other.admitted, other.reasons["refused", "key-used"]) == (15, 0, 5)
    assert list(check_register(register)) == []


def test_what_waits_for_a_decision_is_not_put_in_the_queue_again(gate: Gate, tmp_path: Path) -> None:
    """In other files, or one by one: who proposes the same again finds it waiting under the number that it had."""

    def ungraded(number: int) -> list[Proposed]:
        records = listing(number)
        records[2] = Proposed("item", {**records[2].values, "source_grade": None}, bundle=records[2].bundle)
        return records

    records = ungraded(1)
    admit_bulk(gate, BulkRequest((as_tables(tmp_path / "first", records),), "P1001", 50), clock)
    (hold,) = waiting(gate)
    more = as_tables(tmp_path / "more", [*records, *listing(5)])
    assert admit_bulk(gate, BulkRequest((more,), "P1001", 50), clock).admitted == 4
    assert [each.hold_id for each in waiting(gate)] == [hold.hold_id]
    held = [each for _ in range(2) for each in gate.admit(ungraded(9), "P1001", NOW) if isinstance(each, Held)]
    assert len({each.hold_id for each in held}) == 1
    assert len(waiting(gate)) == 2


def test_a_job_that_lost_its_plan_halfway_loses_no_row(gate: Gate, register: Register, tmp_path: Path) -> None:
    """What was decided is lost when its folder is deleted; the same command decides anew, and every row comes in."""
    source = as_tables(tmp_path / "legacy", [each for number in range(30) for each in listing(number)])

    class Stopped(Exception):
        pass

    def stop(done: int, total: int | None) -> None:
        if total is not None and done >= 50:
            raise Stopped

    with pytest.raises(Stopped):
        admit_bulk(gate, BulkRequest((source,), "P1001", 25), clock, stop)
    (plan,) = register.folder.glob("bulk-*")
    shutil.rmtree(plan)
    report = admit_bulk(gate, BulkRequest((source,), "P1001", 25), clock)
    assert (report.admitted + report.already, report.refused) == (120, 0)
    assert len(list(register.versions("item"))) == 60
    assert list(check_register(register)) == []


_BULK = """
    import sys
    from pathlib import Path
    from overt.gate import BulkRequest, Gate, _bulk, admit_bulk
    from overt.register import Register
    from tests.gate.conftest import NOW

    _bulk._SMALL = 0
    if __name__ == "__main__":
        with Register.open(Path(sys.argv[1])) as register:
            admit_bulk(
                Gate(register),
                BulkRequest((Path(sys.argv[2]),), "P1001", 20),
                lambda: NOW,
                lambda done, total: print(done, total, flush=True),
            )
"""


def test_bulk_killed_goes_on_without_loss_or_doubles(register: Register, tmp_path: Path) -> None:
    """After kill -9 in the middle of writing, the same command admits the rest and nothing twice."""
    source = as_lines(tmp_path / "legacy.jsonl", legacy(200))
    begun = register.size()
    register.close()
    script = tmp_path / "bulk.py"
    script.write_text(textwrap.dedent(_BULK))
    command = [sys.executable, str(script), str(register.folder), str(source)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, start_new_session=True)
    assert process.stdout is not None
    for line in process.stdout:
        done, total = line.split()
        if total != b"None" and int(done) >= 100:
            break
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=MINUTES)
    with Register.open(register.folder) as opened:
        halfway = opened.size()
        report = admit_bulk(Gate(opened), BulkRequest((source,), "P1001", 20), clock)
        assert begun <= halfway < opened.size()
        assert opened.size() == begun + report.admitted == begun + 200 + 160 * 3
        assert len(list(opened.versions("entry"))) == 160
        assert list(check_register(opened)) == []


@pytest.mark.parametrize(
    ("name", "hint"), [("people.csv", "overt map tables"), ("entries.csv", "did you mean entry.csv")]
)
def test_bulk_refuses_files_it_cannot_place(gate: Gate, tmp_path: Path, name: str, hint: str) -> None:
    """A CSV file is called as its table; one in a folder is not passed over either."""
    folder = as_tables(tmp_path / "legacy", listing(1))
    (folder / name).write_text("a\n1\n")
    for given in (folder, folder / name):
        with pytest.raises(Refusal, match=f"(?s)bulk-table.*{hint}"):
            admit_bulk(gate, BulkRequest((given,), "P1001"), clock)


def test_bulk_says_where_the_rows_are_that_it_refuses(gate: Gate, tmp_path: Path) -> None:
    """Each reason has its count, the first lines as a spreadsheet shows them, the column, and what to do."""
    records = [each for number in range(12) for each in listing(number)]
    for each in records:
        if each.table == "entry" and each.values["entry_id"] not in ("E0", "E1"):
            each.values["review_due_on"] = ""  # type: ignore[index]
        if each.table == "subject":
            each.values["sex"] = "m"  # type: ignore[index]
    report = admit_bulk(gate, BulkRequest((as_tables(tmp_path / "legacy", records),), "P1001"), clock)
    late = next(each for each in report.details if each.code == "review-date-missing")
    assert (late.outcome, late.records, late.where) == ("refused", 30, "entry.review_due_on")
    assert late.first == (f"{tmp_path / 'legacy' / 'entry.csv'}, line 4, 5, 6, 7, 8",)
    assert late.remedy == "set the date of the next review"
    coded = next(each for each in report.details if each.code == "code-not-listed")
    assert (coded.records, coded.where, coded.remedy) == (12, "subject.sex", "female, male, other, unknown")
    assert coded.first == (f"{tmp_path / 'legacy' / 'subject.csv'}, line 2, 3, 4, 5, 6",)


def test_bulk_tells_all_that_speaks_against_an_entry_at_once(gate: Gate, tmp_path: Path) -> None:
    """What the charter says and what the controls say, as the gate does; but no control of what it could not read."""
    records = [each for number in range(3) for each in listing(number)]
    values: list[dict[str, object]] = [dict(each.values) for each in records]
    values[1] |= {"review_due_on": "", "role": "victim", "score": 3}
    values[5] |= {"review_due_on": "", "role": "victim", "score": "many"}
    proposed = [Proposed(each.table, kept) for each, kept in zip(records, values, strict=True)]
    report = admit_bulk(gate, BulkRequest((as_tables(tmp_path / "legacy", proposed),), "P1001"), clock)
    said = {each.code: each.records for each in report.details if each.outcome == "refused"}
    assert said == {"review-date-missing": 6, "OV-20": 6, "value-unreadable": 3, "OV-01": 3}
    assert (report.admitted, report.refused) == (6, 6)


def test_bulk_names_the_line_of_each_file(gate: Gate, tmp_path: Path) -> None:
    """Lines of JSON count from 1, blank ones too; a control says which columns decide."""
    lines = [
        json.dumps({"table": each.table, "values": dict(each.values)}) for each in listing(1, role="victim", score=3)
    ]
    (tmp_path / "records.jsonl").write_text("\n".join(["", *lines, "", "nonsense", ""]))
    report = admit_bulk(gate, BulkRequest((tmp_path / "records.jsonl",), "P1001"), clock)
    scored = next(each for each in report.details if each.code == "OV-01")
    assert scored.first == (f"{tmp_path / 'records.jsonl'}, line 3",)
    assert "entry.score" in scored.reads
    assert scored.remedy
    broken = next(each for each in report.details if each.code == "record-malformed")
    assert broken.first == (f"{tmp_path / 'records.jsonl'}, line 7",)


def test_bulk_refuses_unknown_columns_before_it_decides(gate: Gate, tmp_path: Path) -> None:
    """All of them at once, each by its place; what the register fills itself is said to be left out."""
    folder = as_tables(tmp_path / "legacy", listing(1))
    (folder / "item.csv").write_text("item_id,entry,recorded_at,Jo Example\nI1,E1,2020-01-01,x\n")
    with pytest.raises(Refusals) as caught:
        admit_bulk(gate, BulkRequest((folder,), "P1001"), clock)
    faults = caught.value.refusals
    assert [each.where for each in faults] == [f"{folder / 'item.csv'}, line 1, column {each}" for each in "BD"]
    assert faults[0].remedy == "did you mean entry_id?"
    assert "Jo Example" not in str(caught.value)
    (folder / "item.csv").unlink()
    (folder / "subject.csv").write_text(f"subject_id,recorded_at\n{listing(1)[0].values['subject_id']},2020-01-01\n")
    assert "recorded_at is not accepted" in admit_bulk(gate, BulkRequest((folder,), "P1001"), clock).notes[0]


def test_bulk_takes_a_file_as_spreadsheets_save_it(gate: Gate, tmp_path: Path) -> None:
    """With a byte order mark and semicolons."""
    (folder := tmp_path / "legacy").mkdir()
    for table in ("subject", "entry", "item"):
        rows = [dict(each.values) for each in listing(1) if each.table == table]
        text = "\r\n".join(";".join(map(str, row)) for row in (list(rows[0]), *(row.values() for row in rows)))
        (folder / f"{table}.csv").write_bytes(text.encode("utf-8-sig") + b"\r\n")
    with pytest.raises(Refusal, match=r"(?s)csv-delimiter.*--delimiter"):
        admit_bulk(gate, BulkRequest((folder,), "P1001"), clock)
    report = admit_bulk(gate, BulkRequest((folder,), "P1001", form=BulkForm(delimiter=";")), clock)
    assert (report.admitted, report.refused) == (4, 0)
