"""Disparity, word lists, releases, receipts, registers and synthetic registers in Python are those of the commands."""

from __future__ import annotations

import csv
import datetime as dt
import json
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest

import overt
from overt.gate import Admitted, Gate
from tests.gate.conftest import NOW, entry, item, open_register, subject

POPULATION = """\
population_id,area,year,attribute,grp,count
residents,Town,2021,sex,male,5000
residents,Town,2021,sex,female,5200
"""


def test_importing_is_quick_and_changes_nothing() -> None:
    """Nothing of the engine is loaded, and no setting of the process is another one afterwards."""
    code = (
        "import sys, locale, decimal, warnings, signal, os\n"
        "before = (locale.setlocale(locale.LC_ALL), decimal.getcontext().prec, list(warnings.filters), os.getcwd(),"
        " signal.getsignal(signal.SIGINT), dict(os.environ), sys.getrecursionlimit())\n"
        "import overt\n"
        "after = (locale.setlocale(locale.LC_ALL), decimal.getcontext().prec, list(warnings.filters), os.getcwd(),"
        " signal.getsignal(signal.SIGINT), dict(os.environ), sys.getrecursionlimit())\n"
        "assert before == after\n"
        "heavy = {'duckdb', 'pyarrow', 'pandas', 'numpy', 'scipy', 'sqlglot', 'typer', 'rich'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
        "assert set(overt.__all__) <= set(dir(overt))\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_every_promised_name_is_there_and_says_what_it_is() -> None:
    """With a docstring; and the page of the Python door names it."""
    page = (Path(__file__).parents[2] / "docs" / "python.md").read_text(encoding="utf-8")
    for name in overt.__all__:
        found = getattr(overt, name)
        assert name == "__version__" or found.__doc__, name
        assert f"`{name}" in page or f"overt.{name}" in page, name
    with pytest.raises(AttributeError):
        _ = overt.no_such_name  # type: ignore[attr-defined]


def test_disparity(tmp_path: Path) -> None:
    """Rates, ratios, intervals and what they hold, as a table, a page and drawings."""
    people = [{"entry_id": f"E{n}", "subject_id": f"P{n}", "sex": "male" if n % 3 else "female"} for n in range(300)]
    (tmp_path / "residents.csv").write_text(POPULATION, encoding="utf-8")
    mapping = (
        "create view entry as select entry_id, subject_id, 'active' as status from source_rows;\n"
        "create view subject as select subject_id, sex from source_rows;"
    )
    found = overt.disparity(
        pa.Table.from_pylist(people), "listed", "sex", mapping=mapping, reference="female",
        populations=str(tmp_path / "residents.csv"), as_of=dt.date(2026, 6, 30),
    )  # fmt: skip
    male = next(row for row in found.table.to_pylist() if row["group"] == "male")
    assert (male["count"], male["cover"]) == (200, "about")
    assert male["relative_rate"] == pytest.approx((200 / 5000) / (100 / 5200))
    assert found.table.num_rows == 2
    page = found._repr_html_()
    assert "<svg" in page
    assert "They do not explain the differences and are not about any individual" in page
    saved = {each.name for each in found.save(tmp_path / "out").iterdir()}
    assert saved == {"report.html", "disparity.json", "disparity.csv", "plots"}
    assert all(content.startswith(b"<svg") for content in found.plots.values())


def test_disparity_of_a_register_knows_the_populations_of_its_charter(tmp_path: Path) -> None:
    """By their names, as the command does."""
    with open_register(tmp_path / "register") as register:
        Gate(register).admit([subject(1), entry(1), item(1, 0), item(1, 1)], "P1001", NOW)
    found = overt.disparity(
        tmp_path / "register", "listed", "ethnicity_self_group", populations="england-wales-2011", as_of=NOW.date()
    )
    assert {row["benchmark"] for row in found.table.to_pylist()} == {"england-wales-2011"}


def test_a_word_list(tmp_path: Path) -> None:
    """Terms as a list or as a file, the same figures."""
    texts = [("the harvest was good", "no"), ("meet at the harvest", "no"), ("bring the blade", "yes"), ("hello", "no")]
    with (tmp_path / "texts.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([("text", "label"), *texts])
    terms = tmp_path / "terms.txt"
    terms.write_text("harvest\nblade\n", encoding="utf-8")
    asked = {"text": "text", "label": "label", "positive": "yes"}
    tried = overt.watchlist(["harvest", "blade"], tmp_path / "texts.csv", **asked)  # type: ignore[arg-type]
    of_file = overt.watchlist(terms, [tmp_path / "texts.csv"], **asked)  # type: ignore[arg-type]
    assert tried.table == of_file.table
    row = tried.table.to_pylist()[0]
    assert (row["false_positives"], row["negatives"], row["true_positives"]) == (2, 3, 1)
    assert "2 of 3" in tried._repr_html_()
    with pytest.raises(overt.Refusal, match="watchlist-label"):
        overt.watchlist(terms, tmp_path / "texts.csv", "text")
    with pytest.raises(overt.Refusal, match="watchlist-terms-empty"):
        overt.watchlist(["one\ntwo"], tmp_path / "texts.csv", **asked)  # type: ignore[arg-type]


def test_a_synthetic_register_is_found_to_be_as_it_was_planted(tmp_path: Path) -> None:
    """Made, audited by the day that it names, and every planted breach is found."""
    made = overt.synth("gangs-matrix", tmp_path / "register", rows=5_000, seed=3)
    found = overt.audit(made, as_of=made.as_of, packs="core")
    planted = {row["control"]: row["breached"] for row in made.table.to_pylist()}
    breached = {each["control"]: each["breached"] for each in found.json["findings"] if each["verdict"] == "breached"}
    assert {name: count for name, count in planted.items() if count and name.startswith("OV-")} == breached
    assert "Every person in it is invented." in found._repr_html_()


def test_a_register_is_read_and_not_written(tmp_path: Path) -> None:
    """Rows as they stood on a day, a count of each table, and what does not fit."""
    with open_register(tmp_path / "register") as register:
        outcomes = Gate(register).admit([subject(1), entry(1), item(1, 0), item(1, 1)], "P1001", NOW)
        assert {type(each) for each in outcomes} == {Admitted}
    with overt.open_register(tmp_path / "register") as opened:
        assert {row["table"]: row["rows"] for row in opened.table.to_pylist()}["entry"] == 1
        assert opened.rows("entry", NOW.date()).num_rows == 1
        assert opened.rows("entry", NOW.date() - dt.timedelta(days=1)).num_rows == 0
        assert opened.check().num_rows == 0
        with pytest.raises(overt.Refusal, match="table-unknown"):
            opened.rows("pg_authid")
        assert "entry" in opened._repr_html_()
    with pytest.raises(overt.Refusal):
        overt.open_register(tmp_path / "nothing")


def test_a_receipt_without_its_policy_is_refused(tmp_path: Path) -> None:
    """Nothing is believed that nobody was named to be trusted for."""
    (tmp_path / "a.tlog-proof").write_bytes(b"c2sp.org/tlog-proof@v1\n")
    (tmp_path / "record.json").write_text(json.dumps({"a": 1}), encoding="utf-8")
    with pytest.raises(overt.Refusal, match="receipt-of-what"):
        overt.verify(tmp_path / "a.tlog-proof", record=tmp_path / "record.json")
    with pytest.raises(overt.Refusal):
        overt.verify(tmp_path)
