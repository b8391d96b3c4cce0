"""CSV that a spreadsheet cannot be made to run, and evidence that can be read back."""

from __future__ import annotations

import csv
import datetime as dt
import io
from dataclasses import replace
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt.audits._run import Run
from overt.audits.results import results, show
from overt.audits.results._csv import COLUMNS
from overt.controls import Evidence
from overt.pages import csv_bytes, neutral

MOMENT = dt.datetime(2026, 1, 2, 3, 4, 5)  # noqa: DTZ001 - the model's times are UTC and have no zone


def read(content: bytes) -> list[list[str]]:
    """The cells of a CSV file."""
    return list(csv.reader(io.StringIO(content.decode(), newline="")))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "'=1"])
def test_text_that_begins_like_a_formula_is_neutralised(text: str) -> None:
    """An apostrophe stands before it."""
    assert neutral(text) == f"'{text}"


@pytest.mark.parametrize("value", [-5, -2.5, 0, 12])
def test_numbers_are_untouched(value: float) -> None:
    """A negative number is no formula."""
    assert neutral(value) == value
    assert read(csv_bytes(["n"], [[value]]))[1] == [str(value)]


def test_names_of_columns_are_neutralised_too() -> None:
    """A header is a line like any other."""
    assert read(csv_bytes(["=cmd()", "plain"], []))[0] == ["'=cmd()", "plain"]


@given(st.text())
def test_taking_one_apostrophe_off_gives_the_text_again(text: str) -> None:
    """No two texts become one."""
    cell = str(neutral(text))
    assert (cell[1:] if cell.startswith("'") else cell) == text


def test_no_cell_of_any_csv_begins_like_a_formula(any_run: Run, make: Any) -> None:
    """Whatever stands in keys, reasons and names of columns."""
    for name, content in results(show(replace(any_run, acceptances=make.ACCEPTANCES))).items():
        if name.endswith(".csv"):
            for cell in (cell for line in read(content) for cell in line):
                assert not cell.startswith(("=", "+", "@", "\t", "\r", "\n")), (name, cell[:20])
                assert not cell.startswith("-") or cell.removeprefix("-").replace(".", "").isdigit(), (name, cell[:20])


def test_findings_csv_has_a_line_for_each_finding_and_no_keys(make: Any) -> None:
    """Keys are in findings.json and the evidence only."""
    run = make.make_run(make.breach(1), make.unanswered(3))
    lines = read(results(show(run))["findings.csv"])
    assert lines[0] == list(COLUMNS)
    assert len(lines) == 3
    assert [lines[1][lines[0].index(name)] for name in ("examined", "breached", "unknown")] == ["563", "131", "0"]
    assert run.findings[0].keys[0] not in results(show(run))["findings.csv"].decode()


def test_evidence_has_the_rows_as_csv_and_parquet(make: Any) -> None:
    """The same rows in the same order, with dates as dates."""
    files = results(show(make.make_run(make.breach(1), make.met(2))))
    assert [name for name in files if name.startswith("evidence/")] == ["evidence/OV-01.csv", "evidence/OV-01.parquet"]
    table = pq.read_table(io.BytesIO(files["evidence/OV-01.parquet"]))
    lines = read(files["evidence/OV-01.csv"])
    assert lines[0] == table.column_names == ["item_id", "opened_on", "unit", "reason"]
    assert table.column("opened_on")[0].as_py() == dt.date(2024, 1, 1)
    assert [line[0] for line in lines[1:]] == table.column("item_id").to_pylist()
    assert lines[1][1] == "2024-01-01"
    assert table.schema.metadata[b"overt.control"] == b"OV-01"


def test_evidence_of_mixed_and_odd_values_is_text(make: Any) -> None:
    """A column of one kind keeps it; one of none or several is text; nothing is lost."""
    rows = (
        {
            "item_id": "a",
            "mixed": 1,
            "none": None,
            "flag": True,
            "large": 2**70,
            "at": MOMENT,
        },
        {"item_id": "b", "mixed": "x", "none": None, "flag": None, "large": 1, "at": None},
    )
    files = results(show(make.make_run(make.breach(1, rows=rows, keys=("a", "b")))))
    table = pq.read_table(io.BytesIO(files["evidence/OV-01.parquet"])).to_pydict()
    assert table["mixed"] == ["1", "x"]
    assert table["none"] == [None, None]
    assert table["flag"] == [True, None]
    assert table["large"] == [str(2**70), "1"]
    assert table["at"] == [MOMENT, None]
    assert read(files["evidence/OV-01.csv"])[1] == ["a", "1", "", "yes", str(2**70), "2026-01-02 03:04:05"]


def test_bare_keys_are_evidence_where_no_rows_were_kept(make: Any) -> None:
    """A key alone still finds the row."""
    files = results(show(make.make_run(make.breach(1, rows=()))))
    assert read(files["evidence/OV-01.csv"])[0:2] == [["item_id"], ["I0100000"]]


def test_no_evidence_is_written_where_none_was_asked_for(make: Any) -> None:
    """Even when the finding has rows."""
    files = results(show(make.make_run(make.breach(1), evidence=Evidence.NONE)))
    assert not [name for name in files if "evidence" in name]


def test_synthetic_evidence_says_so_in_every_row(make: Any) -> None:
    """A copied file keeps no folder around it."""
    files = results(show(make.make_run(make.breach(1), synthetic=True)))
    lines = read(files["evidence/OV-01.csv"])
    assert lines[0][-1] == "synthetic"
    assert {line[-1] for line in lines[1:]} == {"SYNTHETIC"}
    parquet = pq.read_table(io.BytesIO(files["evidence/OV-01.parquet"]))
    assert parquet.schema.metadata[b"overt.synthetic"] == b"SYNTHETIC"
    assert set(parquet.column("synthetic").to_pylist()) == {"SYNTHETIC"}


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b", ".hidden", "", "ä", "x" * 300])
def test_a_control_id_never_leaves_the_folder(make: Any, name: str) -> None:
    """A pack may come from anywhere, and its ids become names of files."""
    files = results(show(make.make_run(make.breach(1, about=make.control(1, id=name)))))
    written = [each for each in files if each.startswith("evidence/")]
    assert len(written) == 2
    for each in written:
        stem = each.removeprefix("evidence/")
        assert "/" not in stem
        assert not stem.startswith(".")
        assert len(stem) < 120


def test_two_packs_may_share_an_id(make: Any) -> None:
    """Each has its own evidence, rule and anchor."""
    second = make.breach(1, pack="own", keys=("Z1",), rows=({"item_id": "Z1"},), breached=20)
    files = results(show(make.make_run(make.breach(1), second)))
    assert "evidence/core.OV-01.csv" in files
    assert read(files["evidence/own.OV-01.csv"])[1] == ["Z1"]
