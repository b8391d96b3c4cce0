"""`overt.audit` finds what the command finds, of files and of tables, and leaves nothing behind."""

from __future__ import annotations

import gc
import json
import tempfile
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import overt
from overt.cli import main
from tests.door.conftest import MAPPING

ASKED: dict[str, Any] = {"mapping": MAPPING, "packs": "core", "as_of": "2026-06-30"}


def test_it_finds_what_the_command_finds(export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The findings are those of `overt audit`, number for number."""
    mapping = tmp_path / "mapping.sql"
    mapping.write_text(MAPPING, encoding="utf-8")
    words = ["audit", str(export), "--map", str(mapping), "--pack", "core", "--as-of", "2026-06-30", "-q"]
    monkeypatch.setattr("sys.argv", ["overt", *words, "--out", str(tmp_path / "out")])
    with pytest.raises(SystemExit):
        main()
    by_command = json.loads((tmp_path / "out" / "findings.json").read_text(encoding="utf-8"))
    found = overt.audit(export, **{**ASKED, "mapping": mapping})
    assert found.json["findings"] == by_command["findings"]
    assert found.table.column("control").to_pylist() == [each["control"] for each in by_command["findings"]]
    assert found.finding("ov-01")["breached"] == 1
    assert (found.exit_code(), found.exit_code("critical")) == (1, 1)


@pytest.mark.parametrize("kind", ["arrow", "pandas", "polars", "several"])
def test_tables_are_audited_as_the_file_is(kind: str, rows: pa.Table, export: Path) -> None:
    """Of each library the same findings as of the file."""
    given: Any = {
        "arrow": rows,
        "pandas": rows.to_pandas(),
        "polars": pl.from_arrow(rows),
        "several": {"source": rows},
    }[kind]
    found = overt.audit(given, **ASKED)
    assert [_counts(each) for each in found.json["findings"]] == [
        _counts(each) for each in overt.audit(export, **ASKED).json["findings"]
    ]


def _counts(found: dict[str, Any]) -> tuple[Any, ...]:
    return found["control"], found["verdict"], found["breached"], found["examined"], found["unknown"], found["digest"]


def test_tables_of_three_libraries_come_out(rows: pa.Table) -> None:
    """Arrow, pandas and polars, with null for what was not asked and never 0."""
    found = overt.audit(rows, **ASKED)
    frame, polars = found.to_pandas(), found.to_polars()
    assert isinstance(frame, pd.DataFrame)
    assert isinstance(polars, pl.DataFrame)
    assert polars.shape == frame.shape == (found.table.num_rows, found.table.num_columns)
    unasked = frame[frame["verdict"] == "cannot be shown"]
    assert unasked["breached"].isna().any()


def test_a_notebook_shows_the_breaches_and_nothing_that_runs(rows: pa.Table, tmp_path: Path) -> None:
    """Text of others is text: a number that is a piece of HTML, a name that hides letters."""
    found = overt.audit({"source": rows}, **ASKED)
    page = found._repr_html_()
    assert "OV-01" in page
    assert "1 of " in page
    assert "<b>G-4" not in page
    assert "<script" not in page
    assert "breached" in repr(found)


def test_nothing_is_left_behind(rows: pa.Table, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rows are gone when the audit ends, the results with the result; a refusal leaves nothing."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    found = overt.audit(rows, **ASKED)
    assert not list(tmp_path.rglob("source.parquet"))
    assert [each.stat().st_mode & 0o77 for each in tmp_path.iterdir()] == [0]
    saved = found.save(tmp_path / "saved")
    assert (saved / "report.html").is_file()
    assert json.loads((saved / "findings.json").read_text(encoding="utf-8")) == found.json
    del found
    gc.collect()
    assert [each.name for each in tmp_path.iterdir()] == ["saved"]
    with pytest.raises(overt.Refusal):
        overt.audit(rows, mapping=MAPPING.replace("role", "rôle"), packs="core")
    assert [each.name for each in tmp_path.iterdir()] == ["saved"]


def test_with_out_the_results_stay(rows: pa.Table, tmp_path: Path) -> None:
    """As the command leaves them."""
    found = overt.audit(rows, out=tmp_path / "result", **ASKED)
    del found
    gc.collect()
    assert (tmp_path / "result" / "report.html").is_file()


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"source": object()}, "table-not-read"),
        ({"source": {}}, "table-not-read"),
        ({"source": {"a b": pa.table({"x": [1]})}}, "table-not-read"),
        ({"source": pd.DataFrame({"x": [1, "two", object()]})}, "table-not-read"),
        ({"source": "nowhere.csv"}, "source-absent"),
        ({"as_of": "yesterday"}, "not-a-day"),
        ({"packs": "no-such-pack"}, "pack-not-found"),
        ({"controls": "OV-999"}, "control-not-found"),
    ],
)
def test_what_cannot_be_asked_is_refused(given: dict[str, Any], code: str, rows: pa.Table) -> None:
    """By the same refusals as the command's, which never show a value."""
    with pytest.raises(overt.Refusal) as refused:
        overt.audit(given.get("source", rows), **{**ASKED, **{k: v for k, v in given.items() if k != "source"}})
    assert refused.value.code == code


def test_what_was_published_is_remembered(rows: pa.Table, export: Path, tmp_path: Path) -> None:
    """The private record lies where it stays: a second result of the same source must not give the first away."""
    with pytest.raises(overt.Refusal, match="publishable-record"):
        overt.audit(rows, publishable=True, **ASKED)
    record = tmp_path / "record.json"
    overt.audit(export, publishable=True, record=record, **ASKED)
    before = record.read_bytes()
    again = overt.audit(export, publishable=True, record=record, **{**ASKED, "as_of": "2026-07-01"})
    assert again.run.verdicts_only
    assert record.read_bytes() == before


def test_a_control_that_was_not_asked_is_refused(rows: pa.Table) -> None:
    """By name."""
    with pytest.raises(overt.Refusal, match="control-not-found"):
        overt.audit(rows, **ASKED).finding("OV-999")
